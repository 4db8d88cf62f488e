// Every page of the Lab in light, dark and phone view: nothing on the console, nothing asked from elsewhere, nothing
// for axe to find, nothing wider than the window; links lead somewhere; motion can be turned off.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { folder, launch, openPage, overhang, startLab, until, VIEWS, violations } from "./harness.mjs";

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

/** Paths of the Lab's own pages that a page links to. */
const links = (page) =>
  page.$$eval("a[href]", (all) =>
    all.map((a) => new URL(a.href)).filter((u) => u.origin === location.origin).map((u) => u.pathname + u.search));

/** Every page that can be reached by links, the map first. */
async function reachable(tab) {
  const seen = new Set(["/", "/workbench"]);
  const waiting = [...seen];
  while (waiting.length > 0) {
    const path = waiting.shift();
    const answer = await tab.visit(path);
    assert.equal(answer.status(), 200, path);
    if (!answer.headers()["content-type"]?.startsWith("text/html")) continue;
    for (const next of await links(tab.page)) {
      if (!seen.has(next)) {
        seen.add(next);
        waiting.push(next);
      }
    }
  }
  return [...seen];
}

test("every link leads to a page, and lessons are among them", async () => {
  const tab = await openPage(browser, lab);
  const paths = await reachable(tab);
  assert.ok(paths.some((p) => p.startsWith("/lesson/")), paths.join(" "));
  assert.deepEqual(tab.trouble(), []);
  await tab.close();
});

for (const [name, view] of Object.entries(VIEWS)) {
  test(`every page is in order in the ${name} view`, async (t) => {
    const tab = await openPage(browser, lab, view);
    for (const path of await reachable(tab)) {
      await t.test(path, async () => {
        await tab.visit(path);
        if (!(await tab.page.$("main"))) return;
        // Figures and cells answer over the socket after the page itself is there.
        await tab.page.waitForTimeout(500);
        assert.deepEqual(await violations(tab.page), []);
        assert.ok((await overhang(tab.page)) <= 0, `${await overhang(tab.page)} px wider than the window`);
        assert.equal(await tab.page.$$eval("h1", (all) => all.length), 1, "one h1");
        assert.notEqual((await tab.page.title()).trim(), "");
      });
    }
    assert.deepEqual(tab.trouble(), []);
    await tab.close();
  });
}

test("nothing moves by itself for those who asked for that", async () => {
  const tab = await openPage(browser, lab, { reducedMotion: "reduce" });
  for (const path of await reachable(tab)) {
    await tab.visit(path);
    await tab.page.waitForTimeout(300);
    const moving = await tab.page.evaluate(() =>
      document.getAnimations().filter((a) => a.playState === "running" && a.effect.getTiming().duration > 10).length);
    assert.equal(moving, 0, path);
  }
  await tab.close();
});

test("the list of sections says which one is read", async () => {
  const tab = await openPage(browser, lab);
  for (const path of (await reachable(tab)).filter((p) => p.startsWith("/lesson/"))) {
    await tab.visit(path);
    const links = tab.page.locator("nav.sections a");
    const count = await links.count();
    if (count === 0) continue;
    const current = () => tab.page.locator('nav.sections a[aria-current="location"]').allTextContents();
    assert.deepEqual(await current(), [], "above the first section none is read");
    for (const k of [0, Math.floor(count / 2), count - 1]) {
      const words = await links.nth(k).textContent();
      await links.nth(k).click();
      await until(current, (now) => now.length === 1 && now[0] === words, { what: `the section after ${words}` });
      // It stays in sight beside the text.
      assert.ok(await links.nth(k).isVisible());
    }
  }
  await tab.close();
});

test("without its token the Lab shows nothing", async () => {
  const tab = await openPage(browser, { origin: lab.origin });
  const answer = await tab.visit("/");
  assert.ok(answer.status() >= 400, `status ${answer.status()}`);
  await tab.close();
});

test("the button changes the theme, and the choice is kept", async () => {
  const tab = await openPage(browser, lab);
  await tab.visit("/");
  const paper = () => tab.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await tab.page.click("button.theme");
  const dark = await paper();
  assert.notEqual(dark, light);
  await tab.page.reload();
  assert.equal(await paper(), dark);
  assert.deepEqual(await violations(tab.page), []);
  await tab.close();
});

test("search finds a topic by the keyboard alone", async () => {
  const tab = await openPage(browser, lab);
  await tab.visit("/");
  await tab.page.keyboard.press("/");
  await tab.page.keyboard.type("gradient");
  await tab.page.waitForSelector('[role="listbox"] [role="option"][data-address]');
  await tab.page.keyboard.press("ArrowDown");
  assert.deepEqual(await violations(tab.page), []);
  const there = await tab.page.getAttribute('[role="option"][aria-selected="true"]', "data-address");
  await tab.page.keyboard.press("Enter");
  await tab.page.waitForURL((url) => url.pathname + url.hash === there || url.pathname === there.replace(/#.*/, ""));
  assert.deepEqual(tab.trouble(), []);
  await tab.close();
});
