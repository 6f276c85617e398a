// The plane of lessons 1 and 2: arrows that are dragged in the browser and sent to Python when they are let go.
//
// Python owns the vectors. Nothing is sent or taken while an arrow is held. Each commit carries a sequence number, and
// vectors from Python are adopted only once Python has seen our last commit: a late echo never pulls an arrow back.
// Streamlit calls the default export again whenever the data or the theme change, so what must last is in `canvases`.

const canvases = new WeakMap(); // parentElement (a ShadowRoot) → the state of its canvas
const HIT_RADIUS = 22; // pixels; a finger needs 44 across
const CLICK_SLACK = 4; // pixels that a hand may tremble before a click becomes a drag
const KEY_PAUSE = 200; // milliseconds without a key before the new vector is committed
const ARROW_KEYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1] }; // axis, sign

// ---------------------------------------------------------------------------------------------------- numbers

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const withoutNoise = (value) => Number(value.toPrecision(12)) + 0; // 0.30000000000000004 → 0.3, −0 → 0

/** The value as it is printed: some decimals, or one digit more than that where the decimals would say nothing. */
function rounded(value, decimals = 2) {
  const plain = Math.abs(value) >= 10 ** (1 - decimals) && Math.abs(value) < 1e6;
  return Number(plain ? value.toFixed(decimals) : value.toPrecision(decimals + 1)) + 0;
}

function print(value, scientific = Math.abs(value) >= 1e6 || Math.abs(value) < 1e-3) {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0 || !scientific) return String(value).replace("-", "−");
  const [mantissa, exponent] = value.toExponential().split("e");
  const raised = exponent.replace("+", "").replace(/./g, (digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]));
  return `${mantissa.replace("-", "−")}×10${raised}`;
}

/** Length one, computed without overflow for coordinates up to 1e±150; null for the zero vector. */
function direction([x, y]) {
  const size = Math.max(Math.abs(x), Math.abs(y));
  const length = Math.hypot(x / size, y / size);
  return size === 0 ? null : [x / size / length, y / size / length];
}

/** Signed angle from a to b in degrees, at most 180 either way; null when one of them has no direction. */
function angleBetween(a, b) {
  const [u, v] = [direction(a), direction(b)];
  if (!u || !v) return null;
  const [cosine, sine] = [u[0] * v[0] + u[1] * v[1], u[0] * v[1] - u[1] * v[0]];
  if (Math.abs(cosine) < 1e-12) return sine > 0 ? 90 : -90;
  return (Math.atan2(Math.abs(sine) < 1e-12 ? 0 : sine, cosine) * 180) / Math.PI;
}

/** One decimal unless the angle is a whole number: 90.0° is nearly right, 90° is. */
function printAngle(degrees) {
  const [size, whole] = [Math.abs(degrees), Math.round(Math.abs(degrees))];
  return `${Math.abs(size - whole) < 1e-9 ? whole : size.toFixed(1)}°`;
}

// ------------------------------------------------------------------------------------------------------- view

/** `half` is the number of units from the origin to the border, the same on both axes. */
const toPixels = ({ size, half }, [x, y]) => [(size / 2) * (1 + x / half), (size / 2) * (1 - y / half)];
const toUnits = ({ size, half }, [x, y]) => [(x / (size / 2) - 1) * half, (1 - y / (size / 2)) * half];
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
  if (tick < 0.5 || tick > 5) return fine ? tick / 100 : tick / 10;
  return fine ? fineStep : 0.5;
}

// ------------------------------------------------------------------------------------------------ with Python

function commit(canvas) {
  clearTimeout(canvas.timer);
  canvas.timer = 0;
  canvas.sequence += 1;
  if (needsFit(canvas)) fit(canvas);
  canvas.setStateValue("committed", { vectors: canvas.vectors, sequence: canvas.sequence });
}

/** Keys are committed after a pause, or at once when something else begins. */
const commitKeys = (canvas) => canvas.timer && commit(canvas);

function adopt(canvas) {
  const { data, vectors } = canvas;
  const busy = canvas.drag || canvas.timer || data.sequence !== canvas.sequence;
  if (busy && data.vectors.length === vectors.length) return; // another number of vectors cannot wait
  clearTimeout(canvas.timer);
  const arrived = JSON.stringify([data.vectors, data.ghosts]);
  const changed = arrived !== canvas.arrived; // when nothing did, a person's own zoom stays
  Object.assign(canvas, { vectors: data.vectors.map((vector) => [...vector]), arrived, drag: null, timer: 0 });
  if (!canvas.half || (changed && needsFit(canvas))) fit(canvas);
}

const tap = (canvas, index) => canvas.data.mode === "family" && canvas.setTriggerValue("tapped", index);

// --------------------------------------------------------------------------------------------- hands and keys

const distance = (p, q) => Math.hypot(p[0] - q[0], p[1] - q[1]);

function pointerAt(canvas, event) {
  const box = canvas.svg.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top].map((value) => (value * canvas.size) / box.width);
}

/** The tip under the finger; of several the nearest, of two on one spot the upper, which has the wider handle. */
function tipAt(canvas, point) {
  let best = { index: -1, away: HIT_RADIUS };
  canvas.vectors.forEach((vector, index) => {
    const away = distance(toPixels(canvas, vector), point);
    if (away <= best.away) best = { index, away };
  });
  return best.index;
}

function press(canvas, event) {
  const point = pointerAt(canvas, event);
  const index = tipAt(canvas, point);
  const { locked } = canvas.data;
  if (event.pointerType === "touch" && (index < 0 || locked)) canvas.touches.set(event.pointerId, point);
  if (event.button !== 0 || index < 0 || canvas.drag) return;
  commitKeys(canvas);
  const tip = toPixels(canvas, canvas.vectors[index]);
  const offset = [tip[0] - point[0], tip[1] - point[1]]; // the tip must not jump to the pointer
  canvas.drag = { index, point, offset, id: event.pointerId, before: canvas.vectors[index], moved: false };
  canvas.svg.setPointerCapture(event.pointerId);
  if (locked) return;
  canvas.tips[index].focus({ preventScroll: true });
  event.preventDefault();
}

function move(canvas, event) {
  const { drag, data } = canvas;
  const point = pointerAt(canvas, event);
  if (canvas.touches.has(event.pointerId)) pinch(canvas, event.pointerId, point);
  if (drag?.id !== event.pointerId || (!drag.moved && distance(point, drag.point) < CLICK_SLACK)) return;
  drag.moved = true;
  if (data.locked) return;
  const step = snapStep(canvas, event, 0.01);
  const units = toUnits(canvas, [point[0] + drag.offset[0], point[1] + drag.offset[1]]);
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
  const { drag, vectors } = canvas;
  if (drag?.id !== event.pointerId) return;
  canvas.drag = null;
  if (event.type === "pointercancel") vectors[drag.index] = drag.before;
  else if (!drag.moved) tap(canvas, drag.index);
  else if (String(vectors[drag.index]) !== String(drag.before)) commit(canvas);
  adopt(canvas); // what Python sent meanwhile, unless we have just sent something newer
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
  const vector = [...canvas.vectors[index]];
  vector[axis] = withoutNoise(sign * (Math.floor((sign * vector[axis]) / size + 1e-6) + 1) * size);
  canvas.vectors[index] = vector;
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

// ---------------------------------------------------------------------------------------------------- drawing

function node(name, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

const line = ([x1, y1], [x2, y2], kind = "") => node("line", { x1, y1, x2, y2, class: kind });
const shape = (name, points, kind) => node(name, { points: points.join(" "), class: kind });
const along = ([x, y], [dx, dy], length) => [x + dx * length, y + dy * length];
const turned = ([x, y], angle) =>
  [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)];

function arrow(from, to, kind) {
  const group = node("g", { class: `arrow ${kind}` });
  const length = distance(from, to);
  const unit = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const head = Math.min(kind === "ghost" ? 10 : 16, 0.7 * length);
  const [neck, side] = [along(to, unit, -head), [-unit[1], unit[0]]];
  if (length < 1) group.append(node("circle", { cx: to[0], cy: to[1], r: 4 }));
  else group.append(line(from, neck), shape("polygon", [to, along(neck, side, 0.4 * head), along(neck, side, -0.4 * head)]));
  return group;
}

/** Put a text where it covers least: a line costs one, another text ten; earlier places are the better ones. */
function place(scene, text, kind, fontSize, places) {
  const [width, height] = [text.length * fontSize * 0.52, fontSize * 1.1];
  const inside = (value, reach) => clamp(value, reach + 4, scene.size - reach - 4);
  const overlaps = (a, b) => 2 * Math.abs(a.x - b.x) < a.width + b.width && 2 * Math.abs(a.y - b.y) < a.height + b.height;
  const best = places.map((at) => {
    const [x, y] = at(width / 2, height / 2);
    const box = { x: inside(x, width / 2), y: inside(y, height / 2), width, height, cost: 10 };
    const covered = scene.taken.reduce((sum, other) => sum + (overlaps(box, other) ? other.cost : 0), 0);
    return { box, covered };
  }).reduce((least, other) => (other.covered < least.covered ? other : least)).box;
  scene.taken.push(best);
  return node("text", { x: best.x, y: best.y, class: kind, "font-size": fontSize }, text);
}

/** Where the inner product with the first vector is positive, and where it is negative. */
function halfPlanes({ origin, size, unit }) {
  const side = turned(unit, Math.PI / 2);
  const [left, right] = [along(origin, side, 2 * size), along(origin, side, -2 * size)];
  const beyond = (reach) => [left, right, along(right, unit, reach), along(left, unit, reach)];
  return [shape("polygon", beyond(2 * size), "half-plane product"),
    shape("polygon", beyond(-2 * size), "half-plane negative"), line(left, right, "divide")];
}

function signs(scene) {
  const put = (text, kind, reach) => place(scene, text, `sign ${kind}`, 28, [0.5, -0.5, 0.9, -0.9, 0.2, -0.2].map(
    (angle) => () => along(scene.origin, turned(scene.unit, angle), reach)));
  return [put("+", "product", 0.45 * scene.size), put("−", "negative", -0.45 * scene.size)];
}

function projection({ origin, pair: [, tip], unit }) {
  const reach = (tip[0] - origin[0]) * unit[0] + (tip[1] - origin[1]) * unit[1];
  const foot = along(origin, unit, reach);
  return [line(origin, foot, "foot product"), line(tip, foot, "perpendicular")];
}

function angleMark(scene, degrees) {
  const { origin, pair, unit } = scene;
  const turn = (-degrees * Math.PI) / 180; // the picture's y grows downwards
  const right = Math.abs(degrees) === 90;
  const radius = right ? 16 : clamp(0.4 * Math.min(...pair.map((tip) => distance(origin, tip))), 20, 50);
  const [from, to] = [along(origin, unit, radius), along(origin, turned(unit, turn), radius)];
  const mark = right ? shape("polyline", [from, along(to, unit, radius), to], "arc")
    : node("path", { class: "arc", d: `M${from}A${radius} ${radius} 0 0 ${turn > 0 ? 1 : 0} ${to}` });
  const outside = 0.6 * Math.sign(turn || 1); // for an angle too narrow to hold its number
  const places = [[turn / 2, 24], [turn / 2, 40], [turn / 2, 56], [turn + outside, 24], [-outside, 24]];
  return [mark, place(scene, printAngle(degrees), "degrees", 15,
    places.map(([angle, more]) => () => along(origin, turned(unit, angle), radius + more)))];
}

function label(scene, index) {
  const { canvas, points, origin } = scene;
  const [colour, tip] = [colourOf(canvas, index), points[index]];
  const shown = colour !== "other" || canvas.drag?.index === index;
  const coordinates = canvas.vectors[index].map((value) => print(rounded(value))).join(", ");
  const outward = direction([tip[0] - origin[0], tip[1] - origin[1]]) ?? [-0.7, 0.7];
  const places = [0, 0.6, -0.6, 1.2, -1.2, 1.9, -1.9, Math.PI].map((angle) => (reachX, reachY) => {
    const [x, y] = turned(outward, angle);
    return [tip[0] + x * (reachX + 16), tip[1] + y * (reachY + 16)];
  });
  return place(scene, canvas.data.names[index] + (shown ? ` (${coordinates})` : ""), `name ${colour}`, 16, places);
}

function drawGrid(canvas) {
  const { size, half } = canvas;
  const tick = tickStep(canvas);
  const count = Math.floor(half / tick);
  const text = (n) => print(withoutNoise(n * tick), half >= 1e5 || tick < 1e-3);
  const widest = text(-count).length * 7 + 10;
  const stride = Math.ceil(widest / ((tick / half) * (size / 2))); // leave numbers out rather than let them touch
  const [lines, texts] = [[], []];
  for (let n = -count; n <= count; n += 1) {
    const [x, y] = toPixels(canvas, [n * tick, n * tick]);
    const [kind, put] = n ? ["", "unshift"] : ["axis", "push"]; // the axes lie over the grid
    lines[put](line([x, 0], [x, size], kind), line([0, y], [size, y], kind));
    if (n && n % stride === 0 && x > widest / 2 && x < size - widest / 2)
      texts.push(node("text", { x, y: size / 2 + 13 }, text(n)));
    if (n && y > 8 && y < size - 8) texts.push(node("text", { x: size / 2 - 7, y, class: "upright" }, text(n)));
  }
  canvas.layers.grid.replaceChildren(...lines, ...texts);
}

const colourOf = ({ data: { chosen: [i, j] } }, index) => (index === i ? "first" : index === j ? "second" : "other");

function drawArrows(canvas) {
  const { data, vectors, size, layers } = canvas;
  const [i, j] = data.chosen;
  const origin = [size / 2, size / 2];
  const points = vectors.map((vector) => toPixels(canvas, vector));
  const taken = points.flatMap(([x, y]) => Array.from({ length: 16 }, (_, n) => // the arrows, as small boxes
    ({ x: origin[0] + ((x - origin[0]) * n) / 15, y: origin[1] + ((y - origin[1]) * n) / 15, width: 6, height: 6, cost: 1 })));
  const unit = direction(vectors[i]);
  const scene = { canvas, size, origin, points, taken, pair: [points[i], points[j]], unit: unit && [unit[0], -unit[1]] };
  const degrees = i === j ? null : angleBetween(vectors[i], vectors[j]);
  const [pairMode, measured] = [data.mode === "pair", degrees !== null];
  const order = [...vectors.keys()].sort((a, b) => data.chosen.includes(a) - data.chosen.includes(b)); // the pair on top
  const [back, front] = [[], []];
  if (pairMode && unit) back.push(...halfPlanes(scene));
  if (pairMode && measured) back.push(...projection(scene));
  if (data.parallelogram && measured) {
    const far = along(points[i], [points[j][0] - origin[0], points[j][1] - origin[1]], 1);
    back.push(shape("polygon", [origin, points[i], far, points[j]], "parallelogram product"));
  }
  for (const ghost of data.ghosts) front.push(arrow(origin, toPixels(canvas, ghost), "ghost"));
  for (const index of order) front.push(arrow(origin, points[index], colourOf(canvas, index)));
  for (const index of order.reverse()) front.push(label(scene, index));
  if (pairMode && measured) front.push(...angleMark(scene, degrees));
  if (pairMode && unit) front.push(...signs(scene));
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
    const [x, y] = vector.map((value) => print(rounded(value)));
    const spoken = { tabindex: 0, role: "slider", "aria-valuenow": vector[0], "aria-valuetext": `${x}, ${y}`,
      "aria-label": fillIn(data.words.tip, { name: data.names[index], x, y }) };
    for (const [name, value] of Object.entries(spoken))
      if (data.locked) tip.removeAttribute(name);
      else tip.setAttribute(name, value);
  });
}

const fillIn = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

function newTip(index) {
  const tip = node("g", { "data-index": index });
  tip.append(node("circle", { class: "hit", r: HIT_RADIUS }), node("circle", { class: "handle" }));
  return tip;
}

/** The sum with the numbers as they are printed, so that it comes out when one works it out by hand. */
function readOut({ data, vectors, root }) {
  const [i, j] = data.chosen;
  const second = i === j ? "first" : "second";
  const [a, b] = [vectors[i], vectors[j]].map((vector) => vector.map((value) => rounded(value)));
  const sum = withoutNoise(a[0] * b[0] + a[1] * b[1]);
  const result = rounded(sum, 4);
  const equals = (shown, meant) => [String(shown) === String(meant) ? " = " : " ≈ "];
  const number = (value, kind) => [value < 0 ? `(${print(value)})` : print(value), kind];
  const times = (axis) => [number(a[axis], "first"), ["·"], number(b[axis], second)];
  write(root.querySelector(".sum"), [data.names[i], "first"], ["·"], [data.names[j], second],
    equals([a, b], [vectors[i], vectors[j]]), ...times(0), [" + "], ...times(1), equals(result, sum), [print(result), "product"]);
  const degrees = angleBetween(vectors[i], vectors[j]);
  write(root.querySelector(".angle"), [i === j ? "" : `θ = ${degrees === null ? "—" : printAngle(degrees)}`]);
}

function write(element, ...parts) {
  element.replaceChildren(...parts.map(([text, kind]) =>
    kind ? Object.assign(document.createElement("b"), { textContent: text, className: kind }) : text));
}

const requestDraw = (canvas) => { canvas.frame ||= requestAnimationFrame((now) => draw(canvas, now)); };

function draw(canvas, now) {
  canvas.frame = 0;
  canvas.size = canvas.svg.clientWidth;
  if (!canvas.size) return; // hidden: the size observer will ask again
  canvas.svg.setAttribute("viewBox", `0 0 ${canvas.size} ${canvas.size}`); // in pixels, so that text keeps its size
  canvas.root.classList.toggle("dragging", Boolean(canvas.drag));
  drawGrid(canvas);
  drawArrows(canvas);
  moveTips(canvas);
  readOut(canvas);
  if (canvas.drag?.moved) window.__vectorCanvasFrames = [...(window.__vectorCanvasFrames ?? []).slice(-599), now];
}

// -------------------------------------------------------------------------------------------------- beginning

function mount(parentElement, data) {
  const root = parentElement.querySelector(".canvas");
  const svg = root.querySelector(".plane");
  const layers = Object.fromEntries([...svg.children].map((layer) => [layer.classList[0], layer]));
  const canvas = { root, svg, layers, data, sequence: data.sequence, vectors: [], tips: [], touches: new Map() };
  const handlers = { pointerdown: press, pointermove: move, pointerup: release, pointercancel: release,
    keydown: pressKey, focusout: commitKeys, touchstart: holdPage, wheel: turnWheel };
  for (const [type, handler] of Object.entries(handlers))
    svg.addEventListener(type, (event) => handler(canvas, event), { passive: false });
  const actions = { zoom_out: () => zoom(canvas, 1.5), zoom_in: () => zoom(canvas, 1 / 1.5), fit: () => fit(canvas) };
  for (const [name, action] of Object.entries(actions)) root.querySelector(`.${name}`).onclick = action;
  canvas.observer = new ResizeObserver(() => requestDraw(canvas));
  canvas.observer.observe(svg);
  return canvas;
}

/** Colours and words follow the theme and the language. */
function dress({ data: { words, colours, locked }, root, svg }) {
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
  root.classList.toggle("locked", locked);
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
