// Blocks in the order of the document, without the reader losing the place.

/**
 * Puts `wanted` into `list` in their order after its first `skip` children. What has the focus stays where it is and the
 * others move around it, so that an editor keeps its cursor and a screen reader its place.
 */
export function arrange(list, wanted, skip) {
  const keep = new Set(wanted);
  for (const child of [...list.children].slice(skip)) if (!keep.has(child)) child.remove();
  const fixed = wanted.findIndex((node) => node.contains(document.activeElement));
  if (fixed < 0 || wanted[fixed].parentNode !== list) {
    wanted.forEach((node, k) => {
      if (list.children[skip + k] !== node) list.insertBefore(node, list.children[skip + k] ?? null);
    });
    return;
  }
  const here = wanted[fixed];
  const before = wanted.slice(0, fixed);
  const after = wanted.slice(fixed + 1);
  before.forEach((node, k) => {
    if (list.children[skip + k] !== node) list.insertBefore(node, here === list.children[skip + k] ? here : list.children[skip + k]);
  });
  let last = here;
  for (const node of after) {
    if (last.nextElementSibling !== node) last.after(node);
    last = node;
  }
  // What stood between and belongs elsewhere has been moved; what is left in front of `here` is in order.
}
