// In words: what happens, the sum, G read aloud, and the address of the number that is pointed at.

import { equals, factor, number } from "../shared/numbers.js";
import { make } from "../shared/parts.js";
import { fill } from "../shared/words.js";
import { ORDER, range, STAGES } from "./beats.js";
import { relation } from "./sums.js";

/**
 * @typedef {import("./canvas.js").Hand} Hand
 * @typedef {import("./draw.js").Product} Product
 */

/**
 * @param {keyof HTMLElementTagNameMap} tag
 * @param {string} className
 * @param {...(Node | string)} children
 */
function made(tag, className, ...children) {
  const element = make(tag, className);
  element.append(...children);
  return element;
}

/**
 * G₁₂
 * @param {number[]} cell
 */
export const nameOf = ([i, j]) => `G${"₁₂₃₄"[i]}${"₁₂₃₄"[j]}`;

/**
 * @param {Hand} hand
 * @param {{ c: number, p: number }} cell
 */
export const addressOf = ({ data: { words }, shape: [, , W] }, { c, p }) =>
  fill(words.address, { channel: c + 1, row: Math.floor(p / W) + 1, column: (p % W) + 1, position: p + 1 });

/**
 * A sentence in which the numbers of the channels have the channels' colours.
 * @param {string} template
 * @param {number[]} cell
 */
const sentence = (template, [i, j]) =>
  template
    .split(/(\{[ij]\})/)
    .map((part) =>
      part === "{i}" ? made("b", `c${i}`, String(i + 1)) : part === "{j}" ? made("b", `c${j}`, String(j + 1)) : part,
    );

/**
 * Below the controls: what happens, the sum, or G read aloud. The places of all terms are kept from the beginning.
 * @param {Hand} hand
 * @param {number} stage
 * @param {Product | null} product
 */
export function write(hand, stage, product) {
  const {
    text,
    title,
    data: { words },
  } = hand;
  const cell = stage === 4 ? product?.cell : null;
  const now = cell ? `4 ${nameOf(cell)}` : String(stage);
  if (hand.written !== now) {
    hand.written = now;
    title.textContent = fill(words.where, { stage, stages: STAGES, name: words[`stage_${stage}`] });
    if (cell) writeSum(hand, cell);
    else if (stage < 4) text.replaceChildren(made("p", "", words[`say_${stage}`]));
    else text.replaceChildren(made("div", "readings", ...readings(hand)));
  }
  if (!cell || !product) return;
  const met = product.met + Number(product.next > 0); // with the pair that is on its way
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (text.querySelectorAll("[data-from]"))) {
    part.classList.toggle("later", part.dataset.from === "end" ? !product.mirror : Number(part.dataset.from) >= met);
  }
}

/**
 * All terms, or, where there is no room for them, the first ones and the last.
 * @param {Hand} hand
 * @param {number[]} cell
 */
function writeSum({ text, rows, sums, gram, data: { divisor, words } }, [i, j]) {
  const sum = made("p", "sum");
  const [a, b, total, value] = [rows[i], rows[j], sums[i][j], gram[i][j]];
  const kind = value < 0 ? "negative" : "product";
  const note = made("p", "", ...sentence(words.multiply, [i, j]));
  const after = made("p", "", ...sentence(i === j ? words.square : words.mirror, [i, j]));
  text.replaceChildren(sum, note, from("end", after));
  const name = made("span", "", made("b", kind, nameOf([i, j])), " =");
  const term = (/** @type {number} */ p) =>
    from(
      String(p),
      made("span", "", p ? "+ " : "", made("b", `c${i}`, factor(a[p])), "·", made("b", `c${j}`, factor(b[p]))),
    );
  const divided = divisor === 1 ? [] : [`${number(total)}/${number(divisor)}`, equals(divisor, total / divisor)];
  const end = from(
    "end",
    made("span", "", equals(...a, ...b, total).trimStart(), ...divided, made("b", kind, number(value))),
  );
  for (let head = a.length; head > 0; head -= head === a.length ? 2 : 1) {
    // one fewer would only give way to the dots
    const left = head < a.length ? [from(String(head), made("span", "", "+ …")), term(a.length - 1)] : [];
    const parts = [name, ...range(head).map(term), ...left, end];
    sum.replaceChildren(...parts.flatMap((part) => [part, " "])); // lines break between the parts only
    if (sum.scrollHeight <= sum.clientHeight + 1) return;
  }
}

/**
 * To be seen from when so many pairs have met, or at the end.
 * @param {string} when
 * @param {HTMLElement} element
 */
function from(when, element) {
  element.dataset.from = when;
  return element;
}

/**
 * What each pair of channels does, the most alike first, then who is silent.
 * @param {Hand} hand
 */
function readings({ rows, gram, data: { words } }) {
  const isSilent = (/** @type {number} */ i) => rows[i].every((value) => value === 0);
  const pairs = ORDER(rows.length)
    .filter(([i, j]) => i !== j && !isSilent(i) && !isSilent(j))
    .map((cell) => ({ cell, ...relation(rows[cell[0]], rows[cell[1]]) }))
    .sort((one, other) => other.cosine - one.cosine);
  return [
    ...pairs.map(({ cell, word }) => {
      const value = gram[cell[0]][cell[1]];
      const shown = made("b", value < 0 ? "negative" : "product", nameOf(cell) + equals(value) + number(value));
      const said = made("p", "", shown, " · ", ...sentence(words[word], cell));
      said.dataset.relation = word;
      return said;
    }),
    ...range(rows.length)
      .filter(isSilent)
      .map((i) => made("p", "", ...sentence(words.silent, [i, i]))),
  ];
}

/**
 * What is wrong with what was typed, or the address of the number that is pointed at, or a hint.
 * @param {Hand} hand
 */
export function writeAddress(hand) {
  const {
    address,
    hover,
    focused,
    note,
    data: { words },
    rows,
  } = hand;
  const cell = hover ?? focused;
  const found = cell && fill(words.spoken, { address: addressOf(hand, cell), value: number(rows[cell.c][cell.p]) });
  const said = note || found || words.hint;
  if (address.textContent !== said) address.textContent = said; // else it would be spoken again
  address.className = `address ${note ? "fault" : found ? "found" : ""}`;
}
