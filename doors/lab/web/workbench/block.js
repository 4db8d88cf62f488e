// One place of a document: a cell or a text with its tools, and below it the row where something can be put in.

import { createCell, emptyCell } from "../cells/cell.js";
import { button } from "../cells/icons.js";
import { openMenu } from "../cells/menu.js";
import { toolbar } from "../cells/toolbar.js";
import { createProse } from "./prose.js";

export const KINDS = { prose: "Text", gr: "Cell", derivation: "Derivation", figure: "Figure" };
/** What can be put into a document, in the order in which it is offered. */
export const NEW = ["gr", "prose", "derivation"];

const HINTS = {
  gr: "f = x^2   — or: derive f wrt x,  plot f,  minimize ...",
  derivation: "(x + 1)^2\n= x^2 + 2*x + 1",
  figure: "the name of a figure",
};

function emptyProse(id) {
  const section = document.createElement("section");
  section.className = "cell prose";
  section.dataset.cell = id;
  section.dataset.kind = "prose";
  const text = document.createElement("div");
  text.className = "text";
  section.append(text);
  return section;
}

/** The row that puts something in below. */
export function between(insert) {
  const row = document.createElement("div");
  row.className = "between";
  for (const kind of NEW) row.append(button({ label: KINDS[kind], picture: "plus", words: true, run: () => insert(kind) }));
  toolbar(row, "Insert");
  return row;
}

/** The buttons that every block has, `acts` being what they do. */
function tools(kind, acts) {
  const others = ["prose", "gr", "derivation"].filter((other) => other !== kind);
  const more = (from) => openMenu(from, [
    ...others.map((other) => ({ label: `Make it ${other === "prose" ? "text" : `a ${KINDS[other].toLowerCase()}`}`, run: () => acts.become(other) })),
    { label: "Duplicate", run: acts.duplicate },
  ]);
  const change = [
    button({ label: "Move up", picture: "up", words: false, keys: "Alt-↑", run: () => acts.move(-1) }),
    button({ label: "Move down", picture: "down", words: false, keys: "Alt-↓", run: () => acts.move(1) }),
    button({ label: "Delete", picture: "remove", words: false, keys: "Del", run: acts.remove }),
    button({ label: "More", picture: "more", words: false, run: more }),
  ];
  change.at(-1).setAttribute("aria-haspopup", "menu");
  change.at(-1).setAttribute("aria-expanded", "false");
  if (kind === "prose") return [button({ label: "Edit", keys: "Enter", run: acts.edit }), ...change];
  const ask = button({ label: "Ask", menu: true, keys: "Ctrl-.", className: "ask", run: acts.ask });
  return [button({ label: "Run", picture: "run", words: true, keys: "Ctrl-Enter", className: "run", run: acts.run }), ask, ...change];
}

/**
 * A block for `cell`, over the `section` that the server wrote or a new one. `hooks` as for `createCell` and
 * `createProse`; `acts`: `edit run ask move remove become duplicate insert`.
 */
export function createBlock({ cell, section, label, hooks, acts }) {
  const isProse = cell.kind === "prose";
  const slot = document.createElement("div");
  slot.className = `slot ${cell.kind}`;
  section?.replaceWith(slot);
  const host = section ?? (isProse ? emptyProse(cell.id) : emptyCell({ id: cell.id, kind: cell.kind, label }));
  const buttons = tools(cell.kind, acts);
  const row = between(acts.insert);
  slot.append(host, row);
  let inner, bar;
  if (isProse) {
    inner = createProse({ section: host, text: cell.source, label, hooks });
    const mine = document.createElement("div");
    mine.className = "tools";
    mine.append(...buttons);
    bar = toolbar(mine, label);
    row.before(mine);
    bar.row = mine;
  } else {
    const made = createCell({ section: host, text: cell.source, label, tools: buttons, hooks: { hint: HINTS[cell.kind], ...hooks } });
    inner = {
      section: host, enter: made.enter, tell: made.tell, turn: made.turn, destroy: made.destroy,
      name: made.name, text: made.source.text, set: made.source.set, place: made.source.place,
      diagnose: made.source.diagnose,
      get state() { return made.state; },
      get writing() { return made.source.editing; },
    };
    bar = { row: made.row };
  }
  host.tabIndex = 0;
  host.setAttribute("aria-keyshortcuts", "Enter Alt+ArrowUp Alt+ArrowDown Delete");
  return {
    slot, kind: cell.kind, inner, section: host,
    askButton: buttons.find((one) => one.classList.contains("ask")),
    /** Its name, which is its kind and its number. */
    name(next) {
      inner.name(next);
      bar.row.setAttribute("aria-label", `Tools of ${next}`);
      row.setAttribute("aria-label", `Insert below ${next}`);
    },
    focus() {
      host.focus({ preventScroll: true });
      host.scrollIntoView({ block: "nearest" });
    },
  };
}
