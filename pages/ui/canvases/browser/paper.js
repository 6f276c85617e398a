// A page is printed as wide as it is on the screen, and made smaller as a whole: what is drawn for a column of the
// screen does not learn of another width while the browser prints, and would be cut. print.css has the rest.

const PAPER = (186 / 25.4) * 96; // CSS pixels between the margins of an A4 page

export function fitToPaper() {
  addEventListener("beforeprint", () => {
    const main = document.querySelector("[data-testid=stMainBlockContainer]");
    if (!(main instanceof HTMLElement)) return;
    const { paddingLeft, paddingRight } = getComputedStyle(main);
    const width = main.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
    const { style } = document.documentElement;
    style.setProperty("--gramlab-print-width", `${Math.max(width, PAPER)}px`);
    style.setProperty("--gramlab-print-zoom", `${Math.min(1, PAPER / width)}`);
  });
}
