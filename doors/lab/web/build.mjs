// Bundles the JavaScript of the Lab into ../assets, where it is committed, so that building gradus needs no Node.
//
//   npm run build   writes the bundles and the licences of what they hold
//   npm run check   builds elsewhere, compares bytes, and holds the sizes to their limits
//
// The same sources and lockfile give the same bytes on every machine.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const assets = resolve(here, "../assets");

/** What each source becomes. A source that imports another of these loads it beside itself, once. */
const BUNDLES = {
  "lab.js": "lab.js",
  "kit/kit.js": "kit.js",
  "kit/kit.css": "kit.css",
  "editor/editor.js": "editor.js",
  "cells/lesson.js": "cells.js",
  "workbench/workbench.js": "workbench.js",
};

const BANNER = "Built from doors/lab/web; LICENSES.txt names what is in it.";

/** Bytes after gzip -9. The editor is loaded when a cell is first edited, so it is no part of the first load. */
const LIMITS = [
  { what: "kit", of: ["kit.js"], limit: 30 * 1024 },
  { what: "first load", of: ["lab.js", "kit.js", "cells.js"], limit: 100 * 1024 },
  { what: "a document", of: ["lab.js", "kit.js", "workbench.js"], limit: 100 * 1024 },
];

const sources = Object.fromEntries(Object.entries(BUNDLES).filter(([source]) => existsSync(join(here, source))));

/** Imports between bundles stay imports. */
const besides = {
  name: "besides",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^\.\.?\// }, (wanted) => {
      const source = relative(here, resolve(wanted.resolveDir, wanted.path)).split(sep).join("/");
      const isEntry = wanted.kind === "entry-point";
      return !isEntry && sources[source] ? { path: `./${sources[source]}`, external: true } : undefined;
    });
  },
};

async function bundle(folder) {
  mkdirSync(folder, { recursive: true });
  const packages = new Set();
  for (const [source, name] of Object.entries(sources)) {
    const { metafile } = await build({
      absWorkingDir: here,
      entryPoints: [`./${source}`],
      outfile: join(folder, name),
      bundle: true,
      minify: true,
      metafile: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      charset: "utf8",
      legalComments: "none",
      banner: { js: `// ${BANNER}`, css: `/* ${BANNER} */` },
      plugins: [besides],
      external: ["/assets/*"],
      logLevel: "warning",
    });
    for (const input of Object.keys(metafile.inputs)) {
      const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (found) packages.add(found[1]);
    }
  }
  writeFileSync(join(folder, "LICENSES.txt"), licences([...packages].sort()));
}

/** The licence of every package that is bundled; texts that are alike are given once. */
function licences(packages) {
  const texts = new Map();
  for (const name of packages) {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
    if (!file) throw new Error(`${name} has no licence file`);
    const text = readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim();
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...texts].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
  return `The JavaScript of the Lab holds these packages.\n\n${"-".repeat(80)}\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

/** Packages are pinned by their hashes, and no host that served them is named. */
function checkLockfile() {
  const { packages } = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8"));
  const wrong = Object.entries(packages).flatMap(([path, p]) => {
    if (!path) return [];
    return [p.integrity ? "" : `${path} has no hash`, p.resolved ? `${path} names a host` : ""].filter(Boolean);
  });
  if (wrong.length > 0) throw new Error(`package-lock.json: ${wrong.join("; ")}`);
}

const compressed = (path) => gzipSync(readFileSync(path), { level: 9 }).length;

function report(folder) {
  for (const name of Object.values(sources)) {
    const bytes = readFileSync(join(folder, name)).length;
    console.log(`${name.padEnd(12)} ${String(bytes).padStart(7)} bytes, ${compressed(join(folder, name))} compressed`);
  }
  let over = 0;
  for (const { what, of, limit } of LIMITS) {
    // A script without a bundle is written in the assets as it is.
    const places = of.map((name) => [folder, assets].map((f) => join(f, name)).find(existsSync)).filter(Boolean);
    if (places.length === 0) continue;
    const sum = places.reduce((total, path) => total + compressed(path), 0);
    console.log(`${what}: ${of.join(" + ")} is ${sum} of at most ${limit} bytes compressed`);
    if (sum > limit) over += 1;
  }
  return over === 0;
}

/** Whether what is committed is what the sources give. */
async function check() {
  const folder = mkdtempSync(join(tmpdir(), "gradus-web-"));
  try {
    await bundle(folder);
    const names = readdirSync(folder);
    const stale = names.filter((name) => {
      const committed = join(assets, name);
      return !existsSync(committed) || !readFileSync(committed).equals(readFileSync(join(folder, name)));
    });
    for (const name of stale) console.error(`${name} is not what its sources give: run npm run build`);
    return report(folder) && stale.length === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

checkLockfile();
if (process.argv.includes("--check")) {
  if (!(await check())) process.exitCode = 1;
} else {
  await bundle(assets);
  if (!report(assets)) process.exitCode = 1;
}
