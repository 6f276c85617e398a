// The measure of what is drawn: --gramlab-unit, a pixel, and on a projector more (pages/ui/projector.css). In CSS it is a
// canvas's --px. --gramlab-tallest is how high what is drawn may be, where the page says so.

const UNIT = "--gramlab-unit";
const TALLEST = "--gramlab-tallest";

// as a length it can be read in px, whatever it is given in; @property would say the same, but Streamlit lets no style
// sheet through that has a < in it
for (const [name, initialValue] of [
  [UNIT, "1px"],
  [TALLEST, "99999px"],
]) {
  try {
    CSS.registerProperty({ name, syntax: "<length>", inherits: true, initialValue });
  } catch {
    // another canvas has said so
  }
}

/**
 * How many px a unit has at an element.
 * @param {Element} element
 */
export const unitAt = (element) => lengthAt(element, UNIT) || 1;

/**
 * How many px what is drawn at an element may be high.
 * @param {Element} element
 */
export const tallestAt = (element) => lengthAt(element, TALLEST) || Number.POSITIVE_INFINITY;

/** @type {(element: Element, name: string) => number} */
const lengthAt = (element, name) => Number.parseFloat(getComputedStyle(element).getPropertyValue(name));
