// What a canvas asks of the server outside Streamlit, of a job that runs, and what it tells it.
//
// A browser opens six connections to a host, and the page itself wants some of them: to change to another page, to take
// an upload. So all canvases of a page together hold two at most: one that the server keeps until there is something
// new, and one for everything else, in turn.

/**
 * Which job is asked for, and what tells the server whose browser this is, where no cookie does.
 * @typedef {{ job: string, mark: string }} Asked
 */

/**
 * An answer that has arrived whole: its connection is free.
 * @typedef {{ status: number, headers: Headers, body: Blob }} Answer
 */

/**
 * Ask at once. The path is relative to the page's, so it is right wherever on its host the app lies.
 * @param {Asked} asked
 * @param {string} what
 * @param {AbortSignal} signal   ends the request, and frees its connection
 * @returns {Promise<Answer>}
 */
export async function ask({ job, mark }, what, signal) {
  const headers = mark ? { "X-Mark": mark } : undefined;
  const answer = await fetch(`api/transfer/${job}/${what}`, { cache: "no-store", headers, signal });
  return { status: answer.status, headers: answer.headers, body: await answer.blob() };
}

// each kind of canvas has its own copy of this module; what they share hangs on the window
const shared = /** @type {{ [turn: symbol]: Promise<unknown> | undefined }} */ (/** @type {unknown} */ (globalThis));
const TURN = Symbol.for("gramlab.turn");

/**
 * Ask when whoever asked in turn before has been answered.
 * @param {Asked} asked
 * @param {string} what
 * @param {AbortSignal} signal
 */
export function askInTurn(asked, what, signal) {
  const answer = (shared[TURN] ?? Promise.resolve()).then(() => ask(asked, what, signal));
  shared[TURN] = answer.catch(() => {});
  return answer;
}

/**
 * Wait, or until the signal; whoever waits looks at the signal next.
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resume) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resume();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}

/**
 * Tell the server that something is drawn, once it is on the screen: what comes next waits for that (pages/ui/drawn.py).
 * To be called in the frame that draws it.
 * @param {string} drawing   its name; none is told of none
 */
export function tellDrawn(drawing) {
  if (drawing) setTimeout(() => fetch(`api/drawn/${drawing}`, { cache: "no-store" }).catch(() => {}));
}
