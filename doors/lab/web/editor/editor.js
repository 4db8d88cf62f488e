// The editor of a cell: CodeMirror with the colours, the completions and the diagnostics of `.gr`.
//
// A page loads this module when a cell is first edited. Leaving is never hard: Escape goes back to the cell, and Tab
// moves on as everywhere else on the page.

import { autocompletion, closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { forceLinting, linter, lintKeymap } from "@codemirror/lint";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";

import { highlight } from "./gr.js";
import { byteAt, marks } from "./place.js";
import { symbols } from "./symbols.js";

const language = StreamLanguage.define(highlight);

// Each colour is a property that a page may set; the values here have a contrast of 4.5 and more on white and on
// near-black. `light-dark` follows the page's color-scheme.
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--gr-keyword, light-dark(#7b2d8e, #d4a3e8))", fontWeight: "600" },
  { tag: tags.typeName, color: "var(--gr-property, light-dark(#0b6352, #6fd0b8))" },
  { tag: tags.function(tags.variableName), color: "var(--gr-function, light-dark(#1d5398, #8fbcf5))" },
  { tag: tags.definition(tags.variableName), color: "var(--gr-name, inherit)", fontWeight: "600" },
  { tag: tags.number, color: "var(--gr-number, light-dark(#96410a, #eab27a))" },
  { tag: tags.atom, color: "var(--gr-number, light-dark(#96410a, #eab27a))" },
  { tag: tags.string, color: "var(--gr-string, light-dark(#3f6212, #b5d67c))" },
  { tag: tags.comment, color: "var(--gr-comment, light-dark(#616670, #9aa1ac))", fontStyle: "italic" },
  { tag: tags.operator, color: "var(--gr-operator, inherit)" },
]);

const look = EditorView.theme({
  "&": { color: "inherit", backgroundColor: "transparent", fontSize: "inherit" },
  "&.cm-focused": { outline: "2px solid var(--focus, light-dark(#1d5398, #8fbcf5))", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "var(--mono, ui-monospace, monospace)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "currentColor", padding: "0.5em 0" },
  ".cm-line": { padding: "0 0.25em" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "currentColor" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--gr-selection, light-dark(#cfe0f7, #2b4668))",
  },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "transparent",
    outline: "1px solid var(--gr-bracket, light-dark(#8a94a3, #7d8794))",
  },
  ".cm-placeholder": { color: "var(--gr-comment, light-dark(#616670, #9aa1ac))" },
  ".cm-tooltip": {
    color: "var(--ink, light-dark(#1b1d21, #e8e8e6))",
    backgroundColor: "var(--surface, light-dark(#ffffff, #23262b))",
    border: "1px solid var(--rule, light-dark(#c9cdd4, #454a52))",
    borderRadius: "6px",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono, ui-monospace, monospace)", maxHeight: "14em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.15em 0.6em" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    color: "light-dark(#ffffff, #10151c)",
    backgroundColor: "light-dark(#1d5398, #8fbcf5)",
  },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "1", marginLeft: "1em" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", maxWidth: "36em", padding: "0.4em 0.7em" },
});

/** What completes the word before the cursor: `complete` is a list, or a function from the text and the place. */
function completions(complete) {
  return async (context) => {
    if (context.matchBefore(/\\[A-Za-z0-9_^]*/)) return null;
    const before = context.matchBefore(/@[\p{L}\p{N}_\-./]*|[\p{L}_][\p{L}\p{N}_]*/u);
    if (!before && !context.explicit) return null;
    const text = context.state.doc.toString();
    const list = typeof complete === "function" ? await complete(text, byteAt(text, context.pos)) : complete;
    if (context.aborted || !list?.length) return null;
    return {
      from: before ? before.from : context.pos,
      options: list.map((o) => (typeof o === "string" ? { label: o } : o)),
      validFor: /^[@\p{L}_][\p{L}\p{N}_\-./]*$/u,
    };
  };
}

/**
 * Text that replaces a selection is put in by the editor. Left to itself the browser carries the style of what was
 * there over to what is written, as a style attribute, which the page's policy refuses.
 */
const replacing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    const text = event.data;
    if (event.inputType !== "insertText" || empty || !text || view.composing || view.state.readOnly) return false;
    const insert = () => view.state.update({ ...view.state.replaceSelection(text), userEvent: "input.type", scrollIntoView: true });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

/** Styles are let in by the nonce of the page, which its scripts carry. */
const pageNonce = () => document.querySelector("script[nonce]")?.nonce ?? "";

/**
 * An editor in `parent`, which is the cell or a box in it.
 *
 * - `text`: what it holds at first; `label`: its name for those who listen to the page.
 * - `onChange(text)`: called after each change made by hand; `onRun(text)`: on Ctrl-Enter and Cmd-Enter.
 * - `onLeave()`: on Escape; by default the parent gets the focus.
 * - `complete`: a list of `{label, type, detail, info}` or of words, or an async function `(text, byte) => list`.
 * - `diagnose`: an async function from the text to the parser's `[{start, end, severity, message, help}]`, in bytes.
 * - `keys`: further keys, `[{key, run(text)}]` in CodeMirror's spelling.
 * - `hint`: what an empty editor shows; `nonce`: for the page's Content-Security-Policy; `readOnly`.
 *
 * Returns `{view, text(), setText(text), place(), goTo(unit), diagnose(), setReadOnly(on), focus(), destroy()}`; `place`
 * is the cursor's in bytes.
 */
export function createEditor({
  parent, text = "", label = "Cell", onChange, onRun, onLeave, complete, diagnose, keys = [], hint,
  nonce = pageNonce(), readOnly = false,
}) {
  const leave = () => {
    if (onLeave) onLeave();
    else {
      if (!parent.hasAttribute("tabindex")) parent.tabIndex = -1;
      parent.focus();
    }
    return true;
  };
  // Set while the text is replaced by the page itself.
  let quiet = false;
  const locked = new Compartment();
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", autocapitalize: "off" }),
        locked.of(EditorState.readOnly.of(readOnly)),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        replacing,
        EditorView.lineWrapping,
        bracketMatching(),
        closeBrackets(),
        language,
        syntaxHighlighting(colours),
        look,
        hint ? placeholder(hint) : [],
        autocompletion({ override: complete ? [symbols, completions(complete)] : [symbols], icons: false }),
        diagnose
          ? linter(
              async (v) => {
                const source = v.state.doc.toString();
                return marks(source, (await diagnose(source)) ?? []);
              },
              { delay: 300 },
            )
          : [],
        Prec.highest(
          keymap.of([{ key: "Mod-Enter", run: onRun }, ...keys].map(({ key, run }) => (
            { key, run: (v) => (run?.(v.state.doc.toString()), true) }
          ))),
        ),
        keymap.of([...closeBracketsKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
        // Last, so that Escape first closes what is open above the text.
        Prec.lowest(keymap.of([{ key: "Escape", run: leave }])),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) onChange?.(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    view,
    text: () => view.state.doc.toString(),
    setText(next) {
      if (next === view.state.doc.toString()) return;
      quiet = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      quiet = false;
    },
    place: () => byteAt(view.state.doc.toString(), view.state.selection.main.head),
    /** Puts the cursor there, counted in UTF-16 units. */
    goTo(unit) {
      const anchor = Math.min(unit, view.state.doc.length);
      view.dispatch({ selection: { anchor }, scrollIntoView: true });
    },
    /** Asks the parser now, not after the usual pause. */
    diagnose: () => forceLinting(view),
    setReadOnly: (on) => view.dispatch({ effects: locked.reconfigure(EditorState.readOnly.of(on)) }),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
