// Copying on plain http, as in a class over the local network: there browsers have no navigator.clipboard, and the
// buttons to copy would fail without a word.

export function allowCopying() {
  if (navigator.clipboard) return;
  Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
}

/** @param {string} text */
async function writeText(text) {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.setAttribute("readonly", ""); // no keyboard of a telephone
  Object.assign(field.style, { position: "fixed", top: "0", opacity: "0" });
  (before?.closest?.("[role=dialog]") ?? document.body).append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  if (!copied) throw new DOMException("the browser does not let the page copy", "NotAllowedError");
}
