// What keeps a document from being lost: it is saved by itself, kept in the browser until it is, offered again after a
// crash, and never written over what another window or program wrote.

import { ask, say, when } from "../lab.js";
import { createDraft, draftsOf, tidy } from "./drafts.js";
import { copyName } from "./names.js";
import { createNotices } from "./notices.js";
import { createSaver } from "./saver.js";

/** When a page that offers kept text looks at the disk again, in milliseconds. */
const LATE = [500, 2000];

/** `told(state)` hears how the text stands; `place` is where notices go; `focusOn(id)` puts the focus on a cell. */
export function createKeeping({ path, version, store, model, place, told, focusOn }) {
  const draft = createDraft(store, path, version);
  const notices = createNotices(place);
  const open = (name) => location.assign(`/open?path=${encodeURIComponent(name)}`);
  const saveAs = (name, cells) => ask("/api/document/save", { path: name, version: null, cells });
  const hear = (state, words) => {
    told(state);
    if (state === "saved") notices.hide("failed");
    if (state === "failed") notices.show("failed", `Not saved: ${words} Your text is kept in this browser, and saved as soon as that is possible.`);
    if (state === "conflict") conflict();
  };
  // Another window or program was first. Its work stays on the disk, this window's stays here, and the reader decides.
  function conflict() {
    const words = "This document was changed in another window or program. Nothing is lost: the other text is on the disk, and yours is here.";
    notices.show("conflict", words, [
      { label: "Keep mine as a copy", first: true, async run() {
        const copy = copyName(path);
        const answer = await saveAs(copy, model.cells);
        if (answer.status !== 200) return say(answer.error, 8);
        draft.drop();
        open(copy);
      } },
      { label: "Show the other", run() { location.reload(); } },
    ]);
  }
  const saver = createSaver({
    cells: () => model.cells, version, draft, told: hear,
    send: (cells, version, last) => ask("/api/document/save", { path, version, cells }, { keepalive: Boolean(last) }),
  });
  /** Text that this browser kept and the disk does not have. */
  async function offer() {
    tidy(store);
    const [kept] = draftsOf(store, path, model.cells);
    if (!kept) return;
    // The page before this one may have saved in its last moment.
    const disk = await ask("/api/document/read", { path });
    if (disk.status === 200 && disk.version !== saver.version && !saver.unsaved) return location.reload();
    const since = kept.version === saver.version ? "" : " The document has changed since; putting it back can be undone.";
    const end = () => {
      store.removeItem(kept.key);
      notices.hide("kept");
    };
    notices.show("kept", `Text from ${when(new Date(kept.time))} was not saved, and was kept in this browser.${since}`, [
      { label: "Put it back", first: true, run() {
        model.replace(kept.cells);
        end();
        if (model.cells[0]) focusOn(model.cells[0].id);
      } },
      { label: "Drop it", run: end },
    ], "region");
    // It may also do so a moment after this page was read.
    for (const pause of LATE) setTimeout(comeBack, pause);
  }
  /** When the reader comes back to a window in which nothing waits, it shows what is on the disk by now. */
  async function comeBack() {
    if (saver.unsaved) return saver.save();
    const disk = await ask("/api/document/read", { path });
    if (disk.status === 200 && disk.version !== saver.version && !saver.unsaved) location.reload();
  }

  return {
    saver,
    /** Begins: hears that the page goes away or comes back, and looks for text that was kept. */
    start() {
      addEventListener("lab:closing", () => saver.save());
      addEventListener("pagehide", () => saver.save({ last: true }));
      document.addEventListener("visibilitychange", () => (document.hidden ? saver.save() : comeBack()));
      addEventListener("focus", comeBack);
      offer();
    },
  };
}
