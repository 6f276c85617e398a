// What was typed reaches Python before a lesson that is pressed right after it.
//
// Streamlit's front end sends the text of a field a moment after the field is left, and the page that is pressed at once:
// the text comes second, with the page that it was typed on, and that page is what one gets. So a press that follows on a
// field waits until the browser has nothing left to do.

const FIELDS = "input, textarea";
const LESSONS = "[data-testid=stSidebarNavLink], [data-testid=stTopNavLink], [data-testid^=stPageLink]";
const JUST = 1000; // milliseconds between a field that is left and a press on a lesson
const LONGEST = 500; // milliseconds that the press waits

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
  if ("requestIdleCallback" in window) requestIdleCallback(action, { timeout: LONGEST });
  else setTimeout(action, LONGEST); // Safari
}
