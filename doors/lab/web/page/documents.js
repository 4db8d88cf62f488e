// The list of documents: when each was changed, and a new one.

import { ask, say } from "./ask.js";

/** When something was, as one says it: "today, 14:03", "yesterday, 9:40", "3 March". */
export function when(time, now = new Date()) {
  const day = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
  const days = Math.round((day(now) - day(time)) / 86_400_000);
  const clock = time.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  if (days === 0) return `today, ${clock}`;
  if (days === 1) return `yesterday, ${clock}`;
  const year = time.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return time.toLocaleDateString([], { day: "numeric", month: "long", year });
}

/** Times that the server gives in milliseconds, in the reader's own zone. */
export function times() {
  for (const place of document.querySelectorAll("[data-time]")) {
    place.textContent = when(new Date(Number(place.dataset.time)));
  }
}

// A new document is made by a route that refuses a name that is taken.
export function making(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = new FormData(form).get("name").trim().replace(/\.gr\.md$/, "");
    if (!name) return say("A document needs a name.");
    const path = `${name}.gr.md`;
    const made = await ask("/api/document/new", { path });
    if (made.status === 200) location.assign(`/open?path=${encodeURIComponent(path)}`);
    else if (made.status === 409) say("There is a document of that name.");
    else if (made.status === 404) say(`There is no folder “${name.slice(0, name.lastIndexOf("/"))}” here.`);
    else say(made.error, 8);
  });
}
