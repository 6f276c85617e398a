// What Streamlit leaves to be said to the browser itself: its history, its theme, its language, words for screen readers.

import { allowCopying } from "./copying.js";
import { surviveTranslation } from "./translation.js";

const SETTLED = 150; // milliseconds without a change of the page before its labels are looked through
const english = new WeakMap(); // element → the label that Streamlit gave it, and the one it has now
const page = { words: {}, theme: "", timer: 0 };

/** A change on a page replaces the page's entry in the history, so that Back leads to the page before. Streamlit adds
 *  an entry whenever Python writes the link: one for each arrow that is dragged. */
function keepOneEntry() {
  const { pushState } = history;
  history.pushState = (state, title, address) => {
    const samePage = new URL(address ?? "", location.href).pathname === location.pathname;
    (samePage ? history.replaceState : pushState).call(history, state, title, address);
  };
}

/** Streamlit changes its own colours with the system's theme but does not run the page again: ours come from Python. */
function tellTheme({ data, parentElement, setTriggerValue }) {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  probe.fillStyle = getComputedStyle(parentElement.host ?? parentElement).getPropertyValue("--st-background-color");
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  const theme = red + green + blue < 384 ? "dark" : "light";
  if (theme !== data.theme && theme !== page.theme) setTriggerValue("theme", theme);
  page.theme = theme; // told once, whatever comes of it
}

/** Labels that Streamlit speaks in English only, "Help for …" among them. */
function translate() {
  for (const element of document.querySelectorAll("[aria-label]")) {
    const label = element.getAttribute("aria-label");
    const known = english.get(element);
    const original = known?.now === label ? known.original : label;
    const phrase = Object.keys(page.words).find((start) => original.startsWith(start));
    if (!phrase) continue;
    const now = page.words[phrase] + original.slice(phrase.length);
    english.set(element, { original, now });
    if (now !== label) element.setAttribute("aria-label", now);
  }
}

function translateSoon() {
  clearTimeout(page.timer);
  page.timer = setTimeout(translate, SETTLED);
}

keepOneEntry();
allowCopying();
surviveTranslation();
new MutationObserver(translateSoon).observe(document.body,
  { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"] });

export default function (component) {
  page.words = component.data.words;
  document.documentElement.lang = component.data.language;
  tellTheme(component);
  translateSoon();
}
