// How a cell stands, in words.
import assert from "node:assert/strict";
import { test } from "node:test";

import { duration, summary, words } from "./words.js";

test("a duration is as fine as one reads it", () => {
  const said = [4.4, 999.4, 1234, 59_940, 61_000].map(duration);
  assert.deepEqual(said, ["4 ms", "999 ms", "1.2 s", "59.9 s", "1 min 1 s"]);
});

test("a state has words, which depend on whether a run is under way", () => {
  const said = (told) => [words(told, false), words(told, true)];
  assert.deepEqual(said({ state: "pending" }), ["not run yet", "waiting"]);
  assert.deepEqual(said({ state: "stale" }), ["out of date", "out of date, waiting"]);
  assert.equal(words({ state: "running", step: 3, of: 10 }, true), "running, 3 of 10");
  assert.equal(words({ state: "running", step: 120, of: 0 }, true), "running, step 120");
  assert.equal(words({ state: "running" }, true), "running");
  assert.equal(words({ state: "done", milliseconds: 12 }, false), "done in 12 ms");
  assert.equal(words({ state: "done", milliseconds: 0.3 }, false), "done");
  assert.equal(words({ state: "error" }, false), "a mistake");
});

test("a run is summed up in one sentence", () => {
  assert.equal(summary(["done", "nothing", "done"]), "2 cells have run.");
  assert.equal(summary(["done", "error", "stopped", "stale"]), "2 cells have run, 1 has a mistake, 1 was stopped, 1 is out of date.");
});
