// Whether what a class shall say before it sees it is covered; browser/cover.js covers it.

export const COVERED = "covered"; // the class of the document
export const COVERING = "gramlab-cover"; // the event of the window when that changes

export const isCovered = () => document.documentElement.classList.contains(COVERED);
