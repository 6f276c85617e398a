// Texts with places to be filled in, as pages/ui/text.py sends them.

/**
 * The text with {names} replaced by values; a name without a value stays as it is.
 * @param {string} template
 * @param {Record<string, any>} values
 */
export const fill = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
