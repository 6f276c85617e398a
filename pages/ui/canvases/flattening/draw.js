// The drawing: cells that hold the numbers, put where they stand at a moment, and the names around them.

import { clamp, mix } from "../shared/geometry.js";
import { number } from "../shared/numbers.js";
import { make, part } from "../shared/parts.js";
import { svg } from "../shared/svg.js";
import { fill } from "../shared/words.js";
import { beatsOf, DONE, ease, lastBeat, productAt, range, STAGES, stageAt, turnOf } from "./beats.js";
import { addressOf, nameOf, write, writeAddress } from "./captions.js";
import { barAt, columnAt } from "./layout.js";
import { inner } from "./sums.js";

/** @type {("maps" | "bars" | "columns")[]} */
const LAYERS = ["maps", "bars", "columns"]; // each number has a cell in each of them

/**
 * @typedef {import("./canvas.js").Hand} Hand
 * @typedef {import("./layout.js").Layout} Layout
 * @typedef {import("./layout.js").Place} Place
 * @typedef {NonNullable<ReturnType<typeof productAt>>} Product
 * @typedef {{ layer: "maps" | "bars" | "columns" | "gram", c: number, p: number, group: SVGElement, rect: SVGElement,
 *   label: SVGElement, text: string, ground: string, longest: number, place: Place | null, at: string,
 *   size: number[] | null }} Cell   c, p: channel and position, in G the row and the column; what is shown: its number,
 *   its ground, the width in ems of the longest number beside it; where it is, and where and how large it was last drawn
 */

// -------------------------------------------------------------------------------------------------------------- cells

/**
 * Cells for a new shape.
 * @param {Hand} hand
 */
export function build(hand) {
  const {
    shape: [C, H, W],
    layers,
    cells,
    timeLine,
  } = hand;
  for (const layer of Object.values(layers)) layer.replaceChildren();
  for (const layer of LAYERS) {
    cells[layer] = range(C).map((c) => range(H * W).map((p) => newCell(hand, layer, `c${c}`, c, p)));
    for (const { group } of cells[layer].flat()) {
      group.setAttribute("role", layer === "maps" ? "button" : "img");
      group.setAttribute("tabindex", group === layers[layer].firstChild ? "0" : "-1");
    }
  }
  cells.gram = range(C).map((i) => range(C).map((j) => newCell(hand, "gram", "product", i, j)));
  hand.meeting = range(2).map(() => layers.meeting.appendChild(svg("text", {})));
  for (const tick of timeLine.querySelectorAll(".tick")) tick.remove();
  timeLine.style.setProperty("--beats", String(lastBeat(C)));
  for (const beat of range(lastBeat(C) + 1)) {
    const tick = make("i", beatsOf(C).includes(beat) ? "tick end" : "tick");
    tick.style.left = `${(beat / lastBeat(C)) * 100}%`;
    timeLine.append(tick);
  }
}

/**
 * @param {Hand} hand
 * @param {Cell["layer"]} layer
 * @param {string} kind
 * @param {number} c
 * @param {number} p
 */
function newCell({ layers, cellOf }, layer, kind, c, p) {
  const [rect, label] = [svg("rect", {}), svg("text", {})];
  const group = layers[layer].appendChild(svg("g", { class: `cell ${kind}` }, rect, label));
  /** @type {Cell} */
  const cell = { layer, c, p, group, rect, label, text: "", ground: "", longest: 0, place: null, at: "", size: null };
  cellOf.set(group, cell);
  return cell;
}

/**
 * About how wide a number is.
 * @param {string} text
 */
const ems = (text) => [...text].reduce((sum, sign) => sum + (sign === "." ? 0.28 : 0.57), 0);

/** @param {number[]} values */
const longestOf = (values) => Math.max(...values.map((value) => ems(number(value))));

/**
 * The largest type that fits; in maps, F and Fᵀ one that fits the longest of their numbers.
 * @param {Cell} cell
 */
function setType({ label, text, longest, size }) {
  const [width, height] = size ?? [0, 0];
  const fitting = (width - 4) / Math.max(longest, ems(text), 1);
  label.setAttribute("font-size", clamp(fitting, 9, Math.min(30, Math.max(16, height * 0.55))).toFixed(1));
}

/**
 * @param {Cell} cell
 * @param {Place | null} place
 */
export function put(cell, place) {
  cell.group.style.display = place ? "" : "none";
  cell.place = place;
  if (!place) return;
  const [x, y, width, height] = place;
  if (cell.at === place.join()) return;
  cell.at = place.join();
  cell.group.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
  if (cell.size?.[0] === width && cell.size[1] === height) return;
  cell.size = [width, height];
  const box = { x: 1 - width / 2, y: 1 - height / 2, width: width - 2, height: height - 2, rx: 3 };
  for (const [name, value] of Object.entries(box)) cell.rect.setAttribute(name, String(value));
  setType(cell);
}

/**
 * @param {Cell} cell
 * @param {string} text
 * @param {string} hue      a colour's name
 * @param {number} share    of it in the ground
 * @param {number} longest
 */
function show(cell, text, hue, share, longest) {
  const ground = `color-mix(in srgb, var(--${hue}) ${Math.round(share * 100)}%, var(--paper))`;
  if (cell.ground !== ground) cell.rect.style.fill = ground;
  cell.ground = ground;
  if (cell.text === text && cell.longest === longest) return;
  cell.longest = longest;
  cell.text = cell.label.textContent = text;
  if (cell.size) setType(cell);
}

/**
 * The numbers into their cells, and everything that follows from them.
 * @param {Hand} hand
 */
export function work(hand) {
  const {
    maps,
    cells,
    data: { words, divisor },
  } = hand;
  const rows = maps.map((channel) => channel.flat());
  hand.rows = rows;
  hand.sums = rows.map((a, i) => rows.map((b, j) => (i <= j ? inner(a, b) : inner(b, a))));
  hand.gram = hand.sums.map((row) => row.map((sum) => sum / divisor));
  const most = Math.max(...rows.flat().map(Math.abs)) || 1;
  const longest = longestOf(rows.flat());
  for (const cell of LAYERS.flatMap((layer) => cells[layer].flat())) {
    const value = rows[cell.c][cell.p];
    show(cell, number(value), value < 0 ? "quiet" : `c${cell.c}`, (Math.abs(value) / most) * 0.3, longest);
    const spoken = fill(words.spoken, { address: addressOf(hand, cell), value: number(value) });
    cell.group.setAttribute("aria-label", spoken);
  }
  drawAnew(hand);
}

// ------------------------------------------------------------------------------------------------------------- moments

/**
 * Also what has not moved: numbers, words or places are others.
 * @param {Hand} hand
 */
export function drawAnew(hand) {
  hand.marked = hand.written = "";
  draw(hand);
}

/** @param {Hand} hand */
export function draw(hand) {
  const {
    layout,
    cells,
    root,
    timeLine,
    shape,
    data: { words },
    time,
  } = hand;
  if (!layout) return; // hidden: the size observer will ask again
  for (const { c, p } of cells.bars.flat()) {
    put(cells.bars[c][p], barAt(layout, shape, time, c, p));
    put(cells.columns[c][p], columnAt(layout, shape, time, c, p));
  }
  drawMarks(hand, layout);
  const product = productAt(shape, time);
  drawGram(hand, layout, product);
  drawMeeting(hand, layout, product);
  const [stage, share] = [stageAt(shape[0], time), time / lastBeat(shape[0])];
  write(hand, stage, product);
  part(timeLine, ".knob", HTMLElement).style.left = `${share * 100}%`;
  part(timeLine, ".past", HTMLElement).style.transform = `translateY(-50%) scaleX(${share})`;
  if (root.dataset.stage !== String(stage)) root.dataset.stage = String(stage);
  root.dataset.time = time.toFixed(3);
  root.classList.toggle("playing", hand.playing);
  nameButtons(hand);
  const name = words[`stage_${stage}`] + (stage === 4 && product?.cell ? ` · ${nameOf(product.cell)}` : "");
  const spoken = fill(words.where, { stage, stages: STAGES, name });
  if (timeLine.getAttribute("aria-valuetext") === spoken) return;
  timeLine.setAttribute("aria-valuetext", spoken);
  timeLine.setAttribute("aria-valuenow", String(stage));
}

/**
 * Names and sizes around the cells; each appears with what it names.
 * @param {Hand} hand
 * @param {Layout} layout
 */
function drawMarks(hand, layout) {
  const {
    layers,
    shape: [C, H, W],
    data: { words, divisor },
    time,
  } = hand;
  const moment = [...range(C + 1).map((beat) => time >= beat + DONE), time > C + 1].join(); // nothing comes in between
  if (hand.marked === moment) return;
  hand.marked = moment;
  const { wide, fx, fy, fh, gx, gy, cx, u, m, corner, crossing, columnTop } = layout;
  /** @type {SVGElement[]} */
  const marks = [];
  /** @type {(from: number, x: number, y: number, text: string, kind: string, size?: number) => void} */
  const mark = (from, x, y, text, kind, size = 17) => {
    if (time >= from) marks.push(svg("text", { x, y, class: kind, "font-size": size }, text));
  };
  const channel = (/** @type {number} */ c) => fill(words.channel, { channel: c + 1 });
  const rowsOf = (/** @type {(c: number) => number} */ from, /** @type {number} */ x, /** @type {number} */ y) => {
    for (const c of range(C)) {
      mark(from(c), x - 8, y + (c + 0.5) * fh, wide ? channel(c) : String(c + 1), `c${c} at-end`);
    }
  };
  for (const c of range(C)) mark(0, corner(c)[0] + (W * m) / 2, corner(c)[1] - 14, channel(c), `c${c}`);
  mark(DONE, wide ? fx - 8 : fx, fy - 17, `F [${C}, ${H * W}]`, wide ? "at-end" : "at-start");
  if (wide) for (const p of range(H * W)) mark(DONE, fx + (p + 0.5) * u, fy - 14, String(p + 1), "index", 15);
  rowsOf((c) => c + DONE, fx, fy);
  mark(C + DONE, cx, columnTop - 15, `Fᵀ [${H * W}, ${C}]`, "at-start");
  mark(C + 1 + 1e-6, gx, gy - 16, `G = F Fᵀ${divisor === 1 ? "" : ` / ${number(divisor)}`}`, "product at-start");
  if (!crossing) rowsOf(() => C + 1 + 1e-6, gx, gy);
  layers.marks.replaceChildren(...marks);
}

/**
 * The cells of G, as far as they have come, and what they are made of.
 * @param {Hand} hand
 * @param {Layout} layout
 * @param {Product | null} product
 */
function drawGram({ cells, shape: [C], gram, rows }, layout, product) {
  const most = Math.max(...gram.flat().map(Math.abs)) || 1;
  const longest = longestOf(gram.flat());
  const [i, j] = product?.cell ?? [-1, -1];
  for (const cell of cells.gram.flat()) {
    const { c: row, p: column, group } = cell;
    const n = turnOf(C, row, column);
    const isMirrored = row > column;
    const [isNow, value] = [product?.n === n, gram[row][column]];
    const mirror = product?.mirror ?? 0;
    const isFilled = product !== null && (n < product.n || (isNow && mirror >= (isMirrored ? 1e-3 : 0) && mirror > 0));
    const isRunning = isNow && !isMirrored && !isFilled;
    const place = layout.gram(row, column);
    const isOnItsWay = isMirrored && isNow && isFilled;
    put(cell, product && (isOnItsWay ? mix(layout.gram(column, row), place, mirror) : place));
    group.classList.toggle("running", isRunning);
    group.classList.toggle("lit", isNow && isFilled);
    group.classList.toggle("negative", isFilled && value < 0);
    const met = (isRunning && product?.met) || 0;
    const shown = isFilled ? value : met ? inner(rows[i].slice(0, met), rows[j].slice(0, met)) : null;
    show(
      cell,
      shown === null ? "" : number(shown),
      value < 0 ? "negative" : "product",
      isFilled ? (Math.abs(value) / most) * 0.4 : 0,
      longest,
    );
  }
  for (const { group, c, p } of cells.bars.flat()) light(group, c === i, p);
  for (const { group, c, p } of cells.columns.flat()) light(group, c === j, p);

  /** @type {(group: SVGElement, isChosen: boolean, p: number) => void} */
  function light(group, isChosen, p) {
    group.classList.toggle("resting", i >= 0 && !isChosen);
    group.classList.toggle("lit", isChosen && product !== null && (product.mirror > 0 || p === product.met));
  }
}

/**
 * The two numbers of a pair on their way to the cell of G.
 * @param {Hand} hand
 * @param {Layout} layout
 * @param {Product | null} product
 */
function drawMeeting({ cells, meeting }, layout, product) {
  for (const [n, label] of meeting.entries()) {
    const c = product?.cell?.[n] ?? -1;
    const under = cells[n ? "columns" : "bars"][c]?.[product?.met ?? -1];
    const isShown = product?.cell && under?.place && product.next > 0.1;
    label.style.display = isShown ? "" : "none";
    if (!isShown || !product?.cell || !under.place) continue;
    const [i, j] = product.cell;
    const [x, y] = mix(under.place, layout.gram(i, j), ease((product.next - 0.1) / 0.9));
    label.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
    label.setAttribute("class", `c${c}`);
    label.setAttribute("font-size", "20");
    if (label.textContent !== under.text) label.textContent = under.text;
  }
}

/** @param {Hand} hand */
function nameButtons({ root, playing, data: { words } }) {
  for (const button of root.querySelectorAll("button")) {
    const name = words[playing && button.className === "play" ? "pause" : button.className];
    if (button.title === name) continue;
    button.title = name;
    button.setAttribute("aria-label", name);
  }
}

/**
 * Mark one number wherever it occurs, and say its address.
 * @param {Hand} hand
 */
export function mark(hand) {
  const marked = hand.hover ?? hand.focused;
  for (const { group, c, p } of LAYERS.flatMap((layer) => hand.cells[layer].flat())) {
    group.classList.toggle("marked", c === marked?.c && p === marked.p);
  }
  writeAddress(hand);
}
