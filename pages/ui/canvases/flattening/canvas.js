// By hand, in lesson 4: a feature map [C, H, W] is laid flat, turned, multiplied with itself and read.
//
// One number, `hand.time`, says everything, and draw.js shows any moment, whole beats or halves. To play is to let it
// grow, to drag is to set it.
//
// Python owns the numbers. A change is drawn here at once and sent, and numbers from Python are adopted only once Python
// has seen our last change; the text of an open editor is never touched.

import { dress } from "../shared/colours.js";
import { ARROWS, isPlain } from "../shared/keys.js";
import { lifecycle, listen, watchSize } from "../shared/lifecycle.js";
import { part } from "../shared/parts.js";
import { tallestAt, unitAt } from "../shared/unit.js";
import { Commits } from "../shared/wire.js";
import { beatsOf, lastBeat, ORDER, STAGES, stageAt, turnOf } from "./beats.js";
import { build, drawAnew, mark, put, work } from "./draw.js";
import { closeEditor, openEditor, placeEditor, settle } from "./editor.js";
import { arrange } from "./layout.js";
import { drag, jump, stand, step, toggle } from "./time.js";

const SHARES = [1, 0.94, 0.88, 0.82, 0.76, 0.7]; // of the unit; at the last the smallest type is as small as it may be

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {import("./draw.js").Cell} Cell
 * @typedef {{ maps: number[][][], divisor: number, stage: number | null, words: Record<string, string>,
 *   sequence: number, reached: number, reports: boolean, channels: string[],
 *   colours: Record<string, string> }} Data   of canvas.py
 * @typedef {ReturnType<typeof begin>} Hand
 */

export default lifecycle({ begin, update, end });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement, data, setStateValue }, ending) {
  const root = part(parentElement, ".flattening", HTMLElement);
  const drawing = part(root, ".paper > svg", SVGElement);
  const hand = {
    root,
    drawing,
    layers: {
      marks: part(drawing, ".marks", SVGElement),
      maps: part(drawing, ".maps", SVGElement),
      bars: part(drawing, ".bars", SVGElement),
      columns: part(drawing, ".columns", SVGElement),
      gram: part(drawing, ".gram", SVGElement),
      meeting: part(drawing, ".meeting", SVGElement),
    },
    editor: part(root, ".editor", HTMLInputElement),
    address: part(root, ".address", HTMLElement),
    timeLine: part(root, ".time", HTMLElement),
    title: part(root, ".title", HTMLElement),
    text: part(root, ".text", HTMLElement),
    data: /** @type {Data} */ (data),
    setStateValue,
    changes: new Commits(data.sequence),
    reports: new Commits(data.reached),
    asked: /** @type {number | null} */ (null), // the stage that Python last wanted
    told: 1, // the stage that Python knows of

    shape: /** @type {number[]} */ ([]),
    maps: /** @type {number[][][]} */ ([]),
    rows: /** @type {number[][]} */ ([]), // F
    sums: /** @type {number[][]} */ ([]), // F Fᵀ
    gram: /** @type {number[][]} */ ([]), // divided

    width: 0, // of the drawing, in its own measure
    scale: 1, // px of that
    layout: /** @type {import("./layout.js").Layout | null} */ (null),
    cells: /** @type {Record<Cell["layer"], Cell[][]>} */ ({ maps: [], bars: [], columns: [], gram: [] }),
    cellOf: /** @type {WeakMap<Element, Cell>} */ (new WeakMap()), // by their groups
    meeting: /** @type {SVGElement[]} */ ([]),
    marked: "", // for which moment the marks were drawn
    written: "", // for which one the text was written

    time: 0, // in beats
    goal: 0,
    pace: 1, // how many times slower than when it is played
    last: 0, // when the last frame was drawn while time runs
    playing: false,
    dragging: false,
    frame: 0,

    hover: /** @type {Cell | null} */ (null),
    focused: /** @type {Cell | null} */ (null),
    editing: /** @type {Cell | null} */ (null),
    note: "", // what is wrong with the text in the editor
  };
  /** @type {(target: EventTarget, types: string, act: (hand: Hand, event: any) => void) => void} */
  const on = (target, types, act) => listen(target, types, (event) => act(hand, event), ending);
  on(root, "keydown", pressKey);
  on(root, "gramlab-step", stepIfAny); // a clicker's
  on(drawing, "click", click);
  on(drawing, "pointerover pointerout", point);
  on(drawing, "focusin focusout", focus);
  on(hand.editor, "blur", () => settle(hand, true));
  on(hand.timeLine, "pointerdown pointermove pointerup pointercancel", drag);
  on(part(root, ".play", HTMLElement), "click", toggle);
  on(part(root, ".back", HTMLElement), "click", () => step(hand, -1));
  on(part(root, ".forward", HTMLElement), "click", () => step(hand, 1));
  watchSize(root, () => resize(hand), ending);
  return hand;
}

/**
 * @param {Hand} hand
 * @param {Component} component
 */
function update(hand, { data, setStateValue }) {
  Object.assign(hand, { data, setStateValue });
  adopt(hand);
  describe(hand);
  work(hand);
  if (!hand.layout) resize(hand);
  mark(hand);
}

/** @param {Hand} hand */
function end({ frame }) {
  cancelAnimationFrame(frame);
}

/**
 * Numbers and stage from Python, unless something later happened here.
 * @param {Hand} hand
 */
function adopt(hand) {
  const { data, shape: before } = hand;
  const shape = [data.maps.length, data.maps[0].length, data.maps[0][0].length];
  const reshaped = String(shape) !== String(before);
  if (reshaped) {
    // cannot wait: what was being edited may be gone
    const stage = before.length ? stageAt(before[0], hand.time) : 1;
    if (hand.editing) closeEditor(hand, false);
    Object.assign(hand, { shape, layout: null, playing: false, hover: null, focused: null });
    build(hand);
    stand(hand, beatsOf(shape[0])[stage - 1]);
  }
  if (reshaped || hand.changes.areSeen(data.sequence)) hand.maps = structuredClone(data.maps);
  if (data.stage === hand.asked) return;
  hand.asked = data.stage;
  if (!data.stage || !hand.reports.areSeen(data.reached) || stageAt(shape[0], hand.time) === data.stage) return;
  Object.assign(hand, { playing: false, told: data.stage });
  stand(hand, beatsOf(shape[0])[data.stage - 1]);
}

/**
 * Colours and words follow the theme and the language.
 * @param {Hand} hand
 */
function describe({ root, drawing, timeLine, data: { words, colours, channels } }) {
  dress(root, { ...colours, ...Object.fromEntries(channels.map((colour, c) => [`c${c}`, colour])) });
  drawing.setAttribute("aria-label", words.canvas);
  timeLine.setAttribute("aria-label", words.time_line);
  timeLine.setAttribute("aria-valuemax", String(STAGES));
}

/** @param {Hand} hand */
function resize(hand) {
  const { root, drawing, cells } = hand;
  const room = drawing.clientWidth;
  if (!room) return;
  const layout = fitting(hand, room, unitAt(root), tallestAt(root));
  hand.layout = layout;
  drawing.setAttribute("viewBox", `0 0 ${hand.width} ${layout.height}`);
  drawing.style.height = `${layout.height * hand.scale}px`;
  keepRoom(hand, layout.wide);
  root.classList.toggle("narrow", !layout.wide);
  for (const cell of cells.maps.flat()) put(cell, layout.maps(cell.c, cell.p));
  if (hand.editing) placeEditor(hand, hand.editing);
  drawAnew(hand);
}

/**
 * The largest that is no higher than the page allows, as long as it can be read.
 * @param {Hand} hand
 * @param {number} room      px
 * @param {number} unit      px, where there is height enough
 * @param {number} tallest   px
 */
function fitting(hand, room, unit, tallest) {
  const at = (/** @type {number} */ share) => {
    hand.scale = share * unit;
    hand.width = room / hand.scale;
    return arrange(hand.width, hand.shape);
  };
  const share = SHARES.find((share) => at(share).height * hand.scale <= tallest);
  return at(share ?? SHARES[SHARES.length - 1]);
}

/**
 * For all that will ever be written below: nothing jumps.
 * @param {Hand} hand
 * @param {boolean} wide
 */
function keepRoom({ root, width, shape: [C, H, W] }, wide) {
  const isBelow = getComputedStyle(root).display === "block"; // on a projector it stands beside
  const abreast = isBelow && width >= 960; // the sentences
  const sentences = Math.max(C, ORDER(C).length - C);
  const notes = abreast ? 2 : wide ? 3 : 5; // lines; then those of the sum, in larger type
  const sum = notes + ((wide ? 1 : 2) + Number(H * W > 6)) * 1.22;
  const lines = Math.max(sum, abreast ? sentences / 2 : wide ? sentences : sentences * 2);
  root.style.setProperty("--lines", String(lines));
  root.style.setProperty("--notes", String(notes));
  root.classList.toggle("abreast", abreast);
}

// ------------------------------------------------------------------------------------------------------ hands and keys

/**
 * @param {Hand} hand
 * @param {EventTarget | null} target
 */
const cellAt = ({ cellOf }, target) =>
  (target instanceof Element && cellOf.get(/** @type {Element} */ (target.closest(".cell")))) || null;

/**
 * @param {Hand} hand
 * @param {KeyboardEvent} event
 */
function pressKey(hand, event) {
  if (!isPlain(event) || event.isComposing) return;
  const act = event.target === hand.editor ? editorKey(hand, event.key) : (key(hand, event) ?? timeKey(hand, event));
  if (!act) return;
  event.preventDefault();
  act();
}

/**
 * @param {Hand} hand
 * @param {CustomEvent<number>} event   1 or -1
 */
function stepIfAny(hand, event) {
  const way = event.detail;
  const at = hand.playing ? hand.time : hand.goal;
  if (way > 0 ? at >= lastBeat(hand.shape[0]) : at <= 0) return;
  event.preventDefault(); // taken
  step(hand, way);
}

/**
 * What a key does in the editor.
 * @param {Hand} hand
 * @param {string} key
 */
function editorKey(hand, key) {
  if (key === "Enter") return () => settle(hand, false);
  if (key !== "Escape") return null;
  return () => {
    hand.note = "";
    closeEditor(hand, true);
  };
}

/**
 * What a key does on a number.
 * @param {Hand} hand
 * @param {KeyboardEvent} event
 */
function key(hand, { key, target }) {
  const cell = cellAt(hand, target);
  if (!cell) return null;
  if (key in ARROWS) return () => walk(hand, cell, ARROWS[key]);
  if (cell.layer !== "maps") return null;
  if (key === "Enter") return () => openEditor(hand, cell);
  return /^[\d.+−-]$/.test(key) ? () => openEditor(hand, cell, key) : null;
}

/**
 * What a key does with the time.
 * @param {Hand} hand
 * @param {KeyboardEvent} event
 */
function timeKey(hand, { key, target }) {
  if (key === "ArrowLeft" || key === "ArrowRight") return () => step(hand, ARROWS[key][0]);
  if (key === " " && !(target instanceof HTMLButtonElement)) return () => toggle(hand);
  if (target !== hand.timeLine) return null;
  if (key === "Home") return () => jump(hand, 0);
  return key === "End" ? () => jump(hand, lastBeat(hand.shape[0])) : null;
}

/**
 * To the nearest cell in the key's direction, wherever the width has put it.
 * @param {Hand} hand
 * @param {Cell} from
 * @param {number[]} direction
 */
function walk({ cells }, { layer, place: start }, [right, down]) {
  const far = (/** @type {Cell} */ { place }) => {
    if (!place || !start) return Infinity;
    const [dx, dy] = [place[0] - start[0], place[1] - start[1]];
    const [along, across] = [dx * right + dy * down, Math.abs(dx * down) + Math.abs(dy * right)];
    return along > 1 ? along + 3 * across : Infinity;
  };
  const nearest = cells[layer].flat().reduce((best, cell) => (far(cell) < far(best) ? cell : best));
  if (far(nearest) < Infinity) nearest.group.focus({ preventScroll: true });
}

/**
 * @param {Hand} hand
 * @param {FocusEvent} event
 */
function focus(hand, { target, type }) {
  const cell = type === "focusin" ? cellAt(hand, target) : null;
  hand.focused = cell?.layer === "gram" ? null : cell;
  if (hand.focused) {
    hand.note = "";
    for (const { group } of hand.cells[hand.focused.layer].flat()) {
      group.setAttribute("tabindex", group === hand.focused.group ? "0" : "-1");
    }
  }
  mark(hand);
}

/**
 * @param {Hand} hand
 * @param {PointerEvent} event
 */
function point(hand, { target, type }) {
  const cell = type === "pointerover" ? cellAt(hand, target) : null;
  hand.hover = cell?.layer === "gram" ? null : cell;
  if (cell && !hand.editing) hand.note = "";
  mark(hand);
}

/**
 * A map's number opens its editor; a cell of G shows its sum again.
 * @param {Hand} hand
 * @param {PointerEvent} event
 */
function click(hand, { target }) {
  const cell = cellAt(hand, target);
  if (cell?.layer === "maps") openEditor(hand, cell);
  const [C] = hand.shape;
  if (cell?.layer === "gram") jump(hand, C + 2 + turnOf(C, cell.c, cell.p));
}
