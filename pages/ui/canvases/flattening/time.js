// How time runs: played, in steps, and dragged.

import { clamp } from "../shared/geometry.js";
import { lastBeat, lengthOf, stageAt } from "./beats.js";
import { draw } from "./draw.js";

const STANDING = 1300; // ms that a beat stands when it is played to somebody who wants no motion
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** @typedef {import("./canvas.js").Hand} Hand */

/**
 * @param {Hand} hand
 * @param {number} time
 */
export function stand(hand, time) {
  hand.time = hand.goal = time;
}

/**
 * Let the time run to a beat, `pace` times slower than when it is played.
 * @param {Hand} hand
 * @param {number} goal
 * @param {number} [pace]
 */
function run(hand, goal, pace = 1) {
  Object.assign(hand, { goal: clamp(goal, 0, lastBeat(hand.shape[0])), pace, last: 0 });
  request(hand);
}

/** @param {Hand} hand */
function request(hand) {
  hand.frame ||= requestAnimationFrame((now) => tick(hand, now));
}

/**
 * @param {Hand} hand
 * @param {number} now
 */
function tick(hand, now) {
  hand.frame = 0;
  const { time, goal, last, pace, playing } = hand;
  const passed = last ? Math.min(100, now - last) : 16;
  const way = Math.sign(goal - time);
  if (!STILL.matches) {
    const beat = way > 0 ? Math.floor(time + 1e-9) : Math.ceil(time - 1e-9) - 1;
    const next = time + (way * passed) / (lengthOf(hand.shape, beat) * pace);
    hand.time = way * (goal - next) > 0 ? next : goal;
    hand.last = now;
  } else if (!playing) hand.time = goal;
  else if (!last || now - last > STANDING) {
    if (last) hand.time = Math.min(goal, Math.floor(time + 1e-9) + 1);
    hand.last = now;
  }
  if (hand.time !== goal) request(hand);
  else rest(hand);
  draw(hand);
}

/**
 * At rest in another stage than before: tell the page, if it wants to know.
 * @param {Hand} hand
 */
function rest(hand) {
  hand.playing = false;
  const stage = stageAt(hand.shape[0], hand.time);
  if (stage === hand.told || hand.dragging) return;
  hand.told = stage;
  if (hand.data.reports) hand.reports.send(hand.setStateValue, stage, "reached");
}

/** @param {Hand} hand */
export function toggle(hand) {
  hand.playing = !hand.playing;
  const last = lastBeat(hand.shape[0]);
  if (hand.playing && hand.time === last) hand.time = 0;
  if (hand.playing) run(hand, last);
  else run(hand, hand.time); // stands where it is, even between two beats
}

/**
 * One beat on or back. A second press does not wait for the first one's beat to end.
 * @param {Hand} hand
 * @param {number} way   1 or -1
 */
export function step(hand, way) {
  if (!hand.playing && hand.goal !== hand.time && Math.sign(hand.goal - hand.time) === way) hand.time = hand.goal;
  hand.playing = false;
  const goal = way > 0 ? Math.floor(hand.time + 1e-6) + 1 : Math.ceil(hand.time - 1e-6) - 1;
  run(hand, goal, way > 0 ? 0.7 : 0.2);
}

/**
 * At once.
 * @param {Hand} hand
 * @param {number} time
 */
export function jump(hand, time) {
  Object.assign(hand, { playing: false, time });
  run(hand, time);
}

/**
 * @param {Hand} hand
 * @param {PointerEvent} event
 */
export function drag(hand, event) {
  const { timeLine } = hand;
  if (event.type === "pointerdown" && event.button === 0) {
    timeLine.setPointerCapture(event.pointerId);
    hand.dragging = true;
  }
  if (!hand.dragging) return;
  const box = timeLine.getBoundingClientRect();
  const time = clamp((event.clientX - box.left) / box.width) * lastBeat(hand.shape[0]);
  jump(hand, STILL.matches ? Math.round(time) : time);
  if (event.type !== "pointerup" && event.type !== "pointercancel") return;
  hand.dragging = false;
  run(hand, Math.round(hand.time), 0.4);
}
