// A table of numbers to edit: every cell is an input, and what is typed reaches Python at the next short pause.
//
// Python owns the numbers. Numbers from Python are adopted only once Python has seen our last commit and no edit is
// pending. A text that is being edited stays as it is until it is left: neither a late echo nor a rounder spelling ever
// moves the caret. A text that is not a number is marked and not sent; the last good number stays in force.

import { dress } from "../shared/colours.js";
import { ARROWS, isPlain } from "../shared/keys.js";
import { lifecycle, listen } from "../shared/lifecycle.js";
import { plain } from "../shared/numbers.js";
import { part } from "../shared/parts.js";
import { read, readBlock } from "../shared/read.js";
import { Commits } from "../shared/wire.js";
import { fill, visible } from "../shared/words.js";

const PAUSE = 120; // milliseconds without a key before a number is committed
const DOUBT = 700; // before a text is marked that is no number yet: "−" and "1e" are on the way to one
// Not inputmode "decimal": the iPhone's keyboard for it has no minus, and none has the slash of a fraction.
const CELL = `<td><input type="text" size="1" inputmode="text" enterkeyhint="next" autocomplete="off"
  autocapitalize="off" spellcheck="false"></td>`;
const NAME = '<button type="button" tabindex="-1"></button>'; // Tab goes from number to number, the left arrow to a name

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {{ rows: number[][], row_names: string[], column_names: string[], words: Record<string, string>,
 *   marked: number[], locked: boolean, highlight: number[][], tint: string | null, tappable: boolean,
 *   sequence: number, colours: Record<string, string> }} Data   of canvas.py
 * @typedef {HTMLInputElement & { number: number, fault: string }} Cell   the number in force, and what is wrong with
 *   the text, if anything is
 * @typedef {ReturnType<typeof begin>} Table
 */

export default lifecycle({ begin, update, end: stopTimer });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement, data, setStateValue, setTriggerValue }, ending) {
  const root = part(parentElement, ".editor", HTMLElement);
  const table = {
    root,
    sheet: part(root, "table", HTMLTableElement),
    head: part(root, "thead tr", HTMLTableRowElement),
    body: part(root, "tbody", HTMLTableSectionElement),
    message: part(root, ".message", HTMLElement),
    data: /** @type {Data} */ (data),
    setStateValue,
    setTriggerValue,
    commits: new Commits(data.sequence),
    known: "", // to Python
    editing: /** @type {Map<Cell, number>} */ (new Map()), // the numbers before the editing
    entered: /** @type {EventTarget | null} */ (null), // the cell that was pressed and had not the focus
    note: "",
    timer: 0,
  };
  const hear = (/** @type {string} */ types, /** @type {(table: Table, event: any) => void} */ act) =>
    listen(table.body, types, (event) => act(table, event), ending);
  hear("input compositionend", type);
  hear("keydown", pressKey);
  hear("paste", paste);
  hear("pointerdown", press);
  hear("click", click);
  hear("focusin", (_, { target }) => target.select?.());
  hear("focusout", (_, { target }) => target.matches("input") && leave(table, target));
  return table;
}

/**
 * @param {Table} table
 * @param {Component} component
 */
function update(table, { data, setStateValue, setTriggerValue }) {
  Object.assign(table, { data, setStateValue, setTriggerValue });
  adopt(table);
  describe(table);
  complain(table);
}

/** @param {Table} table */
function stopTimer(table) {
  clearTimeout(table.timer);
  table.timer = 0;
}

// ---------------------------------------------------------------------------------------------------------- the cells

/**
 * The row and the column of what is in a cell; names have the column −1.
 * @param {Element} inside
 */
function placeOf({ parentElement }) {
  const cell = /** @type {HTMLTableCellElement} */ (parentElement);
  return [/** @type {HTMLTableRowElement} */ (cell.parentElement).sectionRowIndex, cell.cellIndex - 1];
}

/**
 * What is in the cell at a row and a column, if there is one.
 * @param {Table} table
 * @param {number} row
 * @param {number} column
 */
const at = ({ body }, row, column) =>
  /** @type {Cell | undefined} */ (body.rows[row]?.cells[column + 1]?.firstElementChild);

/** @param {HTMLElement} rows */
const cellsOf = (rows) => /** @type {Cell[]} */ ([...rows.querySelectorAll("input")]);

/**
 * @param {Cell} cell
 * @param {number} number
 */
function setNumber(cell, number) {
  cell.number = number;
  cell.dataset.sign = String(Math.sign(number));
}

/**
 * @param {Cell} cell
 * @param {string} fault
 */
function mark(cell, fault) {
  cell.fault = fault;
  cell.setAttribute("aria-invalid", String(Boolean(fault)));
}

/**
 * Put the number in force into its cell, in place of any text.
 * @param {Cell} cell
 */
function show(cell) {
  cell.value = plain(cell.number);
  cell.title = cell.value.length > 7 ? cell.value : ""; // a narrow column may cut it off
  mark(cell, "");
}

/**
 * Take the number from the text, if it is one.
 * @param {Cell} cell
 */
function take(cell) {
  const { value, fault = "" } = read(cell.value);
  mark(cell, fault);
  if (value !== undefined) setNumber(cell, value);
}

// -------------------------------------------------------------------------------------------------------- with Python

/**
 * Send the numbers, if they are others than Python knows.
 * @param {Table} table
 */
function commit(table) {
  const rows = [...table.body.rows].map((row) => cellsOf(row).map(({ number }) => number));
  if (JSON.stringify(rows) === table.known) return;
  table.known = JSON.stringify(rows);
  table.commits.send(table.setStateValue, rows);
}

/** @param {Table} table */
function adopt(table) {
  const { data: { rows, sequence }, body, head, editing, commits } = table;
  if (rows.length !== body.rows.length || rows[0].length !== head.cells.length - 1) {
    stopTimer(table); // cannot wait: what was being edited may be gone
    editing.clear();
    reshape(table);
  } else if (table.timer || !commits.areSeen(sequence)) return;
  table.known = JSON.stringify(rows);
  cellsOf(body).forEach((cell, index) => {
    const number = rows.flat()[index];
    const unmended = cell.fault && cell.number === number;
    setNumber(cell, number);
    if (!unmended && !editing.has(cell)) show(cell);
  });
}

// ------------------------------------------------------------------------------------------------------------ editing

/**
 * Escape goes back to the number before the editing.
 * @param {Table} table
 * @param {Cell} cell
 */
const remember = ({ editing }, cell) => editing.has(cell) || editing.set(cell, cell.number);

/**
 * @param {Table} table
 * @param {InputEvent & { target: Cell }} event
 */
function type(table, { target, isComposing }) {
  const { fault = "" } = read(target.value);
  remember(table, target);
  table.note = "";
  if (!fault || target.fault) mark(target, fault);
  complain(table);
  stopTimer(table);
  if (isComposing) return; // a Chinese keyboard is still choosing its signs
  table.timer = setTimeout(settle, fault ? DOUBT : PAUSE, table, target);
}

/**
 * The text in the cell counts from now on.
 * @param {Table} table
 * @param {Cell} cell
 */
function settle(table, cell) {
  stopTimer(table);
  take(cell);
  commit(table);
  adopt(table); // what came from Python meanwhile
  complain(table);
}

/**
 * @param {Table} table
 * @param {Cell} cell
 */
function leave(table, cell) {
  if (table.timer) settle(table, cell);
  for (const edited of table.editing.keys()) if (!edited.fault) show(edited);
  table.editing.clear();
  complain(table);
}

/**
 * @param {Table} table
 * @param {Cell} cell
 */
function restore(table, cell) {
  remember(table, cell);
  for (const [edited, number] of table.editing) {
    setNumber(edited, number);
    show(edited);
  }
  table.editing.clear();
  table.note = "";
  settle(table, cell);
  cell.select();
}

/**
 * @param {Table} table
 * @param {ClipboardEvent & { target: Cell, clipboardData: DataTransfer }} event
 */
function paste(table, event) {
  const block = readBlock(event.clipboardData.getData("text"));
  if (table.data.locked || block.flat().length < 2) return; // a single number goes to the caret
  event.preventDefault();
  const [top, left] = placeOf(event.target);
  let beyond = 0;
  table.editing.clear();
  for (const [row, texts] of block.entries()) {
    for (const [column, text] of texts.entries()) {
      const cell = at(table, top + row, left + column);
      if (cell) put(table, cell, text);
      else beyond += 1;
    }
  }
  table.note = beyond ? fill(table.data.words.beyond, { count: beyond }) : "";
  settle(table, event.target);
  event.target.select();
}

/**
 * @param {Table} table
 * @param {Cell} cell
 * @param {string} text
 */
function put(table, cell, text) {
  remember(table, cell);
  cell.value = text;
  take(cell);
  if (!cell.fault) show(cell);
}

/**
 * Below the table: what is wrong with the cell that one is in, or else with the first one.
 * @param {Table} table
 */
function complain({ message, body, note, data: { words, row_names, column_names } }) {
  const wrong = "[aria-invalid=true]";
  const cell = /** @type {Cell | null} */ (body.querySelector(`${wrong}:focus`) ?? body.querySelector(wrong));
  let text = note;
  if (cell) {
    const [row, column] = placeOf(cell);
    const values = { row: row_names[row], column: column_names[column], text: visible(cell.value) };
    text = fill(words[cell.fault], values);
  }
  if (message.textContent !== text) message.textContent = text; // else it would be spoken again
}

// ----------------------------------------------------------------------------------------------------- hands and keys

/**
 * @param {Table} table
 * @param {KeyboardEvent & { target: Cell }} event
 */
function pressKey(table, event) {
  const { key, target, shiftKey } = event;
  if (event.isComposing || !isPlain(event)) return;
  const inText = target.matches("input");
  if (key === "Escape" && inText) restore(table, target);
  else if (key === "Enter" && inText) enter(table, target, shiftKey ? -1 : 1);
  else if (key in ARROWS && !shiftKey && (!inText || mayLeave(target, key))) go(table, target, ...ARROWS[key]);
  else return;
  event.preventDefault();
}

/**
 * To the left only from the start of the text, to the right only from its end; where all of it is selected, both.
 * @param {Cell} cell
 * @param {string} key
 */
function mayLeave({ value, selectionStart: start, selectionEnd: end }, key) {
  const [right, down] = ARROWS[key];
  if (down || (start === 0 && end === value.length)) return true;
  return start === end && start === (right < 0 ? 0 : value.length);
}

/**
 * @param {Table} table
 * @param {Cell} cell
 * @param {number} down
 */
function enter(table, cell, down) {
  settle(table, cell);
  if (cell.fault || go(table, cell, 0, down)) return; // a wrong text is not left by Enter
  leave(table, cell);
  cell.select();
}

/**
 * To the neighbour. Left of the numbers are the names: to come to one by a key chooses it, as among radio buttons.
 * @param {Table} table
 * @param {Element} from
 * @param {number} right
 * @param {number} down
 */
function go(table, from, right, down) {
  const [row, column] = placeOf(from);
  const target = at(table, row + down, column + right);
  if (!target?.matches("input, button")) return false;
  target.focus();
  if (target.matches("button")) tap(table, target);
  return true;
}

/**
 * @param {Table} table
 * @param {Element} name
 */
const tap = (table, name) => table.setTriggerValue("tapped", placeOf(name)[0]);

/**
 * The first click or tap on a cell selects its text, so that typing replaces it; the next one sets the caret.
 * @param {Table} table
 * @param {PointerEvent & { target: Element }} event
 */
function press(table, { target }) {
  table.entered = target.matches("input:not(:focus)") ? target : null;
}

/**
 * @param {Table} table
 * @param {PointerEvent & { target: Cell }} event
 */
function click(table, { target }) {
  if (target.matches("button")) tap(table, target);
  else if (target === table.entered && target.selectionStart === target.selectionEnd) target.select();
}

// -------------------------------------------------------------------------------------------------- shape and clothes

/**
 * Grow or shrink in place: what stays keeps its focus and its text.
 * @param {Table} table
 */
function reshape({ data: { rows, tappable }, head, body, root }) {
  fit(body, rows.length, `<tr><th scope="row">${tappable ? NAME : "<span></span>"}</th></tr>`);
  for (const row of body.rows) fit(row, rows[0].length + 1, CELL);
  fit(head, rows[0].length + 1, '<th scope="col"></th>');
  root.style.setProperty("--columns", String(rows[0].length));
}

/**
 * @param {Element} parent
 * @param {number} count   of children
 * @param {string} html    of one more
 */
function fit(parent, count, html) {
  while (parent.children.length > count) parent.lastElementChild?.remove();
  while (parent.children.length < count) parent.insertAdjacentHTML("beforeend", html);
}

/**
 * Names, marks, colours and words follow the page, the theme and the language.
 * @param {Table} table
 */
function describe({ data, root, sheet, head, body }) {
  const { words, row_names, column_names, marked: [i, j], locked, highlight, tint, colours } = data;
  dress(root, colours);
  root.className = `editor ${tint} ${locked ? "locked" : ""}`;
  sheet.setAttribute("aria-label", words.table);
  for (const [column, name] of column_names.entries()) head.cells[column + 1].textContent = name;
  for (const [row, name] of row_names.entries()) {
    const label = body.rows[row].cells[0].children[0];
    body.rows[row].className = row === i ? (i === j ? "first twice" : "first") : row === j ? "second" : "";
    label.textContent = name;
    if (!(label instanceof HTMLButtonElement)) continue;
    label.title = fill(words.choose, { row: name });
    label.setAttribute("aria-pressed", String(row === i || row === j));
  }
  for (const cell of cellsOf(body)) {
    const [row, column] = placeOf(cell);
    cell.setAttribute("aria-label", fill(words.cell, { row: row_names[row], column: column_names[column] }));
    cell.readOnly = locked;
    cell.parentElement?.classList.toggle("lit", highlight.some(([r, c]) => r === row && c === column));
  }
}
