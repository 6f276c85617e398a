// Where every number stands at a moment: in its map, in F, in Fᵀ, and the cells of G.

import { clamp, mix } from "../shared/geometry.js";
import { DONE, ease, range } from "./beats.js";

/**
 * @typedef {import("./beats.js").Shape} Shape
 * @typedef {number[]} Place   [middle x, middle y, width, height] in pixels
 * @typedef {ReturnType<typeof arrange>} Layout
 */

/**
 * The places for a width in pixels. With room for it, G stands right of F below Fᵀ, so that each cell lies where its row
 * and its column cross; without, below both.
 * @param {number} width
 * @param {Shape} shape
 */
export function arrange(width, [C, H, W]) {
  const [N, wide] = [H * W, width >= 640];
  const [gap, label, head] = wide ? [32, 96, 32] : [14, 22, 28];
  const room = width - label - gap - 8;
  const crossing = room >= N * (wide ? 29 : 24) + C * (wide ? 44 : 36);
  // the width of a cell of Fᵀ, of F, of G
  const g = crossing ? clamp((room / (N + 1.3 * C)) * 1.3, wide ? 44 : 36, 88) : clamp(width / 10, 34, 60);
  const u = Math.min(72, crossing ? (room - C * g) / N : (width - label - 8) / N);
  const k = crossing ? g : Math.min(76, (width - label - 8) / C);
  const forMaps = width - gap - C * g - 8;
  const each = (/** @type {number} */ count) => (forMaps - (count - 1) * 18) / (count * W);
  const most =
    range(C)
      .map((n) => C - n)
      .find((count) => each(count) >= (wide ? 27 : 32)) ?? 1; // maps side by side
  const lines = Math.ceil(C / most);
  const abreast = Math.ceil(C / lines); // four as two and two, not as three and one
  const m = Math.min(76, each(abreast));
  const mapsWidth = abreast * W * m + (abreast - 1) * 18;
  const left = Math.max(crossing ? label + N * u : 0, mapsWidth);
  const used = Math.max(left + gap + C * g, label + N * u);
  const x0 = (width - used) / 2;
  const v = clamp((wide ? 416 : 400) / N, 26, wide ? 52 : 44);
  const mh = clamp(((N * v) / lines - head) / H, 27, Math.min(64, Math.max(m, 27)));
  const mapsHeight = lines * (H * mh + head);
  const top = Math.max(N * v + head, mapsHeight);
  const [fx, fy, fh] = [crossing ? x0 + left - N * u : x0 + label, top + head + 4, clamp(u, 32, 52)];
  const [gx, gy] = crossing ? [x0 + used - C * g, fy] : [x0 + label, fy + C * fh + head + 4];
  const [mx, my] = [x0 + (left - mapsWidth) / 2, (top - mapsHeight) / 2 + head];
  const cx = x0 + used - C * g; // of Fᵀ
  const corner = (/** @type {number} */ c) => [
    mx + (c % abreast) * (W * m + 18),
    my + Math.floor(c / abreast) * (H * mh + head),
  ];
  /** @typedef {(row: number, column: number) => Place} Places */
  return {
    wide,
    crossing,
    corner,
    fx,
    fy,
    fh,
    gx,
    gy,
    cx,
    head,
    u,
    m,
    top,
    columnTop: top - N * v,
    height: gy + C * fh + 8,
    /** @type {Places} */
    maps: (c, p) => [corner(c)[0] + ((p % W) + 0.5) * m, corner(c)[1] + (Math.floor(p / W) + 0.5) * mh, m, mh],
    /** @type {Places} */
    bars: (c, p) => [fx + (p + 0.5) * u, fy + (c + 0.5) * fh, u, fh],
    /** @type {Places} */
    columns: (c, p) => [cx + (c + 0.5) * g, top - (N - p - 0.5) * v, g, v],
    /** @type {Places} */
    gram: (i, j) => [gx + (j + 0.5) * k, gy + (i + 0.5) * fh, k, fh],
  };
}

/**
 * A channel is laid flat in its own beat, one row after the other. Null before.
 * @param {Layout} layout
 * @param {Shape} shape
 * @param {number} time
 * @param {number} c
 * @param {number} p
 */
export function barAt(layout, [, H, W], time, c, p) {
  const share = ease((clamp((time - c) / DONE) * (H + 1) - Math.floor(p / W)) / 2);
  return share ? mix(layout.maps(c, p), layout.bars(c, p), share) : null;
}

/**
 * A copy of each row of F swings up about its last number, which comes to stand at the foot of the column. Null before.
 * @param {Layout} layout
 * @param {Shape} shape
 * @param {number} time
 * @param {number} c
 * @param {number} p
 */
export function columnAt(layout, [C, H, W], time, c, p) {
  const share = ease((clamp((time - C) / DONE) * (C + 1) - c) / 2);
  const [x, y, w, h] = mix(layout.bars(c, H * W - 1), layout.columns(c, H * W - 1), share);
  const away = (H * W - 1 - p) * (layout.u + (layout.columns(c, 0)[3] - layout.u) * share);
  const turn = (share * Math.PI) / 2;
  return share ? [x - away * Math.cos(turn), y - away * Math.sin(turn), w, h] : null;
}
