// What Streamlit says in English only (labels, hints, dialogs, what is wrong with a number or a file), in our own words.

import { fill } from "../shared/words.js";

const ATTRIBUTES = ["aria-label", "placeholder", "title"];
const WATCHED = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES };
const TEXT = "text"; // beside the names of attributes

/**
 * @typedef {{ start: string, pattern: RegExp, names: string[], text: string }} Phrase
 * @typedef {Record<string, { original: string, now: string }>} Said   by attribute, or TEXT
 */

// what Streamlit has said at a node, and what stands there now; on the window, because the page keeps its nodes when this
// module is loaded anew
const KEPT = Symbol.for("gramlab.said");
const page = /** @type {{ [kept: symbol]: WeakMap<Node, Said> | undefined }} */ (/** @type {unknown} */ (globalThis));

// and who says it instead
const SPEAKER = Symbol.for("gramlab.speaker");
const speakers = /** @type {{ [speaker: symbol]: AbortController | undefined }} */ (
  /** @type {unknown} */ (globalThis)
);

/**
 * Phrases of Streamlit with {places}, each with what is said instead.
 * @param {[string, string][]} pairs
 * @returns {Phrase[]}
 */
export function phrases(pairs) {
  return pairs.map(([said, text]) => {
    const [start, ...rest] = said.split(/\{(\w+)\}/); // every second of `rest` is a literal
    const names = rest.filter((_, n) => n % 2 === 0);
    const literals = rest.filter((_, n) => n % 2 === 1);
    const pattern = [start, ...literals].map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+)");
    return { start, pattern: new RegExp(`^${pattern}$`, "s"), names, text };
  });
}

/**
 * What is said instead of a text of Streamlit; null where it is none. What fills {what} is such a text itself.
 * @param {string} said
 * @param {Phrase[]} known
 * @returns {string | null}
 */
export function instead(said, known) {
  for (const { start, pattern, names, text } of known) {
    const found = said.startsWith(start) ? pattern.exec(said) : null;
    if (!found) continue;
    const values = names.map((name, n) => [name, name === "what" ? instead(found[n + 1], known) : found[n + 1]]);
    if (values.every(([, value]) => value !== null)) return fill(text, Object.fromEntries(values));
  }
  return null;
}

/** From now on somebody else says it: whoever has said it until now ends, and so does this one with the signal. */
export function takeOver() {
  speakers[SPEAKER]?.abort();
  speakers[SPEAKER] = new AbortController();
  return speakers[SPEAKER].signal;
}

/**
 * Say it instead wherever Streamlit says it, before it is seen, until the signal.
 * @param {() => Phrase[]} known   in the language of the moment
 * @param {AbortSignal} ending
 */
export function keepSaying(known, ending) {
  const observer = new MutationObserver((records) => {
    for (const { type, target, attributeName, addedNodes } of records) {
      if (type === "childList") for (const node of addedNodes) sayBelow(node, known());
      else say(target, attributeName ?? TEXT, known());
    }
  });
  observer.observe(document.body, WATCHED);
  ending.addEventListener("abort", () => observer.disconnect());
}

/**
 * Say it instead at a node and everywhere below it.
 * @param {Node} root
 * @param {Phrase[]} known
 */
export function sayBelow(root, known) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = /** @type {Node | null} */ (root); node; node = walker.nextNode()) {
    if (node instanceof Element) for (const attribute of ATTRIBUTES) say(node, attribute, known);
    else if (node instanceof Text) say(node, TEXT, known);
  }
}

/**
 * @param {Node} node
 * @param {string} where   an attribute, or TEXT
 * @param {Phrase[]} known
 */
function say(node, where, known) {
  const stands = node instanceof Element ? node.getAttribute(where) : node.nodeValue;
  if (!stands?.trim()) return;
  page[KEPT] ??= new WeakMap();
  const kept = page[KEPT];
  const before = kept.get(node)?.[where];
  const original = before?.now === stands ? before.original : stands;
  const text = instead(original.trim(), known);
  if (text === null || (where === TEXT && isSomebodys(node))) return;
  const now = original.replace(original.trim(), () => text);
  kept.set(node, { ...kept.get(node), [where]: { original, now } });
  if (now === stands) return;
  if (node instanceof Element) node.setAttribute(where, now);
  else node.nodeValue = now;
}

/**
 * Whether a text belongs to a program or a style sheet that the page shows or uses; an error of Streamlit's own does not.
 * @param {Node} node
 */
function isSomebodys({ parentElement }) {
  return Boolean(
    parentElement?.closest("code, style, script") && !parentElement.closest("[data-testid=stErrorCodeBlock]"),
  );
}
