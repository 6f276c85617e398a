// The first script of the page.

import { beginOnce } from "./once.js";

beginOnce();
