// What a hand moves in a canvas, for Python: told at once, and from then on whenever Python has seen what was told last,
// so that a slow machine hears of less, and never of what is long past.

import { hearMoved } from "../shared/hand.js";
import { lifecycle } from "../shared/lifecycle.js";
import { Commits } from "../shared/wire.js";

/**
 * @typedef {import("../shared/lifecycle.js").Component} Component
 * @typedef {{ canvas: string, sequence: number }} Data   of canvas.py
 * @typedef {ReturnType<typeof begin>} View
 */

export default lifecycle({ begin, update });

/**
 * @param {Component} component
 * @param {AbortSignal} ending
 */
function begin({ data, setStateValue }, ending) {
  const view = {
    data: /** @type {Data} */ (data),
    setStateValue,
    commits: new Commits(data.sequence),
    news: /** @type {number[][] | null} */ (null),
  };
  hearMoved(({ key, vectors }) => {
    if (key !== view.data.canvas) return;
    view.news = vectors.map((vector) => [...vector]); // also when the hand has let go, or given up
    tell(view);
  }, ending);
  return view;
}

/**
 * @param {View} view
 * @param {Component} component
 */
function update(view, { data, setStateValue }) {
  Object.assign(view, { data, setStateValue });
  tell(view);
}

/** @param {View} view */
function tell(view) {
  const { data, commits, news, setStateValue } = view;
  if (!news || !commits.areSeen(data.sequence)) return;
  view.news = null;
  commits.send(setStateValue, news);
}
