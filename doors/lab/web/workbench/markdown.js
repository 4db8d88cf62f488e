// Markdown between the cells, as a page and as a writer has it.

/** Blank lines around a text are the file's affair, not the writer's. */
export function parts(source) {
  const [, before, text, after] = /^((?:[ \t]*\r?\n)*)([^]*?)(\s*)$/.exec(source);
  return { before, text, after };
}

/** The page has one first heading, its own: those of the text come below it. */
export const lowered = (html) =>
  html.replace(/<(\/?)h([1-5])(?=[\s>])/g, (_, slash, level) => `<${slash}h${Number(level) + 1}`);
