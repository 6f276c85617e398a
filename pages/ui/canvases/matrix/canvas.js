// The heatmap of a matrix: read a cell by pointing, choose one by mouse, touch or keyboard, zoom into a large one.
//
// The values become an image of one pixel per cell when they arrive. Everything else (names, grid, numbers, frames) is
// drawn over that image anew at every change, which stays well under a frame at 512×512. A choice shows here at once;
// Python is told, and need not answer.

import { number } from "../shared/numbers.js";

const ALL_NAMES = 24; // up to here every row and column bears its name, beyond only some do
const LARGE = 32; // beyond, there is something to zoom into
const LARGEST_CELL = 96; // px: a 1×1 matrix shall not fill the page
const LONGEST_NAME = 96; // px
const SMALLEST_TEXT = 11; // px
const KEY_PAUSE = 150; // ms without a key before Python hears of the cell
const FINEST = 1000; // the logarithmic scale tells apart values down to a thousandth of the limit
const SCALES = {
  // colour: 0 to 1 by the share of the limit; half: the share that has half the colour
  linear: { colour: (share) => share, half: 0.5 },
  sqrt: { colour: Math.sqrt, half: 0.25 },
  log: {
    colour: (share) => Math.log1p(FINEST * share) / Math.log1p(FINEST),
    half: (Math.sqrt(1 + FINEST) - 1) / FINEST,
  },
};
const MOVES = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
  PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -Infinity], End: [0, Infinity],
};

const views = new WeakMap(); // by parentElement: Streamlit calls the function again whenever the data change
const choices = new Map(); // by key: outlives the element when Streamlit takes it away and puts it back

export default function ({ data, parentElement, setStateValue }) {
  const fresh = !views.has(parentElement);
  if (fresh) views.set(parentElement, mount(parentElement));
  const view = views.get(parentElement);
  view.tellPython = () => setStateValue("choice", { value: view.choice.cell, sequence: view.choice.sequence });
  receive(view, data, fresh);
  return () => {
    view.unmount.abort();
    view.resized.disconnect();
    clearTimeout(view.timer);
    views.delete(parentElement);
  };
}

function mount(parent) {
  const find = (name) => parent.querySelector(`.${name}`);
  const view = {
    figure: find("matrix"), canvas: find("cells"), reading: find("reading"), spoken: find("spoken"),
    legend: find("legend"), ends: find("ends"), tools: find("tools"),
    buttons: { in: find("in"), out: find("out"), whole: find("whole") },
    image: document.createElement("canvas"), unmount: new AbortController(), pointers: new Map(),
  };
  view.context = view.canvas.getContext("2d");
  view.resized = new ResizeObserver(() => refresh(view, true));
  view.resized.observe(view.figure);
  document.fonts?.ready.then(() => refresh(view, true));
  listen(view);
  return view;
}

// ---------------------------------------------------------------------------------------------- what Python sends

function receive(view, data, fresh) {
  // four bytes: the length of the JSON that follows; then the numbers, row by row
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const matrix = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  const numbers = data.slice(4 + length).buffer; // a copy: typed arrays want an aligned start
  matrix.values = matrix.bytes === 8 ? new Float64Array(numbers) : new Float32Array(numbers);
  if (view.matrix?.rows !== matrix.rows || view.matrix?.columns !== matrix.columns) {
    Object.assign(view, { zoom: 1, x: 0, y: 0, hover: null }); // x, y: the cell at the upper left
  }
  view.matrix = matrix;
  view.texts = [];
  adopt(view, matrix, fresh);
  paint(view);
  describe(view);
  refresh(view, true);
}

/** Python's wish counts once, and not where the person has chosen since Python last heard of a choice. */
function adopt(view, { key, wish }, fresh) {
  if (!choices.has(key)) choices.set(key, { cell: null, sequence: 0, wish: -1 });
  view.choice = choices.get(key);
  if (view.choice.wish !== wish.count && (fresh || wish.after >= view.choice.sequence)) view.choice.cell = wish.value;
  view.choice.wish = wish.count;
}

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function describe({ matrix, canvas, figure, tools, buttons }) {
  const { words, colours, signed } = matrix;
  canvas.setAttribute("aria-label", `${fill(words.label, matrix)} ${words.keys}`);
  canvas.setAttribute("aria-roledescription", words.role);
  figure.style.maxWidth = `${matrix.width}px`;
  figure.style.setProperty("--scale", `${signed ? `${colours.negative}, ` : ""}${colours.paper}, ${colours.product}`);
  tools.hidden = Math.max(matrix.rows, matrix.columns) <= LARGE;
  for (const [name, button] of Object.entries(buttons)) {
    button.title = words[`zoom_${name}`];
    button.setAttribute("aria-label", button.title);
  }
}

// ------------------------------------------------------------------------------------------------------- colours

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const pixel = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0; // as a canvas stores it
const brightness = (p) => 0.21 * (p & 255) + 0.72 * ((p >> 8) & 255) + 0.07 * ((p >> 16) & 255); // 0 to 255

/** 511 colours, negative to paper to product, mixed as Plotly and CSS mix; in OKLab the steps are even within 15 %. */
function shades({ negative, paper, product }) {
  const [low, zero, high] = [negative, paper, product].map(rgb);
  return Uint32Array.from({ length: 511 }, (_, k) =>
    pixel(zero.map((c, at) => Math.round(c + (Math.abs(k - 255) / 255) * ((k < 255 ? low : high)[at] - c)))));
}

function paint(view) {
  const { rows, columns, values, limit, scale, colours } = view.matrix;
  const [{ colour }, shade] = [SCALES[scale], shades(colours)];
  const missing = [pixel(rgb(colours.raised)), pixel(rgb(colours.quiet))];
  view.pixels = new Uint32Array(values.length);
  for (let k = 0; k < values.length; k++) { // a quarter of a million: a map takes five times as long
    const depth = Math.round(255 * colour(Math.min(1, Math.abs(values[k]) / limit)));
    // no value is a chequered pixel: not a colour of the scale, and visible where a cell is too small for a stroke
    view.pixels[k] = Number.isFinite(values[k])
      ? shade[values[k] < 0 ? 255 - depth : 255 + depth] : missing[(k + Math.floor(k / columns)) % 2];
  }
  Object.assign(view.image, { width: columns, height: rows });
  const image = new ImageData(new Uint8ClampedArray(view.pixels.buffer), columns, rows);
  view.image.getContext("2d").putImageData(image, 0, 0);
}

// ------------------------------------------------------------------------------------------------ where things are

const sizeOf = (view) => view.cell * view.zoom; // px of a cell as it is now
const xOf = (view, j) => view.left + (j - view.x) * sizeOf(view);
const yOf = (view, i) => view.top + (i - view.y) * sizeOf(view);
const inside = ({ matrix }, cell) => (cell && cell[0] < matrix.rows && cell[1] < matrix.columns ? cell : null);
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const valueAt = ({ matrix }, [i, j]) => matrix.values[i * matrix.columns + j];
const nameOf = ({ matrix }, axis, index) => matrix.names[axis]?.[index] ?? String(index);

const setFont = ({ context, family }, size, weight = 400) => (context.font = `${weight} ${size}px ${family}`);
const widest = ({ context }, texts) => texts.reduce((most, text) => Math.max(most, context.measureText(text).width), 0);

/** From the shape and the names only, never from the values: nothing jumps when they change. */
function arrange(view) {
  const { matrix, canvas, figure, legend } = view;
  const { rows, columns, names } = matrix;
  const room = figure.clientWidth;
  view.ratio = window.devicePixelRatio;
  view.family = getComputedStyle(figure).fontFamily;
  view.nameSize = room >= 480 && columns <= 12 ? 14 : 12;
  setFont(view, view.nameSize, 700);
  view.nameWidths = [rows, columns].map((count, axis) =>
    Math.ceil(Math.min(LONGEST_NAME, room / 4, widest(view, names[axis] ?? [String(count - 1)]))));
  view.left = view.nameWidths[0] + 8;
  const fitting = Math.min(LARGEST_CELL, (room - view.left - 2) / columns, (1.25 * room) / rows);
  // whole device pixels make all cells equal; not where they would waste more than a little room
  const whole = Math.floor(fitting * view.ratio) / view.ratio;
  view.cell = whole > 0.94 * fitting ? whole : fitting;
  view.allNames = [rows, columns].map((count) => count <= ALL_NAMES && view.cell >= 13);
  view.upright = view.allNames[1] && view.nameWidths[1] > view.cell - 4;
  view.top = view.upright ? view.nameWidths[1] + 8 : 22;
  [view.width, view.height] = [view.cell * columns, view.cell * rows];
  canvas.width = Math.ceil((view.left + view.width + 2) * view.ratio);
  canvas.height = Math.ceil((view.top + view.height + 2) * view.ratio);
  canvas.style.width = `${canvas.width / view.ratio}px`;
  legend.style.marginLeft = `${view.left}px`;
  legend.style.width = `${Math.min(room - view.left - 2, Math.max(220, view.width))}px`;
  showEnds(view);
}

function showEnds({ matrix, ends, legend }) {
  const { signed, limit, scale, clipped } = matrix;
  const halves = scale !== "linear" && parseFloat(legend.style.width) >= (signed ? 300 : 180);
  const parts = [-1, -0.5, 0, 0.5, 1].filter((part) => (signed || part >= 0) && (halves || part % 1 === 0));
  ends.replaceChildren(...parts.map((part) => {
    const value = Math.sign(part) * limit * (part % 1 ? SCALES[scale].half : 1);
    const beyond = clipped ? { "-1": "≤ ", 1: "≥ " }[part] ?? "" : "";
    const at = signed ? 50 + 50 * part : 100 * part;
    return span(beyond + number(value), `left: ${at}%; transform: translateX(-${at}%)`);
  }));
}

const span = (textContent, style) => Object.assign(document.createElement("span"), { textContent, style });

function cellAt(view, { x, y }) {
  const [right, down] = [x - view.left, y - view.top];
  if (right < 0 || down < 0 || right >= view.width || down >= view.height) return null;
  return inside(view, [Math.floor(view.y + down / sizeOf(view)), Math.floor(view.x + right / sizeOf(view))]);
}

function zoomBy(view, factor, at = { x: view.left + view.width / 2, y: view.top + view.height / 2 }) {
  const { rows, columns } = view.matrix;
  const before = view.zoom;
  view.zoom = clamp(before * factor, 1, Math.max(1, Math.max(rows, columns) / 6));
  const moved = (1 / before - 1 / view.zoom) / view.cell; // keeps the cell under the pointer in its place
  lookFrom(view, view.x + (at.x - view.left) * moved, view.y + (at.y - view.top) * moved);
}

function lookFrom(view, x, y) {
  const { rows, columns } = view.matrix;
  view.x = clamp(x, 0, columns - columns / view.zoom);
  view.y = clamp(y, 0, rows - rows / view.zoom);
  refresh(view);
}

function bringIntoSight(view, [i, j]) {
  const { rows, columns } = view.matrix;
  lookFrom(view, clamp(view.x, j + 1 - columns / view.zoom, j), clamp(view.y, i + 1 - rows / view.zoom, i));
}

/** The first and the last but one index in sight, rows (axis 0) or columns (axis 1). */
function inSight(view, axis) {
  const [start, count] = axis ? [view.x, view.matrix.columns] : [view.y, view.matrix.rows];
  return [Math.floor(start + 1e-6), Math.min(count, Math.ceil(start + count / view.zoom - 1e-6))];
}

// --------------------------------------------------------------------------------------------------------- drawing

function refresh(view, anew = false) {
  view.anew ||= anew;
  view.frame ??= requestAnimationFrame(() => {
    view.frame = null;
    if (!view.figure.clientWidth) return; // on a tab that is not open; the observer calls when it is
    if (view.anew || view.ratio !== window.devicePixelRatio) arrange(view);
    view.anew = false;
    draw(view);
    showReading(view);
  });
}

function draw(view) {
  const { context, canvas, matrix, ratio, left, top, width, height, zoom, pointers } = view;
  const chosen = inside(view, view.choice.cell);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  [0, 1].forEach((axis) => drawNames(view, axis, chosen?.[axis]));
  context.save();
  context.beginPath();
  context.rect(left - 2, top - 2, width + 4, height + 4);
  context.clip();
  context.imageSmoothingEnabled = sizeOf(view) * ratio < 1; // where cells outnumber pixels, none may vanish
  context.drawImage(view.image, view.x, view.y, matrix.columns / zoom, matrix.rows / zoom, left, top, width, height);
  if (sizeOf(view) >= 14) drawCells(view);
  context.strokeStyle = matrix.colours.faint;
  context.strokeRect(left, top, width, height);
  drawFrames(view, chosen);
  context.restore();
  canvas.style.touchAction = zoom > 1 ? "none" : view.tools.hidden ? "auto" : "pan-x pan-y";
  canvas.style.cursor = zoom > 1 && pointers.size ? "grabbing" : "crosshair";
}

/** Every name where there is room for all; else each 2nd, 5th, 10th …; the chosen one always, in its colour. */
function drawNames(view, axis, chosen = -Infinity) {
  const { first, second, quiet } = view.matrix.colours;
  const all = view.allNames[axis];
  const needed = axis && !view.upright ? view.nameWidths[1] + 8 : 20;
  const step = all ? 1 : [1, 2, 5, 10, 20, 50, 100, 200].find((n) => n * sizeOf(view) >= needed) ?? 500;
  const [start, end] = inSight(view, axis);
  for (let index = start; index < end; index++) {
    const distance = Math.abs(index - chosen);
    if (distance && (index % step || (!all && distance * sizeOf(view) < needed))) continue;
    setFont(view, view.nameSize, distance ? 400 : 700);
    view.context.fillStyle = distance ? quiet : axis ? second : first;
    drawName(view, axis, index);
  }
}

function drawName(view, axis, index) {
  const { context, left, top, width, height } = view;
  const upright = axis && view.upright;
  const middle = axis ? xOf(view, index + 0.5) - left : yOf(view, index + 0.5) - top;
  if (middle < 0 || middle > (axis ? width : height)) return;
  const text = shorten(context, nameOf(view, axis, index), view.nameWidths[axis]);
  const half = context.measureText(text).width / 2;
  context.save();
  context.textAlign = upright ? "left" : axis ? "center" : "right";
  context.textBaseline = axis && !upright ? "alphabetic" : "middle";
  if (!axis) context.translate(left - 6, top + middle);
  else context.translate(left + (upright ? middle : Math.min(middle, width + 2 - half)), top - 6);
  if (upright) context.rotate(-Math.PI / 2);
  context.fillText(text, 0, 0);
  context.restore();
}

function shorten(context, text, room) {
  for (const letters = Array.from(text); letters.length > 1 && context.measureText(text).width > room + 0.5;) {
    letters.pop();
    text = `${letters.join("").trimEnd()}…`;
  }
  return text;
}

function drawCells(view) {
  const { context, matrix } = view;
  const size = sizeOf(view);
  const [[top, bottom], [left, right]] = [inSight(view, 0), inSight(view, 1)];
  const cells = [];
  for (let i = top; i < bottom; i++) {
    for (let j = left; j < right; j++) cells.push({ x: xOf(view, j), y: yOf(view, i), k: i * matrix.columns + j });
  }
  context.lineWidth = 1;
  for (const { x, y, k } of cells) {
    context.strokeStyle = matrix.colours.faint;
    context.strokeRect(x, y, size, size);
    if (!Number.isFinite(matrix.values[k])) strike(view, x, y, size);
  }
  drawNumbers(view, cells, size);
}

function strike({ context, matrix: { colours } }, x, y, size) {
  context.fillStyle = colours.raised;
  context.fillRect(x, y, size, size);
  context.strokeStyle = colours.quiet;
  context.beginPath();
  for (const share of [0.5, 1, 1.5]) {
    context.moveTo(x + size * Math.max(0, share - 1), y + size * Math.min(1, share));
    context.lineTo(x + size * Math.min(1, share), y + size * Math.max(0, share - 1));
  }
  context.stroke();
}

/** All numbers in one size, the largest in which the widest of them fits; none where that would be too small. */
function drawNumbers(view, cells, size) {
  const { context, matrix } = view;
  const known = cells.filter(({ k }) => Number.isFinite(matrix.values[k]));
  setFont(view, SMALLEST_TEXT);
  const texts = known.map(({ k }) => (view.texts[k] ??= number(matrix.values[k])));
  const height = Math.floor(Math.min(20, Math.max(14, 0.3 * size), (SMALLEST_TEXT * (size - 6)) / widest(view, texts)));
  if (height < SMALLEST_TEXT) return;
  setFont(view, height);
  Object.assign(context, { textAlign: "center", textBaseline: "middle" });
  const { ink, paper } = matrix.colours;
  const [dark, light] = brightness(pixel(rgb(ink))) < 128 ? [ink, paper] : [paper, ink];
  known.forEach(({ x, y, k }, at) => {
    context.fillStyle = brightness(view.pixels[k]) > 122 ? dark : light; // there both have a contrast of 3.6 or more
    context.fillText(texts[at], x + size / 2, y + size / 2 + 1);
  });
}

/** Frames show where and leave the values to be seen: thin lines on the paper's colour, never a veil. */
function drawFrames(view, chosen) {
  const { rows, columns, colours } = view.matrix;
  const cross = ([i, j], colourOfRow, colourOfColumn, line) => {
    frame(view, [i, 0, 1, columns], colourOfRow, line);
    frame(view, [0, j, rows, 1], colourOfColumn, line);
  };
  if (view.hover) cross(view.hover, colours.quiet, colours.quiet, 1);
  if (!chosen) return;
  cross(chosen, colours.first, colours.second, 2);
  if (rows === columns && chosen[0] !== chosen[1]) frame(view, [chosen[1], chosen[0], 1, 1], colours.ink, 2, [4, 3]);
  frame(view, [...chosen, 1, 1], colours.ink, 3);
}

function frame(view, [i, j, rows, columns], colour, line, dashes = []) {
  const { context, matrix } = view;
  const [width, height] = [columns, rows].map((count) => Math.max(9, count * sizeOf(view))); // seen even on tiny cells
  const x = xOf(view, j + columns / 2) - width / 2;
  const y = yOf(view, i + rows / 2) - height / 2;
  for (const [style, thickness, pattern] of [[matrix.colours.paper, line + 2, []], [colour, line, dashes]]) {
    context.strokeStyle = style;
    context.lineWidth = thickness;
    context.setLineDash(pattern);
    context.strokeRect(x, y, width, height);
  }
  Object.assign(context, { lineWidth: 1 }).setLineDash([]);
}

function showReading(view) {
  const { name, words, colours, selectable } = view.matrix;
  const cell = view.hover ?? inside(view, view.choice.cell);
  const value = cell && valueAt(view, cell);
  view.reading.replaceChildren(...(cell ? [
    `${name}[`, span(nameOf(view, 0, cell[0]), `color: ${colours.first}`), ", ",
    span(nameOf(view, 1, cell[1]), `color: ${colours.second}`), "] = ",
    span(number(value), `color: ${value < 0 ? colours.negative : colours.product}`),
  ] : [selectable ? words.choose : words.point]));
}

// -------------------------------------------------------------------------------------------------------- choosing

function choose(view, cell, pause = 0) {
  const { matrix, choice } = view;
  if (!cell) return;
  if (matrix.selectable) {
    Object.assign(choice, { cell, sequence: Math.max(Date.now(), choice.sequence + 1) });
    clearTimeout(view.timer);
    view.timer = setTimeout(view.tellPython, pause);
  } else view.hover = cell;
  const value = valueAt(view, cell);
  const [row, column] = cell.map((index, axis) => nameOf(view, axis, index));
  view.spoken.textContent = fill(matrix.words.reading, {
    row, column, value: Number.isFinite(value) ? number(value) : matrix.words.missing,
  });
  refresh(view);
}

function listen(view) {
  const { canvas, tools, buttons, pointers } = view;
  const on = (target, type, act) => target.addEventListener(type, act, { signal: view.unmount.signal, passive: false });
  const placeOf = ({ offsetX, offsetY }) => ({ x: offsetX, y: offsetY });
  on(canvas, "pointerdown", (event) => {
    if (event.button) return; // the right one opens a menu and may never be seen to come up again
    canvas.setPointerCapture(event.pointerId);
    view.dragged = pointers.size > 0; // a second finger never chooses
    pointers.set(event.pointerId, placeOf(event));
  });
  on(canvas, "pointermove", (event) => {
    if (pointers.has(event.pointerId)) drag(view, event.pointerId, placeOf(event));
    else if (event.pointerType !== "touch") point(view, cellAt(view, placeOf(event)));
  });
  on(canvas, "pointerup", (event) => {
    if (pointers.delete(event.pointerId) && !view.dragged) choose(view, cellAt(view, placeOf(event)));
  });
  on(canvas, "lostpointercapture", (event) => pointers.delete(event.pointerId));
  on(canvas, "pointerleave", (event) => event.pointerType === "touch" || point(view, null));
  on(canvas, "wheel", (event) => {
    if (!event.ctrlKey || tools.hidden) return; // the plain wheel scrolls the page
    event.preventDefault();
    zoomBy(view, Math.exp(-event.deltaY / 200), placeOf(event));
  });
  on(canvas, "keydown", (event) => pressKey(view, event) && event.preventDefault());
  on(buttons.in, "click", () => zoomBy(view, 1.6));
  on(buttons.out, "click", () => zoomBy(view, 1 / 1.6));
  on(buttons.whole, "click", () => zoomBy(view, 0));
}

function point(view, cell) {
  view.hover = cell;
  refresh(view);
}

/** One finger or button moves what is zoomed, two fingers zoom; a press that stays in its place chooses. */
function drag(view, id, place) {
  const before = view.pointers.get(id);
  const [dx, dy] = [place.x - before.x, place.y - before.y];
  if (!view.dragged && Math.hypot(dx, dy) < 6) return;
  view.dragged = true;
  view.pointers.set(id, place);
  const other = [...view.pointers].find(([key]) => key !== id)?.[1];
  const apart = (from) => Math.max(1, Math.hypot(from.x - other.x, from.y - other.y));
  if (!other) lookFrom(view, view.x - dx / sizeOf(view), view.y - dy / sizeOf(view));
  else if (!view.tools.hidden) zoomBy(view, apart(place) / apart(before), other);
}

function pressKey(view, { key, ctrlKey, metaKey, altKey }) {
  const { matrix, hover, choice, tools } = view;
  if (ctrlKey || metaKey || altKey) return false;
  const now = (matrix.selectable ? inside(view, choice.cell) : hover) ?? [-1, -1];
  const within = ([i, j]) => [clamp(i, 0, matrix.rows - 1), clamp(j, 0, matrix.columns - 1)];
  if (key in MOVES) {
    const cell = within(now[0] < 0 ? now : [now[0] + MOVES[key][0], now[1] + MOVES[key][1]]);
    view.hover = null;
    choose(view, cell, KEY_PAUSE); // a held key passes many cells; Python hears of the last
    bringIntoSight(view, cell);
  } else if (key === "Enter" || key === " ") choose(view, within(now));
  else if ("+=-".includes(key) && !tools.hidden) zoomBy(view, key === "-" ? 1 / 1.6 : 1.6);
  else return false;
  return true;
}
