// The cells of the table: an input each, which carries its `number` and, where its text is not one, its `fault`.

import { plain } from "../shared/numbers.js";
import { read } from "../shared/read.js";

/**
 * @typedef {HTMLInputElement & { number: number, fault: string, wrongSign: string }} Cell   the number in force, and what
 *   is wrong with the text, if anything is
 */

/**
 * The row and the column of what is in a cell; names have the column −1.
 * @param {Element} inside
 */
export function placeOf({ parentElement }) {
  const cell = /** @type {HTMLTableCellElement} */ (parentElement);
  return [/** @type {HTMLTableRowElement} */ (cell.parentElement).sectionRowIndex, cell.cellIndex - 1];
}

/**
 * What is in the cell at a row and a column, if there is one.
 * @param {{ body: HTMLTableSectionElement }} table
 * @param {number} row
 * @param {number} column
 */
export const at = ({ body }, row, column) =>
  /** @type {Cell | undefined} */ (body.rows[row]?.cells[column + 1]?.firstElementChild);

/** @param {HTMLElement} rows */
export const cellsOf = (rows) => /** @type {Cell[]} */ ([...rows.querySelectorAll("input")]);

/**
 * @param {Cell} cell
 * @param {number} number
 */
export function setNumber(cell, number) {
  cell.number = number;
  cell.dataset.sign = String(Math.sign(number));
}

/**
 * @param {Cell} cell
 * @param {string} fault
 * @param {string} [sign]   the one that is wrong
 */
export function mark(cell, fault, sign = "") {
  Object.assign(cell, { fault, wrongSign: sign });
  cell.setAttribute("aria-invalid", String(Boolean(fault)));
}

/**
 * Put the number in force into its cell, in place of any text.
 * @param {Cell} cell
 */
export function show(cell) {
  cell.value = plain(cell.number);
  cell.title = cell.value.length > 7 ? cell.value : ""; // a narrow column may cut it off
  mark(cell, "");
}

/**
 * Take the number from the text, if it is one.
 * @param {Cell} cell
 */
export function take(cell) {
  const { value, fault = "", sign } = read(cell.value);
  mark(cell, fault, sign);
  if (value !== undefined) setNumber(cell, value);
}
