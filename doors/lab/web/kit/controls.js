// A slider and a number field for each parameter.

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

export class Controls {
  constructor(host, model) {
    this.model = model;
    this.rows = new Map();
    this.host = host;
  }

  /** Makes the controls once, when the parameters are known. */
  build(parameters) {
    if (this.rows.size > 0) return;
    for (const p of parameters) {
      const row = html("label", { class: "kit-control" }, this.host);
      html("span", { class: "kit-name" }, row).textContent = p.label;
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
      this.rows.set(p.name, { slider, field, step: p.step });
    }
    this.show();
  }

  /** Shows the present values; a field in which someone types is left alone, but for its own arrows. */
  show() {
    for (const [name, { slider, field, step }] of this.rows) {
      const value = this.model.values.get(name);
      slider.value = value;
      field.value = shown(value, step);
    }
  }
}
