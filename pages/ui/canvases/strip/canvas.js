// Every layer of a network: a thumbnail of its Gram matrix, its name, its shape and energy; a press chooses it.

import { scale } from "../shared/colours.js";
import { lifecycle, listen } from "../shared/lifecycle.js";
import { image, make, part } from "../shared/parts.js";
import { choose, follow, unpack } from "../shared/wire.js";

const STEPS = 511; // of the scale of colours: an energy is never negative and has the second half of it

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {import("../shared/wire.js").Choice} Choice
 * @typedef {{ name: string, there: boolean, lines: string[], label: string }} Layer
 * @typedef {{ side: number, shades: Uint32Array }} Look
 * @typedef {ReturnType<typeof begin>} View
 */

export default lifecycle({ begin, update });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement, setStateValue }, ending) {
  const view = {
    root: parentElement,
    strip: part(parentElement, ".strip", HTMLElement),
    choice: /** @type {Choice | null} */ (null),
    setStateValue,
  };
  listen(view.strip, "click", ({ target }) => take(view, target.closest("button")), ending);
  return view;
}

/**
 * @param {View} view
 * @param {Component} component
 */
function update(view, { data, setStateValue }) {
  const { about, payload } = unpack(data); // one byte per cell of the thumbnails that are there
  view.setStateValue = setStateValue;
  view.choice = follow(about.key, about.wish, view.choice === null);
  const focused = /** @type {HTMLElement | null} */ (view.root.activeElement)?.dataset.layer;
  const look = { side: about.side, shades: scale(about.colours, STEPS) };
  const cells = about.side * about.side;
  const there = about.layers.filter((/** @type {Layer} */ layer) => layer.there);
  const buttons = about.layers.map((/** @type {Layer} */ layer) => {
    const at = there.indexOf(layer) * cells;
    return place(layer, layer.there ? payload.subarray(at, at + cells) : null, look);
  });
  view.strip.replaceChildren(...buttons);
  mark(view);
  if (focused) buttons.find((/** @type {HTMLElement} */ { dataset }) => dataset.layer === focused)?.focus();
}

/**
 * @param {Layer} layer
 * @param {Uint8Array | null} thumbnail
 * @param {Look} look
 */
function place({ name, lines, label }, thumbnail, { side, shades }) {
  const button = Object.assign(make("button"), { type: "button", title: label });
  button.dataset.layer = name;
  button.setAttribute("aria-label", [name, ...lines].join(" "));
  const pixels = new Uint32Array(side * side);
  if (thumbnail) pixels.set(Array.from(thumbnail, (value) => shades[STEPS - 256 + value]));
  button.append(image(pixels, side), make("span", "name", name), ...lines.map((text) => make("span", "line", text)));
  return button;
}

/**
 * @param {View} view
 * @param {HTMLElement | null} button
 */
function take(view, button) {
  if (!button || !view.choice) return;
  const tell = choose(view.choice, button.dataset.layer);
  mark(view);
  tell(view.setStateValue);
}

/** @param {View} view */
function mark({ strip, choice }) {
  for (const button of strip.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.layer === choice?.value));
  }
}
