// Saving and keeping: one save at a time, nothing lost, nobody's work replaced.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createDraft, draftsOf, tidy } from "./drafts.js";
import { createSaver } from "./saver.js";

/** A storage that has room for so many characters. */
function store(room = Infinity) {
  const kept = new Map();
  return {
    get length() { return kept.size; },
    key: (k) => [...kept.keys()][k] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem(key, value) {
      const others = [...kept].filter(([k]) => k !== key).reduce((sum, [, v]) => sum + v.length, 0);
      if (others + value.length > room) throw new Error("full");
      kept.set(key, value);
    },
    removeItem: (key) => kept.delete(key),
  };
}

const prose = (source) => [{ id: "p1", kind: "prose", source }];

/** A saver over a document, and the server's side of it. */
function bench(answers = () => ({ status: 200 })) {
  const it = { cells: prose("a"), sent: [], states: [], store: store() };
  it.saver = createSaver({
    cells: () => it.cells, version: "v0",
    draft: createDraft(it.store, "d.gr.md", "v0", "me"),
    send: async (cells, version) => {
      it.sent.push([cells[0].source, version]);
      await new Promise((done) => setTimeout(done, 5));
      return { version: `v${it.sent.length}`, ...answers(it.sent.length) };
    },
    told: (state) => it.states.push(state),
  });
  it.write = (text) => {
    it.cells = prose(text);
    it.saver.changed();
  };
  it.drafts = () => draftsOf(it.store, "d.gr.md", prose("a")).map((draft) => [draft.cells[0].source, draft.version]);
  return it;
}

test("what is written during a save is saved after it, on the version that the save made", async () => {
  const it = bench();
  it.write("ab");
  const first = it.saver.save();
  it.write("abc");
  await first;
  assert.deepEqual(it.drafts(), [["abc", "v1"]], "what is not saved yet is kept");
  await it.saver.save();
  assert.deepEqual(it.sent, [["ab", "v0"], ["abc", "v1"]]);
  assert.deepEqual(it.drafts(), []);
  assert.equal(it.states.at(-1), "saved");
  assert.equal(it.saver.unsaved, false);
});

test("without a server the text is kept and tried again", async () => {
  const it = bench((k) => (k === 1 ? { status: 0, error: "gone" } : { status: 200 }));
  it.write("ab");
  await it.saver.save();
  assert.deepEqual(it.states.slice(-1), ["failed"]);
  assert.deepEqual(it.drafts(), [["ab", "v0"]]);
  await it.saver.save();
  assert.deepEqual(it.drafts(), []);
});

test("after a conflict nothing is sent any more, and the text stays kept", async () => {
  const it = bench(() => ({ status: 409, error: "changed elsewhere" }));
  it.write("ab");
  await it.saver.save();
  it.write("abc");
  await it.saver.save();
  assert.equal(it.sent.length, 1);
  assert.equal(it.states.at(-1), "conflict");
  assert.deepEqual(it.drafts(), [["abc", "v0"]]);
});

test("a change that is taken back needs no save and leaves no draft", () => {
  const it = bench();
  const before = it.cells;
  it.write("ab");
  it.cells = before;
  it.saver.changed();
  assert.deepEqual(it.drafts(), []);
  assert.equal(it.states.at(-1), "saved");
  it.saver.stop();
});

test("each window has its own draft; what says the same as the disk is dropped", () => {
  const all = store();
  const [mine, yours] = ["me", "you"].map((who) => createDraft(all, "d.gr.md", "v0", who));
  mine.keep(prose("mine"), "v0", 1);
  yours.keep(prose("yours"), "v0", 2);
  assert.deepEqual(draftsOf(all, "d.gr.md", prose("yours")).map((d) => d.cells[0].source), ["mine"]);
  assert.equal(all.length, 1);
  mine.keep(prose("mine"), "v1", 3);
  assert.equal(all.length, 1, "a draft moves with its version");
  assert.deepEqual(draftsOf(all, "other.gr.md", prose("")), []);
});

test("a full storage gives up its oldest drafts, and strange entries are left alone", () => {
  const all = store(3000);
  all.setItem("draft:odd", "{");
  all.setItem("theme", "dark");
  for (let k = 0; k < 30; k += 1) createDraft(all, `${k}.gr.md`, "v", "w").keep(prose("x".repeat(100)), "v", k);
  assert.equal(draftsOf(all, "29.gr.md", prose("")).length, 1, "the newest is there");
  assert.equal(draftsOf(all, "0.gr.md", prose("")).length, 0, "the oldest is not");
  assert.equal(createDraft(all, "big.gr.md", "v", "w").keep(prose("x".repeat(5000)), "v"), false);
  tidy(all);
  assert.equal(all.getItem("theme"), "dark");
});
