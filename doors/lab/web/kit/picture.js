// Draws a decoded drawing: layers of SVG, and a canvas for each surface or heat map between them.

import { css, palette } from "./colours.js";

const SVG = "http://www.w3.org/2000/svg";

export function element(tag, attributes = {}, parent = null) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent?.append(node);
  return node;
}

/** Markers of diameter 1 about the origin. */
const PLUS = [
  [-0.13, -0.6], [0.13, -0.6], [0.13, -0.13], [0.6, -0.13], [0.6, 0.13], [0.13, 0.13],
  [0.13, 0.6], [-0.13, 0.6], [-0.13, 0.13], [-0.6, 0.13], [-0.6, -0.13], [-0.13, -0.13],
];
const MARKERS = {
  square: [[-0.44, -0.44], [0.44, -0.44], [0.44, 0.44], [-0.44, 0.44]],
  triangle: [[0, -0.58], [0.55, 0.42], [-0.55, 0.42]],
  diamond: [[0, -0.62], [0.62, 0], [0, 0.62], [-0.62, 0]],
  plus: PLUS,
  cross: PLUS.map(([x, y]) => [Math.SQRT1_2 * (x - y), Math.SQRT1_2 * (x + y)]),
  star: Array.from({ length: 10 }, (_, k) => {
    const r = k % 2 === 0 ? 0.72 : 0.3;
    return [r * Math.sin((k * Math.PI) / 5), -r * Math.cos((k * Math.PI) / 5)];
  }),
};

/** Lengths of dashes and gaps for a line of this width, as in the figure's SVG. */
const DASHES = {
  dashed: (w) => [3.5 * w, 2.5 * w],
  dotted: (w) => [0.01, 2.2 * w],
  "dash-dot": (w) => [4 * w, 2.2 * w, 0.01, 2.2 * w],
};

const short = (v) => Math.round(v * 100) / 100;

function path(points, closed) {
  let d = "";
  for (let k = 0; k < points.length; k += 2) d += `${k ? "L" : "M"}${short(points[k])} ${short(points[k + 1])}`;
  return closed && d ? `${d}Z` : d;
}

/** Colours go through the style object, which a strict Content-Security-Policy allows. */
function fill(node, { ink, opacity }) {
  node.style.fill = css(ink);
  if (opacity < 1) node.style.fillOpacity = opacity;
}

function stroke(node, { ink, opacity }, width) {
  node.style.stroke = css(ink);
  node.style.strokeWidth = `${width}px`;
  if (opacity < 1) node.style.strokeOpacity = opacity;
}

function outline(shape, parent) {
  const d = shape.lines.map((line) => path(line, shape.closed)).join("");
  if (!d) return null;
  const node = element("path", { d }, parent);
  if (shape.fill) {
    fill(node, shape.fill);
    node.style.fillRule = "evenodd";
  } else {
    node.style.fill = "none";
  }
  if (shape.stroke) {
    stroke(node, shape.stroke, shape.stroke.width);
    const dash = DASHES[shape.stroke.dash]?.(Math.max(shape.stroke.width, 1));
    if (dash) node.style.strokeDasharray = dash.join(" ");
    if (shape.stroke.dash === "dashed") node.style.strokeLinecap = "butt";
  }
  return node;
}

function dots(shape, parent) {
  const { points, size } = shape;
  const polygon = MARKERS[shape.marker];
  let d = "";
  for (let k = 0; k < points.length; k += 2) {
    const [x, y] = [points[k], points[k + 1]];
    // A disc is a line of no length with round ends.
    d += polygon ? path(polygon.flatMap((p) => [x + p[0] * size, y + p[1] * size]), true) : `M${short(x)} ${short(y)}h0`;
  }
  if (!d) return null;
  const node = element("path", { d }, parent);
  if (polygon) {
    fill(node, shape.fill);
  } else {
    node.style.fill = "none";
    stroke(node, shape.fill, size);
  }
  return node;
}

function label(shape, parent) {
  const node = element("text", { x: short(shape.x), y: short(shape.y), "text-anchor": shape.anchor }, parent);
  if (shape.turn) node.setAttribute("transform", `rotate(${short(shape.turn)} ${short(shape.x)} ${short(shape.y)})`);
  node.textContent = shape.words;
  node.style.fontSize = `${shape.size}px`;
  if (shape.bold) node.style.fontWeight = 600;
  if (shape.slanted) node.style.fontStyle = "italic";
  fill(node, { ink: shape.ink, opacity: 1 });
  if (shape.halo) {
    stroke(node, { ink: { role: "background" }, opacity: 0.85 }, 3);
    node.style.paintOrder = "stroke";
  }
  return node;
}

/** Are these the same shape, which then needs not be drawn again? */
export function same(a, b) {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k += 1) if (a[k] !== b[k]) return false;
  return true;
}

/** A picture: draws drawings into a host element, which it fills. */
export class Picture {
  constructor(host) {
    this.host = host;
    this.drawing = null;
    this.nodes = [];
  }

  /** Draws a drawing, or the last one again (after a change of the theme). */
  draw(drawing = this.drawing) {
    if (!drawing) return;
    const before = this.drawing;
    this.drawing = drawing;
    if (before && before !== drawing && this.patch(before)) return;
    this.colour = null;
    this.layers = [];
    this.clips = [];
    this.parent = null;
    this.host.style.aspectRatio = `${drawing.width} / ${drawing.height}`;
    this.nodes = drawing.shapes.map((shape) => {
      if (shape.kind === "clip") this.clips.push(shape.place);
      else if (shape.kind === "end") this.clips.pop();
      else return this.shape(shape);
      this.parent = null;
      return null;
    });
    this.host.replaceChildren(...this.layers);
  }

  /** Draws only what is not as in the drawing before; false if that cannot be, and all is to be drawn. */
  patch(before) {
    const { width, height, shapes } = this.drawing;
    if (before.width !== width || before.height !== height || before.shapes.length !== shapes.length) return false;
    const isChanged = shapes.map((shape, k) => !same(before.shapes[k].bytes, shape.bytes));
    if (isChanged.some((changed, k) => changed && !(this.nodes[k] && shapes[k].kind === before.shapes[k].kind))) return false;
    [this.clips, this.layers] = [[], []];
    for (const [k, shape] of shapes.entries()) {
      if (shape.kind === "clip") this.clips.push(shape.place);
      else if (shape.kind === "end") this.clips.pop();
      if (!isChanged[k]) continue;
      // What is drawn now replaces what stands there, and goes to no layer.
      this.parent = document.createDocumentFragment();
      const node = this.shape(shape);
      if (!node) return false;
      this.nodes[k].replaceWith(node);
      this.nodes[k] = node;
    }
    return true;
  }

  /** The node that shows a shape, put into its layer; null for a shape of nothing. */
  shape(shape) {
    switch (shape.kind) {
      case "outline":
        return outline(shape, this.svg());
      case "dots":
        return dots(shape, this.svg());
      case "label":
        return label(shape, this.svg());
      case "picture":
        return this.cells(shape);
      default:
        return this.mesh(shape);
    }
  }

  /** The group that SVG shapes go to now: in the topmost layer if that is SVG, cut off by the clips around. */
  svg() {
    if (this.parent) return this.parent;
    const { width, height } = this.drawing;
    let layer = this.layers.at(-1);
    if (layer?.localName !== "svg") {
      layer = element("svg", { viewBox: `0 0 ${width} ${height}`, class: "kit-layer", "aria-hidden": "true" });
      this.layers.push(layer);
    }
    this.parent = layer;
    for (const { left, top, width: w, height: h } of this.clips) {
      // A nested svg cuts off what leaves it, and needs no identifier as a clipPath does.
      const [x, y, right, bottom] = [left, top, left + w, top + h].map(short);
      const viewBox = `${x} ${y} ${short(right - x)} ${short(bottom - y)}`;
      this.parent = element("svg", { x, y, width: short(right - x), height: short(bottom - y), viewBox }, this.parent);
      this.parent.style.overflow = "hidden";
    }
    return this.parent;
  }

  /** A canvas over a part of the drawing, on top of the layers so far; the next SVG shape opens a new layer. */
  canvas({ left, top, width, height }, columns, rows) {
    const canvas = document.createElement("canvas");
    const percent = (part, whole) => `${(100 * part) / whole}%`;
    canvas.className = "kit-layer";
    canvas.width = columns;
    canvas.height = rows;
    canvas.style.left = percent(left, this.drawing.width);
    canvas.style.top = percent(top, this.drawing.height);
    canvas.style.width = percent(width, this.drawing.width);
    canvas.style.height = percent(height, this.drawing.height);
    this.layers.push(canvas);
    this.parent = null;
    return canvas;
  }

  cells({ place, columns, rows, cells }) {
    if (!columns || !rows) return null;
    const canvas = this.canvas(place, columns, rows);
    canvas.style.imageRendering = "pixelated";
    const clip = this.clips.at(-1);
    if (clip) {
      const cut = (by, whole) => `${(100 * Math.max(0, by)) / whole}%`;
      canvas.style.clipPath = `inset(${cut(clip.top - place.top, place.height)} ${cut(
        place.left + place.width - clip.left - clip.width,
        place.width,
      )} ${cut(place.top + place.height - clip.top - clip.height, place.height)} ${cut(clip.left - place.left, place.width)})`;
    }
    canvas.getContext("2d").putImageData(new ImageData(cells, columns, rows), 0, 0);
    return canvas;
  }

  mesh({ points, corners, inks }) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let k = 0; k < points.length; k += 2) {
      left = Math.min(left, points[k]);
      right = Math.max(right, points[k]);
      top = Math.min(top, points[k + 1]);
      bottom = Math.max(bottom, points[k + 1]);
    }
    if (!(right > left && bottom > top)) return null;
    const place = { left: left - 1, top: top - 1, width: right - left + 2, height: bottom - top + 2 };
    const dense = Math.min(globalThis.devicePixelRatio || 1, 3);
    const canvas = this.canvas(place, Math.ceil(place.width * dense), Math.ceil(place.height * dense));
    const pen = canvas.getContext("2d");
    pen.scale(canvas.width / place.width, canvas.height / place.height);
    pen.translate(-place.left, -place.top);
    this.colour ??= palette(this.host);
    // A surface has thousands of cells: nothing is allocated for one.
    for (let f = 0; f < inks.length; f += 1) {
      let mx = 0;
      let my = 0;
      for (let c = 0; c < 4; c += 1) {
        const p = 2 * corners[4 * f + c];
        mx += points[p] / 4;
        my += points[p + 1] / 4;
      }
      pen.beginPath();
      for (let c = 0; c < 4; c += 1) {
        // Somewhat outward, which closes the seams that anti-aliasing leaves.
        const p = 2 * corners[4 * f + c];
        const dx = points[p] - mx;
        const dy = points[p + 1] - my;
        const grow = 1 + 0.6 / Math.max(Math.sqrt(dx * dx + dy * dy), 1e-6);
        pen.lineTo(mx + dx * grow, my + dy * grow);
      }
      pen.fillStyle = this.colour(inks[f]);
      pen.fill();
    }
    return canvas;
  }
}
