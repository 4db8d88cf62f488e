// The editor alone, under a Content-Security-Policy as strict as the Lab's: no engine is needed.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { launch, openPage, until, violations } from "./harness.mjs";

const NONCE = "bm9uY2U";
const POLICY =
  `default-src 'none'; script-src 'self' 'nonce-${NONCE}'; style-src 'self' 'nonce-${NONCE}'; connect-src 'self'; ` +
  "font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Editor</title>
<link rel="icon" href="data:,">
<style nonce="${NONCE}">
  :root { color-scheme: light dark; background: light-dark(#fff, #16181c); color: light-dark(#1b1d21, #e8e8e6); }
</style></head><body><main><h1>Editor</h1>
<p><button id="before">Before</button></p><section id="cell" aria-label="Cell 1"></section><p><button id="after">After</button></p></main>
<script type="module" nonce="${NONCE}">
  import { createEditor } from "/editor.js";
  window.heard = { changes: [], runs: [] };
  window.editor = createEditor({
    parent: document.getElementById("cell"), label: "Cell 1",
    text: "data x : [n] # the inputs\\nminimize λ*norm2(x)^2 + 0.5*lamda",
    onChange: (text) => heard.changes.push(text), onRun: (text) => heard.runs.push(text),
    complete: [{ label: "logsumexp", type: "function", detail: "log of a sum of exponentials" }, "logdet"],
    diagnose: async (text) => {
      const start = new TextEncoder().encode(text.slice(0, text.indexOf("lamda"))).length;
      return text.includes("lamda")
        ? [{ start, end: start + 5, severity: "error", message: "there is no lamda here", help: "did you mean lambda?" }]
        : [];
    },
  });
</script></body></html>`;

let browser;
let server;
let origin;

before(async () => {
  const script = readFileSync(new URL("../../assets/editor.js", import.meta.url));
  server = createServer((request, response) => {
    const isScript = request.url === "/editor.js";
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : PAGE);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
});

async function opened(view) {
  const tab = await openPage(browser, { origin }, view);
  await tab.visit("/");
  await tab.page.waitForSelector(".cm-content");
  return tab;
}

for (const colorScheme of ["light", "dark"]) {
  test(`the ${colorScheme} editor has no axe violation and breaks no policy`, async () => {
    const tab = await opened({ colorScheme });
    await tab.page.waitForSelector(".cm-lintRange-error");
    assert.deepEqual(await violations(tab.page), []);
    const colours = await tab.page.$$eval(".cm-line span", (spans) => new Set(spans.map((s) => getComputedStyle(s).color)).size);
    assert.ok(colours >= 4, `${colours} colours: the styles are not let in`);
    assert.deepEqual(tab.trouble(), []);
    await tab.close();
  });
}

test("Tab passes through, and Escape goes back to the cell", async () => {
  const tab = await opened();
  const where = () => tab.page.evaluate(() => document.activeElement.id || document.activeElement.className);
  await tab.page.focus("#before");
  await tab.page.keyboard.press("Tab");
  assert.match(await where(), /cm-content/);
  await tab.page.keyboard.press("Tab");
  assert.equal(await where(), "after");
  await tab.page.keyboard.press("Shift+Tab");
  assert.match(await where(), /cm-content/);
  await tab.page.keyboard.press("Escape");
  assert.equal(await where(), "cell");
  await tab.page.keyboard.press("Tab");
  assert.match(await where(), /cm-content/);
  assert.deepEqual(await tab.page.evaluate("heard.changes"), []);
  await tab.close();
});

test("what is typed is heard, and Ctrl-Enter runs it", async () => {
  const tab = await opened();
  await tab.page.click(".cm-content");
  await tab.page.keyboard.press("Control+End");
  await tab.page.keyboard.type("\nx'*x");
  await tab.page.keyboard.press("Control+Enter");
  const text = await tab.page.evaluate("editor.text()");
  assert.match(text, /\nx'\*x$/);
  assert.equal(await tab.page.evaluate("heard.changes.at(-1)"), text);
  assert.deepEqual(await tab.page.evaluate("heard.runs"), [text]);
  await tab.page.evaluate("editor.setText('1')");
  assert.equal(await tab.page.evaluate("heard.changes.at(-1)"), text, "the page's own change is not heard");
  await tab.close();
});

test("words are completed from the list, and Escape closes the list before it leaves", async () => {
  const tab = await opened();
  await tab.page.evaluate("editor.setText('')");
  await tab.page.click(".cm-content");
  await tab.page.keyboard.type("logs");
  await tab.page.waitForSelector(".cm-tooltip-autocomplete");
  await tab.page.keyboard.press("Escape");
  assert.equal(await tab.page.$(".cm-tooltip-autocomplete"), null);
  assert.ok(await tab.page.evaluate("editor.view.hasFocus"));
  await tab.page.keyboard.press("Control+Space");
  await tab.page.waitForSelector(".cm-tooltip-autocomplete [aria-selected]");
  await tab.page.waitForTimeout(100);
  assert.deepEqual(await violations(tab.page), []);
  await tab.page.keyboard.press("Enter");
  assert.equal(await tab.page.evaluate("editor.text()"), "logsumexp");
  assert.deepEqual(tab.trouble(), []);
  await tab.close();
});

test("a symbol is typed by its name", async () => {
  const tab = await opened();
  await tab.page.evaluate("editor.setText('')");
  await tab.page.click(".cm-content");
  await tab.page.keyboard.type("x + \\lamb");
  await tab.page.waitForSelector(".cm-tooltip-autocomplete [aria-selected]");
  await tab.page.waitForTimeout(100);
  await tab.page.keyboard.press("Enter");
  assert.equal(await tab.page.evaluate("editor.text()"), "x + λ");
  await tab.close();
});

test("a mistake is underlined at its place, also behind letters of several bytes", async () => {
  const tab = await opened();
  await tab.page.waitForSelector(".cm-lintRange-error");
  assert.equal(await tab.page.textContent(".cm-lintRange-error"), "lamda");
  await tab.page.click(".cm-content");
  await tab.page.keyboard.press("Control+Home");
  await tab.page.keyboard.press("F8");
  await tab.page.waitForSelector(".cm-diagnostic");
  assert.equal(await tab.page.textContent(".cm-diagnostic"), "there is no lamda here\ndid you mean lambda?");
  await tab.page.evaluate("editor.setText('let a = 1')");
  await until(() => tab.page.$$eval(".cm-lintRange-error", (e) => e.length), (n) => n === 0, { what: "marks" });
  assert.deepEqual(tab.trouble(), []);
  await tab.close();
});
