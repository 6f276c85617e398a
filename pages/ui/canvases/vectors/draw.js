// The drawing of the plane: grid, half-planes, arrows, and texts where they cover least.

import { clamp, distance, mix, plus } from "../shared/geometry.js";
import { number } from "../shared/numbers.js";
import { svg } from "../shared/svg.js";
import { fill } from "../shared/words.js";
import {
  angleBetween,
  heading,
  polar,
  printAngle,
  shadowOf,
  signOf,
  tickStep,
  toPixels,
  withoutNoise,
} from "./plane.js";

export const HIT_RADIUS = 22; // pixels; a finger needs 44 across

/**
 * @typedef {import("./canvas.js").Canvas} Canvas
 * @typedef {import("./plane.js").Point} Point
 * @typedef {{ x: number, y: number, width: number, height: number, cost: number }} Box   about its middle
 * @typedef {{ reach: number, taken: Box[] }} Scene   what is covered already
 */

/** @param {Canvas} canvas */
export function draw(canvas) {
  const { plane, root, reach } = canvas;
  // in pixels: text keeps its size, or on a projector is larger by the scale
  plane.setAttribute("viewBox", [-1, -1, 2, 2].map((side) => side * reach).join(" "));
  root.classList.toggle("dragging", canvas.drag !== null);
  drawGrid(canvas);
  drawArrows(canvas);
  moveTips(canvas);
}

/**
 * @param {Point} from
 * @param {Point} to
 * @param {string} kind
 */
const line = ([x1, y1], [x2, y2], kind) => svg("line", { x1, y1, x2, y2, class: kind });

/**
 * @param {"polygon" | "polyline"} name
 * @param {Point[]} points
 * @param {string} kind
 */
const shape = (name, points, kind) => svg(name, { points: points.join(" "), class: kind });

/**
 * @param {Canvas} canvas
 * @param {number} index
 */
function colourOf({ data: { chosen } }, index) {
  return index === chosen[0] ? "first" : index === chosen[1] ? "second" : "other";
}

/** @param {Canvas} canvas */
function drawGrid({ reach, half, layers }) {
  const tick = tickStep(half);
  const count = Math.floor(half / tick);
  const text = (/** @type {number} */ n) => number(withoutNoise(n * tick));
  const widest = text(-count).length * 7 + 10;
  const stride = Math.ceil(widest / ((tick / half) * reach)); // leave numbers out rather than let them touch
  const [thin, axes, texts] = /** @type {SVGElement[][]} */ ([[], [], []]);
  for (let n = -count; n <= count; n += 1) {
    const at = ((n * tick) / half) * reach;
    const kind = n ? "thin" : "axis";
    (n ? thin : axes).push(line([at, -reach], [at, reach], kind), line([-reach, at], [reach, at], kind));
    if (n && n % stride === 0 && Math.abs(at) < reach - widest / 2) texts.push(svg("text", { x: at, y: 13 }, text(n)));
    if (n && Math.abs(at) < reach - 8) texts.push(svg("text", { x: -7, y: -at, class: "upright" }, text(n)));
  }
  layers.grid.replaceChildren(...thin, ...axes, ...texts);
}

// ---------------------------------------------------------------------------------------------------------- arrows

/** @param {Canvas} canvas */
function drawArrows(canvas) {
  const {
    data: { mode, chosen, ghosts, parallelogram },
    vectors,
    reach,
    layers,
  } = canvas;
  const [i, j] = chosen;
  const points = vectors.map((vector) => toPixels(canvas, vector));
  const [a, b, angle] = [points[i], points[j], heading(vectors[i])];
  const degrees = i === j ? null : angleBetween(vectors[i], vectors[j]);
  const isPair = mode === "pair" && angle !== null;
  const segments = points.map((point) => [[0, 0], point]);
  /** @type {Scene} */
  const scene = { reach, taken: points.map(([x, y]) => ({ x, y, width: 16, height: 16, cost: 1 })) }; // the tips
  const [back, front] = /** @type {SVGElement[][]} */ ([[], []]);
  if (isPair) back.push(...halfPlanes(reach, angle));
  if (isPair && degrees !== null) {
    const foot = polar(angle, shadowOf(b, degrees));
    back.push(line([0, 0], foot, `foot ${signOf(90 - Math.abs(degrees))}`), line(b, foot, "perpendicular"));
    segments.push([[0, 0], foot], [b, foot]);
  }
  if (parallelogram && degrees !== null) {
    back.push(shape("polygon", [[0, 0], a, plus(a, b), b], "parallelogram product"));
  }
  for (const [from, to] of segments) {
    // for the texts a line is a row of small boxes
    for (let share = 0; share <= 1; share += 1 / 16) {
      const [x, y] = mix(from, to, share);
      scene.taken.push({ x, y, width: 6, height: 6, cost: 1 });
    }
  }
  const rank = (/** @type {number} */ index) => Number(index === i || index === j);
  const order = [...vectors.keys()].sort((one, other) => rank(one) - rank(other)); // the pair on top
  front.push(...ghosts.map((ghost) => arrow(canvas, ghost, "ghost")));
  front.push(...order.map((index) => arrow(canvas, vectors[index], colourOf(canvas, index))));
  front.push(...order.reverse().map((index) => label(scene, canvas, index)));
  if (isPair && degrees !== null) {
    front.push(...angleMark(scene, angle, degrees, Math.min(Math.hypot(...a), Math.hypot(...b))));
  }
  if (isPair) front.push(...signs(scene, angle));
  layers.shade.replaceChildren(...back);
  layers.arrows.replaceChildren(...front);
}

/**
 * @param {Canvas} canvas
 * @param {Point} vector
 * @param {string} kind
 */
function arrow(canvas, vector, kind) {
  const [tip, angle] = [toPixels(canvas, vector), heading(vector) ?? 0];
  const length = Math.hypot(...tip);
  const head = Math.min(kind === "ghost" ? 10 : 16, 0.7 * length);
  const neck = polar(angle, length - head);
  const wings = [1, -1].map((side) => plus(neck, polar(angle + Math.PI / 2, side * 0.4 * head)));
  const parts =
    length < 1 ? [svg("circle", { r: 4 })] : [line([0, 0], neck, "shaft"), shape("polygon", [tip, ...wings], "head")];
  return svg("g", { class: `arrow ${kind}` }, ...parts);
}

/**
 * Where the inner product with the first vector is positive, and where it is negative.
 * @param {number} reach
 * @param {number} angle   of the first vector
 */
function halfPlanes(reach, angle) {
  const [left, right] = [polar(angle + Math.PI / 2, 3 * reach), polar(angle - Math.PI / 2, 3 * reach)];
  const beyond = (/** @type {number} */ length) => [
    left,
    right,
    plus(right, polar(angle, length)),
    plus(left, polar(angle, length)),
  ];
  return [
    shape("polygon", beyond(3 * reach), "half-plane product"),
    shape("polygon", beyond(-3 * reach), "half-plane negative"),
    line(left, right, "divide"),
  ];
}

/**
 * @param {Scene} scene
 * @param {number} angle
 */
function signs(scene, angle) {
  const places = (/** @type {number} */ length) => () =>
    [0.5, -0.5, 0.9, -0.9, 0.2, -0.2].map((turn) => polar(angle + turn, length));
  return [
    place(scene, "+", "sign product", 28, places(0.9 * scene.reach)),
    place(scene, "−", "sign negative", 28, places(-0.9 * scene.reach)),
  ];
}

/**
 * @param {Scene} scene
 * @param {number} angle     of the first vector
 * @param {number} degrees   from it to the second
 * @param {number} shorter   pixels of the shorter one
 */
function angleMark(scene, angle, degrees, shorter) {
  const turn = (degrees * Math.PI) / 180;
  const isRight = Math.abs(degrees) === 90;
  const radius = isRight ? 16 : clamp(0.4 * shorter, 20, 50);
  const [from, to] = [polar(angle, radius), polar(angle + turn, radius)];
  const mark = isRight
    ? shape("polyline", [from, plus(from, to), to], "arc")
    : svg("path", { class: "arc", d: `M${from}A${radius} ${radius} 0 0 ${turn > 0 ? 0 : 1} ${to}` });
  const outside = turn < 0 ? -0.6 : 0.6;
  const inside = [24, 34, 44, 56].flatMap((more) => [0.5, 0.4, 0.6].map((share) => [share * turn, more]));
  const narrow =
    Math.abs(turn) < 0.6
      ? [
          [turn + outside, 24],
          [-outside, 24],
        ]
      : []; // has no room for its number
  const places = () => [...inside, ...narrow].map(([away, more]) => polar(angle + away, radius + more));
  return [mark, place(scene, printAngle(degrees), "degrees", 15, places)];
}

// ----------------------------------------------------------------------------------------------------------- texts

/**
 * Put a text where it covers least: a line costs one, another text ten; earlier places are the better ones.
 * @param {Scene} scene
 * @param {string} text
 * @param {string} kind
 * @param {number} fontSize
 * @param {(width: number, height: number) => Point[]} places   for the half width and height of the text
 */
function place({ reach, taken }, text, kind, fontSize, places) {
  const [width, height] = [text.length * fontSize * 0.52, fontSize * 1.1];
  const inside = (/** @type {number} */ value, /** @type {number} */ length) =>
    clamp(value, length / 2 + 4 - reach, reach - length / 2 - 4);
  const cost = (/** @type {Box} */ box) =>
    taken.filter((other) => overlap(box, other)).reduce((sum, other) => sum + other.cost, 0);
  const boxes = places(width / 2, height / 2).map(([x, y]) => ({
    x: inside(x, width),
    y: inside(y, height),
    width,
    height,
    cost: 10,
  }));
  const costs = boxes.map(cost);
  const best = boxes[costs.indexOf(Math.min(...costs))];
  taken.push(best);
  return svg("text", { x: best.x, y: best.y, class: kind, "font-size": fontSize }, text);
}

/**
 * @param {Box} one
 * @param {Box} other
 */
const overlap = (one, other) =>
  2 * Math.abs(one.x - other.x) < one.width + other.width && 2 * Math.abs(one.y - other.y) < one.height + other.height;

/**
 * @param {Scene} scene
 * @param {Canvas} canvas
 * @param {number} index
 */
function label(scene, canvas, index) {
  const [colour, vector] = [colourOf(canvas, index), canvas.vectors[index]];
  const isShown = colour !== "other" || canvas.drag?.index === index;
  const coordinates = isShown ? ` (${vector.map((value) => number(value)).join(", ")})` : "";
  const outward = heading(vector) ?? -2.4;
  const places = (/** @type {number} */ width, /** @type {number} */ height) =>
    [0, 0.6, -0.6, 1.2, -1.2, 1.9, -1.9, Math.PI].map((turn) => {
      const [x, y] = polar(outward + turn, 1);
      return plus(toPixels(canvas, vector), [x * (width + 16), y * (height + 16)]);
    });
  return place(scene, canvas.data.names[index] + coordinates, `name ${colour}`, 16, places);
}

// ------------------------------------------------------------------------------------------------------------ tips

/**
 * The tips are kept, not drawn anew: they hold the focus.
 * @param {Canvas} canvas
 */
function moveTips(canvas) {
  const {
    data: { chosen },
    vectors,
    tips,
    layers,
  } = canvas;
  while (tips.length > vectors.length) tips.pop()?.remove();
  while (tips.length < vectors.length) tips.push(layers.tips.appendChild(newTip(tips.length)));
  const points = vectors.map((vector) => toPixels(canvas, vector));
  tips.forEach((tip, index) => {
    const covers = points.slice(0, index).some((other) => distance(other, points[index]) < 3);
    const twice = chosen.every((one) => one === index);
    tip.setAttribute("class", `tip ${colourOf(canvas, index)} ${twice ? "twice" : ""}`);
    tip.setAttribute("transform", `translate(${points[index]})`);
    tip.lastElementChild?.setAttribute("r", String(covers ? 17 : twice ? 14 : 11));
    speakOf(canvas, tip, index);
  });
}

/** @param {number} index */
const newTip = (index) =>
  svg("g", { "data-index": index }, svg("circle", { class: "hit", r: HIT_RADIUS }), svg("circle", { class: "handle" }));

/**
 * @param {Canvas} canvas
 * @param {SVGElement} tip
 * @param {number} index
 */
function speakOf({ data: { locked, words, names }, vectors }, tip, index) {
  const [x, y] = vectors[index].map((value) => number(value));
  const spoken = {
    tabindex: "0",
    role: "slider",
    "aria-valuenow": String(vectors[index][0]),
    "aria-valuetext": `${x}, ${y}`,
    "aria-label": fill(words.tip, { name: names[index], x, y }),
  };
  for (const [name, value] of Object.entries(spoken)) {
    if (locked) tip.removeAttribute(name);
    else tip.setAttribute(name, value);
  }
}
