// The colours of a source that nobody edits: the editor's own tokens, without the editor.

import { highlight } from "../editor/gr.js";

/** A line that is read token by token: the part of CodeMirror's stream that `highlight` uses. */
export class Line {
  constructor(string) {
    this.string = string;
    this.pos = 0;
    this.start = 0;
  }
  sol() { return this.pos === 0; }
  eol() { return this.pos >= this.string.length; }
  peek() { return this.string.charAt(this.pos) || undefined; }
  next() { return this.eol() ? undefined : this.string.charAt(this.pos++); }
  skipToEnd() { this.pos = this.string.length; }
  current() { return this.string.slice(this.start, this.pos); }
  eatSpace() {
    const before = this.pos;
    while (/\s/.test(this.string.charAt(this.pos))) this.pos += 1;
    return this.pos > before;
  }
  match(pattern, consume = true) {
    const found = this.string.slice(this.pos).match(pattern);
    if (!found || found.index > 0) return null;
    if (consume) this.pos += found[0].length;
    return found;
  }
}

/** The tokens of a text: pairs of a kind (or null) and its characters; together they are the text. */
export function tokens(text) {
  const state = highlight.startState();
  const found = [];
  text.split("\n").forEach((string, k) => {
    if (k > 0) found.push([null, "\n"]);
    const line = new Line(string);
    while (!line.eol()) {
      const kind = highlight.token(line, state);
      if (line.pos === line.start) line.next();
      found.push([kind, line.current()]);
      line.start = line.pos;
    }
  });
  return found;
}

/** Writes a text into an element, each token with the class of its kind. */
export function paint(element, text) {
  const parts = tokens(text).map(([kind, characters]) => {
    if (!kind) return characters;
    const span = document.createElement("span");
    span.className = `gr-${kind.split(".").at(-1)}`;
    span.textContent = characters;
    return span;
  });
  element.replaceChildren(...parts);
}
