// Names of files, and the ends of texts.
import assert from "node:assert/strict";
import { test } from "node:test";

import { lowered, parts } from "./markdown.js";
import { copyName, numbered, plainName } from "./names.js";

test("a data file's name is spelled in letters that every header has", () => {
  const names = ["growth.csv", "Größe 1.CSV", "données été.tsv", "数据.parquet", ".hidden.csv", "a/b\\c.npy", "no end", " x .csv"];
  assert.deepEqual(names.map(plainName),
    ["growth.csv", "Grosse 1.csv", "donnees ete.tsv", "data.parquet", "hidden.csv", "a-b-c.npy", "no end", "x.csv"]);
});

test("a name that is taken is numbered before its ending", () => {
  assert.deepEqual([1, 2, 3].map((k) => numbered("a.b.csv", k)), ["a.b.csv", "a.b-2.csv", "a.b-3.csv"]);
  assert.equal(numbered("plain", 2), "plain-2");
});

test("a copy says when it was made, in letters that a name may have", () => {
  assert.equal(copyName("w/d.gr.md", new Date(Date.UTC(2026, 0, 2, 3, 4, 5))), "w/d (copy 2026-01-02T030405).gr.md");
});

test("blank lines around a text are kept apart from it", () => {
  for (const [source, before, text, after] of [
    ["", "", "", ""], ["\n\n", "\n\n", "", ""], ["a", "", "a", ""], ["\n \n  a\n\nb \r\n\r\n", "\n \n", "  a\n\nb", " \r\n\r\n"],
  ]) {
    assert.deepEqual(parts(source), { before, text, after });
    assert.equal(before + text + after, source);
  }
});

test("headings of a text come below the page's own", () => {
  assert.equal(lowered('<h1>a</h1><h2 id="x">b</h2><hr><h6>c</h6>'), '<h2>a</h2><h3 id="x">b</h3><hr><h6>c</h6>');
});
