// The document's model: what is undone is exactly what was done.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createModel } from "./model.js";

const CELLS = [
  { id: "p1", kind: "prose", source: "# Title\n\n" },
  { id: "f", kind: "gr", source: "f = x^2" },
  { id: "c1", kind: "gr", source: "derive f wrt x" },
];
const ids = (model) => model.cells.map((cell) => cell.id).join(" ");

test("a new cell has a name that nothing else ever had", () => {
  const model = createModel(CELLS);
  assert.equal(model.insert(1, "gr", "a = 1"), "c2");
  assert.equal(model.insert(99, "prose"), "p2");
  assert.equal(ids(model), "p1 c2 f c1 p2");
  model.undo();
  model.undo();
  assert.equal(model.insert(0, "gr"), "c3", "c2 may come back by redo elsewhere");
});

test("deletion, move, change of kind and insertion are undone in turn, and done again", () => {
  const model = createModel(CELLS);
  const states = [model.cells];
  const note = () => states.push(model.cells);
  model.remove("f"); note();
  model.move("c1", -1); note();
  model.become("c1", "derivation"); note();
  model.insert(1, "prose", "words"); note();
  for (const state of states.slice(0, -1).reverse()) {
    assert.ok(model.undo());
    assert.equal(model.cells, state);
  }
  assert.equal(model.undo(), null);
  for (const state of states.slice(1)) {
    assert.ok(model.redo());
    assert.equal(model.cells, state);
  }
  assert.equal(model.redo(), null);
});

test("what is written without a break is one step; a break makes another", () => {
  const model = createModel(CELLS);
  model.write("f", "f = x^3");
  model.write("f", "f = x^34");
  model.seal();
  model.write("f", "f = x^345");
  model.write("c1", "derive f");
  assert.equal(model.get("f").source, "f = x^345");
  model.undo();
  model.undo();
  assert.equal(model.get("f").source, "f = x^34");
  model.undo();
  assert.deepEqual(model.cells, CELLS);
  assert.equal(model.canUndo, false);
});

test("after an undo, writing begins a new step and forgets what could be done again", () => {
  const model = createModel(CELLS);
  model.write("f", "1");
  model.undo();
  model.write("f", "2");
  assert.equal(model.canRedo, false);
  model.undo();
  assert.deepEqual(model.cells, CELLS);
});

test("moves stop at the ends, and what changes nothing is no step", () => {
  const model = createModel(CELLS);
  assert.equal(model.move("p1", -1), false);
  assert.equal(model.move("c1", 1), false);
  assert.equal(model.move("nobody", 1), false);
  model.write("f", "f = x^2");
  model.become("f", "gr");
  model.remove("nobody");
  assert.equal(model.canUndo, false);
  assert.equal(model.move("p1", 9), true);
  assert.equal(ids(model), "f c1 p1");
});

test("a text whose lines end in CR LF goes on so", () => {
  const model = createModel([{ id: "c1", kind: "gr", source: "a = 1\r\nb = 2" }]);
  model.write("c1", "a = 1\nb = 3");
  assert.equal(model.get("c1").source, "a = 1\r\nb = 3");
  model.write("c1", "a = 1\r\nb = 4");
  assert.equal(model.get("c1").source, "a = 1\r\nb = 4");
});

test("a kept text that is put back keeps the names of the cells that are alike", () => {
  const model = createModel(CELLS);
  model.replace([
    { id: "f", kind: "gr", source: "f = x^5" }, { id: "new", kind: "gr", source: "derive f wrt x" },
    { id: "c1", kind: "derivation", source: "derive f wrt x" }, { id: "p1", kind: "prose", source: "new" },
  ]);
  assert.equal(ids(model), "f c1 c2 p1");
  assert.deepEqual(model.cells.map((cell) => cell.source), ["f = x^5", "derive f wrt x", "derive f wrt x", "new"]);
  model.undo();
  assert.deepEqual(model.cells, CELLS);
});

test("a thousand random changes are undone to the beginning of what is remembered", () => {
  const model = createModel(CELLS);
  let seed = 7;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  const states = [model.cells];
  for (let k = 0; k < 1000; k += 1) {
    const before = model.cells;
    const id = before[random(before.length)]?.id;
    [() => model.insert(random(9), "gr", String(k)), () => id && model.remove(id), () => id && model.move(id, random(5) - 2),
      () => id && model.write(id, String(random(1e6)))][random(4)]();
    model.seal();
    if (model.cells !== before) states.push(model.cells);
    assert.equal(new Set(model.cells.map((cell) => cell.id)).size, model.cells.length);
  }
  let undone = 0;
  while (model.undo()) {
    undone += 1;
    assert.equal(model.cells, states.at(-1 - undone));
  }
  assert.equal(undone, 200);
});
