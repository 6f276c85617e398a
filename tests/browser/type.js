// How large every text on a page is, as it is seen: in the page, in the canvases' shadow trees, in SVG, and drawn on a
// canvas. It stands before anything else of the page, because what is drawn leaves no text behind.

(() => {
  const drawn = new WeakMap(); // canvas → its texts with their size, since it was last emptied
  const { prototype } = CanvasRenderingContext2D;
  const { fillText, clearRect, fillRect } = prototype;
  const largest = ({ a, b, c, d }) => Math.max(Math.hypot(a, b), Math.hypot(c, d));
  const empty = (canvas) => drawn.set(canvas, []);

  prototype.fillText = function (text, ...rest) {
    const [, size] = /([\d.]+)px/.exec(this.font);
    if (!drawn.has(this.canvas)) empty(this.canvas);
    drawn.get(this.canvas).push([String(text), Number(size) * largest(this.getTransform())]);
    fillText.call(this, text, ...rest);
  };
  for (const [name, act] of Object.entries({ clearRect, fillRect })) {
    prototype[name] = function (x, y, width, height) {
      const scale = largest(this.getTransform());
      if (width * scale >= 0.99 * this.canvas.width && height * scale >= 0.99 * this.canvas.height) empty(this.canvas);
      act.call(this, x, y, width, height);
    };
  }
  const width = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, "width");
  Object.defineProperty(HTMLCanvasElement.prototype, "width", {
    ...width,
    set(value) {
      empty(this);
      width.set.call(this, value);
    },
  });

  /** Where an element stands, as a person who looks for it would say. */
  function placeOf(element) {
    const names = [];
    for (let at = element; at && names.length < 3; at = at.parentElement ?? at.getRootNode().host) {
      const name = at.dataset?.testid ?? at.getAttribute("class")?.split(" ")[0];
      if (name && !name.startsWith("st-emotion")) names.unshift(name);
    }
    return names.join(" ");
  }

  function* textsBelow(root) {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) yield* textsBelow(element.shadowRoot);
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const { width, height } = element.getBoundingClientRect();
      const { clipPath, overflow, fontSize } = getComputedStyle(element);
      if (clipPath !== "none" || (overflow === "hidden" && width * height < 4) || !width || !height) continue;
      if (element instanceof HTMLCanvasElement) {
        for (const [text, size] of drawn.get(element) ?? []) {
          yield { element, text, size: (size * element.clientWidth) / element.width };
        }
        continue;
      }
      if (
        /^(STYLE|SCRIPT|TITLE|OPTION)$/i.test(element.tagName) ||
        element.closest(".katex-mathml, [aria-hidden=true] svg")
      )
        continue;
      const field = element.matches("input:not([type=range], [type=checkbox], [type=radio], [type=file]), textarea");
      const text = field
        ? element.value || element.placeholder
        : [...element.childNodes].map((node) => (node instanceof Text ? node.nodeValue : "")).join("");
      // a sign that KaTeX draws as wide as it must be, or sets in a box of no size, is no text
      if (!/[\p{L}\p{N}]/u.test(text)) continue;
      const matrix = element instanceof SVGGraphicsElement ? element.getScreenCTM() : null;
      yield { element, text, size: Number.parseFloat(fontSize) * (matrix ? largest(matrix) : 1) };
    }
  }

  /**
   * Each place with the smallest size of its texts, in px, the smallest first; `lookedUp` is a selector of what one does
   * not read but may look up, and what a canvas draws is looked up.
   */
  window.type = (lookedUp) => {
    const places = new Map();
    for (const { element, text, size } of textsBelow(document)) {
      const host = element.getRootNode().host;
      const up = element instanceof HTMLCanvasElement || element instanceof SVGElement || element.closest(lookedUp);
      const kind = up || host?.closest(lookedUp) ? "look up" : "read";
      const place = `${kind} | ${placeOf(element)}`;
      const known = places.get(place);
      if (!known || size < known.size) places.set(place, { place, kind, size, text: text.trim().slice(0, 24) });
    }
    return [...places.values()].sort((one, other) => one.size - other.size);
  };
})();
