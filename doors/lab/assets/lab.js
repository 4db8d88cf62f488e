// What pages do beyond being read: the theme, saving a document, the socket to the engine.

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

theme();
for (const form of document.querySelectorAll("form[data-new]")) making(form);
for (const place of document.querySelectorAll(".document[data-path]")) plainDocument(place);
if (document.querySelector("[data-path], [data-watch]")) socket.open();
