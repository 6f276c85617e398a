// For each style layer: the Gram matrix of the picture, that of the painting, and their difference, with the distance
// between them as a number and as a curve that falls. Asked of app.py's route about once a second while a job is alive.

const APART = 1000; // ms from one question to the next
const OVER = ['finished', 'stopped', 'failed'];
const MARGIN = { left: 34, right: 8, top: 8, bottom: 18 }; // of a curve

const views = new WeakMap(); // by parentElement: the function below runs again whenever data or theme change

export default function ({ data, parentElement }) {
  let view = views.get(parentElement);
  if (!view) {
    view = { walk: parentElement.querySelector('.walk'), job: null, timer: 0, sequence: '', message: null };
    view.resized = new ResizeObserver(() => view.rows && draw(view));
    view.resized.observe(view.walk);
    views.set(parentElement, view);
  }
  const another = view.job !== data.job;
  Object.assign(view, { data, job: data.job });
  if (another) Object.assign(view, { sequence: '', message: null });
  build(view);
  draw(view);
  clearTimeout(view.timer);
  if (data.job) ask(view);
  return () => {
    clearTimeout(view.timer);
    view.resized.disconnect();
    view.gone = true;
    views.delete(parentElement);
  };
}

// ------------------------------------------------------------------------------------------------ what the server says

async function ask(view) {
  const { job, data } = view;
  try {
    const answer = await fetch(`api/transfer/${job}/grams?after=${view.sequence}`, { cache: 'no-store' });
    if (view.gone || view.job !== job) return;
    if (answer.status === 404) return;
    if (answer.status === 200) {
      view.message = read(await answer.arrayBuffer());
      view.sequence = view.message.sequence;
      build(view);
      draw(view);
    }
  } catch { /* the connection is lost; the next question may find it again */ }
  if (view.gone || view.job !== job || OVER.includes(data.state)) return;
  clearTimeout(view.timer);
  view.timer = setTimeout(() => ask(view), APART);
}

/** The length of the JSON in four bytes, the JSON, then three matrices a layer, one byte a cell, 128 for zero. */
function read(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const message = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  for (const layer of message.layers) {
    layer.matrices = [0, 1, 2].map(() => new Uint8Array(buffer, (at += layer.size ** 2) - layer.size ** 2, layer.size ** 2));
  }
  return message;
}

// ------------------------------------------------------------------------------------------------------------- drawing

const make = (parent, tag, className, text = '') => {
  const element = Object.assign(document.createElement(tag), { className, textContent: text });
  parent.append(element);
  return element;
};

/** The rows, made anew only when the layers or the language change. */
function build(view) {
  const { walk, data: { words, colours, layers, content }, message } = view;
  const names = message ? message.layers.map(({ name }) => name) : layers;
  view.font = `11px ${getComputedStyle(walk).fontFamily}`;
  for (const name of ['quiet', 'style', 'content']) walk.style.setProperty(`--${name}`, colours[name]);
  const signature = JSON.stringify([names, content, words]);
  if (view.signature === signature) return;
  view.signature = signature;
  walk.replaceChildren();
  const head = make(walk, 'div', 'row head');
  ['', words.now, words.painting, words.difference, words.curve].forEach((word) => make(head, 'span', '', word));
  view.rows = names.map((name) => {
    const row = make(walk, 'div', 'row style');
    const title = make(row, 'div', '');
    make(title, 'span', 'layer', name);
    const distance = make(title, 'span', 'distance', '—');
    const matrices = [words.now, words.painting, words.difference].map((word) => {
      const canvas = make(row, 'canvas', 'matrix');
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', `${name}: ${word}`);
      return canvas;
    });
    return { name, distance, matrices, curve: make(row, 'canvas', 'curve') };
  });
  if (content) {
    const row = make(walk, 'div', 'row content');
    const title = make(row, 'div', '');
    make(title, 'span', 'layer', words.content);
    const distance = make(title, 'span', 'distance', '—');
    make(row, 'div', 'said', words.content_note);
    view.rows.push({ name: 'content', distance, matrices: [], curve: make(row, 'canvas', 'curve') });
  }
}

function draw(view) {
  const { rows, message, data: { colours } } = view;
  const shade = shades(colours);
  const values = message ? Object.values(message.curves).flat().filter((value) => value > 0) : [];
  const range = [Math.min(0.1, ...values), Math.max(1, ...values)].map(Math.log10);
  // all sizes are read before anything is drawn: else the page is laid out anew for each row
  const sizes = rows.map(({ curve }) => [curve.clientWidth, curve.clientHeight]);
  rows.forEach((row, at) => {
    const layer = message?.layers.find(({ name }) => name === row.name);
    say(row.distance, (row.name === 'content' ? message?.content : layer?.distance) ?? '—');
    row.matrices.forEach((canvas, k) => paint(canvas, layer?.matrices[k], layer?.size ?? 1, shade));
    plot(view, row, range, sizes[at]);
  });
}

const say = (element, text) => element.textContent === text || (element.textContent = text);

/** A canvas of that size, empty. A new size costs a layout of the page, so it is given only where it is another. */
function fit(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d');
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** 256 colours, as a picture's pixels are kept: negative, paper at 128, product. */
function shades({ negative, paper, product }) {
  const [low, zero, high] = [negative, paper, product].map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  const bytes = new Uint8ClampedArray(4 * 256).fill(255);
  for (let k = 0; k < 256; k++) {
    const share = Math.min(1, Math.abs(k - 128) / 127);
    zero.forEach((c, at) => (bytes[4 * k + at] = c + share * ((k < 128 ? low : high)[at] - c)));
  }
  return new Uint32Array(bytes.buffer);
}

function paint(canvas, bytes, size, shade) {
  const context = fit(canvas, size, size);
  if (!bytes) return;
  const image = context.createImageData(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  for (let k = 0; k < pixels.length; k++) pixels[k] = shade[bytes[k]];
  context.putImageData(image, 0, 0);
}

function plot({ data: { colours }, message, font }, { name, curve }, [low, high], [width, height]) {
  const ratio = window.devicePixelRatio;
  const context = fit(curve, Math.round(width * ratio), Math.round(height * ratio));
  context.scale(ratio, ratio);
  context.font = font;
  const last = Math.max(2, message?.steps ?? 2);
  const x = (step) => MARGIN.left + ((width - MARGIN.left - MARGIN.right) * (step - 1)) / (last - 1);
  const y = (value) => MARGIN.top + ((height - MARGIN.top - MARGIN.bottom) * (high - Math.log10(value))) / (high - low || 1);
  context.fillStyle = colours.quiet;
  context.strokeStyle = colours.faint;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (let power = Math.ceil(low); power <= Math.floor(high); power++) {
    context.beginPath();
    context.moveTo(MARGIN.left, y(10 ** power));
    context.lineTo(width - MARGIN.right, y(10 ** power));
    context.stroke();
    context.fillText(power >= 0 ? 10 ** power : (10 ** power).toFixed(-power), MARGIN.left - 5, y(10 ** power));
  }
  if (!message) return;
  context.textBaseline = 'alphabetic';
  context.fillText(message.steps, width - MARGIN.right, height - 4);
  context.textAlign = 'left';
  context.fillText('1', MARGIN.left, height - 4);
  context.strokeStyle = name === 'content' ? colours.content : colours.style;
  context.lineWidth = 2;
  context.lineJoin = 'round';
  context.beginPath();
  let pen = false;
  (message.curves[name] ?? []).forEach((value, k) => {
    if (value === null || value <= 0) {
      pen = false;
      return;
    }
    context[pen ? 'lineTo' : 'moveTo'](x(message.iterations[k]), y(value));
    pen = true;
  });
  context.stroke();
}
