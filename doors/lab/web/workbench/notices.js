// What a document says above its cells: text that was not saved, another window that was first, a server that is gone.

/** Notices in `place`, each under a name, with buttons `{label, run, first}`. */
export function createNotices(place) {
  const shown = new Map();
  const hide = (name) => {
    const box = shown.get(name);
    if (!box) return;
    // Focus that stood in it goes on to the page, not to nowhere.
    if (box.contains(document.activeElement)) document.getElementById("main").focus();
    box.remove();
    shown.delete(name);
  };
  return {
    hide,
    show(name, words, buttons = [], role = "alert") {
      hide(name);
      const box = document.createElement("div");
      box.className = `notice ${name}`;
      box.setAttribute("role", role);
      if (role === "region") box.setAttribute("aria-label", "Text that was not saved");
      const text = document.createElement("p");
      text.textContent = words;
      box.append(text);
      for (const { label, run, first } of buttons) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = label;
        if (first) button.className = "first";
        button.addEventListener("click", run);
        box.append(button);
      }
      shown.set(name, box);
      place.append(box);
    },
  };
}
