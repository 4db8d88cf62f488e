// The source of a cell: coloured text, which becomes an editor when somebody begins to write in it.

import { paint } from "./colour.js";

let loading;
/** The editor's module, loaded once, and only when a cell is about to be edited. */
const editorModule = () => (loading ??= import("/assets/editor.js"));

/** The place in a text, in UTF-16 units, below a point of the window; its end where there is none. */
function unitAt(pre, x, y) {
  const caret = document.caretPositionFromPoint?.(x, y);
  const range = caret ? null : document.caretRangeFromPoint?.(x, y);
  const [node, offset] = caret ? [caret.offsetNode, caret.offset] : [range?.startContainer, range?.startOffset];
  if (!node || !pre.contains(node)) return pre.textContent.length;
  const before = document.createRange();
  before.setStart(pre, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}

/** The byte at which the last line that is not empty begins. */
function lastLine(text) {
  const kept = text.trimEnd();
  return new TextEncoder().encode(kept.slice(0, kept.lastIndexOf("\n") + 1)).length;
}

/**
 * Takes over `pre`, which shows `text`. `hooks`: `change(text)`, `run(text)`, `leave()`, `complete(text, byte)`,
 * `diagnose(text)`, `keys`.
 */
export function createSource({ pre, text, label, hooks }) {
  const box = document.createElement("div");
  box.className = "source";
  pre.replaceWith(box);
  box.append(pre);
  pre.classList.remove("source");
  const code = pre.querySelector("code") ?? pre.appendChild(document.createElement("code"));
  let current = text.replaceAll("\r\n", "\n");
  let editor = null;
  let opening = null;
  paint(code, current);

  async function open() {
    const { createEditor } = await editorModule();
    if (!box.isConnected) return null;
    editor = createEditor({
      parent: box, text: current, label,
      onChange: (now) => { current = now; hooks.change(now); },
      onRun: hooks.run, onLeave: hooks.leave, complete: hooks.complete, diagnose: hooks.diagnose, keys: hooks.keys,
      hint: hooks.hint,
    });
    pre.remove();
    return editor;
  }
  async function edit(unit) {
    opening ??= open();
    if (!(await opening)) {
      opening = null;
      return;
    }
    if (unit !== undefined) editor.goTo(unit);
    editor.focus();
  }
  pre.addEventListener("click", (event) => {
    // Who marks text to copy it does not want to write.
    if (getSelection().isCollapsed) edit(unitAt(code, event.clientX, event.clientY));
  });
  box.addEventListener("pointerenter", () => editorModule(), { once: true });
  return {
    box, edit,
    get editing() { return Boolean(editor?.view.hasFocus); },
    text: () => current,
    /** Where the cursor is, in bytes; where there is none, the beginning of the last line. */
    place: () => editor?.place() ?? lastLine(current),
    set(next) {
      const lines = next.replaceAll("\r\n", "\n");
      if (lines === current) return;
      current = lines;
      if (editor) editor.setText(lines);
      else paint(code, lines);
    },
    diagnose: () => editor?.diagnose(),
    destroy: () => editor?.destroy(),
  };
}
