// By hand, in lesson 3: a feature map [C, H, W] is laid flat, turned, multiplied with itself and read. Here is what is
// touched: time, numbers, keys; picture.js draws a moment.
//
// Python owns the numbers. A change is drawn here at once and sent with a sequence number, and numbers from Python are
// adopted only once Python has seen our last change; the text of an open editor is never touched.
// Streamlit calls the default export again whenever the data or the theme change, so what must last is in `hands`.

import { STAGES, clamp, fill, read, beatsOf, ORDER, stageAt, turnOf, draw, mark, work, build, arrange, put, addressOf } from "./picture.js";

const hands = new WeakMap(); // parentElement (a ShadowRoot) → the state of its component
const STILL = 1300; // ms that a beat stands when it is played to somebody who wants no motion
const MOVES = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

// --------------------------------------------------------------------------------------------------------------- time

const reduced = matchMedia("(prefers-reduced-motion: reduce)");
const request = (hand) => { hand.frame ||= requestAnimationFrame((now) => tick(hand, now)); };

/** Let the time run to a beat, `pace` times slower than when it is played. */
function run(hand, goal, pace = 1) {
  Object.assign(hand, { goal: clamp(goal, 0, beatsOf(hand).at(-1)), pace, last: 0 });
  request(hand);
}

function lengthOf({ shape: [C, H, W] }, beat) {
  if (beat <= C) return beat < C ? 1500 : 2200;
  return beat <= C + ORDER(C).length ? 800 + Math.min(H * W * 330, 4000) : 300;
}

function tick(hand, now) {
  hand.frame = 0;
  const { time, goal, last, pace, playing } = hand;
  const passed = last ? Math.min(100, now - last) : 16;
  const way = Math.sign(goal - time);
  if (!reduced.matches) {
    const beat = way > 0 ? Math.floor(time + 1e-9) : Math.ceil(time - 1e-9) - 1;
    const next = time + (way * passed) / (lengthOf(hand, beat) * pace);
    hand.time = way * (goal - next) > 0 ? next : goal;
    hand.last = now;
  } else if (!playing) hand.time = goal;
  else if (!last || now - last > STILL) {
    if (last) hand.time = Math.min(goal, Math.floor(time + 1e-9) + 1);
    hand.last = now;
  }
  window.__flatteningFrames = [...(window.__flatteningFrames ?? []).slice(-599), now];
  if (hand.time !== goal) request(hand);
  else rest(hand);
  draw(hand);
}

/** At rest in another stage than before: tell the page, if it wants to know. */
function rest(hand) {
  hand.playing = false;
  const stage = stageAt(hand, hand.time);
  if (stage === hand.told || hand.dragging) return;
  hand.told = stage;
  if (!hand.data.reports) return;
  hand.reached += 1;
  hand.setStateValue("reached", { value: stage, sequence: hand.reached });
}

function toggle(hand) {
  hand.playing = !hand.playing;
  const end = beatsOf(hand).at(-1);
  if (hand.playing && hand.time === end) hand.time = 0;
  if (hand.playing) run(hand, end);
  else run(hand, hand.time); // stands where it is, even between two beats
}

/** One beat on or back. A second press does not wait for the first one's beat to end. */
function step(hand, way) {
  if (!hand.playing && hand.goal !== hand.time && Math.sign(hand.goal - hand.time) === way) hand.time = hand.goal;
  hand.playing = false;
  const goal = way > 0 ? Math.floor(hand.time + 1e-6) + 1 : Math.ceil(hand.time - 1e-6) - 1;
  run(hand, goal, way > 0 ? 0.7 : 0.2);
}

function drag(hand, event) {
  const { timeLine } = hand;
  if (event.type === "pointerdown" && event.button === 0) {
    timeLine.setPointerCapture(event.pointerId);
    hand.dragging = true;
    hand.playing = false;
  }
  if (!hand.dragging) return;
  const box = timeLine.getBoundingClientRect();
  const time = clamp((event.clientX - box.left) / box.width) * beatsOf(hand).at(-1);
  hand.time = reduced.matches ? Math.round(time) : time;
  run(hand, hand.time);
  if (!["pointerup", "pointercancel"].includes(event.type)) return;
  hand.dragging = false;
  run(hand, Math.round(hand.time), 0.4);
}

// ---------------------------------------------------------------------------------------------- numbers to be changed

const plain = (value) => String(value).replaceAll("-", "−");

function openEditor(hand, cell, text = plain(hand.rows[cell.c][cell.p])) {
  const { editor, data: { words } } = hand;
  hand.editing = cell;
  hand.note = "";
  editor.hidden = false;
  placeEditor(hand);
  editor.value = text;
  editor.setAttribute("aria-label", fill(words.edit, { address: addressOf(hand, cell) }));
  editor.removeAttribute("aria-invalid");
  editor.focus({ preventScroll: true });
  if (text === plain(hand.rows[cell.c][cell.p])) editor.select();
}

function placeEditor({ editor, editing, width }) {
  const [x, y, w, h] = editing.place;
  const box = { width: Math.max(w, 72), height: Math.max(h, 44) };
  box.left = clamp(x - box.width / 2, 0, width - box.width);
  box.top = y - box.height / 2;
  for (const [side, length] of Object.entries(box)) editor.style[side] = `${length}px`;
}

function closeEditor(hand, refocus) {
  const cell = hand.editing;
  hand.editing = null; // first: to hide it is to leave it
  hand.editor.hidden = true;
  if (refocus) cell.group.focus({ preventScroll: true });
  mark(hand);
}

/** The text in the editor counts from now on, if it is a number. */
function settle(hand, leaving) {
  const { editor, editing: cell, shape: [, , W], data: { words } } = hand;
  if (!cell) return;
  const { value, fault, sign } = read(editor.value);
  hand.note = fault ? fill(words[fault], { text: editor.value.slice(0, 24), sign }) : "";
  editor.setAttribute("aria-invalid", Boolean(fault));
  if (!fault && value !== hand.rows[cell.c][cell.p]) {
    hand.maps[cell.c][Math.floor(cell.p / W)][cell.p % W] = value;
    hand.sequence += 1;
    work(hand);
    hand.setStateValue("committed", { value: hand.maps, sequence: hand.sequence });
  }
  if (!fault || leaving) closeEditor(hand, !leaving);
  mark(hand);
}

// ------------------------------------------------------------------------------------------------------ hands and keys

function pressKey(hand, event) {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const { cell } = target;
  if (target === hand.editor) {
    if (key === "Enter") settle(hand, false);
    else if (key === "Escape") { hand.note = ""; closeEditor(hand, true); } else return;
  } else if (cell && key in MOVES) walk(hand, cell, MOVES[key]);
  else if (cell?.layer === "maps" && key === "Enter") openEditor(hand, cell);
  else if (cell?.layer === "maps" && /^[\d.+−-]$/.test(key)) openEditor(hand, cell, key);
  else if (key === "ArrowLeft" || key === "ArrowRight") step(hand, MOVES[key][0]);
  else if (key === " " && !target.matches("button")) toggle(hand);
  else if (target === hand.timeLine && (key === "Home" || key === "End")) jump(hand, key);
  else return;
  event.preventDefault();
}

function jump(hand, key) {
  Object.assign(hand, { playing: false, time: key === "End" ? beatsOf(hand).at(-1) : 0 });
  run(hand, hand.time);
}

/** To the nearest cell in the key's direction, wherever the width has put it. */
function walk({ cells }, { layer, place: [x, y] }, [right, down]) {
  const far = ({ place }) => {
    const [dx, dy] = [place[0] - x, place[1] - y];
    const [along, across] = [dx * right + dy * down, Math.abs(dx * down) + Math.abs(dy * right)];
    return along > 1 ? along + 3 * across : Infinity;
  };
  const nearest = cells[layer].flat().reduce((best, cell) => (far(cell) < far(best) ? cell : best));
  if (far(nearest) < Infinity) nearest.group.focus({ preventScroll: true });
}

function focus(hand, { target: { cell } }) {
  if (!cell || cell.layer === "gram") return;
  for (const { group } of hand.cells[cell.layer].flat()) group.setAttribute("tabindex", group === cell.group ? 0 : -1);
  hand.focused = cell;
  hand.note = "";
  mark(hand);
}

function point(hand, { target, type }) {
  const cell = type === "pointerover" ? target.closest(".cell")?.cell : null;
  hand.hover = cell && cell.layer !== "gram" ? cell : null;
  if (cell && !hand.editing) hand.note = "";
  mark(hand);
}

/** A map's number opens its editor; a cell of G shows its sum again. */
function click(hand, { target }) {
  const cell = target.closest(".cell")?.cell;
  if (cell?.layer === "maps") openEditor(hand, cell);
  if (cell?.layer !== "gram") return;
  Object.assign(hand, { playing: false, time: hand.shape[0] + 2 + turnOf(hand.shape[0], cell) });
  run(hand, hand.time);
}

// ---------------------------------------------------------------------------------------------------------- beginning

function mount(parentElement, data) {
  const root = parentElement.querySelector(".flattening");
  const find = (name) => root.querySelector(`.${name}`);
  const svg = root.querySelector(".paper > svg");
  const layers = Object.fromEntries([...svg.children].map((layer) => [layer.classList[0], layer]));
  const hand = { root, svg, layers, data, editor: find("editor"), address: find("address"), text: find("text"),
    timeLine: find("time"), shape: [], time: 0, goal: 0, pace: 1, asked: null, told: 1, note: "", written: "" };
  Object.assign(hand, { sequence: data.sequence, reached: data.reached, unmount: new AbortController() });
  const on = (target, names, act) => names.split(" ").forEach((name) =>
    target.addEventListener(name, (event) => act(hand, event), { signal: hand.unmount.signal }));
  on(root, "keydown", pressKey);
  on(svg, "click", click);
  on(svg, "pointerover pointerout", point);
  on(svg, "focusin", focus);
  on(svg, "focusout", () => { hand.focused = null; mark(hand); });
  on(hand.editor, "blur", () => settle(hand, true));
  on(hand.timeLine, "pointerdown pointermove pointerup pointercancel", drag);
  for (const [name, act] of Object.entries({ play: toggle, back: () => step(hand, -1), forward: () => step(hand, 1) }))
    on(find(name), "click", act);
  hand.observer = new ResizeObserver(() => resize(hand));
  hand.observer.observe(root);
  return hand;
}

function resize(hand) {
  const { root, svg, shape: [C, H, W] } = hand;
  hand.width = svg.clientWidth;
  if (!hand.width) return;
  hand.layout = arrange(hand.width, hand.shape);
  const { height, wide } = hand.layout;
  svg.setAttribute("viewBox", `0 0 ${hand.width} ${height}`);
  svg.style.height = `${height}px`;
  const abreast = hand.width >= 960; // the sentences
  const sentences = Math.max(C, ORDER(C).length - C);
  const notes = abreast ? 2 : wide ? 3 : 5; // lines; then those of the sum, in larger type
  const sum = notes + ((wide ? 1 : 2) + (H * W > 6)) * 1.22;
  root.style.setProperty("--lines", Math.max(sum, abreast ? sentences / 2 : wide ? sentences : sentences * 2));
  root.style.setProperty("--notes", notes);
  root.classList.toggle("narrow", !wide);
  root.classList.toggle("abreast", abreast);
  for (const cell of hand.cells.maps.flat()) put(cell, hand.layout.maps(cell.c, cell.p));
  if (hand.editing) placeEditor(hand);
  hand.marked = hand.written = "";
  draw(hand);
}

/** Numbers and stage from Python, unless something later happened here. */
function adopt(hand) {
  const { data } = hand;
  const shape = [data.maps.length, data.maps[0].length, data.maps[0][0].length];
  const reshaped = String(shape) !== String(hand.shape);
  if (reshaped) { // cannot wait: what was being edited may be gone
    const stage = hand.cells ? stageAt(hand, hand.time) : 1;
    if (hand.editing) closeEditor(hand, false);
    Object.assign(hand, { shape, playing: false, hover: null, focused: null });
    hand.layout = null;
    build(hand);
    hand.time = hand.goal = beatsOf(hand)[stage - 1];
  }
  if (reshaped || data.sequence === hand.sequence) hand.maps = structuredClone(data.maps);
  if (data.stage === hand.asked) return;
  hand.asked = data.stage;
  if (!data.stage || data.reached !== hand.reached || stageAt(hand, hand.time) === data.stage) return;
  Object.assign(hand, { playing: false, told: data.stage });
  hand.time = hand.goal = beatsOf(hand)[data.stage - 1];
}

/** Colours and words follow the theme and the language. */
function dress({ root, svg, timeLine, data: { words, colours, channels } }) {
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
  channels.forEach((colour, c) => root.style.setProperty(`--c${c}`, colour));
  svg.setAttribute("aria-label", words.canvas);
  timeLine.setAttribute("aria-label", words.time_line);
  timeLine.setAttribute("aria-valuemax", STAGES);
}

export default function ({ data, parentElement, setStateValue }) {
  if (!hands.has(parentElement)) hands.set(parentElement, mount(parentElement, data));
  const hand = hands.get(parentElement);
  Object.assign(hand, { data, setStateValue });
  adopt(hand);
  dress(hand);
  work(hand);
  if (!hand.layout) resize(hand);
  mark(hand);
  return () => {
    if (hand.root.isConnected) return; // called for a run that a newer one has overtaken: the component goes on
    cancelAnimationFrame(hand.frame);
    hand.observer.disconnect();
    hand.unmount.abort();
    hands.delete(parentElement);
  };
}
