// Reads the binary form of a drawing; the format is documented in crates/plot/src/live/bytes.rs.

const VERSION = 1;
const ROLES = ["background", "text", "muted", "grid", "frame", "contour", "series", "tint", "relief"];
const MARKERS = ["circle", "square", "triangle", "diamond", "cross", "plus", "star"];
const DASHES = ["solid", "dashed", "dotted", "dash-dot"];
const ANCHORS = ["start", "middle", "end"];

/**
 * The drawing in an ArrayBuffer (or a view of one): `{ width, height, panels, shapes }`.
 * Points are flat Float32Arrays x0, y0, x1, y1, ... Throws a RangeError for bytes that are no drawing.
 */
export function decode(bytes) {
  const view = ArrayBuffer.isView(bytes)
    ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new DataView(bytes);
  const r = new Reader(view);
  if (r.u8() !== 0x67 || r.u8() !== 0x64 || r.u8() !== 0x72) throw new RangeError("these bytes are no drawing");
  const version = r.u8();
  if (version !== VERSION) throw new RangeError(`a drawing of version ${version}, where version ${VERSION} is read`);
  const width = r.f32();
  const height = r.f32();
  const panels = r.list(() => r.panel());
  const shapes = r.list(() => r.known());
  if (r.at !== view.byteLength) throw new RangeError(`${view.byteLength - r.at} bytes are left after the drawing`);
  return { width, height, panels, shapes };
}

class Reader {
  constructor(view) {
    this.view = view;
    this.at = 0;
  }

  u8() {
    return this.view.getUint8(this.at++);
  }

  u32() {
    this.at += 4;
    return this.view.getUint32(this.at - 4, true);
  }

  f32() {
    this.at += 4;
    return this.view.getFloat32(this.at - 4, true);
  }

  f64() {
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }

  /** A count that the bytes left could hold, so that a wrong one asks for no memory. */
  count(size = 1) {
    const n = this.u32();
    if (n * size > this.view.byteLength - this.at) throw new RangeError("a count is larger than the drawing");
    return n;
  }

  list(read) {
    return Array.from({ length: this.count() }, read);
  }

  floats(n) {
    const out = new Float32Array(n);
    for (let k = 0; k < n; k += 1) out[k] = this.f32();
    return out;
  }

  points() {
    return this.floats(2 * this.count(8));
  }

  rect() {
    return { left: this.f32(), top: this.f32(), width: this.f32(), height: this.f32() };
  }

  span() {
    return { log: this.u8() === 1, low: this.f64(), high: this.f64() };
  }

  panel() {
    const surface = this.u8() === 1;
    const panel = { ...this.rect(), x: this.span(), y: this.span(), relief: null };
    if (surface) {
      const z = this.span();
      const affine = Array.from({ length: 4 }, () => [this.f64(), this.f64()]);
      const side = this.u32();
      if (side * side * 4 > this.view.byteLength - this.at) throw new RangeError("a count is larger than the drawing");
      panel.relief = { z, affine, side, heights: this.floats(side * side) };
    }
    return panel;
  }

  /** `{ role, argument, light }`, or `{ rgb }`. */
  ink() {
    const [role, argument, light, last] = [this.u8(), this.u8(), this.u8(), this.u8()];
    if (role === 255) return { rgb: [argument, light, last] };
    return { role: ROLES[role] ?? "text", argument, light: light === 255 ? null : light };
  }

  paint() {
    return { ink: this.ink(), opacity: this.f32() };
  }

  /** A shape with its bytes, by which it is known again in the next drawing. */
  known() {
    const start = this.at;
    const shape = this.shape();
    shape.bytes = new Uint8Array(this.view.buffer, this.view.byteOffset + start, this.at - start);
    return shape;
  }

  shape() {
    const kind = this.u8();
    switch (kind) {
      case 1: {
        const flags = this.u8();
        const fill = flags & 2 ? this.paint() : null;
        const stroke = flags & 4 ? { ...this.paint(), width: this.f32(), dash: DASHES[this.u8()] ?? "solid" } : null;
        return { kind: "outline", closed: (flags & 1) === 1, fill, stroke, lines: this.list(() => this.points()) };
      }
      case 2: {
        const marker = MARKERS[this.u8()] ?? "circle";
        return { kind: "dots", marker, fill: this.paint(), size: this.f32(), points: this.points() };
      }
      case 3: {
        const [x, y, size, turn] = [this.f32(), this.f32(), this.f32(), this.f32()];
        const anchor = ANCHORS[this.u8()] ?? "start";
        const flags = this.u8();
        const ink = this.ink();
        const n = this.count();
        const bytes = new Uint8Array(this.view.buffer, this.view.byteOffset + this.at, n);
        this.at += n;
        const words = new TextDecoder().decode(bytes);
        return { kind: "label", x, y, size, turn, anchor, bold: (flags & 1) !== 0, halo: (flags & 2) !== 0, slanted: (flags & 4) !== 0, ink, words };
      }
      case 4: {
        const place = this.rect();
        const [columns, rows] = [this.u32(), this.u32()];
        const n = columns * rows * 4;
        if (n > this.view.byteLength - this.at) throw new RangeError("a picture is larger than the drawing");
        const cells = new Uint8ClampedArray(this.view.buffer.slice(
          this.view.byteOffset + this.at,
          this.view.byteOffset + this.at + n,
        ));
        this.at += n;
        return { kind: "picture", place, columns, rows, cells };
      }
      case 5:
        return { kind: "clip", place: this.rect() };
      case 6:
        return { kind: "end" };
      case 7: {
        const points = this.points();
        const n = this.count(20);
        const corners = new Uint32Array(4 * n);
        const inks = [];
        for (let k = 0; k < n; k += 1) {
          for (let c = 0; c < 4; c += 1) corners[4 * k + c] = this.u32();
          inks.push(this.ink());
        }
        return { kind: "mesh", points, corners, inks };
      }
      default:
        throw new RangeError(`a shape of unknown kind ${kind}`);
    }
  }
}
