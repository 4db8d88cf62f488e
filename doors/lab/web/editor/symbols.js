// Symbols by their names after a backslash, as in `\lambda`: the language reads each as its ASCII spelling.

const LETTERS = "α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi " +
  "π pi ρ rho σ sigma τ tau υ upsilon φ phi χ chi ψ psi ω omega " +
  "Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Φ Phi Ψ Psi Ω Omega";

const SIGNS = "⊙ odot ∈ in ≤ le ≥ ge ≠ ne ∑ sum ∏ prod √ sqrt · cdot × times ⊤ top ‖ norm " +
  "₀ _0 ₁ _1 ₂ _2 ₃ _3 ₄ _4 ₅ _5 ₆ _6 ₇ _7 ₈ _8 ₉ _9 ² ^2 ³ ^3";

/** Pairs of a symbol and its name. */
export const SYMBOLS = `${LETTERS} ${SIGNS}`.split(" ").reduce((pairs, word, k) => {
  if (k % 2 === 0) pairs.push([word]);
  else pairs.at(-1).push(word);
  return pairs;
}, []);

/** Completes `\name` to its symbol. */
export function symbols(context) {
  const before = context.matchBefore(/\\[A-Za-z0-9_^]*/);
  if (!before) return null;
  return {
    from: before.from,
    options: SYMBOLS.map(([symbol, name]) => ({ label: `\\${name}`, apply: symbol, detail: symbol })),
    validFor: /^\\[A-Za-z0-9_^]*$/,
  };
}
