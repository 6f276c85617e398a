// Every layer of a network: a thumbnail of its Gram matrix, its name, its shape and energy; a press chooses it.

const views = new WeakMap(); // by parentElement: the function runs again whenever the data change

export default function ({ data, parentElement, setStateValue }) {
  const strip = parentElement.querySelector(".strip");
  const view = views.get(parentElement) ?? { chosen: null, wish: -1 };
  views.set(parentElement, view);
  // four bytes: the length of the JSON that follows; then one byte per cell of the thumbnails that are there
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const about = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  if (about.wish.count !== view.wish) Object.assign(view, { chosen: about.wish.value, wish: about.wish.count });

  const choose = (name) => {
    view.chosen = name;
    mark(strip, view);
    setStateValue("choice", { value: name, sequence: Date.now() });
  };
  const focused = strip.getRootNode().activeElement?.dataset?.layer;
  const cells = about.side * about.side;
  let at = 4 + length;
  strip.replaceChildren(...about.layers.map((layer) => {
    const thumbnail = layer.there ? data.subarray(at, at + cells) : null;
    if (layer.there) at += cells;
    return place(layer, thumbnail, about, choose);
  }));
  mark(strip, view);
  if (focused) strip.querySelector(`[data-layer="${focused}"]`)?.focus();
  return () => views.delete(parentElement);
}

function place({ name, lines, label }, thumbnail, { side, colours }, choose) {
  const button = Object.assign(document.createElement("button"), { type: "button", title: label });
  button.dataset.layer = name;
  button.setAttribute("aria-label", name);
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  if (thumbnail) paint(canvas, thumbnail, colours);
  button.append(canvas, line("name", name), ...lines.map((text) => line("line", text)));
  button.addEventListener("click", () => choose(name));
  return button;
}

const line = (className, textContent) => Object.assign(document.createElement("span"), { className, textContent });

function mark(strip, { chosen }) {
  for (const button of strip.children) button.setAttribute("aria-pressed", String(button.dataset.layer === chosen));
}

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

function paint(canvas, values, [paper, full]) {
  const [low, high] = [rgb(paper), rgb(full)];
  const image = new ImageData(canvas.width, canvas.height);
  values.forEach((value, k) => {
    for (let c = 0; c < 3; c++) image.data[4 * k + c] = low[c] + ((high[c] - low[c]) * value) / 255;
    image.data[4 * k + 3] = 255;
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
}
