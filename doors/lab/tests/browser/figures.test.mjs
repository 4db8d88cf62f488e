// Every live figure of every lesson, moved in each way that a hand has: mouse, finger, arrow keys, number field, click.
// The handle moves at once, before the engine has answered; the description follows.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { folder, launch, openPage, startLab, until, VIEWS } from "./harness.mjs";

let browser;
let lab;
let place;
let lessons;

before(async () => {
  place = folder();
  lab = await startLab(place.path);
  browser = await launch();
  const tab = await openPage(browser, lab);
  await tab.visit("/");
  const all = await tab.page.$$eval('a[href^="/lesson/"]', (links) => links.map((a) => a.getAttribute("href").replace(/#.*/, "")));
  lessons = [...new Set(all)];
  await tab.close();
});

after(async () => {
  await browser?.close();
  await lab?.stop();
  place?.remove();
});

/** Opens each lesson and does something with each of its figures that has a handle. */
async function everyFigure(t, view, act) {
  let count = 0;
  for (const lesson of lessons) {
    const tab = await openPage(browser, lab, view);
    await tab.visit(lesson);
    const figures = tab.page.locator("figure.live");
    const total = await figures.count();
    for (let k = 0; k < total; k += 1) {
      const figure = figures.nth(k);
      const name = await figure.getAttribute("data-figure");
      await t.test(`${name} in ${lesson}`, async () => {
        await figure.scrollIntoViewIfNeeded();
        await figure.locator(".kit-stage").waitFor();
        await figure.scrollIntoViewIfNeeded();
        // What the page said when it was opened is the pages' test.
        tab.forgive();
        await act(tab.page, figure);
        assert.deepEqual(tab.trouble(), []);
      });
      count += 1;
    }
    await tab.close();
  }
  assert.ok(count > 0, "there is no live figure");
}

const description = (figure) => () => figure.locator(".kit-description").textContent();
const standing = (handle) => handle.getAttribute("transform");

async function middle(handle) {
  const box = await handle.locator(".kit-ring").boundingBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** Goes on until the description has changed, and says so if it never does. */
const told = (figure, before) => until(description(figure), (now) => now !== before, { what: "the description" });

test("arrow keys move every handle", async (t) => {
  await everyFigure(t, {}, async (page, figure) => {
    const handles = figure.locator('.kit-handle[role="slider"]');
    for (let k = 0; k < (await handles.count()); k += 1) {
      const handle = handles.nth(k);
      const before = await until(description(figure), (words) => words !== "", { what: "the description" });
      await handle.focus();
      // In the one task of the key, so that no answer of the engine can have come between.
      const moved = await handle.evaluate((node) => {
        const state = () => [node.getAttribute("transform"), node.getAttribute("aria-valuetext")];
        const [place, value] = state();
        for (const key of ["ArrowRight", "ArrowRight", "ArrowUp"]) {
          node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        }
        const [otherPlace, otherValue] = state();
        return [place !== otherPlace, value !== otherValue];
      });
      assert.deepEqual(moved, [true, true], "the handle's place and its spoken value");
      await page.keyboard.press("Shift+ArrowLeft");
      await told(figure, before);
    }
  });
});

test("the mouse drags every handle, which stays under it", async (t) => {
  await everyFigure(t, {}, async (page, figure) => {
    const handles = figure.locator('.kit-handle[role="slider"]');
    for (let k = 0; k < (await handles.count()); k += 1) {
      const handle = handles.nth(k);
      const before = await until(description(figure), (words) => words !== "", { what: "the description" });
      const [x, y] = await middle(handle);
      const start = await standing(handle);
      await page.mouse.move(x, y);
      await page.mouse.down();
      for (let step = 1; step <= 8; step += 1) await page.mouse.move(x + 3 * step, y - 2 * step);
      await page.mouse.up();
      assert.notEqual(await standing(handle), start, "the handle's place");
      await told(figure, before);
    }
  });
});

test("a finger drags a handle on a phone, and the page does not scroll with it", async (t) => {
  await everyFigure(t, VIEWS.phone, async (page, figure) => {
    const handle = figure.locator('.kit-handle[role="slider"]').first();
    const before = await until(description(figure), (words) => words !== "", { what: "the description" });
    const [x, y] = await middle(handle);
    const [start, scrolled] = [await standing(handle), await page.evaluate("scrollY")];
    const finger = await page.context().newCDPSession(page);
    const touch = (type, touchPoints) => finger.send("Input.dispatchTouchEvent", { type, touchPoints });
    await touch("touchStart", [{ x, y }]);
    for (let step = 1; step <= 8; step += 1) await touch("touchMove", [{ x: x + 2 * step, y: y - 5 * step }]);
    await touch("touchEnd", []);
    assert.notEqual(await standing(handle), start, "the handle's place");
      await told(figure, before);
  });
});

test("a number moves the handle that it belongs to", async (t) => {
  await everyFigure(t, {}, async (page, figure) => {
    const field = figure.locator('input[type="number"]').first();
    const before = await until(description(figure), (words) => words !== "", { what: "the description" });
    const [low, high, now] = await field.evaluate((f) => [Number(f.min), Number(f.max), Number(f.value)]);
    const other = (now - low) / (high - low) > 0.5 ? low + 0.3 * (high - low) : low + 0.7 * (high - low);
    await field.fill(other.toFixed(2));
    await field.press("Enter");
    await told(figure, before);
  });
});

test("a click puts the nearest handle there", async (t) => {
  await everyFigure(t, { reducedMotion: "reduce" }, async (page, figure) => {
    const handle = figure.locator('.kit-handle[role="slider"]').first();
    const before = await until(description(figure), (words) => words !== "", { what: "the description" });
    const [x, y] = await middle(handle);
    await page.mouse.click(x + 30, y - 25);
    await told(figure, before);
  });
});
