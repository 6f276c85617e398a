// What is drawn: the photo with the patch marked, its pixels enlarged, the channel, and each filter as a picture.

import { pixel, scale } from "../shared/colours.js";
import { brush, image } from "../shared/parts.js";
import { unitAt } from "../shared/unit.js";

const HIGHEST = 190; // units of each picture, see shared/unit.js
const ACROSS = 11; // pixels that are enlarged, from left to right
const DOWN = 9;
const SHADES = 511;
const LEAST = 13; // px of the mark, however small three pixels are

/**
 * @typedef {import("./channel.js").Picture} Picture
 * @typedef {import("./canvas.js").About} About
 * @typedef {{ canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, wide: number, high: number }} Sheet
 */

/**
 * The photo as a picture of one pixel each.
 * @param {Uint8Array} levels
 * @param {number} width
 */
export function photoOf(levels, width) {
  const pixels = new Uint32Array(levels.length / 3);
  for (let k = 0; k < pixels.length; k++) pixels[k] = pixel([levels[3 * k], levels[3 * k + 1], levels[3 * k + 2]]);
  return image(pixels, width);
}

/**
 * A channel as a picture of one pixel per number; its largest has the full colour.
 * @param {Float64Array} channel
 * @param {number} width
 * @param {boolean} before   whether its ReLU has not been taken yet
 * @param {About["colours"]} colours
 */
export function channelOf(channel, width, before, colours) {
  const shades = scale(colours, SHADES);
  const middle = (SHADES - 1) / 2;
  let most = 0;
  for (const value of channel) most = Math.max(most, before ? Math.abs(value) : value);
  const pixels = new Uint32Array(channel.length);
  for (let k = 0; k < pixels.length; k++) {
    const value = before ? channel[k] : Math.max(0, channel[k]);
    const share = most ? Math.sqrt(Math.abs(value) / most) : 0; // the root: few numbers are as strong as the largest
    pixels[k] = shades[middle + Math.sign(value) * Math.round(middle * share)];
  }
  return image(pixels, width);
}

/**
 * A filter as a picture of 3×3 pixels: grey is 0, a colour is more of it, the opposite colour less.
 * @param {number[]} numbers
 */
export function filterOf(numbers) {
  const most = Math.max(...numbers.slice(0, 27).map(Math.abs)) || 1;
  const level = (/** @type {number} */ colour, /** @type {number} */ place) =>
    Math.round(127.5 + (127.5 * numbers[9 * colour + place]) / most);
  const pixels = Uint32Array.from({ length: 9 }, (_, place) => pixel([0, 1, 2].map((colour) => level(colour, place))));
  return image(pixels, 3);
}

/**
 * The canvas, as large as its column and the height allow, ready to be drawn on in px.
 * @param {HTMLCanvasElement} canvas
 * @param {number} height   of what it shows, in pixels of its own
 * @param {number} width
 * @param {number} [highest]   in units
 * @returns {Sheet}
 */
export function sheet(canvas, height, width, highest = HIGHEST) {
  const room = canvas.parentElement?.clientWidth ?? 0;
  const factor = Math.min(room / width, (highest * unitAt(canvas)) / height);
  const [wide, high] = [Math.max(12, Math.round(width * factor)), Math.max(12, Math.round(height * factor))];
  const ratio = window.devicePixelRatio;
  const [across, down] = [Math.round(wide * ratio), Math.round(high * ratio)];
  if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
  Object.assign(canvas.style, { width: `${wide}px`, height: `${high}px` });
  const context = brush(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.imageSmoothingEnabled = wide < width;
  return { canvas, context, wide, high };
}

/**
 * A picture, and the patch at a place marked on it; of a channel that is being made only its first numbers.
 * @param {Sheet} sheet
 * @param {HTMLCanvasElement} picture
 * @param {number[]} place
 * @param {{ mark: string, paper: string, patch: number, shown?: number }} look   patch: how many pixels are marked
 */
export function drawMarked({ context, wide, high }, picture, [row, column], { mark, paper, patch, shown = Infinity }) {
  const [x, y] = [wide / picture.width, high / picture.height];
  context.drawImage(picture, 0, 0, wide, high);
  if (shown < picture.width * picture.height) {
    const full = Math.floor(shown / picture.width);
    const part = shown % picture.width;
    context.fillStyle = paper;
    context.fillRect(part * x, full * y, wide, y + 0.5);
    context.fillRect(0, (full + 1) * y, wide, high);
  }
  const [w, h] = [Math.max(LEAST, patch * x), Math.max(LEAST, patch * y)];
  const frame = [(column + 0.5) * x - w / 2, (row + 0.5) * y - h / 2, w, h];
  for (const [colour, line] of /** @type {[string, number][]} */ ([
    [paper, 4],
    [mark, 2],
  ])) {
    Object.assign(context, { strokeStyle: colour, lineWidth: line });
    context.strokeRect(frame[0], frame[1], frame[2], frame[3]);
  }
}

/**
 * The pixels around a place, enlarged, and the patch marked; what is outside the photo is hatched.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLCanvasElement} photo
 * @param {number[]} place
 * @param {About["colours"]} colours
 */
export function drawLoupe(canvas, photo, [row, column], colours) {
  const { context, wide, high } = sheet(canvas, DOWN, ACROSS, HIGHEST);
  const side = wide / ACROSS;
  const [left, top] = [column - (ACROSS - 1) / 2, row - (DOWN - 1) / 2];
  context.imageSmoothingEnabled = false;
  context.fillStyle = colours.raised;
  context.fillRect(0, 0, wide, high);
  Object.assign(context, { strokeStyle: colours.faint, lineWidth: 1 });
  context.beginPath();
  for (let k = -high; k < wide; k += 7) {
    context.moveTo(k, 0);
    context.lineTo(k + high, high);
  }
  context.stroke();
  context.drawImage(photo, -left * side, -top * side, photo.width * side, photo.height * side);
  const [x, y] = [((ACROSS - 3) / 2) * side, ((DOWN - 3) / 2) * side];
  for (const [colour, line] of /** @type {[string, number][]} */ ([
    [colours.paper, 6],
    [colours.first, 3],
  ])) {
    Object.assign(context, { strokeStyle: colour, lineWidth: line });
    context.strokeRect(x, y, 3 * side, 3 * side);
  }
}

/**
 * The place that is pressed in the enlarged pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {MouseEvent} event
 * @param {number[]} place   in the middle
 */
export function placeInLoupe(canvas, { offsetX, offsetY }, [row, column]) {
  const side = canvas.clientWidth / ACROSS;
  const step = (/** @type {number} */ at, /** @type {number} */ count) => Math.floor(at / side) - (count - 1) / 2;
  return [row + step(offsetY, DOWN), column + step(offsetX, ACROSS)];
}
