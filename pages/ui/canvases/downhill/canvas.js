// How the pixels know where to go: the flow of a transfer while it runs, the total with its numbers, and, where the
// transfer rests or a person asks for it, what pulls at each pixel, one of which is followed.

import { dress } from "../shared/colours.js";
import { lifecycle, listen } from "../shared/lifecycle.js";
import { part } from "../shared/parts.js";
import { askInTurn, pause } from "../shared/requests.js";
import { unpack } from "../shared/wire.js";
import { fill } from "../shared/words.js";
import { buildFlow, drawFlow, writeFormula } from "./flow.js";
import { tabulate } from "./pixel.js";
import { buildPulls, drawPulls, follow } from "./pulls.js";

const APART = 1000; // ms from one question to the next
const MOVING = ["queued", "running", "abandoned"];
const OVER = ["finished", "stopped", "failed"];

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {Record<string, string> & { negative: string, paper: string, product: string }} Colours
 * @typedef {{ job: string, mark: string, state: string, photo: string, paintings: string[],
 *   words: Record<string, string>, colours: Colours }} Data   of downhill/canvas.py
 * @typedef {{ iteration: number, total: number, content_weight: number, content: number | null, style_weight: number,
 *   layers: [string, number, number][], smoothness: [number, number] | null, optimizer: string }} Moment   of wire.py
 * @typedef {{ name: string, size: number, matrices: Uint8Array[] }} Layer
 * @typedef {{ sequence: number, layers: Layer[], moment: Moment | null }} Message
 * @typedef {Record<"value" | "content" | "style" | "total_variation" | "slope" | "descended", number[]>} Pixel
 * @typedef {{ sequence: number, iteration: number, width: number, height: number, worked_at: [number, number],
 *   numbers: number, angle: number | null, row: number, column: number, rate: number, pixel: Pixel,
 *   before: (Pixel & { iteration: number, moved: number[] }) | null, pictures: boolean }} Look   of lesson 7's downhill.py
 * @typedef {ReturnType<typeof begin>} View
 */

export default lifecycle({ begin, update, end: ({ conversation }) => conversation?.abort() });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement: root, data }, ending) {
  const view = {
    root: part(root, ".downhill", HTMLElement),
    flow: buildFlow(root),
    formula: part(root, ".formula", HTMLElement),
    keep: part(root, ".keep", HTMLInputElement),
    keepLabel: part(root, ".keep + span", HTMLElement),
    said: part(root, ".state", HTMLElement),
    pulls: buildPulls(root),
    angle: part(root, ".angle", HTMLElement),
    pixel: part(root, ".pixel", HTMLElement),
    data: /** @type {Data} */ (data),
    job: /** @type {string | null} */ (null),
    conversation: /** @type {AbortController | null} */ (null),
    ended: /** @type {string | null} */ (null), // the state that Python had said when the conversation ended
    message: /** @type {Message | null} */ (null),
    look: /** @type {Look | null} */ (null),
    place: /** @type {{ row: number, column: number } | null} */ (null), // of the pixel; null is the middle
    asking: false, // for another pixel
  };
  listen(view.keep, "change", () => resume(view), ending);
  follow(view.pulls, (place) => choose(view, place), ending);
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
    Object.assign(view, { job: data.job, conversation: null, ended: null, message: null, look: null });
  }
  dress(view.root, data.colours);
  view.keepLabel.textContent = data.words.keep;
  show(view);
  resume(view);
}

/** @param {View} view */
function show(view) {
  const { flow, data, message, look, place } = view;
  drawFlow(flow, data, message);
  writeFormula(view.formula, message?.moment ?? null, data.words);
  drawPulls(view.pulls, data, look, place);
  const { words } = data;
  const resting = look ? "" : data.job ? (wanted(view) ? words.waiting : words.running) : words.idle;
  view.said.textContent = look ? saidOf(look, words) : resting;
  view.angle.textContent = look === null ? "" : angleOf(look, words);
  tabulate(view.pixel, look, message?.moment?.optimizer ?? "lbfgs", words);
}

/**
 * @param {Look} look
 * @param {Record<string, string>} words
 */
function saidOf({ iteration, width, height, worked_at: [high, wide] }, words) {
  const coarse = wide < width || high < height;
  return fill(coarse ? words.looked_coarse : words.looked, { step: iteration, width: wide, height: high });
}

/**
 * @param {Look} look
 * @param {Record<string, string>} words
 */
function angleOf({ angle, numbers }, words) {
  if (angle === null) return words.no_angle;
  return fill(words.angle, { angle: angle.toFixed(0), numbers: String(numbers) });
}

// ------------------------------------------------------------------------------------------------ what the server says

/**
 * Whether the pulls of the newest picture are to be asked for.
 * @param {View} view
 */
const wanted = ({ data, keep }) => !MOVING.includes(data.state) || keep.checked;

/** @param {View} view */
function resume(view) {
  if (view.data.job && !view.conversation && (view.data.state !== view.ended || view.look === null)) converse(view);
}

/** @param {View} view */
async function converse(view) {
  const conversation = new AbortController();
  const { signal } = conversation;
  view.conversation = conversation;
  while (!signal.aborted) {
    const { state } = view.data;
    try {
      const isNew = await hear(view, signal);
      const looked = wanted(view) && view.message && view.look?.sequence !== view.message.sequence;
      if (looked) await lookAt(view, signal);
      if (signal.aborted || isNew === null) break;
      if (!isNew && !looked && OVER.includes(state) && state === view.data.state) break; // nothing new will come
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
 * Ask for the newest Gram matrices and losses, and for the picture that they are of.
 * @param {View} view
 * @param {AbortSignal} signal
 * @returns {Promise<boolean | null>} whether there is something new; null where there is no such job
 */
async function hear(view, signal) {
  const answer = await askInTurn(view.data, `grams?after=${view.message?.sequence ?? ""}`, signal);
  if (answer.status === 404) return null;
  if (answer.status !== 200) return false;
  const picture = await askInTurn(view.data, "newest.jpg?after=&state=&wait=0", signal);
  const bitmap = picture.status === 200 ? await createImageBitmap(picture.body) : null;
  const message = read(new Uint8Array(await answer.body.arrayBuffer()));
  if (signal.aborted) return null;
  view.message = message;
  view.flow.newest = bitmap ?? view.flow.newest;
  show(view);
  return true;
}

/**
 * The message of wire.py, which walk/canvas.js reads as well.
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

/**
 * Ask what pulls at the pixels of the newest picture; the server computes it between two turns of everybody's.
 * @param {View} view
 * @param {AbortSignal} signal
 */
async function lookAt(view, signal) {
  const { place, look } = view;
  const pixel = place ? `&row=${place.row}&column=${place.column}` : "";
  const answer = await askInTurn(view.data, `pulls?after=${look?.sequence ?? ""}${pixel}`, signal);
  if (answer.status !== 200) return;
  const { about, payload } = unpack(new Uint8Array(await answer.body.arrayBuffer()));
  if (signal.aborted) return;
  view.look = about;
  if (about.pictures) view.pulls.bytes = payload;
  show(view);
}

/**
 * Follow another pixel: its numbers are asked for once the question before has been answered.
 * @param {View} view
 * @param {{ row: number, column: number }} place
 */
async function choose(view, place) {
  view.place = place;
  drawPulls(view.pulls, view.data, view.look, place);
  if (view.asking || !view.look) return;
  view.asking = true;
  const ending = view.conversation?.signal ?? new AbortController().signal;
  try {
    do await lookAt(view, ending);
    while (view.look && view.place && (view.look.row !== view.place.row || view.look.column !== view.place.column));
  } catch {
    // the connection is lost, or another job is shown
  }
  view.asking = false;
}
