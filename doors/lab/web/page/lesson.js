// A lesson: opened, it is begun; its reader says when it is understood; its cells come to life.

import { ask, say } from "./ask.js";

export function lesson(article) {
  const topic = article.dataset.lesson;
  ask("/api/progress", { topic, stage: "begun" });
  const button = article.querySelector("button.done");
  button.addEventListener("click", async () => {
    const done = button.getAttribute("aria-pressed") !== "true";
    const answer = await ask("/api/progress", { topic, stage: done ? "done" : null });
    if (answer.status !== 200) return say(answer.error);
    button.setAttribute("aria-pressed", String(done));
    button.textContent = done ? "Understood ✓" : "I understand this";
  });
  button.hidden = false;
  if (article.querySelector("section.cell[data-cell]")) import("/assets/cells.js").then(({ cells }) => cells(article));
}
