// All channels of a layer as a contact sheet, of which only the part in sight is drawn, and one channel enlarged over
// the picture. A choice shows here at once; Python is told, and need not answer.

import { pixel, rgb, scale } from "../shared/colours.js";
import { isPlain } from "../shared/keys.js";
import { lifecycle, listen, watchSize } from "../shared/lifecycle.js";
import { brush, image, part } from "../shared/parts.js";
import { unitAt } from "../shared/unit.js";
import { choose, follow, unpack } from "../shared/wire.js";
import { fill } from "../shared/words.js";

const WIDEST = 84; // units, see shared/unit.js, of a channel on the sheet
const GAP = 8; // px
const NAME = 17; // units of the line below a channel
const LARGEST = 640; // px of the enlarged channel, in the page's measure
const KEY_PAUSE = 150; // ms without a key before Python hears of the channel

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {import("../shared/wire.js").Choice} Choice
 * @typedef {{ key: string, height: number, width: number, aspect: [number, number], names: number[], shares: string[],
 *   words: Record<string, string>, image: string, wish: { value: number, count: number, after: number },
 *   colours: Record<string, string> & { negative: string, paper: string, product: string } }} About   of sheet/canvas.py
 * @typedef {ReturnType<typeof begin>} View
 */

export default lifecycle({ begin, update, end });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement: root, data, setStateValue }, ending) {
  const { about, payload } = unpack(data);
  const view = {
    room: part(root, ".room", HTMLElement),
    scroller: part(root, ".scroller", HTMLElement),
    length: part(root, ".length", HTMLElement),
    sheet: part(root, ".channels", HTMLCanvasElement),
    enlarged: part(root, ".enlarged", HTMLCanvasElement),
    caption: part(root, "figcaption", HTMLElement),
    spoken: part(root, ".spoken", HTMLElement),
    picture: new Image(),
    setStateValue,
    about: /** @type {About} */ (about),
    values: payload, // one byte per number, channel by channel
    shades: new Uint32Array(), // 256 colours on the sheet
    veil: new Uint32Array(), // 256 over the picture
    drawn: /** @type {Map<number, HTMLCanvasElement>} */ (new Map()), // channels on the sheet, by their place
    choice: follow(about.key, about.wish, true),
    at: 0, // the place of the one that is enlarged
    columns: 1,
    rows: 1,
    unit: 1, // px
    wide: 0, // px
    high: 0,
    row: 0,
    frame: 0,
    timer: 0,
  };
  listen(view.picture, "load", () => enlarge(view), ending);
  listen(view.scroller, "scroll", () => refresh(view), ending);
  listen(view.sheet, "click", (event) => take(view, placeAt(view, event)), ending);
  listen(view.scroller, "keydown", (event) => pressKey(view, event) && event.preventDefault(), ending);
  watchSize(view.room, () => refresh(view), ending);
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
  const choice = follow(about.key, about.wish, false);
  Object.assign(view, { setStateValue, about, values: payload, drawn: new Map(), choice });
  view.at = Math.max(0, about.names.indexOf(choice.value + 1));
  view.shades = scale(about.colours, 511).subarray(255); // a channel is never negative
  const over = pixel(rgb(about.colours.over)) & 0xffffff;
  view.veil = Uint32Array.from({ length: 256 }, (_, share) => ((share << 24) | over) >>> 0);
  const label = `${fill(about.words.label, { count: about.names.length })} ${about.words.keys}`;
  view.scroller.setAttribute("aria-label", label);
  if (view.picture.src !== about.image) view.picture.src = about.image;
  enlarge(view);
  refresh(view);
}

/**
 * A channel as a picture of one pixel per number.
 * @param {View} view
 * @param {number} at
 * @param {Uint32Array} shades
 */
function channel({ about: { width, height }, values }, at, shades) {
  const pixels = new Uint32Array(width * height);
  const start = at * pixels.length;
  for (let k = 0; k < pixels.length; k++) pixels[k] = shades[values[start + k]];
  return image(pixels, width);
}

/** @param {View} view */
function enlarge(view) {
  const { about, enlarged, picture, at, caption } = view;
  const [width, height] = about.aspect;
  const factor = Math.min(1, LARGEST / Math.max(width, height)) * Math.min(2, window.devicePixelRatio);
  Object.assign(enlarged, { width: Math.round(width * factor), height: Math.round(height * factor) });
  const context = brush(enlarged);
  if (picture.complete && picture.naturalWidth) context.drawImage(picture, 0, 0, enlarged.width, enlarged.height);
  context.imageSmoothingEnabled = false; // its numbers, as coarse as they are
  context.drawImage(channel(view, at, view.veil), 0, 0, enlarged.width, enlarged.height);
  const { names, shares, words } = about;
  const said = fill(words.enlarged, { channel: names[at], share: shares[at], rank: at + 1, count: names.length });
  caption.textContent = said;
  enlarged.setAttribute("aria-label", said);
}

// ----------------------------------------------------------------------------------------------- the sheet, in sight

/** @param {View} view */
function refresh(view) {
  view.frame ||= requestAnimationFrame(() => {
    view.frame = 0;
    if (view.scroller.clientWidth) draw(view);
  });
}

/** @param {View} view */
function arrange(view) {
  const { scroller, about } = view;
  const room = scroller.clientWidth - GAP;
  view.unit = unitAt(scroller);
  view.columns = Math.max(1, Math.ceil(room / (view.unit * WIDEST + GAP)));
  view.wide = room / view.columns - GAP;
  view.high = Math.min(1.5, about.height / about.width) * view.wide;
  view.row = view.high + view.unit * NAME + GAP;
  view.rows = Math.ceil(about.names.length / view.columns);
}

/** @param {View} view */
function draw(view) {
  arrange(view);
  const { scroller, length, sheet, about, columns, rows, row, wide, high } = view;
  const ratio = window.devicePixelRatio;
  const [width, height] = [scroller.clientWidth, scroller.clientHeight];
  length.style.height = `${Math.max(height, rows * row + GAP)}px`;
  Object.assign(sheet, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  Object.assign(sheet.style, { width: `${width}px`, height: `${height}px` });
  const context = brush(sheet);
  const { product, quiet, ink, faint } = about.colours;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.imageSmoothingEnabled = wide < about.width;
  context.textAlign = "center";
  const family = getComputedStyle(view.room).fontFamily;
  const first = Math.max(0, Math.floor((scroller.scrollTop - GAP) / row)) * columns;
  const last = Math.min(about.names.length, Math.ceil((scroller.scrollTop + height) / row) * columns);
  for (let at = first; at < last; at++) {
    const x = GAP + (at % columns) * (wide + GAP);
    const y = GAP + Math.floor(at / columns) * row - scroller.scrollTop;
    const drawn = view.drawn.get(at) ?? channel(view, at, view.shades);
    view.drawn.set(at, drawn);
    context.drawImage(drawn, x, y, wide, high);
    const chosen = at === view.at;
    context.strokeStyle = chosen ? product : faint;
    context.lineWidth = chosen ? 3 : 1;
    context.strokeRect(x, y, wide, high);
    context.font = `${chosen ? 700 : 400} ${12 * view.unit}px ${family}`;
    context.fillStyle = chosen ? ink : quiet;
    context.fillText(
      `${about.names[at]} · ${about.shares[at]} %`,
      x + wide / 2,
      y + high + 13 * view.unit,
      wide + GAP - 2,
    );
  }
}

// -------------------------------------------------------------------------------------------------------- choosing

/**
 * @param {View} view
 * @param {number} at
 * @param {number} [wait]
 */
function take(view, at, wait = 0) {
  const { names } = view.about;
  if (at < 0 || at >= names.length) return;
  view.at = at;
  const tell = choose(view.choice, names[at] - 1);
  clearTimeout(view.timer);
  view.timer = setTimeout(() => tell(view.setStateValue), wait);
  enlarge(view);
  view.spoken.textContent = view.caption.textContent;
  refresh(view);
}

/**
 * @param {View} view
 * @param {MouseEvent} event
 */
function placeAt(view, { offsetX, offsetY }) {
  const column = Math.floor((offsetX - GAP / 2) / (view.wide + GAP));
  const row = Math.floor((offsetY + view.scroller.scrollTop - GAP / 2) / view.row);
  return column >= 0 && column < view.columns ? row * view.columns + column : -1;
}

/**
 * @param {View} view
 * @param {KeyboardEvent} event
 */
function pressKey(view, event) {
  if (!isPlain(event)) return false;
  const { columns, about, at } = view;
  const page = Math.max(1, Math.floor(view.scroller.clientHeight / view.row)) * columns;
  const most = about.names.length - 1;
  const to = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    PageUp: Math.max(0, at - page),
    PageDown: Math.min(most, at + page),
    Home: 0,
    End: most,
  }[event.key];
  if (to === undefined) return false;
  take(view, to, KEY_PAUSE); // a held key passes many channels; Python hears of the last
  bringIntoSight(view);
  return true;
}

/** @param {View} view */
function bringIntoSight({ scroller, row, columns, at }) {
  const top = Math.floor(at / columns) * row;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + row + GAP > scroller.scrollTop + scroller.clientHeight) {
    scroller.scrollTop = top + row + GAP - scroller.clientHeight;
  }
}
