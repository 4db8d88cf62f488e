// The list of a lesson's sections says which of them is being read.

/** The last of these places, top edges in pixels from the window's, that has come up to `line`; -1 for none. */
export function reading(tops, line) {
  return tops.findLastIndex((top) => top <= line);
}

export function sections(nav) {
  const links = [...nav.querySelectorAll('a[href^="#"]')];
  const headings = links.map((a) => document.getElementById(a.hash.slice(1)));
  if (headings.length === 0 || headings.some((h) => h === null)) return;
  let waits = false;
  const mark = () => {
    waits = false;
    const now = reading(headings.map((h) => h.getBoundingClientRect().top), innerHeight / 3);
    links.forEach((a, k) => {
      if (k === now) a.setAttribute("aria-current", "location");
      else a.removeAttribute("aria-current");
    });
  };
  addEventListener("scroll", () => {
    if (!waits) requestAnimationFrame(mark);
    waits = true;
  }, { passive: true });
  mark();
}
