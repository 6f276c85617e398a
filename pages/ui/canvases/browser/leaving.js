// What was typed reaches Python before a lesson that is pressed right after it.
//
// Streamlit's front end sends the text of a field a moment after the field is left, and the page that is pressed at once:
// the text comes second, with the page that it was typed on, and that page is what one gets. So a press that follows on a
// field waits until the browser has nothing left to do; and until the page has run with that text, for of two requests
// that wait for a busy server only the second is heard, and the text is in the first.

const FIELDS = "input, textarea";
const LESSONS = "[data-testid=stSidebarNavLink], [data-testid=stTopNavLink], [data-testid^=stPageLink]";
const JUST = 1000; // milliseconds between a field that is left and a press on a lesson
const LONGEST = 500; // milliseconds that the press waits for the browser,
const LONGEST_RUN = 2000; // and then for the page
const LOOK_EVERY = 20;

/** For good: the page keeps its listeners. */
export function typedBeforeLeft() {
  let left = Number.NEGATIVE_INFINITY; // when a field was left
  addEventListener(
    "focusout",
    (event) => {
      if (event.target instanceof Element && event.target.matches(FIELDS)) left = event.timeStamp;
    },
    true,
  );
  addEventListener(
    "click",
    (event) => {
      const link = event.target instanceof Element ? event.target.closest(LESSONS) : null;
      const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey; // in a tab of its own
      if (!(link instanceof HTMLElement) || elsewhere || event.timeStamp - left > JUST) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      left = Number.NEGATIVE_INFINITY;
      whenIdle(() => link.click());
    },
    true,
  );
}

/** @param {() => void} action */
function whenIdle(action) {
  const afterRun = () => {
    const begun = performance.now();
    const look = () => {
      if (!isRunning() || performance.now() - begun > LONGEST_RUN) action();
      else setTimeout(look, LOOK_EVERY);
    };
    look();
  };
  if ("requestIdleCallback" in window) requestIdleCallback(afterRun, { timeout: LONGEST });
  else setTimeout(afterRun, LONGEST); // Safari
}

/** Whether the page has been asked to run and is not through. */
function isRunning() {
  const state = document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-script-state");
  return state !== "notRunning";
}
