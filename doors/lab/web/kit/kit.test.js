// The decoder, the maps, the queue of requests and the handles' arithmetic. Run: node --test kit/
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Controls, reached, shown } from "./controls.js";
import { decode } from "./decode.js";
import { Handles, angle, moved, position } from "./handles.js";
import { contains, data, height, pixel } from "./map.js";
import { newest } from "./newest.js";

/** A drawing that the engine wrote; a test of crates/plot checks that it still would. */
const BYTES = readFileSync(new URL("../../../../crates/plot/tests/it/drawing.gdr", import.meta.url));
const near = (a, b, tol = 1e-3) => assert.ok(Math.abs(a - b) <= tol, `${a} is not ${b}`);

test("a drawing of the engine is read to its last byte", () => {
  const d = decode(BYTES);
  assert.deepEqual([d.width, d.height], [800, 700]);
  assert.equal(d.panels.length, 4);
  assert.deepEqual(d.panels[0].x, { log: false, low: 0, high: 10 });
  assert.deepEqual(d.panels[0].y, { log: true, low: 1, high: 1000 });
  assert.equal(d.panels[0].relief, null);
  const kinds = new Set(d.shapes.map((s) => s.kind));
  assert.deepEqual([...kinds].sort(), ["clip", "dots", "end", "label", "mesh", "outline", "picture"]);
  assert.ok(d.shapes.some((s) => s.kind === "label" && s.words === "flat ∇" && s.bold && s.ink.role === "text"));
  const mesh = d.shapes.find((s) => s.kind === "mesh");
  assert.deepEqual([mesh.points.length, mesh.corners.length, mesh.inks.length], [882, 1600, 400]);
  assert.ok(mesh.inks.every((ink) => ink.role === "relief" && ink.argument <= 24 && ink.light <= 31));
  const line = d.shapes.find((s) => s.kind === "outline" && s.stroke?.ink.argument === 3);
  assert.deepEqual([line.stroke.dash, line.stroke.width, line.fill], ["dash-dot", 2, null]);
  // The diagonal from (0, 1) to (10, 1000) goes from corner to corner.
  const p = d.panels[0];
  near(line.lines[0][0], p.left);
  near(line.lines[0][3], p.top);
});

test("bytes that are no drawing are refused and ask for no memory", () => {
  assert.throws(() => decode(new Uint8Array(0)), RangeError);
  assert.throws(() => decode(new TextEncoder().encode("<svg></svg>")), /no drawing/);
  assert.throws(() => decode(BYTES.subarray(0, BYTES.length - 1)), RangeError);
  const longer = new Uint8Array(BYTES.length + 1);
  longer.set(BYTES);
  assert.throws(() => decode(longer), /1 bytes are left/);
  const version = Uint8Array.from(BYTES);
  version[3] = 9;
  assert.throws(() => decode(version), /version 9/);
  // Every byte in turn set to 255: an answer or a RangeError, at once.
  for (let k = 0; k < BYTES.length; k += 37) {
    const wrong = Uint8Array.from(BYTES);
    wrong[k] = 255;
    try {
      decode(wrong);
    } catch (error) {
      assert.ok(error instanceof RangeError, `byte ${k}: ${error}`);
    }
  }
});

test("pixels and data lead to each other, on log axes and on surfaces", () => {
  const { panels } = decode(BYTES);
  const flat = panels[0];
  const [px, py] = pixel(flat, 5, Math.sqrt(1000));
  near(px, flat.left + flat.width / 2);
  near(py, flat.top + flat.height / 2);
  const [x, y] = data(flat, px, py);
  near(x, 5, 1e-9);
  near(y, Math.sqrt(1000), 1e-9);
  assert.ok(contains(flat, px, py) && !contains(flat, px, flat.top - 1));
  // The hill exp(-x² - 2y²), between the points at which its height is given.
  const hill = panels[3];
  near(height(hill, 0, 0), 1, 1e-6);
  near(height(hill, 0.5, -0.5), Math.exp(-0.75), 0.02);
  assert.equal(height(hill, 2.1, 0), null);
  for (const [hx, hy] of [[0, 0], [0.5, -0.5], [1, -0.7]]) {
    const [bx, by] = data(hill, ...pixel(hill, hx, hy));
    near(bx, hx, 0.03);
    near(by, hy, 0.03);
  }
  assert.equal(data(hill, hill.left + 1, hill.top + 1), null);
  assert.equal(pixel(hill, 9, 0), null);
});

test("one request is under way at a time, and only the newest waits", async () => {
  const sent = [];
  const answers = [];
  const failures = [];
  const ask = newest(
    (q) => new Promise((resolve, reject) => sent.push({ q, resolve, reject })),
    (a, q) => answers.push([q, a]),
    (e, q) => failures.push([q, e.message]),
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  for (const q of [1, 2, 3, 4]) ask(q);
  assert.deepEqual(sent.map((s) => s.q), [1]);
  assert.ok(ask.waiting());
  sent[0].resolve("one");
  await turn();
  assert.deepEqual(answers, [[1, "one"]]);
  assert.deepEqual(sent.map((s) => s.q), [1, 4]); // 2 and 3 were overtaken
  ask(5);
  sent[1].reject(new Error("lost"));
  await turn();
  assert.deepEqual(failures, [[4, "lost"]]);
  assert.deepEqual(sent.map((s) => s.q), [1, 4, 5]); // a failure does not stop the queue
  sent[2].resolve("five");
  await turn();
  assert.deepEqual(answers.at(-1), [5, "five"]);
  assert.ok(!ask.waiting());
  ask(6);
  assert.equal(sent.length, 4);
});

test("an answer that cannot be shown is a failure, and the next request is sent", async () => {
  const failures = [];
  const sent = [];
  const ask = newest(
    async (q) => sent.push(q),
    () => {
      throw new RangeError("these bytes are no drawing");
    },
    (e) => failures.push(e.message),
  );
  ask(1);
  ask(2);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(sent, [1, 2]);
  assert.deepEqual(failures, ["these bytes are no drawing", "these bytes are no drawing"]);
});

test("handles follow the values, and values the handles", () => {
  const point = { x: 1, y: 2, x_parameter: "a", y_parameter: null, around: null };
  assert.deepEqual(position(point, new Map([["a", 5]])), [5, 2]);
  assert.deepEqual(moved(point, [7, 8]), { a: 7 });
  // A handle that turns about (1, 1) at distance 2.
  const turning = { x: 3, y: 1, x_parameter: "t", y_parameter: null, around: [1, 1] };
  const [x, y] = position(turning, new Map([["t", 90]]));
  near(x, 1, 1e-12);
  near(y, 3, 1e-12);
  near(moved(turning, [1, -9]).t, 270, 1e-12);
  near(angle([0, 0], [-1, -1e-9]), 180, 1e-6);
});

test("values are shown as finely as their steps", () => {
  assert.deepEqual([shown(0.30000004, 0.05), shown(12, 1), shown(-1.5, 0.1), shown(3, 0.05)], ["0.3", "12", "-1.5", "3"]);
});

test("what plays runs from where it stands to its end, and yields to a hand", () => {
  const p = { name: "k", low: 0, high: 40, step: 1, plays: 8 };
  assert.deepEqual([reached(p, 0, 0), reached(p, 0, 2), reached(p, 30, 1), reached(p, 30, 9)], [0, 10, 35, 40]);
  const said = [];
  const frames = [];
  globalThis.requestAnimationFrame = (frame) => frames.push(frame);
  const values = new Map([["k", 30]]);
  const controls = new Controls(null, {
    values,
    change(change) {
      controls.yield(change);
      for (const [key, value] of Object.entries(change)) values.set(key, value);
    },
  });
  controls.playing = (isPlaying) => said.push(isPlaying);
  controls.play(p, 30);
  const { start } = controls.running;
  frames.shift()(start + 1000);
  assert.equal(values.get("k"), 35);
  controls.yield({ other: 1 });
  assert.ok(controls.running, "another parameter may be moved meanwhile");
  frames.shift()(start + 60_000);
  assert.deepEqual([values.get("k"), controls.running, frames.length], [40, null, 0]);
  controls.play(p, 0);
  controls.yield({ k: 7 });
  frames.shift()(performance.now() + 500);
  assert.equal(controls.running, null);
  assert.equal(values.get("k"), 40, "a frame that comes late moves nothing");
  assert.deepEqual(said, [true, false, true, false]);
});

test("an angle goes round when its handle is moved by keys", () => {
  const changes = [];
  const model = {
    parameters: new Map([["t", { name: "t", low: 0, high: 360, step: 5 }], ["x", { name: "x", low: 0, high: 1, step: 0.1 }]]),
    values: new Map([["t", 0], ["x", 0.5]]),
    change: (values) => changes.push(values),
  };
  const handles = Object.create(Handles.prototype);
  handles.model = model;
  handles.handles = [
    { x_parameter: "t", y_parameter: null, around: [0, 0] },
    { x_parameter: "x", y_parameter: null, around: null },
  ];
  const key = (name, k, shiftKey = false) => handles.key({ key: name, shiftKey, preventDefault() {} }, k);
  key("ArrowLeft", 0);
  key("ArrowUp", 0, true);
  key("ArrowRight", 1);
  key("End", 1);
  key("Tab", 1); // is left to the page
  assert.deepEqual(changes.map((c) => Object.values(c)[0]), [355, 50, 0.6, 1]);
});
