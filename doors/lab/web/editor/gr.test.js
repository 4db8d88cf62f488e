// The colours of `.gr`, token by token, and places counted in bytes. Run: node --test editor/
import assert from "node:assert/strict";
import { test } from "node:test";
import { StringStream } from "@codemirror/language";

import { highlight } from "./gr.js";
import { byteAt, marks, units } from "./place.js";
import { SYMBOLS } from "./symbols.js";

/** The tokens of a text as "kind:text", spaces left out. */
function tokens(text) {
  const state = highlight.startState();
  const found = [];
  for (const line of text.split("\n")) {
    const stream = new StringStream(line, 2, 2);
    while (!stream.eol()) {
      const kind = highlight.token(stream, state);
      assert.ok(stream.pos > stream.start, `no progress in ${JSON.stringify(line)} at ${stream.pos}`);
      if (stream.current().trim()) found.push(`${kind}:${stream.current()}`);
      stream.start = stream.pos;
    }
  }
  return found;
}

const kinds = (text, kind) => tokens(text).filter((t) => t.startsWith(`${kind}:`)).map((t) => t.slice(kind.length + 1));

test("a declaration has a role, a name, properties and a range", () => {
  const text = "data y : [n] positive in {-1, 1} = signs(diagnosis) # the labels";
  assert.deepEqual(kinds(text, "keyword"), ["data", "in"]);
  assert.deepEqual(kinds(text, "typeName"), ["positive"]);
  assert.deepEqual(kinds(text, "variableName.function"), ["signs"]);
  assert.deepEqual(kinds(text, "comment"), ["# the labels"]);
});

test("a quote after an operand transposes, elsewhere it starts a string", () => {
  assert.deepEqual(kinds("x'*A'*(A*x)'", "operator"), ["'", "*", "'", "*", "*", "'"]);
  assert.deepEqual(kinds("x'*A'*(A*x)'", "string"), []);
  assert.deepEqual(kinds("from 'a b.csv'", "string"), ["'a b.csv'"]);
  assert.deepEqual(kinds('data X = load("a.npy")', "string"), ['"a.npy"']);
});

test("a string that is never closed ends with its line", () => {
  assert.deepEqual(tokens('let a = "oh\nlet b = 2').slice(-4), ["keyword:let", "variableName:b", "operator:=", "number:2"]);
});

test("numbers take a dot that belongs to no operator", () => {
  assert.deepEqual(kinds("1.5e-3 + 2.*x + .5 + 3.^2 + 1e", "number"), ["1.5e-3", "2", ".5", "3", "2", "1"]);
  assert.deepEqual(kinds("2.*x", "operator"), [".*"]);
});

test("the words of statements and of cells are keywords only where they start one", () => {
  assert.deepEqual(kinds("minimize norm2(A*x - b)^2\nsubject to x >= 0", "keyword"), ["minimize", "subject", "to"]);
  assert.deepEqual(kinds("derive f wrt x\nplot f for x in -3..3", "keyword"), ["derive", "wrt", "plot", "for", "in"]);
  assert.deepEqual(kinds("data + start*var", "keyword"), []);
  assert.deepEqual(kinds("solve(A, b)", "variableName.function"), ["solve"]);
  assert.deepEqual(kinds("equal = 3", "variableName.definition"), ["equal"]);
});

test("Greek, subscripts and symbols are read as the lexer reads them", () => {
  assert.deepEqual(tokens("λ₁ ⊙ β ≤ Σ(x)²"), [
    "variableName:λ₁", "operator:⊙", "variableName:β", "operator:≤", "variableName.function:Σ", "bracket:(",
    "variableName:x", "bracket:)", "number:²",
  ]);
});

test("every symbol that can be typed by its name is one character with a meaning", () => {
  for (const [symbol, name] of SYMBOLS) {
    assert.equal([...symbol].length, 1, name);
    assert.ok(tokens(`x${symbol}`).every((t) => !t.startsWith("null:")), `${symbol} ${name}`);
  }
  assert.equal(new Set(SYMBOLS.map(([, name]) => name)).size, SYMBOLS.length);
});

test("any text is read to its end", () => {
  const odd = "\\frac{1}{2} $ ` ~ @ @iris %% // … 🙂 ᵀ ' \" \u0000 \ufeff ≠∈ x.T 1..2 ...";
  for (let k = 0; k <= odd.length; k += 1) tokens(odd.slice(k));
});

test("bytes become UTF-16 units", () => {
  // a: 1 byte, λ: 2, ∈: 3, 🙂: 4 bytes and two units.
  assert.deepEqual(units("aλ∈🙂b", [0, 1, 3, 6, 10, 11, 99]), [0, 1, 2, 3, 5, 6, 6]);
  assert.deepEqual(units("aλ∈🙂b", [10, 1]), [5, 1]);
  assert.equal(byteAt("aλ∈🙂b", 5), 10);
  for (const unit of [0, 1, 2, 3, 5, 6]) assert.deepEqual(units("aλ∈🙂b", [byteAt("aλ∈🙂b", unit)]), [unit]);
});

test("every diagnostic has something to underline", () => {
  const text = "λ + lamda";
  const [named, atEnd, empty] = marks(text, [
    { start: 5, end: 10, severity: "error", message: "there is no `lamda` here", help: "did you mean `lambda`?" },
    { start: 10, end: 10, severity: "warning", message: "unfinished" },
    { start: 0, end: 0, severity: "error", message: "nothing" },
  ]);
  assert.deepEqual(named, {
    from: 4, to: 9, severity: "error", message: "there is no `lamda` here\ndid you mean `lambda`?",
  });
  assert.deepEqual([atEnd.from, atEnd.to, atEnd.severity], [8, 9, "warning"]);
  assert.deepEqual([empty.from, empty.to], [0, 1]);
  assert.deepEqual(marks("", [{ start: 0, end: 0, severity: "error", message: "nothing" }])[0].to, 0);
});
