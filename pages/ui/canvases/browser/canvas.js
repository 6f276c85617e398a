// What Streamlit leaves to be said to the browser itself: its history, its theme, its language, words in English only.

import { lifecycle } from "../shared/lifecycle.js";
import { brush, make } from "../shared/parts.js";
import { attend, clicker } from "./clicker.js";
import { keepNote, showEffect } from "./effect.js";
import { beginOnce } from "./once.js";
import { keepSaying, phrases, sayBelow, takeOver } from "./saying.js";
import { turnInSpace } from "./space.js";

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {import("./clicker.js").Lesson & { theme: string, language: string, words: [string, string][],
 *   effect: import("./effect.js").Effect | null }} Data   of browser/canvas.py
 * @typedef {ReturnType<typeof begin>} View
 */

/** @type {boolean | undefined} */
let inSpace; // whether this browser can draw there, found out once

export default lifecycle({ begin, update });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement, data }, ending) {
  beginOnce(); // where the page's HTML has not: it came from elsewhere
  inSpace ??= brushesInSpace();
  document.documentElement.classList.toggle("no-webgl", !inSpace);
  const view = {
    root: parentElement,
    data: /** @type {Data} */ (data),
    phrases: phrases([]),
    spoken: "", // the language in which the whole page has been gone through
    told: "", // the theme that Python was told of
    shown: data.effect?.count ?? 0, // of the last experiment that was brought into view
    clicker: clicker(parentElement, data, ending),
  };
  takeOver();
  turnInSpace(ending);
  keepSaying(() => view.phrases, ending);
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
  keepNote(data.effect);
  if (data.effect && data.effect.count !== view.shown) {
    view.shown = data.effect.count;
    showEffect(data.effect);
  }
  attend(view.clicker, data);
  if (view.spoken === data.language) return; // what has come since has been heard as it came
  view.spoken = data.language;
  view.phrases = phrases(data.words);
  sayBelow(document.body, view.phrases);
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

/** Whether there is WebGL; the context is given back at once, because a page may have few. */
function brushesInSpace() {
  const context = make("canvas").getContext("webgl");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return context !== null;
}
