// What Streamlit leaves to be said to the browser itself: its history, its theme, its language, words for screen readers.

import { lifecycle } from "../shared/lifecycle.js";
import { brush, make } from "../shared/parts.js";
import { allowCopying } from "./copying.js";
import { typedBeforeLeft } from "./leaving.js";
import { mendNodes, watchTranslation } from "./translation.js";

const SETTLED = 150; // milliseconds without a change of the page before its labels are looked through

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {{ theme: string, language: string, words: Record<string, string> }} Data   of browser/canvas.py
 * @typedef {ReturnType<typeof begin>} View
 */

// element → the label that Streamlit gave it, and the one it has now; on the window, because the page keeps its elements
// when this module is loaded anew
const KEPT = Symbol.for("gramlab.browser");
const page = /** @type {{ [kept: symbol]: WeakMap<Element, { original: string, now: string }> | undefined }} */ (
  /** @type {unknown} */ (globalThis)
);

export default lifecycle({ begin, update, end: ({ timer }) => clearTimeout(timer) });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement, data }, ending) {
  if (!page[KEPT]) {
    keepOneEntry();
    allowCopying();
    mendNodes();
    watchTranslation();
    typedBeforeLeft();
    document.documentElement.classList.toggle("no-webgl", !brushesInSpace());
  }
  page[KEPT] ??= new WeakMap();
  const view = {
    root: parentElement,
    data: /** @type {Data} */ (data),
    labels: page[KEPT],
    told: "", // the theme that Python was told of
    timer: 0,
  };
  const observer = new MutationObserver(() => translateSoon(view));
  const labels = { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"] };
  observer.observe(document.body, labels);
  ending.addEventListener("abort", () => observer.disconnect());
  return view;
}

/**
 * @param {View} view
 * @param {Component} component
 */
function update(view, { data, setTriggerValue }) {
  view.data = data;
  document.documentElement.lang = data.language;
  tellTheme(view, setTriggerValue);
  translateSoon(view);
}

/**
 * A change on a page replaces the page's entry in the history, so that Back leads to the page before. Streamlit adds an
 * entry whenever Python writes the link: one for each arrow that is dragged.
 */
function keepOneEntry() {
  const { pushState } = history;
  history.pushState = (state, title, address) => {
    const samePage = new URL(address ?? "", location.href).pathname === location.pathname;
    (samePage ? history.replaceState : pushState).call(history, state, title, address);
  };
}

/**
 * Streamlit changes its own colours with the system's theme but does not run the page again: ours come from Python.
 * @param {View} view
 * @param {Component["setTriggerValue"]} setTriggerValue
 */
function tellTheme(view, setTriggerValue) {
  const probe = brush(make("canvas"), { willReadFrequently: true });
  const host = view.root.host ?? view.root;
  probe.fillStyle = getComputedStyle(host).getPropertyValue("--st-background-color");
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  const theme = red + green + blue < 384 ? "dark" : "light";
  if (theme !== view.data.theme && theme !== view.told) setTriggerValue("theme", theme);
  view.told = theme; // told once, whatever comes of it
}

/**
 * Labels that Streamlit speaks in English only, "Help for …" among them.
 * @param {View} view
 */
function translate({ data: { words }, labels }) {
  for (const element of document.querySelectorAll("[aria-label]")) {
    const label = element.getAttribute("aria-label") ?? "";
    const known = labels.get(element);
    const original = known?.now === label ? known.original : label;
    const phrase = Object.keys(words).find((start) => original.startsWith(start));
    if (!phrase) continue;
    const now = words[phrase] + original.slice(phrase.length);
    labels.set(element, { original, now });
    if (now !== label) element.setAttribute("aria-label", now);
  }
}

/** @param {View} view */
function translateSoon(view) {
  clearTimeout(view.timer);
  view.timer = setTimeout(() => translate(view), SETTLED);
}

/** Whether there is WebGL; the context is given back at once, because a page may have few. */
function brushesInSpace() {
  const context = make("canvas").getContext("webgl");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}
