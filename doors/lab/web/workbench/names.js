// Names of files: of data that is put beside a document, and of copies.

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

/** The name of a copy, which says when it was made. */
export const copyName = (path, now = new Date()) =>
  path.replace(/\.gr\.md$/, ` (copy ${now.toISOString().slice(0, 19).replaceAll(":", "")}).gr.md`);
