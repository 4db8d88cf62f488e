// Every live figure of every lesson, moved in each way that a hand has: mouse, finger, arrow keys, number field, click, and
// let run by itself. The handle moves at once, before the engine has answered; the description follows. In both themes, with
// less motion, and without JavaScript.
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
    assert.equal(await page.evaluate("scrollY"), scrolled, "the page has scrolled");
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
  await everyFigure(t, {}, async (page, figure) => {
    const handle = figure.locator('.kit-handle[role="slider"]').first();
    const before = await until(description(figure), (words) => words !== "", { what: "the description" });
    const [x, y] = await middle(handle);
    await page.mouse.click(x + 20, y + 15);
    await told(figure, before);
  });
});

test("who wants less motion gets none: a click places at once, and what could play goes a step", async (t) => {
  await everyFigure(t, { reducedMotion: "reduce" }, async (page, figure) => {
    const handle = figure.locator('.kit-handle[role="slider"]').first();
    await until(description(figure), (words) => words !== "", { what: "the description" });
    const [x, y] = await middle(handle);
    const start = await standing(handle);
    // In one task: nothing has glided when the click is over.
    await page.evaluate(([px, py]) => {
      document.elementFromPoint(px, py).dispatchEvent(new MouseEvent("click", { clientX: px, clientY: py, bubbles: true }));
    }, [x + 20, y + 15]);
    assert.notEqual(await standing(handle), start, "the handle's place");
    const button = figure.locator(".kit-play").first();
    if ((await button.count()) === 0) return;
    assert.match(await button.getAttribute("aria-label"), /^Next step: /);
    const slider = figure.locator('.kit-control:has(.kit-play) input[type="range"]').first();
    await slider.evaluate((s) => {
      s.value = s.min;
      s.dispatchEvent(new Event("input", { bubbles: true }));
    });
    const step = Number(await slider.getAttribute("step"));
    const low = Number(await slider.inputValue());
    await button.press("Enter");
    assert.ok(Math.abs(Number(await slider.inputValue()) - low - step) < 1e-9, "one step");
    await page.waitForTimeout(200);
    assert.ok(Math.abs(Number(await slider.inputValue()) - low - step) < 1e-9, "still one step");
  });
});

test("a figure plays from the keyboard, is drawn on its way, and a hand stops it", async (t) => {
  let players = 0;
  await everyFigure(t, {}, async (page, figure) => {
    const button = figure.locator(".kit-play").first();
    if ((await button.count()) === 0) return;
    players += 1;
    const slider = figure.locator('.kit-control:has(.kit-play) input[type="range"]').first();
    const value = async () => Number(await slider.inputValue());
    await slider.evaluate((s) => {
      s.value = s.min;
      s.dispatchEvent(new Event("input", { bubbles: true }));
    });
    const before = await until(description(figure), (words) => words !== "", { what: "the description" });
    const low = await value();
    await button.focus();
    await page.keyboard.press("Enter");
    assert.match(await button.getAttribute("aria-label"), /^Pause: /);
    await until(value, (now) => now > low, { what: "what plays" });
    await told(figure, before);
    await page.keyboard.press("Space");
    assert.match(await button.getAttribute("aria-label"), /^Play: /);
    const paused = await value();
    await page.waitForTimeout(150);
    assert.equal(await value(), paused, "it is paused");
    await page.keyboard.press("Enter");
    await until(value, (now) => now > paused, { what: "what plays on" });
    await slider.press("ArrowLeft");
    assert.match(await button.getAttribute("aria-label"), /^Play: /, "the slider's key has stopped it");
  });
  assert.ok(players >= 2, `${players} figures play`);
});

test("the theme's button draws every figure anew in the other colours", async (t) => {
  await everyFigure(t, {}, async (page, figure) => {
    await figure.locator(".kit-layers > *").first().waitFor();
    // The colour in the middle of every canvas, and of every kind of text.
    const colours = () => figure.evaluate((node) => {
      const canvas = [...node.querySelectorAll("canvas")].map((c) => {
        const { width, height } = c;
        return [...c.getContext("2d").getImageData(width / 2, height / 2, 1, 1).data].join(" ");
      });
      const text = [...node.querySelectorAll(".kit-layers text")].map((label) => getComputedStyle(label).fill);
      return { canvas, text: [...new Set(text)].sort() };
    });
    const first = await colours();
    await page.click("button.theme");
    const other = await until(colours, (now) => now.text.join() !== first.text.join(), { what: "the colours" });
    assert.equal(other.canvas.length, first.canvas.length);
    other.canvas.forEach((c, k) => assert.notEqual(c, first.canvas[k], `canvas ${k} in ${c}`));
    await page.click("button.theme");
    await until(colours, (now) => JSON.stringify(now) === JSON.stringify(first), { what: "the colours" });
  });
});

test("text is drawn by the shipped fonts, as wide as the layout takes it to be", async (t) => {
  await everyFigure(t, {}, async (page, figure) => {
    await page.evaluate(() => document.fonts.ready);
    const [used, families] = await figure.evaluate((node) => {
      const labels = [...node.querySelectorAll(".kit-layers text")];
      return [labels.length, [...new Set(labels.map((l) => getComputedStyle(l).fontFamily.split(",")[0]))]];
    });
    assert.ok(used > 0);
    assert.deepEqual(families, ['"Fira Sans"']);
    // In mathematics one run begins where the one before ends, as the engine measured it.
    const gaps = await figure.evaluate((node) => {
      const out = [];
      for (const f of node.querySelectorAll('.kit-layers text[text-anchor="start"]')) {
        const next = f.nextElementSibling;
        const same = next?.localName === "text" && next.getAttribute("y") === f.getAttribute("y");
        if (f.textContent !== "f" || !same || !next.textContent.startsWith("(") || f.hasAttribute("transform")) continue;
        out.push(Number(next.getAttribute("x")) - Number(f.getAttribute("x")) - f.getComputedTextLength());
      }
      return out;
    });
    for (const gap of gaps) assert.ok(Math.abs(gap) < 0.3, `${gap} pixels between f and what follows`);
  });
});

test("without JavaScript every figure is a picture that says what it shows", async () => {
  const tab = await openPage(browser, lab, { javaScriptEnabled: false });
  for (const lesson of lessons) {
    const answer = await tab.visit(lesson);
    const bytes = (await answer.body()).length;
    assert.ok(bytes < 300_000, `${lesson} has ${bytes} bytes`);
    const pictures = tab.page.locator("figure.live img");
    for (let k = 0; k < (await pictures.count()); k += 1) {
      const picture = pictures.nth(k);
      await picture.scrollIntoViewIfNeeded();
      assert.ok((await picture.getAttribute("alt")).length > 40);
      const box = await picture.boundingBox();
      const wanted = Number(await picture.getAttribute("width")) / Number(await picture.getAttribute("height"));
      assert.ok(Math.abs(box.width / box.height - wanted) < 0.02, "it has its place before it is there");
      const src = await picture.getAttribute("src");
      const drawn = await tab.page.request.get(new URL(src, lab.origin).href);
      assert.equal(drawn.headers()["content-type"], "image/svg+xml");
    }
  }
  tab.forgive();
  await tab.close();
});
