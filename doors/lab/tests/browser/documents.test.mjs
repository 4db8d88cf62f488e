// Documents as files: made, saved by themselves, there again after a crash, never destroyed by a second window, exported.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { bench, onDisk, openDocument, saved } from "./document.mjs";
import { folder, launch, openPage, startLab, until, violations } from "./harness.mjs";

const TEXT = "# Least squares\n\nWhat λ does, in ten lines.\n";

const STUDY = "# A study\n\nWith $x^2$.\n\n```gr id=f\nf = (x - 1)^2\n```\n\n```gr id=slope\nderive f wrt x\n```\n\n```derivation id=d\n(x - 1)^2\n= x^2 - 2*x + 1\n```\n";

let browser;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

/** A Lab over a folder of its own for one test, ended with it. `files` are there at the beginning. */
async function fresh(t, files = {}, ...options) {
  const place = folder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place.path, name), text);
  const it = { dir: place.path, lab: await startLab(place.path, ...options) };
  t.after(async () => {
    await it.lab.stop();
    place.remove();
  });
  return it;
}

async function make(tab, name) {
  await tab.visit("/workbench");
  await tab.page.fill("#new-name", name);
  await tab.page.click("form.new button");
  await tab.page.waitForURL(/\/open\?path=/);
  return bench(tab);
}

/** A port that nobody listens on. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return String(port);
}

test("a document is made, saved as one writes, and found again", async (t) => {
  const { dir, lab } = await fresh(t);
  const doc = await make(await openPage(browser, lab), "least squares");
  await doc.writeText("p1", TEXT.trim());
  await saved(dir, "least squares.gr.md", TEXT);
  assert.deepEqual(await violations(doc.page), []);
  await doc.visit("/workbench");
  assert.match(await doc.page.textContent(".documents li"), /least squares.*0 cells.*today/s);
  await doc.page.click("text=least squares");
  await bench(doc);
  assert.equal(await doc.page.textContent(".prose h2"), "Least squares");
  assert.deepEqual(doc.trouble(), []);
  await doc.close();
});

test("what nobody touched keeps its bytes", async (t) => {
  const odd = "\n\n# Odd *but* valid\n\n~~~~ gr\nf = x^2\n~~~~\n\n\n\n   ``` derivation id=d  \n(x+1)^2\n= x^2+2*x+1\n   ```\ntext at once  \n```gr id=last extra\nh = f\n```";
  const files = { "odd.gr.md": odd, "crlf.gr.md": odd.replaceAll("\n", "\r\n") };
  const { dir, lab } = await fresh(t, files);
  const tab = await openPage(browser, lab);
  for (const name of Object.keys(files)) {
    const doc = await openDocument(browser, lab, name, { tab });
    await doc.write("last", "h = f + 1");
    await saved(dir, name, files[name].replace("h = f", "h = f + 1"));
    await doc.writeText("p1", "# Odd *and* valid");
    await saved(dir, name, files[name].replace("h = f", "h = f + 1").replace("but", "and"));
  }
  assert.deepEqual(tab.trouble(), []);
  await tab.close();
});

test("a document outlives a kill -9, and so does what was not saved yet", async (t) => {
  const port = await freePort();
  const it = await fresh(t, { "kept.gr.md": "# Kept\n\n```gr id=f\nf = 1\n```\n" }, "--port", port);
  const doc = await openDocument(browser, it.lab, "kept.gr.md");
  await doc.write("f", "f = 22");
  await saved(it.dir, "kept.gr.md", (text) => text.includes("f = 22"));
  await it.lab.kill();
  await doc.page.keyboard.type("33");
  await doc.page.waitForSelector('.notice.failed[role="alert"]');
  assert.match(await doc.page.textContent(".saved"), /Not saved/);
  assert.match(onDisk(it.dir, "kept.gr.md"), /f = 22\n/);
  assert.deepEqual(await violations(doc.page), []);
  // The window goes too, and both come back.
  await doc.page.close({ runBeforeUnload: false });
  it.lab = await startLab(it.dir, "--port", port);
  const page = await doc.context.newPage();
  await page.goto(it.lab.address);
  await page.waitForSelector("main");
  await page.goto(`${it.lab.origin}/open?path=kept.gr.md`);
  await page.waitForSelector(".notice.kept");
  assert.match(await page.textContent(".notice.kept"), /today.*was not saved/s);
  assert.deepEqual(await violations(page), []);
  await page.click("text=Put it back");
  await saved(it.dir, "kept.gr.md", "# Kept\n\n```gr id=f\nf = 2233\n```\n");
  await until(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("draft:")).length), (n) => n === 0, { what: "drafts" });
  await page.close();
  await doc.close();
});

test("a window that outlives its server saves when there is one again", async (t) => {
  const port = await freePort();
  const it = await fresh(t, { "d.gr.md": "# D\n" }, "--port", port);
  const doc = await openDocument(browser, it.lab, "d.gr.md");
  await it.lab.kill();
  await doc.writeText("p1", "# More");
  await doc.page.waitForSelector(".notice.failed");
  it.lab = await startLab(it.dir, "--port", port);
  const other = await doc.context.newPage();
  await other.goto(it.lab.address);
  await other.waitForSelector("main");
  await saved(it.dir, "d.gr.md", "# More\n");
  await doc.page.waitForSelector(".notice.failed", { state: "detached" });
  assert.equal(await doc.page.textContent(".saved"), "Saved");
  await doc.close();
});

test("Ctrl-C saves what was just written, and ends with status 0", async (t) => {
  const { dir, lab } = await fresh(t);
  const doc = await make(await openPage(browser, lab), "last words");
  await doc.page.waitForTimeout(300);
  await doc.writeText("p1", TEXT.trim());
  assert.equal(await lab.stop(), 0);
  assert.equal(onDisk(dir, "last words.gr.md"), TEXT);
  await doc.close();
});

test("what was just written is there when the page is loaded again at once", async (t) => {
  const { dir, lab } = await fresh(t, { "d.gr.md": "# D\n" });
  const doc = await openDocument(browser, lab, "d.gr.md");
  await doc.writeText("p1", "# Last letter");
  await doc.page.reload();
  await saved(dir, "d.gr.md", "# Last letter\n");
  await until(() => doc.page.textContent(".prose h2").catch(() => ""), (text) => text === "Last letter", { what: "the page" });
  assert.equal(await doc.page.$(".notice"), null);
  await doc.close();
});

test("of two windows the later is told of the earlier, and both texts are kept", async (t) => {
  const { dir, lab } = await fresh(t, { "shared.gr.md": "# Shared\n" });
  const first = await openDocument(browser, lab, "shared.gr.md");
  const second = await openDocument(browser, lab, "shared.gr.md");
  await first.writeText("p1", "# First");
  await saved(dir, "shared.gr.md", "# First\n");
  await second.writeText("p1", "# Second");
  await second.page.waitForSelector('.notice.conflict[role="alert"]');
  assert.deepEqual(await violations(second.page), []);
  assert.equal(onDisk(dir, "shared.gr.md"), "# First\n");
  // What is written after that is kept too.
  await second.writeText("p1", "# Second, and more");
  await second.page.click("text=Show the other");
  await second.page.waitForSelector(".notice.kept");
  assert.equal(await second.page.textContent(".prose h2"), "First");
  await second.page.click("text=Put it back");
  await saved(dir, "shared.gr.md", "# Second, and more\n");
  await first.writeText("p1", "# Third");
  await first.page.waitForSelector(".notice.conflict");
  await first.page.click("text=Keep mine as a copy");
  await first.page.waitForURL(/copy/);
  const copy = new URL(first.page.url()).searchParams.get("path");
  assert.equal(onDisk(dir, copy), "# Third\n");
  assert.equal(onDisk(dir, "shared.gr.md"), "# Second, and more\n");
  await first.close();
  await second.close();
});

test("a window that comes back shows what was written elsewhere", async (t) => {
  const { dir, lab } = await fresh(t, { "d.gr.md": "# Before\n" });
  const doc = await openDocument(browser, lab, "d.gr.md");
  writeFileSync(join(dir, "d.gr.md"), "# By an editor\n");
  await doc.page.evaluate(() => dispatchEvent(new Event("focus")));
  await until(() => doc.page.textContent(".prose h2").catch(() => ""), (text) => text === "By an editor", { what: "the page" });
  assert.deepEqual(doc.trouble(), []);
  await doc.close();
});

test("markup in a document is text, and a document opens inert", async (t) => {
  const { lab } = await fresh(t, { "odd.gr.md":
    "# <script>window.ran = 1</script>\n\n<img src=x onerror='window.ran = 2'>\n\n[a](javascript:window.ran=3)\n\n```gr\n</pre><script>window.ran = 4</script>\n```\n" });
  const doc = await openDocument(browser, lab, "odd.gr.md");
  await doc.run();
  await doc.writeText("p1", "<img src=x onerror='window.ran = 5'> <b onclick=1>b</b>");
  await doc.page.waitForTimeout(300);
  assert.equal(await doc.page.evaluate("window.ran"), undefined);
  assert.equal(await doc.page.$("main img, main script, main b"), null);
  assert.deepEqual(doc.trouble(), []);
  await doc.close();
});

/** Chooses an export, and gives the file's name and text. */
async function exported(doc, words) {
  await doc.page.click(".bench >> text=Export");
  const [download] = await Promise.all([doc.page.waitForEvent("download"), doc.page.click(`[role=menuitem]:has-text("${words}")`)]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}

test("answers are there again in the next run of the Lab, and nothing has run for them", async (t) => {
  const it = await fresh(t, { "study.gr.md": STUDY });
  const doc = await openDocument(browser, it.lab, "study.gr.md");
  await doc.run();
  const answer = await doc.answer("slope");
  assert.match(answer, /x/);
  assert.deepEqual(doc.trouble(), []);
  await doc.close();
  await it.lab.stop();
  it.lab = await startLab(it.dir);
  const again = await openDocument(browser, it.lab, "study.gr.md");
  await again.watch();
  await again.stands("slope", "done");
  assert.equal(await again.answer("slope"), answer);
  assert.deepEqual(await again.ran(), []);
  assert.equal(onDisk(it.dir, "study.gr.md"), STUDY, "nothing of it is in the file");
  assert.deepEqual(again.trouble(), []);
  await again.close();
});

test("an exported page opens alone and has the answers", async (t) => {
  const { lab } = await fresh(t, { "study.gr.md": STUDY });
  const doc = await openDocument(browser, lab, "study.gr.md");
  const { name, text } = await exported(doc, "HTML");
  assert.equal(name, "study.html");
  await doc.context.setOffline(true);
  const alone = await doc.context.newPage();
  const trouble = [];
  alone.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
  alone.on("request", (request) => /^(?:data|about|blob):/.test(request.url()) || trouble.push(request.url()));
  await alone.setContent(text);
  assert.equal(await alone.textContent("h1"), "A study");
  assert.match(await alone.textContent("main"), /proved/);
  const slope = await alone.locator('[data-cell="slope"] math').first().textContent();
  assert.match(slope, /x/);
  assert.deepEqual(await violations(alone), []);
  assert.deepEqual(trouble, []);
  await doc.context.setOffline(false);
  await doc.close();
});

test("an exported notebook is valid JSON with NumPy in it, and the file itself is the file", async (t) => {
  const { dir, lab } = await fresh(t, { "study.gr.md": STUDY });
  const doc = await openDocument(browser, lab, "study.gr.md");
  const { name, text } = await exported(doc, "Jupyter");
  assert.equal(name, "study.ipynb");
  const notebook = JSON.parse(text);
  assert.equal(notebook.nbformat, 4);
  const code = notebook.cells.filter((cell) => cell.cell_type === "code").map((cell) => [cell.source].flat().join(""));
  assert.ok(code.some((source) => /import numpy as np/.test(source)), code.join("\n---\n"));
  assert.ok(notebook.cells.some((cell) => cell.cell_type === "markdown"));
  const itself = await exported(doc, "file itself");
  assert.deepEqual(itself, { name: "study.gr.md", text: onDisk(dir, "study.gr.md") });
  assert.deepEqual(doc.trouble(), []);
  await doc.close();
});
