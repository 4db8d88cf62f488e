// A document at work: its model, its blocks on the page, the engine behind them, and what keeps it from being lost.

import { say, whisper } from "../lab.js";
import { createEngine } from "../cells/engine.js";
import { openMenu } from "../cells/menu.js";
import { storage } from "../cells/kept.js";
import { summary } from "../cells/words.js";
import { createBar } from "./bar.js";
import { between, createBlock, KINDS } from "./block.js";
import { choose, dropping, upload } from "./data.js";
import { exportsOf } from "./exports.js";
import { createKeeping } from "./keeping.js";
import { keys } from "./keys.js";
import { createModel } from "./model.js";
import { arrange } from "./order.js";

/** From the last key to the run, in milliseconds. */
const PAUSE = 350;

function workbench(place) {
  const { path } = place.dataset;
  const store = storage();
  const model = createModel(JSON.parse(place.dataset.cells));
  const list = place.querySelector(".cells");
  const blocks = new Map();
  /** What the engine told last of each cell: a block that is made anew shows it at once. */
  const known = new Map();
  /** Whether a change runs what depends on it: after the first run that was asked for. */
  let live = false;
  let asked = false;
  let answered = false;
  let timer;

  // The engine.
  const engine = createEngine({
    output(told) {
      answered = true;
      known.set(told.cell, { ...told, html: told.html ?? known.get(told.cell)?.html });
      blocks.get(told.cell)?.inner.tell(told, engine.busy);
    },
    busy(on) {
      bar.busy(on);
      for (const { inner } of blocks.values()) inner.turn(on);
      if (on) return;
      if (asked && !answered) say("Everything is up to date.", 2);
      else if (asked) whisper(summary([...blocks.values()].map(({ inner }) => inner.state)));
      asked = false;
    },
    lost: () => send(),
    said: say,
  });
  const send = () => engine.source({ document: path, cells: model.cells, run: live });
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  };
  /** Runs what is not up to date, and from now on what changes. */
  function run() {
    live = true;
    asked = true;
    answered = false;
    clearTimeout(timer);
    send();
  }

  // The blocks.
  const nameOf = (cell, k) => `${KINDS[cell.kind] ?? "Cell"} ${k + 1}`;
  const at = (id) => model.at(id);
  const focusOn = (id) => blocks.get(id)?.focus();
  async function gestures(id) {
    const block = blocks.get(id);
    const button = block.askButton;
    const found = await engine.question({ about: "gestures", cell: id, text: block.inner.text(), byte: block.inner.place() });
    const offered = found?.gestures ?? [];
    if (offered.length === 0) return say(found ? "There is nothing to ask of this cell yet." : "The engine does not answer.");
    openMenu(button, offered.map(({ title, source }) => ({
      label: title, detail: source,
      run() {
        const next = model.insert(at(id) + 1, "gr", source);
        run();
        focusOn(next);
      },
    })));
  }
  const acts = (id) => ({
    edit: () => blocks.get(id).inner.enter(),
    run,
    ask: () => gestures(id),
    move: (by) => move(id, by),
    remove: () => remove(id),
    become(kind) {
      model.become(id, kind);
      focusOn(id);
    },
    duplicate: () => focusOn(model.insert(at(id) + 1, model.get(id).kind, model.get(id).source)),
    insert: (kind) => insert(at(id) + 1, kind),
  });
  function make(cell, section) {
    const { id } = cell;
    const question = (about) => engine.question({ cell: id, ...about });
    return createBlock({
      cell, section, label: nameOf(cell, at(id)), acts: acts(id),
      hooks: {
        change: (text) => model.write(id, text),
        seal: () => model.seal(),
        run,
        cancel: () => engine.cancel(),
        html: async (text) => (await question({ about: "prose", text, byte: 0 }))?.html ?? null,
        complete: async (text, byte) => (await question({ about: "complete", text, byte }))?.options,
        diagnose: async (text) => (await question({ about: "diagnose", text, byte: 0 }))?.diagnostics,
        keys: [
          { key: "Mod-.", run: () => gestures(id) },
          { key: "Shift-Enter", run: () => { run(); step(id, 1); } },
        ],
      },
    });
  }
  function render(first) {
    const wanted = [];
    const present = new Set(model.cells.map((cell) => cell.id));
    for (const [id, block] of blocks) {
      if (present.has(id) && block.kind === model.get(id).kind) continue;
      block.inner.destroy();
      blocks.delete(id);
    }
    model.cells.forEach((cell, k) => {
      const section = first ? list.querySelector(`section[data-cell="${CSS.escape(cell.id)}"]`) : null;
      if (!blocks.has(cell.id)) {
        blocks.set(cell.id, make(cell, section));
        if (known.has(cell.id)) blocks.get(cell.id).inner.tell(known.get(cell.id), engine.busy);
      }
      const block = blocks.get(cell.id);
      block.inner.set(cell.source);
      block.name(nameOf(cell, k));
      wanted.push(block.slot);
    });
    arrange(list, wanted, 1);
    place.toggleAttribute("data-empty", wanted.length === 0);
  }

  // What one can do.
  function insert(k, kind, source) {
    const id = model.insert(k, kind, source);
    if (source === undefined) blocks.get(id).inner.enter();
    else focusOn(id);
    blocks.get(id).slot.scrollIntoView({ block: "nearest" });
    return id;
  }
  /** After the block that has the focus, or at the end. */
  function here() {
    const id = document.activeElement?.closest(".slot")?.querySelector("section.cell").dataset.cell ?? lastFocus;
    const k = at(id);
    return k < 0 ? model.cells.length : k + 1;
  }
  function move(id, by) {
    if (!model.move(id, by)) return true;
    blocks.get(id).slot.scrollIntoView({ block: "nearest" });
    whisper(`${nameOf(model.get(id), at(id))}, of ${model.cells.length}`);
    return true;
  }
  function remove(id) {
    const k = at(id);
    const name = nameOf(model.get(id), k);
    model.remove(id);
    focusAt(k);
    say(`${name} is deleted.`, 8, { label: "Undo", run: undo });
    return true;
  }
  /** The focus on the cell that took a place, or on the last, or where the first is put in. */
  function focusAt(k) {
    const next = model.cells[Math.min(k, model.cells.length - 1)];
    if (next) focusOn(next.id);
    else top.querySelector("button").focus();
  }
  function step(id, by) {
    const next = model.cells[at(id) + by];
    if (next) focusOn(next.id);
    return true;
  }
  const travel = (go, done) => () => {
    const before = model.cells;
    const change = go();
    if (!change) return true;
    say(`${done}: ${change.what}.`, 3);
    if (blocks.has(change.id)) focusOn(change.id);
    else focusAt(Math.max(0, before.findIndex((cell) => cell.id === change.id)));
    return true;
  };
  const undo = travel(() => model.undo(), "Undone");
  const redo = travel(() => model.redo(), "Done again");
  async function take(files, target) {
    const slot = target?.closest?.(".slot");
    let k = slot ? at(slot.querySelector("section.cell").dataset.cell) + 1 : here();
    for (const file of files) {
      say(`Reading “${file.name}”…`, 0);
      const got = await upload(file);
      if (got.error) {
        say(got.error, 8);
        continue;
      }
      insert(k, "gr", got.source);
      k += 1;
      say(`“${got.path}”: ${got.rows} × ${got.columns.length}, rows and columns.`);
      run();
    }
  }
  async function exporting({ label, make: produce }) {
    await saver.save();
    say(`${label}: being made…`, 0);
    const wrong = await produce();
    say(wrong ? `Not exported: ${wrong}` : "Exported.", wrong ? 8 : 3);
  }

  const keeper = createKeeping({ path, version: place.dataset.version, store, model, place: place.querySelector(".notices"), told: (state) => bar.saved(state), focusOn });
  const { saver } = keeper;

  // The page.
  const bar = createBar({
    run, stop: () => engine.cancel(), undo, redo, data: () => choose(take), insert: (kind) => insert(here(), kind),
    exports: () => exportsOf(path).map((one) => ({ ...one, run: () => exporting(one) })),
  });
  const top = between((kind) => insert(0, kind));
  top.setAttribute("aria-label", "Insert at the top");
  place.querySelector(".notices").before(bar.row);
  list.prepend(top);
  let lastFocus;
  list.addEventListener("focusin", (event) => {
    lastFocus = event.target.closest(".slot")?.querySelector("section.cell").dataset.cell ?? lastFocus;
  });
  list.addEventListener("focusout", (event) => {
    if (event.target.closest(".cm-editor")) model.seal();
  });
  render(true);
  place.dataset.ready = "";
  model.listen((change) => {
    const isText = change.what === "edit" && !change.undone && model.get(change.id)?.kind === "prose";
    // What is written in a block is on the page already.
    if (change.what !== "edit" || change.undone) render();
    bar.undoable(model.canUndo, model.canRedo);
    if (!saver.changed() && saver.unsaved) say("This browser has no room to keep text that is not saved.", 8);
    if (!isText) soon();
  });
  keys(place, {
    runAll: run, run, undo, redo, move, remove, step,
    ask: (id) => (blocks.get(id).askButton ? gestures(id) : false),
    edit: (id) => blocks.get(id).inner.enter(),
    async save() {
      await saver.save();
      if (!saver.unsaved) say("Saved.", 2);
    },
  });
  dropping(place, take);
  send();
  keeper.start();
}

for (const place of document.querySelectorAll(".document[data-path]")) workbench(place);
