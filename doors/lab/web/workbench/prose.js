// Text between the cells: shown as it will be read, and written as Markdown.

import { figures, lookSoon } from "../lab.js";
import { lowered, parts } from "./markdown.js";

function outward(box) {
  for (const link of box.querySelectorAll("a[href]")) {
    if (link.origin === location.origin) continue;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
}

/**
 * Brings a text to life. `hooks`: `change(source)`, `seal()` when a bout of writing ends, `run()`, and
 * `html(text)`, which asks for the HTML of Markdown.
 */
export function createProse({ section, text: first, label, hooks }) {
  section.tabIndex = -1;
  const box = section.querySelector(".text");
  let source = first;
  let area = null;
  let asked = 0;

  const empty = () => box.toggleAttribute("data-empty", parts(source).text === "");
  async function render() {
    const turn = ++asked;
    const { text } = parts(source);
    const html = text === "" ? "" : await hooks.html(text);
    if (turn !== asked) return;
    if (html === null) {
      // Without an engine the text is at least there to be read.
      const plain = document.createElement("p");
      plain.className = "plain";
      plain.textContent = text;
      box.replaceChildren(plain);
    } else {
      box.innerHTML = lowered(html);
    }
    outward(box);
    empty();
    figures(box);
    lookSoon();
  }
  function close(focus) {
    if (!area) return;
    const before = area;
    area = null;
    before.remove();
    box.hidden = false;
    hooks.seal();
    if (focus) section.focus();
  }
  /** Where no size follows the content by itself, the height does. */
  const fit = () => {
    if (!area || CSS.supports("field-sizing", "content")) return;
    area.rows = area.value.split("\n").reduce((rows, line) => rows + 1 + Math.floor(line.length / 72), 1);
  };
  function enter() {
    if (!area) {
      const { before, text, after } = parts(source);
      area = document.createElement("textarea");
      area.className = "markdown";
      area.value = text.replaceAll("\r\n", "\n");
      area.rows = 2;
      area.placeholder = "Text, as Markdown. Mathematics stands between dollar signs.";
      area.setAttribute("aria-label", `${section.getAttribute("aria-label")}, as Markdown`);
      area.addEventListener("input", () => {
        source = before + area.value + (after || "\n");
        hooks.change(source);
        fit();
      });
      area.addEventListener("blur", () => {
        // Another window came to the front; here nothing was left.
        if (document.activeElement === area) return;
        render();
        close(false);
      });
      area.addEventListener("keydown", (event) => {
        const leave = event.key === "Escape" && !event.isComposing;
        const run = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
        if (!leave && !run) return;
        event.preventDefault();
        event.stopPropagation();
        section.focus();
        if (run) hooks.run();
      });
      box.hidden = true;
      box.after(area);
      fit();
    }
    area.focus();
  }
  box.addEventListener("dblclick", (event) => {
    if (!event.target.closest("a, button, input, figure.live")) enter();
  });
  outward(box);
  empty();
  const name = (next) => section.setAttribute("aria-label", next);
  name(label);
  return {
    section, enter, name,
    get state() { return "nothing"; },
    get writing() { return Boolean(area); },
    text: () => source,
    set(next) {
      if (next.replaceAll("\r", "") === source.replaceAll("\r", "")) return;
      source = next;
      if (area) close(section.contains(document.activeElement));
      render();
    },
    render,
    place: () => 0,
    tell() {},
    turn() {},
    settle() {},
    destroy() { asked += 1; },
  };
}
