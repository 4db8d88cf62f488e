// A document of the workbench in a test: opened, written in, and read from the page and from the disk.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { openPage, until } from "./harness.mjs";

/** The text of a file below the Lab's folder; null where there is none. */
export function onDisk(dir, name) {
  try {
    return readFileSync(join(dir, name), "utf8");
  } catch {
    return null;
  }
}

/** Waits until a file says `text`, or something that `text` takes. */
export const saved = (dir, name, text) =>
  until(() => onDisk(dir, name), typeof text === "function" ? text : (now) => now === text, { what: name });

/** A document on a page of the Lab; `tab` is the page's, if one is there. */
export async function openDocument(browser, lab, name, { view, tab } = {}) {
  const here = tab ?? (await openPage(browser, lab, view));
  await here.visit(`/open?path=${encodeURIComponent(name)}`);
  return bench(here);
}

/** What a test does with a document that is open on `tab`. */
export async function bench(tab) {
  const { page } = tab;
  await page.waitForSelector(".document[data-ready]");
  const cell = (id) => page.locator(`section.cell[data-cell="${id}"]`);
  const it = {
    ...tab, cell,
    /** The names of the cells in their order. */
    order: () => page.$$eval("section.cell", (all) => all.map((one) => one.dataset.cell).join(" ")),
    state: (id) => cell(id).getAttribute("data-state"),
    words: (id) => cell(id).locator(".state").textContent(),
    answer: (id) => cell(id).locator(".output").textContent(),
    /** Waits until a cell stands so. */
    stands: (id, state) => until(() => it.state(id), (now) => now === state, { what: `the state of ${id}` }),
    /** Runs all, and waits until nothing is at work. */
    async run() {
      await page.click(".bench button.run");
      await it.idle();
    },
    idle: () => page.waitForFunction(() =>
      !document.querySelector(".bench[data-busy]") && !document.querySelector('section.cell:is([data-state="running"], [data-state="pending"], [data-state="stale"])')),
    /** Puts a text in place of the source of a cell, by the keyboard. */
    async write(id, text) {
      await cell(id).locator(".source").click();
      await cell(id).locator(".cm-content").waitFor();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText(text);
    },
    /** Puts a text in place of Markdown. */
    async writeText(id, text) {
      await cell(id).focus();
      await page.keyboard.press("Enter");
      await cell(id).locator("textarea").fill(text);
      await page.keyboard.press("Escape");
    },
    /** What has the focus: the name of a cell or a button. */
    focus: () => page.evaluate(() => {
      const at = document.activeElement;
      return at.closest("section.cell") === at ? at.dataset.cell : at.getAttribute("aria-label") ?? at.textContent.trim();
    }),
    /** From now on, which cells begin to run. */
    watch: () => page.evaluate(() => {
      window.ran = [];
      window.watching?.disconnect();
      window.watching = new MutationObserver((all) => {
        for (const { target } of all) {
          if (target.dataset.state === "running" && window.ran.at(-1) !== target.dataset.cell) window.ran.push(target.dataset.cell);
        }
      });
      window.watching.observe(document.querySelector("main"), { subtree: true, attributeFilter: ["data-state"] });
    }),
    ran: () => page.evaluate("window.ran"),
  };
  return it;
}
