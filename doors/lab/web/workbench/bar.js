// The bar of a document: run and stop, undo and redo, put something in, export, and whether all is saved.

import { button } from "../cells/icons.js";
import { openMenu } from "../cells/menu.js";
import { toolbar } from "../cells/toolbar.js";
import { KINDS, NEW } from "./block.js";

const SAVED = { saved: "Saved", changed: "Not saved yet", saving: "Saving", failed: "Not saved", conflict: "Not saved" };

/** A button that is there but does nothing keeps its place and its focus. */
const allow = (it, on) => it.setAttribute("aria-disabled", String(!on));

function group(...buttons) {
  const it = document.createElement("span");
  it.className = "group";
  it.append(...buttons);
  return it;
}

/** `acts`: `run stop undo redo insert(kind) data exports()`, which answers the items of the export menu. */
export function createBar(acts) {
  const row = document.createElement("div");
  row.className = "bench";
  const unless = (act) => (it) => it.getAttribute("aria-disabled") !== "true" && act();
  const run = button({ label: "Run all", picture: "run", words: true, keys: "Ctrl-Shift-Enter", className: "run", run: acts.run });
  const stop = button({ label: "Stop", picture: "stop", words: true, className: "stop", run: unless(acts.stop) });
  const undo = button({ label: "Undo", picture: "undo", words: false, keys: "Ctrl-Z", run: unless(acts.undo) });
  const redo = button({ label: "Redo", picture: "redo", words: false, keys: "Ctrl-Shift-Z", run: unless(acts.redo) });
  const add = button({ label: "Add", picture: "plus", words: true, menu: true, run: (from) => openMenu(from, [
    ...NEW.map((kind) => ({ label: KINDS[kind], run: () => acts.insert(kind) })),
  ]) });
  const data = button({ label: "Data…", picture: "data", words: true, run: acts.data });
  data.title = "Choose a data file, or drop one on the page";
  const give = button({ label: "Export", picture: "give", words: true, menu: true, run: (from) => openMenu(from, acts.exports()) });
  const tools = document.createElement("div");
  tools.className = "tools";
  tools.append(group(run, stop), group(undo, redo), group(add, data), group(give));
  const saved = document.createElement("span");
  saved.className = "saved";
  row.append(tools, saved);
  toolbar(tools, "Document");
  const it = {
    row, run,
    busy(on) {
      allow(stop, on);
      row.toggleAttribute("data-busy", on);
    },
    undoable(before, after) {
      allow(undo, before);
      allow(redo, after);
    },
    saved(state) {
      saved.textContent = SAVED[state];
      saved.dataset.state = state;
    },
  };
  it.busy(false);
  it.undoable(false, false);
  it.saved("saved");
  return it;
}
