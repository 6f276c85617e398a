// Pictures as points of a plane. They glide to wherever Python puts them; lines lead from each to its nearest.
//
// The weights belong to the person while a slider is held: each move is sent, at most one at a time on the way, and
// weights from Python are adopted only once Python has seen our last ones.

import { dress } from "../shared/colours.js";
import { distance, mix } from "../shared/geometry.js";
import { lifecycle, listen, watchSize } from "../shared/lifecycle.js";
import { make, part } from "../shared/parts.js";
import { svg } from "../shared/svg.js";
import { Commits } from "../shared/wire.js";
import { fill } from "../shared/words.js";
import { barLength, nearestTo, sideOf, view } from "./view.js";

const GLIDE = 90; // milliseconds in which two thirds of the way are done
const PATIENCE = 400; // milliseconds after which an answer counts as lost
const REST = 500; // milliseconds without a move after which the whole page follows, its address bar up to date
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {import("./view.js").Point} Point
 * @typedef {{ name: string, title: string, image: string }} Picture
 * @typedef {{ pictures: Picture[], points: Point[], distances: number[][], colour: string, layers: string[],
 *   weights: number[], weighted: boolean, sequence: number, words: Record<string, string>,
 *   colours: Record<string, string> }} Data   of canvas.py
 * @typedef {{ button: HTMLButtonElement, image: HTMLImageElement, at: Point | null, target: Point }} Thumb   in pixels:
 *   where it is, and where it shall be
 * @typedef {{ label: HTMLElement, input: HTMLInputElement, output: HTMLElement }} Slider
 * @typedef {ReturnType<typeof begin>} StyleMap
 */

export default lifecycle({ begin, update, end });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement, data, setStateValue, setTriggerValue }, ending) {
  const root = part(parentElement, ".map", HTMLElement);
  const map = {
    root,
    plane: part(root, ".plane", HTMLElement),
    drawing: part(root, "svg", SVGElement),
    weightsBox: part(root, ".weights", HTMLElement),
    said: part(root, ".said", HTMLElement),
    bar: part(root, ".bar i", HTMLElement),
    barText: part(root, ".bar b", HTMLElement),
    data: /** @type {Data} */ (data),
    setStateValue,
    setTriggerValue,
    ending,
    commits: new Commits(data.sequence),
    weights: /** @type {number[]} */ ([]),
    layers: "",
    sliders: /** @type {Slider[]} */ ([]),
    sent: -PATIENCE, // when
    isWaiting: false, // to be sent with the answer to what was sent before
    toSettle: false, // whether what is sent next is where the sliders rest
    rest: 0,
    thumbs: /** @type {Map<string, Thumb>} */ (new Map()), // by name
    side: 60,
    chosen: /** @type {string | null} */ (null),
    frame: 0,
    last: /** @type {number | null} */ (null), // when the last frame of a movement was drawn
  };
  watchSize(map.plane, () => place(map), ending);
  return map;
}

/**
 * @param {StyleMap} map
 * @param {Component} component
 */
function update(map, { data, setStateValue, setTriggerValue }) {
  Object.assign(map, { data, setStateValue, setTriggerValue });
  dress(map.root, { ...data.colours, line: data.colours[data.colour] });
  map.plane.setAttribute("aria-label", data.words.map);
  makeSliders(map);
  if (map.commits.areSeen(data.sequence) && !map.isWaiting) map.weights = [...data.weights];
  showWeights(map);
  makeThumbs(map);
  place(map);
  if (map.isWaiting) send(map);
}

/** @param {StyleMap} map */
function end({ rest, frame }) {
  clearTimeout(rest);
  cancelAnimationFrame(frame);
}

/** @param {number} value */
const print = (value) => Number(value.toPrecision(2)).toString();

// ------------------------------------------------------------------------------------------------------------ weights

/** @param {StyleMap} map */
function send(map) {
  map.isWaiting = performance.now() - map.sent < PATIENCE && !map.commits.areSeen(map.data.sequence);
  if (map.isWaiting) return; // the answer to the last ones will send these
  map.sent = performance.now();
  map.commits.send(map.setStateValue, map.weights, "moved");
  if (map.toSettle) map.setTriggerValue("settled", map.commits.last);
  map.toSettle = false;
}

/**
 * @param {StyleMap} map
 * @param {number} index
 */
function turn(map, index) {
  const { sliders, weights } = map;
  const { input } = sliders[index];
  weights[index] = Number(input.value);
  if (!weights.some((weight) => weight > 0)) {
    // a mean of nothing is none
    weights[index] = Number(input.step);
    input.value = input.step;
  }
  showWeights(map);
  send(map);
  clearTimeout(map.rest);
  map.rest = setTimeout(() => {
    map.toSettle = true;
    send(map);
  }, REST);
}

/** @param {StyleMap} map */
function showWeights({ sliders, weights }) {
  for (const [index, { input, output }] of sliders.entries()) {
    if (Number(input.value) !== weights[index]) input.value = String(weights[index]);
    output.textContent = print(weights[index]);
  }
}

/** @param {StyleMap} map */
function makeSliders(map) {
  const {
    data: { layers, words, weighted },
    weightsBox,
  } = map;
  if (map.layers !== layers.join()) {
    map.layers = layers.join();
    map.sliders = layers.map((layer, index) => newSlider(map, layer, index));
    weightsBox.replaceChildren(...map.sliders.map(({ label }) => label));
  }
  for (const [index, { input }] of map.sliders.entries()) {
    input.setAttribute("aria-label", fill(words.weight, { layer: layers[index] }));
    input.disabled = !weighted; // they stay where they are: nothing below may jump
  }
}

/**
 * @param {StyleMap} map
 * @param {string} layer
 * @param {number} index
 * @returns {Slider}
 */
function newSlider(map, layer, index) {
  const [label, output] = [make("label"), make("output")];
  const input = Object.assign(make("input"), { type: "range", min: "0", max: "1", step: "0.05" });
  label.append(make("span", "", layer), output, input);
  listen(input, "input", () => turn(map, index), map.ending);
  return { label, input, output };
}

// ------------------------------------------------------------------------------------------------------------- points

/** @param {StyleMap} map */
function place(map) {
  const {
    data: { pictures, points },
    plane,
    thumbs,
    bar,
    barText,
  } = map;
  const { clientWidth: width, clientHeight: height } = plane;
  if (!width) return; // hidden: the size observer will ask again
  map.side = sideOf(width);
  plane.style.setProperty("--side", `${map.side}px`);
  const { scale, toPixels } = view(points, map.side, width, height);
  for (const [index, { name }] of pictures.entries()) {
    const thumb = thumbOf(thumbs, name);
    thumb.target = toPixels(points[index]);
    thumb.at ??= [...thumb.target]; // one that is new appears in its place
  }
  const length = barLength(scale, width);
  bar.style.width = `${length * scale}px`;
  barText.textContent = String(length);
  requestMove(map);
}

/**
 * @param {Map<string, Thumb>} thumbs
 * @param {string} name
 */
const thumbOf = (thumbs, name) => /** @type {Thumb} */ (thumbs.get(name));

/** @param {StyleMap} map */
function requestMove(map) {
  map.frame ||= requestAnimationFrame((now) => step(map, now));
}

/**
 * @param {StyleMap} map
 * @param {number} now
 */
function step(map, now) {
  const share = STILL.matches ? 1 : 1 - Math.exp(-Math.min(now - (map.last ?? now - 16), 50) / GLIDE);
  map.frame = 0;
  map.last = now;
  let isMoving = false;
  for (const thumb of map.thumbs.values()) {
    if (!thumb.at) continue;
    const isFar = distance(thumb.at, thumb.target) > 0.3;
    isMoving ||= isFar;
    thumb.at = isFar ? mix(thumb.at, thumb.target, share) : [...thumb.target];
    const [x, y] = thumb.at.map((value) => value - map.side / 2);
    thumb.button.style.transform = `translate(${x}px, ${y}px)`;
  }
  drawLines(map);
  if (isMoving) requestMove(map);
  else map.last = null;
}

/**
 * Without a chosen picture a line from each to its nearest; with one, lines to all others and their distances.
 * @param {StyleMap} map
 */
function drawLines({ data: { pictures, distances }, thumbs, drawing, chosen }) {
  const places = pictures.map(({ name }) => thumbOf(thumbs, name).at ?? [0, 0]);
  const from = pictures.findIndex(({ name }) => name === chosen);
  const others = [...pictures.keys()].filter((index) => index !== from);
  if (from < 0) {
    drawing.replaceChildren(
      ...others.map((index) => line(places[index], places[nearestTo(distances[index], index)], "nearest")),
    );
    return;
  }
  const lines = others.map((index) => line(places[from], places[index], "to"));
  const texts = others.map((index) => {
    const [x, y] = mix(places[from], places[index], 0.6);
    return svg("text", { x, y }, print(distances[from][index]));
  });
  drawing.replaceChildren(...lines, ...texts);
}

/**
 * @param {Point} from
 * @param {Point} to
 * @param {string} kind
 */
const line = ([x1, y1], [x2, y2], kind) => svg("line", { x1, y1, x2, y2, class: kind });

// ----------------------------------------------------------------------------------------------------------- pictures

/**
 * @param {StyleMap} map
 * @param {string | null} name
 */
function choose(map, name) {
  const {
    data: { pictures, words },
    thumbs,
    said,
  } = map;
  map.chosen = name;
  const picture = pictures.find((each) => each.name === name);
  for (const [each, { button }] of thumbs) button.classList.toggle("chosen", each === name);
  said.textContent = picture ? fill(words.from, picture) : words.point;
  requestMove(map);
}

/** @param {StyleMap} map */
function makeThumbs(map) {
  const {
    data: { pictures },
    thumbs,
  } = map;
  const kept = new Set(pictures.map(({ name }) => name));
  for (const [name, { button }] of thumbs) {
    if (kept.has(name)) continue;
    button.remove();
    thumbs.delete(name);
  }
  for (const { name, title, image } of pictures) {
    const thumb = thumbs.get(name) ?? newThumb(map, name);
    thumb.button.setAttribute("aria-label", title);
    if (thumb.image.src !== image) thumb.image.src = image;
  }
  choose(map, map.chosen !== null && kept.has(map.chosen) ? map.chosen : null);
}

/**
 * @param {StyleMap} map
 * @param {string} name
 * @returns {Thumb}
 */
function newThumb(map, name) {
  const button = Object.assign(make("button", "thumb"), { type: "button" });
  const image = Object.assign(make("img"), { alt: "", draggable: false });
  button.dataset.name = name;
  button.append(image);
  listen(button, "pointerenter focus click", () => choose(map, name), map.ending);
  listen(button, "pointerleave blur", () => choose(map, null), map.ending);
  map.plane.append(button);
  const thumb = { button, image, at: null, target: [0, 0] };
  map.thumbs.set(name, thumb);
  return thumb;
}
