// What pulls at each pixel, as pictures, and the pixel that is followed.

import { pixel, rgb } from "../shared/colours.js";
import { clamp } from "../shared/geometry.js";
import { ARROWS, isPlain } from "../shared/keys.js";
import { listen } from "../shared/lifecycle.js";
import { brush, make, part } from "../shared/parts.js";
import { fill } from "../shared/words.js";

/**
 * @typedef {import("./canvas.js").Data} Data
 * @typedef {import("./canvas.js").Look} Look
 * @typedef {{ row: number, column: number }} Place
 * @typedef {ReturnType<typeof buildPulls>} Pulls
 */

const KINDS = /** @type {const} */ (["content", "style", "both"]);
const FAR = 10; // pixels that an arrow goes with Shift

/** @param {ParentNode} root */
export function buildPulls(root) {
  const pulls = part(root, ".pulls", HTMLElement);
  const figures = KINDS.map((kind) => {
    const [figure, frame, canvas, cross] = [make("figure", kind), make("div", "frame"), make("canvas"), make("i")];
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    frame.append(canvas, cross);
    const caption = make("figcaption");
    figure.append(frame, caption);
    return { figure, canvas, cross, caption };
  });
  pulls.append(...figures.map(({ figure }) => figure));
  return {
    figures,
    bytes: /** @type {Uint8Array} */ (new Uint8Array()), // of all three pictures
    painted: "", // what the pictures were painted from
    look: /** @type {Look | null} */ (null),
    place: /** @type {Place | null} */ (null),
  };
}

/**
 * Tell which pixel a person chooses, by a press or by the arrow keys.
 * @param {Pulls} pulls
 * @param {(place: Place) => void} choose
 * @param {AbortSignal} ending
 */
export function follow(pulls, choose, ending) {
  const inside = (/** @type {number} */ row, /** @type {number} */ column) => {
    const { width, height } = pulls.look ?? { width: 1, height: 1 };
    return { row: clamp(row, 0, height - 1), column: clamp(column, 0, width - 1) };
  };
  for (const { canvas } of pulls.figures) {
    const press = (/** @type {PointerEvent} */ event) => {
      if (!pulls.look || (event.type === "pointermove" && !canvas.hasPointerCapture(event.pointerId))) return;
      if (event.type === "pointerdown") canvas.setPointerCapture(event.pointerId);
      const box = canvas.getBoundingClientRect();
      const { width, height } = pulls.look;
      const [right, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      choose(inside(Math.floor(down * height), Math.floor(right * width)));
    };
    listen(canvas, "pointerdown pointermove", press, ending);
    const move = (/** @type {KeyboardEvent} */ event) => {
      const arrow = ARROWS[event.key];
      const place = pulls.place ?? pulls.look;
      if (!arrow || !place || !isPlain(event)) return;
      event.preventDefault();
      const far = event.shiftKey ? FAR : 1;
      choose(inside(place.row + far * arrow[1], place.column + far * arrow[0]));
    };
    listen(canvas, "keydown", move, ending);
  }
}

/**
 * @param {Pulls} pulls
 * @param {Data} data
 * @param {Look | null} look
 * @param {Place | null} place   null is the place that was looked at
 */
export function drawPulls(pulls, { words, colours }, look, place) {
  Object.assign(pulls, { look, place });
  const painted = JSON.stringify([look?.sequence, colours]);
  pulls.figures.forEach(({ figure, canvas, cross, caption }, k) => {
    const kind = KINDS[k];
    caption.textContent = words[`pull_${kind}`];
    figure.classList.toggle("empty", !look);
    if (!look) return;
    figure.style.setProperty("--ratio", String(look.width / look.height));
    const at = place ?? look;
    canvas.setAttribute("aria-label", fill(words.pixel_label, { what: words[`pull_${kind}`], ...seen(at) }));
    cross.style.left = `${(100 * (at.column + 0.5)) / look.width}%`;
    cross.style.top = `${(100 * (at.row + 0.5)) / look.height}%`;
    if (painted === pulls.painted) return;
    const size = look.width * look.height;
    const bytes = pulls.bytes.subarray(k * size, (k + 1) * size);
    const shade =
      kind === "both" ? mixed(colours.negative, colours.paper, colours.product) : mixed(colours.paper, colours[kind]);
    paint(canvas, bytes, look, shade);
  });
  pulls.painted = look ? painted : "";
}

/**
 * A pixel as it is counted from 1.
 * @param {Place} place
 */
export const seen = ({ row, column }) => ({ row: row + 1, column: column + 1 });

/**
 * 256 colours, through each of these evenly.
 * @param {...string} colours
 */
function mixed(...colours) {
  const stops = colours.map(rgb);
  return Uint32Array.from({ length: 256 }, (_, k) => {
    const at = (k / 255) * (stops.length - 1);
    const [low, high] = [stops[Math.floor(at)], stops[Math.ceil(at)]];
    return pixel(low.map((value, c) => Math.round(value + (at % 1) * (high[c] - value))));
  });
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} bytes
 * @param {Look} look
 * @param {Uint32Array} shade
 */
function paint(canvas, bytes, { width, height }, shade) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = brush(canvas);
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let k = 0; k < pixels.length; k++) pixels[k] = shade[bytes[k]];
  context.putImageData(image, 0, 0);
}
