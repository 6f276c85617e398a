// A table of numbers to edit: every cell is an input, and what is typed reaches Python at the next short pause.
//
// Python owns the numbers. Each commit carries a sequence number, and numbers from Python are adopted only once Python
// has seen our last commit and no edit is pending. A text that is being edited stays as it is until it is left: neither
// a late echo nor a rounder spelling ever moves the caret. A text that is not a number is marked and not sent; the last
// good number stays in force. An input carries its `number` and, where its text is not one, its `fault`.
// Streamlit calls the default export again whenever the data or the theme change, so what must last is in `tables`.

import { read, readBlock, forClipboard } from "../shared/read.js";

const tables = new WeakMap(); // parentElement (a ShadowRoot) → the state of its table
const PAUSE = 120; // milliseconds without a key before a number is committed
const DOUBT = 700; // before a text is marked that is no number yet: "−" and "1e" are on the way to one
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }; // down, right
// Not inputmode "decimal": the iPhone's keyboard for it has no minus, and none has the slash of a fraction.
const CELL = `<td><input type="text" size="1" inputmode="text" enterkeyhint="next" autocomplete="off"
  autocapitalize="off" spellcheck="false"></td>`;
const NAME = '<button type="button" tabindex="-1"></button>'; // Tab goes from number to number, the left arrow to a name

/** The shortest text that reads back as exactly this number. */
const print = (value) => String(value).replaceAll("-", "−");

const placeOf = ({ parentElement: cell }) => [cell.parentElement.sectionRowIndex, cell.cellIndex - 1]; // names: −1
const at = ({ body }, row, column) => body.rows[row]?.cells[column + 1]?.firstChild;
const inputsOf = (part) => [...part.querySelectorAll("input")];
const fillIn = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// -------------------------------------------------------------------------------------------------------- with Python

/** Send the numbers, if they are others than Python knows. */
function commit(table) {
  if (table.replaced) return; // until the page has answered with the table that was pasted
  const rows = [...table.body.rows].map((row) => inputsOf(row).map(({ number }) => number));
  if (JSON.stringify(rows) === table.known) return;
  table.known = JSON.stringify(rows);
  table.sequence += 1;
  table.setStateValue("committed", { value: rows, sequence: table.sequence });
}

/** Send a matrix that was pasted in place of all numbers; the table takes its shape when the page has. */
function replace(table, rows) {
  stopTimer(table);
  table.editing.clear();
  table.replaced = true;
  table.sequence += 1;
  table.setStateValue("committed", { value: { whole: rows }, sequence: table.sequence });
}

function adopt(table) {
  const { data: { rows, sequence }, body, head, editing } = table;
  if (table.replaced && sequence !== table.sequence) return;
  table.replaced = false;
  if (rows.length !== body.rows.length || rows[0].length !== head.cells.length - 1) {
    stopTimer(table); // cannot wait: what was being edited may be gone
    editing.clear();
    reshape(table);
  } else if (table.timer || sequence !== table.sequence) return;
  table.known = JSON.stringify(rows);
  rows.forEach((row, r) => row.forEach((number, c) => {
    const input = at(table, r, c);
    const unmended = input.fault && input.number === number;
    setNumber(input, number);
    if (!unmended && !editing.has(input)) show(input);
  }));
}

const stopTimer = (table) => { clearTimeout(table.timer); table.timer = 0; };

// ------------------------------------------------------------------------------------------------------------ editing

const setNumber = (input, number) => { input.number = number; input.dataset.sign = Math.sign(number); };
function mark(input, fault, sign = "") {
  Object.assign(input, { fault, wrongSign: sign });
  input.setAttribute("aria-invalid", Boolean(fault));
}

/** Put the number in force into its cell, in place of any text. */
function show(input) {
  input.value = print(input.number);
  input.title = input.value.length > 7 ? input.value : ""; // a narrow column may cut it off
  mark(input, "");
}

/** Escape goes back to the number before the editing. */
const remember = ({ editing }, input) => editing.has(input) || editing.set(input, input.number);

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

function take(input) {
  const { value, fault = "", sign } = read(input.value);
  mark(input, fault, sign);
  if (!fault) setNumber(input, value);
}

/** The text in the cell counts from now on. */
function settle(table, input) {
  stopTimer(table);
  take(input);
  commit(table);
  adopt(table); // what came from Python meanwhile
  complain(table);
}

function leave(table, input) {
  if (table.timer) settle(table, input);
  spreadTyped(table, input);
  for (const edited of table.editing.keys()) if (!edited.fault) show(edited);
  table.editing.clear();
  complain(table);
}

function restore(table, input) {
  remember(table, input);
  table.editing.forEach((number, edited) => { setNumber(edited, number); show(edited); });
  table.editing.clear();
  table.note = "";
  settle(table, input);
  input.select();
}

function paste(table, event) {
  const block = readBlock(event.clipboardData.getData("text"));
  if (table.data.locked || (!block.fault && block.rows.flat().length < 2)) return; // a single number goes to the caret
  event.preventDefault();
  if (block.fault) {
    table.note = fillIn(table.data.words[block.fault], {});
    return complain(table);
  }
  table.editing.clear();
  spread(table, event.target, block);
  settle(table, event.target);
  event.target.select();
}

/** The numbers of a block from this cell on; a whole matrix in the first cell takes the place of all numbers. */
function spread(table, input, block) {
  const { data: { words, limits: [most, widest] } } = table;
  const [top, left] = placeOf(input);
  const said = block.notes.map(({ code, ...values }) => fillIn(words[code], values));
  if (top === 0 && left === 0 && isMatrix(table, block)) {
    const rows = block.rows.slice(0, most).map((texts) => texts.slice(0, widest).map((text) => read(text).value));
    const beyond = block.rows.flat().length - rows.flat().length;
    table.note = [...said, ...(beyond ? [fillIn(words.beyond, { count: beyond })] : [])].join(" ");
    replace(table, rows);
    return;
  }
  let beyond = 0;
  block.rows.forEach((texts, row) => texts.forEach((text, column) => {
    const cell = at(table, top + row, left + column);
    if (!cell) return void (beyond += 1);
    remember(table, cell);
    cell.value = text;
    take(cell);
    if (!cell.fault) show(cell);
  }));
  table.note = [...said, ...(beyond ? [fillIn(words.beyond, { count: beyond })] : [])].join(" ");
}

/** Whether a block is a matrix of numbers, several rows in brackets or several of several, that the table may become. */
function isMatrix({ data: { limits, square } }, { rows, bracketed }) {
  const whole = limits.length && rows.length > 1 && (bracketed || rows[0].length > 1);
  return Boolean(whole) && rows.every((texts) => texts.length === rows[0].length && texts.every((text) => !read(text).fault))
    && (!square || rows.length === rows[0].length);
}

/** Several numbers in one cell go into it and the next ones. */
function spreadTyped(table, input) {
  if (input.fault !== "several") return;
  stopTimer(table);
  spread(table, input, readBlock(input.value));
  commit(table);
}

/** What is copied can be pasted into a spreadsheet, which knows no real minus. */
function copy(table, event) {
  const { target } = event;
  const text = target.value?.slice(target.selectionStart, target.selectionEnd);
  if (!text) return;
  event.preventDefault();
  event.clipboardData.setData("text/plain", forClipboard(text));
  if (event.type !== "cut" || table.data.locked) return;
  target.setRangeText("");
  type(table, { target });
}

/** Below the table: what is wrong with the cell that one is in, or else with the first one. */
function complain({ message, body, note, data: { words, row_names, column_names } }) {
  const wrong = "[aria-invalid=true]";
  const input = body.querySelector(`${wrong}:focus`) ?? body.querySelector(wrong);
  const [row, column] = input ? placeOf(input) : [];
  const values = input && { row: row_names[row], column: column_names[column], text: visible(input.value),
    sign: input.wrongSign };
  const text = input ? fillIn(words[input.fault], values) : note;
  if (message.textContent !== text) message.textContent = text; // else it would be spoken again
}

/** The beginning of a text, with signs that cannot be seen as \u200b. */
const visible = (text) => text.slice(0, 24).replace(/[^\S ]|\p{C}/gu, (sign) =>
  `\\u${sign.codePointAt(0).toString(16).padStart(4, "0")}`) + (text.length > 24 ? "…" : "");

// ----------------------------------------------------------------------------------------------------- hands and keys

function pressKey(table, event) {
  const { key, target, shiftKey } = event;
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const inText = target.matches("input");
  if (key === "Escape" && inText) restore(table, target);
  else if (key === "Enter" && inText) enter(table, target, shiftKey ? -1 : 1);
  else if (key in MOVES && !shiftKey && (!inText || mayLeave(target, key))) go(table, target, ...MOVES[key]);
  else return;
  event.preventDefault();
}

/** To the left only from the start of the text, to the right only from its end; where all of it is selected, both. */
function mayLeave({ value, selectionStart: start, selectionEnd: end }, key) {
  const [down, right] = MOVES[key];
  return down || (start === 0 && end === value.length) || (start === end && start === (right < 0 ? 0 : value.length));
}

function enter(table, input, down) {
  settle(table, input);
  spreadTyped(table, input);
  if (input.fault || go(table, input, down, 0)) return; // a wrong text is not left by Enter
  leave(table, input);
  input.select();
}

/** To the neighbour. Left of the numbers are the names: to come to one by a key chooses it, as among radio buttons. */
function go(table, from, down, right) {
  const [row, column] = placeOf(from);
  const target = at(table, row + down, column + right);
  if (!target?.matches("input, button")) return false;
  target.focus();
  if (target.matches("button")) tap(table, target);
  return true;
}

const tap = (table, name) => table.setTriggerValue("tapped", placeOf(name)[0]);

/** The first click or tap on a cell selects its text, so that typing replaces it; the next one sets the caret. */
const press = (table, { target }) => { table.entered = target.matches("input:not(:focus)") && target; };

function click(table, { target }) {
  if (target.matches("button")) tap(table, target);
  else if (target === table.entered && target.selectionStart === target.selectionEnd) target.select();
}

// -------------------------------------------------------------------------------------------------- shape and clothes

/** Grow or shrink in place: what stays keeps its focus and its text. */
function reshape({ data: { rows, tappable }, head, body, root }) {
  const fit = (parent, count, html) => {
    while (parent.children.length > count) parent.lastElementChild.remove();
    while (parent.children.length < count) parent.insertAdjacentHTML("beforeend", html);
  };
  fit(body, rows.length, `<tr><th scope="row">${tappable ? NAME : "<span></span>"}</th></tr>`);
  for (const row of body.rows) fit(row, rows[0].length + 1, CELL);
  fit(head, rows[0].length + 1, '<th scope="col"></th>');
  root.style.setProperty("--columns", rows[0].length);
}

/** Names, marks, colours and words follow the page, the theme and the language. */
function dress({ data, root, head, body }) {
  const { words, row_names, column_names, marked: [i, j], locked, highlight, tint, colours } = data;
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
  root.className = `editor ${tint} ${locked ? "locked" : ""}`;
  root.querySelector("table").setAttribute("aria-label", words.table);
  column_names.forEach((name, column) => { head.cells[column + 1].textContent = name; });
  row_names.forEach((name, row) => {
    const label = body.rows[row].cells[0].firstChild;
    body.rows[row].className = row === i ? (i === j ? "first twice" : "first") : row === j ? "second" : "";
    label.textContent = name;
    if (!label.matches("button")) return;
    label.title = fillIn(words.choose, { row: name });
    label.setAttribute("aria-pressed", row === i || row === j);
  });
  for (const input of inputsOf(body)) {
    const [row, column] = placeOf(input);
    input.setAttribute("aria-label", fillIn(words.cell, { row: row_names[row], column: column_names[column] }));
    input.readOnly = locked;
    input.parentElement.classList.toggle("lit", highlight.some(([r, c]) => r === row && c === column));
  }
}

// ---------------------------------------------------------------------------------------------------------- beginning

function mount(parentElement, data) {
  const find = (selector) => parentElement.querySelector(selector);
  const table = { root: find(".editor"), head: find("thead tr"), body: find("tbody"), message: find(".message"), data,
    sequence: data.sequence, editing: new Map(), timer: 0, note: "", replaced: false }; // editing: input → its number before
  const handlers = { input: type, compositionend: type, keydown: pressKey, paste, copy, cut: copy, pointerdown: press, click,
    focusin: (_, { target }) => target.select?.(),
    focusout: (_, { target }) => target.matches("input") && leave(table, target) };
  for (const [name, handler] of Object.entries(handlers))
    table.body.addEventListener(name, (event) => handler(table, event));
  return table;
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!tables.has(parentElement)) tables.set(parentElement, mount(parentElement, data));
  const table = tables.get(parentElement);
  Object.assign(table, { data, setStateValue, setTriggerValue });
  adopt(table);
  dress(table);
  complain(table);
  return () => {
    if (table.root.isConnected) return; // called for a run that a newer one has overtaken: the table goes on
    stopTimer(table);
    tables.delete(parentElement);
  };
}
