// The cells of a lesson: written in, run, kept in this browser, and brought back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { folder, launch, openPage, startLab, until, violations } from "./harness.mjs";

const LESSON = "/lesson/calculus/partial-derivatives-and-gradients";

let browser;
let lab;
let place;

before(async () => {
  place = folder();
  lab = await startLab(place.path);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await lab?.stop();
  place?.remove();
});

/** The lesson with all of its cells run, and what a test does with its first. */
async function opened() {
  const tab = await openPage(browser, lab);
  const { page } = tab;
  const settled = () => until(
    () => page.$$eval("section.cell[data-cell]", (all) => all.map((one) => one.dataset.state)),
    (states) => states.length > 0 && states.every((state) => state === "done"), { what: "the cells" });
  const visit = async () => {
    await tab.visit(LESSON);
    await settled();
  };
  await visit();
  const first = page.locator("section.cell[data-cell]").first();
  return { ...tab, visit, settled, first, write: async (text) => {
    await first.locator(".source").click();
    await first.locator(".cm-content").waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(text);
  } };
}

test("a lesson's cell is edited, kept over a reload, and reset to the lesson's own text", async () => {
  const tab = await opened();
  const { page, first } = tab;
  const source = () => first.locator(".source").evaluate((box) => box.querySelector(".cm-content, code").textContent.trim());
  const original = await source();
  const reset = first.locator("button.reset");
  assert.ok(await reset.isHidden());
  await tab.write("zz = 41 + 1");
  await until(() => first.locator(".output").textContent(), (text) => text.includes("42") || text.includes("41"), { what: "the answer" });
  assert.deepEqual(await violations(page), []);
  await page.reload();
  await until(source, (text) => text === "zz = 41 + 1", { what: "the kept text" });
  await until(() => first.locator(".output").textContent(), (text) => text.includes("42") || text.includes("41"), { what: "the answer" });
  await reset.click();
  await tab.settled();
  assert.equal((await source()).replace(/\s+/g, " "), original.replace(/\s+/g, " "));
  assert.ok(await reset.isHidden());
  assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY");
  await page.reload();
  await tab.settled();
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("cell:")).length), 0);
  assert.deepEqual(tab.trouble(), []);
  await tab.close();
});

test("a mistake in a lesson's cell is told, and Escape leaves the editor", async () => {
  const tab = await opened();
  await tab.write("f = (1 +");
  await until(() => tab.first.getAttribute("data-state"), (state) => state === "error", { what: "the state" });
  assert.equal(await tab.first.locator(".state").textContent(), "a mistake");
  await tab.page.keyboard.press("Escape");
  assert.equal(await tab.first.evaluate((cell) => cell === document.activeElement), true);
  assert.deepEqual(await violations(tab.page), []);
  assert.deepEqual(tab.trouble(), []);
  await tab.close();
});

test("the script of the cells is loaded where there are cells, the editor where somebody writes", async () => {
  const tab = await openPage(browser, lab);
  const asked = [];
  tab.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await tab.visit("/");
  assert.ok(!asked.includes("/assets/cells.js"));
  await tab.visit(LESSON);
  await tab.page.waitForSelector("section.cell .foot");
  assert.ok(asked.includes("/assets/cells.js"));
  assert.ok(!asked.includes("/assets/editor.js"));
  await tab.page.locator("section.cell .source").first().click();
  await tab.page.waitForSelector(".cm-content");
  assert.ok(asked.includes("/assets/editor.js"));
  await tab.close();
});
