// A frame on a picture: dragged whole, by its corners, or drawn anew; in per cent of the picture's sides.
//
// Python owns the frame. Nothing is sent while it is held, and a frame from Python is adopted only once Python has seen
// our last commit, so that no late echo pulls it back.

import { dress } from "../shared/colours.js";
import { clamp } from "../shared/geometry.js";
import { ARROWS, isPlain } from "../shared/keys.js";
import { lifecycle, listen } from "../shared/lifecycle.js";
import { part } from "../shared/parts.js";
import { Commits } from "../shared/wire.js";
import { fill } from "../shared/words.js";
import { between, centred, cornerAt, isWhole, moved, WHOLE } from "./frame.js";

const KEY_PAUSE = 250; // milliseconds without a key before the frame is committed
const CLICK_SLACK = 4; // pixels that a hand may tremble before a click becomes a drag

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./frame.js").Place} Place
 * @typedef {{ name: string, image: string, frame: Frame, smallest: number, sequence: number,
 *   words: Record<string, string>, colours: Record<string, string> }} Data   of canvas.py
 * @typedef {{ corner: number[] | null, inside: boolean, place: Place, from: Frame, id: number, x: number, y: number,
 *   moved: boolean }} Drag   of a corner, of the frame or beside it, from where, by which pointer, and whether it has moved
 * @typedef {ReturnType<typeof begin>} Crop
 */

export default lifecycle({ begin, update, end: stopTimer });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement, data, setStateValue }, ending) {
  const root = part(parentElement, ".crop", HTMLElement);
  const crop = {
    root,
    picture: part(root, ".picture", HTMLElement),
    image: part(root, "img", HTMLImageElement),
    box: part(root, ".frame", HTMLElement),
    corners: /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".corner")]),
    said: part(root, "output", HTMLElement),
    whole: part(root, ".whole", HTMLElement),
    data: /** @type {Data} */ (data),
    setStateValue,
    commits: new Commits(data.sequence),
    frame: /** @type {Frame} */ (data.frame),
    drag: /** @type {Drag | null} */ (null),
    timer: 0,
  };
  const hear = (/** @type {string} */ types, /** @type {(crop: Crop, event: any) => void} */ act) =>
    listen(crop.picture, types, (event) => act(crop, event), ending);
  hear("pointerdown", press);
  hear("pointermove", move);
  hear("pointerup pointercancel", release);
  hear("click", click);
  hear("keydown", pressKey);
  listen(crop.box, "focusout", () => commitKeys(crop), ending);
  listen(crop.whole, "click", () => set(crop, WHOLE), ending);
  return crop;
}

/**
 * @param {Crop} crop
 * @param {Component} component
 */
function update(crop, { data, setStateValue }) {
  Object.assign(crop, { data, setStateValue });
  const { root, image, corners, whole, commits } = crop;
  dress(root, data.colours);
  if (image.src !== data.image) image.src = data.image;
  image.alt = data.words.picture;
  whole.textContent = data.words.whole;
  for (const corner of corners) corner.setAttribute("aria-label", data.words.corner);
  if (commits.areSeen(data.sequence) && !crop.drag && !crop.timer) crop.frame = [...data.frame];
  draw(crop);
}

/** @param {Crop} crop */
function stopTimer(crop) {
  clearTimeout(crop.timer);
  crop.timer = 0;
}

/** @param {Crop} crop */
function commit(crop) {
  stopTimer(crop);
  crop.commits.send(crop.setStateValue, crop.frame);
}

/**
 * Keys are committed after a pause, or at once when something else begins.
 * @param {Crop} crop
 */
function commitKeys(crop) {
  if (crop.timer) commit(crop);
}

/**
 * @param {Crop} crop
 * @param {Frame} frame
 */
function set(crop, frame) {
  crop.frame = [...frame];
  commit(crop);
  draw(crop);
}

// ----------------------------------------------------------------------------------------------------- hands and keys

/**
 * In per cent of the picture.
 * @param {Crop} crop
 * @param {MouseEvent} event
 */
function placeOf({ picture }, event) {
  const box = picture.getBoundingClientRect();
  const at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  return at.map((share) => clamp(Math.round(share * 100), 0, 100));
}

/** @param {EventTarget | null} target */
function cornerOf(target) {
  const at = target instanceof HTMLElement ? target.dataset.corner : undefined;
  return at === undefined ? null : at.split(",").map(Number);
}

/**
 * @param {Crop} crop
 * @param {PointerEvent} event
 */
function press(crop, event) {
  if (event.button !== 0 || crop.drag) return;
  const corner = cornerOf(event.target);
  const inside = event.target === crop.box;
  if (!corner && !inside && event.pointerType === "touch") return; // a finger beside the frame scrolls; see click
  commitKeys(crop);
  const [from, place] = [crop.frame, placeOf(crop, event)];
  crop.drag = { corner, inside, place, from, id: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
  crop.picture.setPointerCapture(event.pointerId);
  const held = corner ? /** @type {HTMLElement} */ (event.target) : crop.box;
  held.focus({ preventScroll: true });
  event.preventDefault();
}

/**
 * @param {Crop} crop
 * @param {PointerEvent} event
 */
function move(crop, event) {
  const {
    drag,
    data: { smallest },
  } = crop;
  if (drag?.id !== event.pointerId) return;
  if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < CLICK_SLACK) return;
  drag.moved = true;
  const place = placeOf(crop, event);
  if (drag.corner) crop.frame = cornerAt(drag.from, drag.corner, place, smallest);
  else if (drag.inside) crop.frame = moved(drag.from, place[0] - drag.place[0], place[1] - drag.place[1]);
  else crop.frame = between(drag.place, place, smallest);
  draw(crop);
}

/**
 * @param {Crop} crop
 * @param {PointerEvent} event
 */
function release(crop, event) {
  const { drag } = crop;
  if (drag?.id !== event.pointerId) return;
  crop.drag = null;
  if (event.type === "pointercancel") crop.frame = drag.from;
  else if (drag.moved) commit(crop);
  else if (!drag.corner && !drag.inside) bring(crop, event);
  draw(crop);
}

/**
 * A press beside the frame brings its middle there; by a finger it arrives as a click, once nothing has scrolled.
 * @param {Crop} crop
 * @param {MouseEvent} event
 */
function bring(crop, event) {
  if (!isWhole(crop.frame)) set(crop, centred(crop.frame, placeOf(crop, event)));
}

/**
 * @param {Crop} crop
 * @param {MouseEvent} event
 */
function click(crop, event) {
  if (event.target === crop.image) bring(crop, event);
}

/**
 * @param {Crop} crop
 * @param {KeyboardEvent} event
 */
function pressKey(crop, event) {
  const step = ARROWS[event.key];
  if (!step || !isPlain(event) || crop.drag) return;
  event.preventDefault();
  const [right, down] = step.map((value) => value * (event.shiftKey ? 1 : 5));
  const corner = cornerOf(event.target);
  const [left, top, width, height] = crop.frame;
  crop.frame = corner
    ? cornerAt(
        crop.frame,
        corner,
        [left + corner[0] * width + right, top + corner[1] * height + down],
        crop.data.smallest,
      )
    : moved(crop.frame, right, down);
  clearTimeout(crop.timer);
  crop.timer = setTimeout(commit, KEY_PAUSE, crop);
  draw(crop);
}

// ------------------------------------------------------------------------------------------------------------ drawing

/** @param {Crop} crop */
function draw({ root, box, corners, said, whole, data: { words }, frame, drag }) {
  const [left, top, width, height] = frame;
  Object.assign(box.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
  root.classList.toggle("dragging", Boolean(drag?.moved));
  said.textContent = fill(isWhole(frame) ? words.all : words.part, { width, height });
  whole.style.visibility = isWhole(frame) ? "hidden" : "";
  box.setAttribute("aria-label", `${words.frame} ${said.textContent}`);
  for (const corner of corners) {
    const [right, bottom] = cornerOf(corner) ?? [0, 0];
    const [x, y] = [left + right * width, top + bottom * height];
    corner.setAttribute("aria-valuenow", String(x));
    corner.setAttribute("aria-valuetext", `${x} %, ${y} %`);
  }
}
