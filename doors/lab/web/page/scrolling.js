// What is wider than its place scrolls, and whoever has no mouse scrolls it by its focus.

const WIDE = 'main math[display="block"], main pre, main .table, main .output, main .output table';

/** Looks again at what is wider than its place. */
export function look() {
  for (const box of document.querySelectorAll(WIDE)) {
    if (box.scrollWidth > box.clientWidth + 1) box.setAttribute("tabindex", "0");
    else box.removeAttribute("tabindex");
  }
}

let planned = false;

/** Looks again in the next frame, once for whatever changed until then. */
export function lookSoon() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    look();
  });
}

export function scrolling() {
  const main = document.querySelector("main");
  if (main) new ResizeObserver(lookSoon).observe(main);
  document.fonts?.ready.then(look);
  look();
}
