// Before the first run of the page nothing of ours is there but the page itself, into which pages/ui/requests.py has
// written these words: what Streamlit says until then is said in them, until canvas.js says it.

import { keepSaying, phrases, sayBelow, takeOver } from "./saying.js";

const known = phrases(JSON.parse(document.querySelector("script.gramlab.words")?.textContent ?? "[]"));
keepSaying(() => known, takeOver());
sayBelow(document.body, known);
