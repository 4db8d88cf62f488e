// How a line of `.gr` is coloured: from characters to kinds of token, by the lexer's own rules.
//
// Nothing here imports anything, so that it can be tested alone. `highlight` is a stream parser in the sense of
// @codemirror/language: `token` reads one token and says which kind it is.

/** Words that start a statement. */
export const STATEMENTS = [
  "data", "param", "var", "let", "def", "minimize", "maximize", "subject", "start", "from",
];

/** Words that ask for something in a cell. */
export const VERBS = ["derive", "simplify", "check", "equal", "eval", "solve", "plot", "explain", "show"];

/** Words inside statements. */
export const CONNECTIVES = ["to", "in", "where", "wrt", "for", "from", "drop", "missing"];

/** What can be declared of a name. */
export const PROPERTIES = [
  "scalar", "symmetric", "psd", "pd", "diagonal", "lower_triangular", "upper_triangular", "triangular", "orthogonal",
  "nonsingular", "invertible", "full_rank", "positive", "nonneg", "nonnegative", "nonzero", "simplex", "integer",
];

/** Numbers with a name. */
export const CONSTANTS = ["pi", "e", "inf"];

const statements = new Set(STATEMENTS);
const verbs = new Set(VERBS);
const connectives = new Set(CONNECTIVES);
const properties = new Set(PROPERTIES);
const constants = new Set(CONSTANTS);

const NUMBER = /^(?:\d+(?:\.(?![*\/^+\-'.])\d*)?|\.\d+)(?:[eE][+-]?\d+)?/;
const NAME = /^[\p{L}_][\p{L}\p{N}_₀-₉]*/u;
const SUM = /^[ΣΠ](?=\()/;
const SUPERSCRIPT = /^[⁰¹²³⁴-⁹⁻]+/;
const PRIME = /^\.?['′’⊤ᵀ]/;
const OPERATOR = /^(?:\.[+\-−*\/^]|==|<=|>=|!=|~=|\*\*|\|\||[+\-−*\/^<>=≤≥≠∈⊙∘·⋅×‖∥|√∑∏~!])/;

/** The kind of a word, from where it stands. */
function word(name, stream, state) {
  const first = !state.started;
  const called = /^\s*\(/.test(stream.string.slice(stream.pos));
  const declares = /^\s+[\p{L}_]/u.test(stream.string.slice(stream.pos));
  if (first && statements.has(name)) {
    const alone = /^(?:minimize|maximize)$/.test(name) && !/^\s*[:=](?!=)/.test(stream.string.slice(stream.pos));
    if (alone || declares || name === "from") return "keyword";
  }
  if (first && verbs.has(name) && !/^\s*[:=(](?!=)/.test(stream.string.slice(stream.pos))) return "keyword";
  if (called) return "variableName.function";
  if (!first && connectives.has(name)) return "keyword";
  if (!first && state.declaring && properties.has(name)) return "typeName";
  if (constants.has(name)) return "atom";
  return first && /^\s*(?::|=(?!=))/.test(stream.string.slice(stream.pos)) ? "variableName.definition" : "variableName";
}

/** Stream parser of `.gr`. */
export const highlight = {
  name: "gr",
  startState: () => ({ started: false, operand: false, declaring: false }),
  token(stream, state) {
    if (stream.sol()) Object.assign(state, { started: false, operand: false, declaring: false });
    if (stream.eatSpace()) return null;
    const kind = read(stream, state);
    state.started = true;
    return kind;
  },
  languageData: {
    commentTokens: { line: "#" },
    closeBrackets: { brackets: ["(", "[", "{", '"'] },
  },
};

function read(stream, state) {
  const here = stream.peek();
  if (here === "#") {
    stream.skipToEnd();
    return "comment";
  }
  if (stream.match(PRIME, false) && state.operand) {
    stream.match(PRIME);
    return "operator";
  }
  if (here === '"' || here === "'") {
    stream.next();
    while (!stream.eol() && stream.next() !== here);
    state.operand = true;
    return "string";
  }
  if (here === "@") {
    stream.match(/^@[\p{L}\p{N}_\-./]*/u);
    state.operand = false;
    return "string";
  }
  if (stream.match(NUMBER)) {
    state.operand = true;
    return "number";
  }
  if (stream.match(SUM)) {
    state.operand = false;
    return "variableName.function";
  }
  if (stream.match(SUPERSCRIPT)) {
    state.operand = true;
    return "number";
  }
  const name = stream.match(NAME);
  if (name) {
    const kind = word(name[0], stream, state);
    if (kind === "keyword") {
      if (!state.started) state.declaring = /^(?:data|param|var)$/.test(name[0]);
      state.operand = false;
    } else {
      state.operand = true;
    }
    return kind;
  }
  if (here === ":") state.declaring = true;
  if (stream.match(OPERATOR)) {
    state.operand = false;
    return "operator";
  }
  stream.next();
  state.operand = here === ")" || here === "]";
  return /[()[\]{}]/.test(here) ? "bracket" : /[,;:]/.test(here) ? "punctuation" : null;
}
