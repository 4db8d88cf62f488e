// A row of buttons that is one stop of the Tab key: arrows, Home and End go from button to button.

/** Makes `row` a toolbar of that name over the buttons in it, which may be shown, hidden, and put in at any time. */
export function toolbar(row, label) {
  row.setAttribute("role", "toolbar");
  row.setAttribute("aria-label", label);
  const all = () => [...row.querySelectorAll("button:not([hidden], [disabled])")];
  const settle = (current) => {
    const shown = all();
    const stop = current && shown.includes(current) ? current : shown.find((b) => b.tabIndex === 0) ?? shown[0];
    for (const b of row.querySelectorAll("button")) b.tabIndex = b === stop ? 0 : -1;
  };
  row.addEventListener("focusin", (event) => settle(event.target.closest("button")));
  row.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const shown = all();
    const here = shown.indexOf(document.activeElement);
    if (here < 0) return;
    const there = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (there === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    shown[(there + shown.length) % shown.length].focus();
  });
  settle();
  return { settle: () => settle(document.activeElement) };
}
