// From pixels to data and back, on a plane and on a surface, as PanelMap in crates/plot/src/live/panel_map.rs.

function part({ log, low, high }, v) {
  return log ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low);
}

function value({ log, low, high }, t) {
  return log ? low * (high / low) ** t : low + (high - low) * t;
}

/** The height of a surface over a point, bilinear between the given heights; null beside the surface. */
export function height(panel, x, y) {
  const { side, heights } = panel.relief;
  const [i, j] = [part(panel.x, x) * (side - 1), part(panel.y, y) * (side - 1)];
  if (!(i >= 0 && j >= 0 && i <= side - 1 && j <= side - 1)) return null;
  const [a, b] = [Math.min(Math.floor(i), side - 2), Math.min(Math.floor(j), side - 2)];
  const [s, t] = [i - a, j - b];
  const at = (di, dj) => heights[(b + dj) * side + a + di];
  return (at(0, 0) * (1 - s) + at(1, 0) * s) * (1 - t) + (at(0, 1) * (1 - s) + at(1, 1) * s) * t;
}

/** The pixel of a point (on a surface, of the surface's point over it), or null. */
export function pixel(panel, x, y) {
  let at;
  if (panel.relief) {
    const z = height(panel, x, y);
    if (z === null) return null;
    const [o, ax, ay, az] = panel.relief.affine;
    at = [0, 1].map((k) => o[k] + x * ax[k] + y * ay[k] + z * az[k]);
  } else {
    at = [panel.left + panel.width * part(panel.x, x), panel.top + panel.height * (1 - part(panel.y, y))];
  }
  return at.every(Number.isFinite) ? at : null;
}

/** The point at a pixel; on a surface the one below its foremost point there, or null beside it. */
export function data(panel, px, py) {
  if (!panel.relief) {
    const at = [value(panel.x, (px - panel.left) / panel.width), value(panel.y, 1 - (py - panel.top) / panel.height)];
    return at.every(Number.isFinite) ? at : null;
  }
  // The line of sight, from the ceiling of the box down.
  const { z, affine: [o, ax, ay, az] } = panel.relief;
  const det = ax[0] * ay[1] - ay[0] * ax[1];
  const steps = 256;
  // A summit that touches the ceiling is met in spite of rounding.
  const slack = 1e-9 * (z.high - z.low);
  for (let k = 0; k <= steps; k += 1) {
    const h = value(z, 1 - k / steps);
    const [rx, ry] = [px - o[0] - h * az[0], py - o[1] - h * az[1]];
    const [x, y] = [(rx * ay[1] - ay[0] * ry) / det, (ax[0] * ry - rx * ax[1]) / det];
    const ground = height(panel, x, y);
    if (ground !== null && ground >= h - slack) return [x, y];
  }
  return null;
}

/** Whether a pixel lies in the panel's plot area. */
export function contains(panel, px, py) {
  return px >= panel.left && px <= panel.left + panel.width && py >= panel.top && py <= panel.top + panel.height;
}
