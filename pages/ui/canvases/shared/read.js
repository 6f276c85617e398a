// Numbers as a person types or pastes them, read as gramlib.parse_vector reads them.

const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`;
const ENTRY = new RegExp(`^(${NUMBER})(?:/(${NUMBER}))?$`);
const ABOVE_ZERO = /^[^eE]*[1-9]/;
const HALF_WIDTH = { "、": ",", "【": "[", "】": "]", "　": " ", "−": "-" };

const halfWidth = (text) => text.replace(/[！-～、【】　−]/g, (sign) =>
  HALF_WIDTH[sign] ?? String.fromCharCode(sign.charCodeAt(0) - 0xfee0));

/** The value of one number, or the word in `words` that says what is wrong with the text. */
export function read(text) {
  const inside = halfWidth(text).trim().replace(/^\((.*)\)$|^\[(.*)\]$/, "$1$2").trim();
  const [, numerator, denominator] = ENTRY.exec(inside) ?? [];
  if (!numerator) return { fault: inside ? "not_a_number" : "empty" };
  if (denominator && !ABOVE_ZERO.test(denominator)) return { fault: "division_by_zero" };
  const value = Number(numerator) / Number(denominator ?? 1);
  const lost = value === 0 && ABOVE_ZERO.test(numerator); // too small for a float: not 0
  return Number.isFinite(value) && !lost ? { value } : { fault: "range" };
}

/** The rows of texts in a block from a spreadsheet, a file, NumPy or a list of Python. */
export function readBlock(text) {
  const lines = halfWidth(text).replace(/\]\s*[,;]?\s*\[/g, "\n").replace(/^[ \r\n[(]+|[ \r\n\])]+$/g, "");
  const entries = (line) => line.split(/[,;]/).flatMap((piece) => piece.trim().split(/\s+/));
  return lines.split(/\r?\n/).map((line) => (line.includes("\t") ? line.split("\t") : entries(line)));
}
