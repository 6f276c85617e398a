// An experiment is pressed at the end of a page, and what it shows may be a screen away: it is brought into view, what
// was set is marked, and a note at the lower edge says what to look at, until it is closed or another page is opened.

import { shownUnder } from "../shared/hand.js";
import { make } from "../shared/parts.js";

const MARKED = 2400; // milliseconds

/**
 * @typedef {{ count: number, lesson: string, at: string, keys: string[], title: string, text: string, back: string,
 *   close: string }} Effect   of pages/ui/effects.py
 */

const main = () => document.querySelector("[data-testid=stMain]"); // what scrolls
const notes = () => document.querySelectorAll(".gramlab.effect");

/**
 * A note that stands there says it in the language of this run; where another page is open it goes.
 * @param {Effect | null} effect
 */
export function keepNote(effect) {
  for (const note of notes()) {
    const said = effect && noteOf(effect);
    if (!said) note.remove();
    else if (said.textContent !== note.textContent) note.replaceWith(said); // else it would be spoken anew
  }
}

/** @param {Effect} effect */
export function showEffect(effect) {
  for (const note of notes()) note.remove();
  main()?.append(noteOf(effect));
  const leave = new AbortController(); // a person who scrolls meanwhile knows better
  for (const type of ["wheel", "touchmove", "keydown"])
    addEventListener(type, () => leave.abort(), { signal: leave.signal, passive: true });
  bringIntoView(effect.at);
  whenRun(() => {
    if (leave.signal.aborted) return;
    leave.abort();
    bringIntoView(effect.at); // the run may have made the page longer above it
    mark(effect);
  });
}

/** @param {string} at   the key of what is to be seen; without one, the head of the page */
function bringIntoView(at) {
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  if (at) shownUnder(at)?.scrollIntoView({ behavior, block: "start" });
  else main()?.scrollTo({ top: 0, behavior });
}

/**
 * When the run that is under way is over.
 * @param {() => void} act
 */
function whenRun(act) {
  const app = document.querySelector("[data-testid=stApp]");
  const isOver = () => app?.getAttribute("data-test-script-state") === "notRunning";
  const observer = new MutationObserver(() => {
    if (!isOver()) return;
    observer.disconnect();
    requestAnimationFrame(act);
  });
  if (!app || isOver()) requestAnimationFrame(act);
  else observer.observe(app, { attributes: true });
}

/**
 * Mark for a moment what was set: the fields that hold it, or the picture that it is drawn in.
 * @param {Effect} effect
 */
function mark({ lesson, keys, at }) {
  const fields = keys.map(shownUnder).filter((field) => field !== null);
  const pictures = document.querySelectorAll(`[class*="st-key-${lesson}-"]:has([data-testid^=stBidiComponent])`);
  const place = at ? shownUnder(at) : null;
  const marked = fields.length ? fields : place ? [place] : [...pictures].slice(0, 1);
  for (const element of marked) element.classList.add("gramlab-set");
  setTimeout(() => {
    for (const element of marked) element.classList.remove("gramlab-set");
  }, MARKED);
}

/** @param {Effect} effect */
function noteOf({ title, text, back, close }) {
  const note = make("div", "gramlab effect");
  note.setAttribute("role", "status");
  const said = make("p");
  said.append(make("b", "", title), document.createElement("br"), text);
  const toExperiments = make("button", "", `↓ ${back}`);
  toExperiments.addEventListener("click", () => {
    note.remove();
    shownUnder("experiments")?.scrollIntoView({ block: "center" });
  });
  const closing = make("button", "", "×");
  closing.setAttribute("aria-label", close);
  closing.title = close;
  closing.addEventListener("click", () => note.remove());
  note.append(said, toExperiments, closing);
  return note;
}
