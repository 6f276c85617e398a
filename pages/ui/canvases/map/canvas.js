// Pictures as points of a plane. They glide to wherever Python puts them; lines lead from each to its nearest.
//
// The weights belong to the person while a slider is held: each move is sent, at most one at a time on the way, and
// weights from Python are adopted only once Python has seen our last ones.
// Streamlit calls the default export again whenever the data or the theme change, so what must last is in `maps`.

const maps = new WeakMap(); // parentElement (a ShadowRoot) → the state of its map
const GLIDE = 90; // milliseconds in which two thirds of the way are done
const PATIENCE = 400; // milliseconds after which an answer counts as lost
const REST = 500; // milliseconds without a move after which the whole page follows, its address bar up to date
const still = matchMedia("(prefers-reduced-motion: reduce)");

const print = (value) => Number(value.toPrecision(2)).toString();
const fillIn = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

function node(name, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

// ------------------------------------------------------------------------------------------------------- weights

function send(map, settled) {
  map.settle ||= settled;
  if (performance.now() - map.sent < PATIENCE && map.data.sequence !== map.sequence) {
    map.waiting = true; // the answer to the last ones will send these
    return;
  }
  map.waiting = false;
  map.sequence += 1;
  map.sent = performance.now();
  map.setStateValue("moved", { value: map.weights, sequence: map.sequence });
  if (map.settle) {
    map.setTriggerValue("settled", map.sequence);
    map.settle = false;
  }
}

function turn(map, index, input) {
  map.weights[index] = Number(input.value);
  if (!map.weights.some((weight) => weight > 0)) { // a mean of nothing is none
    map.weights[index] = Number(input.step);
    input.value = input.step;
  }
  showWeights(map);
  send(map, false);
  clearTimeout(map.rest);
  map.rest = setTimeout(send, REST, map, true);
}

function showWeights(map) {
  [...map.sliders.children].forEach((label, index) => {
    const input = label.querySelector("input");
    if (Number(input.value) !== map.weights[index]) input.value = map.weights[index];
    label.querySelector("output").textContent = print(map.weights[index]);
  });
}

function makeSliders(map) {
  const { data: { layers, words }, sliders } = map;
  if (sliders.dataset.layers !== layers.join()) {
    sliders.dataset.layers = layers.join();
    sliders.replaceChildren(...layers.map((layer, index) => {
      const label = document.createElement("label");
      label.innerHTML = '<span></span><output></output><input type="range" min="0" max="1" step="0.05">';
      label.firstChild.textContent = layer;
      const input = label.lastChild;
      input.addEventListener("input", () => turn(map, index, input));
      return label;
    }));
  }
  [...sliders.children].forEach((label, index) => {
    label.lastChild.setAttribute("aria-label", fillIn(words.weight, { layer: layers[index] }));
    label.lastChild.disabled = !map.data.weighted; // they stay where they are: nothing below may jump
  });
}

// -------------------------------------------------------------------------------------------------------- points

const sideOf = (width) => Math.max(40, Math.min(76, Math.round(width / 9)));

/** From units to pixels: all pictures fit with their whole width, and a map of one spot is not blown up. */
function view(map, width, height) {
  const [low, high] = [Math.min, Math.max].map((most) => [0, 1].map((axis) =>
    most(...map.data.points.map((point) => point[axis]))));
  const middle = low.map((value, axis) => (value + high[axis]) / 2);
  const room = [width, height].map((pixels) => pixels - map.side - 16);
  const scale = Math.min(...room.map((pixels, axis) => pixels / Math.max(0.04, high[axis] - low[axis])));
  return { scale, toPixels: ([x, y]) => [width / 2 + (x - middle[0]) * scale, height / 2 - (y - middle[1]) * scale] };
}

function place(map) {
  const { clientWidth: width, clientHeight: height } = map.plane;
  if (!width) return; // hidden: the size observer will ask again
  map.side = sideOf(width);
  map.plane.style.setProperty("--side", `${map.side}px`);
  const { scale, toPixels } = view(map, width, height);
  map.data.pictures.forEach(({ name }, index) => {
    const thumb = map.thumbs.get(name);
    thumb.target = toPixels(map.data.points[index]);
    thumb.at ??= [...thumb.target]; // one that is new appears in its place
  });
  drawBar(map, scale, width);
  requestMove(map);
}

/** A length that one reads: 0.5, 0.2, 0.1, … whichever is about a quarter of the plane. */
function drawBar(map, scale, width) {
  const unit = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005].find((length) => length * scale < width / 3) ?? 0.005;
  map.root.querySelector(".bar i").style.width = `${unit * scale}px`;
  map.root.querySelector(".bar b").textContent = unit;
}

const requestMove = (map) => { map.frame ||= requestAnimationFrame((now) => step(map, now)); };

function step(map, now) {
  const share = still.matches ? 1 : 1 - Math.exp(-Math.min(now - (map.last ?? now - 16), 50) / GLIDE);
  map.frame = 0;
  map.last = now;
  let moving = false;
  for (const thumb of map.thumbs.values()) {
    if (!thumb.at) continue;
    const away = [thumb.target[0] - thumb.at[0], thumb.target[1] - thumb.at[1]];
    const far = Math.hypot(...away) > 0.3;
    moving ||= far;
    thumb.at = far ? thumb.at.map((value, axis) => value + away[axis] * share) : [...thumb.target];
    const [x, y] = thumb.at.map((value) => value - map.side / 2);
    thumb.button.style.transform = `translate(${x}px, ${y}px)`;
  }
  drawLines(map);
  if (moving) requestMove(map);
  else map.last = undefined;
}

/** Without a chosen picture a line from each to its nearest; with one, lines to all others and their distances. */
function drawLines(map) {
  const { data: { pictures, distances }, thumbs, svg } = map;
  const at = pictures.map(({ name }) => thumbs.get(name).at);
  const chosen = pictures.findIndex(({ name }) => name === map.chosen);
  const line = (i, j, kind) => node("line", { x1: at[i][0], y1: at[i][1], x2: at[j][0], y2: at[j][1], class: kind });
  const [lines, texts] = [[], []];
  distances.forEach((row, i) => {
    if (chosen < 0) {
      const others = row.map((distance, j) => (i === j ? Infinity : distance));
      lines.push(line(i, others.indexOf(Math.min(...others)), "nearest"));
    } else if (i !== chosen) {
      const [x, y] = [0, 1].map((axis) => at[chosen][axis] * 0.4 + at[i][axis] * 0.6);
      lines.push(line(chosen, i, "to"));
      texts.push(node("text", { x, y }, print(distances[chosen][i])));
    }
  });
  svg.replaceChildren(...lines, ...texts);
}

function choose(map, name) {
  map.chosen = name;
  const picture = map.data.pictures.find((each) => each.name === name);
  for (const [each, { button }] of map.thumbs) button.classList.toggle("chosen", each === name);
  map.root.querySelector(".said").textContent = picture ? fillIn(map.data.words.from, picture) : map.data.words.point;
  requestMove(map);
}

function makeThumbs(map) {
  const { data, thumbs, plane } = map;
  const kept = new Set(data.pictures.map(({ name }) => name));
  for (const [name, { button }] of thumbs)
    if (!kept.has(name)) {
      button.remove();
      thumbs.delete(name);
    }
  for (const { name, title, image } of data.pictures) {
    if (!thumbs.has(name)) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "thumb";
      button.append(document.createElement("img"));
      for (const type of ["pointerenter", "focus", "click"]) button.addEventListener(type, () => choose(map, name));
      for (const type of ["pointerleave", "blur"]) button.addEventListener(type, () => choose(map, null));
      plane.append(button);
      thumbs.set(name, { button, at: null, target: [0, 0] });
    }
    const { button } = thumbs.get(name);
    button.dataset.name = name;
    button.setAttribute("aria-label", title);
    Object.assign(button.firstChild, { src: image, alt: "", draggable: false });
  }
  if (!kept.has(map.chosen)) map.chosen = null;
  choose(map, map.chosen);
}

// ----------------------------------------------------------------------------------------------------- beginning

function mount(parentElement, data) {
  const root = parentElement.querySelector(".map");
  const [plane, svg, sliders] = [".plane", "svg", ".weights"].map((part) => root.querySelector(part));
  const map = { root, plane, svg, sliders, data, sequence: data.sequence, weights: [], sent: -PATIENCE, side: 60 };
  Object.assign(map, { thumbs: new Map(), chosen: null, frame: 0, waiting: false, settle: false });
  map.observer = new ResizeObserver(() => place(map));
  map.observer.observe(plane);
  return map;
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!maps.has(parentElement)) maps.set(parentElement, mount(parentElement, data));
  const map = maps.get(parentElement);
  Object.assign(map, { data, setStateValue, setTriggerValue });
  for (const [name, colour] of Object.entries(data.colours)) map.root.style.setProperty(`--${name}`, colour);
  map.root.style.setProperty("--line", data.colours[data.colour]);
  map.plane.setAttribute("aria-label", data.words.map);
  makeSliders(map);
  if (data.sequence === map.sequence && !map.waiting) map.weights = [...data.weights];
  showWeights(map);
  makeThumbs(map);
  place(map);
  if (map.waiting) send(map, false);
  return () => {
    if (map.root.isConnected) return; // called for a run that a newer one has overtaken: the map goes on
    map.observer.disconnect();
    clearTimeout(map.rest);
    cancelAnimationFrame(map.frame);
    maps.delete(parentElement);
  };
}
