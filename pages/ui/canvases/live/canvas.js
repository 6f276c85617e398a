// The newest picture of a running job, with what stood there before, and the way back along its saved frames.
//
// It asks the transfer's route for what is new, one request at a time; the server answers when there is something new,
// so a step is seen a moment after it was made, and a picture costs the server far less than through Streamlit. The
// status of the job travels in a header. Streamlit hears only what it has to: that the state has changed, and "go on from
// here". A job has one conversation at most: it begins whenever Python says another state, and ends with the job.

import { lifecycle, listen } from "../shared/lifecycle.js";
import { brush, part } from "../shared/parts.js";
import { ask, askInTurn, pause } from "../shared/requests.js";
import { fill } from "../shared/words.js";

const APART = 100; // ms from one picture to the next at least: ten a second
const APART_COMPACT = 400; // for one of several, which do not have the server wait
const RETRY = 1000; // ms after a lost connection
const OVER = ["finished", "stopped", "failed"];
// By hand, because where there is no graphics card each frame of a smooth transition costs what the transfer could use.
const FADE = [0.33, 0.67, 1]; // of the new picture over the old one
const FADE_STEP = 50; // ms

const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {{ job: string, mark: string, state: string, before: string, width: number, height: number,
 *   words: Record<string, string>, compact: boolean, asked: number, goesOn: boolean,
 *   note: string, reached: Reached | null }} Data   of live/canvas.py
 * @typedef {{ place: number, iteration: number, steps: number, seconds: number, halvings: number }} Reached
 * @typedef {{ sequence: number, state: string, place: number, others: number, begins: number | null,
 *   left: number | null, iteration: number, steps: number, seconds: number, halvings: number, frames: number[],
 *   asked: number, moved: { to: string, step: number } | null }} Status   of wire.py
 * @typedef {ReturnType<typeof begin>} View
 */

export default lifecycle({ begin, update, end });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ parentElement: root, data, setTriggerValue }, ending) {
  const view = {
    live: part(root, ".live", HTMLElement),
    stage: part(root, ".stage", HTMLElement),
    pictures: /** @type {HTMLCanvasElement[]} */ ([...root.querySelectorAll(".shown")]),
    before: part(root, ".before", HTMLImageElement),
    left: part(root, ".left", HTMLElement),
    right: part(root, ".right", HTMLElement),
    back: part(root, ".back", HTMLElement),
    looking: part(root, ".looking", HTMLElement),
    note: part(root, ".note", HTMLElement),
    bar: part(root, ".bar", HTMLElement),
    status: part(root, ".status", HTMLElement),
    company: part(root, ".company", HTMLElement),
    compare: part(root, ".compare", HTMLInputElement),
    compareLabel: part(root, ".compare-label", HTMLElement),
    full: part(root, ".full", HTMLButtonElement),
    scrub: part(root, ".scrub", HTMLInputElement),
    scrubLabel: part(root, ".scrub-label", HTMLElement),
    rewind: part(root, ".rewind", HTMLButtonElement),
    data: /** @type {Data} */ (data),
    setTriggerValue,
    job: /** @type {string | null} */ (null),
    conversation: /** @type {AbortController | null} */ (null),
    ended: /** @type {string | null} */ (null), // the state that Python had said when the conversation ended
    now: /** @type {Status | null} */ (null),
    newest: /** @type {ImageBitmap | null} */ (null),
    wanted: /** @type {unknown} */ (null), // the picture that shall stand there, or the promise of it
    fading: 0,
    lookedAt: /** @type {number | null} */ (null), // the step of the saved frame that a person looks at
    looks: new AbortController(),
    unknown: 0, // answers in a row in which the job had been asked for more than this page knows
    held: false, // what is seen stays when the next job begins
  };
  listen(view.compare, "input", () => divide(view), ending);
  listen(view.full, "click", () => toFullScreen(view), ending);
  listen(view.scrub, "input", () => look(view), ending);
  listen(view.rewind, "click", () => rewind(view), ending);
  view.full.hidden = !document.fullscreenEnabled;
  return view;
}

/**
 * @param {View} view
 * @param {Component} component
 */
function update(view, { data, setTriggerValue }) {
  const another = view.data.before !== data.before;
  Object.assign(view, { data, setTriggerValue });
  describe(view);
  if (view.job !== data.job) beginJob(view);
  else if (another && !view.newest) show(view);
  if (data.job && !view.conversation && data.state !== view.ended) converse(view);
}

/** @param {View} view */
function end({ conversation, looks, fading }) {
  conversation?.abort();
  looks.abort();
  clearTimeout(fading);
}

/** @param {View} view */
function describe(view) {
  const { words, width, height, before, compact, note } = view.data;
  view.note.textContent = note;
  view.stage.style.setProperty("--shape", String(width / height)); // reserved before anything has arrived
  for (const picture of view.pictures) picture.setAttribute("aria-label", words.alt);
  view.live.classList.toggle("compact", compact);
  if (view.before.getAttribute("src") !== before) view.before.src = before;
  view.left.textContent = words.before;
  view.right.textContent = words.now;
  view.compareLabel.textContent = words.compare;
  view.compare.setAttribute("aria-label", words.compare);
  view.scrubLabel.textContent = words.scrub;
  view.scrub.setAttribute("aria-label", words.scrub);
  view.rewind.textContent = words.rewind;
  view.full.title = words.full;
  view.full.setAttribute("aria-label", words.full);
  divide(view);
  say(view);
}

/** @param {View} view */
function beginJob(view) {
  view.conversation?.abort();
  if (view.data.goesOn && view.job) view.held = true;
  Object.assign(view, { job: view.data.job, conversation: null, ended: null, now: null, lookedAt: null });
  forget(view);
  view.stage.dataset.sequence = "";
  if (view.held) say(view);
  else show(view);
  view.held = false;
}

/** @param {View} view */
function forget(view) {
  view.newest?.close(); // what stands there was drawn from it
  view.newest = null;
}

// ------------------------------------------------------------------------------------------------ what the server says

/** @param {View} view */
async function converse(view) {
  const conversation = new AbortController();
  const { signal } = conversation;
  const { compact } = view.data;
  view.conversation = conversation;
  while (!signal.aborted) {
    const asked = performance.now();
    let wait = compact ? APART_COMPACT : APART;
    try {
      const query = `newest.jpg?after=${view.now?.sequence ?? ""}&state=${view.now?.state ?? ""}`;
      const answer = compact
        ? await askInTurn(view.data, `${query}&wait=0`, signal)
        : await ask(view.data, query, signal);
      // decoded before anything is said of it: all that changes changes at once, and the page is drawn once
      const picture = answer.status === 200 ? await createImageBitmap(answer.body) : null;
      if (signal.aborted) break;
      if (answer.status === 404) {
        view.setTriggerValue("moved", "gone"); // Python has words for that
        break;
      }
      hear(view, JSON.parse(answer.headers.get("x-status") ?? ""));
      if (picture) take(view, picture);
      else if (isOver(view)) break;
    } catch {
      wait = RETRY; // the connection is lost, or the conversation is over
    }
    await pause(wait - (performance.now() - asked), signal);
  }
  if (signal.aborted) return;
  view.conversation = null;
  view.ended = view.data.state;
}

/**
 * Whether nothing new can come, as far as Python knows, too: it may just have brought the job back to life.
 * @param {View} view
 */
const isOver = ({ now, data }) => now !== null && OVER.includes(now.state) && now.state === data.state;

/**
 * @param {View} view
 * @param {Status} status
 */
function hear(view, status) {
  const moved = status.state !== (view.now?.state ?? view.data.state);
  view.now = status;
  if (moved && status.state !== view.data.state) view.setTriggerValue("moved", `${status.state} ${status.sequence}`);
  // another tab has asked for something else; this page's own wishes are known to it a moment later
  view.unknown = status.asked > view.data.asked ? view.unknown + 1 : 0;
  if (view.unknown === 5) view.setTriggerValue("moved", `asked ${status.asked}`);
  const { frames } = status;
  const at = view.lookedAt === null ? -1 : frames.indexOf(view.lookedAt);
  if (at < 0) view.lookedAt = null; // thinned out
  view.scrub.max = String(frames.length); // one beyond the saved ones: the newest picture
  view.scrub.disabled = frames.length === 0;
  view.scrub.value = String(at < 0 ? frames.length : at);
  say(view);
}

/**
 * @param {View} view
 * @param {ImageBitmap} picture
 */
function take(view, picture) {
  forget(view);
  view.newest = picture;
  view.stage.dataset.sequence = String(view.now?.sequence);
  if (view.lookedAt === null) put(view, picture);
}

// -------------------------------------------------------------------------------------------------- what a person sees

/**
 * Fade from the picture that is seen to this one.
 * @param {View} view
 * @param {ImageBitmap | HTMLImageElement} picture
 */
function put(view, picture) {
  view.wanted = picture;
  const [seen, next] = view.pictures.reverse();
  if (next.width !== picture.width) next.width = picture.width; // a new size costs a layout, so only another one
  if (next.height !== picture.height) next.height = picture.height;
  brush(next).drawImage(picture, 0, 0);
  seen.className = "shown";
  next.className = "shown above";
  seen.setAttribute("aria-hidden", "true");
  next.removeAttribute("aria-hidden");
  seen.style.opacity = "1";
  clearTimeout(view.fading);
  fade(view, next, STILL.matches ? FADE.length - 1 : 0);
}

/**
 * @param {View} view
 * @param {HTMLCanvasElement} picture
 * @param {number} at
 */
function fade(view, picture, at) {
  picture.style.opacity = String(FADE[at]);
  if (at + 1 < FADE.length) view.fading = setTimeout(() => fade(view, picture, at + 1), FADE_STEP);
}

/**
 * The same for a picture that has yet to come, unless another one is wanted by the time it is here.
 * @param {View} view
 * @param {Promise<ImageBitmap | HTMLImageElement>} coming
 */
async function putWhenHere(view, coming) {
  view.wanted = coming;
  const picture = await coming.catch(() => null); // thinned out meanwhile; what stands there stays
  if (picture && view.wanted === coming) put(view, picture);
}

/**
 * The newest picture, the one before the first, or the saved frame that a person looks at.
 * @param {View} view
 */
function show(view) {
  view.looks.abort();
  view.looks = new AbortController();
  if (view.lookedAt !== null) putWhenHere(view, saved(view, view.lookedAt));
  else if (view.newest) put(view, view.newest);
  else putWhenHere(view, decoded(view.data.before));
  say(view);
}

/**
 * @param {View} view
 * @param {number} step
 */
async function saved(view, step) {
  const { status, body } = await askInTurn(view.data, `${step}.jpg`, view.looks.signal);
  if (status !== 200) throw new Error(`no frame ${step}`);
  return createImageBitmap(body);
}

/** @param {string} address */
async function decoded(address) {
  const picture = Object.assign(new Image(), { src: address });
  await picture.decode();
  return picture;
}

/** @param {View} view */
function look(view) {
  view.lookedAt = view.now?.frames[Number(view.scrub.value)] ?? null;
  show(view);
}

/** @param {View} view */
function rewind(view) {
  view.setTriggerValue("rewind", view.lookedAt);
  view.held = true; // it goes on from what is seen: that stays until there is more
}

/** @param {View} view */
function toFullScreen({ stage }) {
  if (document.fullscreenElement) document.exitFullscreen();
  else stage.requestFullscreen();
}

/** @param {View} view */
function divide({ compare, stage }) {
  stage.style.setProperty("--share", `${compare.value}%`);
  stage.style.setProperty("--compared", Number(compare.value) > 0 ? "1" : "0");
}

/** @param {View} view */
function say({ data: { words, state, compact, reached }, now, job, lookedAt, ...view }) {
  const known = now ?? { place: 0, iteration: 0, steps: 0, seconds: 0, halvings: 0, ...reached, state };
  view.bar.style.setProperty("--done", String(known.steps ? Math.min(1, known.iteration / known.steps) : 0));
  const named = fill(words[`state_${known.state}`] ?? "", known);
  const seconds = known.seconds.toFixed(known.seconds < 10 ? 1 : 0);
  const progress = compact ? "progress_brief" : known.halvings ? "progress_halved" : "progress";
  if (now || (job && reached)) view.status.textContent = fill(words[progress], { ...known, seconds, state: named });
  else if (job) view.status.textContent = named;
  else view.status.textContent = compact ? "" : words.idle;
  view.company.textContent = inCompany(words, known);
  view.back.hidden = lookedAt === null;
  view.looking.textContent = lookedAt === null ? "" : fill(words.looking, { step: lookedAt });
}

/**
 * That it had to go on elsewhere, who is painting besides, and how long it still takes, as far as that is known.
 * @param {Record<string, string>} words
 * @param {Partial<Status>} status
 */
function inCompany(words, { others = 0, begins = null, left = null, moved = null }) {
  const elsewhere = moved ? fill(words[`moved_${moved.to}`], moved) : "";
  const company = others ? fill(words[others === 1 ? "other" : "others"], { others }) : "";
  const waits = begins ? fill(words.begins, { time: duration(words, begins) }) : "";
  const time = left === null ? "" : fill(words.left, { time: duration(words, left) });
  return [elsewhere, company, [waits, time].filter(Boolean).join(words.and)].filter(Boolean).join(words.apart);
}

/**
 * @param {Record<string, string>} words
 * @param {number} seconds   as wire.py says them
 */
function duration(words, seconds) {
  if (seconds === 0) return words.moment;
  return seconds < 120 ? fill(words.seconds, { count: seconds }) : fill(words.minutes, { count: seconds / 60 });
}
