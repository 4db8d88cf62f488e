// Live figures: the static first view stays until the engine has answered.

import { mount } from "../kit/kit.js";
import { socket } from "./socket.js";

const started = new WeakSet();
let places = 0;

function start(host) {
  const still = host.querySelector(":scope > .picture");
  const place = places++;
  const send = (question) => new Promise((resolve, reject) => {
    const id = socket.next();
    let words;
    socket.hear.set(id, (kind, bytes) => {
      if (kind === 3) {
        words = JSON.parse(new TextDecoder().decode(bytes));
        return;
      }
      socket.hear.delete(id);
      if (kind === 2 && words) {
        still?.remove();
        resolve({ bytes, words });
      } else {
        reject(new Error(kind === 7 ? new TextDecoder().decode(bytes) : "the Lab does not answer"));
      }
    });
    socket.send(1, id, { ...question, place });
  });
  mount(host, send);
}

// A figure far down the page asks when it comes near.
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    start(target);
  }
}, { rootMargin: "600px" });

/** Brings the figures below `root` to life that are not yet. */
export function figures(root = document) {
  for (const host of root.querySelectorAll("figure.live[data-figure]")) {
    if (started.has(host)) continue;
    started.add(host);
    near.observe(host);
  }
}
