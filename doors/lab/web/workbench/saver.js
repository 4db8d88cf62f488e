// Saving: half a second after the last change, one save at a time, and never over somebody else's work.

/** From the last change to the save, and from a failed save to the next try, in milliseconds. */
const PAUSE = 500, AGAIN = 3000;

/**
 * - `cells()`: what is to be saved now, an array that is another whenever something changed;
 * - `send(cells, version, last)`: saves; answers `{status, version, error}`; `last` when the page is going away;
 * - `draft`: where the text is kept until it is saved;
 * - `told(state, words)`: `saved`, `changed`, `saving`, `failed` (it is tried again) or `conflict` (it is not).
 */
export function createSaver({ cells, version, send, draft, told }) {
  let saved = cells();
  let busy = null;
  let timer;
  let stopped = false;

  async function work(last) {
    const now = cells();
    told("saving");
    const answer = await send(now, version, last);
    if (answer.status === 200) {
      version = answer.version;
      saved = now;
      if (cells() === saved) {
        draft.drop();
        told("saved");
      } else {
        draft.keep(cells(), version);
        plan(PAUSE);
      }
    } else if (answer.status === 409) {
      stopped = true;
      told("conflict", answer.error);
    } else {
      told("failed", answer.error);
      plan(AGAIN);
    }
  }
  function plan(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }
  /** Saves now what is not saved; ends when it is, or when that failed. */
  async function save({ last = false } = {}) {
    clearTimeout(timer);
    if (stopped) return;
    if (busy && !last) await busy;
    if (cells() === saved || stopped) return;
    busy = work(last);
    await busy;
    busy = null;
  }
  return {
    get version() { return version; },
    get unsaved() { return cells() !== saved; },
    changed() {
      if (cells() === saved) {
        clearTimeout(timer);
        draft.drop();
        if (!busy && !stopped) told("saved");
        return true;
      }
      const kept = draft.keep(cells(), version);
      if (!stopped) {
        if (!busy) told("changed");
        plan(PAUSE);
      }
      return kept;
    },
    save,
    /** Nothing more is saved from this page, which is about to show something else. */
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
