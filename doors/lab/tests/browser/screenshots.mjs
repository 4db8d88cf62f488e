// Pictures of the Lab: the map, a lesson, the workbench and a document, in light, dark and phone view.
//
//   node screenshots.mjs FOLDER           writes FOLDER/{map,lesson,workbench,document}-{light,dark,phone}.png, whole pages
//   node screenshots.mjs FOLDER --readme  and the four of the front page, as docs/lab-*.png
import { mkdirSync, writeFileSync } from "node:fs";
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

The line that fits best leaves residuals at right angles to every column of A.

\`\`\`gr
A : [n, d]
b : [n]
x : [d]
f = norm2(A*x - b)^2
\`\`\`

The gradient vanishes where A'*A*x = A'*b.

\`\`\`gr
derive f wrt x
\`\`\`
`;

/** Fonts loaded, figures drawn, pictures below the fold too. */
async function settle(page) {
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

/** The four pictures of the front page, one window each. */
async function frontPage() {
  const shots = [
    ["map", "/", VIEWS.light, null],
    ["lesson", LESSON, VIEWS.light, null],
    ["figure", LESSON, VIEWS.dark, "figure.live"],
    ["document", PAGES.document, VIEWS.light, null],
  ];
  for (const [name, path, view, at] of shots) {
    const tab = await openPage(browser, lab, { ...view, viewport: { width: 1200, height: 800 } });
    await tab.visit(path);
    await settle(tab.page);
    if (at) await tab.page.locator(at).first().scrollIntoViewIfNeeded();
    await tab.page.waitForTimeout(300);
    const file = join(docs, `lab-${name}.png`);
    await tab.page.screenshot({ path: file });
    console.log(file);
    await tab.close();
  }
}
