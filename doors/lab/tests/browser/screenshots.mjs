// Pictures of the Lab: the map, a lesson, the workbench and a document, in light, dark and phone view.
//
//   node screenshots.mjs FOLDER           writes FOLDER/{map,lesson,workbench,document}-{light,dark,phone}.png, whole pages
//   node screenshots.mjs FOLDER --readme  and the four of the front page, as docs/lab-*.png
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { folder, launch, openPage, startLab, VIEWS } from "./harness.mjs";

const docs = fileURLToPath(new URL("../../../../docs", import.meta.url));
const [out, ...options] = process.argv.slice(2);
if (!out || out.startsWith("-")) {
  console.error("Usage: node screenshots.mjs FOLDER [--readme]");
  process.exit(2);
}
mkdirSync(out, { recursive: true });

const LESSON = process.env.LESSON ?? "/lesson/calculus/partial-derivatives-and-gradients";
const DOCUMENT = "least squares.gr.md";
const PAGES = {
  map: "/", lesson: LESSON, workbench: "/workbench", document: `/open?path=${encodeURIComponent(DOCUMENT)}`,
};

/** What the document's picture shows. */
const TEXT = `# Least squares

The line that fits best leaves **residuals** at right angles to every column of $A$.

\`\`\`gr id=loss
A : [n, d]
b : [n]
x : [d]
f = norm2(A*x - b)^2   # how far A*x is from b
\`\`\`

Where its gradient vanishes, $A^\\top A x = A^\\top b$.

\`\`\`gr id=slope
derive f wrt x
\`\`\`

Opening the square is a chain of equal lines, and each step is proved.

\`\`\`derivation id=square
norm2(A*x - b)^2
= (A*x - b)'*(A*x - b)
= x'*A'*A*x - 2*b'*A*x + b'*b
\`\`\`
`;

/** Fonts loaded, cells run, figures drawn, pictures below the fold too. */
async function settle(page) {
  const run = page.locator(".bench button.run");
  if (await run.count()) {
    await run.click();
    await page.waitForSelector('section.cell[data-state="done"]');
    await page.waitForSelector(".bench:not([data-busy])");
    await page.mouse.move(0, 0);
  }
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
      scrollTo(0, y);
      await new Promise((done) => setTimeout(done, 60));
    }
    scrollTo(0, 0);
  });
  await page.waitForTimeout(600);
}

const place = folder();
writeFileSync(join(place.path, DOCUMENT), TEXT);
const lab = await startLab(place.path);
const browser = await launch();
try {
  for (const [name, view] of Object.entries(VIEWS)) {
    const tab = await openPage(browser, lab, view);
    for (const [page, path] of Object.entries(PAGES)) {
      await tab.visit(path);
      await settle(tab.page);
      const file = resolve(out, `${page}-${name}.png`);
      await tab.page.screenshot({ path: file, fullPage: true });
      console.log(file);
    }
    for (const line of tab.trouble()) console.error(`${name}: ${line}`);
    await tab.close();
  }
  if (options.includes("--readme")) await frontPage();
} finally {
  await browser.close();
  await lab.stop();
  place.remove();
}

/** The four pictures of the front page: the map, a lesson, a figure in the dark, and a document. */
async function frontPage() {
  const shots = [
    { name: "map", path: "/", view: VIEWS.light, height: 1080, at: null },
    { name: "lesson", path: LESSON, view: VIEWS.light, height: 800, at: "#figure-gradient", above: 150 },
    { name: "figure", path: LESSON, view: VIEWS.dark, height: 790, at: "#figure-jacobian", above: 75 },
    { name: "document", path: PAGES.document, view: VIEWS.light, height: 800, at: null },
  ];
  for (const { name, path, view, height, at, above } of shots) {
    const tab = await openPage(browser, lab, { ...view, viewport: { width: 1240, height } });
    await tab.visit(path);
    await settle(tab.page);
    if (at) {
      await tab.page.locator(at).locator(".kit-handle").first().waitFor();
      await tab.page.locator(at).evaluate((e, up) => scrollBy(0, e.getBoundingClientRect().top - up), above);
      await tab.page.mouse.move(5, 5);
      await tab.page.waitForTimeout(600);
    }
    const file = join(docs, `lab-${name}.png`);
    await tab.page.screenshot({ path: file });
    console.log(`${file}: ${(statSync(file).size / 1024).toFixed(0)} KiB`);
    await tab.close();
  }
}
