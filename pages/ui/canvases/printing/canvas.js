// A button that opens the browser's own way to print.

import { lifecycle, listen } from "../shared/lifecycle.js";
import { part } from "../shared/parts.js";

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {{ label: string }} Data   of canvas.py
 */

export default lifecycle({ begin, update });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement }, ending) {
  const button = part(parentElement, "button", HTMLButtonElement);
  listen(button, "click", () => window.print(), ending);
  return button;
}

/**
 * @param {HTMLElement} button
 * @param {Component} component
 */
function update(button, { data }) {
  button.textContent = /** @type {Data} */ (data).label;
}
