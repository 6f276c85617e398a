// The whole flow in one picture: three pictures, one network, features and Gram matrices, losses, and back.

import { scale } from "../shared/colours.js";
import { number } from "../shared/numbers.js";
import { brush, make, part } from "../shared/parts.js";
import { fill } from "../shared/words.js";

/**
 * @typedef {import("./canvas.js").Data} Data
 * @typedef {import("./canvas.js").Message} Message
 * @typedef {import("./canvas.js").Moment} Moment
 * @typedef {ReturnType<typeof buildFlow>} Flow
 */

const BLOCKS = 5; // of the network, each half as wide as the one before
const BEAT = 600; // ms

const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

/** @param {ParentNode} root */
export function buildFlow(root) {
  const find = (/** @type {string} */ name) => part(root, `.flow .${name}`, HTMLElement);
  return {
    pictures: find("pictures"),
    network: find("network"),
    matrices: find("matrices"),
    losses: find("losses"),
    back: find("back"),
    now: make("canvas", "now"),
    newest: /** @type {ImageBitmap | null} */ (null),
    built: "", // what the parts were made from
    beaten: -1, // the step that has been sent back
  };
}

/**
 * @param {Flow} flow
 * @param {Data} data
 * @param {Message | null} message
 */
export function drawFlow(flow, data, message) {
  const { words } = data;
  const layers = message?.layers ?? [];
  const asked = JSON.stringify([words, data.photo.length, data.paintings.map(({ length }) => length), names(layers)]);
  if (flow.built !== asked) build(flow, data, names(layers));
  flow.built = asked;
  if (!message) flow.newest = null;
  showPicture(flow);
  const shade = scale(data.colours, 255);
  const matrices = /** @type {HTMLCanvasElement[]} */ ([...flow.matrices.querySelectorAll("canvas")]);
  layers.forEach(({ matrices: [now, painting], size }, k) => {
    paint(matrices[2 * k], now, size, shade);
    paint(matrices[2 * k + 1], painting, size, shade);
  });
  writeLosses(flow.losses, message?.moment ?? null, words);
  const numbers = 3 * flow.now.width * flow.now.height;
  part(flow.back, "span", HTMLElement).textContent = fill(flow.newest ? words.back : words.back_any, { numbers });
  if (message && message.sequence !== flow.beaten) beat(flow.back);
  flow.beaten = message?.sequence ?? -1;
}

/** @param {{ name: string }[]} layers */
const names = (layers) => layers.map(({ name }) => name);

/**
 * @param {Flow} flow
 * @param {Data} data
 * @param {string[]} layers
 */
function build({ pictures, network, matrices, losses, now }, { photo, paintings, words }, layers) {
  const shown = (/** @type {string} */ kind, /** @type {Element[]} */ ...content) => {
    const figure = make("figure", kind);
    figure.append(...content, make("figcaption", "", words[kind]));
    return figure;
  };
  const image = (/** @type {string} */ src) => Object.assign(make("img"), { src, alt: "" });
  pictures.replaceChildren(
    shown("photo", image(photo)),
    shown("picture", now),
    shown("painting", ...paintings.map((src) => image(src))),
  );
  const bars = Array.from({ length: BLOCKS }, (_, k) => {
    const bar = make("i");
    bar.style.height = `${100 / 1.5 ** k}%`;
    return bar;
  });
  const net = make("div", "bars");
  net.append(...bars);
  network.replaceChildren(make("b", "", words.network), net, make("small", "", words.network_note));
  const rows = layers.map((layer) => {
    const row = make("div", "pair");
    row.append(make("span", "", layer), make("canvas"), make("canvas"));
    return row;
  });
  const head = make("div", "pair head");
  head.append(make("span"), make("span", "", "G"), make("span", "", "A"));
  matrices.replaceChildren(make("b", "", words.matrices), ...(rows.length ? [head] : []), ...rows);
  losses.replaceChildren(
    make("b", "", words.losses),
    make("p", "content"),
    make("p", "style"),
    make("p", "smooth"),
    make("p", "total"),
  );
}

/** @param {Flow} flow */
function showPicture({ now, newest, pictures }) {
  const photo = pictures.querySelector("img");
  now.classList.toggle("waiting", !newest);
  if (newest) {
    if (now.width !== newest.width) now.width = newest.width;
    if (now.height !== newest.height) now.height = newest.height;
    brush(now).drawImage(newest, 0, 0);
  } else if (photo) now.style.aspectRatio = photo.naturalWidth ? `${photo.naturalWidth} / ${photo.naturalHeight}` : "";
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} bytes
 * @param {number} size
 * @param {Uint32Array} shade   255 pixels: the bytes are 1 to 255
 */
function paint(canvas, bytes, size, shade) {
  if (canvas.width !== size) Object.assign(canvas, { width: size, height: size });
  const context = brush(canvas);
  const image = context.createImageData(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  for (let k = 0; k < pixels.length; k++) pixels[k] = shade[bytes[k] - 1];
  context.putImageData(image, 0, 0);
}

/**
 * @param {HTMLElement} losses
 * @param {Moment | null} moment
 * @param {Record<string, string>} words
 */
function writeLosses(losses, moment, words) {
  const say = (/** @type {string} */ kind, /** @type {string} */ text) => {
    part(losses, `.${kind}`, HTMLElement).textContent = text;
  };
  const style = moment ? meanOf(moment.layers) : null;
  say("content", `${words.content_loss} ${moment?.content == null ? "—" : number(moment.content)}`);
  say("style", `${words.style_loss} ${style === null ? "—" : number(style)}`);
  say("smooth", moment?.smoothness ? `${words.smooth_loss} ${number(moment.smoothness[1])}` : "");
  say("total", `${words.total} ${moment ? number(moment.total) : "—"}`);
}

/**
 * The mean of the layers' losses by their weights; null where none weighs.
 * @param {[string, number, number][]} layers
 */
function meanOf(layers) {
  const weights = layers.reduce((sum, [, weight]) => sum + weight, 0);
  return weights ? layers.reduce((sum, [, weight, loss]) => sum + weight * loss, 0) / weights : null;
}

/**
 * Something goes back to the pixels, with each step that is heard of.
 * @param {HTMLElement} back
 */
function beat(back) {
  if (!STILL.matches) back.animate([{ opacity: 0.35 }, { opacity: 1 }], { duration: BEAT });
}

/**
 * total = w_c · content + w_s · the mean of the layers, in words and then with the numbers of this moment.
 * @param {HTMLElement} formula
 * @param {Moment | null} moment
 * @param {Record<string, string>} words
 */
export function writeFormula(formula, moment, words) {
  const smooth = moment?.smoothness ?? null;
  const line = (/** @type {(string | Element)[]} */ parts) => {
    const span = make("span", "line");
    span.append(...parts);
    return span;
  };
  const coloured = (/** @type {string} */ kind, /** @type {string[]} */ ...texts) => {
    const span = make("span", kind);
    span.append(texts[0], ...texts.slice(1, 2).map((below) => make("sub", "", below)), ...texts.slice(2));
    return span;
  };
  const general = line([
    `${words.total} = `,
    coloured("content", "w", "c", ` · ${words.content_loss}`),
    " + ",
    coloured("style", "w", "s", ` · ${words.mean}`),
    ...(smooth ? [coloured("", " + w", "v", ` · ${words.smooth_loss}`)] : []),
  ]);
  if (!moment) {
    formula.replaceChildren(general);
    return;
  }
  const pulling = moment.layers.filter(([, weight]) => weight !== 0);
  const terms = pulling.map(([, weight, loss]) => (weight === 1 ? "" : `${number(weight)} · `) + number(loss));
  const weights = pulling.reduce((sum, [, weight]) => sum + weight, 0);
  const mean = pulling.length ? `(${terms.join(" + ")}) / ${number(weights)}` : "0";
  formula.replaceChildren(
    general,
    line([
      coloured("numbers", `${number(moment.total)} ≈ `),
      coloured("content", `${number(moment.content_weight)} · ${moment.content === null ? 0 : number(moment.content)}`),
      " + ",
      coloured("style", `${number(moment.style_weight)} · ${mean}`),
      ...(smooth ? [` + ${number(smooth[0])} · ${number(smooth[1])}`] : []),
    ]),
  );
}
