// How a cell stands, in words: what the rule at its side says by its colour.

/** So many milliseconds as one says them. */
export function duration(milliseconds) {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}

/** The words for a state; `busy` says whether a run is under way, in which a cell waits for its turn. */
export function words({ state, milliseconds, step, of }, busy) {
  switch (state) {
    case "running":
      if (of > 1) return `running, ${step} of ${of}`;
      return step > 0 ? `running, step ${step}` : "running";
    case "pending": return busy ? "waiting" : "not run yet";
    case "stale": return busy ? "out of date, waiting" : "out of date";
    case "error": return "a mistake";
    case "stopped": return "stopped";
    case "done": return milliseconds >= 1 ? `done in ${duration(milliseconds)}` : "done";
    default: return "";
  }
}

/** What a finished run is told as to those who listen. */
export function summary(states) {
  const count = (wanted) => states.filter((state) => state === wanted).length;
  const number = (n, one, many) => (n === 1 ? `1 ${one}` : `${n} ${many}`);
  const parts = [number(count("done") + count("error"), "cell has run", "cells have run")];
  if (count("error")) parts.push(number(count("error"), "has a mistake", "have mistakes"));
  if (count("stopped")) parts.push(number(count("stopped"), "was stopped", "were stopped"));
  const waiting = count("stale") + count("pending");
  if (waiting) parts.push(number(waiting, "is out of date", "are out of date"));
  return `${parts.join(", ")}.`;
}
