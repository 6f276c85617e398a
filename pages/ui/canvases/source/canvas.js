// Pictures that come without a file: pasted anywhere on the page, or taken with the camera when a person asks for it.
//
// Python reduces every picture to `longest` pixels. A file is sent as it is, so that it is the same picture as when it
// is uploaded; only one too large to travel is made smaller here, by drawing it on a canvas.

import { lifecycle, listen } from "../shared/lifecycle.js";
import { brush, make, part } from "../shared/parts.js";
import { pastedBy, takeWaiting } from "../shared/pastes.js";

const LARGE = 4_000_000; // bytes of a file that are worth reducing first
/** @type {Record<string, string>} */
const FAULTS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {{ kind: "paste" | "camera", name: string, longest: number, most: number, words: Record<string, string> }}
 *   Data   of source/canvas.py
 * @typedef {ReturnType<typeof begin>} View
 */

export default lifecycle({ begin, update, end: close });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement: root, data, setTriggerValue }, ending) {
  const view = {
    root,
    source: part(root, ".source", HTMLElement),
    start: part(root, ".start", HTMLButtonElement),
    panel: part(root, ".camera", HTMLElement),
    shoot: part(root, ".shoot", HTMLButtonElement),
    close: part(root, ".close", HTMLButtonElement),
    video: part(root, "video", HTMLVideoElement),
    fault: part(root, ".fault", HTMLElement),
    input: part(root, "input", HTMLInputElement),
    data: /** @type {Data} */ (data),
    setTriggerValue,
    stream: /** @type {MediaStream | null} */ (null),
    ending,
  };
  if (data.kind === "paste") takePastes(view, ending);
  listen(view.start, "click", () => open(view), ending);
  listen(view.shoot, "click", () => shoot(view), ending);
  listen(view.close, "click", () => close(view), ending);
  listen(view.input, "change", () => takeFile(view), ending);
  return view;
}

/**
 * @param {View} view
 * @param {Component} component
 */
function update(view, { data, setTriggerValue }) {
  Object.assign(view, { data, setTriggerValue });
  view.source.hidden = data.kind === "paste";
  view.start.textContent = data.words.start;
  view.shoot.textContent = data.words.shoot;
  view.close.textContent = data.words.close;
}

// ----------------------------------------------------------------------------------------------------- what is sent

/**
 * @param {View} view
 * @param {Blob} file
 */
async function send(view, file) {
  const { name, longest, most } = view.data;
  const small = file.size > LARGE ? await reduced(file, longest) : file;
  const picture = small.size > most ? { fault: "upload_too_large" } : { name, data: await base64(small) };
  view.setTriggerValue("picture", { ...picture, open: isOpen(view) });
}

/**
 * The picture as PNG, upright as its EXIF says; or the file as it is where the browser cannot read it.
 * @param {Blob} file
 * @param {number} longest
 */
async function reduced(file, longest) {
  if (!canvasesAreTrue()) return file;
  try {
    const bitmap = await createImageBitmap(file);
    return await encoded(bitmap, bitmap.width, bitmap.height, longest, "image/png");
  } catch {
    return file;
  }
}

/** @type {boolean | undefined} */
let areTrue; // found out once

/**
 * Whether a canvas gives back what was drawn on it. To keep people from being known by their machine, some browsers give
 * noise, or white, to every page that asks.
 */
function canvasesAreTrue() {
  if (areTrue !== undefined) return areTrue;
  const side = 16;
  const context = brush(Object.assign(make("canvas"), { width: side, height: side }), { willReadFrequently: true });
  const drawn = context.createImageData(side, side);
  for (let place = 0; place < drawn.data.length; place++)
    drawn.data[place] = place % 4 === 3 ? 255 : (place * 37) % 256;
  context.putImageData(drawn, 0, 0);
  try {
    const read = context.getImageData(0, 0, side, side).data;
    areTrue = read.every((level, place) => level === drawn.data[place]);
  } catch {
    areTrue = false;
  }
  return areTrue;
}

/**
 * @param {CanvasImageSource} source
 * @param {number} width
 * @param {number} height
 * @param {number} longest
 * @param {string} kind
 * @returns {Promise<Blob>}
 */
function encoded(source, width, height, longest, kind) {
  const factor = Math.min(1, longest / Math.max(width, height));
  const [wide, high] = [width, height].map((side) => Math.max(1, Math.round(side * factor)));
  const canvas = Object.assign(make("canvas"), { width: wide, height: high });
  const context = brush(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, wide, high);
  return new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error(`no ${kind}`))), kind, 0.92);
  });
}

/**
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
function base64(blob) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).replace(/^.*?,/, ""));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });
}

// ---------------------------------------------------------------------------------------------------------- pasting

// The places that a pasted picture can go to, and what ends listening for one: on the window, so that all of a page
// have one listener, however often this module is loaded
const PASTING = Symbol.for("gramlab.pasting");
/** @typedef {{ places: Set<View>, listening: AbortController }} Pasting */
const page = /** @type {{ [pasting: symbol]: Pasting | undefined }} */ (/** @type {unknown} */ (globalThis));

/**
 * @param {View} view
 * @param {AbortSignal} ending
 */
function takePastes(view, ending) {
  const pasting = page[PASTING] ?? { places: new Set(), listening: new AbortController() };
  if (!page[PASTING]) listen(document, "paste", (event) => paste(event, pasting.places), pasting.listening.signal);
  page[PASTING] = pasting;
  pasting.places.add(view);
  const early = takeWaiting();
  if (early) send(view, early);
  ending.addEventListener("abort", () => {
    pasting.places.delete(view);
    if (pasting.places.size) return;
    pasting.listening.abort();
    page[PASTING] = undefined;
  });
}

/**
 * @param {ClipboardEvent} event
 * @param {Set<View>} places
 */
function paste(event, places) {
  const file = pastedBy(event);
  const shown = [...places].filter(({ root }) => root.isConnected);
  if (!file || !shown.length) return;
  event.preventDefault();
  // of several places the one that is open, else the first on the page
  const before = (/** @type {View} */ a, /** @type {View} */ b) =>
    hostOf(a).compareDocumentPosition(hostOf(b)) & Node.DOCUMENT_POSITION_PRECEDING ? 1 : -1;
  shown.sort(before);
  send(shown.find(isOpen) ?? shown[0], file);
}

/** @param {View} view */
const hostOf = ({ root }) => root.host;

/**
 * Whether the place to upload that belongs to this canvas is open: then the person looks there.
 * @param {View} view
 */
function isOpen(view) {
  const own = hostOf(view).closest("[class*='st-key-picture-source']");
  return Boolean(own?.querySelector("[aria-expanded='true']"));
}

// ----------------------------------------------------------------------------------------------------------- camera

/** @param {View} view */
async function open(view) {
  const { fault, input, video, start, ending } = view;
  const { words } = view.data;
  fault.textContent = "";
  // only https and localhost may; a telephone's own camera always
  const why = navigator.mediaDevices ? (canvasesAreTrue() ? "" : words.private) : words.insecure;
  if (why) {
    if (matchMedia("(pointer: coarse)").matches) input.click();
    else fault.textContent = why;
    return;
  }
  start.disabled = true; // one camera is enough
  try {
    view.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    if (ending.aborted) {
      close(view);
      return;
    }
    video.srcObject = view.stream;
    show(view, true);
    await video.play();
  } catch (error) {
    close(view);
    const name = error instanceof Error ? error.name : "";
    if (!ending.aborted) fault.textContent = words[FAULTS[name] ?? "busy"];
  }
}

/** @param {View} view */
async function shoot(view) {
  const { video, data } = view;
  if (!video.videoWidth) return;
  const photo = await encoded(video, video.videoWidth, video.videoHeight, data.longest, "image/jpeg");
  close(view);
  await send(view, photo);
}

/** @param {View} view */
function takeFile(view) {
  const [file] = view.input.files ?? [];
  if (!file) return;
  send(view, file);
  view.input.value = ""; // the same file again is a picture again
}

/**
 * Close the camera, and what shows it.
 * @param {View} view
 */
function close(view) {
  for (const track of view.stream?.getTracks() ?? []) track.stop();
  view.stream = null;
  view.video.srcObject = null;
  show(view, false);
}

/**
 * @param {View} view
 * @param {boolean} isOpen
 */
function show({ panel, start }, isOpen) {
  panel.hidden = !isOpen;
  start.hidden = isOpen;
  start.disabled = false;
}
