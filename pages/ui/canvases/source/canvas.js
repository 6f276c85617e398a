// Pictures that come without a file: pasted anywhere on the page, or taken with the camera when a person asks for it.
//
// Python reduces every picture to `longest` pixels. A file is sent as it is, so that it is the same picture as when it
// is uploaded; only one too large to travel is made smaller here, by drawing it on a canvas.

const LARGE = 4_000_000; // bytes of a file that are worth reducing first
const places = new Map(); // by parentElement: where a pasted picture can go

export default function ({ data, parentElement, setTriggerValue }) {
  const tell = (value) => setTriggerValue("picture", { ...value, open: isOpen(parentElement) });
  if (data.kind === "paste") {
    parentElement.querySelector(".source").hidden = true;
    places.set(parentElement, { tell, data });
    return () => setTimeout(() => hostOf(parentElement).isConnected || places.delete(parentElement));
  }
  return camera(parentElement, data, tell);
}

// ----------------------------------------------------------------------------------------------------- what is sent

async function send(file, name, { longest, most }, tell) {
  const small = file.size > LARGE ? await reduced(file, longest) : file;
  if (small.size > most) return tell({ fault: "upload_too_large" });
  return tell({ name, data: await base64(small) });
}

/** The picture as PNG, upright as its EXIF says; or the file as it is where the browser cannot read it. */
async function reduced(file, longest) {
  if (!canvasesAreTrue()) return file;
  try {
    const bitmap = await createImageBitmap(file);
    return await encoded(bitmap, bitmap.width, bitmap.height, longest, "image/png");
  } catch {
    return file;
  }
}

let areTrue; // found out once
/** Whether a canvas gives back what was drawn on it. To keep people from being known by their machine, some browsers
 *  give noise, or white, to every page that asks. */
function canvasesAreTrue() {
  if (areTrue !== undefined) return areTrue;
  const [side, canvas] = [16, document.createElement("canvas")];
  Object.assign(canvas, { width: side, height: side });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const drawn = context.createImageData(side, side);
  for (let place = 0; place < drawn.data.length; place++) drawn.data[place] = place % 4 === 3 ? 255 : (place * 37) % 256;
  context.putImageData(drawn, 0, 0);
  try {
    const read = context.getImageData(0, 0, side, side).data;
    areTrue = read.every((level, place) => level === drawn.data[place]);
  } catch {
    areTrue = false;
  }
  return areTrue;
}

function encoded(source, width, height, longest, kind) {
  const factor = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error())), kind, 0.92));
}

function base64(blob) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });
}

// ---------------------------------------------------------------------------------------------------------- pasting

const hostOf = (parentElement) => parentElement.getRootNode().host ?? parentElement;

/** Whether the place to upload that belongs to this element is open: then the person looks there. */
function isOpen(parentElement) {
  const own = hostOf(parentElement).closest("[class*='st-key-picture-source']");
  return Boolean(own?.querySelector("[aria-expanded='true']"));
}

document.addEventListener("paste", (event) => {
  const file = [...(event.clipboardData?.files ?? [])][0];
  const elements = [...places.keys()].filter((element) => hostOf(element).isConnected);
  if (!file || !elements.length) return;
  // cells of a spreadsheet come as a picture as well as text: in a field the text is meant
  const field = event.composedPath()[0]?.closest?.("input, textarea, [contenteditable='true']");
  if (field && event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  // of several places the one that is open, else the first on the page
  elements.sort((a, b) => (hostOf(a).compareDocumentPosition(hostOf(b)) & Node.DOCUMENT_POSITION_PRECEDING ? 1 : -1));
  const { data, tell } = places.get(elements.find(isOpen) ?? elements[0]);
  send(file, data.name, data, tell);
});

// ----------------------------------------------------------------------------------------------------------- camera

const FAULTS = {
  NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "none", OverconstrainedError: "none",
  NotReadableError: "busy", AbortError: "busy",
};

const cameras = new WeakMap(); // by parentElement: one for each, however often Streamlit calls

function camera(parentElement, data, tell) {
  const known = cameras.get(parentElement) ?? newCamera(parentElement);
  cameras.set(parentElement, known);
  known.show(data, tell);
  return () => {
    // Streamlit calls this for a run that a newer one has overtaken, too: then the element is still there
    setTimeout(() => hostOf(parentElement).isConnected || known.stop());
  };
}

function newCamera(parentElement) {
  const find = (selector) => parentElement.querySelector(selector);
  const [start, panel, video, fault, input] = [".start", ".camera", "video", ".fault", "input"].map(find);
  let data, tell;
  let words = {};
  let stream = null;

  const show = (open) => {
    panel.hidden = !open;
    start.hidden = open;
  };
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    show(false);
  };
  /** Without a camera of the page's own: a telephone's own, or a word on why there is none. */
  const instead = (why) => {
    if (matchMedia("(pointer: coarse)").matches) input.click();
    else fault.textContent = why;
  };
  const open = async () => {
    fault.textContent = "";
    if (!navigator.mediaDevices?.getUserMedia) return instead(words.insecure); // only https and localhost may
    if (!canvasesAreTrue()) return instead(words.private);
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (!hostOf(parentElement).isConnected) return stop();
      video.srcObject = stream;
      show(true);
      await video.play();
    } catch (error) {
      stop();
      fault.textContent = words[FAULTS[error.name] ?? "busy"];
    }
  };
  const shoot = async () => {
    if (!video.videoWidth) return;
    const photo = await encoded(video, video.videoWidth, video.videoHeight, data.longest, "image/jpeg");
    stop();
    send(photo, data.name, data, tell);
  };
  const choose = () => {
    const [file] = input.files;
    if (file) send(file, data.name, data, tell);
    input.value = ""; // the same file once more is a choice, too
  };
  start.addEventListener("click", open);
  find(".shoot").addEventListener("click", shoot);
  find(".close").addEventListener("click", stop);
  input.addEventListener("change", choose);
  return {
    stop,
    show(newData, newTell) {
      [data, tell, words] = [newData, newTell, newData.words];
      start.textContent = words.start;
      find(".shoot").textContent = words.shoot;
      find(".close").textContent = words.close;
    },
  };
}
