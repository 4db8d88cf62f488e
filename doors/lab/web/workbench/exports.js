// A document as a file to give away: one HTML page, a Jupyter notebook, or the plain text that it is.

import { ask } from "../lab.js";

function give(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const stem = (path) => path.split("/").at(-1).replace(/\.gr\.md$/, "");

/** What can be exported: `{label, run}`, where `run` answers what went wrong or null. */
export function exportsOf(path) {
  const made = (kind, end) => async () => {
    try {
      const answer = await fetch(`/export/${kind}?path=${encodeURIComponent(path)}`);
      if (!answer.ok) return (await answer.text()) || `status ${answer.status}`;
      give(`${stem(path)}.${end}`, await answer.blob(), answer.headers.get("content-type") ?? "");
      return null;
    } catch {
      return "the Lab does not answer";
    }
  };
  const plain = async () => {
    const answer = await ask("/api/document/read", { path });
    if (answer.status !== 200) return answer.error;
    give(path.split("/").at(-1), answer.text, "text/markdown");
    return null;
  };
  return [
    { label: "One page of HTML", detail: ".html", make: made("html", "html") },
    { label: "Jupyter notebook, in NumPy", detail: ".ipynb", make: made("ipynb", "ipynb") },
    { label: "The file itself", detail: ".gr.md", make: plain },
  ];
}
