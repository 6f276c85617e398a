// One pixel: what it is, what pulls at it, how the total slopes there, and where it goes.

import { number } from "../shared/numbers.js";
import { make } from "../shared/parts.js";
import { fill } from "../shared/words.js";
import { seen } from "./pulls.js";

/**
 * @typedef {import("./canvas.js").Look} Look
 * @typedef {[kind: string, said: string, values: number[]]} Row
 */

/**
 * @param {HTMLElement} place
 * @param {Look | null} look
 * @param {string} optimizer
 * @param {Record<string, string>} words
 */
export function tabulate(place, look, optimizer, words) {
  if (!look) {
    place.replaceChildren();
    return;
  }
  const { pixel, before, rate } = look;
  const channels = pixel.value.length === 1 ? [words.light] : [words.red, words.green, words.blue];
  const smooth = pixel.total_variation.some((value) => value !== 0);
  /** @type {Row[]} */
  const rows = [
    ["value", words.row_value, pixel.value],
    ["content", words.row_content, pixel.content],
    ["style", words.row_style, pixel.style],
    .../** @type {Row[]} */ (smooth ? [["", words.row_smooth, pixel.total_variation]] : []),
    ["slope", words.row_slope, pixel.slope],
    ["value", fill(words.row_next, { rate: number(rate) }), pixel.descended],
  ];
  place.replaceChildren(make("b", "", fill(words.pixel, seen(look))), table(channels, rows));
  if (!before) {
    place.append(make("p", "quiet", words.no_before));
    return;
  }
  const methods = { lbfgs: "L-BFGS", adam: "Adam" };
  const name = optimizer === "adam" ? methods.adam : methods.lbfgs;
  /** @type {Row[]} */
  const earlier = [
    ["value", words.row_stood, before.value],
    ["", words.row_would, before.descended],
    ["value", fill(words.row_moved, { method: name }), before.moved],
  ];
  place.append(make("b", "", fill(words.earlier, { step: before.iteration })), table(channels, earlier));
}

/**
 * @param {string[]} channels
 * @param {Row[]} rows
 */
function table(channels, rows) {
  const [table, body] = [make("table"), make("tbody")];
  const head = make("tr");
  head.append(make("td"), ...channels.map((name) => Object.assign(make("th", "", name), { scope: "col" })));
  body.append(head);
  for (const [kind, said, values] of rows) {
    const row = make("tr", kind);
    const title = Object.assign(make("th", "", said), { scope: "row" });
    if (kind === "value") title.append(swatch(values));
    row.append(title, ...values.map((value) => make("td", "", number(value))));
    body.append(row);
  }
  table.append(body);
  return table;
}

/** @param {number[]} values   red, green and blue, or light alone */
function swatch(values) {
  const [red, green, blue] = values.length === 1 ? [values[0], values[0], values[0]] : values;
  const patch = make("i", "swatch");
  patch.style.background = `rgb(${[red, green, blue].map((value) => Math.round(255 * value)).join(" ")})`;
  return patch;
}
