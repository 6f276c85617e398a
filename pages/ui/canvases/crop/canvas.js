// A frame on a picture: dragged whole, by its corners, or drawn anew; in per cent of the picture's sides.
//
// Python owns the frame. Nothing is sent while it is held; each commit carries a sequence number, and a frame from
// Python is adopted only once Python has seen our last commit, so that no late echo pulls it back.
// Streamlit calls the default export again whenever the data or the theme change, so what must last is in `frames`.

const frames = new WeakMap(); // parentElement (a ShadowRoot) → the state of its frame
const KEY_PAUSE = 250; // milliseconds without a key before the frame is committed
const CLICK_SLACK = 4; // pixels that a hand may tremble before a click becomes a drag
const ARROW_KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const fillIn = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** The frame [left, top, width, height] moved by whole per cents, within the picture. */
function moved([left, top, width, height], dx, dy) {
  return [clamp(left + dx, 0, 100 - width), clamp(top + dy, 0, 100 - height), width, height];
}

/** The frame with one corner, [0 left or 1 right, 0 top or 1 bottom], at a place. */
function cornerAt(frame, corner, place, smallest) {
  const [low, size] = [[0, 0], [0, 0]];
  for (const axis of [0, 1]) {
    const [start, end] = [frame[axis], frame[axis] + frame[axis + 2]];
    const [from, to] = corner[axis]
      ? [start, clamp(place[axis], start + smallest, 100)]
      : [clamp(place[axis], 0, end - smallest), end];
    [low[axis], size[axis]] = [from, to - from];
  }
  return [...low, ...size];
}

/** The frame between two places, at least as large as the smallest. */
function between(one, other, smallest) {
  const [low, size] = [[0, 0], [0, 0]];
  for (const axis of [0, 1]) {
    const wide = Math.max(Math.abs(other[axis] - one[axis]), smallest);
    low[axis] = clamp(other[axis] < one[axis] ? one[axis] - wide : one[axis], 0, 100 - wide);
    size[axis] = wide;
  }
  return [...low, ...size];
}

function placeOf({ picture }, event) {
  const box = picture.getBoundingClientRect();
  const at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  return at.map((share) => clamp(Math.round(share * 100), 0, 100));
}

const cornerOf = (target) => target.dataset?.corner?.split(",").map(Number);

function commit(state) {
  clearTimeout(state.timer);
  state.timer = 0;
  state.sequence += 1;
  state.setStateValue("committed", { value: state.frame, sequence: state.sequence });
}

function press(state, event) {
  if (event.button !== 0 || state.drag) return;
  const corner = cornerOf(event.target);
  const inside = event.target === state.box;
  if (!corner && !inside && event.pointerType === "touch") return; // a finger beside the frame scrolls; see click
  if (state.timer) commit(state);
  const place = placeOf(state, event);
  state.drag = { corner, inside, place, from: state.frame, id: event.pointerId, x: event.clientX, y: event.clientY };
  state.picture.setPointerCapture(event.pointerId);
  (corner ? event.target : state.box).focus({ preventScroll: true });
  event.preventDefault();
}

function move(state, event) {
  const { drag } = state;
  if (drag?.id !== event.pointerId) return;
  if (!drag.moved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < CLICK_SLACK) return;
  drag.moved = true;
  const place = placeOf(state, event);
  const { smallest } = state.data;
  if (drag.corner) state.frame = cornerAt(drag.from, drag.corner, place, smallest);
  else if (drag.inside) state.frame = moved(drag.from, place[0] - drag.place[0], place[1] - drag.place[1]);
  else state.frame = between(drag.place, place, smallest);
  draw(state);
}

function release(state, event) {
  const { drag } = state;
  if (drag?.id !== event.pointerId) return;
  state.drag = null;
  if (event.type === "pointercancel") state.frame = drag.from;
  else if (drag.moved) commit(state);
  else if (!drag.corner && !drag.inside) bring(state, event);
  draw(state);
}

/** A press beside the frame brings its middle there; by a finger it arrives as a click, once nothing has scrolled. */
function bring(state, event) {
  if (state.frame.join() === "0,0,100,100") return;
  const [, , width, height] = state.frame;
  const [x, y] = placeOf(state, event);
  state.frame = moved([0, 0, width, height], x - Math.round(width / 2), y - Math.round(height / 2));
  commit(state);
  draw(state);
}

const click = (state, event) => event.target === state.image && bring(state, event);

function pressKey(state, event) {
  const step = ARROW_KEYS[event.key];
  if (!step || event.ctrlKey || event.metaKey || state.drag) return;
  event.preventDefault();
  const [dx, dy] = step.map((value) => value * (event.shiftKey ? 1 : 5));
  const corner = cornerOf(event.target);
  const [left, top, width, height] = state.frame;
  const at = corner && [left + corner[0] * width + dx, top + corner[1] * height + dy];
  state.frame = corner ? cornerAt(state.frame, corner, at, state.data.smallest) : moved(state.frame, dx, dy);
  clearTimeout(state.timer);
  state.timer = setTimeout(commit, KEY_PAUSE, state);
  draw(state);
}

function draw(state) {
  const { box, data: { words }, frame, root } = state;
  const [left, top, width, height] = frame;
  Object.assign(box.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
  root.classList.toggle("dragging", Boolean(state.drag?.moved));
  const whole = frame.join() === "0,0,100,100";
  const said = fillIn(whole ? words.all : words.part, { left, top, width, height });
  root.querySelector("output").textContent = said;
  root.querySelector(".whole").style.visibility = whole ? "hidden" : "";
  box.setAttribute("aria-label", `${words.frame} ${said}`);
  for (const corner of box.children) {
    const [right, bottom] = cornerOf(corner);
    const [x, y] = [left + right * width, top + bottom * height];
    corner.setAttribute("aria-valuenow", x);
    corner.setAttribute("aria-valuetext", `${x} %, ${y} %`);
  }
}

function mount(parentElement, data) {
  const root = parentElement.querySelector(".crop");
  const [picture, image, box] = [".picture", "img", ".frame"].map((part) => root.querySelector(part));
  const state = { root, picture, image, box, data, sequence: data.sequence, frame: data.frame, drag: null, timer: 0 };
  const handlers = { pointerdown: press, pointermove: move, pointerup: release, pointercancel: release, click,
    keydown: pressKey };
  for (const [type, handler] of Object.entries(handlers))
    picture.addEventListener(type, (event) => handler(state, event));
  box.addEventListener("focusout", () => state.timer && commit(state));
  root.querySelector(".whole").onclick = () => {
    state.frame = [0, 0, 100, 100];
    commit(state);
    draw(state);
  };
  return state;
}

export default function ({ data, parentElement, setStateValue }) {
  if (!frames.has(parentElement)) frames.set(parentElement, mount(parentElement, data));
  const state = frames.get(parentElement);
  Object.assign(state, { data, setStateValue });
  const { root, image, box } = state;
  for (const [name, colour] of Object.entries(data.colours)) root.style.setProperty(`--${name}`, colour);
  if (image.src !== data.image) image.src = data.image;
  image.alt = data.words.picture;
  root.querySelector(".whole").textContent = data.words.whole;
  for (const corner of box.children) corner.setAttribute("aria-label", data.words.corner);
  if (data.sequence === state.sequence && !state.drag && !state.timer) state.frame = [...data.frame];
  draw(state);
  return () => {
    if (root.isConnected) return; // called for a run that a newer one has overtaken: the frame goes on
    clearTimeout(state.timer);
    frames.delete(parentElement);
  };
}
