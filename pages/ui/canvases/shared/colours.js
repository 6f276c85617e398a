// The colours of pages/ui/colours.py, in the styles of a canvas and in its pixels.

/**
 * A colour "#rrggbb" as three numbers from 0 to 255.
 * @param {string} hex
 */
export const rgb = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/**
 * A colour as a canvas stores it.
 * @param {number[]} colour
 */
export const pixel = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;

/**
 * The colours as variables of the style of an element.
 * @param {HTMLElement} root
 * @param {Record<string, string>} colours
 */
export function dress(root, colours) {
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
}

/**
 * An odd number of pixels from `negative` by way of `paper` to `product`, mixed as Plotly and CSS mix; in OKLab the
 * steps are even within 15 %.
 * @param {{ negative: string, paper: string, product: string }} colours
 * @param {number} count
 */
export function scale({ negative, paper, product }, count) {
  const [low, zero, high] = [negative, paper, product].map(rgb);
  const middle = (count - 1) / 2;
  return Uint32Array.from({ length: count }, (_, k) => {
    const share = Math.abs(k - middle) / middle;
    return pixel(zero.map((c, at) => Math.round(c + share * ((k < middle ? low : high)[at] - c))));
  });
}
