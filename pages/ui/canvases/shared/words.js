// Texts with places to be filled in, as pages/ui/text.py sends them.

/**
 * The text with {names} replaced by values; a name without a value stays as it is.
 * @param {string} template
 * @param {Record<string, any>} values
 */
export const fill = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/**
 * The beginning of a text that a person has typed, with signs that cannot be seen as \u200b.
 * @param {string} text
 */
export const visible = (text) =>
  text
    .slice(0, 24)
    .replace(/[^\S ]|\p{C}/gu, (sign) => `\\u${Number(sign.codePointAt(0)).toString(16).padStart(4, "0")}`) +
  (text.length > 24 ? "…" : "");
