// The workbench: cells that run, stand, stop and are asked; text between them; everything by the keyboard; undo.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { onDisk, openDocument, saved } from "./document.mjs";
import { folder, launch, overhang, startLab, until, VIEWS, violations } from "./harness.mjs";

const CHAIN = `# A chain

\`\`\`gr id=a
f = x^2
\`\`\`

\`\`\`gr id=b
derive f wrt x
\`\`\`

Words between.

\`\`\`gr id=c
g = y^3
\`\`\`

\`\`\`gr id=d
h = f + 1
\`\`\`
`;

let browser;
let lab;
let place;
let number = 0;

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

/** A document of that text on a page of its own. */
async function open(text, view) {
  number += 1;
  const name = `document ${number}.gr.md`;
  writeFileSync(join(place.path, name), text);
  const doc = await openDocument(browser, lab, name, { view });
  return { ...doc, name, file: () => onDisk(place.path, name), saved: (wanted) => saved(place.path, name, wanted) };
}

/** No trouble, and the page is gone. */
async function done(doc) {
  assert.deepEqual(doc.trouble(), []);
  await doc.close();
}

test("a document opens inert; what was run before shows its answers and runs nothing", async () => {
  const doc = await open(CHAIN);
  await doc.page.waitForTimeout(300);
  assert.equal(await doc.words("a"), "not run yet");
  assert.equal(await doc.answer("b"), "");
  await doc.run();
  assert.match(await doc.answer("b"), /2.*x/s);
  await doc.visit(`/open?path=${encodeURIComponent(doc.name)}`);
  await doc.watch();
  await until(() => doc.answer("b"), (text) => /2.*x/s.test(text), { what: "the kept answer" });
  assert.equal(await doc.state("b"), "done");
  assert.deepEqual(await doc.ran(), []);
  await done(doc);
});

test("a change runs again exactly what depends on it", async () => {
  const doc = await open(CHAIN);
  await doc.run();
  await doc.watch();
  await doc.write("a", "f = x^3");
  await until(() => doc.answer("b"), (text) => /3.*x.*2/s.test(text), { what: "the derivative" });
  await doc.idle();
  assert.deepEqual(await doc.ran(), ["a", "b", "d"]);
  await done(doc);
});

test("before anything was run a change only tells what is out of date, and that looks so", async () => {
  const doc = await open(CHAIN);
  await doc.run();
  await doc.visit(`/open?path=${encodeURIComponent(doc.name)}`);
  await doc.stands("b", "done");
  await doc.watch();
  await doc.write("a", "f = x^4");
  await doc.stands("b", "stale");
  assert.equal(await doc.words("b"), "out of date");
  assert.equal(await doc.state("c"), "done");
  assert.match(await doc.answer("b"), /2.*x/s, "the old answer stays");
  const looks = (id) => doc.cell(id).evaluate((one) => {
    const { backgroundImage, color } = getComputedStyle(one.querySelector(".output"));
    return { backgroundImage, color, rule: getComputedStyle(one, "::before").backgroundColor };
  });
  // The rule changes its colour in a moment, not at once.
  await doc.page.waitForTimeout(400);
  const [old, fresh] = [await looks("b"), await looks("c")];
  for (const part of ["backgroundImage", "color", "rule"]) assert.notEqual(old[part], fresh[part], part);
  assert.deepEqual(await violations(doc.page), []);
  assert.deepEqual(await doc.ran(), []);
  await doc.page.keyboard.press("Control+Enter");
  await doc.idle();
  assert.deepEqual(await doc.ran(), ["a", "b", "d"]);
  await done(doc);
});

/** Seconds of work: a regression on the digits, over and over. */
const LONG = `\`\`\`gr id=digits
from @digits
data X : [n, d] = columns("pixel_*") / 16
data Y : [n, k] = one_hot(digit)
var W : [d, k]
let Z = X*W
minimize sum(logsumexp(Z, axis=2)) - sum(Y .* Z) + 1e-9*normfro(W)^2
\`\`\`

\`\`\`gr id=quick
q = 1 + 1
\`\`\`
`;

test("a long cell shows its progress, is stopped, and what waits still waits", async () => {
  const doc = await open(LONG.replace("```\n\n", "solve\n```\n\n"));
  await doc.page.click(".bench button.run");
  const bar = doc.cell("digits").locator("progress");
  await bar.waitFor({ state: "visible" });
  assert.match(await doc.words("digits"), /^running/);
  assert.deepEqual(await violations(doc.page), []);
  const stop = doc.cell("digits").locator("button.stop");
  await stop.focus();
  await doc.page.keyboard.press("Enter");
  await doc.stands("digits", "stopped");
  assert.equal(await doc.words("digits"), "stopped");
  assert.equal(await doc.focus(), "digits", "the focus stays with the cell");
  await bar.waitFor({ state: "hidden" });
  assert.notEqual(await doc.state("quick"), "done");
  assert.deepEqual(await violations(doc.page), []);
  // An edit makes the long run useless, and the rest runs.
  await doc.write("digits", "x = 2");
  await doc.stands("quick", "done");
  assert.equal(await doc.state("digits"), "done");
  await done(doc);
});

test("a mistake is told at its place, and the others run", async () => {
  const doc = await open(CHAIN.replace("y^3", "y^3 +"));
  await doc.run();
  assert.equal(await doc.state("c"), "error");
  assert.equal(await doc.words("c"), "a mistake");
  assert.equal(await doc.state("d"), "done");
  await doc.cell("c").locator(".source").click();
  await doc.page.waitForSelector(".cm-lintRange-error, .cm-lintPoint-error");
  await doc.write("c", "g = y^3");
  await doc.stands("c", "done");
  await done(doc);
});

test("names of the document are completed in its cells", async () => {
  const doc = await open(CHAIN.replace("f = x^2", "fidelity = x^2").replaceAll(" f ", " fidelity "));
  await doc.cell("d").locator(".source").click();
  await doc.cell("d").locator(".cm-content").waitFor();
  await doc.page.keyboard.press("Control+End");
  await doc.page.keyboard.type(" + fid");
  const option = doc.page.locator(".cm-tooltip-autocomplete li", { hasText: "fidelity" });
  await option.waitFor();
  await doc.page.waitForTimeout(150);
  await doc.page.keyboard.press("Enter");
  assert.match(await doc.cell("d").locator(".cm-content").textContent(), /\+ fidelity$/);
  await done(doc);
});

test("what can be asked of a cell is one gesture away, and one step back", async () => {
  const doc = await open(CHAIN);
  await doc.run();
  await doc.cell("a").focus();
  await doc.page.keyboard.press("Control+.");
  const menu = doc.page.locator("[role=menu]");
  await menu.waitFor();
  assert.deepEqual(await violations(doc.page), []);
  const titles = await menu.locator("[role=menuitem]").allTextContents();
  assert.ok(titles.length >= 2, titles.join(" | "));
  await doc.page.keyboard.press("Escape");
  assert.equal(await menu.count(), 0);
  await doc.page.keyboard.press("Enter");
  await menu.locator('[role=menuitem]:has-text("derive f wrt x")').click();
  assert.equal(await doc.order(), "p1 a c1 b p2 c d");
  await doc.stands("c1", "done");
  assert.match(await doc.answer("c1"), /2.*x/s);
  assert.equal(await doc.focus(), "c1");
  await doc.saved((text) => text.includes("derive f wrt x\n```\n\n```gr id=b"));
  await doc.page.keyboard.press("Control+z");
  assert.equal(await doc.order(), "p1 a b p2 c d");
  await doc.saved(CHAIN);
  await done(doc);
});

test("text is written as Markdown and read as text", async () => {
  const doc = await open(CHAIN);
  await doc.cell("p2").locator(".text").dblclick();
  const area = doc.cell("p2").locator("textarea");
  assert.equal(await area.inputValue(), "Words between.");
  assert.deepEqual(await violations(doc.page), []);
  await area.fill("## Then\n\nWords of *weight* and $e^{i\\pi}$.");
  await doc.page.keyboard.press("Escape");
  assert.equal(await doc.focus(), "p2");
  await doc.cell("p2").locator("em").waitFor();
  assert.equal(await doc.cell("p2").locator("h3").textContent(), "Then");
  assert.ok(await doc.cell("p2").locator("math").count());
  await doc.saved(CHAIN.replace("Words between.", "## Then\n\nWords of *weight* and $e^{i\\pi}$."));
  await doc.page.keyboard.press("Control+z");
  await doc.saved(CHAIN);
  await until(() => doc.cell("p2").locator(".text").textContent(), (text) => text.trim() === "Words between.", { what: "the text" });
  await done(doc);
});

test("cells are put in, moved, changed, deleted by the keyboard, the focus is never lost, and all is undone", async () => {
  const doc = await open(CHAIN);
  const { page } = doc;
  await doc.cell("b").focus();
  await page.keyboard.press("Alt+ArrowUp");
  assert.deepEqual([await doc.order(), await doc.focus()], ["p1 b a p2 c d", "b"]);
  await page.keyboard.press("Alt+ArrowDown");
  await page.keyboard.press("Alt+ArrowDown");
  assert.deepEqual([await doc.order(), await doc.focus()], ["p1 a p2 b c d", "b"]);
  await page.keyboard.press("Delete");
  assert.deepEqual([await doc.order(), await doc.focus()], ["p1 a p2 c d", "c"]);
  await page.keyboard.press("ArrowUp");
  assert.equal(await doc.focus(), "p2");
  // The tools of a text are one stop of the Tab key, the row that puts something in is the next.
  await page.keyboard.press("Tab");
  assert.equal(await doc.focus(), "Edit");
  await page.keyboard.press("ArrowRight");
  assert.equal(await doc.focus(), "Move up");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await doc.cell("c1").locator(".cm-content").waitFor();
  await page.keyboard.type("k = 1");
  // A list of completions that is about to open takes the first Escape.
  await page.waitForTimeout(400);
  await page.keyboard.press("Escape");
  assert.deepEqual([await doc.order(), await doc.focus()], ["p1 a p2 c1 c d", "c1"]);
  // First its editor, then its tools.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("End");
  assert.equal(await doc.focus(), "More");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  assert.equal(await doc.cell("c1").getAttribute("data-kind"), "prose");
  assert.equal(await doc.focus(), "c1");
  await doc.saved((text) => text.includes("k = 1") && !text.includes("derive"));
  // insertion, writing, change of kind, deletion, three moves
  for (let k = 0; k < 7; k += 1) {
    await page.keyboard.press("Control+z");
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY");
  }
  assert.equal(await doc.order(), "p1 a b p2 c d");
  await doc.saved(CHAIN);
  await page.keyboard.press("Control+Shift+z");
  assert.equal(await doc.order(), "p1 b a p2 c d");
  await done(doc);
});

test("a deleted cell comes back by the button that says so", async () => {
  const doc = await open(CHAIN);
  await doc.cell("c").hover();
  await doc.cell("c").locator('button[aria-label="Delete"]').click();
  assert.match(await doc.page.textContent("#status"), /Cell 5 is deleted/);
  assert.deepEqual(await violations(doc.page), []);
  await doc.page.click("#status button");
  assert.equal(await doc.order(), "p1 a b p2 c d");
  assert.equal(await doc.focus(), "c");
  await done(doc);
});

test("a data file that is dropped lies beside the document, and a cell reads it", async () => {
  const doc = await open(CHAIN);
  const drop = (name, text) => doc.page.evaluate(([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name));
    const target = document.querySelector('section[data-cell="a"]');
    for (const kind of ["dragenter", "dragover", "drop"]) {
      target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
  }, [name, text]);
  await drop("wüchse 1.csv", "t,y\n0,1\n1,2.5\n2,7\n");
  await doc.stands("c1", "done");
  assert.equal(await doc.order(), "p1 a c1 b p2 c d");
  assert.equal(onDisk(place.path, "wuchse 1.csv"), "t,y\n0,1\n1,2.5\n2,7\n");
  assert.match(await doc.page.textContent("#status"), /3 × 2/);
  doc.forgive();
  // Another file of the same name gets a name of its own; what is no data is refused in words.
  await drop("wüchse 1.csv", "t,y\n5,5\n");
  await doc.stands("c2", "done");
  assert.equal(onDisk(place.path, "wuchse 1-2.csv"), "t,y\n5,5\n");
  await drop("picture.png", "...");
  await until(() => doc.page.textContent("#status"), (text) => text.includes("not data"), { what: "the words" });
  await doc.close();
});

for (const [name, view] of Object.entries(VIEWS)) {
  test(`a document with answers, mistakes and an open editor is in order in the ${name} view`, async () => {
    const doc = await open(`${CHAIN}\n\`\`\`gr id=p\nplot sin(t) for t in -3..3\n\`\`\`\n\n\`\`\`derivation id=e\n(x + 1)^2\n= x^2 + 2*x + 1\n= x^2\n\`\`\`\n\n\`\`\`gr id=wrong\nlet = 3\n\`\`\`\n`, view);
    await doc.run();
    await doc.cell("a").locator(".source").click();
    await doc.cell("a").locator(".cm-content").waitFor();
    await doc.page.waitForTimeout(300);
    assert.deepEqual(await violations(doc.page), []);
    assert.ok((await overhang(doc.page)) <= 0, `${await overhang(doc.page)} px wider than the window`);
    assert.equal(await doc.page.$$eval("h1", (all) => all.length), 1);
    await done(doc);
  });
}
