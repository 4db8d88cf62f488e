// Places in a text: the engine counts bytes of UTF-8, the browser counts UTF-16 code units.

/** Bytes of the UTF-8 form of a code point. */
const bytes = (point) => (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);

/** For each of some byte offsets, ascending or not, its offset in UTF-16 units; past the end, the end. */
export function units(text, offsets) {
  const order = offsets.map((offset, k) => [offset, k]).sort((a, b) => a[0] - b[0]);
  const found = new Array(offsets.length);
  let byte = 0;
  let unit = 0;
  for (const [offset, k] of order) {
    while (byte < offset && unit < text.length) {
      const point = text.codePointAt(unit);
      byte += bytes(point);
      unit += point > 0xffff ? 2 : 1;
    }
    found[k] = unit;
  }
  return found;
}

/** The bytes before a place that is given in UTF-16 units. */
export function byteAt(text, unit) {
  let count = 0;
  for (let k = 0; k < unit && k < text.length; ) {
    const point = text.codePointAt(k);
    count += bytes(point);
    k += point > 0xffff ? 2 : 1;
  }
  return count;
}

/**
 * The parser's diagnostics, `{start, end, severity, message, help}` in bytes, as an editor marks them. A place without
 * width gets the character after it, or before it at the end of the text, so that there is something to underline.
 */
export function marks(text, diagnostics) {
  const places = units(text, diagnostics.flatMap((d) => [d.start, d.end]));
  return diagnostics.map((d, k) => {
    let from = places[2 * k];
    let to = places[2 * k + 1];
    if (from >= to) {
      if (from < text.length && text[from] !== "\n") to = from + 1;
      else from = Math.max(0, from - 1);
    }
    const message = d.help ? `${d.message}\n${d.help}` : d.message;
    return { from, to, severity: d.severity === "warning" ? "warning" : "error", message };
  });
}
