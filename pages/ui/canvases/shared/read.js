// Numbers as people write them, typed or pasted: the rules of gramlib/reading.py, which explains them, line by line.
// A test reads a generated corpus with both. No lookbehind in the patterns: older iPhones would not load the file.

/**
 * @typedef {[number, number]} Span   where a piece of a text begins and ends
 * @typedef {{ code: string, text: string, value?: number }} Note
 * @typedef {{ value?: number, fault?: string, sign?: string }} Entry
 */

const NUMBER = String.raw`[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?`;
const ENTRY = new RegExp(`^(${NUMBER})(?:/(${NUMBER}))?$`);
const BEGINNING = new RegExp(
  String.raw`^(?:${NUMBER}/)?[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]*)?)?`,
);
const ABOVE_ZERO = /^[^eE]*[1-9]/;
const LONGEST = 4_000_000; // characters

// -------------------------------------------------------------------------------------------- signs, one for one

const KIN = {
  " ":
    "\f\v\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008" +
    "\u2009\u200a",
  "，": "、",
  "[": "【〔",
  "]": "】〕",
  '"': "“”„‟",
  "'": "‘’‛",
};
const PLAIN = new Map(Object.entries(KIN).flatMap(([plain, signs]) => [...signs].map((sign) => [sign, plain])));
/** @param {string} sign */
const fullWidth = (sign) =>
  sign >= "！" && sign <= "～" && sign !== "，" ? String.fromCharCode(sign.charCodeAt(0) - 0xfee0) : sign;

/** @param {string} text */
const plainOf = (text) =>
  text
    .replace(/([0-9０-９])[\u00a0\u2009\u202f](?=[0-9０-９]{3}(?![0-9０-９]))/g, "$1\ue000")
    .replace(/[\f\v\u0080-\uffff]/g, (sign) => PLAIN.get(sign) ?? fullWidth(sign))
    .replace(/(^|[ \t\n,;，[({"'])——/g, "$1 —")
    .replace(/[‐‑‒–—―−﹣]/g, "-")
    .replaceAll("\r\n", " \n")
    .replaceAll("\r", "\n");

const LETTER = String.raw`A-Za-z_\u0370-\u03ff\u4e00-\u9fff`;
const CALL = String.raw`(?:[a-z]+\.)?(?:array|asarray|matrix|tensor) *`;
const NAMED = new RegExp(
  String.raw`(^|[ \n,;，\])}])([${LETTER}][${LETTER}0-9.\u2080-\u2089\u20d7]* *[=:])` +
    String.raw`(?=[ \n]*(?:[[({0-9.+-]|${CALL}\())`,
  "g",
);
const CALLED = new RegExp(String.raw`(^|[^${LETTER}0-9.])(${CALL})(?=\()`, "g");
const KEYWORD = /,[ \n]*(?:dtype|device|requires_grad|grad_fn) *= *[^,()[\]{}\n]*/g;

/** @param {string} text */
const blank = (text) => " ".repeat(text.length);
/**
 * @param {string} _
 * @param {string} first
 * @param {string} second
 */
const withoutSecond = (_, first, second) => first + blank(second);

/**
 * The same without quotes, names and calls around numbers, with spaces in their place.
 * @param {string} plain
 * @param {Note[]} notes
 */
const bare = (plain, notes) =>
  plain
    .replace(/"([^"'\n]*)"|'([^"'\n]*)'/g, (_, double, single) => unquoted(double ?? single, notes))
    .replace(NAMED, withoutSecond)
    .replace(CALLED, withoutSecond)
    .replace(KEYWORD, blank)
    .replace(/([\])}][ \n]*)(;[ \n]*)$/, withoutSecond);

/**
 * @param {string} inside
 * @param {Note[]} notes
 */
function unquoted(inside, notes) {
  if (!/^ *[+-]?[0-9]+,[0-9]+ *$/.test(inside)) return ` ${inside} `;
  if (!notes.length) notes.push(decimalComma(trim(inside)));
  return ` ${inside.replace(",", ".")} `;
}

/** @param {string} text */
const decimalComma = (text) => ({ code: "decimal_comma", text, value: Number(text.replace(",", ".")) });

// ----------------------------------------------------------------------------------------------- where numbers stand

/** @param {string} text */
const trim = (text) => text.slice(...trimmed(text, 0, text.length));

/**
 * @param {string} plain
 * @param {number} start
 * @param {number} end
 * @returns {Span}
 */
function trimmed(plain, start, end, blanks = " \t\n") {
  while (start < end && blanks.includes(plain[start])) start += 1;
  while (end > start && blanks.includes(plain[end - 1])) end -= 1;
  return [start, end];
}

/**
 * Where the numbers begin, and the heading before them.
 * @param {string} text
 * @param {string} plain
 * @param {number} start
 * @param {number} end
 * @returns {[number, string]}
 */
function afterHeading(text, plain, start, end) {
  const found = plain.slice(0, end).indexOf("\n", start);
  const stop = Math.max(start, found);
  const line = plain.slice(start, stop).replace(/[[\](){}]/g, " ");
  const hasNumbers = (/** @type {string} */ field) => {
    const words = field.split(" ").filter(Boolean);
    return words.length > 0 && words.every((word) => ENTRY.test(word));
  };
  if (!/[A-Za-z#%\u00aa-\uffff]/.test(line) || line.split(/[,;，\t]/).some(hasNumbers)) return [start, ""];
  return [trimmed(plain, stop, end)[0], text.slice(0, stop).trim()];
}

/** @type {Record<string, string>} */
const CLOSES = { "(": ")", "[": "]", "{": "}" };
const BETWEEN = ["", ",", ";", "，"];

/**
 * Where the insides of the innermost pairs of brackets are, or null where they do not fit.
 * @param {string} plain
 * @param {number} start
 * @param {number} end
 */
function innermost(plain, start, end) {
  const opened = /** @type {number[]} */ ([]);
  const found = /** @type {Span[]} */ ([]);
  const counts = /** @type {number[]} */ ([]);
  let [last, isInnermost] = [start, false];
  for (let place = start; place < end; place += 1) {
    const sign = plain[place];
    if (!"[](){}".includes(sign)) continue;
    const between = plain.slice(...trimmed(plain, last, place));
    last = place + 1;
    if (sign in CLOSES) {
      if (!BETWEEN.includes(between) || (isInnermost && between)) return null;
      counts[opened.length] = (counts[opened.length] ?? 0) + 1;
      opened.push(place);
      isInnermost = true;
    } else {
      const opening = opened.pop();
      if (opening === undefined || CLOSES[plain[opening]] !== sign) return null;
      if (!isInnermost && !BETWEEN.includes(between)) return null;
      if (isInnermost && opened.length + 1 !== counts.length) return null;
      if (isInnermost) found.push([opening + 1, place]);
      isInnermost = false;
    }
  }
  const after = counts.length ? plain.slice(...trimmed(plain, last, end)) : "";
  const fit = !opened.length && BETWEEN.includes(after) && counts.slice(0, -1).every((count) => count === 1);
  return fit ? found : null;
}

/**
 * The first number with a decimal comma, if the commas there are such.
 * @param {string} plain
 * @param {Span[]} places
 */
function firstDecimalComma(plain, places) {
  let [first, parted] = ["", false];
  for (const [start, end] of places) {
    const inside = plain.slice(start, end);
    if (!inside.includes(",")) continue;
    const count = (/** @type {string} */ text, /** @type {string} */ sign) => text.split(sign).length - 1;
    if (/[.，]/.test(inside) || (inside.match(/[0-9],(?=[0-9])/g) ?? []).length !== count(inside, ",")) return "";
    for (const word of inside.match(/[^ \t\n;]+/g) ?? []) {
      if (count(word, ",") > 1) return "";
      if (/^[+-]?[0-9]+,[0-9]+$/.test(word)) first ||= word;
    }
    parted ||= /[^ \t\n;][ \t;]+[^ \t\n;]/.test(inside);
  }
  return parted ? first : "";
}

/**
 * The first that looks like one number with commas between its thousands, and is read as several; or nothing.
 * @param {string} plain
 * @param {Span[]} places
 */
function firstThousands(plain, places) {
  for (const [start, end] of places) {
    const alone = places.length === 1 ? plain.slice(...trimmed(plain, start, end)) : "";
    for (const word of plain.slice(start, end).match(/[^ \t\n;，]+/g) ?? [])
      if (/^[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+$/.test(word) && (word === alone || word.includes(",0"))) return word;
  }
  return "";
}

/**
 * @param {string} plain
 * @param {number} start
 * @param {number} end
 * @param {string} sign
 * @returns {Span[]}
 */
function parted(plain, start, end, sign) {
  let begin = start;
  return plain
    .slice(start, end)
    .split(sign)
    .map((part) => {
      begin += part.length + 1;
      return trimmed(plain, begin - part.length - 1, begin - 1, " ");
    });
}

/**
 * Where the rows of a text without brackets inside are.
 * @param {string} plain
 * @param {number} from
 * @param {number} to
 * @param {boolean} square
 * @returns {Span[]}
 */
function linesOf(plain, from, to, square) {
  const [start, end] = trimmed(plain, from, to);
  let lines = parted(plain, start, end, "\n").filter(([begin, stop]) => begin < stop);
  if (!lines.length) lines = [[start, end]];
  for (const sign of ",;") {
    if (lines.length < 2 || !lines.slice(0, -1).every(([, stop]) => plain[stop - 1] === sign)) continue;
    if (square && sign === ",") return [[start, end]];
    lines = lines.map(([begin, stop]) => [begin, stop - Number(plain[stop - 1] === sign)]);
  }
  if (square) return lines.flatMap((line) => parted(plain, ...line, ";"));
  if (lines.length > 1 || !plain.slice(start, end).includes(";")) return lines;
  const rows = parted(plain, start, end, ";");
  return rows.some((row) => /[^ \t,，][ \t,，]+[^ \t,，]/.test(plain.slice(...row))) ? rows : lines;
}

/**
 * The texts of a row; an empty place is an empty text.
 * @param {string} text
 * @param {string} plain
 * @param {Span} row
 */
function entriesOf(text, plain, [start, end]) {
  const inside = plain.slice(start, end);
  const ofCells = inside.includes("\t") && !/[,;，]/.test(inside);
  let begin = start;
  return inside.split(ofCells ? "\t" : /[,;，]/).flatMap((piece) => {
    const words = [...piece.matchAll(/[^ \t\n]+/g)].map(({ 0: word, index }) => {
      const original = text.slice(begin + index, begin + index + word.length);
      return original.includes(",") ? word : original; // else it would be read once more, as two numbers
    });
    begin += piece.length + 1;
    return words.length ? words : [""];
  });
}

// ------------------------------------------------------------------------------------------------- what is exported

/**
 * The rows of texts in a block from a spreadsheet, a file, NumPy, MATLAB or a list of Python, one text a number.
 *
 * `notes` say how it was read where it could have been meant otherwise, `bracketed` that each row has brackets of its
 * own or all of them square ones; `fault` is a word for what cannot be read: "empty", "brackets".
 * @param {string} text
 * @returns {{ rows: string[][], notes: Note[], bracketed: boolean, fault?: string }}
 */
export function readBlock(text) {
  if (text.length > LONGEST) return { rows: [], notes: [], bracketed: false, fault: "brackets" };
  const notes = /** @type {Note[]} */ ([]);
  let plain = bare(plainOf(text), notes);
  const whole = trimmed(plain, 0, plain.length);
  const [start, heading] = afterHeading(text, plain, ...whole);
  const end = Math.max(start, whole[1]);
  if (heading) notes.push({ code: "heading", text: heading });
  const groups = innermost(plain, start, end);
  if (!groups) return { rows: [], notes, bracketed: false, fault: "brackets" };
  const square = groups.length > 0 && plain[groups[0][0] - 1] === "[";
  /** @type {Span[]} */
  const places = groups.length ? groups : [[start, end]];
  const comma = square ? "" : firstDecimalComma(plain, places);
  if (comma) {
    notes.unshift(decimalComma(comma));
    for (const [begin, stop] of places)
      plain = plain.slice(0, begin) + plain.slice(begin, stop).replaceAll(",", ".") + plain.slice(stop);
  }
  const thousands = comma ? "" : firstThousands(plain, places);
  if (thousands) notes.push({ code: "thousands", text: thousands });
  const found = groups.length > 1 ? groups : linesOf(plain, ...places[0], square);
  const rows = found.map((row) => entriesOf(text, plain, row));
  const around = groups.length > 1 ? "" : plain.slice(start, end); // a comma between two brackets parts no numbers
  const empty = rows.flat().every((entry) => !entry) && !/[,;，]/.test(around);
  return { rows, notes, bracketed: groups.length > 1 || square, ...(empty ? { fault: "empty" } : {}) };
}

/**
 * The value of one number, or the word for what is wrong with the text, and the first wrong sign.
 * @param {string} text
 * @returns {Entry}
 */
export function read(text) {
  const { rows, fault } = readBlock(text);
  if (fault) return fault === "empty" ? { fault } : { fault: "not_a_number", sign: text.match(/[[\](){}]/)?.[0] };
  const entries = rows.flat();
  const found = entries.map(entryOf);
  const wrong = found.find((each) => each.fault);
  if (entries.length === 1) return found[0];
  if (wrong)
    return wrong.fault === "empty" ? { fault: "not_a_number", sign: plainOf(text).match(/[,;，]/)?.[0] } : wrong;
  return { fault: "several" };
}

/**
 * @param {string} text
 * @returns {Entry}
 */
function entryOf(text) {
  const plain = trim(plainOf(text));
  const [, numerator, denominator] = ENTRY.exec(plain) ?? [];
  if (!numerator) return plain ? { fault: "not_a_number", sign: wrongSign(plain, text) } : { fault: "empty" };
  if (denominator && !ABOVE_ZERO.test(denominator)) return { fault: "division_by_zero" };
  const value = Number(numerator) / Number(denominator ?? 1);
  const lost = value === 0 && ABOVE_ZERO.test(numerator); // too small for a float: not 0
  return Number.isFinite(value) && !lost ? { value } : { fault: "range" };
}

/**
 * The first sign that keeps a text from being a number; one that has look-alikes with its Unicode number.
 * @param {string} plain
 * @param {string} text
 */
function wrongSign(plain, text) {
  const sign = text[Math.min((BEGINNING.exec(plain)?.[0] ?? "").length, text.length - 1)];
  const code = sign.codePointAt(0) ?? 0;
  return code < 128
    ? sign
    : `${/\p{C}|[^\S ]/u.test(sign) ? "" : `${sign} `}(U+${code.toString(16).toUpperCase().padStart(4, "0")})`;
}

/**
 * A number for the clipboard: a spreadsheet knows no real minus.
 * @param {string} text
 */
export const forClipboard = (text) => text.replaceAll("−", "-");
