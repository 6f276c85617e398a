// The plane of lessons 1 and 2: arrows that are dragged in the browser and sent to Python when they are let go.
//
// Python owns the vectors. Nothing is sent while an arrow is held. Vectors from Python are adopted only once Python has
// seen our last commit, except for an arrow that is being moved: neither a late echo nor a number typed for another
// arrow ever pulls it back.

import { dress } from "../shared/colours.js";
import { clamp, distance, plus } from "../shared/geometry.js";
import { turnedBy } from "../shared/gramian.js";
import { hearMoved, tellMoved, watchSlider } from "../shared/hand.js";
import { ARROWS } from "../shared/keys.js";
import { lifecycle, listen, watchSize } from "../shared/lifecycle.js";
import { part } from "../shared/parts.js";
import { unitAt } from "../shared/unit.js";
import { Commits } from "../shared/wire.js";
import { writeCaptions } from "./captions.js";
import { draw, HIT_RADIUS } from "./draw.js";
import { writeFields, writePage } from "./follow.js";
import { extent, fitting, needsFit, nextOnGrid, snapStep, toPixels, toUnits, withoutNoise } from "./plane.js";

const CLICK_SLACK = 4; // pixels that a hand may tremble before a click becomes a drag
const KEY_PAUSE = 200; // milliseconds without a key before the new vector is committed

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {import("./plane.js").Point} Point
 * @typedef {{ vectors: Point[], ghosts: Point[], names: string[], words: Record<string, string>, chosen: number[],
 *   mode: "pair" | "family", parallelogram: boolean, locked: boolean, sequence: number, key: string,
 *   reading: import("../shared/gramian.js").Reading, said: Record<string, string>, fields: string[],
 *   follows: { key: string, degrees: number, mirrored: boolean, slider: string } | null,
 *   colours: Record<string, string> }} Data   of canvas.py
 * @typedef {{ index: number, id: number, point: Point, offset: Point, moved: boolean }} Drag   of which tip, by which
 *   pointer, from where, how far from the tip, and whether it has moved
 * @typedef {ReturnType<typeof begin>} Canvas
 */

export default lifecycle({ begin, update, end });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement, data, setStateValue, setTriggerValue }, ending) {
  const root = part(parentElement, ".canvas", HTMLElement);
  const plane = part(root, ".plane", SVGSVGElement);
  const canvas = {
    root,
    plane,
    layers: {
      shade: part(plane, ".shade", SVGElement),
      grid: part(plane, ".grid", SVGElement),
      arrows: part(plane, ".arrows", SVGElement),
      tips: part(plane, ".tips", SVGElement),
    },
    captions: {
      sum: part(root, ".sum", HTMLElement),
      angle: part(root, ".angle", HTMLElement),
      shadow: part(root, ".shadow", HTMLElement),
    },
    data: /** @type {Data} */ (data),
    setStateValue,
    setTriggerValue,
    commits: new Commits(data.sequence),
    arrived: "", // what Python last sent
    vectors: /** @type {Point[]} */ ([]),
    half: 0, // see View in plane.js
    reach: 0,
    scale: 1,
    tips: /** @type {SVGElement[]} */ ([]),
    drag: /** @type {Drag | null} */ (null),
    held: /** @type {Set<number>} */ (new Set()), // indices of what is being moved
    touches: /** @type {Map<number, Point>} */ (new Map()), // fingers beside the tips
    moving: false, // whether all that shows the vectors is to be told of them
    typed: /** @type {string[] | null} */ (null), // in the fields, before a hand was on the vectors
    source: /** @type {Point[]} */ ([]), // the vectors of the canvas that this one follows
    followed: false, // whether a hand is on them
    timer: 0,
    frame: 0,
  };
  hearMoved((moved) => moved.key === canvas.data.follows?.key && follow(canvas, moved.vectors, moved.held), ending);
  if (data.follows) watchSlider(data.follows.slider, (degrees) => turn(canvas, degrees), ending);
  const hear = (/** @type {string} */ types, /** @type {(canvas: Canvas, event: any) => void} */ act) =>
    listen(plane, types, (event) => act(canvas, event), ending, { passive: false });
  hear("pointerdown", press);
  hear("pointermove", move);
  hear("pointerup pointercancel", release);
  hear("keydown", pressKey);
  hear("focusout", commitKeys);
  hear("touchstart", holdPage);
  hear("wheel", turnWheel);
  listen(part(root, ".zoom_out", HTMLElement), "click", () => zoom(canvas, 1.5), ending);
  listen(part(root, ".zoom_in", HTMLElement), "click", () => zoom(canvas, 1 / 1.5), ending);
  listen(part(root, ".fit", HTMLElement), "click", () => fit(canvas), ending);
  watchSize(
    plane,
    () => {
      canvas.scale = unitAt(plane);
      requestDraw(canvas);
    },
    ending,
  );
  return canvas;
}

/**
 * @param {Canvas} canvas
 * @param {Component} component
 */
function update(canvas, { data, setStateValue, setTriggerValue }) {
  // a copy: Streamlit gives the same object once more where Python has said the same once more
  Object.assign(canvas, { data: { ...data, follows: data.follows && { ...data.follows } } });
  Object.assign(canvas, { setStateValue, setTriggerValue });
  describe(canvas);
  adopt(canvas);
  if (canvas.data.follows && canvas.followed) follow(canvas, canvas.source, true);
  else canvas.source = canvas.data.ghosts;
  requestDraw(canvas);
}

/** @param {Canvas} canvas */
function end({ frame, timer }) {
  cancelAnimationFrame(frame);
  clearTimeout(timer);
}

/**
 * Colours and words follow the theme and the language.
 * @param {Canvas} canvas
 */
function describe({ data: { words, colours, locked, mode }, root, plane }) {
  dress(root, colours);
  root.classList.toggle("locked", locked);
  root.classList.toggle("pair", mode === "pair");
  plane.setAttribute("aria-label", words.canvas);
  for (const button of root.querySelectorAll("button")) {
    button.title = words[button.className];
    button.setAttribute("aria-label", button.title);
  }
}

/** @param {Canvas} canvas */
function requestDraw(canvas) {
  canvas.frame ||= requestAnimationFrame(() => {
    canvas.frame = 0;
    canvas.reach = canvas.plane.clientWidth / 2 / canvas.scale;
    if (!canvas.reach) return; // hidden: the size observer will ask again
    draw(canvas);
    writeCaptions(canvas);
    tellAll(canvas);
  });
}

/**
 * While a hand is on a vector, and once more when it has let go: what else shows the vectors shows these.
 * @param {Canvas} canvas
 */
function tellAll(canvas) {
  const { data, vectors, held, moving, typed } = canvas;
  const now = held.size > 0 || canvas.followed;
  if (!moving && !now) return;
  canvas.moving = now;
  writePage(canvas);
  if (data.fields.length) {
    const given = JSON.stringify(vectors) === JSON.stringify(data.vectors); // up, and the page has it as it was
    const texts = given && typed && !now ? typed : vectors.map((vector) => vector.join(", "));
    canvas.typed = typed ?? writeFields(canvas, []);
    writeFields(canvas, texts);
    if (!now) canvas.typed = null;
  }
  tellMoved({ key: data.key, vectors, held: now });
}

/**
 * The vectors of another canvas have been moved there.
 * @param {Canvas} canvas
 * @param {Point[]} vectors
 * @param {boolean} held
 */
function follow(canvas, vectors, held) {
  if (!canvas.data.follows || vectors.length !== canvas.vectors.length) return;
  canvas.source = vectors.map((vector) => [...vector]);
  canvas.followed = held;
  turn(canvas, canvas.data.follows.degrees);
}

/**
 * @param {Canvas} canvas
 * @param {number} degrees
 */
function turn(canvas, degrees) {
  const { data, source } = canvas;
  if (!data.follows) return;
  data.follows.degrees = degrees;
  data.ghosts = source.map((vector) => [...vector]);
  canvas.vectors = turnedBy(source, degrees, data.follows.mirrored);
  canvas.moving = true;
  if (needsFit(canvas.half, inSight(canvas))) fit(canvas);
  requestDraw(canvas);
}

// ------------------------------------------------------------------------------------------------------------ view

/** @param {Canvas} canvas */
const inSight = ({ vectors, data }) => [...vectors, ...data.ghosts];

/**
 * @param {Canvas} canvas
 * @param {number} half
 */
function lookAt(canvas, half) {
  canvas.half = half;
  requestDraw(canvas);
}

/** @param {Canvas} canvas */
const fit = (canvas) => lookAt(canvas, fitting(inSight(canvas)));

/**
 * @param {Canvas} canvas
 * @param {number} factor
 */
function zoom(canvas, factor) {
  const usual = extent(inSight(canvas)) || 5; // stay within sight of the vectors
  lookAt(canvas, clamp(canvas.half * factor, usual / 100, usual * 100));
}

// ----------------------------------------------------------------------------------------------------- with Python

/** @param {Canvas} canvas */
function commit(canvas) {
  stopTimer(canvas);
  canvas.held.clear();
  canvas.typed = null; // what was typed before is no longer so
  if (needsFit(canvas.half, inSight(canvas))) fit(canvas);
  canvas.commits.send(canvas.setStateValue, canvas.vectors);
  requestDraw(canvas);
}

/**
 * Keys are committed after a pause, or at once when something else begins.
 * @param {Canvas} canvas
 */
function commitKeys(canvas) {
  if (canvas.timer) commit(canvas);
}

/** @param {Canvas} canvas */
function stopTimer(canvas) {
  clearTimeout(canvas.timer);
  canvas.timer = 0;
}

/** @param {Canvas} canvas */
function adopt(canvas) {
  const { data, vectors, held, commits } = canvas;
  if (data.vectors.length !== vectors.length) {
    // cannot wait: what was being moved may be gone
    stopTimer(canvas);
    held.clear();
    canvas.drag = null;
  } else if (!commits.areSeen(data.sequence)) return;
  canvas.vectors = data.vectors.map((vector, index) => (held.has(index) ? vectors[index] : [...vector]));
  const arrived = JSON.stringify([data.vectors, data.ghosts]);
  const changed = arrived !== canvas.arrived; // when nothing did, a person's own zoom stays
  canvas.arrived = arrived;
  if (!canvas.half || (changed && !canvas.drag && needsFit(canvas.half, inSight(canvas)))) fit(canvas);
}

/**
 * @param {Canvas} canvas
 * @param {number} index
 */
function tap({ data, setTriggerValue }, index) {
  if (data.mode === "family") setTriggerValue("tapped", index);
}

// -------------------------------------------------------------------------------------------------- hands and keys

/**
 * In pixels from the middle.
 * @param {Canvas} canvas
 * @param {PointerEvent} event
 */
function pointerAt({ plane, reach }, event) {
  const box = plane.getBoundingClientRect();
  const fromMiddle = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  return fromMiddle.map((value) => (value / box.width) * 2 * reach);
}

/**
 * The tip under the finger; of several the nearest, of two on one spot the upper, which has the wider handle.
 * @param {Canvas} canvas
 * @param {Point} point
 */
function tipAt(canvas, point) {
  const away = canvas.vectors.map((vector) => distance(toPixels(canvas, vector), point));
  const least = Math.min(...away);
  return least <= HIT_RADIUS ? away.lastIndexOf(least) : -1;
}

/**
 * @param {Canvas} canvas
 * @param {PointerEvent} event
 */
function press(canvas, event) {
  const point = pointerAt(canvas, event);
  const index = tipAt(canvas, point);
  const { locked } = canvas.data;
  if (event.pointerType === "touch" && (index < 0 || locked)) canvas.touches.set(event.pointerId, point);
  if (event.button !== 0 || index < 0 || canvas.drag) return;
  commitKeys(canvas);
  const [x, y] = toPixels(canvas, canvas.vectors[index]);
  const offset = [x - point[0], y - point[1]]; // the tip must not jump to the pointer
  canvas.drag = { index, point, offset, id: event.pointerId, moved: false };
  canvas.plane.setPointerCapture(event.pointerId);
  if (locked) return;
  canvas.tips[index].focus({ preventScroll: true });
  event.preventDefault();
}

/**
 * @param {Canvas} canvas
 * @param {PointerEvent} event
 */
function move(canvas, event) {
  const { drag } = canvas;
  const point = pointerAt(canvas, event);
  if (canvas.touches.has(event.pointerId)) pinch(canvas, event.pointerId, point);
  if (drag?.id !== event.pointerId || (!drag.moved && distance(point, drag.point) < CLICK_SLACK)) return;
  drag.moved = true;
  if (canvas.data.locked) return;
  canvas.held.add(drag.index);
  const step = snapStep(canvas.half, event, 0.01);
  const units = toUnits(canvas, plus(point, drag.offset));
  canvas.vectors[drag.index] = units.map((value) => withoutNoise(Math.round(value / step) * step));
  requestDraw(canvas);
}

/**
 * @param {Canvas} canvas
 * @param {number} id
 * @param {Point} point
 */
function pinch(canvas, id, point) {
  const { touches } = canvas;
  const spread = () => {
    const [one, other] = touches.values();
    return Math.max(distance(one, other), 1);
  };
  const before = touches.size === 2 ? spread() : 0;
  touches.set(id, point);
  if (before) zoom(canvas, before / spread());
}

/**
 * @param {Canvas} canvas
 * @param {PointerEvent} event
 */
function release(canvas, event) {
  canvas.touches.delete(event.pointerId);
  const { drag, held } = canvas;
  if (drag?.id !== event.pointerId) return;
  canvas.drag = null;
  if (event.type === "pointercancel") {
    held.clear();
    adopt(canvas); // back to where Python has it
  } else if (!drag.moved) tap(canvas, drag.index);
  else if (held.size) commit(canvas);
  requestDraw(canvas);
}

/**
 * @param {Canvas} canvas
 * @param {KeyboardEvent} event
 */
function pressKey(canvas, event) {
  const index = canvas.tips.indexOf(/** @type {SVGElement} */ (event.target));
  if (index < 0 || event.ctrlKey || event.metaKey) return; // with Alt a step is fine
  if (event.key === "Enter" || event.key === " ") tap(canvas, index);
  else if (event.key in ARROWS && !canvas.drag) step(canvas, index, event);
  else return;
  event.preventDefault(); // neither scroll the page nor, with Alt, go back in the history
}

/**
 * To the next point of the grid in the key's direction.
 * @param {Canvas} canvas
 * @param {number} index
 * @param {KeyboardEvent} event
 */
function step(canvas, index, event) {
  const [right, down] = ARROWS[event.key];
  const axis = right ? 0 : 1;
  const vector = canvas.vectors[index];
  vector[axis] = nextOnGrid(vector[axis], right - down, snapStep(canvas.half, event, 0.1));
  canvas.held.add(index);
  clearTimeout(canvas.timer);
  canvas.timer = setTimeout(commit, KEY_PAUSE, canvas);
  requestDraw(canvas);
}

/**
 * @param {Canvas} canvas
 * @param {WheelEvent} event
 */
function turnWheel(canvas, event) {
  if (!event.ctrlKey && !event.metaKey) return; // the plain wheel scrolls the page
  event.preventDefault();
  zoom(canvas, 1.002 ** clamp(event.deltaY, -100, 100));
}

/**
 * touch-action on parts of an SVG is not obeyed by every browser.
 * @param {Canvas} canvas
 * @param {TouchEvent} event
 */
function holdPage({ data }, event) {
  if (!data.locked && /** @type {Element} */ (event.target).closest(".tip")) event.preventDefault();
}
