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
  wanted.slice(0, fixed).forEach((node, k) => {
    if (list.children[skip + k] !== node) list.insertBefore(node, list.children[skip + k]);
  });
  // What stood in front and belongs behind is moved now; what is left in front is in order.
  wanted.slice(fixed).reduce((last, node) => {
    if (node !== last && last.nextElementSibling !== node) last.after(node);
    return node;
  }, wanted[fixed]);
}
