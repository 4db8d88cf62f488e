// Live figures in a page: draws what the engine answers, moves handles at once, and asks again when they move.
//
// The transport is given: `send({ figure, values, width })` promises `{ bytes, words }`, the bytes of a drawing (see
// decode.js) and the object that the engine's View::to_json writes:
//   { title, description,
//     handles: [{ panel, x, y, x_parameter, y_parameter, around, label }],
//     parameters: [{ name, label, value, low, high, step, plays }] }

import { Controls } from "./controls.js";
import { decode } from "./decode.js";
import { Handles } from "./handles.js";
import { newest } from "./newest.js";
import { Picture } from "./picture.js";

export { decode, newest };

/** Milliseconds between two announcements of the description. */
const ANNOUNCE = 900;
/** Milliseconds in which a handle glides to where a click puts it. */
const GLIDE = 220;

/**
 * Makes `host` (a `<figure class="live" data-figure="NAME">` with a static picture in it) live. The static picture
 * stays until the first answer. Returns an object with `change(values)`, `values()` and `close()`.
 */
export function mount(host, send) {
  return new Live(host, send);
}

class Live {
  constructor(host, send) {
    this.host = host;
    this.parameters = new Map();
    this.current = new Map();
    this.last = null;
    this.announced = 0;
    this.stage = block("div", "kit-stage");
    this.layers = block("div", "kit-layers");
    this.panel = block("div", "kit-controls");
    this.status = block("p", "kit-description");
    this.status.setAttribute("role", "status");
    this.picture = new Picture(this.layers);
    const model = {
      parameters: this.parameters,
      values: this.current,
      change: (values) => this.change(values),
      glide: (values) => this.glide(values),
    };
    this.handles = new Handles(this.stage, model);
    this.controls = new Controls(this.panel, model);
    // What runs by itself is not read out at every step.
    this.controls.playing = (isPlaying) => this.status.setAttribute("aria-live", isPlaying ? "off" : "polite");
    this.stage.append(this.layers, this.handles.svg);
    this.ask = newest(
      (values) => send({ figure: host.dataset.figure, values, width: this.wide }),
      (answer) => this.receive(answer),
      (error) => this.fail(error),
    );
    this.theme = () => this.picture.draw();
    this.watch();
    this.request();
  }

  width() {
    return Math.round(this.host.clientWidth || this.host.getBoundingClientRect().width || 720);
  }

  values() {
    return Object.fromEntries(this.current);
  }

  request() {
    this.ask(this.values());
  }

  /** New values of some parameters: seen at once in handles and controls, and asked for. */
  change(values) {
    this.controls.yield(values);
    let changed = false;
    for (const [name, value] of Object.entries(values)) {
      const p = this.parameters.get(name);
      if (!p || !Number.isFinite(value)) continue;
      // A tenth of a step is as fine as a hand is; whole numbers stay whole.
      const grain = p.step === 1 ? 1 : p.step / 10;
      const kept = Math.min(p.high, Math.max(p.low, Number((Math.round(value / grain) * grain).toPrecision(12))));
      changed ||= kept !== this.current.get(name);
      this.current.set(name, kept);
    }
    if (!changed) return;
    this.handles.place();
    this.controls.show();
    this.request();
  }

  /** The same, on the way there, unless the reader wants less motion. */
  glide(values) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.change(values);
      return;
    }
    const from = this.values();
    const start = performance.now();
    const step = (now) => {
      const t = Math.min(1, Math.max(0, (now - start) / GLIDE));
      const ease = t * (2 - t);
      this.change(Object.fromEntries(Object.entries(values).map(([k, to]) => [k, from[k] + (to - from[k]) * ease])));
      if (t < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  receive({ bytes, words }) {
    const drawing = decode(bytes);
    for (const p of words.parameters) {
      if (!this.parameters.has(p.name)) {
        this.parameters.set(p.name, p);
        this.current.set(p.name, p.value);
      }
    }
    if (!this.stage.isConnected) {
      // The static first view has done its work; a caption stays. Colours are known only inside of the page.
      this.host.querySelectorAll(":scope > svg, :scope > img").forEach((node) => node.remove());
      this.host.prepend(this.stage, this.panel, this.status);
    }
    this.picture.draw(drawing);
    this.controls.build(words.parameters);
    this.handles.svg.setAttribute("role", "group");
    this.handles.svg.setAttribute("aria-label", words.title);
    this.handles.update(drawing, words.handles);
    this.layers.setAttribute("role", "img");
    this.layers.setAttribute("aria-label", `${words.title}. ${words.description}`);
    delete this.host.dataset.stale;
    this.announce(words.description);
  }

  fail(error) {
    this.host.dataset.stale = "";
    this.host.dispatchEvent(new CustomEvent("kit-failure", { bubbles: true, detail: error }));
  }

  /** Says the description politely, and not at every step of a drag. */
  announce(words) {
    this.words = words;
    if (this.timer) return;
    const wait = Math.max(0, this.announced + ANNOUNCE - performance.now());
    this.timer = setTimeout(() => {
      this.timer = null;
      this.announced = performance.now();
      if (this.status.textContent !== this.words) this.status.textContent = this.words;
    }, wait);
  }

  watch() {
    // Kept, as asking the page for it in the midst of a drag would lay it out.
    this.wide = this.width();
    this.sizes = new ResizeObserver(() => {
      if (Math.abs(this.width() - this.wide) < 2) return;
      this.wide = this.width();
      this.request();
    });
    this.sizes.observe(this.host);
    this.themes = new MutationObserver(this.theme);
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class"] });
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", this.theme);
  }

  close() {
    this.controls.pause();
    this.sizes.disconnect();
    this.themes.disconnect();
    this.scheme.removeEventListener("change", this.theme);
    clearTimeout(this.timer);
  }
}

function block(tag, name) {
  const node = document.createElement(tag);
  node.className = name;
  return node;
}
