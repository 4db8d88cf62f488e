// Small pictures on buttons, drawn with strokes in the colour of the text.

const PATHS = {
  run: "M5 3.5v9l7.5-4.5z",
  stop: "M4.5 4.5h7v7h-7z",
  up: "M8 13V3.5M4 7.5l4-4 4 4",
  down: "M8 3v9.5M4 8.5l4 4 4-4",
  remove: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5M7 7v4M9 7v4",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  plus: "M8 3.5v9M3.5 8h9",
  undo: "M6 3.5L3 6.5l3 3M3 6.5h6a3.5 3.5 0 0 1 0 7H6",
  redo: "M10 3.5l3 3-3 3M13 6.5H7a3.5 3.5 0 0 0 0 7h3",
  data: "M3 4.5c0-2 10-2 10 0v7c0 2-10 2-10 0zM3 4.5c0 2 10 2 10 0M3 8c0 2 10 2 10 0",
  give: "M8 10V2.5M5 5.5l3-3 3 3M3.5 8.5v5h9v-5",
  below: "M4 6l4 4 4-4",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon ${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/**
 * A button. `label` is its name; where `picture` is given it shows that, and its name as words too if `words` is set.
 * `keys` are told in its tip.
 */
export function button({ label, picture, words = !picture, keys, run, menu = false, className }) {
  const it = document.createElement("button");
  it.type = "button";
  if (className) it.className = className;
  if (picture) it.append(icon(picture));
  if (words) {
    const word = document.createElement("span");
    word.className = "word";
    word.textContent = label;
    it.append(word);
  } else {
    it.setAttribute("aria-label", label);
    it.classList.add("small");
  }
  if (menu) {
    it.setAttribute("aria-haspopup", "menu");
    it.setAttribute("aria-expanded", "false");
    it.append(icon("below"));
  }
  const tip = keys ? `${label} (${keys})` : label;
  if (!words || keys) it.title = tip;
  if (run) it.addEventListener("click", () => run(it));
  return it;
}
