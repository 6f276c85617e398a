// Keys that move.

/** To the right and down, by the key of an arrow. @type {Record<string, [number, number]>} */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Whether a key is pressed alone, Shift aside: with another one it belongs to the browser.
 * @param {KeyboardEvent} event
 */
export const isPlain = ({ ctrlKey, metaKey, altKey }) => !ctrlKey && !metaKey && !altKey;
