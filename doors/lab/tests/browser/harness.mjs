// What every browser test needs: the Lab running over a folder of its own, a browser, and a page that keeps account of
// its errors and of everything it asked for.
//
// The binary is $GRADUS_BIN, or the newest of target/{release,debug}/gradus; the browser is $CHROMIUM or Debian's.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const installed = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = installed("playwright-core");
const axe = readFileSync(installed.resolve("axe-core/axe.min.js"), "utf8");

const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "../../../..");

/** Longer than any page should take on a busy machine. */
const PATIENCE = 15_000;

/** The command that is tested. */
export function binary() {
  if (process.env.GRADUS_BIN) return process.env.GRADUS_BIN;
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const built = ["release", "debug"].map((p) => join(target, p, "gradus")).filter((p) => existsSync(p));
  built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  assert.ok(built.length > 0, "gradus is not built: run cargo build first, or set GRADUS_BIN");
  return built[0];
}

/** Where a Lab over a folder keeps what it computed: apart from the folder, and from whoever runs the tests. */
const cacheOf = (dir) => `${dir}.cache`;

/** A new empty folder, and how to remove it. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), "gradus-lab-"));
  return { path, remove: () => [path, cacheOf(path)].forEach((each) => rmSync(each, { recursive: true, force: true })) };
}

/**
 * Starts the Lab over a folder. `address` is what its first line says, with the token in it; `seconds` is how long that
 * line took; `--port` may be among the options. `stop` ends it as Ctrl-C does and gives the exit status; `kill` ends it as a crash does.
 */
export async function startLab(dir, ...options) {
  const before = performance.now();
  const port = options.includes("--port") ? [] : ["--port", "0"];
  const child = spawn(binary(), ["lab", "--no-open", ...port, "--dir", dir, ...options], {
    stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, XDG_CACHE_HOME: cacheOf(dir) },
  });
  let said = "";
  child.stderr.on("data", (words) => (said += words));
  const lines = createInterface({ input: child.stdout });
  const exited = once(child, "exit");
  const [first] = await Promise.race([
    once(lines, "line"),
    exited.then(([status]) => assert.fail(`gradus lab ended with status ${status}: ${said}`)),
  ]);
  const seconds = (performance.now() - before) / 1000;
  const address = /https?:\/\/\S+/.exec(first)?.[0];
  if (!address) {
    child.kill("SIGKILL");
    assert.fail(`the first line names no address: ${first}`);
  }
  const end = async (signal) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const [status] = await exited;
    return status;
  };
  return {
    address, seconds, dir, pid: child.pid,
    origin: new URL(address).origin,
    said: () => said,
    stop: () => end("SIGINT"),
    kill: () => end("SIGKILL"),
  };
}

/** The browser, with software WebGL and without anything that reaches out by itself. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--disable-gpu", "--force-color-profile=srgb",
    ],
  });
}

/** Widths and themes that every page must look right in. */
export const VIEWS = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 }, hasTouch: true, deviceScaleFactor: 2 },
};

/**
 * A page in a context of its own. A Lab's address works once: the first page is let in by it, later ones by its cookie.
 * `trouble()` lists errors on the console, errors that nobody caught, requests to anywhere but the Lab, and answers of
 * 400 and more; `forgive()` empties the list, after something that was meant to fail.
 */
export async function openPage(browser, lab, view = {}) {
  const context = await browser.newContext({ ...VIEWS.light, ...view });
  if (lab.cookies) await context.addCookies(lab.cookies);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const found = [];
  /** Each kind of trouble once, and no longer than one wants to read. */
  const note = (text) => {
    const short = text.replace(/nonce-[0-9a-f]+/, "nonce").slice(0, 220);
    if (!found.includes(short)) found.push(short);
  };
  const isOurs = (url) => {
    if (/^(?:data|blob|about):/.test(url)) return true;
    return new URL(url).host === new URL(lab.origin).host;
  };
  page.on("console", (message) => {
    if (message.type() === "error") note(`console (${new URL(message.location().url || lab.origin).pathname}): ${message.text()}`);
  });
  page.on("pageerror", (error) => note(`not caught: ${error.stack ?? error}`));
  page.on("request", (request) => {
    if (!isOurs(request.url())) note(`asked elsewhere: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) note(`${response.status()}: ${response.url()}`);
  });
  page.on("websocket", (socket) => {
    if (!isOurs(socket.url())) note(`socket elsewhere: ${socket.url()}`);
  });
  if (lab.address && !lab.cookies) {
    await page.goto(lab.address);
    await page.waitForSelector("main");
    lab.cookies = await context.cookies();
    // The page that takes the token is gone at once; what is tested begins with the one that it leads to.
    found.splice(0);
  }
  return {
    page, context,
    trouble: () => found,
    forgive: () => found.splice(0),
    visit: (path) => page.goto(new URL(path, lab.origin).href, { waitUntil: "load" }),
    close: () => context.close(),
  };
}

/** What axe finds wrong on a page, a line each. */
export async function violations(page) {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() => globalThis.axe.run(document));
  return found.flatMap((rule) => rule.nodes.map((node) => `${rule.id} at ${node.target.join(" ")}: ${node.failureSummary}`));
}

/** How far the page is wider than the window, in pixels. */
export const overhang = (page) =>
  page.evaluate(() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth);

/** Waits until `read()` gives something that `is` takes; says what it last was if that never happens. */
export async function until(read, is, { patience = PATIENCE, what = "it" } = {}) {
  const end = performance.now() + patience;
  let last;
  for (;;) {
    last = await read();
    if (is(last)) return last;
    if (performance.now() > end) assert.fail(`${what} is still ${JSON.stringify(last)} after ${patience} ms`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

/** The value that a share `part` of the sorted measurements does not exceed. */
export function quantile(measured, part) {
  const sorted = [...measured].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
}
