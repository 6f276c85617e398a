// The picture of a matrix: its colours, its names, its numbers, the frames around what is pointed at and chosen, and
// where all of that is.
//
// The values become an image of one pixel per cell when they arrive. Everything else is drawn over that image anew at
// every change, which stays well under a frame at 512×512.

import { pixel, rgb, scale as scaleOf } from "../shared/colours.js";
import { clamp } from "../shared/geometry.js";
import { number } from "../shared/numbers.js";
import { brush, image, make, part } from "../shared/parts.js";
import { tallestAt, unitAt } from "../shared/unit.js";

const ALL_NAMES = 24; // up to here every row and column bears its name, beyond only some do
// in units, see shared/unit.js
const LARGEST_CELL = 96; // a 1×1 matrix shall not fill the page
const LONGEST_NAME = 96;
const SMALLEST_TEXT = 11;
const FINEST = 1000; // the logarithmic scale tells apart values down to a thousandth of the limit
/** @type {Record<string, { colour: (share: number) => number, half: number }>} */
const SCALES = {
  // colour: 0 to 1 by the share of the limit; half: the share that has half the colour
  linear: { colour: (share) => share, half: 0.5 },
  sqrt: { colour: Math.sqrt, half: 0.25 },
  log: {
    colour: (share) => Math.log1p(FINEST * share) / Math.log1p(FINEST),
    half: (Math.sqrt(1 + FINEST) - 1) / FINEST,
  },
};

/**
 * @typedef {[number, number]} Cell   row and column
 * @typedef {{ rows: number, columns: number, values: Float64Array | Float32Array, name: string,
 *   names: (string[] | null)[], limit: number, signed: boolean, clipped: boolean, scale: string,
 *   colours: Record<string, string> & { negative: string, paper: string, product: string } }} Matrix
 * @typedef {{ x: number, y: number }} Place   px, within the canvas
 * @typedef {ReturnType<typeof sketch>} Picture
 */

/**
 * A picture that has yet to be arranged.
 * @param {ShadowRoot} root
 * @param {Matrix} matrix
 */
export function sketch(root, matrix) {
  const canvas = part(root, ".cells", HTMLCanvasElement);
  return {
    figure: part(root, ".matrix", HTMLElement),
    canvas,
    context: brush(canvas),
    legend: part(root, ".legend", HTMLElement),
    ends: part(root, ".ends", HTMLElement),
    matrix,
    pixels: new Uint32Array(),
    image: canvas,
    texts: /** @type {string[]} */ ([]), // of the cells, written when they are first seen
    // what is in sight: x, y are the column and the row at the upper left
    zoom: 1,
    x: 0,
    y: 0,
    hover: /** @type {Cell | null} */ (null),
    // px: the upper left of the cells, their extent, and that of one of them where nothing is zoomed
    left: 0,
    top: 0,
    width: 0,
    height: 0,
    cell: 1,
    ratio: 1,
    unit: 1, // px
    family: "",
    nameSize: 12,
    nameWidths: [0, 0],
    allNames: [false, false],
    upright: false, // the names of the columns
  };
}

/**
 * Show another matrix, from the same place if it has the same shape.
 * @param {Picture} picture
 * @param {Matrix} matrix
 */
export function show(picture, matrix) {
  const { rows, columns } = picture.matrix;
  if (rows !== matrix.rows || columns !== matrix.columns) Object.assign(picture, { zoom: 1, x: 0, y: 0, hover: null });
  picture.matrix = matrix;
  picture.texts = [];
  paint(picture);
}

/** @param {Picture} picture */
function paint(picture) {
  const { columns, values, limit, scale, colours } = picture.matrix;
  const [{ colour }, shade] = [SCALES[scale], scaleOf(colours, 511)];
  const missing = [pixel(rgb(colours.raised)), pixel(rgb(colours.quiet))];
  const pixels = new Uint32Array(values.length);
  // a quarter of a million: a map takes five times as long
  for (let k = 0; k < values.length; k++) {
    const depth = Math.round(255 * colour(Math.min(1, Math.abs(values[k]) / limit)));
    // no value is a chequered pixel: not a colour of the scale, and visible where a cell is too small for a stroke
    pixels[k] = Number.isFinite(values[k])
      ? shade[values[k] < 0 ? 255 - depth : 255 + depth]
      : missing[(k + Math.floor(k / columns)) % 2];
  }
  picture.pixels = pixels;
  picture.image = image(pixels, columns);
}

// ------------------------------------------------------------------------------------------------ where things are

/** @param {Picture} picture */
export const sizeOf = ({ cell, zoom }) => cell * zoom; // px of a cell as it is now
/** @type {(picture: Picture, j: number) => number} */
const xOf = (picture, j) => picture.left + (j - picture.x) * sizeOf(picture);
/** @type {(picture: Picture, i: number) => number} */
const yOf = (picture, i) => picture.top + (i - picture.y) * sizeOf(picture);
/** @type {(picture: Picture, cell: Cell | null) => Cell | null} */
export const inside = ({ matrix }, cell) => (cell && cell[0] < matrix.rows && cell[1] < matrix.columns ? cell : null);
/** @type {(picture: Picture, cell: Cell) => number} */
export const valueAt = ({ matrix }, [i, j]) => matrix.values[i * matrix.columns + j];
/** @type {(picture: Picture, axis: number, index: number) => string} */
export const nameOf = ({ matrix }, axis, index) => matrix.names[axis]?.[index] ?? String(index);

/**
 * From the shape and the names only, never from the values: nothing jumps when they change.
 * @param {Picture} picture
 */
export function arrange(picture) {
  const { matrix, canvas, figure, legend } = picture;
  const { rows, columns, names } = matrix;
  const room = figure.clientWidth;
  picture.ratio = window.devicePixelRatio;
  picture.family = getComputedStyle(figure).fontFamily;
  picture.unit = unitAt(figure);
  const { unit } = picture;
  picture.nameSize = unit * (room >= 480 * unit && columns <= 12 ? 14 : 12);
  setFont(picture, picture.nameSize, 700);
  picture.nameWidths = [rows, columns].map((count, axis) =>
    Math.ceil(Math.min(unit * LONGEST_NAME, room / 4, widest(picture, names[axis] ?? [String(count - 1)]))),
  );
  picture.left = picture.nameWidths[0] + 8 * unit;
  // on a low screen a small matrix leaves room for what is said of it, on a projector for what stands above and below
  const highest = Math.min(1.25 * room, 0.7 * tallestAt(figure));
  const largest = Math.min(unit * LARGEST_CELL, (unit > 1 ? 0.16 : 0.1) * window.innerHeight);
  const fitting = Math.min(largest, (room - picture.left - 2) / columns, highest / rows);
  // whole device pixels make all cells equal; not where they would waste more than a little room
  const whole = Math.floor(fitting * picture.ratio) / picture.ratio;
  picture.cell = whole > 0.94 * fitting ? whole : fitting;
  picture.allNames = [rows, columns].map((count) => count <= ALL_NAMES && picture.cell >= 13 * unit);
  picture.upright = picture.allNames[1] && picture.nameWidths[1] > picture.cell - 4;
  picture.top = picture.upright ? picture.nameWidths[1] + 8 * unit : 22 * unit;
  [picture.width, picture.height] = [picture.cell * columns, picture.cell * rows];
  canvas.width = Math.ceil((picture.left + picture.width + 2) * picture.ratio);
  canvas.height = Math.ceil((picture.top + picture.height + 2) * picture.ratio);
  canvas.style.width = `${canvas.width / picture.ratio}px`;
  legend.style.marginLeft = `${picture.left}px`;
  const legendWidth = Math.min(room - picture.left - 2, Math.max(220 * unit, picture.width));
  legend.style.width = `${legendWidth}px`;
  showEnds(picture, legendWidth);
}

/**
 * The values that the two ends of the scale stand for, and its middle.
 * @param {Picture} picture
 * @param {number} room   px
 */
function showEnds({ matrix, ends, unit }, room) {
  const { signed, limit, scale, clipped } = matrix;
  const halves = scale !== "linear" && room >= unit * (signed ? 300 : 180);
  const parts = [-1, -0.5, 0, 0.5, 1].filter((part) => (signed || part >= 0) && (halves || part % 1 === 0));
  const marks = parts.map((part) => {
    const value = Math.sign(part) * limit * (part % 1 ? SCALES[scale].half : 1);
    const beyond = clipped ? ({ "-1": "≤ ", 1: "≥ " }[part] ?? "") : "";
    const at = signed ? 50 + 50 * part : 100 * part;
    const mark = make("span", "", beyond + number(value));
    Object.assign(mark.style, { left: `${at}%`, transform: `translateX(-${at}%)` });
    return mark;
  });
  ends.replaceChildren(...marks);
}

/**
 * @param {Picture} picture
 * @param {Place} place
 */
export function cellAt(picture, { x, y }) {
  const [right, down] = [x - picture.left, y - picture.top];
  if (right < 0 || down < 0 || right >= picture.width || down >= picture.height) return null;
  const [row, column] = [picture.y + down / sizeOf(picture), picture.x + right / sizeOf(picture)];
  return inside(picture, [Math.floor(row), Math.floor(column)]);
}

/**
 * @param {Picture} picture
 * @param {number} factor
 * @param {Place} [at]   what keeps its place; without, the middle
 */
export function zoomBy(picture, factor, at) {
  const { matrix, left, top, width, height, zoom: before, cell } = picture;
  const { x, y } = at ?? { x: left + width / 2, y: top + height / 2 };
  picture.zoom = clamp(before * factor, 1, Math.max(1, Math.max(matrix.rows, matrix.columns) / 6));
  const moved = (1 / before - 1 / picture.zoom) / cell;
  lookFrom(picture, picture.x + (x - left) * moved, picture.y + (y - top) * moved);
}

/**
 * @param {Picture} picture
 * @param {number} x   the column at the left
 * @param {number} y   the row at the top
 */
export function lookFrom(picture, x, y) {
  const { rows, columns } = picture.matrix;
  picture.x = clamp(x, 0, columns - columns / picture.zoom);
  picture.y = clamp(y, 0, rows - rows / picture.zoom);
}

/**
 * @param {Picture} picture
 * @param {Cell} cell
 */
export function bringIntoSight(picture, [i, j]) {
  const { rows, columns } = picture.matrix;
  const { x, y, zoom } = picture;
  lookFrom(picture, clamp(x, j + 1 - columns / zoom, j), clamp(y, i + 1 - rows / zoom, i));
}

/**
 * The first and the last but one index in sight, rows (axis 0) or columns (axis 1).
 * @param {Picture} picture
 * @param {number} axis
 */
function inSight({ x, y, zoom, matrix }, axis) {
  const [start, count] = axis ? [x, matrix.columns] : [y, matrix.rows];
  return [Math.floor(start + 1e-6), Math.min(count, Math.ceil(start + count / zoom - 1e-6))];
}

// --------------------------------------------------------------------------------------------------------- drawing

/** @type {(picture: Picture, size: number, weight?: number) => void} */
const setFont = ({ context, family }, size, weight = 400) => {
  context.font = `${weight} ${size}px ${family}`;
};
/** @type {(picture: Picture, texts: string[]) => number} */
const widest = ({ context }, texts) => texts.reduce((most, text) => Math.max(most, context.measureText(text).width), 0);

/**
 * @param {Picture} picture
 * @param {Cell | null} chosen
 * @param {boolean} [covered]   the chosen cell and its mirror, for a class that shall say what is in it
 */
export function draw(picture, chosen, covered = false) {
  const { context, canvas, matrix, ratio, left, top, width, height, zoom } = picture;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (const axis of [0, 1]) drawNames(picture, axis, chosen?.[axis]);
  context.save();
  context.beginPath();
  context.rect(left - 2, top - 2, width + 4, height + 4);
  context.clip();
  context.imageSmoothingEnabled = sizeOf(picture) * ratio < 1; // where cells outnumber pixels, none may vanish
  const [columns, rows] = [matrix.columns / zoom, matrix.rows / zoom];
  context.drawImage(picture.image, picture.x, picture.y, columns, rows, left, top, width, height);
  if (sizeOf(picture) >= 14) drawCells(picture);
  if (chosen && covered) for (const cell of withMirror(picture, chosen)) drawCover(picture, cell);
  context.strokeStyle = matrix.colours.faint;
  context.strokeRect(left, top, width, height);
  drawFrames(picture, chosen);
  context.restore();
}

/**
 * Every name where there is room for all; else each 2nd, 5th, 10th …; the chosen one always, in its colour.
 * @param {Picture} picture
 * @param {number} axis
 * @param {number} [chosen]
 */
function drawNames(picture, axis, chosen = -Infinity) {
  const { first, second, quiet } = picture.matrix.colours;
  const all = picture.allNames[axis];
  const needed = axis && !picture.upright ? picture.nameWidths[1] + 8 * picture.unit : 20 * picture.unit;
  const step = all ? 1 : ([1, 2, 5, 10, 20, 50, 100, 200].find((n) => n * sizeOf(picture) >= needed) ?? 500);
  const [start, end] = inSight(picture, axis);
  for (let index = start; index < end; index++) {
    const distance = Math.abs(index - chosen);
    if (distance && (index % step || (!all && distance * sizeOf(picture) < needed))) continue;
    setFont(picture, picture.nameSize, distance ? 400 : 700);
    picture.context.fillStyle = distance ? quiet : axis ? second : first;
    drawName(picture, axis, index);
  }
}

/**
 * @param {Picture} picture
 * @param {number} axis
 * @param {number} index
 */
function drawName(picture, axis, index) {
  const { context, left, top, width, height, unit } = picture;
  const upright = axis && picture.upright;
  const middle = axis ? xOf(picture, index + 0.5) - left : yOf(picture, index + 0.5) - top;
  if (middle < 0 || middle > (axis ? width : height)) return;
  const text = shorten(context, nameOf(picture, axis, index), picture.nameWidths[axis]);
  const half = context.measureText(text).width / 2;
  context.save();
  context.textAlign = upright ? "left" : axis ? "center" : "right";
  context.textBaseline = axis && !upright ? "alphabetic" : "middle";
  if (!axis) context.translate(left - 6 * unit, top + middle);
  else context.translate(left + (upright ? middle : Math.min(middle, width + 2 - half)), top - 6 * unit);
  if (upright) context.rotate(-Math.PI / 2);
  context.fillText(text, 0, 0);
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} room   px
 */
function shorten(context, text, room) {
  const letters = Array.from(text);
  let short = text;
  while (letters.length > 1 && context.measureText(short).width > room + 0.5) {
    letters.pop();
    short = `${letters.join("").trimEnd()}…`;
  }
  return short;
}

/** @typedef {{ x: number, y: number, k: number }} Drawn   px, and the place of the value */

/** @param {Picture} picture */
function drawCells(picture) {
  const { context, matrix } = picture;
  const size = sizeOf(picture);
  const [[top, bottom], [left, right]] = [inSight(picture, 0), inSight(picture, 1)];
  /** @type {Drawn[]} */
  const cells = [];
  for (let i = top; i < bottom; i++) {
    for (let j = left; j < right; j++)
      cells.push({ x: xOf(picture, j), y: yOf(picture, i), k: i * matrix.columns + j });
  }
  context.lineWidth = 1;
  for (const { x, y, k } of cells) {
    context.strokeStyle = matrix.colours.faint;
    context.strokeRect(x, y, size, size);
    if (!Number.isFinite(matrix.values[k])) strike(picture, x, y, size);
  }
  drawNumbers(picture, cells, size);
}

/**
 * A cell without a value.
 * @param {Picture} picture
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
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

/** @type {(p: number) => number} of a pixel, 0 to 255 */
const brightness = (p) => 0.21 * (p & 255) + 0.72 * ((p >> 8) & 255) + 0.07 * ((p >> 16) & 255);

/**
 * All numbers in one size, the largest in which the widest of them fits; none where that would be too small.
 * @param {Picture} picture
 * @param {Drawn[]} cells
 * @param {number} size
 */
function drawNumbers(picture, cells, size) {
  const { context, matrix, texts, unit } = picture;
  const smallest = unit * SMALLEST_TEXT;
  const known = cells.filter(({ k }) => Number.isFinite(matrix.values[k]));
  setFont(picture, smallest);
  for (const { k } of known) texts[k] ??= number(matrix.values[k]);
  const width = widest(
    picture,
    known.map(({ k }) => texts[k]),
  );
  const height = Math.floor(Math.min(20 * unit, Math.max(14 * unit, 0.3 * size), (smallest * (size - 6)) / width));
  if (height < Math.floor(smallest)) return;
  setFont(picture, height);
  Object.assign(context, { textAlign: "center", textBaseline: "middle" });
  const { ink, paper } = matrix.colours;
  const [dark, light] = brightness(pixel(rgb(ink))) < 128 ? [ink, paper] : [paper, ink];
  for (const { x, y, k } of known) {
    context.fillStyle = brightness(picture.pixels[k]) > 122 ? dark : light; // there both have a contrast of 3.6 or more
    context.fillText(texts[k], x + size / 2, y + size / 2 + 1);
  }
}

/**
 * A cell, and the one in which the same number stands: every square matrix that is shown is symmetric.
 * @param {Picture} picture
 * @param {Cell} cell
 * @returns {Cell[]}
 */
export function withMirror({ matrix: { rows, columns } }, [i, j]) {
  return rows === columns && i !== j
    ? [
        [i, j],
        [j, i],
      ]
    : [[i, j]];
}

/**
 * @param {Picture} picture
 * @param {Cell} cell
 */
function drawCover(picture, [i, j]) {
  const { context, unit, matrix } = picture;
  const size = sizeOf(picture);
  const [x, y] = [xOf(picture, j), yOf(picture, i)];
  context.fillStyle = matrix.colours.raised;
  context.fillRect(x, y, size, size);
  if (size < 14 * unit) return;
  setFont(picture, Math.min(20 * unit, size - 2), 700);
  Object.assign(context, { fillStyle: matrix.colours.ink, textAlign: "center", textBaseline: "middle" });
  context.fillText("?", x + size / 2, y + size / 2 + 1);
}

/**
 * Frames show where and leave the values to be seen: thin lines on the paper's colour, never a veil.
 * @param {Picture} picture
 * @param {Cell | null} chosen
 */
function drawFrames(picture, chosen) {
  const { rows, columns, colours } = picture.matrix;
  /** @type {(cell: Cell, colourOfRow: string, colourOfColumn: string, line: number) => void} */
  const cross = ([i, j], colourOfRow, colourOfColumn, line) => {
    frame(picture, [i, 0, 1, columns], colourOfRow, line);
    frame(picture, [0, j, rows, 1], colourOfColumn, line);
  };
  if (picture.hover) cross(picture.hover, colours.quiet, colours.quiet, 1);
  if (!chosen) return;
  cross(chosen, colours.first, colours.second, 2);
  const [, mirror] = withMirror(picture, chosen);
  if (mirror) frame(picture, [...mirror, 1, 1], colours.ink, 2, [4, 3]);
  frame(picture, [...chosen, 1, 1], colours.ink, 3);
}

/**
 * @param {Picture} picture
 * @param {[number, number, number, number]} cells   row, column, how many rows, how many columns
 * @param {string} colour
 * @param {number} line   px
 * @param {number[]} [dashes]
 */
function frame(picture, [i, j, rows, columns], colour, line, dashes = []) {
  const { context, matrix } = picture;
  const [width, height] = [columns, rows].map((count) => Math.max(9, count * sizeOf(picture))); // seen even on tiny cells
  const x = xOf(picture, j + columns / 2) - width / 2;
  const y = yOf(picture, i + rows / 2) - height / 2;
  /** @type {[string, number, number[]][]} */
  const strokes = [
    [matrix.colours.paper, line + 2, []],
    [colour, line, dashes],
  ];
  for (const [style, thickness, pattern] of strokes) {
    context.strokeStyle = style;
    context.lineWidth = thickness;
    context.setLineDash(pattern);
    context.strokeRect(x, y, width, height);
  }
  context.lineWidth = 1;
  context.setLineDash([]);
}
