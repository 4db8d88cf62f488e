// The cells of a lesson: each can be written in, and what depends on it answers again. Edits stay in this browser.

import { say, whisper } from "../lab.js";
import { createCell } from "./cell.js";
import { createEngine } from "./engine.js";
import { button } from "./icons.js";
import { keep, storage, written } from "./kept.js";
import { summary } from "./words.js";

/** From the last key to the run, in milliseconds. */
const PAUSE = 350;

export function cells(article) {
  const lesson = article.dataset.lesson;
  const store = storage();
  const all = new Map();
  let announced = false;
  const engine = createEngine({
    output: (told) => all.get(told.cell)?.cell.tell(told, engine.busy),
    busy(on) {
      for (const { cell } of all.values()) cell.turn(on);
      if (!on && announced) whisper(summary([...all.values()].map(({ cell }) => cell.state)));
      announced = false;
    },
    lost: () => start(),
    said: say,
  });
  const run = (cell, source) => {
    announced = true;
    engine.source({ lesson, cell, source });
  };

  function make(section) {
    const id = section.dataset.cell;
    const label = section.getAttribute("aria-label");
    const original = section.querySelector("pre.source").textContent.replace(/\n$/, "");
    const text = written(store, lesson, id, original) ?? original;
    let timer;
    const reset = button({ label: "Reset", className: "reset", run: () => {
      cell.source.set(original);
      change(original, 0);
      section.focus();
    } });
    reset.title = "Bring back the lesson's own text";
    const change = (now, pause = PAUSE) => {
      keep(store, lesson, id, original, now);
      reset.hidden = now === original;
      cell.settle();
      clearTimeout(timer);
      timer = setTimeout(run, pause, id, now);
    };
    const ask = (about) => engine.question({ cell: id, ...about });
    const edit = button({ label: "Edit", run: () => cell.enter() });
    reset.hidden = text === original;
    const cell = createCell({
      section, text, label, tools: [reset, edit],
      hooks: {
        change,
        run: (now) => change(now, 0),
        cancel: () => engine.cancel(),
        complete: async (now, byte) => (await ask({ about: "complete", text: now, byte }))?.options,
        diagnose: async (now) => (await ask({ about: "diagnose", text: now, byte: 0 }))?.diagnostics,
      },
    });
    return { cell, id, isChanged: () => cell.source.text() !== original };
  }
  // What the engine knows of this page begins with the lesson's own text.
  function start() {
    const changed = [...all.values()].filter((one) => one.isChanged());
    if (changed.length === 0) engine.source({ lesson });
    for (const { id, cell } of changed) engine.source({ lesson, cell: id, source: cell.source.text() });
  }
  for (const section of article.querySelectorAll("section.cell[data-cell]")) all.set(section.dataset.cell, make(section));
  start();
}
