// The document as the page has it: cells in their order, and every change of them undone and done again.
//
// A state is an array of cells `{id, kind, source}` that nobody changes; a change makes another array, which shares the
// cells that stayed. So undoing is going back to the array before, and what is undone is exactly what was done.

/** How many changes can be undone. */
const DEPTH = 200;

const same = (a, b) => a.length === b.length && a.every((cell, k) => cell === b[k]);

/** The words that come before a document's first number in a cell's name. */
const stem = (kind) => (kind === "prose" ? "p" : "c");

export function createModel(first) {
  let now = first.map((cell) => ({ ...cell }));
  let past = [];
  let future = [];
  /** The cell that is written in, whose changes are one step until they are sealed. */
  let writing = null;
  const taken = new Set(now.map((cell) => cell.id));
  const lineEnd = now.some((cell) => cell.source.includes("\r\n")) ? "\r\n" : "\n";
  const listeners = [];

  const at = (id) => now.findIndex((cell) => cell.id === id);
  const tell = (change) => listeners.forEach((listen) => listen(change));
  function step(next, change) {
    if (same(next, now)) return;
    past.push({ cells: now, change });
    if (past.length > DEPTH) past.shift();
    future = [];
    now = next;
    tell(change);
  }
  function freeId(kind) {
    for (let k = 1; ; k += 1) {
      const id = `${stem(kind)}${k}`;
      if (taken.has(id)) continue;
      taken.add(id);
      return id;
    }
  }
  const normal = (text) => (lineEnd === "\n" ? text : text.replace(/\r?\n/g, lineEnd));
  const seal = () => { writing = null; };

  return {
    get cells() { return now; },
    get canUndo() { return past.length > 0; },
    get canRedo() { return future.length > 0; },
    get: (id) => now[at(id)],
    at,
    /** Calls `listen(change)` after each change; `change` is `{what, id, undone}`, the last true for undo and redo. */
    listen: (listen) => listeners.push(listen),
    /** A new cell at a place; answers its name. */
    insert(place, kind, source = "") {
      seal();
      const id = freeId(kind);
      const cell = { id, kind, source: normal(source) };
      step(now.toSpliced(Math.max(0, Math.min(place, now.length)), 0, cell), { what: "insert", id });
      return id;
    },
    remove(id) {
      seal();
      step(now.filter((cell) => cell.id !== id), { what: "delete", id });
    },
    /** Moves a cell by so many places, as far as there are any. */
    move(id, by) {
      seal();
      const from = at(id);
      const to = Math.max(0, Math.min(from + by, now.length - 1));
      if (from < 0 || to === from) return false;
      step(now.toSpliced(from, 1).toSpliced(to, 0, now[from]), { what: "move", id });
      return true;
    },
    become(id, kind) {
      seal();
      const k = at(id);
      if (k >= 0 && now[k].kind !== kind) step(now.with(k, { ...now[k], kind }), { what: "change of kind", id });
    },
    /** Another source of a cell. What is written in one cell without a break is one step. */
    write(id, source) {
      const k = at(id);
      const text = normal(source);
      if (k < 0 || now[k].source === text) return;
      const next = now.with(k, { ...now[k], source: text });
      if (writing === id && past.length > 0 && future.length === 0) {
        now = next;
        tell({ what: "edit", id });
        return;
      }
      step(next, { what: "edit", id });
      writing = id;
    },
    seal,
    /** Other cells in place of all, as one step: a text that was kept is put back. Cells that are alike keep their names. */
    replace(cells) {
      seal();
      const free = new Map(now.map((cell) => [cell.id, cell]));
      const take = (wanted, is) => {
        const found = [...free.values()].find((cell) => cell.kind === wanted.kind && is(cell));
        if (found) free.delete(found.id);
        return found;
      };
      const next = cells
        .map((wanted) => [wanted, take(wanted, (cell) => cell.id === wanted.id)])
        .map(([wanted, kept]) => [wanted, kept ?? take(wanted, (cell) => cell.source === wanted.source)])
        .map(([{ kind, source }, kept]) => {
          if (kept) return kept.source === source ? kept : { ...kept, source };
          return { id: freeId(kind), kind, source };
        });
      step(next, { what: "restore", id: next[0]?.id });
    },
    undo() {
      seal();
      const last = past.pop();
      if (!last) return null;
      future.push({ cells: now, change: last.change });
      now = last.cells;
      tell({ ...last.change, undone: true });
      return last.change;
    },
    redo() {
      seal();
      const next = future.pop();
      if (!next) return null;
      past.push({ cells: now, change: next.change });
      now = next.cells;
      tell({ ...next.change, undone: true });
      return next.change;
    },
  };
}
