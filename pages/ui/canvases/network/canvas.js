// A network, layer by layer: a press chooses one, and the square that one of its numbers sees grows on the photo.

import { dress } from "../shared/colours.js";
import { clamp, mix } from "../shared/geometry.js";
import { ARROWS, isPlain } from "../shared/keys.js";
import { lifecycle, listen, watchSize } from "../shared/lifecycle.js";
import { number } from "../shared/numbers.js";
import { brush, make, part } from "../shared/parts.js";
import { tallestAt, unitAt } from "../shared/unit.js";
import { choose, follow } from "../shared/wire.js";
import { fill } from "../shared/words.js";

const HIGHEST = 62; // units, see shared/unit.js, of a layer's box
const WIDEST = 40;
const LARGEST = 300; // units of the photo
const GROWTH = 450; // ms
const PAUSE = 250; // ms without a key before Python hears of it
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {{ name: string, spoken: string, shape: [number, number, number] | null,
 *   field: { size: number, stride: number, start: number } }} Layer
 * @typedef {{ key: string, layers: Layer[], image: string, width: number, height: number, title: string,
 *   words: Record<string, string>, colours: Record<string, string>,
 *   wish: { value: [string, number[]], count: number, after: number } }} Data   of canvas.py
 * @typedef {ReturnType<typeof begin>} View
 */

export default lifecycle({ begin, update, end });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement: root, data, setStateValue }, ending) {
  const find = (/** @type {string} */ selector) => part(root, selector, HTMLElement);
  const view = {
    network: find(".network"),
    layers: find(".layers"),
    photo: part(root, ".photo", HTMLCanvasElement),
    name: find(".name"),
    spelled: find(".spelled"),
    shape: find(".shape"),
    sees: find(".sees"),
    picture: new Image(),
    setStateValue,
    data: /** @type {Data} */ (data),
    choice: follow(data.key, data.wish, true),
    described: "", // the layers, words and colours that are in force
    hover: /** @type {number[] | null} */ (null),
    pressed: false,
    square: /** @type {number[]} */ ([]), // left, top, side, as they are drawn
    from: /** @type {number[]} */ ([]), // where a growing one began
    grownSince: 0,
    frame: 0,
    timer: 0,
  };
  listen(view.picture, "load", () => refresh(view), ending);
  listen(view.layers, "click", ({ target }) => takeLayer(view, target.closest("button"), 0), ending);
  listen(view.layers, "keydown", (event) => moveLayer(view, event) && event.preventDefault(), ending);
  listen(view.photo, "keydown", (event) => movePlace(view, event) && event.preventDefault(), ending);
  listenToPointer(view, ending);
  watchSize(view.network, () => refresh(view), ending);
  return view;
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
  Object.assign(view, { data, setStateValue, choice: follow(data.key, data.wish, false) });
  if (view.picture.src !== data.image) view.picture.src = data.image;
  describe(view);
  refresh(view);
}

/** @param {View} view */
function describe(view) {
  const { layers, words, colours, title, width, height } = view.data;
  const described = JSON.stringify([layers, words, colours, title]);
  if (described === view.described) return; // what has the focus keeps it
  view.described = described;
  dress(view.network, colours);
  view.layers.setAttribute("aria-label", words.layers);
  view.photo.setAttribute("aria-label", `${fill(words.photo, { title })} ${words.keys}`);
  const longest = Math.max(width, height);
  const most = Math.max(...layers.map(({ shape }) => (shape ? shape[0] : 1)));
  view.layers.replaceChildren(
    ...layers.flatMap((layer, at) => {
      const { name, spoken, shape, field } = layer;
      const button = Object.assign(make("button"), { type: "button", title: spoken, disabled: !shape });
      button.dataset.layer = name;
      button.setAttribute("role", "radio");
      const count = shape ? `${shape[0]} ×` : "—";
      const size = shape ? `${shape[1]}×${shape[2]}` : "";
      button.setAttribute("aria-label", `${name} ${count} ${size}: ${spoken}`);
      const box = make("span", "box");
      box.style.width = `calc(${Math.round(WIDEST * Math.sqrt((shape?.[0] ?? 1) / most))} * var(--px))`;
      const high = shape ? Math.max(shape[1], shape[2]) / longest : 1 / field.stride;
      box.style.height = `calc(${Math.max(3, Math.round(HIGHEST * high))} * var(--px))`;
      button.append(box, make("span", "", name), make("span", "count", count), make("span", "count", size));
      const pooled = at > 0 && layers[at - 1].field.stride !== field.stride;
      return pooled ? [make("span", "pooling", words.pooling), button] : [button];
    }),
  );
}

/** @param {View} view */
const layerOf = ({ data, choice }) =>
  /** @type {Layer} */ (data.layers.find(({ name }) => name === choice.value[0]) ?? data.layers[0]);

/**
 * @param {View} view
 * @param {number[]} place
 */
const within = ({ data }, [row, column]) => [clamp(row, 0, data.height - 1), clamp(column, 0, data.width - 1)];

/** @param {View} view */
const placeOf = (view) => within(view, view.hover ?? view.choice.value[1]);

/**
 * The number of the layer that stands for a place of the photo, and the left, top and side of the square that it sees.
 * @param {View} view
 */
function seen(view) {
  const { shape, field } = layerOf(view);
  const most = shape ? [shape[1] - 1, shape[2] - 1] : [0, 0];
  const position = placeOf(view).map((at, axis) => Math.min(most[axis], Math.floor(at / field.stride)));
  const [top, left] = position.map((at) => field.start + at * field.stride);
  return { position, square: [left, top, field.size] };
}

// --------------------------------------------------------------------------------------------------------- drawing

/** @param {View} view */
function refresh(view) {
  view.frame ||= requestAnimationFrame((now) => {
    view.frame = 0;
    if (!view.network.clientWidth) return; // on a page that is not open; the observer calls when it is
    draw(view, now);
    write(view);
    if (view.grownSince) refresh(view);
  });
}

/**
 * @param {View} view
 * @param {number} now
 */
function draw(view, now) {
  const { data, photo, picture, from, network } = view;
  const { square } = seen(view);
  const share = STILL.matches || !from.length ? 1 : clamp((now - view.grownSince) / GROWTH);
  if (share === 1) Object.assign(view, { grownSince: 0, from: [] });
  view.square = share === 1 ? square : mix(from, square, 1 - (1 - share) ** 3);
  const largest = Math.min(LARGEST * unitAt(network), tallestAt(network));
  const factor = Math.min(network.clientWidth / data.width, largest / Math.max(data.width, data.height));
  const [wide, high] = [data.width, data.height].map((side) => Math.max(12, Math.round(side * factor)));
  const ratio = window.devicePixelRatio;
  const [across, down] = [Math.round(wide * ratio), Math.round(high * ratio)];
  if (photo.width !== across || photo.height !== down) Object.assign(photo, { width: across, height: down });
  Object.assign(photo.style, { width: `${wide}px`, height: `${high}px` });
  const context = brush(photo);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = data.colours.paper;
  context.fillRect(0, 0, wide, high);
  const [left, top, side] = view.square;
  const [x, y] = [wide / data.width, high / data.height];
  const frame = /** @type {const} */ ([left * x, top * y, side * x, side * y]);
  if (picture.complete && picture.naturalWidth) {
    context.globalAlpha = 0.4;
    context.drawImage(picture, 0, 0, wide, high);
    context.globalAlpha = 1;
    context.save();
    context.beginPath();
    context.rect(...frame);
    context.clip();
    context.drawImage(picture, 0, 0, wide, high);
    context.restore();
  }
  for (const [colour, line] of /** @type {[string, number][]} */ ([
    [data.colours.paper, 5],
    [data.colours.product, 2.5],
  ])) {
    Object.assign(context, { strokeStyle: colour, lineWidth: line });
    context.strokeRect(...frame);
  }
}

/** @param {View} view */
function write(view) {
  const { data, name, spelled, shape, sees, layers } = view;
  const { words, width, height } = data;
  const layer = layerOf(view);
  const { position, square } = seen(view);
  const [left, top, side] = square;
  const covered = (/** @type {number} */ from, /** @type {number} */ whole) =>
    Math.min(whole, from + side) - Math.max(0, from);
  const share = (100 * covered(left, width) * covered(top, height)) / (width * height);
  const [channels, rows, columns] = layer.shape ?? [0, 0, 0];
  const [row, column] = position.map((at) => at + 1);
  name.textContent = layer.name;
  spelled.textContent = layer.spoken;
  shape.textContent = fill(words.shape, { channels, height: rows, width: columns });
  sees.textContent = fill(words.sees, { row, column, size: side, share: number(share, 2) });
  for (const button of layers.querySelectorAll("button")) {
    const isChosen = button.dataset.layer === layer.name;
    button.setAttribute("aria-checked", String(isChosen));
    button.tabIndex = isChosen ? 0 : -1;
  }
}

// -------------------------------------------------------------------------------------------------------- choosing

/**
 * @param {View} view
 * @param {[string, number[]]} value
 * @param {number} wait
 */
function take(view, value, wait) {
  const tell = choose(view.choice, value);
  clearTimeout(view.timer);
  view.timer = setTimeout(() => tell(view.setStateValue), wait);
  refresh(view);
}

/**
 * @param {View} view
 * @param {HTMLElement | null} button
 * @param {number} wait
 */
function takeLayer(view, button, wait) {
  const name = button?.dataset.layer;
  if (!name) return;
  Object.assign(view, { from: view.square, grownSince: performance.now() });
  take(view, [name, within(view, view.choice.value[1])], wait);
}

/**
 * @param {View} view
 * @param {KeyboardEvent} event
 */
function moveLayer(view, event) {
  if (!(event.key in ARROWS) || !isPlain(event)) return false;
  const buttons = [...view.layers.querySelectorAll("button")].filter(({ disabled }) => !disabled);
  const [right, down] = ARROWS[event.key];
  const now = buttons.findIndex(({ dataset }) => dataset.layer === layerOf(view).name);
  const button = buttons[clamp(now + right + down, 0, buttons.length - 1)];
  takeLayer(view, button, PAUSE);
  button.focus();
  return true;
}

/**
 * @param {View} view
 * @param {KeyboardEvent} event
 */
function movePlace(view, event) {
  if (!(event.key in ARROWS) || !isPlain(event)) return false;
  const [right, down] = ARROWS[event.key];
  const { name, field } = layerOf(view);
  const [row, column] = within(view, view.choice.value[1]);
  view.hover = null;
  take(view, [name, within(view, [row + field.stride * down, column + field.stride * right])], PAUSE);
  return true;
}

/**
 * @param {View} view
 * @param {AbortSignal} ending
 */
function listenToPointer(view, ending) {
  const { photo } = view;
  const placeAt = (/** @type {PointerEvent} */ { offsetX, offsetY }) => {
    const { height, width } = view.data;
    const at = [(offsetY / photo.clientHeight) * height, (offsetX / photo.clientWidth) * width];
    return within(view, at.map(Math.floor));
  };
  const on = (/** @type {string} */ types, /** @type {(event: PointerEvent) => void} */ act) =>
    listen(photo, types, act, ending);
  on("pointermove", (event) => {
    if (event.pointerType === "touch" && !view.pressed) return;
    view.hover = placeAt(event);
    refresh(view);
  });
  on("pointerdown", ({ button }) => {
    view.pressed = !button;
  });
  on("pointerup", (event) => {
    if (view.pressed) take(view, [layerOf(view).name, placeAt(event)], 0);
    if (event.pointerType === "touch") view.hover = null;
    view.pressed = false;
  });
  on("pointerleave pointercancel", () => {
    view.hover = null;
    view.pressed = false;
    refresh(view);
  });
}
