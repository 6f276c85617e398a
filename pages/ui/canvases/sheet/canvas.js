// All channels of a layer as a contact sheet, of which only the part in sight is drawn, and one channel enlarged over
// the picture. A choice shows here at once; Python is told, and need not answer.

const WIDEST = 84; // px of a channel on the sheet
const GAP = 8; // px
const NAME = 17; // px for the line below a channel
const KEY_PAUSE = 150; // ms without a key before Python hears of the channel

const views = new WeakMap(); // by parentElement: the function runs again whenever the data change
const choices = new Map(); // outlives the element when another laboratory is shown meanwhile

export default function ({ data, parentElement, setStateValue }) {
  const fresh = !views.has(parentElement);
  if (fresh) views.set(parentElement, mount(parentElement));
  const view = views.get(parentElement);
  view.tellPython = () => setStateValue("choice", { value: view.about.names[view.at] - 1, sequence: Date.now() });
  receive(view, data);
  return () => {
    view.unmount.abort();
    view.resized.disconnect();
    clearTimeout(view.timer);
    views.delete(parentElement);
  };
}

function mount(parent) {
  const find = (selector) => parent.querySelector(selector);
  const view = {
    room: find(".room"), scroller: find(".scroller"), length: find(".length"), sheet: find(".channels"),
    enlarged: find(".enlarged"), caption: find("figcaption"), spoken: find(".spoken"),
    picture: new Image(), unmount: new AbortController(),
  };
  view.resized = new ResizeObserver(() => refresh(view));
  view.resized.observe(view.room);
  listen(view);
  return view;
}

function receive(view, data) {
  // four bytes: the length of the JSON that follows; then one byte per number, channel by channel
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  view.about = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  view.values = data.subarray(4 + length);
  view.small = new Map(); // channels drawn so far
  const { wish, names, image, words } = view.about;
  if (choices.get("count") !== wish.count) choices.set("count", wish.count).set("channel", wish.value);
  view.at = Math.max(0, names.indexOf(choices.get("channel") + 1));
  view.scroller.setAttribute("aria-label", `${fill(words.label, { count: names.length })} ${words.keys}`);
  if (view.picture.src !== image) {
    view.picture.onload = () => enlarge(view);
    view.picture.src = image;
  }
  enlarge(view);
  refresh(view);
}

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** A channel as a picture of one pixel per number: its colour over the paper's, or as a veil over a picture. */
function pixels({ about, values }, at, colour, paper) {
  const { width, height } = about;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const image = new ImageData(width, height);
  const start = at * width * height;
  for (let k = 0; k < width * height; k++) {
    const share = values[start + k] / 255;
    for (let c = 0; c < 3; c++) image.data[4 * k + c] = paper ? paper[c] + (colour[c] - paper[c]) * share : colour[c];
    image.data[4 * k + 3] = paper ? 255 : 255 * share;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

function enlarge(view) {
  const { about, enlarged, picture, at, caption } = view;
  const [width, height] = about.aspect;
  const factor = Math.min(1, 640 / Math.max(width, height)) * Math.min(2, window.devicePixelRatio);
  Object.assign(enlarged, { width: Math.round(width * factor), height: Math.round(height * factor) });
  const context = enlarged.getContext("2d");
  if (picture.complete && picture.naturalWidth) context.drawImage(picture, 0, 0, enlarged.width, enlarged.height);
  context.imageSmoothingEnabled = false; // its numbers, as coarse as they are
  context.drawImage(pixels(view, at, rgb(about.colours.over)), 0, 0, enlarged.width, enlarged.height);
  const said = fill(about.words.enlarged, { channel: about.names[at], share: about.shares[at], rank: at + 1, count: about.names.length });
  caption.textContent = said;
  enlarged.setAttribute("aria-label", said);
}

// ----------------------------------------------------------------------------------------------- the sheet, in sight

function refresh(view) {
  view.frame ??= requestAnimationFrame(() => {
    view.frame = null;
    if (view.scroller.clientWidth) draw(view);
  });
}

function arrange(view) {
  const { scroller, about } = view;
  const room = scroller.clientWidth - GAP;
  view.columns = Math.max(1, Math.ceil(room / (WIDEST + GAP)));
  view.wide = room / view.columns - GAP;
  view.high = Math.min(1.5, about.height / about.width) * view.wide;
  view.row = view.high + NAME + GAP;
  view.rows = Math.ceil(about.names.length / view.columns);
}

function draw(view) {
  arrange(view);
  const { scroller, length, sheet, about, columns, rows, row, wide, high } = view;
  const ratio = window.devicePixelRatio;
  const [width, height] = [scroller.clientWidth, scroller.clientHeight];
  length.style.height = `${Math.max(height, rows * row + GAP)}px`;
  Object.assign(sheet, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  Object.assign(sheet.style, { width: `${width}px`, height: `${height}px` });
  const context = sheet.getContext("2d");
  const { paper, product, quiet, ink, faint } = about.colours;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.imageSmoothingEnabled = wide < about.width;
  context.textAlign = "center";
  const family = getComputedStyle(view.room).fontFamily;
  const first = Math.max(0, Math.floor((scroller.scrollTop - GAP) / row)) * columns;
  const last = Math.min(about.names.length, Math.ceil((scroller.scrollTop + height) / row) * columns);
  for (let at = first; at < last; at++) {
    const x = GAP + (at % columns) * (wide + GAP);
    const y = GAP + Math.floor(at / columns) * row - scroller.scrollTop;
    if (!view.small.has(at)) view.small.set(at, pixels(view, at, rgb(product), rgb(paper)));
    context.drawImage(view.small.get(at), x, y, wide, high);
    const chosen = at === view.at;
    context.strokeStyle = chosen ? product : faint;
    context.lineWidth = chosen ? 3 : 1;
    context.strokeRect(x, y, wide, high);
    context.font = `${chosen ? 700 : 400} 12px ${family}`;
    context.fillStyle = chosen ? ink : quiet;
    context.fillText(`${about.names[at]} · ${about.shares[at]} %`, x + wide / 2, y + high + 13, wide + GAP - 2);
  }
}

// -------------------------------------------------------------------------------------------------------- choosing

function choose(view, at, pause = 0) {
  if (at < 0 || at >= view.about.names.length) return;
  view.at = at;
  choices.set("channel", view.about.names[at] - 1);
  clearTimeout(view.timer);
  view.timer = setTimeout(view.tellPython, pause);
  enlarge(view);
  view.spoken.textContent = view.caption.textContent;
  refresh(view);
}

function placeAt(view, { offsetX, offsetY }) {
  const column = Math.floor((offsetX - GAP / 2) / (view.wide + GAP));
  const row = Math.floor((offsetY + view.scroller.scrollTop - GAP / 2) / view.row);
  return column >= 0 && column < view.columns ? row * view.columns + column : -1;
}

function listen(view) {
  const { scroller, sheet } = view;
  const on = (target, type, act) => target.addEventListener(type, act, { signal: view.unmount.signal });
  on(scroller, "scroll", () => refresh(view));
  on(sheet, "click", (event) => choose(view, placeAt(view, event)));
  on(scroller, "keydown", (event) => pressKey(view, event) && event.preventDefault());
}

function pressKey(view, { key, ctrlKey, metaKey, altKey }) {
  if (ctrlKey || metaKey || altKey) return false;
  const { columns, about, at } = view;
  const page = Math.max(1, Math.floor(view.scroller.clientHeight / view.row)) * columns;
  const most = about.names.length - 1;
  const to = {
    ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns,
    PageUp: Math.max(0, at - page), PageDown: Math.min(most, at + page), Home: 0, End: most,
  }[key];
  if (to === undefined) return false;
  choose(view, to, KEY_PAUSE); // a held key passes many channels; Python hears of the last
  bringIntoSight(view);
  return true;
}

function bringIntoSight(view) {
  const { scroller, row, columns, at } = view;
  const top = Math.floor(at / columns) * row;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + row + GAP > scroller.scrollTop + scroller.clientHeight) {
    scroller.scrollTop = top + row + GAP - scroller.clientHeight;
  }
}
