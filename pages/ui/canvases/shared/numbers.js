// How a number is written, exactly as pages/ui/numbers.py writes it.

/**
 * Both round the exact binary value, but at a tie Python takes the even digit and JavaScript the larger.
 * @param {string} rounded
 * @param {string} exact   with 25 digits more
 */
const tieToEven = (rounded, exact) => (/[02468]\.?50{24}$/.test(exact) ? exact.slice(0, -25) : rounded);

/**
 * Three significant digits unless asked for more, and a real minus sign: −0.25, 14, 1.2×10⁻⁷.
 * @param {number} value
 * @param {number} [digits]
 */
export function number(value, digits = 3) {
  if (!Number.isFinite(value)) return "—";
  if (value === 0) return "0";
  const trim = (/** @type {string} */ text) => (text.includes(".") ? text.replace(/\.?0*$/, "") : text);
  const [size, sign] = [Math.abs(value), value < 0 ? "−" : ""];
  if (size >= 1e-3 && size < 10 ** Math.max(digits, 6)) {
    const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
    return sign + trim(tieToEven(size.toFixed(decimals), size.toFixed(decimals + 25)));
  }
  const [rounded, exponent] = size.toExponential(digits - 1).split("e");
  const raised = exponent.replace("+", "").replace(/./g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] ?? "⁻");
  const exact = size.toExponential(digits + 24).split("e")[0];
  return `${sign}${trim(tieToEven(rounded, exact))}×10${raised}`;
}

/**
 * In brackets when it is negative: as a factor.
 * @param {number} value
 * @param {number} [digits]
 */
export const factor = (value, digits) => (value < 0 ? `(${number(value, digits)})` : number(value, digits));

/**
 * The value that is written, to be compared with the one that is meant.
 * @param {number} value
 * @param {number} [digits]
 */
const written = (value, digits) => {
  const [rounded, raised] = number(value, digits).replaceAll("−", "-").split("×10");
  const digit = (/** @type {string} */ sign) => (sign === "⁻" ? "-" : String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(sign)));
  return Number(raised ? `${rounded}e${raised.replace(/./g, digit)}` : rounded);
};

/**
 * Whether the number as it is written is the number itself, but for what rounding has left over.
 * @param {number} value
 * @param {number} [digits]
 */
export const isExact = (value, digits) => Math.abs(written(value, digits) - value) <= 1e-12 * Math.abs(value);

/**
 * The sign between what is meant and what is written.
 * @param {...number} values
 */
export const equals = (...values) => (values.every((value) => isExact(value)) ? " = " : " ≈ ");

/**
 * The shortest text that reads back as exactly this number, with a real minus sign.
 * @param {number} value
 */
export const plain = (value) => String(value).replaceAll("-", "−");
