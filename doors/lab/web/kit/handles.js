// Handles: points of a picture that are dragged by mouse or finger, moved by arrow keys, or placed by a click.

import { contains, data, pixel } from "./map.js";
import { element } from "./picture.js";

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1], PageDown: [0, -10], PageUp: [0, 10] };

/** Moves of a hand; the first comes at once where there is it, the second with the next frame. */
const MOVES = ["pointerrawupdate", "pointermove"];

const format = (v) => String(Number(v.toPrecision(3))).replace("-", "−");

/** The angle of a point about a centre, in degrees between 0 and 360. */
export function angle([cx, cy], [x, y]) {
  return ((Math.atan2(y - cy, x - cx) * 180) / Math.PI + 360) % 360;
}

/** Where a handle stands when the parameters have these values. */
export function position(handle, values) {
  const own = (name, otherwise) => (name !== null && values.has(name) ? values.get(name) : otherwise);
  if (!handle.around) return [own(handle.x_parameter, handle.x), own(handle.y_parameter, handle.y)];
  const [cx, cy] = handle.around;
  const radius = Math.hypot(handle.x - cx, handle.y - cy);
  const turn = (own(handle.x_parameter, angle(handle.around, [handle.x, handle.y])) * Math.PI) / 180;
  return [cx + radius * Math.cos(turn), cy + radius * Math.sin(turn)];
}

/** The values that put a handle at a point of its panel's data. */
export function moved(handle, [x, y]) {
  if (handle.around) return { [handle.x_parameter]: angle(handle.around, [x, y]) };
  const values = {};
  if (handle.x_parameter !== null) values[handle.x_parameter] = x;
  if (handle.y_parameter !== null) values[handle.y_parameter] = y;
  return values;
}

/**
 * The handles of one figure, in an SVG over its picture. `model` has `parameters` (a Map by name), `values` (a Map),
 * and `change(values)`, which keeps them in their ranges and calls `place()` here at once.
 */
export class Handles {
  constructor(host, model) {
    this.model = model;
    this.svg = element("svg", { class: "kit-layer kit-handles" });
    this.nodes = [];
    this.handles = [];
    this.panels = [];
    host.addEventListener("click", (event) => this.click(event));
  }

  /** Takes over the handles of a new view; nodes stay, so that a dragged or focused one is not lost. */
  update(drawing, handles) {
    this.panels = drawing.panels;
    this.handles = handles.filter((h) => this.panels[h.panel]);
    this.svg.setAttribute("viewBox", `0 0 ${drawing.width} ${drawing.height}`);
    while (this.nodes.length > this.handles.length) this.nodes.pop().remove();
    while (this.nodes.length < this.handles.length) this.nodes.push(this.node(this.nodes.length));
    this.place();
  }

  /** Puts every handle where the present values want it. */
  place() {
    this.handles.forEach((handle, k) => {
      const node = this.nodes[k];
      const [x, y] = position(handle, this.model.values);
      const at = pixel(this.panels[handle.panel], x, y);
      node.style.display = at ? "" : "none";
      if (at) node.setAttribute("transform", `translate(${at[0].toFixed(2)} ${at[1].toFixed(2)})`);
      this.describe(node, handle, x, y);
    });
  }

  describe(node, handle, x, y) {
    const parameter = this.model.parameters.get(handle.x_parameter ?? handle.y_parameter);
    const value = this.model.values.get(parameter?.name) ?? x;
    const name = (key) => this.model.parameters.get(key)?.label ?? key;
    const words = handle.around
      ? `${name(handle.x_parameter)} ${format(value)}`
      : [[handle.x_parameter, x], [handle.y_parameter, y]]
        .filter(([key]) => key !== null)
        .map(([key, v]) => `${name(key)} ${format(v)}`)
        .join(", ");
    const set = (key, text) => node.getAttribute(key) === String(text) || node.setAttribute(key, text);
    set("aria-label", handle.label);
    set("aria-valuemin", parameter?.low ?? 0);
    set("aria-valuemax", parameter?.high ?? 1);
    set("aria-valuenow", Number(value.toPrecision(6)));
    set("aria-valuetext", words);
  }

  node(k) {
    const node = element("g", { class: "kit-handle", role: "slider", tabindex: "0" }, this.svg);
    element("circle", { class: "kit-reach", r: 22 }, node);
    element("circle", { class: "kit-focus", r: 14 }, node);
    element("circle", { class: "kit-ring", r: 9 }, node);
    element("circle", { class: "kit-dot", r: 3.5 }, node);
    node.addEventListener("pointerdown", (event) => this.grasp(event, k));
    // What touch-action says of a part of an SVG is not heard everywhere: a finger on a handle scrolls nothing.
    node.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    node.addEventListener("keydown", (event) => this.key(event, k));
    return node;
  }

  /** An event's place in the pixels of the drawing. */
  at(event) {
    const box = this.svg.getBoundingClientRect();
    const { width, height } = this.svg.viewBox.baseVal;
    return [((event.clientX - box.left) * width) / box.width, ((event.clientY - box.top) * height) / box.height];
  }

  grasp(event, k) {
    if (event.button !== 0) return;
    event.preventDefault();
    const node = this.nodes[k];
    node.focus({ preventScroll: true });
    node.setPointerCapture(event.pointerId);
    node.classList.add("kit-held");
    // The handle keeps its place under the finger.
    const handle = this.handles[k];
    const start = pixel(this.panels[handle.panel], ...position(handle, this.model.values));
    const grip = this.at(event);
    const offset = start ? [start[0] - grip[0], start[1] - grip[1]] : [0, 0];
    // Where the figure is on the page is asked once: asked at every move, it would lay out the page as often.
    const box = this.svg.getBoundingClientRect();
    const { width, height } = this.svg.viewBox.baseVal;
    const [left, top] = [box.left + scrollX, box.top + scrollY];
    const move = (e) => {
      const [px, py] = [((e.pageX - left) * width) / box.width, ((e.pageY - top) * height) / box.height];
      this.drag(k, px + offset[0], py + offset[1]);
    };
    const release = () => {
      node.classList.remove("kit-held");
      for (const kind of MOVES) node.removeEventListener(kind, move);
      for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) node.removeEventListener(end, release);
      this.released = performance.now();
    };
    for (const kind of MOVES) node.addEventListener(kind, move);
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) node.addEventListener(end, release);
  }

  drag(k, px, py) {
    const handle = this.handles[k];
    const to = handle && data(this.panels[handle.panel], px, py);
    if (to) this.model.change(moved(handle, to));
  }

  /** A click in a panel puts the nearest of its handles there. */
  click(event) {
    if (performance.now() - (this.released ?? -Infinity) < 100 || event.target.closest?.(".kit-handle")) return;
    const [px, py] = this.at(event);
    const distance = (handle) => {
      const at = pixel(this.panels[handle.panel], ...position(handle, this.model.values));
      return at ? Math.hypot(at[0] - px, at[1] - py) : Infinity;
    };
    const here = this.handles.filter((h) => contains(this.panels[h.panel], px, py));
    const nearest = here.sort((a, b) => distance(a) - distance(b))[0];
    const to = nearest && data(this.panels[nearest.panel], px, py);
    if (to) this.model.glide(moved(nearest, to));
  }

  key(event, k) {
    const handle = this.handles[k];
    const turn = KEYS[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const times = event.shiftKey ? 10 : 1;
    const change = {};
    const move = (name, by) => {
      const p = this.model.parameters.get(name);
      if (p && by) change[name] = this.model.values.get(name) + by * p.step;
    };
    if (turn && (handle.around || handle.y_parameter === null || handle.x_parameter === null)) {
      // One parameter: all four arrows move it, and an angle goes round.
      const name = handle.x_parameter ?? handle.y_parameter;
      move(name, (turn[0] + turn[1]) * times);
      if (handle.around && name in change) change[name] = (change[name] + 360) % 360;
    } else if (turn) {
      move(handle.x_parameter, turn[0] * times);
      move(handle.y_parameter, turn[1] * times);
    } else if (event.key === "Home" || event.key === "End") {
      const p = this.model.parameters.get(handle.x_parameter ?? handle.y_parameter);
      if (p) change[p.name] = event.key === "Home" ? p.low : p.high;
    } else {
      return;
    }
    event.preventDefault();
    this.model.change(change);
  }
}
