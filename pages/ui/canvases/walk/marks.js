// Where a curve bends or jumps, and why, in words.

import { number } from "../shared/numbers.js";
import { fill } from "../shared/words.js";

/**
 * @typedef {import("./canvas.js").Mark} Mark
 */

/** What one line has room for; the newest are the ones that a person has just made. */
const MOST = 4;

/**
 * "Step 26: finer, now 128 × 96 px …".
 * @param {Mark} mark
 * @param {Record<string, string>} words
 */
export function saidOf({ iteration, changed, values }, words) {
  const written = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === "number" ? number(value) : value]),
  );
  const why = changed.map((name) => fill(words[`mark_${name}`] ?? "", written)).filter(Boolean);
  return fill(words.mark, { step: iteration, why: why.join(words.mark_and) });
}

/**
 * The newest of them in one line of text.
 * @param {Mark[]} marks
 * @param {Record<string, string>} words
 */
export function told(marks, words) {
  const said = marks.slice(-MOST).map((mark) => saidOf(mark, words));
  return (marks.length > MOST ? "… " : "") + said.join(" ");
}
