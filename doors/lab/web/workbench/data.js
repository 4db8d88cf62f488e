// Data files: dropped anywhere on the document or chosen by a button, they lie beside it, and a cell reads them.

import { ask } from "../lab.js";
import { ENDS, numbered, plainName } from "./names.js";

/** Puts a file beside the document. Answers `{path, rows, columns, source}`, or `{error}`. */
export async function upload(file) {
  const name = plainName(file.name);
  if (!ENDS.some((end) => name.endsWith(end))) {
    return { error: `“${file.name}” is not data that can be read here: ${ENDS.join(", ")} can.` };
  }
  const bytes = await file.arrayBuffer();
  for (let k = 1; k < 100; k += 1) {
    const path = numbered(name, k);
    const answer = await ask("/api/data", bytes, { type: "application/octet-stream", headers: { "x-name": path } });
    if (answer.status === 200) return answer;
    if (answer.status !== 409) return { error: `“${file.name}”: ${answer.error}` };
  }
  return { error: `There are too many files of the name “${name}”.` };
}

/** Hears files that are dropped on the page; while one hovers, the page says where it will go. */
export function dropping(place, take) {
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0;
  const veil = (on) => place.classList.toggle("dropping", on);
  const end = () => {
    depth = 0;
    veil(false);
  };
  addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    veil(true);
  });
  addEventListener("dragleave", (event) => {
    if (!hasFiles(event)) return;
    depth -= 1;
    if (depth <= 0) end();
  });
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  // Before the editors, which would write the file's name into a cell.
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    end();
    take([...event.dataTransfer.files], event.target);
  }, { capture: true });
}

/** Opens the system's dialogue for files. */
export function choose(take) {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.accept = ENDS.join(",");
  input.addEventListener("change", () => take([...input.files]));
  input.click();
}
