// What happens when. Time counts beats: each channel is laid flat in one, F is turned in one, each cell of G is worked
// out in one, and G is read in the last. They make five stages.

import { clamp } from "../shared/geometry.js";

export const STAGES = 5;
export const DONE = 0.85; // the part of a beat after which all has arrived; the rest is for looking
const MEETING = 0.7; // the part of a beat in which the pairs of a cell of G meet, before it is mirrored

/** @typedef {number[]} Shape   [C, H, W] */

/** @param {number} count */
export const range = (count) => [...Array(count).keys()];

/** @param {number} share */
export function ease(share) {
  const s = clamp(share);
  return s * s * (3 - 2 * s);
}

/**
 * The cells of G that are worked out, in their order; the others mirror them.
 * @param {number} C
 */
export const ORDER = (C) => range(C).flatMap((i) => range(C - i).map((n) => [i, i + n]));

/**
 * When the cell (i, j) has its turn in that order, itself or by its mirror.
 * @param {number} C
 * @param {number} i
 * @param {number} j
 */
export const turnOf = (C, i, j) => ORDER(C).findIndex(([a, b]) => a === Math.min(i, j) && b === Math.max(i, j));

/**
 * The beats at which the stages end.
 * @param {number} C
 */
export const beatsOf = (C) => [0, C, C + 1, C + 1 + ORDER(C).length, lastBeat(C)];

/**
 * Where the time ends.
 * @param {number} C
 */
export const lastBeat = (C) => C + 2 + ORDER(C).length;

/**
 * The stage, 1 to 5, that is on or has just ended.
 * @param {number} C
 * @param {number} time
 */
export const stageAt = (C, time) => beatsOf(C).findIndex((end) => time <= end + 1e-9) + 1;

/**
 * Milliseconds of a beat when it is played.
 * @param {Shape} shape
 * @param {number} beat   at its beginning
 */
export function lengthOf([C, H, W], beat) {
  if (beat <= C) return beat < C ? 1500 : 2200;
  return beat <= C + ORDER(C).length ? 800 + Math.min(H * W * 330, 4000) : 300;
}

/**
 * What the product has come to: which of the order, its cell if there is one still, how many of its pairs have met, the
 * share of the way of the next pair, and of the way of the mirrored cell. Null before it has begun.
 * @param {Shape} shape
 * @param {number} time
 */
export function productAt([C, H, W], time) {
  const [past, cells] = [time - C - 1, ORDER(C)];
  if (past <= 1e-9) return null;
  const n = Math.min(cells.length, Math.ceil(past - 1e-9) - 1);
  const pairs = clamp((past - n) / MEETING) * H * W;
  const mirror = ease((past - n - MEETING - 0.02) / (DONE - MEETING - 0.02));
  return { n, cell: n < cells.length ? cells[n] : null, met: Math.floor(pairs + 1e-9), next: pairs % 1, mirror };
}
