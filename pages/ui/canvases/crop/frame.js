// A frame as numbers: left, top, width and height in per cent of the picture's sides; it never leaves the picture.

import { clamp } from "../shared/geometry.js";

/**
 * @typedef {number[]} Frame   [left, top, width, height]
 * @typedef {number[]} Place   [left, top]
 */

/** @type {Frame} */
export const WHOLE = [0, 0, 100, 100];

/** @param {Frame} frame */
export const isWhole = (frame) => frame.every((side, n) => side === WHOLE[n]);

/**
 * The frame moved by whole per cents.
 * @param {Frame} frame
 * @param {number} right
 * @param {number} down
 */
export function moved([left, top, width, height], right, down) {
  return [clamp(left + right, 0, 100 - width), clamp(top + down, 0, 100 - height), width, height];
}

/**
 * The frame with its middle at a place, as nearly as whole per cents and the border allow.
 * @param {Frame} frame
 * @param {Place} place
 */
export function centred([, , width, height], [x, y]) {
  return moved([0, 0, width, height], x - Math.round(width / 2), y - Math.round(height / 2));
}

/**
 * The frame with one corner at a place.
 * @param {Frame} frame
 * @param {number[]} corner   [0 left or 1 right, 0 top or 1 bottom]
 * @param {Place} place
 * @param {number} smallest   per cent of a side
 */
export function cornerAt(frame, corner, place, smallest) {
  const sides = [0, 1].map((axis) => {
    const [start, end] = [frame[axis], frame[axis] + frame[axis + 2]];
    return corner[axis]
      ? [start, clamp(place[axis], start + smallest, 100)]
      : [clamp(place[axis], 0, end - smallest), end];
  });
  return [...sides.map(([start]) => start), ...sides.map(([start, end]) => end - start)];
}

/**
 * The frame between two places, at least as large as the smallest.
 * @param {Place} one
 * @param {Place} other
 * @param {number} smallest
 */
export function between(one, other, smallest) {
  const sizes = [0, 1].map((axis) => Math.max(Math.abs(other[axis] - one[axis]), smallest));
  const starts = [0, 1].map((axis) =>
    clamp(other[axis] < one[axis] ? one[axis] - sizes[axis] : one[axis], 0, 100 - sizes[axis]),
  );
  return [...starts, ...sizes];
}
