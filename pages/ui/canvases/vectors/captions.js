// What is written below the plane: the sum, the angle, and why its sign tells the angle.

import { equals, factor, isExact, number } from "../shared/numbers.js";
import { angleBetween, printAngle, shadowOf, signOf, withoutNoise } from "./plane.js";

/**
 * @typedef {import("./canvas.js").Canvas} Canvas
 * @typedef {string[]} Piece   a text, and its colour if it has one
 */

/**
 * The sum with the numbers as they are printed. Where those are rounded, the value is still that of the vectors
 * themselves: a common turn must not seem to change it.
 * @param {Canvas} canvas
 */
export function writeCaptions({ data: { chosen, mode, names, words }, vectors, captions }) {
  const [i, j] = chosen;
  const second = i === j ? "first" : "second";
  const [a, b] = [vectors[i], vectors[j]];
  const sum = withoutNoise(a[0] * b[0] + a[1] * b[1]);
  const result = [number(sum, 6), signOf(sum)];
  const times = (/** @type {number} */ axis) => [[factor(a[axis]), "first"], ["·"], [factor(b[axis]), second]];
  const exact = equals(...a, ...b);
  const equal = exact === " ≈ " || !isExact(sum, 6) ? " ≈ " : " = ";
  const product = [[names[i], "first"], ["·"], [names[j], second]];
  write(captions.sum, [...product, [exact], ...times(0), [" + "], ...times(1), [equal], result]);
  const degrees = angleBetween(a, b);
  write(captions.angle, [[i === j ? "" : `θ = ${degrees === null ? "—" : printAngle(degrees)}`]]);
  if (mode === "pair") write(captions.shadow, shadowSaid(words, names, a, b, degrees, result));
}

/**
 * Why the sign of a·b tells the angle: it is the side on which the shadow of b falls, times the length of a.
 * @param {Record<string, string>} words
 * @param {string[]} names
 * @param {number[]} a
 * @param {number[]} b
 * @param {number | null} degrees
 * @param {Piece} result
 * @returns {Piece[]}
 */
function shadowSaid(words, names, a, b, degrees, result) {
  const [shadow, norm] = [shadowOf(b, degrees), Math.hypot(...a)];
  const side = degrees === null ? "none" : shadow === 0 ? "upright" : shadow > 0 ? "ahead" : "behind";
  /** @type {Record<string, Piece[]>} */
  const values = {
    a: [[names[0], "first"]],
    b: [[names[1], "second"]],
    shadow: [[number(shadow), signOf(shadow)]],
    product: [[number(norm), "first"], ["·"], [factor(shadow), signOf(shadow)], [equals(norm, shadow)], result],
  };
  return words[`shadow_${side}`].split(/\{(\w+)\}/).flatMap((part, n) => (n % 2 ? values[part] : [[part]]));
}

/**
 * @param {HTMLElement} element
 * @param {Piece[]} pieces
 */
function write(element, pieces) {
  element.replaceChildren(
    ...pieces.map(([text, kind]) =>
      kind ? Object.assign(document.createElement("b"), { textContent: text, className: kind }) : text,
    ),
  );
}
