// Colours by role: CSS custom properties in SVG, resolved numbers on a canvas.

const TINTS = 24;
const LIGHTS = 31;

/** What the steps of a tint and of a relief lead from and to. */
const STEPS = {
  tint: ["--gradus-background", "--gradus-tint"],
  relief: ["--gradus-relief-low", "--gradus-relief-high"],
};

function name({ role, argument }) {
  return role === "series" ? `--gradus-series-${argument}` : `--gradus-${role}`;
}

/** An ink as CSS. */
export function css(ink) {
  if (ink.rgb) return `rgb(${ink.rgb.join(" ")})`;
  const steps = STEPS[ink.role];
  if (!steps) return `var(${name(ink)})`;
  return `color-mix(in srgb, var(${steps[1]}) ${(100 * ink.argument) / TINTS}%, var(${steps[0]}))`;
}

/** A function from inks to CSS colours as they are under the present theme, for the canvas. */
export function palette(element) {
  const roles = new Map();
  const numbers = (property) => {
    if (!roles.has(property)) {
      // Properties hold pairs for light and dark; as a colour of an element, the pair is decided: rgb(r, g, b).
      const probe = document.createElement("span");
      probe.style.color = `var(${property})`;
      element.append(probe);
      const found = getComputedStyle(probe).color.match(/[\d.]+/g) ?? [];
      probe.remove();
      roles.set(property, [0, 1, 2].map((k) => Number(found[k] ?? 128)));
    }
    return roles.get(property);
  };
  const known = new Map();
  return (ink) => {
    if (ink.rgb) return css(ink);
    const key = (ink.argument << 8) | (ink.light ?? 255);
    const colours = known.get(ink.role) ?? known.set(ink.role, new Map()).get(ink.role);
    if (!colours.has(key)) {
      const [from, to] = (STEPS[ink.role] ?? [name(ink), name(ink)]).map(numbers);
      const rgb = to.map((c, k) => from[k] + ((c - from[k]) * ink.argument) / TINTS);
      const light = ink.light === null ? 1 : 0.62 + (0.44 * ink.light) / LIGHTS;
      colours.set(key, `rgb(${rgb.map((c) => Math.round(Math.min(255, c * light))).join(" ")})`);
    }
    return colours.get(key);
  };
}
