// A curtain between two pictures. The control is a slider that nobody sees, so that mouse, touch and keys come with it.

import { lifecycle, listen } from "../shared/lifecycle.js";
import { part } from "../shared/parts.js";

const CLOSED = 96; // per cent of the width that the curtain covers at first
const OPEN = 38;
const HALF = 50;
const WAIT = 700; // milliseconds before it opens
const OPENING = 2200; // and that it takes

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {{ before: string, after: string, width: number, height: number, words: Record<string, string> }} Data
 *   of curtain/canvas.py
 * @typedef {ReturnType<typeof begin>} View
 */

export default lifecycle({ begin, update, end });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement: root }, ending) {
  const view = {
    stage: part(root, ".stage", HTMLElement),
    before: part(root, ".before", HTMLImageElement),
    after: part(root, ".after", HTMLImageElement),
    left: part(root, ".left", HTMLElement),
    right: part(root, ".right", HTMLElement),
    share: part(root, ".share", HTMLInputElement),
    frame: 0,
  };
  const take = () => {
    cancelAnimationFrame(view.frame); // a hand on it ends what it does by itself
    draw(view, Number(view.share.value));
  };
  listen(view.share, "input", take, ending);
  listen(view.share, "pointerdown keydown", () => cancelAnimationFrame(view.frame), ending);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  draw(view, still ? HALF : CLOSED);
  let opened = still;
  const observer = new IntersectionObserver((entries) => {
    if (opened || !entries.some(({ isIntersecting }) => isIntersecting)) return;
    opened = true; // once, where a person sees it
    openSoon(view);
  });
  observer.observe(view.stage);
  ending.addEventListener("abort", () => observer.disconnect());
  return view;
}

/**
 * @param {View} view
 * @param {Component} component
 */
function update({ stage, before, after, left, right, share }, { data }) {
  const { words, width, height } = /** @type {Data} */ (data);
  stage.style.setProperty("--shape", String(width / height)); // reserved before a picture is there
  if (before.getAttribute("src") !== data.before) before.src = data.before;
  if (after.getAttribute("src") !== data.after) after.src = data.after;
  before.alt = words.alt_before;
  after.alt = words.alt_after;
  left.textContent = words.before;
  right.textContent = words.after;
  share.setAttribute("aria-label", words.label);
}

/** @param {View} view */
function end({ frame }) {
  cancelAnimationFrame(frame);
}

/**
 * @param {View} view
 * @param {number} percent   that the curtain covers
 */
function draw({ stage, share }, percent) {
  share.value = String(percent);
  stage.style.setProperty("--share", `${percent}%`);
}

/** @param {View} view */
function openSoon(view) {
  const begun = performance.now() + WAIT;
  const step = () => {
    const passed = Math.min(1, Math.max(0, (performance.now() - begun) / OPENING));
    const eased = passed * passed * (3 - 2 * passed);
    draw(view, CLOSED + (OPEN - CLOSED) * eased);
    if (passed < 1) view.frame = requestAnimationFrame(step);
  };
  view.frame = requestAnimationFrame(step);
}
