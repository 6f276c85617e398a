// What Streamlit leaves out of reach: what scrolls sideways has no place among the Tab stops, and on a telephone the menu
// stays over the lesson that was chosen in it.

const SCROLLS = "pre, .katex-display, .gramlab.scroll";
const LESSON = "[data-testid=stSidebarNavLink]";
const CLOSE = "[data-testid=stSidebarCollapseButton] button";
const NARROW = matchMedia("(max-width: 768px)"); // there the menu lies over the page

/** What scrolls sideways can be reached by the keyboard, and only that. */
export function reachScrolling() {
  for (const element of document.querySelectorAll(SCROLLS)) {
    const scrolls = element.scrollWidth > element.clientWidth + 1;
    if (scrolls) element.setAttribute("tabindex", "0");
    else element.removeAttribute("tabindex");
  }
}

/**
 * Close the menu once Streamlit has opened the lesson.
 * @param {Event} event
 */
export function closeMenu({ target }) {
  const isLesson = target instanceof Element && target.closest(LESSON);
  const close = document.querySelector(CLOSE);
  if (isLesson && NARROW.matches && close instanceof HTMLElement) setTimeout(() => close.click());
}
