// Pictures that come without a file: pasted anywhere on the page, or taken with the camera when a person asks for it.
//
// Python reduces every picture to `longest` pixels; a large one is reduced here already, so that it need not travel.

const LARGE = 1_000_000; // bytes of a file that are worth reducing first
const places = new Map(); // by parentElement: where a pasted picture can go

export default function ({ data, parentElement, setTriggerValue }) {
  const tell = (value) => setTriggerValue("picture", { ...value, open: isOpen(parentElement) });
  if (data.kind === "paste") {
    parentElement.querySelector(".source").hidden = true;
    places.set(parentElement, { tell, data });
    return () => places.delete(parentElement);
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
  try {
    const bitmap = await createImageBitmap(file);
    return await encoded(bitmap, bitmap.width, bitmap.height, longest, "image/png");
  } catch {
    return file;
  }
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

function camera(parentElement, data, tell) {
  const find = (selector) => parentElement.querySelector(selector);
  const [start, panel, video, fault, input] = [".start", ".camera", "video", ".fault", "input"].map(find);
  const { words } = data;
  const unmount = new AbortController();
  const on = (target, type, act) => target.addEventListener(type, act, { signal: unmount.signal });
  let stream = null;
  start.textContent = words.start;
  find(".shoot").textContent = words.shoot;
  find(".close").textContent = words.close;

  const show = (open) => {
    panel.hidden = !open;
    start.hidden = open;
  };
  const stop = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    show(false);
  };
  const open = async () => {
    fault.textContent = "";
    if (!navigator.mediaDevices?.getUserMedia) { // only https and localhost may; a telephone's own camera always
      if (matchMedia("(pointer: coarse)").matches) input.click();
      else fault.textContent = words.insecure;
      return;
    }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (unmount.signal.aborted) return stop();
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
  on(start, "click", open);
  on(find(".shoot"), "click", shoot);
  on(find(".close"), "click", stop);
  on(input, "change", () => input.files[0] && send(input.files[0], data.name, data, tell));
  return () => {
    unmount.abort();
    stop();
  };
}
