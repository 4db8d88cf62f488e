// A cell: its source, a line that says how it stands and holds its tools, and what it answered.
//
// Lessons and the workbench show the same cells; what they add is in `tools` and in the hooks.

import { figures, lookSoon } from "../lab.js";
import { button } from "./icons.js";
import { createSource } from "./source.js";
import { toolbar } from "./toolbar.js";
import { words } from "./words.js";

/** A run shorter than this shows no progress, in milliseconds. */
const CALM = 300;

function element(name, className, ...parts) {
  const it = document.createElement(name);
  it.className = className;
  it.append(...parts);
  return it;
}

/** What a cell looks like before anything is known of it. */
export function emptyCell({ id, kind, label }) {
  const section = element("section", `cell ${kind}`);
  section.dataset.cell = id;
  section.dataset.kind = kind;
  section.setAttribute("aria-label", label);
  section.append(element("pre", "source", document.createElement("code")), element("div", "output"));
  return section;
}

/**
 * Brings `section` to life. `hooks`: those of `createSource`, and `cancel()`. `tools` are buttons for its line.
 *
 * Returns `{section, source, tools, state, tell(told, busy), name(label), enter(), destroy()}`.
 */
export function createCell({ section, text, label, hooks, tools = [] }) {
  section.tabIndex = -1;
  const output = section.querySelector(".output");
  const leave = () => section.focus();
  const source = createSource({ pre: section.querySelector("pre.source"), text, label, hooks: { leave, ...hooks } });

  const state = element("span", "state");
  const progress = element("progress", "progress");
  progress.hidden = true;
  const stop = button({ label: "Stop", picture: "stop", words: true, className: "stop", run: () => hooks.cancel() });
  stop.hidden = true;
  const row = element("div", "tools", ...tools);
  const foot = element("div", "foot", state, progress, stop, row);
  source.box.after(foot);
  const bar = tools.length > 0 ? toolbar(row, label) : null;

  let told = { state: section.dataset.state ?? "nothing" };
  let slow;
  const show = (busy) => {
    section.dataset.state = told.state;
    state.textContent = words(told, busy);
    output.setAttribute("aria-busy", String(told.state === "running"));
  };
  /** Progress and Stop are for runs that one notices. */
  const wait = (running) => {
    if (!running) {
      clearTimeout(slow);
      slow = undefined;
      if (document.activeElement === stop) section.focus();
      progress.hidden = true;
      stop.hidden = true;
      return;
    }
    slow ??= setTimeout(() => {
      progress.hidden = false;
      stop.hidden = false;
    }, CALM);
    if (told.of > 1) {
      progress.max = told.of;
      progress.value = told.step;
    } else progress.removeAttribute("value");
  };
  const put = (html) => {
    // The server writes this HTML; what a learner wrote is escaped in it.
    output.innerHTML = html;
    figures(output);
    lookSoon();
  };
  const name = (next) => {
    section.setAttribute("aria-label", next);
    row.setAttribute("aria-label", next);
    progress.setAttribute("aria-label", `Progress of ${next}`);
    stop.setAttribute("aria-label", `Stop ${next}`);
  };
  name(label);
  show(false);
  return {
    section, source, row, output,
    get state() { return told.state; },
    settle: () => bar?.settle(),
    name,
    /** What the engine tells of the cell; without `html`, what is shown stays. */
    tell(now, busy) {
      told = now;
      if (now.html !== undefined && now.html !== null) put(now.html);
      // Some lines of a cell may have answers where another has a mistake.
      if (now.state === "done" && output.querySelector(".mistake")) told = { ...now, state: "error" };
      wait(now.state === "running");
      show(busy);
    },
    /** The same state in other words, since a run began or ended. */
    turn: (busy) => show(busy),
    enter: () => source.edit(),
    destroy() {
      clearTimeout(slow);
      source.destroy();
    },
  };
}
