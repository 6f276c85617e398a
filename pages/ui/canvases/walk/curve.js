// One curve: a distance over the steps, on a scale of powers of ten, or, for the content, from 0 on. Where it is made or
// measured otherwise than before there is a dashed line with its step, and at another scale the curve begins anew.

import { brush } from "../shared/parts.js";

/**
 * @typedef {import("./canvas.js").Message} Message
 * @typedef {import("./canvas.js").Data} Data
 * @typedef {{ low: number, high: number, powers: boolean }} Range   where `powers`, of the distance's power of ten
 * @typedef {{ curve: "content" | "style", values: (number | null)[], range: Range, message: Message | null, data: Data,
 *   font: string, unit: number }} Plot   measured in units of so many px
 */

const MARGIN = { left: 34, right: 8, top: 10, bottom: 18 };
const ROOM = 20; // between two numbers below a curve
const TICKS = [0, 0.5, 1];

/**
 * A canvas of that size, empty. A new size costs a layout of the page, so it is given only where it is another.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function fit(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = brush(canvas);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/**
 * The range of a row: the same for all style layers, so that they compare; the content's holds what it is read by.
 * @param {string} name
 * @param {Message | null} message
 * @returns {Range}
 */
export function rangeOf(name, message) {
  const curves = Object.entries(message?.curves ?? {}).filter(([of]) => (of === "content") === (name === "content"));
  const seen = curves.flatMap(([, values]) => values).filter((value) => value !== null && value > 0);
  const values = /** @type {number[]} */ (seen);
  if (name !== "content") {
    return { low: Math.log10(Math.min(0.1, ...values)), high: Math.log10(Math.max(1, ...values)), powers: true };
  }
  const read = (message?.references ?? []).flatMap(({ other, blurred }) => [other ?? 0, blurred ?? 0]);
  return { low: 0, high: 1.08 * Math.max(1, ...values, ...read), powers: false };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} size
 * @param {Plot} plot
 */
export function plot(canvas, size, plot) {
  const { range, message, data, font, unit, values, curve } = plot;
  const [width, height] = size.map((side) => side / unit);
  const { colours } = data;
  const ratio = window.devicePixelRatio;
  const context = fit(canvas, Math.round(size[0] * ratio), Math.round(size[1] * ratio));
  context.scale(ratio * unit, ratio * unit);
  context.font = font;
  const last = Math.max(2, message?.steps ?? 2);
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
  const x = (/** @type {number} */ step) => MARGIN.left + ((right - MARGIN.left) * (step - 1)) / (last - 1);
  const level = (/** @type {number} */ value) => (range.powers ? Math.log10(value) : value);
  const y = (/** @type {number} */ value) =>
    MARGIN.top + ((bottom - MARGIN.top) * (range.high - level(value))) / (range.high - range.low || 1);
  context.fillStyle = colours.quiet;
  context.strokeStyle = colours.faint;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of ticks(range)) {
    line(context, [MARGIN.left, y(value)], [right, y(value)]);
    context.fillText(String(value), MARGIN.left - 5, y(value));
  }
  if (!message) return;
  if (curve === "content") refer(context, plot, x, y, right);
  mark(context, message, x, height, colours);
  context.strokeStyle = colours[curve];
  context.lineWidth = 2;
  context.lineJoin = "round";
  const breaks = message.marks.filter(({ changed }) => changed.includes("scale")).map(({ iteration }) => iteration);
  trace(context, values, message.iterations, breaks, x, y);
}

/** @param {Range} range */
function ticks({ low, high, powers }) {
  if (!powers) return TICKS;
  const whole = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, k) => Math.ceil(low) + k);
  return whole.map((power) => Number(`1e${power}`));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} from
 * @param {number[]} to
 */
function line(context, from, to) {
  context.beginPath();
  context.moveTo(from[0], from[1]);
  context.lineTo(to[0], to[1]);
  context.stroke();
}

/**
 * A curve, in pieces: none leads over a step that is not known, or into another scale.
 * @param {CanvasRenderingContext2D} context
 * @param {(number | null)[]} values
 * @param {number[]} iterations
 * @param {number[]} breaks   the steps with which it begins anew
 * @param {(step: number) => number} x
 * @param {(value: number) => number} y
 */
function trace(context, values, iterations, breaks, x, y) {
  context.beginPath();
  let pen = false;
  values.forEach((value, k) => {
    const is = value !== null && value > 0;
    const anew = breaks.some((step) => iterations[k - 1] < step && step <= iterations[k]);
    if (is) context[pen && !anew ? "lineTo" : "moveTo"](x(iterations[k]), y(value));
    pen = is;
  });
  context.stroke();
}

/**
 * The marks, and below them as many of their steps as have room beside the first and the last.
 * @param {CanvasRenderingContext2D} context
 * @param {Message} message
 * @param {(step: number) => number} x
 * @param {number} height
 * @param {Data["colours"]} colours
 */
function mark(context, { marks, steps }, x, height, colours) {
  context.textBaseline = "alphabetic";
  context.strokeStyle = colours.quiet;
  context.setLineDash([2, 3]);
  for (const { iteration } of marks) {
    line(context, [x(iteration), MARGIN.top - 6], [x(iteration), height - MARGIN.bottom]);
  }
  context.setLineDash([]);
  /** @type {number[]} */
  const taken = [];
  // first and last before all, then the newest
  for (const step of [1, steps, ...marks.map(({ iteration }) => iteration).reverse()]) {
    if (taken.some((at) => Math.abs(at - x(step)) < ROOM)) continue;
    taken.push(x(step));
    context.textAlign = step === 1 ? "left" : step === steps ? "right" : "center";
    context.fillText(String(step), x(step), height - 4);
  }
}

/**
 * What the content's curve is read by: a line for each, over the steps that it holds for, and its name where it ends.
 * @param {CanvasRenderingContext2D} context
 * @param {Plot} plot
 * @param {(step: number) => number} x
 * @param {(value: number) => number} y
 * @param {number} right
 */
function refer(context, { message, data: { colours, words } }, x, y, right) {
  const references = message?.references ?? [];
  context.save();
  context.strokeStyle = colours.quiet;
  context.textAlign = "right";
  for (const name of /** @type {const} */ (["other", "blurred"])) {
    references.forEach((stretch, k) => {
      const value = stretch[name];
      const end = k + 1 < references.length ? x(references[k + 1].from) : right;
      if (value !== null) line(context, [x(stretch.from), y(value)], [end, y(value)]);
    });
    const value = [...references].reverse().find((stretch) => stretch[name] !== null)?.[name]; // the newest may not be known yet
    // the curve ends above the blurred photo as a rule
    context.textBaseline = name === "blurred" ? "top" : "bottom";
    if (value) named(context, words[`reference_${name}`], right, y(value), colours.paper);
  }
  context.textBaseline = "bottom";
  if (references.length) named(context, words.reference_itself, right, y(0), colours.paper);
  context.restore();
}

/**
 * A name that can be read over a line.
 * @param {CanvasRenderingContext2D} context
 * @param {string} name
 * @param {number} x
 * @param {number} y
 * @param {string} paper
 */
function named(context, name, x, y, paper) {
  context.save();
  context.strokeStyle = paper;
  context.lineWidth = 3;
  context.lineJoin = "round";
  const below = context.textBaseline === "top" ? 2 : -1;
  context.strokeText(name, x, y + below);
  context.restore();
  context.fillText(name, x, y + below);
}
