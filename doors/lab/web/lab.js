// What pages do beyond being read: the theme, saving a document, the socket to the engine.

import { mount } from "./kit/kit.js";
import { sections } from "./sections.js";

/** Says something that screen readers also hear. */
let silence;
export function say(text, seconds = 4) {
  const place = document.getElementById("status");
  place.textContent = text;
  clearTimeout(silence);
  if (seconds) silence = setTimeout(() => (place.textContent = ""), seconds * 1000);
}

/** Asks a JSON route. Answers `{status, ...body}`; status 0 stands for no server. */
export async function ask(route, question) {
  try {
    const answer = await fetch(route, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(question),
    });
    return { status: answer.status, ...(await answer.json()) };
  } catch {
    return { status: 0, error: "The Lab does not answer. Is it still running?" };
  }
}

// The theme: what the system says, or the reader's own choice, kept in this browser.
function theme() {
  const button = document.querySelector("button.theme");
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const shown = () => root.dataset.theme ?? (dark.matches ? "dark" : "light");
  const label = () => {
    const other = shown() === "dark" ? "light" : "dark";
    button.textContent = other === "dark" ? "☾" : "☀";
    button.setAttribute("aria-label", `Switch to the ${other} theme`);
  };
  button.addEventListener("click", () => {
    root.dataset.theme = shown() === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* kept for this page only */ }
    label();
    dispatchEvent(new Event("themechange"));
  });
  dark.addEventListener("change", label);
  label();
  button.hidden = false;
}

// A new document is made by a route that refuses a name that is taken.
function making(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = new FormData(form).get("name").trim().replace(/\.gr\.md$/, "");
    const path = `${name}.gr.md`;
    const made = await ask("/api/document/new", { path });
    if (made.status === 200) location.assign(`/open?path=${encodeURIComponent(path)}`);
    else say(made.status === 409 ? "There is a document of that name." : made.error);
  });
}

/** Saves a text half a second after the last change, one save at a time, and never over somebody else's work. */
export function saver(place, text) {
  const { path } = place.dataset;
  let { version } = place.dataset;
  let saved = text();
  let busy = false, timer, stopped = false;
  async function save() {
    clearTimeout(timer);
    if (busy || stopped) return;
    const current = text();
    if (current === saved) return;
    busy = true;
    const answer = await ask("/api/document/save", { path, text: current, version });
    busy = false;
    if (answer.status === 200) {
      version = answer.version;
      saved = current;
      place.dataset.version = version;
      if (text() !== saved) changed();
    } else if (answer.status === 409) {
      stopped = true;
      conflict();
    } else {
      say(`Not saved: ${answer.error}`, 0);
      timer = setTimeout(save, 3000);
    }
  }
  function changed() {
    clearTimeout(timer);
    timer = setTimeout(save, 500);
  }
  // Another window or program was first. Its work stays on the disk, this window's stays here, and the reader decides.
  function conflict() {
    const box = document.createElement("div");
    box.className = "conflict";
    box.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = "This document was changed in another window or program. Nothing is lost: the other text is on the disk, and yours is here. ";
    const both = document.createElement("button");
    both.textContent = "Keep mine as a copy";
    both.addEventListener("click", async () => {
      const copy = path.replace(/\.gr\.md$/, ` (copy ${new Date().toISOString().slice(0, 19).replaceAll(":", "")}).gr.md`);
      const answer = await ask("/api/document/save", { path: copy, text: text(), version: null });
      if (answer.status === 200) location.assign(`/open?path=${encodeURIComponent(copy)}`);
      else say(answer.error);
    });
    const theirs = document.createElement("button");
    theirs.textContent = "Drop mine, show the other";
    theirs.addEventListener("click", () => { saved = text(); location.reload(); });
    box.append(words, both, " ", theirs);
    place.before(box);
  }
  addEventListener("beforeunload", (event) => {
    if (text() !== saved) { save(); event.preventDefault(); }
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  return { changed, save };
}

function plainDocument(place) {
  const source = place.querySelector("textarea");
  const { changed, save } = saver(place, () => source.value);
  source.addEventListener("input", changed);
  addEventListener("lab:closing", save);
}

/** The socket: one for the page, opened when something asks for it, and opened again after it was lost. */
export const socket = {
  hear: new Map(), // id -> (kind, bytes) of a frame that answers it
  connection: null, waiting: [],
  open() {
    if (this.connection) return;
    const connection = new WebSocket(`ws://${location.host}/socket`);
    connection.binaryType = "arraybuffer";
    this.connection = connection;
    connection.addEventListener("open", () => {
      for (const frame of this.waiting.splice(0)) connection.send(frame);
    });
    connection.addEventListener("message", ({ data }) => this.read(new DataView(data)));
    connection.addEventListener("close", () => {
      this.connection = null;
      // What was asked of the lost connection is not answered by the next.
      const lost = [...this.hear.values()];
      this.hear.clear();
      for (const hear of lost) hear(0, new Uint8Array());
      setTimeout(() => this.open(), 1500);
    });
  },
  read(view) {
    if (view.byteLength < 5) return;
    const kind = view.getUint8(0), id = view.getUint32(1, true);
    const bytes = new Uint8Array(view.buffer, view.byteOffset + 5);
    if (kind === 8) {
      if (bytes.length) dispatchEvent(new Event("lab:closing"));
      else location.reload();
      return;
    }
    this.hear.get(id)?.(kind, bytes);
  },
  /** Sends a frame: a kind, an id, and an object (as JSON) or bytes. */
  send(kind, id, payload = new Uint8Array()) {
    const bytes = payload instanceof Uint8Array ? payload : new TextEncoder().encode(JSON.stringify(payload));
    const frame = new Uint8Array(5 + bytes.length);
    const view = new DataView(frame.buffer);
    view.setUint8(0, kind);
    view.setUint32(1, id, true);
    frame.set(bytes, 5);
    this.open();
    if (this.connection.readyState === WebSocket.OPEN) this.connection.send(frame);
    else this.waiting.push(frame);
  },
};

// Live figures: the static first view stays until the engine has answered.
function figures() {
  const hosts = [...document.querySelectorAll("figure.live[data-figure]")];
  if (hosts.length === 0) return;
  let next = 1;
  const start = (host, place) => {
    const still = host.querySelector(":scope > .picture");
    const send = (question) => new Promise((resolve, reject) => {
      const id = next++;
      let words;
      socket.hear.set(id, (kind, bytes) => {
        if (kind === 3) {
          words = JSON.parse(new TextDecoder().decode(bytes));
          return;
        }
        socket.hear.delete(id);
        if (kind === 2 && words) {
          still?.remove();
          resolve({ bytes, words });
        } else {
          reject(new Error(kind === 7 ? new TextDecoder().decode(bytes) : "the Lab does not answer"));
        }
      });
      socket.send(1, id, { ...question, place });
    });
    mount(host, send);
  };
  // A figure far down the page asks when it comes near.
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      start(target, hosts.indexOf(target));
    }
  }, { rootMargin: "600px" });
  for (const host of hosts) near.observe(host);
}

// The cells of a lesson: each can be written in, and what depends on it answers again.
function cells(lesson) {
  const places = new Map([...lesson.querySelectorAll("section.cell[data-cell]")].map((cell) => [cell.dataset.cell, cell]));
  if (places.size === 0) return;
  const id = 0x7fffffff;
  const topic = lesson.dataset.lesson;
  const words = { running: "running", stale: "out of date", pending: "waiting", done: "", error: "", stopped: "stopped" };
  const receive = (kind, bytes) => {
    if (kind === 0) return ask({});
    const text = new TextDecoder().decode(bytes);
    if (kind === 7) return say(text);
    const { cell, state, html } = JSON.parse(text);
    const place = places.get(cell);
    if (!place) return;
    place.dataset.state = state;
    place.querySelector(".bar .state").textContent = words[state] ?? state;
    // The server writes this HTML; what a learner wrote is escaped in it.
    if (html !== null && html !== undefined) place.querySelector(".output").innerHTML = html;
  };
  const ask = (change) => {
    socket.hear.set(id, receive);
    socket.send(4, id, { lesson: topic, ...change });
  };
  for (const [cell, place] of places) {
    const source = place.querySelector("pre.source");
    const bar = document.createElement("div");
    bar.className = "bar";
    const edit = document.createElement("button");
    edit.type = "button";
    edit.textContent = "Edit";
    const state = document.createElement("span");
    state.className = "state";
    bar.append(edit, state);
    source.after(bar);
    edit.addEventListener("click", async () => {
      edit.disabled = true;
      const { createEditor } = await import("/assets/editor.js");
      const parent = document.createElement("div");
      parent.className = "source";
      const text = source.textContent.replace(/\n$/, "");
      source.replaceWith(parent);
      let timer;
      const run = (now) => { clearTimeout(timer); ask({ cell, source: now }); };
      const editor = createEditor({
        parent, text, label: place.getAttribute("aria-label"), nonce: document.querySelector("script[nonce]").nonce,
        onChange: (now) => { clearTimeout(timer); timer = setTimeout(run, 350, now); },
        onRun: run,
      });
      edit.remove();
      editor.view?.focus();
    });
  }
  ask({});
}

// Search: the best answers below the box as one writes; arrows choose, Enter goes there.
function searching(form) {
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

// The map's arrows: from each topic that is needed to the one that needs it, wherever the cards are.
function arrows(course) {
  const picture = course.querySelector(":scope > svg.needs");
  const cards = new Map([...course.querySelectorAll("[data-topic]")].map((card) => [card.dataset.topic, card]));
  const needs = (id) => cards.get(id).dataset.needs.split(" ").filter((need) => cards.has(need));
  const draw = () => {
    const whole = course.getBoundingClientRect();
    picture.setAttribute("viewBox", `0 0 ${whole.width} ${whole.height}`);
    const place = (card) => {
      const r = card.getBoundingClientRect();
      return { x: r.left - whole.left, y: r.top - whole.top, w: r.width, h: r.height };
    };
    const paths = [];
    for (const id of cards.keys()) {
      for (const need of needs(id)) {
        const [a, b] = [place(cards.get(need)), place(cards.get(id))];
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        const beside = Math.abs(a.y - b.y) < Math.min(a.h, b.h) / 2;
        let d;
        if (beside && b.x > a.x) {
          const [x, y, u, v] = [a.x + a.w, a.y + a.h / 2, b.x, b.y + b.h / 2];
          const bend = Math.max(12, (u - x) / 2);
          d = `M${x} ${y}C${x + bend} ${y} ${u - bend} ${v} ${u} ${v}`;
        } else {
          const [x, y, u, v] = [a.x + a.w / 2, a.y + a.h, b.x + b.w / 2, b.y];
          const bend = Math.max(24, Math.abs(v - y) / 2);
          d = `M${x} ${y}C${x} ${y + bend} ${u} ${v - bend} ${u} ${v}`;
        }
        path.setAttribute("d", d);
        path.dataset.from = need;
        path.dataset.to = id;
        paths.push(path);
      }
    }
    picture.replaceChildren(...paths);
  };
  const light = (id) => {
    const before = new Set();
    const open = id ? [id] : [];
    while (open.length) for (const need of needs(open.pop())) if (!before.has(need)) { before.add(need); open.push(need); }
    for (const [name, card] of cards) card.classList.toggle("leads", before.has(name));
    for (const path of picture.children) {
      const on = id && (path.dataset.to === id || (before.has(path.dataset.to) && before.has(path.dataset.from)) || path.dataset.from === id);
      path.classList.toggle("on", Boolean(on));
    }
  };
  for (const [id, card] of cards) {
    card.addEventListener("pointerenter", () => light(id));
    card.addEventListener("pointerleave", () => light(null));
    card.addEventListener("focusin", () => light(id));
    card.addEventListener("focusout", () => light(null));
  }
  new ResizeObserver(draw).observe(course);
  document.fonts?.ready.then(draw);
}

// What is wider than its place scrolls, and whoever has no mouse scrolls it by its focus.
function scrolling() {
  const wide = 'main math[display="block"], main pre, main .table, main .output';
  const look = () => {
    for (const box of document.querySelectorAll(wide)) {
      if (box.scrollWidth > box.clientWidth + 1) box.setAttribute("tabindex", "0");
      else box.removeAttribute("tabindex");
    }
  };
  const main = document.querySelector("main");
  if (main) new ResizeObserver(look).observe(main);
  document.fonts?.ready.then(look);
  look();
}

// A lesson that is opened is begun; its reader says when it is understood.
function progress(lesson) {
  const topic = lesson.dataset.lesson;
  ask("/api/progress", { topic, stage: "begun" });
  const button = lesson.querySelector("button.done");
  button.addEventListener("click", async () => {
    const done = button.getAttribute("aria-pressed") !== "true";
    const answer = await ask("/api/progress", { topic, stage: done ? "done" : null });
    if (answer.status !== 200) return say(answer.error);
    button.setAttribute("aria-pressed", String(done));
    button.textContent = done ? "Understood ✓" : "I understand this";
  });
  button.hidden = false;
}

theme();
scrolling();
figures();
for (const course of document.querySelectorAll(".course")) arrows(course);
for (const nav of document.querySelectorAll("nav.sections")) sections(nav);
for (const lesson of document.querySelectorAll("[data-lesson]")) { progress(lesson); cells(lesson); }
for (const form of document.querySelectorAll("form[data-search]")) searching(form);
for (const form of document.querySelectorAll("form[data-new]")) making(form);
for (const place of document.querySelectorAll(".document[data-path]")) plainDocument(place);
socket.open();
