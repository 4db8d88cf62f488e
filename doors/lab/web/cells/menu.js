// Menus: a button opens one, arrows and first letters choose, Escape goes back to the button.

let open = null;

/** Closes the menu that is open, if one is. */
export function closeMenu(back = true) {
  if (!open) return;
  const { list, from } = open;
  open = null;
  list.remove();
  from.setAttribute("aria-expanded", "false");
  if (back) from.focus();
}

function place(list, from) {
  const at = from.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const below = at.bottom + 4 + height <= innerHeight || at.top < height + 8;
  const origin = list.offsetParent.getBoundingClientRect();
  list.style.left = `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8)) - origin.left}px`;
  list.style.top = `${(below ? at.bottom + 4 : at.top - height - 4) - origin.top}px`;
}

function entry({ label, detail, keys, run, disabled }) {
  const item = document.createElement("button");
  item.type = "button";
  item.setAttribute("role", "menuitem");
  item.tabIndex = -1;
  const title = document.createElement("span");
  title.textContent = label;
  item.append(title);
  for (const [name, words] of [["detail", detail], ["keys", keys]]) {
    if (!words) continue;
    const part = document.createElement(name === "detail" ? "code" : "kbd");
    part.className = name;
    part.textContent = words;
    item.append(part);
  }
  if (disabled) item.setAttribute("aria-disabled", "true");
  else {
    item.addEventListener("click", () => {
      closeMenu();
      run();
    });
  }
  return item;
}

/** Opens the menu of a button: `{label, detail, keys, run, disabled}` for each item. */
export function openMenu(from, items) {
  if (open?.from === from) return closeMenu();
  closeMenu(false);
  const list = document.createElement("div");
  list.className = "menu";
  list.setAttribute("role", "menu");
  list.setAttribute("aria-label", from.getAttribute("aria-label") ?? from.textContent);
  list.append(...items.map(entry));
  document.querySelector("main").append(list);
  open = { list, from };
  from.setAttribute("aria-expanded", "true");
  place(list, from);
  const all = [...list.children];
  all[0]?.focus();
  list.addEventListener("keydown", (event) => {
    const here = all.indexOf(document.activeElement);
    const there = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
    if (there !== undefined) all[(there + all.length) % all.length].focus();
    else if (event.key === "Escape") closeMenu();
    else if (event.key === "Tab") return closeMenu();
    else if (event.key.length === 1 && /\S/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      const letter = event.key.toLowerCase();
      const next = [...all.slice(here + 1), ...all.slice(0, here + 1)].find((i) => i.textContent.toLowerCase().startsWith(letter));
      next?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.list.contains(event.target) && !open.from.contains(event.target)) closeMenu(false);
});
addEventListener("resize", () => closeMenu(false));
