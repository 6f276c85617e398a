// A picture in space, which a hand turns by dragging, is turned by the arrow keys as well: they drag it a little. The
// place that takes the focus for it is of pages/ui/show/plots.py.

import { ARROWS, isPlain } from "../shared/keys.js";
import { listen } from "../shared/lifecycle.js";

const PLACE = ".gramlab.turning";
const PICTURE = ".gl-container";
const STRIDE = 30; // px that a key drags it

/** @param {AbortSignal} ending */
export function turnInSpace(ending) {
  listen(
    document,
    "keydown",
    (event) => {
      const { target, key } = event;
      if (!(target instanceof Element) || !target.matches(PLACE) || !isPlain(event) || !(key in ARROWS)) return;
      event.preventDefault();
      const picture = target.closest('[class*="st-key-in-space-"]')?.querySelector(PICTURE);
      if (picture) drag(picture, ARROWS[key]);
    },
    ending,
  );
}

/**
 * @param {Element} picture
 * @param {number[]} way   to the right and down
 */
function drag(picture, [right, down]) {
  const { left, top, width, height } = picture.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const touch = (/** @type {string} */ type, /** @type {number} */ share, /** @type {number} */ buttons) =>
    (picture.querySelector("canvas") ?? picture).dispatchEvent(
      new MouseEvent(type, {
        bubbles: true,
        buttons,
        clientX: x + share * STRIDE * right,
        clientY: y + share * STRIDE * down,
      }),
    );
  touch("mousemove", 0, 0);
  touch("mousedown", 0, 1);
  touch("mousemove", 1, 1);
  touch("mouseup", 1, 0);
}
