// The heatmap of a matrix: read a cell by pointing, choose one by mouse, touch or keyboard, zoom into a large one.
// A choice shows here at once; Python is told, and need not answer.

import { dress } from "../shared/colours.js";
import { COVERING, isCovered } from "../shared/covered.js";
import { clamp } from "../shared/geometry.js";
import { gramOf } from "../shared/gramian.js";
import { hearMoved } from "../shared/hand.js";
import { ARROWS, isPlain } from "../shared/keys.js";
import { lifecycle, listen, watchSize } from "../shared/lifecycle.js";
import { number } from "../shared/numbers.js";
import { make, part } from "../shared/parts.js";
import { tellDrawn } from "../shared/requests.js";
import { choose, follow, unpack } from "../shared/wire.js";
import { fill } from "../shared/words.js";
import {
  arrange,
  bringIntoSight,
  cellAt,
  draw,
  inside,
  lookFrom,
  nameOf,
  show,
  sizeOf,
  sketch,
  valueAt,
  withMirror,
  zoomBy,
} from "./picture.js";

const LARGE = 32; // beyond, there is something to zoom into
const KEY_PAUSE = 150; // ms without a key before Python hears of the cell
const CLOSER = 1.6;
/** To the right and down. @type {Record<string, [number, number]>} */
const MOVES = { ...ARROWS, PageUp: [0, -10], PageDown: [0, 10], Home: [-Infinity, 0], End: [Infinity, 0] };

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {import("./picture.js").Cell} Cell
 * @typedef {import("./picture.js").Place} Place
 * @typedef {import("./picture.js").Matrix & { key: string, words: Record<string, string>, width: number,
 *   selectable: boolean, wish: { value: Cell | null, count: number, after: number },
 *   follows: string, reading: import("../shared/gramian.js").Reading, drawing: string }} About   of matrix/canvas.py
 * @typedef {ReturnType<typeof begin>} View
 */

export default lifecycle({ begin, update, end });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement: root, data, setStateValue }, ending) {
  const about = read(data);
  const view = {
    about,
    picture: sketch(root, about),
    reading: part(root, ".reading", HTMLElement),
    spoken: part(root, ".spoken", HTMLElement),
    tools: part(root, ".tools", HTMLElement),
    buttons: {
      in: part(root, ".in", HTMLButtonElement),
      out: part(root, ".out", HTMLButtonElement),
      whole: part(root, ".whole", HTMLButtonElement),
    },
    choice: follow(about.key, about.wish, true),
    setStateValue,
    moved: /** @type {number[][] | null} */ (null), // the vectors on which a hand is, in the canvas that it follows
    pointers: /** @type {Map<number, Place>} */ (new Map()), // that are down, and where
    dragged: false,
    anew: true, // whether the picture is to be arranged anew
    told: "", // the drawing of which the server has been told
    frame: 0,
    timer: 0,
  };
  watchSize(view.picture.figure, () => refresh(view, true), ending);
  document.fonts?.ready.then(() => ending.aborted || refresh(view, true));
  listen(window, COVERING, () => refresh(view), ending);
  listenToHands(view, ending);
  hearMoved(({ key, vectors, held }) => key === view.about.follows && showMoved(view, vectors, held), ending);
  return view;
}

/**
 * The matrix of vectors that a hand moves; when it has let go, Python sends it.
 * @param {View} view
 * @param {number[][]} vectors
 * @param {boolean} held
 */
function showMoved(view, vectors, held) {
  if (vectors.length !== view.about.rows) return;
  const values = Float64Array.from(gramOf(vectors, view.about.reading));
  const known = values.filter(Number.isFinite);
  const limit = Math.max(...known.map(Math.abs), 0) || 1;
  view.moved = held ? vectors : null;
  view.about = { ...view.about, values, limit, clipped: false, signed: known.some((value) => value < 0) };
  show(view.picture, view.about);
  describe(view);
  refresh(view, true);
}

/** @param {View} view */
function end({ frame, timer }) {
  cancelAnimationFrame(frame);
  clearTimeout(timer);
}

/**
 * @param {View} view
 * @param {Component} component
 */
function update(view, { data, setStateValue }) {
  const about = read(data);
  Object.assign(view, { about, setStateValue, choice: follow(about.key, about.wish, false) });
  show(view.picture, about);
  describe(view);
  refresh(view, true);
  if (view.moved) showMoved(view, view.moved, true); // what has come is of before
}

/**
 * @param {Uint8Array} data
 * @returns {About}
 */
function read(data) {
  const { about, payload } = unpack(data);
  const numbers = payload.slice().buffer; // a copy: typed arrays want an aligned start
  return { ...about, values: about.bytes === 8 ? new Float64Array(numbers) : new Float32Array(numbers) };
}

/** @param {View} view */
function describe({ about, picture: { canvas, figure }, tools, buttons }) {
  const { words, colours, signed, name, rows, columns } = about;
  canvas.setAttribute("aria-label", `${fill(words.label, { name, rows, columns })} ${words.keys}`);
  canvas.setAttribute("aria-roledescription", words.role);
  figure.style.maxWidth = `calc(${about.width} * var(--px))`;
  dress(figure, { ...colours, scale: `${signed ? "var(--negative), " : ""}var(--paper), var(--product)` });
  tools.hidden = Math.max(rows, columns) <= LARGE;
  for (const [name, button] of Object.entries(buttons)) {
    button.title = words[`zoom_${name}`];
    button.setAttribute("aria-label", button.title);
  }
}

/**
 * @param {View} view
 * @param {boolean} [anew]
 */
function refresh(view, anew = false) {
  const { picture, tools, pointers } = view;
  view.anew ||= anew;
  view.frame ||= requestAnimationFrame(() => {
    view.frame = 0;
    if (!picture.figure.clientWidth) return; // on a tab that is not open; the observer calls when it is
    if (view.anew || picture.ratio !== window.devicePixelRatio) arrange(picture);
    view.anew = false;
    draw(picture, inside(picture, view.choice.value), isCovered());
    const { style } = picture.canvas;
    style.touchAction = picture.zoom > 1 ? "none" : tools.hidden ? "auto" : "pan-x pan-y";
    style.cursor = picture.zoom > 1 && pointers.size ? "grabbing" : "crosshair";
    showReading(view);
    if (view.about.drawing !== view.told) tellDrawn(view.about.drawing);
    view.told = view.about.drawing;
  });
}

/** @param {View} view */
function showReading({ about, picture, choice, reading }) {
  const { name, words, colours, selectable } = about;
  const cell = picture.hover ?? inside(picture, choice.value);
  if (!cell) {
    reading.replaceChildren(selectable ? words.choose : words.point);
    return;
  }
  const value = valueAt(picture, cell);
  const hidden = isCovered() && choice.value ? withMirror(picture, choice.value) : [];
  const isHidden = hidden.some((each) => String(each) === String(cell));
  const coloured = (/** @type {string} */ text, /** @type {string} */ colour) => {
    const span = make("span", "", text);
    span.style.color = colour;
    return span;
  };
  reading.replaceChildren(
    `${name}[`,
    coloured(nameOf(picture, 0, cell[0]), colours.first),
    ", ",
    coloured(nameOf(picture, 1, cell[1]), colours.second),
    "] = ",
    isHidden ? "?" : coloured(number(value), value < 0 ? colours.negative : colours.product),
  );
}

// -------------------------------------------------------------------------------------------------------- choosing

/**
 * @param {View} view
 * @param {Cell | null} cell
 * @param {number} [wait]
 */
function take(view, cell, wait = 0) {
  const { about, picture } = view;
  if (!cell) return;
  if (about.selectable) {
    const tell = choose(view.choice, cell);
    clearTimeout(view.timer);
    view.timer = setTimeout(() => tell(view.setStateValue), wait);
  } else picture.hover = cell;
  const value = valueAt(picture, cell);
  const [row, column] = cell.map((index, axis) => nameOf(picture, axis, index));
  const said = isCovered() ? "?" : Number.isFinite(value) ? number(value) : about.words.missing;
  view.spoken.textContent = fill(about.words.reading, { row, column, value: said });
  refresh(view);
}

/** @type {(event: PointerEvent | WheelEvent) => Place} */
const placeOf = ({ offsetX, offsetY }) => ({ x: offsetX, y: offsetY });

/**
 * @param {View} view
 * @param {AbortSignal} ending
 */
function listenToHands(view, ending) {
  const { picture, tools, buttons, pointers } = view;
  const on = (/** @type {string} */ type, /** @type {(event: any) => void} */ act) =>
    listen(picture.canvas, type, act, ending, { passive: false });
  on("pointerdown", (event) => {
    if (event.button) return; // the right one opens a menu and may never be seen to come up again
    picture.canvas.setPointerCapture(event.pointerId);
    view.dragged = pointers.size > 0; // a second finger never chooses
    pointers.set(event.pointerId, placeOf(event));
  });
  on("pointermove", (event) => {
    if (pointers.has(event.pointerId)) drag(view, event.pointerId, placeOf(event));
    else if (event.pointerType !== "touch") point(view, cellAt(picture, placeOf(event)));
  });
  on("pointerup", (event) => {
    if (pointers.delete(event.pointerId) && !view.dragged) take(view, cellAt(picture, placeOf(event)));
  });
  on("lostpointercapture", (event) => pointers.delete(event.pointerId));
  on("pointerleave", (event) => event.pointerType === "touch" || point(view, null));
  on("wheel", (event) => {
    if (!event.ctrlKey || tools.hidden) return; // the plain wheel scrolls the page
    event.preventDefault();
    zoom(view, Math.exp(-event.deltaY / 200), placeOf(event));
  });
  on("keydown", (event) => pressKey(view, event) && event.preventDefault());
  listen(buttons.in, "click", () => zoom(view, CLOSER), ending);
  listen(buttons.out, "click", () => zoom(view, 1 / CLOSER), ending);
  listen(buttons.whole, "click", () => zoom(view, 0), ending);
}

/**
 * @param {View} view
 * @param {Cell | null} cell
 */
function point(view, cell) {
  view.picture.hover = cell;
  refresh(view);
}

/**
 * @param {View} view
 * @param {number} factor
 * @param {Place} [at]
 */
function zoom(view, factor, at) {
  zoomBy(view.picture, factor, at);
  refresh(view);
}

/**
 * One finger or button moves what is zoomed, two fingers zoom; a press that stays in its place chooses.
 * @param {View} view
 * @param {number} id
 * @param {Place} place
 */
function drag(view, id, place) {
  const { picture, pointers } = view;
  const before = /** @type {Place} */ (pointers.get(id));
  const [dx, dy] = [place.x - before.x, place.y - before.y];
  if (!view.dragged && Math.hypot(dx, dy) < 6) return;
  view.dragged = true;
  pointers.set(id, place);
  const other = [...pointers].find(([key]) => key !== id)?.[1];
  if (!other) lookFrom(picture, picture.x - dx / sizeOf(picture), picture.y - dy / sizeOf(picture));
  else if (!view.tools.hidden) {
    const apart = (/** @type {Place} */ from) => Math.max(1, Math.hypot(from.x - other.x, from.y - other.y));
    zoomBy(picture, apart(place) / apart(before), other);
  }
  refresh(view);
}

/**
 * @param {View} view
 * @param {KeyboardEvent} event
 */
function pressKey(view, event) {
  const { about, picture, tools } = view;
  const { key } = event;
  if (!isPlain(event)) return false;
  const now = about.selectable ? inside(picture, view.choice.value) : picture.hover;
  /** @type {(i: number, j: number) => Cell} */
  const within = (i, j) => [clamp(i, 0, about.rows - 1), clamp(j, 0, about.columns - 1)];
  if (key in MOVES) {
    const [right, down] = MOVES[key];
    const cell = now ? within(now[0] + down, now[1] + right) : within(0, 0);
    picture.hover = null;
    take(view, cell, KEY_PAUSE); // a held key passes many cells; Python hears of the last
    bringIntoSight(picture, cell);
  } else if (key === "Enter" || key === " ") take(view, now ?? within(0, 0));
  else if ("+=-".includes(key) && !tools.hidden) zoom(view, key === "-" ? 1 / CLOSER : CLOSER);
  else return false;
  return true;
}
