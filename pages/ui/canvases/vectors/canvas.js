// The plane of lessons 1 and 2: arrows that are dragged in the browser and sent to Python when they are let go.
//
// Python owns the vectors. Nothing is sent while an arrow is held. Each commit carries a sequence number, and vectors
// from Python are adopted only once Python has seen our last commit, except for an arrow that is being moved: neither a
// late echo nor a number typed for another arrow ever pulls it back.
// Streamlit calls the default export again whenever the data or the theme change, so what must last is in `canvases`.

import { number, factor, equals, isExact } from "../shared/numbers.js";

const canvases = new WeakMap(); // parentElement (a ShadowRoot) → the state of its canvas
const HIT_RADIUS = 22; // pixels; a finger needs 44 across
const CLICK_SLACK = 4; // pixels that a hand may tremble before a click becomes a drag
const KEY_PAUSE = 200; // milliseconds without a key before the new vector is committed
const ARROW_KEYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1] }; // axis, sign

// -------------------------------------------------------------------------------------------- numbers and angles

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const withoutNoise = (value) => Number(value.toPrecision(12)) + 0; // 0.30000000000000004 → 0.3, −0 → 0
const plus = ([x, y], [dx, dy]) => [x + dx, y + dy];
const distance = (p, q) => Math.hypot(p[0] - q[0], p[1] - q[1]);

/** The direction of a vector in radians; null for the zero vector. */
const heading = ([x, y]) => (x === 0 && y === 0 ? null : Math.atan2(y, x));

/** From a to b in degrees, in (−180, 180], counterclockwise positive; null when one of them has no direction. What
 *  rounding alone can leave over is taken off, as gramlib.relation does: a right angle is exactly 90. */
function angleBetween(a, b) {
  if (heading(a) === null || heading(b) === null) return null;
  const unit = ([x, y]) => [x / Math.hypot(x, y), y / Math.hypot(x, y)];
  const [[x, y], [u, v]] = [unit(a), unit(b)];
  const exact = (value) => (Math.abs(value) <= 16 * Number.EPSILON ? 0 : value);
  return (Math.atan2(exact(x * v - y * u), exact(x * u + y * v)) * 180) / Math.PI;
}

/** Four digits, or as many as it takes to tell it from 0°, 90° and 180°: 89.9999° is nearly right, 90° is. */
function printAngle(degrees) {
  const size = Math.abs(degrees);
  for (let digits = 4; digits < 16; digits += 1) {
    const text = number(size, digits);
    if (!["0", "90", "180"].includes(text) || [0, 90, 180].includes(size)) return `${text}°`;
  }
  return `${number(size, 16)}°`;
}

// ---------------------------------------------------------------------------------------------------------- view

/** The origin is the middle; it is `half` units or `reach` pixels from there to the border, the same on both axes. */
const toPixels = ({ reach, half }, [x, y]) => [(x / half) * reach, (-y / half) * reach];
const toUnits = ({ reach, half }, [x, y]) => [(x / reach) * half, (-y / reach) * half];
const extent = ({ vectors, data }) => Math.max(...[...vectors, ...data.ghosts].flat().map(Math.abs));
const lookAt = (canvas, half) => { canvas.half = half; requestDraw(canvas); };
const fit = (canvas) => lookAt(canvas, extent(canvas) * 1.4 || 5);

function needsFit(canvas) {
  const share = extent(canvas) / canvas.half;
  return share > 0.95 || (share > 0 && share < 0.15);
}

function zoom(canvas, factor) {
  const usual = extent(canvas) || 5; // stay within sight of the vectors
  lookAt(canvas, clamp(canvas.half * factor, usual / 100, usual * 100));
}

/** About eight grid squares across, each 1, 2 or 5 times a power of ten wide. */
function tickStep({ half }) {
  const power = 10 ** Math.floor(Math.log10(half / 4));
  const lead = half / 4 / power;
  return withoutNoise((lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power);
}

/** Halves at the usual scale; a tenth of a grid square where the plane is much larger or smaller. */
function snapStep(canvas, { altKey, shiftKey }, fineStep) {
  const [tick, fine] = [tickStep(canvas), altKey || shiftKey];
  if (tick < 0.1 || tick > 5) return fine ? tick / 100 : tick / 10;
  return fine ? fineStep : 0.5;
}

// --------------------------------------------------------------------------------------------------- with Python

function commit(canvas) {
  clearTimeout(canvas.timer);
  canvas.timer = 0;
  canvas.held.clear();
  canvas.sequence += 1;
  if (needsFit(canvas)) fit(canvas);
  canvas.setStateValue("committed", { value: canvas.vectors, sequence: canvas.sequence });
}

/** Keys are committed after a pause, or at once when something else begins. */
const commitKeys = (canvas) => canvas.timer && commit(canvas);

function adopt(canvas) {
  const { data, vectors, held } = canvas;
  if (data.vectors.length !== vectors.length) { // cannot wait: what was being moved may be gone
    clearTimeout(canvas.timer);
    held.clear();
    Object.assign(canvas, { drag: null, timer: 0 });
  } else if (data.sequence !== canvas.sequence) return;
  canvas.vectors = data.vectors.map((vector, index) => (held.has(index) ? vectors[index] : [...vector]));
  const arrived = JSON.stringify([data.vectors, data.ghosts]);
  const changed = arrived !== canvas.arrived; // when nothing did, a person's own zoom stays
  canvas.arrived = arrived;
  if (!canvas.half || (changed && !canvas.drag && needsFit(canvas))) fit(canvas);
}

const tap = (canvas, index) => canvas.data.mode === "family" && canvas.setTriggerValue("tapped", index);

// ------------------------------------------------------------------------------------------------ hands and keys

function pointerAt({ svg, reach }, event) {
  const box = svg.getBoundingClientRect();
  const fromMiddle = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  return fromMiddle.map((value) => (value / box.width) * 2 * reach);
}

/** The tip under the finger; of several the nearest, of two on one spot the upper, which has the wider handle. */
function tipAt(canvas, point) {
  const away = canvas.vectors.map((vector) => distance(toPixels(canvas, vector), point));
  const least = Math.min(...away);
  return least <= HIT_RADIUS ? away.lastIndexOf(least) : -1;
}

function press(canvas, event) {
  const point = pointerAt(canvas, event);
  const index = tipAt(canvas, point);
  const { locked } = canvas.data;
  if (event.pointerType === "touch" && (index < 0 || locked)) canvas.touches.set(event.pointerId, point);
  if (event.button !== 0 || index < 0 || canvas.drag) return;
  commitKeys(canvas);
  const tip = toPixels(canvas, canvas.vectors[index]);
  const offset = plus(tip, [-point[0], -point[1]]); // the tip must not jump to the pointer
  canvas.drag = { index, point, offset, id: event.pointerId, moved: false };
  canvas.svg.setPointerCapture(event.pointerId);
  if (locked) return;
  canvas.tips[index].focus({ preventScroll: true });
  event.preventDefault();
}

function move(canvas, event) {
  const { drag } = canvas;
  const point = pointerAt(canvas, event);
  if (canvas.touches.has(event.pointerId)) pinch(canvas, event.pointerId, point);
  if (drag?.id !== event.pointerId || (!drag.moved && distance(point, drag.point) < CLICK_SLACK)) return;
  drag.moved = true;
  if (canvas.data.locked) return;
  canvas.held.add(drag.index);
  const step = snapStep(canvas, event, 0.01);
  const units = toUnits(canvas, plus(point, drag.offset));
  canvas.vectors[drag.index] = units.map((value) => withoutNoise(Math.round(value / step) * step));
  requestDraw(canvas);
}

function pinch(canvas, id, point) {
  const { touches } = canvas;
  const spread = () => Math.max(distance(...touches.values()), 1);
  const before = touches.size === 2 && spread();
  touches.set(id, point);
  if (before) zoom(canvas, before / spread());
}

function release(canvas, event) {
  canvas.touches.delete(event.pointerId);
  const { drag, held } = canvas;
  if (drag?.id !== event.pointerId) return;
  canvas.drag = null;
  if (event.type === "pointercancel") {
    held.clear();
    adopt(canvas); // back to where Python has it
  } else if (!drag.moved) tap(canvas, drag.index);
  else if (held.size) commit(canvas);
  requestDraw(canvas);
}

function pressKey(canvas, event) {
  const index = canvas.tips.indexOf(event.target);
  if (index < 0 || event.ctrlKey || event.metaKey) return;
  if (event.key === "Enter" || event.key === " ") tap(canvas, index);
  else if (event.key in ARROW_KEYS && !canvas.drag) step(canvas, index, event);
  else return;
  event.preventDefault(); // neither scroll the page nor, with Alt, go back in the history
}

/** To the next point of the grid in the key's direction: from a typed 3.14 a key goes to 3.5 or to 3. */
function step(canvas, index, event) {
  const [axis, sign] = ARROW_KEYS[event.key];
  const size = snapStep(canvas, event, 0.1);
  const count = Math.floor((sign * canvas.vectors[index][axis]) / size + 1e-6) + 1;
  canvas.vectors[index][axis] = withoutNoise(sign * count * size);
  canvas.held.add(index);
  clearTimeout(canvas.timer);
  canvas.timer = setTimeout(commit, KEY_PAUSE, canvas);
  requestDraw(canvas);
}

function turnWheel(canvas, event) {
  if (!event.ctrlKey && !event.metaKey) return; // the plain wheel scrolls the page
  event.preventDefault();
  zoom(canvas, 1.002 ** clamp(event.deltaY, -100, 100));
}

/** touch-action on parts of an SVG is not obeyed by every browser. */
const holdPage = ({ data }, event) => !data.locked && event.target.closest(".tip") && event.preventDefault();

// ------------------------------------------------------------------------------------------------------- drawing

const polar = (angle, length) => [length * Math.cos(angle), -length * Math.sin(angle)]; // pixels grow downwards
const line = ([x1, y1], [x2, y2], kind) => node("line", { x1, y1, x2, y2, class: kind });
const shape = (name, points, kind) => node(name, { points: points.join(" "), class: kind });

function node(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function arrow(canvas, vector, kind) {
  const [tip, angle] = [toPixels(canvas, vector), heading(vector)];
  const length = Math.hypot(...tip);
  const head = Math.min(kind === "ghost" ? 10 : 16, 0.7 * length);
  const neck = polar(angle, length - head);
  const wings = [1, -1].map((side) => plus(neck, polar(angle + Math.PI / 2, side * 0.4 * head)));
  const parts = length < 1 ? [node("circle", { r: 4 })]
    : [line([0, 0], neck, "shaft"), shape("polygon", [tip, ...wings], "head")];
  return node("g", { class: `arrow ${kind}` }, ...parts);
}

/** Put a text where it covers least: a line costs one, another text ten; earlier places are the better ones. */
function place({ reach, taken }, text, kind, fontSize, places) {
  const [width, height] = [text.length * fontSize * 0.52, fontSize * 1.1];
  const inside = (value, length) => clamp(value, length / 2 + 4 - reach, reach - length / 2 - 4);
  const overlaps = (box) => (other) =>
    2 * Math.abs(box.x - other.x) < width + other.width && 2 * Math.abs(box.y - other.y) < height + other.height;
  const cost = (box) => taken.filter(overlaps(box)).reduce((sum, other) => sum + other.cost, 0);
  const boxes = places(width / 2, height / 2).map(([x, y]) =>
    ({ x: inside(x, width), y: inside(y, height), width, height, cost: 10 }));
  const costs = boxes.map(cost);
  const best = boxes[costs.indexOf(Math.min(...costs))];
  taken.push(best);
  return node("text", { x: best.x, y: best.y, class: kind, "font-size": fontSize }, text);
}

/** Where the inner product with the first vector is positive, and where it is negative. */
function halfPlanes({ reach }, angle) {
  const [left, right] = [polar(angle + Math.PI / 2, 3 * reach), polar(angle - Math.PI / 2, 3 * reach)];
  const beyond = (length) => [left, right, plus(right, polar(angle, length)), plus(left, polar(angle, length))];
  return [shape("polygon", beyond(3 * reach), "half-plane product"),
    shape("polygon", beyond(-3 * reach), "half-plane negative"), line(left, right, "divide")];
}

function signs(scene, angle) {
  const places = (length) => () => [0.5, -0.5, 0.9, -0.9, 0.2, -0.2].map((turn) => polar(angle + turn, length));
  return [place(scene, "+", "sign product", 28, places(0.9 * scene.reach)),
    place(scene, "−", "sign negative", 28, places(-0.9 * scene.reach))];
}

function angleMark(scene, angle, degrees, shorter) {
  const turn = (degrees * Math.PI) / 180;
  const right = Math.abs(degrees) === 90;
  const radius = right ? 16 : clamp(0.4 * shorter, 20, 50);
  const [from, to] = [polar(angle, radius), polar(angle + turn, radius)];
  const mark = right ? shape("polyline", [from, plus(from, to), to], "arc")
    : node("path", { class: "arc", d: `M${from}A${radius} ${radius} 0 0 ${turn > 0 ? 0 : 1} ${to}` });
  const outside = turn < 0 ? -0.6 : 0.6;
  const inside = [24, 34, 44, 56].flatMap((more) => [0.5, 0.4, 0.6].map((share) => [share * turn, more]));
  const narrow = Math.abs(turn) < 0.6 ? [[turn + outside, 24], [-outside, 24]] : []; // has no room for its number
  const places = [...inside, ...narrow];
  return [mark, place(scene, printAngle(degrees), "degrees", 15,
    () => places.map(([away, more]) => polar(angle + away, radius + more)))];
}

function label(scene, canvas, index) {
  const [colour, vector] = [colourOf(canvas, index), canvas.vectors[index]];
  const shown = colour !== "other" || canvas.drag?.index === index;
  const coordinates = vector.map((value) => number(value)).join(", ");
  const outward = heading(vector) ?? -2.4;
  const places = (width, height) => [0, 0.6, -0.6, 1.2, -1.2, 1.9, -1.9, Math.PI].map((turn) => {
    const [x, y] = polar(outward + turn, 1);
    return plus(toPixels(canvas, vector), [x * (width + 16), y * (height + 16)]);
  });
  return place(scene, canvas.data.names[index] + (shown ? ` (${coordinates})` : ""), `name ${colour}`, 16, places);
}

function drawGrid(canvas) {
  const { reach, half } = canvas;
  const tick = tickStep(canvas);
  const count = Math.floor(half / tick);
  const text = (n) => number(withoutNoise(n * tick));
  const widest = text(-count).length * 7 + 10;
  const stride = Math.ceil(widest / ((tick / half) * reach)); // leave numbers out rather than let them touch
  const [lines, texts] = [[], []];
  for (let n = -count; n <= count; n += 1) {
    const at = (n * tick / half) * reach;
    const [kind, put] = n ? ["thin", "unshift"] : ["axis", "push"]; // the axes lie over the grid
    lines[put](line([at, -reach], [at, reach], kind), line([-reach, at], [reach, at], kind));
    if (n && n % stride === 0 && Math.abs(at) < reach - widest / 2) texts.push(node("text", { x: at, y: 13 }, text(n)));
    if (n && Math.abs(at) < reach - 8) texts.push(node("text", { x: -7, y: -at, class: "upright" }, text(n)));
  }
  canvas.layers.grid.replaceChildren(...lines, ...texts);
}

const colourOf = ({ data: { chosen: [i, j] } }, index) => (index === i ? "first" : index === j ? "second" : "other");

function drawArrows(canvas) {
  const { data: { mode, chosen: [i, j], ghosts, parallelogram }, vectors, reach, layers } = canvas;
  const points = vectors.map((vector) => toPixels(canvas, vector));
  const [a, b, angle] = [points[i], points[j], heading(vectors[i])];
  const degrees = i === j ? null : angleBetween(vectors[i], vectors[j]);
  const segments = points.map((point) => [[0, 0], point]);
  const scene = { reach, taken: points.map(([x, y]) => ({ x, y, width: 16, height: 16, cost: 1 })) }; // the tips
  const [back, front] = [[], []];
  if (mode === "pair" && angle !== null) back.push(...halfPlanes(scene, angle));
  if (mode === "pair" && degrees !== null) {
    const foot = polar(angle, Math.hypot(...b) * Math.cos((degrees * Math.PI) / 180));
    back.push(line([0, 0], foot, `foot ${signOf(90 - Math.abs(degrees))}`), line(b, foot, "perpendicular"));
    segments.push([[0, 0], foot], [b, foot]);
  }
  if (parallelogram && degrees !== null)
    back.push(shape("polygon", [[0, 0], a, plus(a, b), b], "parallelogram product"));
  for (const [[x, y], end] of segments) // for the texts a line is a row of small boxes
    for (let n = 0; n <= 1; n += 1 / 16)
      scene.taken.push({ x: x + (end[0] - x) * n, y: y + (end[1] - y) * n, width: 6, height: 6, cost: 1 });
  const rank = (index) => Number(index === i || index === j);
  const order = [...vectors.keys()].sort((one, other) => rank(one) - rank(other)); // the pair on top
  front.push(...ghosts.map((ghost) => arrow(canvas, ghost, "ghost")));
  front.push(...order.map((index) => arrow(canvas, vectors[index], colourOf(canvas, index))));
  front.push(...order.reverse().map((index) => label(scene, canvas, index)));
  if (mode === "pair" && degrees !== null)
    front.push(...angleMark(scene, angle, degrees, Math.min(Math.hypot(...a), Math.hypot(...b))));
  if (mode === "pair" && angle !== null) front.push(...signs(scene, angle));
  layers.shade.replaceChildren(...back);
  layers.arrows.replaceChildren(...front);
}

/** The tips are kept, not drawn anew: they hold the focus. */
function moveTips(canvas) {
  const { data, vectors, tips, layers } = canvas;
  while (tips.length > vectors.length) tips.pop().remove();
  const points = vectors.map((vector) => toPixels(canvas, vector));
  vectors.forEach((vector, index) => {
    const tip = (tips[index] ??= layers.tips.appendChild(newTip(index)));
    const covers = points.slice(0, index).some((other) => distance(other, points[index]) < 3);
    const twice = data.chosen.every((one) => one === index);
    tip.setAttribute("class", `tip ${colourOf(canvas, index)} ${twice ? "twice" : ""}`);
    tip.setAttribute("transform", `translate(${points[index]})`);
    tip.lastChild.setAttribute("r", covers ? 17 : twice ? 14 : 11);
    const [x, y] = vector.map((value) => number(value));
    const spoken = { tabindex: 0, role: "slider", "aria-valuenow": vector[0], "aria-valuetext": `${x}, ${y}`,
      "aria-label": fillIn(data.words.tip, { name: data.names[index], x, y }) };
    for (const [name, value] of Object.entries(spoken))
      if (data.locked) tip.removeAttribute(name);
      else tip.setAttribute(name, value);
  });
}

const newTip = (index) => node("g", { "data-index": index },
  node("circle", { class: "hit", r: HIT_RADIUS }), node("circle", { class: "handle" }));

const fillIn = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

const signOf = (value) => (value < 0 ? "negative" : "product"); // what two make together: violet, below zero green

/** The sum with the numbers as they are printed. Where those are rounded, the value is still that of the vectors
 *  themselves: a common turn must not seem to change it. */
function readOut({ data: { chosen: [i, j], mode, names, words }, vectors, root }) {
  const second = i === j ? "first" : "second";
  const [a, b] = [vectors[i], vectors[j]];
  const sum = withoutNoise(a[0] * b[0] + a[1] * b[1]);
  const result = [number(sum, 6), signOf(sum)];
  const times = (axis) => [[factor(a[axis]), "first"], ["·"], [factor(b[axis]), second]];
  const exact = equals(...a, ...b);
  write(root.querySelector(".sum"), [names[i], "first"], ["·"], [names[j], second], [exact], ...times(0), [" + "],
    ...times(1), [exact === " ≈ " || !isExact(sum, 6) ? " ≈ " : " = "], result);
  const degrees = angleBetween(a, b);
  write(root.querySelector(".angle"), [i === j ? "" : `θ = ${degrees === null ? "—" : printAngle(degrees)}`]);
  if (mode === "pair") writeShadow(root.querySelector(".shadow"), words, names, a, degrees, b, result);
}

/** Why the sign of a·b tells the angle: it is the side on which the shadow of b falls, times the length of a. */
function writeShadow(element, words, names, a, degrees, b, result) {
  const along = degrees === null ? 0 : Math.hypot(...b) * Math.cos((degrees * Math.PI) / 180);
  const [shadow, norm] = [Math.abs(degrees) === 90 ? 0 : along, Math.hypot(...a)];
  const side = degrees === null ? "none" : shadow === 0 ? "upright" : shadow > 0 ? "ahead" : "behind";
  const values = { a: [names[0], "first"], b: [names[1], "second"], shadow: [number(shadow), signOf(shadow)],
    product: [[number(norm), "first"], ["·"], [factor(shadow), signOf(shadow)], [equals(norm, shadow)], result] };
  const parts = words[`shadow_${side}`].split(/\{(\w+)\}/).map((part, n) => (n % 2 ? values[part] : [part]));
  write(element, ...parts.flatMap((part) => (Array.isArray(part[0]) ? part : [part])));
}

function write(element, ...parts) {
  element.replaceChildren(...parts.map(([text, kind]) =>
    kind ? Object.assign(document.createElement("b"), { textContent: text, className: kind }) : text));
}

const requestDraw = (canvas) => { canvas.frame ||= requestAnimationFrame((now) => draw(canvas, now)); };

function draw(canvas, now) {
  const { svg, root } = canvas;
  canvas.frame = 0;
  canvas.reach = svg.clientWidth / 2 / canvas.scale;
  if (!canvas.reach) return; // hidden: the size observer will ask again
  // in pixels: text keeps its size, or on a projector is larger by the scale
  svg.setAttribute("viewBox", [-1, -1, 2, 2].map((part) => part * canvas.reach));
  root.classList.toggle("dragging", Boolean(canvas.drag));
  for (const part of [drawGrid, drawArrows, moveTips, readOut]) part(canvas);
  if (canvas.drag?.moved) window.__vectorCanvasFrames = [...(window.__vectorCanvasFrames ?? []).slice(-599), now];
}

// ----------------------------------------------------------------------------------------------------- beginning

function mount(parentElement, data) {
  const root = parentElement.querySelector(".canvas");
  const svg = root.querySelector(".plane");
  const layers = Object.fromEntries([...svg.children].map((layer) => [layer.classList[0], layer]));
  const canvas = { root, svg, layers, data, sequence: data.sequence, vectors: [], tips: [], scale: 1 };
  Object.assign(canvas, { drag: null, timer: 0, held: new Set(), touches: new Map() }); // held: indices being moved
  const handlers = { pointerdown: press, pointermove: move, pointerup: release, pointercancel: release,
    keydown: pressKey, focusout: commitKeys, touchstart: holdPage, wheel: turnWheel };
  for (const [type, handler] of Object.entries(handlers))
    svg.addEventListener(type, (event) => handler(canvas, event), { passive: false });
  const actions = { zoom_out: () => zoom(canvas, 1.5), zoom_in: () => zoom(canvas, 1 / 1.5), fit: () => fit(canvas) };
  for (const [name, action] of Object.entries(actions)) root.querySelector(`.${name}`).onclick = action;
  canvas.observer = new ResizeObserver(() => {
    canvas.scale = Number(getComputedStyle(svg).getPropertyValue("--gramlab-canvas-scale")) || 1;
    requestDraw(canvas);
  });
  canvas.observer.observe(svg);
  return canvas;
}

/** Colours and words follow the theme and the language. */
function dress({ data: { words, colours, locked, mode }, root, svg }) {
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
  root.classList.toggle("locked", locked);
  root.classList.toggle("pair", mode === "pair");
  svg.setAttribute("aria-label", words.canvas);
  for (const button of root.querySelectorAll("button")) {
    button.title = words[button.className];
    button.setAttribute("aria-label", button.title);
  }
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!canvases.has(parentElement)) canvases.set(parentElement, mount(parentElement, data));
  const canvas = canvases.get(parentElement);
  Object.assign(canvas, { data, setStateValue, setTriggerValue });
  dress(canvas);
  adopt(canvas);
  requestDraw(canvas);
  return () => {
    if (canvas.svg.isConnected) return; // called for a run that a newer one has overtaken: the canvas goes on
    canvas.observer.disconnect();
    cancelAnimationFrame(canvas.frame);
    clearTimeout(canvas.timer);
    canvases.delete(parentElement);
  };
}
