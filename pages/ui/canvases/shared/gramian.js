// The Gram matrix as gramlib.gram makes it, of the few short vectors that a hand moves.

/**
 * How a Gram matrix is read: without each vector's mean, of unit vectors, divided by how many numbers there are.
 * @typedef {{ center?: boolean, unit?: boolean, mean?: boolean }} Reading
 */

/**
 * The inner product, without what rounding leaves over.
 * @param {number[]} a
 * @param {number[]} b
 */
export const inner = (a, b) => Number(a.reduce((sum, value, index) => sum + value * b[index], 0).toPrecision(12)) + 0;

/**
 * The vectors without their means, where the reading takes them off.
 * @param {number[][]} vectors
 * @param {Reading} reading
 */
export function centred(vectors, { center }) {
  if (!center) return vectors;
  return vectors.map((vector) => {
    const mean = vector.reduce((sum, value) => sum + value, 0) / vector.length;
    return vector.map((value) => Number((value - mean).toPrecision(12)) + 0);
  });
}

/**
 * Row by row; of a vector without a direction there is no cosine, only NaN.
 * @param {number[][]} vectors
 * @param {Reading} reading
 */
export function gramOf(vectors, reading) {
  const rows = centred(vectors, reading);
  const norms = rows.map((row) => (reading.unit ? Math.hypot(...row) : 1));
  const count = reading.mean ? rows[0].length : 1;
  return rows.flatMap((a, i) =>
    rows.map((b, j) => (reading.unit && i === j && norms[i] ? 1 : inner(a, b) / (norms[i] * norms[j] * count))),
  );
}

/**
 * As gramlib.turning.turned does in the plane: mirrored first where that is asked for, then turned.
 * @param {number[][]} vectors
 * @param {number} degrees
 * @param {boolean} mirrored
 */
export function turnedBy(vectors, degrees, mirrored) {
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return vectors.map(([right, up]) => {
    const x = mirrored ? -right : right;
    return [cosine * x - sine * up, sine * x + cosine * up].map((value) =>
      Math.abs(value) < 1e-12 * Math.hypot(x, up) ? 0 : value,
    );
  });
}
