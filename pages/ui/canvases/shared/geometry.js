// Numbers as lengths and places.

/**
 * @param {number} value
 * @param {number} [low]
 * @param {number} [high]
 */
export const clamp = (value, low = 0, high = 1) => Math.min(high, Math.max(low, value));

/**
 * The point, or any row of numbers, that lies this share of the way from one to another.
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} share
 */
export const mix = (from, to, share) => from.map((value, axis) => value + (to[axis] - value) * share);

/**
 * @param {number[]} one
 * @param {number[]} other
 */
export const plus = (one, other) => one.map((value, axis) => value + other[axis]);

/**
 * @param {number[]} one
 * @param {number[]} other
 */
export const distance = (one, other) => Math.hypot(other[0] - one[0], other[1] - one[1]);
