// How quick the Lab feels, measured in the browser over a release build.
//
//   node measure.mjs [PATH]
//
// - start: from starting the process to its address, and to the first lesson loaded with its figures;
// - local handle motion: from a pointer's move to the frame in which the handle stands there;
// - drag to redraw: from the pointer's move that asked for a drawing to the frame that shows it, engine work included;
// - first load: bytes of JavaScript that the lesson fetched, after gzip;
// - page loads: of the map and the lesson, for each second of one core that the server used. A load is the page, with its
//   style sheets and scripts asked for again and found unchanged, over connections that stay open.
import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { gzipSync } from "node:zlib";

import { folder, launch, openPage, quantile, startLab } from "./harness.mjs";

const LESSON = process.argv[2] ?? "/lesson/calculus/partial-derivatives-and-gradients";
const MOVES = 120;

/** Runs in the page before its own scripts: notes moves, requests for drawings, drawings, and frames. */
function instrument() {
  const seen = { local: [], redraw: [], drawings: 0, requests: 0 };
  globalThis.measured = seen;
  let moved = 0;
  const asked = new Map();
  const idOf = (data) => {
    const bytes = new Uint8Array(data instanceof ArrayBuffer ? data : data.buffer, data.byteOffset ?? 0);
    return { kind: bytes[0], id: new DataView(bytes.buffer, bytes.byteOffset).getUint32(1, true) };
  };
  // Moves as soon as they come; pointermove waits for the next frame.
  addEventListener("pointerrawupdate", (event) => {
    moved = event.timeStamp;
    const handle = document.querySelector("[data-measured]");
    if (!handle || event.buttons === 0) return;
    const before = handle.getBoundingClientRect();
    const start = event.timeStamp;
    let frames = 0;
    const look = (now) => {
      const after = handle.getBoundingClientRect();
      if (after.x !== before.x || after.y !== before.y) seen.local.push(Math.max(0, now - start));
      else if ((frames += 1) < 30) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, { capture: true });
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (typeof data !== "string") {
      const { kind, id } = idOf(data);
      if (kind === 1) {
        seen.requests += 1;
        asked.set(id, moved);
      }
    }
    if (!this.isMeasured) {
      this.isMeasured = true;
      this.addEventListener("message", (event) => {
        if (typeof event.data === "string") return;
        const { kind, id } = idOf(event.data);
        const start = asked.get(id);
        if (kind !== 2 || !start) return;
        seen.drawings += 1;
        // The task after the next frame's callbacks runs when the page has been laid out and painted with the drawing.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => seen.redraw.push(performance.now() - start);
          port2.postMessage(null);
        });
      });
    }
    return send.call(this, data);
  };
}

const line = (what, all, limit) => {
  const [median, p95, most] = [0.5, 0.95, 1].map((q) => quantile(all, q).toFixed(1));
  console.log(`${what}: median ${median} ms, p95 ${p95} ms, most ${most} ms over ${all.length} (limit ${limit} ms for p95)`);
};

const place = folder();
const before = performance.now();
const lab = await startLab(place.path);
console.log(`address printed after ${(lab.seconds * 1000).toFixed(0)} ms`);
const browser = await launch();
try {
  const tab = await openPage(browser, { origin: lab.origin }, { viewport: { width: 1280, height: 1000 } });
  await tab.page.addInitScript(instrument);
  const scripts = [];
  tab.page.on("response", async (response) => {
    if (response.status() === 200 && response.request().resourceType() === "script") {
      const body = await response.body();
      scripts.push([new URL(response.url()).pathname, gzipSync(body, { level: 9 }).length]);
    }
  });
  const load = performance.now();
  await tab.page.goto(lab.address);
  await tab.page.waitForSelector("main");
  await tab.visit(LESSON);
  await tab.page.locator("figure.live").first().scrollIntoViewIfNeeded();
  await tab.page.waitForSelector("figure.live [role=slider]");
  const ready = performance.now();
  console.log(`first lesson with live figures ${(lab.seconds * 1000 + ready - load).toFixed(0)} ms after the start ` +
    `(${(ready - before).toFixed(0)} ms with the browser's own start)`);
  console.log(`first load: ${scripts.map(([name, size]) => `${name} ${size}`).join(", ")}; ` +
    `${scripts.reduce((sum, [, size]) => sum + size, 0)} bytes of JavaScript compressed`);
  const figures = await tab.page.locator("figure.live").count();
  for (let k = 0; k < figures; k += 1) {
    const figure = tab.page.locator("figure.live").nth(k);
    const handle = figure.locator("[role=slider]").first();
    await figure.scrollIntoViewIfNeeded();
    await handle.waitFor();
    await figure.scrollIntoViewIfNeeded();
    await handle.evaluate((e) => {
      document.querySelectorAll("[data-measured]").forEach((o) => o.removeAttribute("data-measured"));
      e.dataset.measured = "";
      Object.assign(globalThis.measured, { local: [], redraw: [], drawings: 0, requests: 0 });
    });
    const box = await handle.boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await tab.page.mouse.move(x, y);
    await tab.page.mouse.down();
    for (let m = 1; m <= MOVES; m += 1) {
      const angle = (m / MOVES) * 6 * Math.PI;
      await tab.page.mouse.move(x + 40 * Math.sin(angle), y + 40 * (1 - Math.cos(angle)) / 2);
      await tab.page.waitForTimeout(8);
    }
    await tab.page.mouse.up();
    await tab.page.waitForTimeout(300);
    const seen = await tab.page.evaluate("measured");
    console.log(`\n${await figure.getAttribute("data-figure")}: ${seen.requests} requests, ${seen.drawings} drawings`);
    if (seen.local.length > 0) line("  local handle motion", seen.local, 16.7);
    if (seen.redraw.length > 0) line("  drag to redraw", seen.redraw, 33);
  }
  for (const trouble of tab.trouble()) console.error(trouble);
  await loads(await tab.context.cookies());
} finally {
  await browser.close();
  await lab.stop();
  place.remove();
}

/** Seconds of processor time that the server has used, on Linux. */
function used() {
  const fields = readFileSync(`/proc/${lab.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function loads(cookies) {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const cookie = cookies.map((c) => `${c.name}=${c.value}`).join("; ");
  const fetched = (path, tag) => new Promise((resolve, reject) => {
    const headers = { cookie, ...(tag ? { "if-none-match": tag } : {}) };
    get(new URL(path, lab.origin), { agent, headers }, (answer) => {
      let bytes = 0;
      answer.on("data", (part) => (bytes += part.length));
      answer.on("end", () => resolve({ status: answer.statusCode, tag: answer.headers.etag, bytes }));
    }).on("error", reject);
  });
  const besides = ["/assets/lab.css", "/assets/kit.css", "/figures.css", "/assets/lab.js", "/assets/kit.js"];
  const tags = new Map();
  for (const path of besides) tags.set(path, (await fetched(path)).tag);
  for (const [what, path] of [["map", "/"], ["lesson", LESSON]]) {
    for (const [kind, more] of [["the page alone", []], ["with what it needs, unchanged", besides]]) {
      const many = 2000;
      const load = async () => {
        const { status, bytes } = await fetched(path);
        if (status !== 200) throw new Error(`${path} answers ${status}`);
        await Promise.all(more.map((p) => fetched(p, tags.get(p))));
        return bytes;
      };
      await load();
      const [before, start] = [used(), performance.now()];
      let bytes = 0;
      for (let k = 0; k < many; k += 4) bytes = (await Promise.all([load(), load(), load(), load()]))[0];
      const [cpu, wall] = [used() - before, (performance.now() - start) / 1000];
      console.log(`${what} (${bytes} bytes), ${kind}: ${(many / cpu).toFixed(0)} loads for a second of one core ` +
        `(${(many / wall).toFixed(0)} a second here, client and browser on the same machine)`);
    }
  }
  agent.destroy();
}
