// Data files: dropped anywhere on the document or chosen by a button, they lie beside it, and a cell reads them.

import { ask } from "../lab.js";

/** Kinds of file that the Lab takes. */
export const ENDS = [".csv", ".tsv", ".parquet", ".npy", ".arrow"];

/** A file's name in letters that every header and every file system has. */
export function plainName(name) {
  const dot = name.lastIndexOf(".");
  const [stem, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot).toLowerCase()] : [name, ""];
  const plain = stem.replaceAll("ß", "ss").normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^A-Za-z0-9._ -]+/g, "-").replace(/^[.\s-]+|[\s-]+$/g, "");
  return `${plain || "data"}${end.replace(/[^a-z0-9.]/g, "")}`;
}

/** `name-2.csv`, `name-3.csv`, ...: where another file has the name already. */
export const numbered = (name, k) => (k === 1 ? name : name.replace(/(\.[^.]*)?$/, (end) => `-${k}${end}`));

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
