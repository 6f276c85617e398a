// For each style layer: the Gram matrix of the picture, that of the painting, and their difference, with the distance
// between them as a number and as a curve that falls. Asked of the transfer's route about once a second while a job is
// alive, in turn with whatever else this page asks.

import { dress, scale } from "../shared/colours.js";
import { lifecycle, watchSize } from "../shared/lifecycle.js";
import { make, part } from "../shared/parts.js";
import { askInTurn, pause } from "../shared/requests.js";
import { unitAt } from "../shared/unit.js";
import { unpack } from "../shared/wire.js";
import { fill } from "../shared/words.js";
import { fit, plot, rangeOf } from "./curve.js";
import { told } from "./marks.js";

const APART = 1000; // ms from one question to the next
const OVER = ["finished", "stopped", "failed"];

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {{ job: string, mark: string, state: string, layers: string[], content: boolean,
 *   words: Record<string, string>, colours: Record<string, string> & { negative: string, paper: string, product: string }
 * }} Data   of walk/canvas.py
 * @typedef {{ name: string, size: number, distance: string | null, matrices: Uint8Array[] }} Layer
 * @typedef {{ iteration: number, changed: string[], values: Record<string, any> }} Mark
 * @typedef {{ from: number, other: number | null, blurred: number | null }} Reference
 * @typedef {{ sequence: number, steps: number, layers: Layer[], content: string | null, iterations: number[],
 *   curves: Record<string, (number | null)[]>, marks: Mark[], references: Reference[] }} Message   of wire.py
 * @typedef {{ name: string, distance: HTMLElement, matrices: HTMLCanvasElement[], curve: HTMLCanvasElement }} Row
 * @typedef {ReturnType<typeof begin>} View
 */

export default lifecycle({ begin, update, end: ({ conversation }) => conversation?.abort() });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement, data }, ending) {
  const view = {
    walk: part(parentElement, ".walk", HTMLElement),
    marks: part(parentElement, ".marks", HTMLElement),
    data: /** @type {Data} */ (data),
    job: /** @type {string | null} */ (null),
    conversation: /** @type {AbortController | null} */ (null),
    ended: /** @type {string | null} */ (null), // the state that Python had said when the conversation ended
    message: /** @type {Message | null} */ (null),
    rows: /** @type {Row[]} */ ([]),
    built: "", // what the rows were made from
    font: "",
  };
  watchSize(view.walk, () => draw(view), ending);
  return view;
}

/**
 * @param {View} view
 * @param {Component} component
 */
function update(view, { data }) {
  view.data = data;
  if (view.job !== data.job) {
    view.conversation?.abort();
    Object.assign(view, { job: data.job, conversation: null, ended: null, message: null });
  }
  dress(view.walk, data.colours);
  build(view);
  draw(view);
  if (data.job && !view.conversation && data.state !== view.ended) converse(view);
}

// ------------------------------------------------------------------------------------------------ what the server says

/** @param {View} view */
async function converse(view) {
  const conversation = new AbortController();
  const { signal } = conversation;
  view.conversation = conversation;
  while (!signal.aborted) {
    const { state } = view.data;
    try {
      const answer = await askInTurn(view.data, `grams?after=${known(view.message)}`, signal);
      const message = answer.status === 200 ? read(new Uint8Array(await answer.body.arrayBuffer())) : null;
      if (signal.aborted || answer.status === 404) break;
      if (message) {
        view.message = message;
        build(view);
        draw(view);
      } else if (OVER.includes(state) && state === view.data.state) break; // nothing new will come
    } catch {
      // the connection is lost; the next question may find it again
    }
    await pause(APART, signal);
  }
  if (signal.aborted) return;
  view.conversation = null;
  view.ended = view.data.state;
}

/**
 * The step that nothing more has to be said of: the pool may yet have to find what the content's curve is read by.
 * @param {Message | null} message
 */
const known = (message) => (message?.references.every(({ other }) => other !== null) ? String(message.sequence) : "");

/**
 * The message of wire.py: for each layer three matrices, one byte a cell, 128 for zero.
 * @param {Uint8Array} data
 * @returns {Message}
 */
function read(data) {
  const { about, payload } = unpack(data);
  let at = 0;
  for (const layer of about.layers) {
    const cells = layer.size ** 2;
    layer.matrices = [0, 1, 2].map((k) => payload.subarray(at + k * cells, at + (k + 1) * cells));
    at += 3 * cells;
  }
  return about;
}

// ------------------------------------------------------------------------------------------------------------- drawing

/**
 * The rows, made anew only when the layers or the language change.
 * @param {View} view
 */
function build(view) {
  const { walk, message } = view;
  const { words, layers, content } = view.data;
  const names = message ? message.layers.map(({ name }) => name) : layers;
  view.font = `11px ${getComputedStyle(walk).fontFamily}`;
  const asked = JSON.stringify([names, content, words]);
  if (view.built === asked) return;
  view.built = asked;
  const head = make("div", "row head");
  const titles = ["", words.now, words.painting, words.difference, words.curve];
  head.append(...titles.map((word) => make("span", "", word)));
  walk.replaceChildren(head);
  view.rows = names.map((name) => {
    const matrices = [words.now, words.painting, words.difference].map((word) => {
      const canvas = make("canvas", "matrix");
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", fill(words.spoken, { layer: name, matrix: word }));
      return canvas;
    });
    return row(walk, "style", name, name, matrices, matrices);
  });
  if (content) {
    view.rows.push(row(walk, "content", "content", words.content, [make("div", "said", words.content_note)], []));
  }
}

/**
 * @param {HTMLElement} walk
 * @param {string} kind
 * @param {string} name
 * @param {string} said
 * @param {HTMLElement[]} middle
 * @param {HTMLCanvasElement[]} matrices
 * @returns {Row}
 */
function row(walk, kind, name, said, middle, matrices) {
  const [line, title, curve] = [make("div", `row ${kind}`), make("div"), make("canvas", "curve")];
  const distance = make("span", "distance", "—");
  title.append(make("span", "layer", said), distance);
  line.append(title, ...middle, curve);
  walk.append(line);
  return { name, distance, matrices, curve };
}

/** @param {View} view */
function draw(view) {
  const { walk, rows, message, data } = view;
  const shade = scale(data.colours, 255);
  // all sizes are read before anything is drawn: else the page is laid out anew for each row
  const sizes = rows.map(({ curve }) => [curve.clientWidth, curve.clientHeight]);
  rows.forEach((row, at) => {
    const layer = message?.layers.find(({ name }) => name === row.name);
    say(row.distance, (row.name === "content" ? message?.content : layer?.distance) ?? "—");
    for (const [k, canvas] of row.matrices.entries()) paint(canvas, layer?.matrices[k], layer?.size ?? 1, shade);
    plot(row.curve, sizes[at], {
      curve: row.name === "content" ? "content" : "style",
      values: message?.curves[row.name] ?? [],
      range: rangeOf(row.name, message),
      message,
      data,
      font: view.font,
      unit: unitAt(walk),
    });
  });
  say(view.marks, message ? told(message.marks, data.words) : "");
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array | undefined} bytes
 * @param {number} size
 * @param {Uint32Array} shade   255 pixels: the bytes are 1 to 255
 */
function paint(canvas, bytes, size, shade) {
  const context = fit(canvas, size, size);
  if (!bytes) return;
  const image = context.createImageData(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  for (let k = 0; k < pixels.length; k++) pixels[k] = shade[bytes[k] - 1];
  context.putImageData(image, 0, 0);
}
