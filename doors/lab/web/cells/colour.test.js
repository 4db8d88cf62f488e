// The colours without the editor are those of the editor.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { StringStream } from "@codemirror/language";

import { highlight } from "../editor/gr.js";
import { tokens } from "./colour.js";

const examples = new URL("../../../../examples/", import.meta.url);
const texts = readdirSync(examples).filter((f) => f.endsWith(".gr")).map((f) => readFileSync(new URL(f, examples), "utf8"));

/** What CodeMirror's own stream gives. */
function theirs(text) {
  const state = highlight.startState();
  return text.split("\n").flatMap((line, k) => {
    const found = k > 0 ? [[null, "\n"]] : [];
    const stream = new StringStream(line, 2, 2);
    while (!stream.eol()) {
      found.push([highlight.token(stream, state), stream.current()]);
      stream.start = stream.pos;
    }
    return found;
  });
}

test("every example has the same tokens in the page and in the editor", () => {
  assert.ok(texts.length >= 10);
  for (const text of texts) assert.deepEqual(tokens(text), theirs(text));
});

test("nothing of a text is lost, whatever it is", () => {
  for (const text of ["", "\n\n", "λ = ½\t# 𝔼", "a'b'\r\n\u0000\"open", "x".repeat(5000)]) {
    assert.equal(tokens(text).map(([, part]) => part).join(""), text);
  }
});
