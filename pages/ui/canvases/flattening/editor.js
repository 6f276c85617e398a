// A number of a map is changed in an editor that lies over its cell.

import { clamp } from "../shared/geometry.js";
import { plain } from "../shared/numbers.js";
import { read } from "../shared/read.js";
import { fill, visible } from "../shared/words.js";
import { addressOf } from "./captions.js";
import { mark, work } from "./draw.js";

const LARGEST = 1e150; // beyond it a product of two numbers may overflow

/**
 * @typedef {import("./canvas.js").Hand} Hand
 * @typedef {import("./draw.js").Cell} Cell
 */

/**
 * @param {Hand} hand
 * @param {Cell} cell
 * @param {string} [typed]   the first key of a new text; without, the number as it is, selected
 */
export function openEditor(hand, cell, typed) {
  const {
    editor,
    data: { words },
  } = hand;
  hand.editing = cell;
  hand.note = "";
  editor.hidden = false;
  placeEditor(hand, cell);
  editor.value = typed ?? plain(hand.rows[cell.c][cell.p]);
  editor.setAttribute("aria-label", fill(words.edit, { address: addressOf(hand, cell) }));
  editor.removeAttribute("aria-invalid");
  editor.focus({ preventScroll: true });
  if (typed === undefined) editor.select();
}

/**
 * @param {Hand} hand
 * @param {Cell} cell
 */
export function placeEditor({ editor, width, scale }, { place }) {
  if (!place) return;
  const [x, y] = place;
  const [wide, high] = [Math.max(place[2], 72), Math.max(place[3], 44)];
  const [left, top] = [clamp(x - wide / 2, 0, width - wide), y - high / 2];
  const box = Object.entries({ left, top, width: wide, height: high });
  for (const [side, length] of box) editor.style.setProperty(side, `${length * scale}px`);
}

/**
 * @param {Hand} hand
 * @param {boolean} refocus
 */
export function closeEditor(hand, refocus) {
  const cell = hand.editing;
  hand.editing = null; // first: to hide it is to leave it
  hand.editor.hidden = true;
  if (refocus) cell?.group.focus({ preventScroll: true });
  mark(hand);
}

/**
 * A number that is typed, or what is wrong with it, as shared/read.js says it.
 * @param {string} text
 */
export function readOrdinary(text) {
  const { value = 0, ...found } = read(text);
  return Math.abs(value) > LARGEST ? { value, fault: "range" } : { value: value + 0, ...found }; // −0 is 0
}

/**
 * The text in the editor counts from now on, if it is a number.
 * @param {Hand} hand
 * @param {boolean} leaving
 */
export function settle(hand, leaving) {
  const {
    editor,
    editing: cell,
    data: { words },
  } = hand;
  if (!cell) return;
  const { value, ...found } = readOrdinary(editor.value);
  const { fault } = found;
  hand.note = fault ? fill(words[fault], { ...found, text: visible(editor.value) }) : "";
  editor.setAttribute("aria-invalid", String(Boolean(fault)));
  if (!fault && value !== hand.rows[cell.c][cell.p]) change(hand, cell, value);
  if (!fault || leaving) closeEditor(hand, !leaving);
  mark(hand);
}

/**
 * @param {Hand} hand
 * @param {Cell} cell
 * @param {number} value
 */
function change(hand, { c, p }, value) {
  const W = hand.shape[2];
  hand.maps[c][Math.floor(p / W)][p % W] = value;
  work(hand);
  hand.changes.send(hand.setStateValue, hand.maps);
}
