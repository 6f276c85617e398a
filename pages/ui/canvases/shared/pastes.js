// Pictures that are pasted: which events bring one, and what becomes of one that nobody takes yet.

const WAITING = Symbol.for("gramlab.pasted"); // on the window: each kind of canvas has its own copy of this module
const page = /** @type {{ [waiting: symbol]: File | undefined }} */ (/** @type {unknown} */ (globalThis));

/**
 * The picture, or another file, that a paste brings. Cells of a spreadsheet come as a picture as well as text: in a
 * field the text is meant.
 * @param {ClipboardEvent} event
 */
export function pastedBy(event) {
  const [target] = event.composedPath();
  const field = target instanceof Element && target.closest("input, textarea, [contenteditable='true']");
  if (field && event.clipboardData?.types.includes("text/plain")) return undefined;
  return event.clipboardData?.files[0];
}

/**
 * What is pasted before the page has a place for it waits for that, unless the person does something else meanwhile.
 * For good: the page keeps its listeners.
 */
export function keepPastes() {
  addEventListener("paste", (event) => {
    if (!event.defaultPrevented) page[WAITING] = pastedBy(event); // else somebody has taken it
  });
  for (const type of ["keydown", "pointerdown"])
    addEventListener(
      type,
      () => {
        page[WAITING] = undefined;
      },
      true,
    );
}

/** What waits for a place, from now on no more. */
export function takeWaiting() {
  const file = page[WAITING];
  page[WAITING] = undefined;
  return file;
}
