// The elements that a canvas is made of.

/**
 * The part of a canvas that is found by a selector; it is there, or its HTML is not what its script was written for.
 * @template {Element} Kind
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function part(root, selector, kind) {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`The canvas has no ${selector}.`);
  return found;
}

/**
 * A new element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const make = (tag, className = "", text = "") =>
  Object.assign(document.createElement(tag), { className, textContent: text });

/**
 * What draws on a canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export const brush = (canvas, settings) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", settings));

/**
 * A picture of one pixel per colour, as a canvas of that size.
 * @param {Uint32Array<ArrayBuffer>} pixels   row by row, as shared/colours.js gives them
 * @param {number} width
 */
export function image(pixels, width) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height: pixels.length / width });
  brush(canvas).putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width), 0, 0);
  return canvas;
}
