// Text that is not on the disk yet, kept in this browser: neither a killed browser nor a killed server loses it.
//
// Each window keeps its own, under the document's path, the version that it began from, and a number of its own; it is
// dropped when the server has said that it is saved.

const PREFIX = "draft:";
/** Of all drafts, so many of the newest are kept. */
const MOST = 30;

const same = (a, b) => a.length === b.length && a.every((cell, k) => cell.kind === b[k].kind && cell.source === b[k].source);

/** The drafts in a storage, newest first: `{key, path, version, cells, time}`. */
function all(store) {
  const found = [];
  for (let k = 0; k < store.length; k += 1) {
    const key = store.key(k);
    if (!key?.startsWith(PREFIX)) continue;
    try {
      const { path, version, cells, time } = JSON.parse(store.getItem(key));
      const whole = typeof path === "string" && Array.isArray(cells)
        && cells.every(({ id, kind, source }) => [id, kind, source].every((part) => typeof part === "string"));
      if (whole) found.push({ key, path, version, cells, time });
    } catch { /* not one of ours */ }
  }
  return found.sort((a, b) => b.time - a.time);
}

/** What was kept of a document and says something else than `cells`, newest first; what says the same is dropped. */
export function draftsOf(store, path, cells) {
  const mine = all(store).filter((draft) => draft.path === path);
  for (const draft of mine) if (same(draft.cells, cells)) store.removeItem(draft.key);
  return mine.filter((draft) => !same(draft.cells, cells));
}

/** Where one window keeps its draft of a document. */
export function createDraft(store, path, version, number = Math.random().toString(36).slice(2)) {
  let key = `${PREFIX}${path}@${version}#${number}`;
  return {
    /** Keeps the text; answers whether there was room. */
    keep(cells, from, time = Date.now()) {
      const next = `${PREFIX}${path}@${from}#${number}`;
      if (next !== key) store.removeItem(key);
      key = next;
      const value = JSON.stringify({ path, version: from, cells, time });
      for (let k = 0; k < 2; k += 1) {
        try {
          store.setItem(key, value);
          return true;
        } catch {
          // Full: the oldest drafts go first.
          for (const old of all(store).slice(MOST / 3)) store.removeItem(old.key);
        }
      }
      return false;
    },
    drop: () => store.removeItem(key),
  };
}

/** Forgets drafts beyond the newest of all documents. */
export function tidy(store) {
  for (const old of all(store).slice(MOST)) store.removeItem(old.key);
}
