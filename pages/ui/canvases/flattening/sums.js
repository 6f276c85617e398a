// What two channels make together.

/**
 * The inner product; what is only rounding, under 10⁻¹² of the largest term, is 0.
 * @param {number[]} a
 * @param {number[]} b
 */
export function inner(a, b) {
  const terms = a.map((value, p) => value * b[p]);
  const sum = terms.reduce((total, term) => total + term, 0);
  return Math.abs(sum) < 1e-12 * Math.max(...terms.map(Math.abs)) ? 0 : sum;
}

/**
 * Which word of `words` says what channels a and b do, and their cosine. None of them is silent.
 * @param {number[]} a
 * @param {number[]} b
 */
export function relation(a, b) {
  const [x, y] = [toOne(a), toOne(b)];
  const cosine = inner(x, y) / Math.sqrt(inner(x, x) * inner(y, y));
  const isMixed = x.some((value, p) => value * y[p] < 0); // they work against each other at some place
  if (x.every((value, p) => value * y[p] === 0)) return { cosine, word: "never" };
  if (cosine < 0) return { cosine, word: "against" };
  return { cosine, word: cosine >= 0.8 ? "together" : cosine > 0.2 ? "partly" : isMixed ? "cancel" : "turns" };
}

/**
 * The largest of them becomes 1: squares of large numbers would be beyond a float.
 * @param {number[]} row
 */
function toOne(row) {
  const most = Math.max(...row.map(Math.abs));
  return row.map((value) => value / most);
}
