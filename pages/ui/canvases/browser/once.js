// What is in force once for as long as the page is, and has to be before a person can do anything: somebody who opens a
// lesson and pastes a picture, or goes on and Back, at once, does so before the first run has brought a component. So it
// comes with the page's HTML (first.js, written into it by pages/ui/requests.py).

import { keepPastes } from "../shared/pastes.js";
import { allowCopying } from "./copying.js";
import { typedBeforeLeft } from "./leaving.js";
import { fitToPaper } from "./paper.js";
import { mendNodes, watchTranslation } from "./translation.js";

// on the window, because this module may be loaded anew
const BEGUN = Symbol.for("gramlab.browser");
const page = /** @type {{ [begun: symbol]: boolean | undefined }} */ (/** @type {unknown} */ (globalThis));

export function beginOnce() {
  if (page[BEGUN]) return;
  page[BEGUN] = true;
  keepOneEntry();
  keepPastes();
  allowCopying();
  mendNodes();
  watchTranslation();
  typedBeforeLeft();
  fitToPaper();
}

/**
 * A change on a page replaces the page's entry in the history, so that Back leads to the page before. Streamlit adds an
 * entry whenever Python writes the link: one for each arrow that is dragged.
 */
function keepOneEntry() {
  const { pushState } = history;
  history.pushState = (state, title, address) => {
    const samePage = new URL(address ?? "", location.href).pathname === location.pathname;
    (samePage ? history.replaceState : pushState).call(history, state, title, address);
  };
}
