// The first script of the page: before the first run nothing of ours is there but the page itself, into which
// pages/ui/requests.py has written this, and our words for what Streamlit says until canvas.js says it.

import { beginOnce } from "./once.js";
import { keepSaying, phrases, sayBelow, takeOver } from "./saying.js";

beginOnce();
const known = phrases(JSON.parse(document.querySelector("script.gramlab.words")?.textContent ?? "[]"));
keepSaying(() => known, takeOver());
sayBelow(document.body, known);
