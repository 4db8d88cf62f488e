// Documents: made, written, saved by themselves, there again after a crash, never destroyed by a second window.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { folder, launch, openPage, startLab, until, violations } from "./harness.mjs";

const TEXT = "# Least squares\n\nWhat λ does, in ten lines.\n";

let browser;
let place;
let lab;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

/** A Lab over a folder of its own for one test, ended with it. */
async function fresh(t) {
  place = folder();
  lab = await startLab(place.path);
  t.after(async () => {
    await lab.stop();
    place.remove();
  });
}

const onDisk = (name) => {
  try {
    return readFileSync(join(place.path, name), "utf8");
  } catch {
    return null;
  }
};
const saved = (name, text) => until(() => onDisk(name), (now) => now === text, { what: name });

async function make(tab, name) {
  await tab.visit("/workbench");
  await tab.page.fill("#new-name", name);
  await tab.page.click("form.new button");
  await tab.page.waitForURL(/\/open\?path=/);
  await tab.page.waitForSelector("#source");
}

test("a document is made, saved as one writes, and found again", async (t) => {
  await fresh(t);
  const tab = await openPage(browser, lab);
  await make(tab, "least squares");
  await tab.page.fill("#source", TEXT);
  await saved("least squares.gr.md", TEXT);
  assert.deepEqual(await violations(tab.page), []);
  await tab.visit("/workbench");
  await tab.page.click("text=least squares");
  assert.equal(await tab.page.inputValue("#source"), TEXT);
  assert.deepEqual(tab.trouble(), []);
  await tab.close();
});

test("a document outlives a kill -9, and goes on in the next run", async (t) => {
  await fresh(t);
  const tab = await openPage(browser, lab);
  await make(tab, "kept");
  await tab.page.fill("#source", TEXT);
  await saved("kept.gr.md", TEXT);
  await lab.kill();
  await tab.close();
  lab = await startLab(place.path);
  const again = await openPage(browser, lab);
  await again.visit("/open?path=kept.gr.md");
  assert.equal(await again.page.inputValue("#source"), TEXT);
  await again.page.fill("#source", `${TEXT}More.\n`);
  await saved("kept.gr.md", `${TEXT}More.\n`);
  assert.deepEqual(again.trouble(), []);
  await again.close();
});

test("Ctrl-C saves what was just written, and ends with status 0", async (t) => {
  await fresh(t);
  const tab = await openPage(browser, lab);
  await make(tab, "last words");
  await tab.page.waitForTimeout(300);
  await tab.page.fill("#source", TEXT);
  assert.equal(await lab.stop(), 0);
  assert.equal(onDisk("last words.gr.md"), TEXT);
  await tab.close();
});

test("of two windows the later is told of the earlier", async (t) => {
  await fresh(t);
  const first = await openPage(browser, lab);
  await make(first, "shared");
  const second = await openPage(browser, lab);
  await second.visit("/open?path=shared.gr.md");
  await first.page.fill("#source", TEXT);
  await saved("shared.gr.md", TEXT);
  await second.page.fill("#source", "# Something else\n");
  await second.page.waitForSelector('[role="alert"]');
  assert.deepEqual(await violations(second.page), []);
  assert.equal(onDisk("shared.gr.md"), TEXT);
  await second.page.click("text=Keep mine as a copy");
  await second.page.waitForURL(/copy/);
  assert.equal(await second.page.inputValue("#source"), "# Something else\n");
  assert.equal(onDisk("shared.gr.md"), TEXT);
  await first.close();
  await second.close();
});

test("markup in a document is text, and a document opens inert", async (t) => {
  await fresh(t);
  writeFileSync(join(place.path, "odd.gr.md"),
    "# <script>window.ran = 1</script>\n\n<img src=x onerror='window.ran = 2'>\n\n</textarea><script>window.ran = 3</script>\n");
  const tab = await openPage(browser, lab);
  await tab.visit("/open?path=odd.gr.md");
  await tab.page.waitForTimeout(300);
  assert.equal(await tab.page.evaluate("window.ran"), undefined);
  assert.equal(await tab.page.$("main img, main script"), null);
  assert.deepEqual(tab.trouble(), []);
  await tab.close();
});
