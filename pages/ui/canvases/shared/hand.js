// What a hand holds in one canvas reaches all that shows it in the same frame, long before Python hears of it.
//
// Each kind of canvas has its own copy of this module, so that they speak through the window.

const MOVED = "gramlab.moved";

/**
 * The vectors of the canvas that has this key, and whether a hand is still on them. Told once more when it has let go.
 * @typedef {{ key: string, vectors: number[][], held: boolean }} Moved
 */

/** @param {Moved} moved */
export const tellMoved = (moved) => window.dispatchEvent(new CustomEvent(MOVED, { detail: moved }));

/**
 * Hear of every vector that is moved, until the signal.
 * @param {(moved: Moved) => void} act
 * @param {AbortSignal} ending
 */
export const hearMoved = (act, ending) =>
  window.addEventListener(MOVED, (event) => act(/** @type {CustomEvent<Moved>} */ (event).detail), { signal: ending });

/**
 * Where Streamlit shows what has this key.
 * @param {string} key
 */
export const shownUnder = (key) => document.querySelector(`.st-key-${key.replace(/[^\w-]/g, "-")}`);

/**
 * Be told of the number of a slider of Streamlit's while it is moved: Python hears of it a moment after.
 * @param {string} key
 * @param {(value: number) => void} act
 * @param {AbortSignal} ending
 */
export function watchSlider(key, act, ending) {
  const observer = new MutationObserver((records) => {
    const slider = shownUnder(key);
    if (!slider || !records.some(({ target }) => slider.contains(target))) return;
    const input = slider.querySelector("input[type=range]");
    if (input instanceof HTMLInputElement) act(Number(input.value));
  });
  observer.observe(document.body, {
    subtree: true,
    childList: true,
    characterData: true,
    attributeFilter: ["aria-valuetext", "aria-valuenow", "value", "style"],
  });
  ending.addEventListener("abort", () => observer.disconnect());
}
