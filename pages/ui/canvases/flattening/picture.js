// The picture of canvas.js beside this: where every number stands at a moment, and what is written.
//
// One number, `hand.time`, says everything: it counts beats (a channel laid flat, F turned, a cell of G, the reading),
// and `draw` shows any moment, whole beats or halves. To play is to let it grow, to drag is to set it.

import { number, factor, equals } from "../shared/numbers.js";
import { read as readNumber } from "../shared/read.js";

export const STAGES = 5;
const LARGEST = 1e150; // beyond it a product of two numbers may overflow
const DONE = 0.85; // the part of a beat after which all has arrived; the rest is for looking
const LAYERS = ["maps", "bars", "columns"]; // each number has a cell in each of them

export const clamp = (value, low = 0, high = 1) => Math.min(high, Math.max(low, value));
const ease = (share) => { const s = clamp(share); return s * s * (3 - 2 * s); };
const mix = (from, to, share) => from.map((value, n) => value + (to[n] - value) * share);
export const fill = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const range = (count) => [...Array(count).keys()];

// ------------------------------------------------------------------------------------------------ a number that is typed

/** The value of a text, or the word that says what is wrong with it, and the wrong sign. */
export function read(text) {
  const found = readNumber(text);
  return Math.abs(found.value) > LARGEST ? { fault: "range" } : found.fault ? found : { value: found.value + 0 };
}

/** The inner product; what is only rounding, under 10⁻¹² of the largest term, is 0. */
function inner(a, b) {
  const terms = a.map((value, p) => value * b[p]);
  const sum = terms.reduce((total, term) => total + term, 0);
  return Math.abs(sum) < 1e-12 * Math.max(...terms.map(Math.abs)) ? 0 : sum;
}

/** Which word of `words` says what channels a and b do, and their cosine. */
function relation(a, b) {
  const unit = (row) => { const most = Math.max(...row.map(Math.abs)); return row.map((value) => value / most); };
  const [x, y] = [unit(a), unit(b)];
  const cosine = inner(x, y) / Math.sqrt(inner(x, x) * inner(y, y));
  const mixed = x.some((value, p) => value * y[p] < 0); // they work against each other at some place
  if (x.every((value, p) => value * y[p] === 0)) return { cosine, word: "never" };
  if (cosine < 0) return { cosine, word: "against" };
  return { cosine, word: cosine >= 0.8 ? "together" : cosine > 0.2 ? "partly" : mixed ? "cancel" : "turns" };
}

// ------------------------------------------------------------------------------------------------------ where all is

/** Places for a width in px, as [middle x, middle y, width, height]. With room for it, G stands right of F below Fᵀ,
 *  so that each cell lies where its row and its column cross; without, below both. */
export function arrange(width, [C, H, W]) {
  const [N, wide] = [H * W, width >= 640];
  const [gap, label, head] = wide ? [32, 96, 32] : [14, 22, 28];
  const room = width - label - gap - 8;
  const crossing = room >= N * (wide ? 29 : 24) + C * (wide ? 44 : 36);
  const g = crossing ? clamp((room / (N + 1.3 * C)) * 1.3, wide ? 44 : 36, 88) : clamp(width / 10, 34, 60); // of Fᵀ
  const u = Math.min(72, crossing ? (room - C * g) / N : (width - label - 8) / N); // of F
  const k = crossing ? g : Math.min(76, (width - label - 8) / C); // of G
  const forMaps = width - gap - C * g - 8;
  const each = (count) => (forMaps - (count - 1) * 18) / (count * W);
  const most = range(C).map((n) => C - n).find((count) => each(count) >= (wide ? 27 : 32)) ?? 1; // maps side by side
  const lines = Math.ceil(C / most);
  const abreast = Math.ceil(C / lines); // four as two and two, not as three and one
  const m = Math.min(76, each(abreast));
  const mapsWidth = abreast * W * m + (abreast - 1) * 18;
  const left = Math.max(crossing ? label + N * u : 0, mapsWidth);
  const used = Math.max(left + gap + C * g, label + N * u);
  const x0 = (width - used) / 2;
  const v = clamp((wide ? 416 : 400) / N, 26, wide ? 56 : 44);
  const mh = clamp((N * v / lines - head) / H, 27, Math.min(64, Math.max(m, 27)));
  const mapsHeight = lines * (H * mh + head);
  const top = Math.max(N * v + head, mapsHeight);
  const [fx, fy, fh] = [crossing ? x0 + left - N * u : x0 + label, top + head + 4, clamp(u, 32, 56)];
  const [gx, gy] = crossing ? [x0 + used - C * g, fy] : [x0 + label, fy + C * fh + head + 4];
  const [mx, my] = [x0 + (left - mapsWidth) / 2, (top - mapsHeight) / 2 + head];
  const corner = (c) => [mx + (c % abreast) * (W * m + 18), my + Math.floor(c / abreast) * (H * mh + head)];
  const cx = x0 + used - C * g; // of Fᵀ
  return {
    wide, crossing, corner, fx, fy, fh, gx, gy, cx, head, u, m, top, columnTop: top - N * v, height: gy + C * fh + 8,
    maps: (c, p) => [corner(c)[0] + (p % W + 0.5) * m, corner(c)[1] + (Math.floor(p / W) + 0.5) * mh, m, mh],
    bars: (c, p) => [fx + (p + 0.5) * u, fy + (c + 0.5) * fh, u, fh],
    columns: (c, p) => [cx + (c + 0.5) * g, top - (N - p - 0.5) * v, g, v],
    gram: (i, j) => [gx + (j + 0.5) * k, gy + (i + 0.5) * fh, k, fh],
  };
}

export const ORDER = (C) => range(C).flatMap((i) => range(C - i).map((n) => [i, i + n])); // the cells of G that are worked out
export const turnOf = (C, { i, j }) => ORDER(C).findIndex(([a, b]) => a === Math.min(i, j) && b === Math.max(i, j));
export const beatsOf = ({ shape: [C] }) => [0, C, C + 1, C + 1 + ORDER(C).length, C + 2 + ORDER(C).length]; // ends of stages
export const stageAt = (hand, time) => beatsOf(hand).findIndex((end) => time <= end + 1e-9) + 1;

/** A channel is laid flat in its own beat, one row after the other. */
function barAt({ layout, shape: [, H, W], time }, c, p) {
  const share = ease(((clamp((time - c) / DONE) * (H + 1)) - Math.floor(p / W)) / 2);
  return share && mix(layout.maps(c, p), layout.bars(c, p), share);
}

/** A copy of each row of F swings up about its last number, which comes to stand at the foot of the column. */
function columnAt({ layout, shape: [C, H, W], time }, c, p) {
  const share = ease((clamp((time - C) / DONE) * (C + 1) - c) / 2);
  const [x, y, w, h] = mix(layout.bars(c, H * W - 1), layout.columns(c, H * W - 1), share);
  const away = (H * W - 1 - p) * (layout.u + (layout.columns(c, 0)[3] - layout.u) * share);
  const turn = (share * Math.PI) / 2;
  return share && [x - away * Math.cos(turn), y - away * Math.sin(turn), w, h];
}

/** What the product has come to: cell n of the order, how many of its pairs have met, the share of the next one. */
function productAt({ shape: [C, H, W], time }) {
  const [past, cells] = [time - C - 1, ORDER(C)];
  if (past <= 1e-9) return null;
  const n = Math.min(cells.length, Math.ceil(past - 1e-9) - 1);
  const beat = past - n;
  const pairs = clamp(beat / 0.7) * H * W;
  return { n, cell: cells[n], met: Math.floor(pairs + 1e-9), next: pairs % 1, mirror: ease((beat - 0.72) / 0.13) };
}

// ------------------------------------------------------------------------------------------------------------ drawing

function element(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function newCell(layer, kind, data) {
  const cell = { rect: element("rect", {}), label: element("text", {}), text: "", ...data };
  cell.group = layer.appendChild(element("g", { class: `cell ${kind}` }, cell.rect, cell.label));
  cell.group.cell = cell;
  return cell;
}

/** Cells for a new shape. */
export function build(hand) {
  const { shape: [C, H, W], layers } = hand;
  for (const layer of Object.values(layers)) layer.replaceChildren();
  hand.cells = Object.fromEntries(LAYERS.map((layer) => [layer, range(C).map((c) => range(H * W).map((p) =>
    newCell(layers[layer], `c${c}`, { layer, c, p })))]));
  hand.cells.gram = range(C).map((i) => range(C).map((j) => newCell(layers.gram, "product", { layer: "gram", i, j })));
  hand.meeting = range(2).map(() => layers.meeting.appendChild(element("text", {})));
  for (const layer of LAYERS) for (const { group } of hand.cells[layer].flat()) {
    group.setAttribute("role", layer === "maps" ? "button" : "img");
    group.setAttribute("tabindex", group === layers[layer].firstChild ? 0 : -1);
  }
  const ends = beatsOf(hand);
  hand.timeLine.querySelectorAll(".tick").forEach((tick) => tick.remove());
  for (const beat of range(ends.at(-1) + 1)) {
    const tick = Object.assign(document.createElement("i"), { className: ends.includes(beat) ? "tick end" : "tick" });
    tick.style.left = `${(beat / ends.at(-1)) * 100}%`;
    hand.timeLine.append(tick);
  }
}

const ems = (text) => [...text].reduce((sum, sign) => sum + (sign === "." ? 0.28 : 0.57), 0); // about how wide it is

/** The largest type that fits; in maps, F and Fᵀ one that fits the longest of their numbers. */
function setType({ label, text, longest = 0, size: [w, h] }) {
  const fitting = (w - 4) / Math.max(longest, ems(text), 1);
  label.setAttribute("font-size", clamp(fitting, 9, Math.min(30, Math.max(16, h * 0.55))).toFixed(1));
}

export function put(cell, place) {
  cell.group.style.display = place ? "" : "none";
  cell.place = place || null;
  if (!place) return;
  const [x, y, w, h] = place;
  if (cell.at === place.join()) return;
  cell.at = place.join();
  cell.group.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
  if (cell.size?.[0] === w && cell.size[1] === h) return;
  cell.size = [w, h];
  const box = { x: -w / 2 + 1, y: -h / 2 + 1, width: w - 2, height: h - 2, rx: 3 };
  for (const [name, value] of Object.entries(box)) cell.rect.setAttribute(name, value);
  setType(cell);
}

function show(cell, text, hue, share, longest) {
  const ground = `color-mix(in srgb, var(--${hue}) ${Math.round(share * 100)}%, var(--paper))`;
  if (cell.ground !== ground) cell.ground = cell.rect.style.fill = ground;
  if (cell.text === text && cell.longest === longest) return;
  cell.longest = longest;
  cell.text = cell.label.textContent = text;
  if (cell.size) setType(cell);
}

/** The numbers into their cells, and everything that follows from them. */
export function work(hand) {
  const { maps, cells, data: { words, divisor } } = hand;
  hand.rows = maps.map((channel) => channel.flat());
  hand.sums = hand.rows.map((a, i) => hand.rows.map((b, j) => (i <= j ? inner(a, b) : inner(b, a))));
  hand.gram = hand.sums.map((row) => row.map((sum) => sum / divisor));
  const most = Math.max(...hand.rows.flat().map(Math.abs)) || 1;
  const longest = Math.max(...hand.rows.flat().map((value) => ems(number(value))));
  for (const layer of LAYERS) for (const cell of cells[layer].flat()) {
    const value = hand.rows[cell.c][cell.p];
    show(cell, number(value), value < 0 ? "quiet" : `c${cell.c}`, (Math.abs(value) / most) * 0.3, longest);
    const address = addressOf(hand, cell);
    cell.group.setAttribute("aria-label", fill(words.spoken, { address, value: number(value) }));
  }
  hand.marked = hand.written = "";
  draw(hand);
}

export const addressOf = ({ data: { words }, shape: [, , W] }, { c, p }) => fill(words.address,
  { channel: c + 1, row: Math.floor(p / W) + 1, column: (p % W) + 1, position: p + 1 });

/** Names and sizes around the cells; each appears with what it names. */
function drawMarks(hand) {
  const { layers, layout, shape: [C, H, W], data: { words, divisor }, time } = hand;
  const moment = [...range(C + 1).map((beat) => time >= beat + DONE), time > C + 1].join(); // nothing comes in between
  if (hand.marked === moment) return;
  hand.marked = moment;
  const { wide, fx, fy, fh, gx, gy, cx, u, m, corner, crossing, columnTop } = layout;
  const mark = (from, x, y, text, kind, size = 17) => (time >= from
    ? [element("text", { x, y, class: kind, "font-size": size }, text)] : []);
  const rows = (from, x, y) => range(C).flatMap((c) => mark(from(c), x - 8, y + (c + 0.5) * fh,
    wide ? fill(words.channel, { channel: c + 1 }) : c + 1, `c${c} at-end`));
  const size = (name, ...sides) => `${name} [${sides.join(", ")}]`;
  layers.marks.replaceChildren(
    ...range(C).flatMap((c) => mark(0, corner(c)[0] + (W * m) / 2, corner(c)[1] - 14,
      fill(words.channel, { channel: c + 1 }), `c${c}`)),
    ...mark(DONE, wide ? fx - 8 : fx, fy - 17, size("F", C, H * W), wide ? "at-end" : "at-start"),
    ...(wide ? range(H * W).flatMap((p) => mark(DONE, fx + (p + 0.5) * u, fy - 14, p + 1, "index", 15)) : []),
    ...rows((c) => c + DONE, fx, fy),
    ...mark(C + DONE, cx, columnTop - 15, size("Fᵀ", H * W, C), "at-start"),
    ...mark(C + 1 + 1e-6, gx, gy - 16, `G = F Fᵀ${divisor === 1 ? "" : ` / ${number(divisor)}`}`, "product at-start"),
    ...(crossing ? [] : rows(() => C + 1 + 1e-6, gx, gy)));
}

function drawProduct(hand) {
  const { cells, layout, shape: [C], gram, rows, meeting } = hand;
  const product = productAt(hand);
  const most = Math.max(...gram.flat().map(Math.abs)) || 1;
  const longest = Math.max(...gram.flat().map((value) => ems(number(value))));
  const [i, j] = product?.cell ?? [-1, -1];
  for (const cell of cells.gram.flat()) {
    const n = turnOf(C, cell);
    const mirrored = cell.i > cell.j;
    const [now, value] = [product?.n === n, gram[cell.i][cell.j]];
    const filled = product && (n < product.n || (now && product.mirror >= (mirrored ? 1e-3 : 0) && product.mirror > 0));
    const running = now && !mirrored && !filled;
    put(cell, product && (mirrored && now && filled
      ? mix(layout.gram(cell.j, cell.i), layout.gram(cell.i, cell.j), product.mirror) : layout.gram(cell.i, cell.j)));
    cell.group.classList.toggle("running", running);
    cell.group.classList.toggle("lit", Boolean(now && filled));
    const sum = running && product.met ? inner(rows[i].slice(0, product.met), rows[j].slice(0, product.met)) : 0;
    show(cell, filled ? number(value) : running && product.met ? number(sum) : "", value < 0 ? "negative" : "product",
      filled ? (Math.abs(value) / most) * 0.4 : 0, longest);
    cell.group.classList.toggle("negative", Boolean(filled && value < 0));
  }
  for (const [layer, chosen] of [["bars", i], ["columns", j]]) for (const { group, c, p } of cells[layer].flat()) {
    group.classList.toggle("resting", i >= 0 && c !== chosen);
    group.classList.toggle("lit", i >= 0 && c === chosen && (product.mirror > 0 || p === product.met));
  }
  meeting.forEach((label, n) => { // the two numbers of a pair on their way to the cell of G
    const [layer, c] = n ? ["columns", j] : ["bars", i];
    const under = product && cells[layer][c]?.[product.met];
    label.style.display = under && product.next > 0.1 ? "" : "none";
    if (!under) return;
    const [x, y] = mix(under.place, layout.gram(i, j), ease((product.next - 0.1) / 0.9));
    label.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
    label.setAttribute("class", `c${c}`);
    label.setAttribute("font-size", 20);
    if (label.textContent !== under.text) label.textContent = under.text;
  });
  return product;
}

export function draw(hand) {
  const { layout, cells, root, timeLine, data: { words }, time } = hand;
  if (!layout) return; // hidden: the size observer will ask again
  for (const { c, p } of cells.bars.flat()) {
    put(cells.bars[c][p], barAt(hand, c, p));
    put(cells.columns[c][p], columnAt(hand, c, p));
  }
  drawMarks(hand);
  const product = drawProduct(hand);
  const [stage, share] = [stageAt(hand, time), time / beatsOf(hand).at(-1)];
  write(hand, stage, product);
  timeLine.querySelector(".knob").style.left = `${share * 100}%`;
  timeLine.querySelector(".past").style.transform = `translateY(-50%) scaleX(${share})`;
  if (root.dataset.stage !== String(stage)) root.dataset.stage = stage;
  root.dataset.time = time.toFixed(3);
  root.classList.toggle("playing", hand.playing);
  nameButtons(hand);
  const name = words[`stage_${stage}`] + (stage === 4 ? ` · ${nameOf(product.cell)}` : "");
  const spoken = fill(words.where, { stage, stages: STAGES, name });
  if (timeLine.getAttribute("aria-valuetext") === spoken) return;
  timeLine.setAttribute("aria-valuetext", spoken);
  timeLine.setAttribute("aria-valuenow", stage);
}

function nameButtons({ root, playing, data: { words } }) {
  for (const button of root.querySelectorAll("button")) {
    const name = words[playing && button.className === "play" ? "pause" : button.className];
    if (button.title === name) continue;
    button.title = name;
    button.setAttribute("aria-label", name);
  }
}

// ----------------------------------------------------------------------------------------------------------- in words

const made = (name, className, ...children) => {
  const node = Object.assign(document.createElement(name), { className });
  node.append(...children);
  return node;
};

/** A sentence in which the numbers of the channels have the channels' colours. */
const sentence = (template, [i, j]) => template.split(/(\{[ij]\})/).map((part) =>
  (part === "{i}" ? made("b", `c${i}`, i + 1) : part === "{j}" ? made("b", `c${j}`, j + 1) : part));

const nameOf = ([i, j]) => `G${"₁₂₃₄"[i]}${"₁₂₃₄"[j]}`;

/** Below the controls: what happens, the sum, or G read aloud. The places of all terms are kept from the beginning. */
function write(hand, stage, product) {
  const { text, root, data: { words } } = hand;
  const now = stage === 4 ? `4 ${product.n}` : String(stage);
  if (hand.written !== now) {
    hand.written = now;
    root.querySelector(".title").textContent = fill(words.where,
      { stage, stages: STAGES, name: words[`stage_${stage}`] });
    if (stage < 4) text.replaceChildren(made("p", "", words[`say_${stage}`]));
    else if (stage === 4) writeSum(hand, product.cell);
    else text.replaceChildren(made("div", "readings", ...readings(hand)));
  }
  if (stage !== 4) return;
  for (const part of text.querySelectorAll("[data-from]"))
    part.classList.toggle("later", part.dataset.from === "end" ? !product.mirror
      : part.dataset.from >= product.met + (product.next > 0)); // with the pair that is on its way
}

/** All terms, or, where there is no room for them, the first ones and the last. */
function writeSum({ text, rows, sums, gram, data: { divisor, words } }, [i, j]) {
  const sum = made("p", "sum");
  const [a, b, total, value] = [rows[i], rows[j], sums[i][j], gram[i][j]];
  const note = made("p", "", ...sentence(words.multiply, [i, j]));
  const after = made("p", "", ...sentence(i === j ? words.square : words.mirror, [i, j]));
  after.dataset.from = "end";
  text.replaceChildren(sum, note, after);
  const result = divisor === 1 ? [] : [`${number(total)}/${number(divisor)}`, equals(divisor, total / divisor)];
  const kind = value < 0 ? "negative" : "product";
  for (let head = a.length; head > 0; head -= 1) {
    const term = (p) => {
      const two = [made("b", `c${i}`, factor(a[p])), "·", made("b", `c${j}`, factor(b[p]))];
      const both = made("span", "", p ? "+ " : "", ...two);
      both.dataset.from = p;
      return both;
    };
    const left = head < a.length ? [made("span", "", "+ …"), term(a.length - 1)] : [];
    if (left.length) left[0].dataset.from = head;
    const end = made("span", "", equals(...a, ...b, total).trimStart(), ...result, made("b", kind, number(value)));
    end.dataset.from = "end";
    const parts = [made("span", "", made("b", kind, nameOf([i, j])), " ="), ...range(head).map(term), ...left, end];
    sum.replaceChildren(...parts.flatMap((part) => [part, " "])); // lines break between the parts only
    if (sum.scrollHeight <= sum.clientHeight + 1) return;
    if (head === a.length) head -= 1; // one term fewer would only be replaced by the dots
  }
}

/** What each pair of channels does, the most alike first, then who is silent. */
function readings({ rows, gram, data: { words } }) {
  const silent = (i) => rows[i].every((value) => value === 0);
  const pairs = ORDER(rows.length).filter(([i, j]) => i !== j && !silent(i) && !silent(j))
    .map((cell) => ({ cell, ...relation(rows[cell[0]], rows[cell[1]]) }))
    .sort((one, other) => other.cosine - one.cosine);
  return [
    ...pairs.map(({ cell, word }) => {
      const value = gram[cell[0]][cell[1]];
      const shown = `${nameOf(cell)}${equals(value)}${number(value)}`;
      const said = made("p", "", made("b", value < 0 ? "negative" : "product", shown), " · ",
        ...sentence(words[word], cell));
      said.dataset.relation = word;
      return said;
    }),
    ...range(rows.length).filter(silent).map((i) => made("p", "", ...sentence(words.silent, [i, i]))),
  ];
}

/** Mark one number wherever it occurs, and say its address. */
export function mark(hand) {
  const { cells, address, hover, focused, note, data: { words }, rows } = hand;
  const cell = hover ?? focused;
  for (const layer of LAYERS) for (const { group, c, p } of cells[layer].flat())
    group.classList.toggle("marked", Boolean(cell) && c === cell.c && p === cell.p);
  const found = cell && fill(words.spoken, { address: addressOf(hand, cell), value: number(rows[cell.c][cell.p]) });
  const said = note || found || words.hint;
  if (address.textContent !== said) address.textContent = said; // else it would be spoken again
  address.className = `address ${note ? "fault" : found ? "found" : ""}`;
}
