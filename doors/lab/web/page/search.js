import { ask } from "./ask.js";

// Search: the best answers below the box as one writes; arrows choose, Enter goes there.
export function searching(form) {
  const box = form.querySelector("input");
  const list = form.querySelector("[role=listbox]");
  let asked = 0, chosen = -1;
  const close = () => {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
    chosen = -1;
  };
  const choose = (k) => {
    const all = [...list.querySelectorAll("[role=option]")];
    if (all.length === 0) return;
    chosen = (k + all.length) % all.length;
    all.forEach((option, j) => option.setAttribute("aria-selected", String(j === chosen)));
    all[chosen].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", all[chosen].id);
  };
  const show = (hits) => {
    // Hits that come while one is chosen keep it, or choose their first.
    const held = chosen >= 0 ? list.querySelector("[aria-selected=true]")?.dataset.address : null;
    list.replaceChildren(...hits.map((hit, k) => {
      const option = document.createElement("li");
      option.id = `found-${k}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.address = hit.address;
      for (const [name, text] of [["title", hit.title], ["below", `${hit.kind} · ${hit.below}`]]) {
        const part = document.createElement("span");
        part.className = name;
        part.textContent = text;
        option.append(part);
      }
      return option;
    }));
    if (hits.length === 0) {
      const none = document.createElement("li");
      none.setAttribute("role", "option");
      none.setAttribute("aria-selected", "false");
      none.setAttribute("aria-disabled", "true");
      none.textContent = "Nothing found";
      list.append(none);
    }
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    box.removeAttribute("aria-activedescendant");
    chosen = -1;
    if (held) choose(Math.max(0, hits.findIndex((hit) => hit.address === held)));
  };
  const go = (option) => {
    if (!option?.dataset.address) return;
    close();
    box.value = "";
    location.assign(option.dataset.address);
  };
  box.addEventListener("input", async () => {
    const query = box.value.trim();
    const turn = ++asked;
    if (!query) return close();
    const answer = await ask("/api/search", { query });
    if (turn === asked && answer.status === 200) show(answer.hits);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (list.hidden) return;
    else if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else return;
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(list.querySelectorAll("[role=option]")[Math.max(0, chosen)]);
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    go(event.target.closest("[role=option]"));
  });
  box.addEventListener("blur", close);
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input, textarea, select, [contenteditable=true]");
    if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
    }
  });
  form.hidden = false;
}
