// A filter on a picture: the arithmetic, as gramlib/filters.py has it. Colour by colour, row by row, everywhere.

export const WEIGHTS = 27;

/**
 * A picture as VGG takes it, with one pixel of zeros around it.
 * @typedef {{ height: number, width: number, values: Float64Array }} Picture
 */

/**
 * Each colour from 0 to 1, minus ImageNet's mean, over its deviation.
 * @param {Uint8Array} levels   red, green and blue of each pixel
 * @param {{ height: number, width: number, mean: number[], deviation: number[] }} about
 * @returns {Picture}
 */
export function standardize(levels, { height, width, mean, deviation }) {
  const values = new Float64Array(3 * (height + 2) * (width + 2));
  for (let colour = 0; colour < 3; colour++) {
    const table = Float64Array.from({ length: 256 }, (_, level) => (level / 255 - mean[colour]) / deviation[colour]);
    for (let row = 0; row < height; row++) {
      const to = (colour * (height + 2) + row + 1) * (width + 2) + 1;
      for (let column = 0; column < width; column++)
        values[to + column] = table[levels[3 * (row * width + column) + colour]];
    }
  }
  return { height, width, values };
}

/**
 * How far the numbers of a patch lie from its first.
 * @param {Picture} picture
 */
const steps = ({ height, width }) =>
  Array.from({ length: WEIGHTS }, (_, k) => {
    const [colour, row, column] = [Math.floor(k / 9), Math.floor(k / 3) % 3, k % 3];
    return (colour * (height + 2) + row) * (width + 2) + column;
  });

/**
 * The 27 numbers around a place.
 * @param {Picture} picture
 * @param {number[]} place   row and column
 */
export const patchAt = (picture, [row, column]) =>
  steps(picture).map((step) => picture.values[row * (picture.width + 2) + column + step]);

/**
 * The inner product of the filter with every patch, plus the bias: the channel before its ReLU, row by row.
 * @param {Picture} picture
 * @param {number[]} numbers   27 weights and the bias
 */
export function filtered(picture, numbers) {
  const { height, width, values } = picture;
  const channel = new Float64Array(height * width).fill(numbers[WEIGHTS]);
  steps(picture).forEach((step, k) => {
    const weight = numbers[k];
    if (!weight) return;
    for (let row = 0; row < height; row++) {
      const [from, to] = [row * (width + 2) + step, row * width];
      for (let column = 0; column < width; column++) channel[to + column] += weight * values[from + column];
    }
  });
  return channel;
}

/** @param {number[]} numbers */
export const length = (numbers) => Math.hypot(...numbers);

/**
 * The angle between two vectors in degrees, right near 0° and 180° as well; undefined where one has no direction.
 * @param {number[]} a
 * @param {number[]} b
 */
export function angle(a, b) {
  const [one, other] = [length(a), length(b)];
  if (!one || !other) return undefined;
  const difference = length(a.map((value, k) => value / one - b[k] / other));
  const sum = length(a.map((value, k) => value / one + b[k] / other));
  return (2 * Math.atan2(difference, sum) * 180) / Math.PI;
}
