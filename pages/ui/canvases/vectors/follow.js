// Everything on the page that shows the vectors, written anew in the frame in which a hand moves one: the page itself
// writes it again, in the same digits, when the hand has let go. What can be written is named by show/parts.py.

import { centred, gramOf, inner } from "../shared/gramian.js";
import { shownUnder } from "../shared/hand.js";
import { equals, factor, isExact, number } from "../shared/numbers.js";
import { fill } from "../shared/words.js";
import { angleBetween, printAngle } from "./plane.js";

/**
 * @typedef {import("./canvas.js").Canvas} Canvas
 * @typedef {import("./plane.js").Point} Point
 * @typedef {Record<string, [text: string, kind?: string]>} Parts   by their names; kind is a class of page.css
 */

/** @param {Canvas} canvas */
export function writePage({ data, vectors }) {
  const [i, j] = data.chosen;
  const parts = partsOf(vectors[i], vectors[j], data.reading, data.said);
  for (const whole of document.querySelectorAll(`[data-follows="${data.key}"]`)) {
    if (whole.matches(".formula:has([data-part=cosine])")) whole.classList.toggle("absent", !parts.angle[0]);
    for (const part of whole.querySelectorAll("[data-part]")) write(part, parts);
  }
}

/**
 * @param {Element} part
 * @param {Parts} parts
 */
function write(part, parts) {
  const [text, kind] = parts[part.getAttribute("data-part") ?? ""] ?? [];
  if (text === undefined || part.getAttribute("data-written") === text) return;
  part.setAttribute("data-written", text);
  const pieces = text.split("**").map((piece, n) => (n % 2 ? emphasized(piece) : piece));
  part.replaceChildren(...pieces);
  if (kind !== undefined) part.className = kind;
}

/** @param {string} text */
const emphasized = (text) => Object.assign(document.createElement("b"), { textContent: text });

/**
 * @param {Point} first
 * @param {Point} second
 * @param {import("../shared/gramian.js").Reading} reading
 * @param {Record<string, string>} said
 * @returns {Parts}
 */
export function partsOf(first, second, reading, said) {
  const [a, b] = centred([first, second], reading);
  const norms = [a, b].map((vector) => Math.hypot(...vector));
  const sum = inner(a, b);
  const value = gramOf([first, second], reading)[1];
  const [cosine, degrees] = [sum / (norms[0] * norms[1]), angleBetween(first, second)];
  const signs = [equals(...a, ...b, ...(reading.unit ? norms : [])), equals(sum, ...norms)].map((sign) => sign.trim());
  const or = (/** @type {string} */ sign, /** @type {boolean} */ exact) => (exact ? sign : "≈");
  const size = Math.abs(degrees ?? 0);
  /** @type {Parts} */
  const parts = {
    value: [number(value, 6), kindOf(value) || "positive"],
    rounded: [signs[0]],
    last: [or(signs[0], isExact(value, 6))],
    norm_a: [number(norms[0])],
    norm_b: [number(norms[1])],
    product: [number(sum), kindOf(sum) || "positive"],
    cosine: [number(degrees === null ? Number.NaN : cosine, 4)],
    cosine_rounded: [signs[1]],
    cosine_last: [or(signs[1], degrees === null || isExact(cosine, 4))],
    angle: [degrees === null ? "" : angleSaid(size, said.angle ?? "")],
    relation: [said[relationOf(degrees)] ?? ""],
  };
  let soFar = 0;
  a.forEach((_, p) => {
    const product = inner([a[p]], [b[p]]);
    soFar += product;
    Object.assign(parts, {
      [`a${p}`]: [number(a[p])],
      [`b${p}`]: [number(b[p])],
      [`factor_a${p}`]: [factor(a[p])],
      [`factor_b${p}`]: [factor(b[p])],
      [`product${p}`]: [number(product), kindOf(product)],
      [`sum${p}`]: [number(inner([soFar], [1]), 6)],
    });
  });
  return parts;
}

/** @param {number} value */
const kindOf = (value) => (value < 0 ? "negative" : value > 0 ? "positive" : "");

/**
 * @param {number} degrees
 * @param {string} template
 */
const angleSaid = (degrees, template) =>
  fill(template, { degrees: printAngle(degrees).slice(0, -1), radians: number((degrees * Math.PI) / 180, 4) });

/**
 * The name of gramlib.vectors.Relation.
 * @param {number | null} degrees
 */
export function relationOf(degrees) {
  if (degrees === null) return "UNDEFINED";
  const size = Math.abs(degrees);
  const round = { 0: "PARALLEL", 90: "RIGHT", 180: "OPPOSITE" }[size];
  return round ?? (size < 90 ? "ACUTE" : "OBTUSE");
}

/**
 * The text fields that hold the vectors: their texts while nothing is held, to be put back where the hand gives up.
 * @param {Canvas} canvas
 * @param {(string | null)[]} texts   one for each field; null leaves it as it is
 * @returns {string[]}   what stood there
 */
export const writeFields = ({ data: { fields } }, texts) =>
  fields.map((key, index) => {
    const input = shownUnder(key)?.querySelector("input");
    if (!input) return "";
    const before = input.value;
    const text = texts[index] ?? before;
    if (text !== before) input.value = text; // no event: for Streamlit nothing has been typed
    return before;
  });
