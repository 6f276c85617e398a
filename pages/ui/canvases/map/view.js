// Where the points of the map come to lie on the screen.

/**
 * @typedef {number[]} Point   [right, up] in units of distance, or [right, down] in pixels
 */

/**
 * How large a picture is, in pixels, on a map of this width.
 * @param {number} width
 */
export const sideOf = (width) => Math.max(40, Math.min(76, Math.round(width / 9)));

/**
 * From units to pixels: all pictures fit with their whole width, and a map of one spot is not blown up.
 * @param {Point[]} points
 * @param {number} side     of a picture, in pixels
 * @param {number} width    of the map, in pixels
 * @param {number} height
 * @returns {{ scale: number, toPixels: (point: Point) => Point }}   scale: pixels a unit
 */
export function view(points, side, width, height) {
  const [low, high] = [Math.min, Math.max].map((most) => [0, 1].map((axis) => most(...points.map((at) => at[axis]))));
  const middle = low.map((value, axis) => (value + high[axis]) / 2);
  const room = [width, height].map((pixels) => pixels - side - 16);
  const scale = Math.min(...room.map((pixels, axis) => pixels / Math.max(0.04, high[axis] - low[axis])));
  return { scale, toPixels: ([x, y]) => [width / 2 + (x - middle[0]) * scale, height / 2 - (y - middle[1]) * scale] };
}

/**
 * A length that one reads, in units: 0.5, 0.2, 0.1, … whichever is at most a third of the map.
 * @param {number} scale   pixels a unit
 * @param {number} width   of the map, in pixels
 */
export const barLength = (scale, width) =>
  [0.5, 0.2, 0.1, 0.05, 0.02, 0.01].find((length) => length * scale < width / 3) ?? 0.005;

/**
 * Which one is the nearest to one of the pictures.
 * @param {number[]} distances   from it to each
 * @param {number} index         its own
 */
export function nearestTo(distances, index) {
  const others = distances.map((distance, other) => (other === index ? Infinity : distance));
  return others.indexOf(Math.min(...others));
}
