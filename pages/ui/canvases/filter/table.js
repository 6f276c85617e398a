// The numbers: patch, filter and products, colour by colour; the sum, the bias, the ReLU; the two vectors' angle.

import { equals, factor, number, plain } from "../shared/numbers.js";
import { make } from "../shared/parts.js";
import { fill } from "../shared/words.js";
import { angle, length, WEIGHTS } from "./channel.js";

const COLOURS = ["red", "green", "blue"];

/**
 * @typedef {{ patch: HTMLElement[], weights: HTMLInputElement[], products: HTMLElement[], subtotals: HTMLElement[],
 *   heads: HTMLElement[], colours: HTMLElement[] }} Table   by colour, row and column
 * @typedef {{ total: HTMLElement, sum: HTMLElement, bias: HTMLInputElement, before: HTMLElement, arrow: HTMLElement,
 *   number: HTMLElement, angle: HTMLElement }} Lines   below it
 */

/**
 * Two places behind the point, so that they stand below each other; fewer where there is no room for them.
 * @param {number} value
 */
export function brief(value) {
  const size = Math.abs(value);
  return value === 0 ? "0" : value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0).replace("-", "−");
}

/**
 * @param {HTMLElement} rows
 * @returns {Table}
 */
export function build(rows) {
  /** @type {Table} */
  const table = { patch: [], weights: [], products: [], subtotals: [], heads: [], colours: [] };
  table.heads.push(...["", "first", "", "second", "", "positive", ""].map((kind) => make("span", `head ${kind}`)));
  rows.append(...table.heads);
  for (const _ of COLOURS) {
    const nines = [make("div", "nine"), make("div", "nine"), make("div", "nine")];
    for (let k = 0; k < 9; k++) {
      const weight = Object.assign(make("input", "weight"), { inputMode: "decimal", autocomplete: "off" });
      table.patch.push(make("span", "patch"));
      table.weights.push(weight);
      table.products.push(make("span", "product"));
    }
    nines[0].append(...table.patch.slice(-9));
    nines[1].append(...table.weights.slice(-9));
    nines[2].append(...table.products.slice(-9));
    const name = make("span", "colour");
    const subtotal = make("span", "subtotal");
    table.colours.push(name);
    table.subtotals.push(subtotal);
    rows.append(name, nines[0], make("span", "sign", "×"), nines[1], make("span", "sign", "="), nines[2], subtotal);
  }
  return table;
}

/**
 * @param {Table} table
 * @param {Lines} lines
 * @param {Record<string, string>} words
 */
export function label(table, lines, words) {
  for (const [at, key] of /** @type {[number, string][]} */ ([
    [1, "patch"],
    [3, "filter"],
    [5, "products"],
  ]))
    table.heads[at].textContent = words[key];
  COLOURS.forEach((colour, at) => {
    table.colours[at].textContent = words[`${colour}_short`];
    table.colours[at].title = words[colour];
  });
  table.weights.forEach((field, k) => {
    const place = { colour: words[COLOURS[Math.floor(k / 9)]], row: (Math.floor(k / 3) % 3) + 1, column: (k % 3) + 1 };
    field.setAttribute("aria-label", fill(words.weight, place));
  });
  lines.bias.setAttribute("aria-label", words.bias);
  lines.bias.title = words.bias;
  lines.arrow.textContent = ` → ${words.relu} → `;
}

/**
 * The filter's own numbers, but for the one that is being typed.
 * @param {Table} table
 * @param {Lines} lines
 * @param {number[]} numbers
 * @param {Element | null} typed
 */
export function writeFilter({ weights }, { bias }, numbers, typed) {
  [...weights, bias].forEach((field, k) => {
    if (field === typed) return;
    field.value = k === WEIGHTS ? number(numbers[k]) : brief(numbers[k]);
    field.title = plain(numbers[k]);
    field.classList.remove("wrong");
    field.removeAttribute("aria-invalid");
  });
}

/**
 * @param {Table} table
 * @param {Lines} lines
 * @param {number[]} patch
 * @param {number[]} numbers
 * @param {Record<string, string>} words
 */
export function writeProducts({ patch: cells, products, subtotals }, lines, patch, numbers, words) {
  const made = patch.map((value, k) => value * numbers[k]);
  const most = Math.max(...made.map(Math.abs)) || 1;
  made.forEach((value, k) => {
    cells[k].textContent = brief(patch[k]);
    products[k].textContent = brief(value);
    products[k].className = signOf(value);
    const share = Math.round((30 * Math.abs(value)) / most);
    products[k].style.background = `color-mix(in srgb, currentColor ${share}%, transparent)`;
  });
  const sums = [0, 9, 18].map((start) => made.slice(start, start + 9).reduce((sum, value) => sum + value, 0));
  sums.forEach((value, at) => {
    subtotals[at].textContent = `Σ ${number(value)}`;
    subtotals[at].className = `subtotal ${signOf(value)}`;
  });
  const total = sums[0] + sums[1] + sums[2];
  const before = total + numbers[WEIGHTS];
  lines.total.textContent = `a·b = ${number(sums[0])} + ${factor(sums[1])} + ${factor(sums[2])}${equals(...sums, total)}${number(total)}`;
  for (const [line, value] of /** @type {[HTMLElement, number][]} */ ([
    [lines.sum, total],
    [lines.before, before],
    [lines.number, Math.max(0, before)],
  ])) {
    line.textContent = number(value);
    line.classList.toggle("negative", value < 0);
    line.classList.toggle("positive", value >= 0);
  }
  lines.number.dataset.before = String(before);
  writeAngle(lines.angle, patch, numbers.slice(0, WEIGHTS), words);
}

/** @param {number} value */
const signOf = (value) => (value < 0 ? "negative" : "positive");

/**
 * @param {HTMLElement} line
 * @param {number[]} a
 * @param {number[]} b
 * @param {Record<string, string>} words
 */
function writeAngle(line, a, b, words) {
  const degrees = angle(a, b);
  const values = { a: number(length(a)), b: number(length(b)) };
  line.textContent =
    degrees === undefined ? words.no_angle : fill(words.angle, { ...values, degrees: number(degrees) });
}
