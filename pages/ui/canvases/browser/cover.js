// What a class shall say before it sees it: the containers cover-… of a page, and what canvases show under
// --gramlab-covered (pages/ui/page.css). All is covered at once, and uncovered at once or one by one, by a press.

import { COVERED, COVERING, isCovered } from "../shared/covered.js";

const COVERS = '[class*="st-key-cover-"]';
const UNCOVERED = "uncovered";

/** @param {boolean} covered */
export function cover(covered) {
  if (covered === isCovered()) return;
  document.documentElement.classList.toggle(COVERED, covered);
  for (const each of document.querySelectorAll(COVERS)) each.classList.remove(UNCOVERED);
  dispatchEvent(new Event(COVERING)); // for what canvases draw
}

/**
 * A press on what is covered shows it, and does nothing else.
 * @param {Event} event
 */
export function uncoverOne(event) {
  const under = event.target instanceof Element ? event.target.closest(COVERS) : null;
  if (!isCovered() || !under || under.classList.contains(UNCOVERED)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  under.classList.add(UNCOVERED);
}
