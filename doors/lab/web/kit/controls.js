// A slider and a number field for each parameter, and a button for those that can run by themselves.

import { element } from "./picture.js";

function html(tag, attributes, parent) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent?.append(node);
  return node;
}

/** Rounded as the parameter's step wants it shown. */
export function shown(value, step) {
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9)));
  return String(Number(value.toFixed(digits)));
}

/** Where a parameter is so many seconds after it began to run at `from`; not beyond its end. */
export function reached({ low, high, plays }, from, seconds) {
  return Math.min(high, from + ((high - low) * seconds) / plays);
}

/** A name's text; a letter that stands alone is a variable. */
function named(label, parent) {
  for (const part of label.split(/\b([b-z])\b/)) {
    if (/^[b-z]$/.test(part)) html("i", {}, parent).textContent = part;
    else parent.append(part);
  }
}

const stillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Controls {
  constructor(host, model) {
    this.model = model;
    this.rows = new Map();
    this.host = host;
    /** What runs: `{ p, from, start, own }`. */
    this.running = null;
    /** Told when something begins or ceases to run. */
    this.playing = () => {};
  }

  /** Makes the controls once, when the parameters are known. */
  build(parameters) {
    if (this.rows.size > 0) return;
    for (const p of parameters) {
      const row = html("div", { class: "kit-control" }, this.host);
      const name = html("span", { class: "kit-name" }, row);
      named(p.label, name);
      const button = p.plays ? this.button(p, row) : null;
      const limits = { min: p.low, max: p.high, step: p.step };
      const slider = html("input", { type: "range", ...limits, "aria-label": p.label }, row);
      const field = html("input", { type: "number", ...limits, step: "any", "aria-label": `${p.label}, as a number` }, row);
      slider.addEventListener("input", () => this.model.change({ [p.name]: slider.valueAsNumber }));
      field.addEventListener("change", () => {
        if (Number.isFinite(field.valueAsNumber)) this.model.change({ [p.name]: field.valueAsNumber });
        this.show();
      });
      field.addEventListener("keydown", (event) => {
        const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        if (!by) return;
        event.preventDefault();
        this.model.change({ [p.name]: this.model.values.get(p.name) + by * p.step * (event.shiftKey ? 10 : 1) });
      });
      this.rows.set(p.name, { slider, field, button, step: p.step });
    }
    this.show();
  }

  /** The button that lets a parameter run; a step at a time for those who want nothing to move by itself. */
  button(p, row) {
    const button = html("button", { type: "button", class: "kit-play" }, row);
    const picture = element("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, button);
    const path = element("path", {}, picture);
    button.paint = () => {
      const isRunning = this.running?.p.name === p.name;
      const word = isRunning ? "Pause" : stillness() ? "Next step" : "Play";
      button.setAttribute("aria-label", `${word}: ${p.label}`);
      button.title = word;
      path.setAttribute("d", isRunning ? "M4 3h3v10H4zM9 3h3v10H9z" : stillness() ? "M4 3v10l6-5zM11 3h2v10h-2z" : "M4.5 2.5v11l9-5.5z");
    };
    button.addEventListener("click", () => {
      const value = this.model.values.get(p.name);
      const from = value >= p.high - p.step / 20 ? p.low : value;
      if (stillness()) this.model.change({ [p.name]: from === value ? value + p.step : from });
      else if (this.running?.p.name === p.name) this.pause();
      else this.play(p, from);
    });
    button.paint();
    return button;
  }

  play(p, from) {
    this.pause();
    const running = { p, from, start: performance.now(), own: false };
    this.running = running;
    this.playing(true);
    const frame = (now) => {
      if (this.running !== running) return;
      const value = reached(p, from, Math.max(0, now - running.start) / 1000);
      running.own = true;
      this.model.change({ [p.name]: value });
      running.own = false;
      if (value >= p.high) this.pause();
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    this.paint();
  }

  pause() {
    if (!this.running) return;
    this.running = null;
    this.playing(false);
    this.paint();
  }

  /** A hand that takes what runs stops it. */
  yield(values) {
    if (this.running && !this.running.own && this.running.p.name in values) this.pause();
  }

  paint() {
    for (const { button } of this.rows.values()) button?.paint();
  }

  /** Shows the present values. */
  show() {
    for (const [name, { slider, field, step }] of this.rows) {
      const value = this.model.values.get(name);
      slider.value = value;
      field.value = shown(value, step);
    }
  }
}
