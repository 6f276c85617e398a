// The steps of a lesson, one after the other, and on to the next lesson.
//
// What they are the page says (pages/ui/frame.py): the first begins with the page, each other one at a [data-step]. In
// them stand ask-… a question, with reveal-… the button that answers it, and turns-… a choice whose options come one
// after the other. A canvas that has steps of its own has [data-steps], and takes the event `gramlab-step` while there is
// another one.

import { clamp } from "../shared/geometry.js";

const STOPS = '[data-step], [class*="st-key-ask-"]';
const REVEAL = '[class*="st-key-reveal-"] button';
const TURNS = '[class*="st-key-turns-"]';
const LEEWAY = 4; // px
const MOVING = 800; // ms that the page may take to arrive
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @typedef {{ here: string, pages: string[] }} Way   the paths of this page, and of all in their order
 * @typedef {{ stop: Element | null, top: number, since: number }} Place   where one was led, and when
 */

const main = () =>
  /** @type {HTMLElement} */ (document.querySelector("[data-testid=stMain]") ?? document.scrollingElement);
const block = () => document.querySelector("[data-testid=stMainBlockContainer]") ?? document.body;
/** The lower edge of the header. */
const edge = () => document.querySelector("[data-testid=stHeader]")?.getBoundingClientRect().bottom ?? 0;
const topOf = (/** @type {Element} */ element) => element.getBoundingClientRect().top;
const isShown = (/** @type {Element} */ element) => element.getClientRects().length > 0;

/** A place from which nothing leads yet. @returns {Place} */
export const nowhere = () => ({ stop: null, top: 0, since: Number.NEGATIVE_INFINITY });

/**
 * On a projector: each step fills the screen, so that nothing else is on it.
 * @param {boolean} alone
 */
export function spread(alone) {
  const marks = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-step]"));
  let start = block().getBoundingClientRect().top + edge(); // where the first step begins
  const room = window.innerHeight - edge();
  for (const mark of marks) {
    const [top, height] = [topOf(mark), mark.offsetHeight];
    const rest = alone ? Math.max(0, Math.floor(room - (top - start))) : 0;
    if (Math.abs(rest - height) > 1) mark.style.height = `${rest}px`;
    start = mark.getBoundingClientRect().bottom;
  }
}

/**
 * One step on or back; whether there was one.
 * @param {Place} place
 * @param {number} way     1 or -1
 * @param {boolean} held   the key, which may scroll, and no more
 */
export function go(place, way, held) {
  const stops = [block(), ...[...document.querySelectorAll(STOPS)].filter(isShown)];
  const at = indexOf(place, stops);
  const [stop, next] = [stops[at], stops[at + 1]];
  const region = regionOf(stops, at);
  if (!held && stepCanvas(region, way)) return true;
  if (way > 0) {
    const reveal = stop.matches("[data-step]") || at === 0 ? null : stop.querySelector(REVEAL);
    if (reveal instanceof HTMLElement) {
      if (!held) reveal.click();
      return true;
    }
    if (scrollWithin(place, stop, region.bottom, way)) return true;
    if (held) return true;
    const start = stepBefore(stops, at);
    if ((!next || next.matches("[data-step]")) && turn(regionOf(stops, start, true), way))
      return lead(place, stops, start);
    return next ? lead(place, stops, at + 1) : false;
  }
  if (scrollWithin(place, stop, region.bottom, way)) return true;
  if (held) return true;
  if (isStep(stops, at) && turn(regionOf(stops, at, true), way)) return lead(place, stops, at);
  return at > 0 ? lead(place, stops, at - 1) : false;
}

/**
 * To another page: the one before or after this one; whether there is one.
 * @param {Way} pages
 * @param {number} way
 */
export function leave({ here, pages }, way) {
  const there = pages[pages.indexOf(here) + way];
  const address = pages.find((name) => name && location.pathname.endsWith(`/${name}`)) ?? "";
  if (there === undefined || address !== here) return false; // on its way to another page already
  const path = location.pathname.slice(0, location.pathname.length - here.length) + there;
  const link = [...document.querySelectorAll("a[href]")].find(
    (link) => link instanceof HTMLAnchorElement && link.pathname === path && isShown(link),
  );
  if (link instanceof HTMLElement) link.click();
  else location.assign(path + kept());
  return true;
}

/** What every page's link says. */
function kept() {
  const all = new URLSearchParams(location.search);
  const some = ["lang", "projector"].flatMap((name) => (all.has(name) ? [[name, all.get(name) ?? ""]] : []));
  return `?${new URLSearchParams(some)}`;
}

// -------------------------------------------------------------------------------------------------------- where one is

/** @type {(stops: Element[], at: number) => boolean} */
const isStep = (stops, at) => at === 0 || stops[at].matches("[data-step]");

/** @type {(stops: Element[], at: number) => number} */
const stepBefore = (stops, at) => (isStep(stops, at) ? at : stepBefore(stops, at - 1));

/**
 * Where one was led, unless somebody has scrolled since; else the last stop that begins on the screen's upper part.
 * @param {Place} place
 * @param {Element[]} stops
 */
function indexOf(place, stops) {
  const known = place.stop ? stops.indexOf(place.stop) : -1;
  const arrives = performance.now() - place.since < MOVING;
  if (known >= 0 && (arrives || Math.abs(main().scrollTop - place.top) < LEEWAY)) return known;
  const line = edge() + 0.35 * (window.innerHeight - edge());
  return stops.reduce((last, stop, at) => (at && bottomOf(stop) <= line ? at : last), 0);
}

/** Where what a stop announces begins: below the mark of a step, with a question. @param {Element} stop */
const bottomOf = (stop) => (stop.matches("[data-step]") ? stop.getBoundingClientRect().bottom : topOf(stop));

/**
 * What lies between a stop and the next one, or of a whole step with its questions.
 * @param {Element[]} stops
 * @param {number} at
 * @param {boolean} [whole]
 */
function regionOf(stops, at, whole = false) {
  const later = stops.slice(at + 1);
  const end = whole ? later.find((stop) => stop.matches("[data-step]")) : later[0];
  const [from, until] = [stops[at], end];
  const isIn = (/** @type {Element} */ element) =>
    (at === 0 || Boolean(from.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING)) &&
    (!until || Boolean(until.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING));
  return { isIn, bottom: until ? topOf(until) : lowest() };
}

/** Where the page ends, its empty foot aside. */
function lowest() {
  const [whole, { paddingBottom }] = [block(), getComputedStyle(block())];
  return whole.getBoundingClientRect().bottom - Number.parseFloat(paddingBottom);
}

// ------------------------------------------------------------------------------------------------------------- what one does

/**
 * A canvas in sight makes a step of its own, if it has one.
 * @param {ReturnType<typeof regionOf>} region
 * @param {number} way
 */
function stepCanvas({ isIn }, way) {
  for (const host of block().querySelectorAll("*")) {
    const canvas = host.shadowRoot?.querySelector("[data-steps]");
    if (!canvas || !isIn(host)) continue;
    const { top, bottom } = canvas.getBoundingClientRect();
    if (bottom < edge() || top > window.innerHeight - 100) continue;
    if (!canvas.dispatchEvent(new CustomEvent("gramlab-step", { detail: way, cancelable: true }))) return true;
  }
  return false;
}

/**
 * The next or the last option of a choice.
 * @param {ReturnType<typeof regionOf>} region
 * @param {number} way
 */
function turn({ isIn }, way) {
  const choice = [...document.querySelectorAll(TURNS)].find((choice) => isIn(choice) && isShown(choice));
  const options = [...(choice?.querySelectorAll("[role=radio]") ?? [])];
  const now = options.findIndex((option) => option.getAttribute("aria-checked") === "true");
  const other = options[now + way];
  if (now < 0 || !(other instanceof HTMLElement)) return false;
  other.click();
  return true;
}

/**
 * Most of a screen further, where a step is higher than that; never beyond its end or its beginning.
 * @param {Place} place
 * @param {Element} stop
 * @param {number} bottom   px, of what belongs to the stop
 * @param {number} way
 */
function scrollWithin(place, stop, bottom, way) {
  const screen = window.innerHeight - edge();
  const beyond = way > 0 ? bottom - window.innerHeight : edge() - bottomOf(stop);
  const first = stop === block();
  const left = first && way < 0 ? main().scrollTop : beyond;
  if (left < 0.08 * screen) return false;
  scroll(place, stop, main().scrollTop + way * Math.min(left + (way > 0 ? 16 : 0), 0.8 * screen));
  return true;
}

/**
 * @param {Place} place
 * @param {Element[]} stops
 * @param {number} at
 */
function lead(place, stops, at) {
  const { top, bottom } = stops[at].getBoundingClientRect();
  const [screen, now] = [window.innerHeight - edge(), main().scrollTop];
  if (at === 0) scroll(place, stops[at], 0);
  else if (isStep(stops, at)) scroll(place, stops[at], now + bottom - edge());
  else {
    const isInSight = top >= edge() && bottom <= window.innerHeight - 0.2 * screen; // a question, with room for its answer
    scroll(place, stops[at], isInSight ? now : now + top - edge() - 0.12 * screen);
  }
  return true;
}

/**
 * @param {Place} place
 * @param {Element} stop
 * @param {number} top   px
 */
function scroll(place, stop, top) {
  const scroller = main();
  const goal = clamp(top, 0, scroller.scrollHeight - scroller.clientHeight);
  place.stop?.removeAttribute("aria-current");
  stop.setAttribute("aria-current", "step");
  Object.assign(place, { stop, top: goal, since: performance.now() });
  scroller.scrollTo({ top: goal, behavior: STILL.matches ? "instant" : "smooth" });
}
