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
  const style = getComputedStyle(element);
  const pen = document.createElement("canvas").getContext("2d");
  const roles = new Map();
  const numbers = (property) => {
    if (!roles.has(property)) {
      // A canvas writes every opaque colour that it understands as #rrggbb.
      pen.fillStyle = "#808080";
      pen.fillStyle = style.getPropertyValue(property).trim();
      roles.set(property, [1, 3, 5].map((k) => Number.parseInt(pen.fillStyle.slice(k, k + 2), 16)));
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
