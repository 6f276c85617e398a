// The plane as numbers: directions and angles, what is in view, and the grid that things snap to.

import { number } from "../shared/numbers.js";

/**
 * @typedef {number[]} Point   [right, up] in units, or [right, down] in pixels from the middle
 * @typedef {{ half: number, reach: number }} View   the origin is the middle; from there to the border it is `half`
 *   units or `reach` pixels, the same on both axes
 */

// ---------------------------------------------------------------------------------------------- numbers and angles

/**
 * 0.30000000000000004 → 0.3, −0 → 0
 * @param {number} value
 */
export const withoutNoise = (value) => Number(value.toPrecision(12)) + 0;

/**
 * The direction of a vector in radians; null for the zero vector.
 * @param {Point} vector
 */
export const heading = ([x, y]) => (x === 0 && y === 0 ? null : Math.atan2(y, x));

/**
 * From the middle so many pixels in a direction; pixels grow downwards.
 * @param {number} angle   in radians
 * @param {number} length
 */
export const polar = (angle, length) => [length * Math.cos(angle), -length * Math.sin(angle)];

/**
 * From a to b in degrees, in (−180, 180], counterclockwise positive; null when one of them has no direction. What
 * rounding alone can leave over is taken off, as gramlib.relation does: a right angle is exactly 90.
 * @param {Point} a
 * @param {Point} b
 */
export function angleBetween(a, b) {
  if (heading(a) === null || heading(b) === null) return null;
  const [[x, y], [u, v]] = [unit(a), unit(b)];
  return (Math.atan2(exact(x * v - y * u), exact(x * u + y * v)) * 180) / Math.PI;
}

/** @param {Point} vector */
const unit = ([x, y]) => [x / Math.hypot(x, y), y / Math.hypot(x, y)];

/** @param {number} value */
const exact = (value) => (Math.abs(value) <= 16 * Number.EPSILON ? 0 : value);

/**
 * Four digits, or as many as it takes to tell it from 0°, 90° and 180°: 89.9999° is nearly right, 90° is.
 * @param {number} degrees
 */
export function printAngle(degrees) {
  const size = Math.abs(degrees);
  for (let digits = 4; digits < 16; digits += 1) {
    const text = number(size, digits);
    if (!["0", "90", "180"].includes(text) || [0, 90, 180].includes(size)) return `${text}°`;
  }
  return `${number(size, 16)}°`;
}

/**
 * The length of the shadow of b on the line of a, negative where it falls behind a's beginning.
 * @param {Point} b
 * @param {number | null} degrees   from a to b
 */
export function shadowOf(b, degrees) {
  if (degrees === null || Math.abs(degrees) === 90) return 0;
  return Math.hypot(...b) * Math.cos((degrees * Math.PI) / 180);
}

/**
 * The colour of a product: violet, below zero green.
 * @param {number} value
 */
export const signOf = (value) => (value < 0 ? "negative" : "product");

// ------------------------------------------------------------------------------------------------------------ view

/**
 * @param {View} view
 * @param {Point} units
 */
export const toPixels = ({ reach, half }, [x, y]) => [(x / half) * reach, (-y / half) * reach];

/**
 * @param {View} view
 * @param {Point} pixels
 */
export const toUnits = ({ reach, half }, [x, y]) => [(x / reach) * half, (-y / reach) * half];

/**
 * The largest coordinate of all.
 * @param {Point[]} vectors
 */
export const extent = (vectors) => Math.max(...vectors.flat().map(Math.abs));

/**
 * From the middle to the border so that all vectors have room.
 * @param {Point[]} vectors
 */
export const fitting = (vectors) => extent(vectors) * 1.4 || 5;

/**
 * Whether the vectors reach out of the view or are lost in it.
 * @param {number} half
 * @param {Point[]} vectors
 */
export function needsFit(half, vectors) {
  const share = extent(vectors) / half;
  return share > 0.95 || (share > 0 && share < 0.15);
}

// ------------------------------------------------------------------------------------------------------------ grid

/**
 * About eight squares of the grid across, each 1, 2 or 5 times a power of ten wide.
 * @param {number} half
 */
export function tickStep(half) {
  const power = 10 ** Math.floor(Math.log10(half / 4));
  const lead = half / 4 / power;
  return withoutNoise((lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power);
}

/**
 * What a tip snaps to: halves at the usual scale; a tenth of a square where the plane is much larger or smaller. With
 * Alt or Shift it is finer.
 * @param {number} half
 * @param {{ altKey: boolean, shiftKey: boolean }} event
 * @param {number} fineStep   at the usual scale
 */
export function snapStep(half, { altKey, shiftKey }, fineStep) {
  const [tick, fine] = [tickStep(half), altKey || shiftKey];
  if (tick < 0.1 || tick > 5) return fine ? tick / 100 : tick / 10;
  return fine ? fineStep : 0.5;
}

/**
 * The next multiple of a step in a direction: from a typed 3.14 by halves it is 3.5, or 3.
 * @param {number} value
 * @param {number} sign   1 or -1
 * @param {number} step
 */
export const nextOnGrid = (value, sign, step) =>
  withoutNoise(sign * step * (Math.floor((sign * value) / step + 1e-6) + 1));
