// A filter on a photo: point at a place and read how one number of a channel is made; slide it, and the channel appears.
//
// Everything is computed here from the photo's levels, at the pace of the hand. A choice shows at once; Python is told,
// and need not answer.

import { dress } from "../shared/colours.js";
import { clamp } from "../shared/geometry.js";
import { ARROWS, isPlain } from "../shared/keys.js";
import { lifecycle, listen, watchSize } from "../shared/lifecycle.js";
import { number, plain } from "../shared/numbers.js";
import { make, part } from "../shared/parts.js";
import { read } from "../shared/read.js";
import { choose, follow, unpack } from "../shared/wire.js";
import { fill } from "../shared/words.js";
import { filtered, patchAt, standardize } from "./channel.js";
import { channelOf, drawLoupe, drawMarked, filterOf, photoOf, placeInLoupe, sheet } from "./draw.js";
import { build, label, writeFilter, writeProducts } from "./table.js";

const PAUSE = 250; // ms without a key before Python hears of what is typed or moved
const SLIDE = 8000; // ms from the first place to the last: slowly at first, so that single ones can be followed
const STEP = 0.1; // of a weight, with a key
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const OWN = 0;

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {import("./channel.js").Picture} Picture
 * @typedef {{ key: string, height: number, width: number, mean: number[], deviation: number[], filters: number[][],
 *   presets: [string, number[]][], largest: number, title: string, words: Record<string, string>,
 *   colours: Record<string, string> & { negative: string, paper: string, product: string },
 *   wish: { value: Chosen, count: number, after: number } }} About   of canvas.py
 * @typedef {[number, number[], number[], boolean]} Chosen   the filter, one's own numbers, the place, before the ReLU
 * @typedef {ReturnType<typeof begin>} View
 */

export default lifecycle({ begin, update, end });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement: root, data, setStateValue }, ending) {
  const { about } = unpack(data);
  const find = (/** @type {string} */ selector) => part(root, selector, HTMLElement);
  const view = {
    root,
    filter: find(".filter"),
    photo: part(root, ".photo", HTMLCanvasElement),
    loupe: part(root, ".loupe", HTMLCanvasElement),
    channel: part(root, ".channel", HTMLCanvasElement),
    where: find(".where"),
    which: find(".which"),
    slide: part(root, ".slide", HTMLButtonElement),
    before: part(root, ".before", HTMLInputElement),
    beforeWord: find(".before-word"),
    filters: find(".filters"),
    presets: find(".presets"),
    spoken: find(".spoken"),
    table: build(find(".rows")),
    lines: {
      total: find(".total"),
      sum: find(".sum"),
      bias: part(root, ".bias", HTMLInputElement),
      before: find(".before-relu"),
      arrow: find(".arrow"),
      number: find(".number"),
      angle: find(".angle"),
    },
    setStateValue,
    about: /** @type {About} */ (about),
    choice: follow(about.key, about.wish, true),
    picture: /** @type {Picture} */ ({ height: 1, width: 1, values: new Float64Array(27) }),
    levels: /** @type {Uint8Array} */ (new Uint8Array()),
    drawnPhoto: make("canvas"),
    drawnChannel: make("canvas"),
    made: new Float64Array(), // the channel before its ReLU
    hover: /** @type {number[] | null} */ (null),
    pressed: false,
    slidSince: 0, // when the filter began to slide; 0 while it does not
    slid: Infinity, // how many numbers of the channel are there
    anew: true, // whether the channel is to be made anew
    described: "", // the words and colours that are in force
    frame: 0,
    timer: 0,
  };
  listenToHands(view, ending);
  for (const canvas of [view.photo, view.channel])
    watchSize(canvas.parentElement ?? canvas, () => refresh(view), ending);
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
  const { about, payload } = unpack(data);
  Object.assign(view, { about, setStateValue, choice: follow(about.key, about.wish, false), anew: true });
  view.levels = payload;
  view.picture = standardize(payload, about);
  view.drawnPhoto = photoOf(payload, about.width);
  describe(view);
  refresh(view);
}

/** @param {View} view */
function describe(view) {
  const { about, table, lines, photo, filter } = view;
  const { words, title, colours } = about;
  const described = JSON.stringify([words, title, colours, about.presets]);
  if (described === view.described) return; // what has the focus keeps it
  view.described = described;
  dress(filter, colours);
  label(table, lines, words);
  photo.setAttribute("aria-label", `${fill(words.photo, { title })} ${words.keys}`);
  view.beforeWord.textContent = words.before;
  view.filters.setAttribute("aria-label", words.filters);
  view.filters.replaceChildren(
    ...about.filters.map((numbers, at) => {
      const button = Object.assign(make("button"), { type: "button", title: fill(words.choose, { number: at + 1 }) });
      button.setAttribute("role", "radio");
      button.setAttribute("aria-label", button.title);
      button.append(filterOf(numbers));
      return button;
    }),
  );
  view.presets.replaceChildren(
    make("span", "own-word", words.own),
    ...about.presets.map(([name]) => Object.assign(make("button", "", name), { type: "button" })),
  );
}

/** @param {View} view */
const chosen = ({ choice }) => /** @type {Chosen} */ (choice.value);

/** @param {View} view */
function numbersOf(view) {
  const [filter, own] = chosen(view);
  return filter === OWN ? own : view.about.filters[filter - 1];
}

/**
 * @param {View} view
 * @param {number[]} place
 */
const within = ({ about }, [row, column]) => [clamp(row, 0, about.height - 1), clamp(column, 0, about.width - 1)];

/**
 * The place that is shown: where the filter slides, else where somebody points, else the chosen one.
 * @param {View} view
 */
function placeOf(view) {
  const { about, slidSince, slid } = view;
  if (slidSince) return within(view, [Math.floor(slid / about.width), slid % about.width]);
  return within(view, view.hover ?? chosen(view)[2]);
}

// --------------------------------------------------------------------------------------------------------- drawing

/** @param {View} view */
function refresh(view) {
  view.frame ||= requestAnimationFrame((now) => {
    view.frame = 0;
    if (!view.filter.clientWidth) return; // on a page that is not open; the observer calls when it is
    if (view.slidSince) slideOn(view, now);
    if (view.anew) makeChannel(view);
    draw(view);
    if (view.slidSince) refresh(view);
  });
}

/** @param {View} view */
function makeChannel(view) {
  const { about, picture, table, lines, root } = view;
  const [filter, , , before] = chosen(view);
  const numbers = numbersOf(view);
  view.anew = false;
  view.made = filtered(picture, numbers);
  view.drawnChannel = channelOf(view.made, about.width, before, about.colours);
  writeFilter(table, lines, numbers, root.activeElement);
  view.before.checked = before;
  view.which.textContent = filter === OWN ? about.words.yours : fill(about.words.of_vgg, { number: filter });
  [...view.filters.children].forEach((button, at) => {
    button.setAttribute("aria-checked", String(at + 1 === filter));
    if (button instanceof HTMLElement) button.tabIndex = at === Math.max(0, filter - 1) ? 0 : -1;
  });
}

/** @param {View} view */
function draw(view) {
  const { about, picture, drawnPhoto, drawnChannel, slid } = view;
  const { words, colours, height, width } = about;
  const place = placeOf(view);
  const { paper, first, second } = colours;
  drawMarked(sheet(view.photo, height, width), drawnPhoto, place, { mark: first, paper, patch: 3 });
  drawMarked(sheet(view.channel, height, width), drawnChannel, place, { mark: second, paper, patch: 1, shown: slid });
  drawLoupe(view.loupe, drawnPhoto, place, colours);
  writeProducts(view.table, view.lines, patchAt(picture, place), numbersOf(view), words);
  const [row, column] = place.map((index) => index + 1);
  view.where.textContent = fill(words.where, { row, column });
  view.slide.textContent = view.slidSince ? words.stop : words.slide;
  view.channel.setAttribute("aria-label", fill(words.channel, { height, width }));
  view.loupe.setAttribute("aria-label", words.loupe);
}

// --------------------------------------------------------------------------------------------------------- sliding

/**
 * @param {View} view
 * @param {number} now
 */
function slideOn(view, now) {
  const { height, width } = view.about;
  const passed = clamp((now - view.slidSince) / SLIDE);
  // who wants no motion sees it stand at eight places
  view.slid = Math.floor(height * width * (STILL.matches ? Math.ceil(8 * passed) / 8 : passed ** 3));
  if (passed === 1) stopSliding(view);
}

/** @param {View} view */
function stopSliding(view) {
  Object.assign(view, { slidSince: 0, slid: Infinity });
  refresh(view);
}

/** @param {View} view */
function slideOrStop(view) {
  if (view.slidSince) stopSliding(view);
  else {
    Object.assign(view, { slidSince: performance.now(), slid: 0, hover: null });
    refresh(view);
  }
}

// -------------------------------------------------------------------------------------------------------- choosing

/**
 * @param {View} view
 * @param {Partial<{ filter: number, own: number[], place: number[], before: boolean }>} change
 * @param {number} [wait]
 */
function take(view, change, wait = 0) {
  const [filter, own, place, before] = chosen(view);
  const now = { filter, own, place: within(view, place), before, ...change };
  const tell = choose(view.choice, [now.filter, now.own, now.place, now.before]);
  clearTimeout(view.timer);
  view.timer = setTimeout(() => tell(view.setStateValue), wait);
  view.anew ||= !change.place;
  if (view.slidSince && change.place) stopSliding(view);
  refresh(view);
}

/**
 * @param {View} view
 * @param {AbortSignal} ending
 */
function listenToHands(view, ending) {
  const on = (
    /** @type {EventTarget} */ target,
    /** @type {string} */ types,
    /** @type {(event: any) => void} */ act,
  ) => listen(target, types, act, ending);
  for (const canvas of [view.photo, view.channel]) {
    const placeAt = (/** @type {PointerEvent} */ { offsetX, offsetY }) => {
      const { height, width } = view.about;
      const at = [(offsetY / canvas.clientHeight) * height, (offsetX / canvas.clientWidth) * width];
      return within(view, at.map(Math.floor));
    };
    on(canvas, "pointermove", (event) => {
      if (view.slidSince || (event.pointerType === "touch" && !view.pressed)) return;
      view.hover = placeAt(event);
      refresh(view);
    });
    on(canvas, "pointerdown", ({ button }) => {
      view.pressed = !button;
    });
    on(canvas, "pointerup", (event) => {
      if (view.pressed) take(view, { place: placeAt(event) });
      if (event.pointerType === "touch") view.hover = null;
      view.pressed = false;
    });
    on(canvas, "pointerleave pointercancel", () => {
      view.hover = null;
      view.pressed = false;
      refresh(view);
    });
  }
  on(view.loupe, "click", (event) =>
    take(view, { place: within(view, placeInLoupe(view.loupe, event, placeOf(view))) }),
  );
  on(view.photo, "keydown", (event) => pressKey(view, event) && event.preventDefault());
  on(view.slide, "click", () => slideOrStop(view));
  on(view.before, "change", () => take(view, { before: view.before.checked }));
  on(view.filters, "click", ({ target }) =>
    chooseFilter(view, [...view.filters.children].indexOf(target.closest("button"))),
  );
  on(view.filters, "keydown", (event) => moveFilter(view, event) && event.preventDefault());
  on(view.presets, "click", ({ target }) => {
    const preset = view.about.presets[[...view.presets.querySelectorAll("button")].indexOf(target.closest("button"))];
    if (preset) take(view, { filter: OWN, own: [...preset[1]] });
  });
  [...view.table.weights, view.lines.bias].forEach((field, at) => {
    on(field, "focus", () => {
      field.value = plain(numbersOf(view)[at]);
      field.select();
    });
    on(field, "input", () => type(view, field, at));
    on(field, "keydown", (event) => stepWeight(view, field, at, event) && event.preventDefault());
    on(field, "blur", () => {
      writeFilter(view.table, view.lines, numbersOf(view), null);
    });
  });
}

/**
 * @param {View} view
 * @param {number} at
 */
function chooseFilter(view, at) {
  if (at >= 0) take(view, { filter: at + 1 });
}

/**
 * @param {View} view
 * @param {KeyboardEvent} event
 */
function moveFilter(view, event) {
  if (!(event.key in ARROWS) || !isPlain(event)) return false;
  const buttons = [...view.filters.children];
  const tops = buttons.map((button) => button.getBoundingClientRect().top);
  const columns = tops.filter((top) => top === tops[0]).length;
  const [right, down] = ARROWS[event.key];
  const at = clamp(Math.max(0, chosen(view)[0] - 1) + right + down * columns, 0, buttons.length - 1);
  take(view, { filter: at + 1 }, PAUSE);
  const button = buttons[at];
  if (button instanceof HTMLElement) button.focus();
  return true;
}

/**
 * @param {View} view
 * @param {KeyboardEvent} event
 */
function pressKey(view, event) {
  if (!(event.key in ARROWS) || !isPlain(event)) return false;
  const [right, down] = ARROWS[event.key];
  const stride = event.shiftKey ? 10 : 1;
  const [row, column] = chosen(view)[2];
  view.hover = null;
  take(view, { place: within(view, [row + stride * down, column + stride * right]) }, PAUSE);
  const place = chosen(view)[2];
  const value = Math.max(0, view.made[place[0] * view.about.width + place[1]]);
  const said = { row: place[0] + 1, column: place[1] + 1, value: number(value) };
  view.spoken.textContent = fill(view.about.words.spoken, said);
  return true;
}

/**
 * A number of one's own: a filter of VGG becomes the beginning of it.
 * @param {View} view
 * @param {number} at
 * @param {number} value
 */
function setNumber(view, at, value) {
  take(view, { filter: OWN, own: numbersOf(view).map((old, k) => (k === at ? value : old)) }, PAUSE);
}

/**
 * @param {View} view
 * @param {HTMLInputElement} field
 * @param {number} at
 */
function type(view, field, at) {
  const { value } = read(field.value);
  const fits = value !== undefined && Math.abs(value) <= view.about.largest;
  field.classList.toggle("wrong", !fits);
  field.setAttribute("aria-invalid", String(!fits));
  if (fits) setNumber(view, at, value);
}

/**
 * @param {View} view
 * @param {HTMLInputElement} field
 * @param {number} at
 * @param {KeyboardEvent} event
 */
function stepWeight(view, field, at, event) {
  if (event.key === "Enter") field.blur();
  const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (!way || !isPlain(event)) return false;
  const { largest } = view.about;
  const value = clamp(Math.round((numbersOf(view)[at] + way * STEP) * 1e6) / 1e6, -largest, largest);
  field.value = plain(value);
  field.classList.remove("wrong");
  field.removeAttribute("aria-invalid");
  setNumber(view, at, value);
  return true;
}
