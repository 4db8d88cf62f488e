// The map's arrows: from each topic that is needed to the one that needs it, wherever the cards are.
export function arrows(course) {
  const picture = course.querySelector(":scope > svg.needs");
  const cards = new Map([...course.querySelectorAll("[data-topic]")].map((card) => [card.dataset.topic, card]));
  const needs = (id) => cards.get(id).dataset.needs.split(" ").filter((need) => cards.has(need));
  const draw = () => {
    const whole = course.getBoundingClientRect();
    picture.setAttribute("viewBox", `0 0 ${whole.width} ${whole.height}`);
    const place = (card) => {
      const r = card.getBoundingClientRect();
      return { x: r.left - whole.left, y: r.top - whole.top, w: r.width, h: r.height };
    };
    const paths = [];
    for (const id of cards.keys()) {
      for (const need of needs(id)) {
        const [a, b] = [place(cards.get(need)), place(cards.get(id))];
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        const beside = Math.abs(a.y - b.y) < Math.min(a.h, b.h) / 2;
        let d;
        if (beside && b.x > a.x) {
          const [x, y, u, v] = [a.x + a.w, a.y + a.h / 2, b.x, b.y + b.h / 2];
          const bend = Math.max(12, (u - x) / 2);
          d = `M${x} ${y}C${x + bend} ${y} ${u - bend} ${v} ${u} ${v}`;
        } else {
          const [x, y, u, v] = [a.x + a.w / 2, a.y + a.h, b.x + b.w / 2, b.y];
          const bend = Math.max(24, Math.abs(v - y) / 2);
          d = `M${x} ${y}C${x} ${y + bend} ${u} ${v - bend} ${u} ${v}`;
        }
        path.setAttribute("d", d);
        path.dataset.from = need;
        path.dataset.to = id;
        paths.push(path);
      }
    }
    picture.replaceChildren(...paths);
  };
  const light = (id) => {
    const before = new Set();
    const open = id ? [id] : [];
    while (open.length) for (const need of needs(open.pop())) if (!before.has(need)) { before.add(need); open.push(need); }
    for (const [name, card] of cards) card.classList.toggle("leads", before.has(name));
    for (const path of picture.children) {
      const on = id && (path.dataset.to === id || (before.has(path.dataset.to) && before.has(path.dataset.from)) || path.dataset.from === id);
      path.classList.toggle("on", Boolean(on));
    }
  };
  for (const [id, card] of cards) {
    card.addEventListener("pointerenter", () => light(id));
    card.addEventListener("pointerleave", () => light(null));
    card.addEventListener("focusin", () => light(id));
    card.addEventListener("focusout", () => light(null));
  }
  new ResizeObserver(draw).observe(course);
  document.fonts?.ready.then(draw);
}
