// What a reader wrote in the cells of lessons, kept in this browser until it is reset.

const key = (topic, cell) => `cell:${topic}/${cell}`;

/** The storage of this browser, or one that forgets where there is none. */
export function storage() {
  try {
    localStorage.getItem("cell:");
    return localStorage;
  } catch {
    return { getItem: () => null, setItem() {}, removeItem() {} };
  }
}

/** What was written in a cell whose lesson says `original`; null where that is the same or nothing. */
export function written(store, topic, cell, original) {
  const text = store.getItem(key(topic, cell));
  if (text !== original) return text;
  store.removeItem(key(topic, cell));
  return null;
}

/** Keeps what was written; the lesson's own text needs no keeping. */
export function keep(store, topic, cell, original, text) {
  try {
    if (text === original) store.removeItem(key(topic, cell));
    else store.setItem(key(topic, cell), text);
  } catch { /* full: kept for this page only */ }
}
