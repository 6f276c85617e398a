// A clicker, or the keys that it presses, from the moment a page is there: on and back through the steps, the screen dark,
// what is covered, the list of all this. What somebody types, moves with keys or has open is theirs.

import { isCovered } from "../shared/covered.js";
import { isPlain } from "../shared/keys.js";
import { listen } from "../shared/lifecycle.js";
import { make, part } from "../shared/parts.js";
import { cover, uncoverOne } from "./cover.js";
import { closeMenu, reachScrolling } from "./reaching.js";
import { go, leave, nowhere, spread } from "./steps.js";

/** @type {Record<string, number>} */
const PAGES = { PageDown: 1, PageUp: -1 };
/** @type {Record<string, number>} */
const WAYS = { ...PAGES, ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };
const DARK = ["b", ".", "。"];
const COVER = ["h"];
const FULL = ["f"];
const HELP = ["?", "？"];
const LINES = 90; // px that an arrow scrolls where nobody teaches
// what a list of keys says, and the keys themselves
const SAID = ["on", "back", "dark", "cover", "full", "help"];

const TYPED =
  "textarea, select, [contenteditable]:not([contenteditable=false]), " +
  "input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=file])";
const MOVED = "input, [role=slider], [role=radio], [role=tab], [role=spinbutton]";
const PRESSED = "button, a[href], summary, input, [role=button], [role=switch], [role=checkbox], [role=radio]";
const OPEN = "[role=dialog], [role=listbox], [role=menu], [data-testid=stPopoverBody]";

/**
 * @typedef {import("./steps.js").Way} Way
 * @typedef {{ way: Way, projector: boolean, keys: Record<string, string> }} Lesson   of browser/canvas.py
 * @typedef {{ lesson: Lesson, place: import("./steps.js").Place, dark: HTMLDialogElement, list: HTMLDialogElement,
 *   seen: Element | null, sight: ResizeObserver }} Clicker
 */

/**
 * @param {ShadowRoot} root
 * @param {Lesson} lesson
 * @param {AbortSignal} ending
 * @returns {Clicker}
 */
export function clicker(root, lesson, ending) {
  /** @type {Clicker} */
  const view = {
    lesson,
    place: nowhere(),
    dark: part(root, ".dark", HTMLDialogElement),
    list: part(root, ".keys", HTMLDialogElement),
    seen: null,
    sight: new ResizeObserver(() => look(view)),
  };
  ending.addEventListener("abort", () => view.sight.disconnect());
  // of a canvas or a slider that has the focus a clicker's keys would go no further
  listen(window, "keydown", (event) => press(view, event, true), ending, { capture: true });
  listen(window, "keydown", (event) => press(view, event, false), ending);
  listen(window, "click", uncoverOne, ending, { capture: true });
  listen(window, "click", closeMenu, ending);
  listen(view.dark, "click", () => view.dark.close(), ending);
  return view;
}

/**
 * Another run of the page, or another page.
 * @param {Clicker} view
 * @param {Lesson} lesson
 */
export function attend(view, lesson) {
  if (lesson.way.here !== view.lesson.way.here) {
    view.place = nowhere();
    cover(false);
  }
  view.lesson = lesson;
  const block = document.querySelector("[data-testid=stMainBlockContainer]");
  if (block && block !== view.seen) {
    view.sight.disconnect();
    view.sight.observe(block);
    view.seen = block;
  }
  look(view);
}

/**
 * What follows from the sizes of things.
 * @param {Clicker} view
 */
function look({ lesson }) {
  spread(lesson.projector);
  reachScrolling();
}

/**
 * @param {Clicker} view
 * @param {KeyboardEvent} event
 * @param {boolean} early   before anybody else has heard of it
 */
function press(view, event, early) {
  if (!isPlain(event) || event.isComposing || event.defaultPrevented || view.list.open) return;
  const act = view.dark.open
    ? () => view.dark.close()
    : early && !(view.lesson.projector && event.key in PAGES)
      ? null
      : actOf(view, event);
  if (!act) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
}

/**
 * What a key does; null where it is not for us.
 * @param {Clicker} view
 * @param {KeyboardEvent} event
 */
function actOf(view, event) {
  const { key, repeat } = event;
  const target = event.composedPath()[0];
  const at = target instanceof Element ? target : document.body;
  const isPage = key in PAGES;
  if (at.matches(TYPED) && !(isPage && at.matches("input") && view.lesson.projector)) return null;
  if ([...document.querySelectorAll(OPEN)].some((open) => open.getClientRects().length)) return null;
  const way = key === " " ? (event.shiftKey ? -1 : 1) : WAYS[key];
  if (way) {
    if (!isPage && at.matches(key === " " ? PRESSED : MOVED)) return null;
    if (scrolls(at) && !(isPage && view.lesson.projector)) return null;
    const isLine = !view.lesson.projector && /^Arrow(Up|Down)$/.test(key);
    return isLine ? () => scrollLine(way) : () => step(view, way, repeat);
  }
  if (repeat) return null;
  const letter = key.toLowerCase();
  if (DARK.includes(letter)) return () => view.dark.showModal();
  if (COVER.includes(letter)) return () => cover(!isCovered());
  if (FULL.includes(letter)) return fill;
  return HELP.includes(letter) ? () => list(view) : null;
}

/**
 * @param {Clicker} view
 * @param {number} way
 * @param {boolean} held   the key
 */
function step({ lesson, place }, way, held) {
  if (way > 0 && isCovered()) cover(false);
  else if (!go(place, way, held) && !isRunning()) leave(lesson.way, way);
}

/** Whether what is on the screen may be half a page. */
const isRunning = () =>
  document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-script-state") === "running";

/** Whether an element within the page scrolls by itself. @param {Element} element */
function scrolls(element) {
  const isPage = element === document.body || element.matches("[data-testid=stMain]");
  const { overflowY } = getComputedStyle(element);
  return !isPage && /auto|scroll/.test(overflowY) && element.scrollHeight > element.clientHeight + 1;
}

/** @param {number} way */
const scrollLine = (way) => document.querySelector("[data-testid=stMain]")?.scrollBy({ top: way * LINES });

/** The whole screen, or no longer. */
function fill() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}

/**
 * The keys, and what each does.
 * @param {Clicker} view
 */
function list({ list, lesson: { keys } }) {
  part(list, "h2", HTMLElement).textContent = keys.title;
  part(list, "button", HTMLElement).textContent = keys.close;
  const rows = SAID.flatMap((name) => [make("dt", "", keys[`${name}_key`]), make("dd", "", keys[name])]);
  part(list, "dl", HTMLElement).replaceChildren(...rows);
  list.setAttribute("aria-label", keys.title);
  list.showModal();
}
