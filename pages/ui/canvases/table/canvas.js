// A table of numbers to edit: every cell is an input, and what is typed reaches Python at the next short pause.
//
// Python owns the numbers. Numbers from Python are adopted only once Python has seen our last commit and no edit is
// pending. A text that is being edited stays as it is until it is left: neither a late echo nor a rounder spelling ever
// moves the caret. A text that is not a number is marked and not sent; the last good number stays in force.

import { dress } from "../shared/colours.js";
import { hearMoved } from "../shared/hand.js";
import { ARROWS, isPlain } from "../shared/keys.js";
import { lifecycle, listen } from "../shared/lifecycle.js";
import { part } from "../shared/parts.js";
import { forClipboard, read, readBlock } from "../shared/read.js";
import { Commits } from "../shared/wire.js";
import { fill, visible } from "../shared/words.js";
import { at, cellsOf, mark, placeOf, setNumber, show, take } from "./cells.js";

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
 *   limits: number[], square: boolean, sequence: number, follows: string, colours: Record<string, string> }} Data   of canvas.py
 * @typedef {import("./cells.js").Cell} Cell
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
    replaced: false, // a matrix was pasted in place of all numbers, and the page has not yet answered
  };
  const hear = (/** @type {string} */ types, /** @type {(table: Table, event: any) => void} */ act) =>
    listen(table.body, types, (event) => act(table, event), ending);
  hear("input compositionend", type);
  hear("keydown", pressKey);
  hear("paste", paste);
  hear("copy cut", copy);
  hear("pointerdown", press);
  hear("click", click);
  hear("focusin", (_, { target }) => target.select?.());
  hear("focusout", (_, { target }) => target.matches("input") && leave(table, target));
  hearMoved(({ key, vectors }) => key === table.data.follows && follow(table, vectors), ending);
  return table;
}

/**
 * Show the rows that a hand moves. They are not committed here: Python hears of them from the canvas in which the hand is.
 * @param {Table} table
 * @param {number[][]} rows
 */
function follow(table, rows) {
  const cells = cellsOf(table.body);
  if (cells.length !== rows.flat().length) return;
  table.known = JSON.stringify(rows);
  cells.forEach((cell, index) => {
    if (cell.number === rows.flat()[index] || table.editing.has(cell)) return;
    setNumber(cell, rows.flat()[index]);
    show(cell);
  });
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

// -------------------------------------------------------------------------------------------------------- with Python

/**
 * Send the numbers, if they are others than Python knows.
 * @param {Table} table
 */
function commit(table) {
  if (table.replaced) return;
  const rows = [...table.body.rows].map((row) => cellsOf(row).map(({ number }) => number));
  if (JSON.stringify(rows) === table.known) return;
  table.known = JSON.stringify(rows);
  table.commits.send(table.setStateValue, rows);
}

/**
 * Send a matrix that was pasted in place of all numbers; the table takes its shape when the page has.
 * @param {Table} table
 * @param {(number | undefined)[][]} rows
 */
function replace(table, rows) {
  stopTimer(table);
  table.editing.clear();
  table.replaced = true;
  table.commits.send(table.setStateValue, { whole: rows });
}

/** @param {Table} table */
function adopt(table) {
  const {
    data: { rows, sequence },
    body,
    head,
    editing,
    commits,
  } = table;
  if (table.replaced && !commits.areSeen(sequence)) return;
  table.replaced = false;
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
 * @param {{ target: Cell, isComposing?: boolean }} event
 */
function type(table, { target, isComposing }) {
  const { fault = "", sign } = read(target.value);
  remember(table, target);
  table.note = "";
  if (!fault || target.fault) mark(target, fault, sign);
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
  spreadTyped(table, cell);
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
 * @param {ClipboardEvent & { target: Cell }} event
 */
function paste(table, event) {
  const block = readBlock(event.clipboardData?.getData("text") ?? "");
  if (table.data.locked || (!block.fault && block.rows.flat().length < 2)) return; // a single number goes to the caret
  event.preventDefault();
  if (block.fault) {
    table.note = table.data.words[block.fault];
    complain(table);
    return;
  }
  table.editing.clear();
  spread(table, event.target, block);
  settle(table, event.target);
  event.target.select();
}

/**
 * The numbers of a block from this cell on; a whole matrix in the first cell takes the place of all numbers.
 * @param {Table} table
 * @param {Cell} cell
 * @param {ReturnType<typeof readBlock>} block
 */
function spread(table, cell, block) {
  const {
    words,
    limits: [most, widest],
  } = table.data;
  const [top, left] = placeOf(cell);
  const said = block.notes.map(({ code, ...values }) => fill(words[code], values));
  let beyond = 0;
  if (top === 0 && left === 0 && isMatrix(table.data, block)) {
    const rows = block.rows.slice(0, most).map((texts) => texts.slice(0, widest).map((text) => read(text).value));
    beyond = block.rows.flat().length - rows.flat().length;
    replace(table, rows);
  } else {
    block.rows.forEach((texts, row) => {
      texts.forEach((text, column) => {
        const reached = at(table, top + row, left + column);
        if (reached) put(table, reached, text);
        else beyond += 1;
      });
    });
  }
  table.note = [...said, ...(beyond ? [fill(words.beyond, { count: beyond })] : [])].join(" ");
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
 * Whether a block is a matrix of numbers, several rows in brackets or several of several, that the table may become.
 * @param {Data} data
 * @param {ReturnType<typeof readBlock>} block
 */
function isMatrix({ limits, square }, { rows, bracketed }) {
  const whole = limits.length > 0 && rows.length > 1 && (bracketed || rows[0].length > 1);
  const even = rows.every((texts) => texts.length === rows[0].length && texts.every((text) => !read(text).fault));
  return whole && even && (!square || rows.length === rows[0].length);
}

/**
 * Several numbers in one cell go into it and the next ones.
 * @param {Table} table
 * @param {Cell} cell
 */
function spreadTyped(table, cell) {
  if (cell.fault !== "several") return;
  stopTimer(table);
  spread(table, cell, readBlock(cell.value));
  commit(table);
}

/**
 * What is copied can be pasted into a spreadsheet, which knows no real minus.
 * @param {Table} table
 * @param {ClipboardEvent & { target: Cell }} event
 */
function copy(table, event) {
  const { target, clipboardData } = event;
  const text = target.value?.slice(target.selectionStart ?? 0, target.selectionEnd ?? 0);
  if (!text || !clipboardData) return;
  event.preventDefault();
  clipboardData.setData("text/plain", forClipboard(text));
  if (event.type !== "cut" || table.data.locked) return;
  target.setRangeText("");
  type(table, { target });
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
    const values = {
      row: row_names[row],
      column: column_names[column],
      text: visible(cell.value),
      sign: cell.wrongSign,
    };
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
  spreadTyped(table, cell);
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
  const {
    words,
    row_names,
    column_names,
    marked: [i, j],
    locked,
    highlight,
    tint,
    colours,
  } = data;
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
    cell.parentElement?.classList.toggle(
      "lit",
      highlight.some(([r, c]) => r === row && c === column),
    );
  }
}
