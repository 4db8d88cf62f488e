// The keys of a document. In an editor or a field they are the editor's, but for those that run and save.

const isWriting = (target) => target.closest?.("input, textarea, select, .cm-editor, [role=menu]");

/** `acts`: `runAll run(id) save undo redo edit(id) move(id, by) remove(id) step(id, by)`; they answer true where they did something. */
export function keys(place, acts) {
  const blockOf = (target) => {
    const slot = target.closest?.(".slot");
    return slot?.querySelector("section.cell")?.dataset.cell;
  };
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const { target, key } = event;
    const command = (event.ctrlKey || event.metaKey) && !event.altKey;
    const id = place.contains(target) ? blockOf(target) : undefined;
    const onBlock = id !== undefined && target.matches("section.cell");
    const done = () => {
      if (command) {
        if (key === "Enter" && event.shiftKey) return acts.runAll();
        if (key.toLowerCase() === "s") return acts.save();
        if (isWriting(target)) return false;
        if (key === "Enter" && id) return acts.run(id);
        if (key === "." && id) return acts.ask(id);
        if (key.toLowerCase() === "z") return event.shiftKey ? acts.redo() : acts.undo();
        if (key.toLowerCase() === "y") return acts.redo();
        return false;
      }
      if (id === undefined || isWriting(target)) return false;
      const by = { ArrowUp: -1, ArrowDown: 1 }[key];
      if (event.altKey) return by !== undefined && acts.move(id, by);
      if (!onBlock || event.shiftKey) return false;
      if (by !== undefined) return acts.step(id, by);
      if (key === "Enter") return acts.edit(id);
      if (key === "Delete") return acts.remove(id);
      return false;
    };
    if (done() !== false) event.preventDefault();
  });
}
