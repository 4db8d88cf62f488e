//! LaTeX from notation, as journals set it: `X^{\top}`, `\lVert x\rVert_2^2`, fractions, named functions.

use crate::Rational;
use crate::syntax::{Ast, AstNode, BinaryOp, Subscript};
use num_traits::Signed;

/// How tightly LaTeX's constructions bind.
mod level {
    pub(super) const COMPARISON: u8 = 1;
    pub(super) const SUM: u8 = 2;
    /// Products with a sign, which factors that stand side by side bind more tightly than: `A x \odot y`.
    pub(super) const SIGNED_PRODUCT: u8 = 3;
    pub(super) const PRODUCT: u8 = 4;
    pub(super) const NEGATION: u8 = 5;
    pub(super) const POWER: u8 = 6;
    pub(super) const ATOM: u8 = 7;
}

/// The notation in LaTeX's mathematics mode (without the dollar signs).
///
/// ```
/// use gradus_expr::{print::latex, syntax::parse_expression};
/// let ast = parse_expression("1/2*norm2(A*x - b)^2").0.unwrap();
/// assert_eq!(latex(&ast), r"\frac{1}{2} \left\lVert A x - b \right\rVert_{2}^{2}");
/// ```
pub fn latex(ast: &Ast) -> String {
    write(ast).0
}

/// The code, with how tightly it binds.
fn write(ast: &Ast) -> (String, u8) {
    match &ast.node {
        AstNode::Number(r) => number(r),
        AstNode::Name(s) => (name(s), level::ATOM),
        AstNode::Neg(x) => (format!("-{}", at(x, level::SIGNED_PRODUCT)), level::SUM),
        AstNode::Transpose(x) => (format!("{}^{{\\top}}", at(x, level::ATOM)), level::POWER),
        AstNode::Binary(op, x, y) => binary(*op, x, y),
        AstNode::Call(f, arguments) => call(f, arguments),
        AstNode::Subscript(x, positions) => {
            let inside: Vec<String> = positions.iter().map(position).collect();
            (format!("{}_{{{}}}", at(x, level::ATOM), inside.join(", ")), level::ATOM)
        }
        AstNode::Rows(rows) => {
            let rows: Vec<String> =
                rows.iter().map(|row| row.iter().map(latex).collect::<Vec<_>>().join(" & ")).collect();
            (format!("\\begin{{bmatrix}} {} \\end{{bmatrix}}", rows.join(" \\\\ ")), level::ATOM)
        }
        AstNode::Text(s) => (format!("\\text{{{}}}", escape(s)), level::ATOM),
        AstNode::Where(body, definitions) => {
            let lines: Vec<String> =
                definitions.iter().map(|(n, x)| format!("{} = {}", name(n), latex(x))).collect();
            (format!("{} \\quad \\text{{where }} {}", latex(body), lines.join(",\\; ")), 0)
        }
    }
}

/// The code, in parentheses when it binds more loosely than asked.
fn at(ast: &Ast, wanted: u8) -> String {
    let (code, binds) = write(ast);
    if binds >= wanted { code } else { format!("\\left( {code} \\right)") }
}

fn number(r: &Rational) -> (String, u8) {
    if r.is_integer() {
        let binds = if r.is_negative() { level::SUM } else { level::ATOM };
        return (r.numer().to_string(), binds);
    }
    // Halves to ninths as fractions, what ends after at most three digits as a decimal.
    let thousand = Rational::from_integer(1000.into());
    let scaled = (r * &thousand).abs();
    let sign = if r.is_negative() { "-" } else { "" };
    let binds = if r.is_negative() { level::SUM } else { level::ATOM };
    let small = r.denom() < &10.into();
    if scaled.is_integer() && !small {
        let digits = format!("{:0>4}", scaled.numer().to_string());
        let (whole, fraction) = digits.split_at(digits.len() - 3);
        return (format!("{sign}{whole}.{}", fraction.trim_end_matches('0')), binds);
    }
    (format!("{sign}\\frac{{{}}}{{{}}}", r.numer().abs(), r.denom()), binds)
}

/// A name: Greek letters by their command, what follows `_` or is a trailing number as an index, long words
/// upright.
fn name(s: &str) -> String {
    let (stem, index) = match s.split_once('_') {
        Some((stem, index)) if !stem.is_empty() => (stem, index.to_owned()),
        _ => {
            let stem = s.trim_end_matches(|c: char| c.is_ascii_digit());
            if stem.is_empty() { (s, String::new()) } else { (stem, s[stem.len()..].to_owned()) }
        }
    };
    let base = if GREEK.contains(&stem) {
        format!("\\{stem}")
    } else if stem.chars().count() == 1 {
        stem.to_owned()
    } else {
        format!("\\mathrm{{{}}}", escape(stem))
    };
    if index.is_empty() {
        base
    } else {
        let index = if GREEK.contains(&index.as_str()) { format!("\\{index}") } else { escape(&index) };
        let upright =
            index.len() > 1 && !index.starts_with('\\') && !index.chars().all(|c| c.is_ascii_digit());
        if upright { format!("{base}_{{\\mathrm{{{index}}}}}") } else { format!("{base}_{{{index}}}") }
    }
}

/// The names that are commands for letters.
const GREEK: [&str; 34] = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
    "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta",
    "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
];

fn escape(s: &str) -> String {
    s.chars().fold(String::new(), |mut out, c| {
        match c {
            '_' | '%' | '&' | '#' | '$' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            '\\' => out.push_str("\\backslash "),
            '^' => out.push_str("\\hat{}"),
            '~' => out.push_str("\\sim "),
            c => out.push(c),
        }
        out
    })
}

fn binary(op: BinaryOp, x: &Ast, y: &Ast) -> (String, u8) {
    let comparison =
        |sign: &str| (format!("{} {sign} {}", at(x, level::SUM), at(y, level::SUM)), level::COMPARISON);
    match op {
        BinaryOp::Add | BinaryOp::DotAdd => {
            (format!("{} + {}", at(x, level::SUM), at(y, level::SUM)), level::SUM)
        }
        BinaryOp::Sub | BinaryOp::DotSub => {
            (format!("{} - {}", at(x, level::SUM), at(y, level::SIGNED_PRODUCT)), level::SUM)
        }
        BinaryOp::Mul => {
            let ((left, binds), right) = (first_factor(x, level::PRODUCT), at(y, level::PRODUCT));
            // A number before a number needs a dot.
            let dot = right.starts_with(|c: char| c.is_ascii_digit())
                || (right.starts_with("\\frac") && left.ends_with(|c: char| c.is_ascii_digit()));
            (format!("{left} {}{right}", if dot { "\\cdot " } else { "" }), binds)
        }
        BinaryOp::DotMul => {
            let (left, binds) = first_factor(x, level::SIGNED_PRODUCT);
            (format!("{left} \\odot {}", at(y, level::PRODUCT)), binds)
        }
        BinaryOp::Div => (format!("\\frac{{{}}}{{{}}}", latex(x), latex(y)), level::POWER),
        BinaryOp::DotDiv => {
            let (left, binds) = first_factor(x, level::SIGNED_PRODUCT);
            (format!("{left} \\oslash {}", at(y, level::PRODUCT)), binds)
        }
        BinaryOp::Pow => power(x, &latex(y)),
        BinaryOp::DotPow => {
            (format!("{}^{{\\circ {}}}", at(x, level::ATOM), at(y, level::PRODUCT)), level::POWER)
        }
        BinaryOp::Less => comparison("<"),
        BinaryOp::LessEqual => comparison("\\leq"),
        BinaryOp::Greater => comparison(">"),
        BinaryOp::GreaterEqual => comparison("\\geq"),
        BinaryOp::Equal => comparison("="),
        BinaryOp::NotEqual => comparison("\\neq"),
    }
}

/// The first factor of a product, and how tightly the product binds: a minus sign stays in front of it all.
fn first_factor(x: &Ast, wanted: u8) -> (String, u8) {
    let is_product = match &x.node {
        AstNode::Number(_) | AstNode::Neg(_) => true,
        AstNode::Binary(op, ..) => matches!(op, BinaryOp::Mul | BinaryOp::DotMul | BinaryOp::DotDiv),
        _ => false,
    };
    match write(x) {
        (code, level::SUM) if is_product && code.starts_with('-') => (code, level::SUM),
        _ => (at(x, wanted), wanted),
    }
}

/// A power; of a norm outside its bars, of a named function behind its name.
fn power(x: &Ast, exponent: &str) -> (String, u8) {
    match &x.node {
        AstNode::Call(f, a) if f.starts_with("norm") || f == "abs" => {
            (format!("{}^{{{exponent}}}", call(f, a).0), level::POWER)
        }
        _ => (format!("{}^{{{exponent}}}", at(x, level::ATOM)), level::POWER),
    }
}

fn position(p: &Subscript) -> String {
    match p {
        Subscript::All => ":".to_owned(),
        Subscript::Range { from, step: None, to } => format!("{}:{}", latex(from), latex(to)),
        Subscript::Range { from, step: Some(s), to } => {
            format!("{}:{}:{}", latex(from), latex(s), latex(to))
        }
        Subscript::At(x) => latex(x),
    }
}

fn call(f: &str, arguments: &[Ast]) -> (String, u8) {
    let [x, rest @ ..] = arguments else {
        return (format!("\\operatorname{{{}}}()", escape(f)), level::ATOM);
    };
    let bars = |left: &str, right: &str, index: &str| {
        (format!("\\left{left} {} \\right{right}{index}", latex(x)), level::ATOM)
    };
    let norm = |index: &str| bars("\\lVert", "\\rVert", &format!("_{{{index}}}"));
    match (f, rest) {
        ("abs", []) => bars("\\lvert", "\\rvert", ""),
        ("norm1", []) => norm("1"),
        ("norm2", []) => norm("2"),
        ("norminf", []) => norm("\\infty"),
        ("normfro", []) => norm("F"),
        ("sqrt", []) => (format!("\\sqrt{{{}}}", latex(x)), level::ATOM),
        ("square", []) => power(x, "2"),
        ("inv", []) => (format!("{}^{{-1}}", at(x, level::ATOM)), level::POWER),
        ("exp", []) if is_short(x) => (format!("e^{{{}}}", latex(x)), level::POWER),
        ("transpose", []) => (format!("{}^{{\\top}}", at(x, level::ATOM)), level::POWER),
        ("sigmoid", []) => (format!("\\sigma\\left( {} \\right)", latex(x)), level::ATOM),
        ("lgamma", []) => (format!("\\log\\Gamma\\left( {} \\right)", latex(x)), level::ATOM),
        ("digamma", []) => (format!("\\psi\\left( {} \\right)", latex(x)), level::ATOM),
        ("logdet", []) => (format!("\\log\\det {}", of(x)), level::PRODUCT),
        ("sum", []) => (format!("\\operatorname{{sum}}{}", of(x)), level::ATOM),
        ("eye", []) => (format!("I_{{{}}}", latex(x)), level::ATOM),
        ("kron", [y]) => {
            (format!("{} \\otimes {}", at(x, level::NEGATION), at(y, level::NEGATION)), level::SIGNED_PRODUCT)
        }
        ("dot", [y]) => (format!("\\left\\langle {}, {} \\right\\rangle", latex(x), latex(y)), level::ATOM),
        ("solve", [y]) => {
            (format!("{}^{{-1}} {}", at(x, level::ATOM), at(y, level::PRODUCT)), level::PRODUCT)
        }
        ("quadform" | "quad_form", [a]) => {
            let x = at(x, level::ATOM);
            (format!("{x}^{{\\top}} {} {x}", at(a, level::PRODUCT)), level::PRODUCT)
        }
        ("log" | "sin" | "cos" | "tan" | "sinh" | "cosh" | "tanh" | "exp" | "max" | "min" | "det", _) => {
            (format!("\\{f}{}", listed(arguments)), level::ATOM)
        }
        ("asin" | "acos" | "atan", []) => (format!("\\arc{}{}", &f[1..], of(x)), level::ATOM),
        ("trace", []) => (format!("\\operatorname{{tr}}{}", of(x)), level::ATOM),
        _ => (format!("\\operatorname{{{}}}{}", escape(f), listed(arguments)), level::ATOM),
    }
}

/// The argument of a named function, always in parentheses.
fn of(x: &Ast) -> String {
    format!("\\left( {} \\right)", latex(x))
}

fn listed(arguments: &[Ast]) -> String {
    let all: Vec<String> = arguments.iter().map(latex).collect();
    format!("\\left( {} \\right)", all.join(", "))
}

/// Does the argument fit in an exponent?
fn is_short(x: &Ast) -> bool {
    match &x.node {
        AstNode::Number(_) | AstNode::Name(_) => true,
        AstNode::Neg(x) | AstNode::Transpose(x) => is_short(x),
        AstNode::Binary(BinaryOp::Mul, x, y) => is_short(x) && is_short(y),
        AstNode::Binary(..)
        | AstNode::Call(..)
        | AstNode::Subscript(..)
        | AstNode::Rows(_)
        | AstNode::Text(_)
        | AstNode::Where(..) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_expression;

    /// As the formulas stand in Boyd and Vandenberghe's and in Petersen and Pedersen's books.
    #[test]
    fn formulas_look_as_in_books() {
        let table = [
            ("2*A'*(A*x - b)", r"2 A^{\top} \left( A x - b \right)"),
            ("norm2(x)^2", r"\left\lVert x \right\rVert_{2}^{2}"),
            ("norm1(w_1)", r"\left\lVert w_{1} \right\rVert_{1}"),
            ("lambda/2*norm2(w)^2", r"\frac{\lambda}{2} \left\lVert w \right\rVert_{2}^{2}"),
            ("logdet(X)", r"\log\det \left( X \right)"),
            ("inv(X)'", r"\left( X^{-1} \right)^{\top}"),
            (
                "A'*(diag(p) - p*p')*A",
                r"A^{\top} \left( \operatorname{diag}\left( p \right) - p p^{\top} \right) A",
            ),
            ("y .* x", r"y \odot x"),
            ("-x^2", r"-x^{2}"),
            ("(-x)^2", r"\left( -x \right)^{2}"),
            ("-2*x*y", r"-2 x y"),
            ("a - (-2)*x", r"a - \left( -2 x \right)"),
            ("x*(-2)", r"x \left( -2 \right)"),
            ("(-A')*(y .* z)", r"-A^{\top} \left( y \odot z \right)"),
            ("-(a + b)*c", r"-\left( a + b \right) c"),
            // A side-by-side product binds more tightly than one with a sign.
            ("X'*(y .* z)", r"X^{\top} \left( y \odot z \right)"),
            ("(y .* z)*a", r"\left( y \odot z \right) a"),
            ("(X'*y) .* z", r"X^{\top} y \odot z"),
            ("y .* z .* w", r"y \odot z \odot w"),
            ("a - y .* z", r"a - y \odot z"),
            ("-(y .* (X*w))", r"-y \odot X w"),
            ("C*kron(A, B)", r"C \left( A \otimes B \right)"),
            ("a - (b - c)", r"a - \left( b - c \right)"),
            ("2*3", r"2 \cdot 3"),
            ("exp(-x)", r"e^{-x}"),
            ("log(1 + exp(x))", r"\log\left( 1 + e^{x} \right)"),
            ("[a, b; c, d]", r"\begin{bmatrix} a & b \\ c & d \end{bmatrix}"),
            ("x[2]", r"x_{2}"),
            ("sigma_x", r"\sigma_{x}"),
            ("theta2", r"\theta_{2}"),
            ("0.1*x", r"0.1 x"),
            ("p where p = softmax(x)", r"p \quad \text{where } p = \operatorname{softmax}\left( x \right)"),
            ("kron(A, B)", r"A \otimes B"),
            ("sqrt(x)", r"\sqrt{x}"),
            ("abs(x) <= 1", r"\left\lvert x \right\rvert \leq 1"),
        ];
        for (text, expected) in table {
            let (ast, mistakes) = parse_expression(text);
            assert!(mistakes.is_empty(), "{text}: {mistakes:?}");
            assert_eq!(latex(&ast.unwrap()), expected, "{text}");
        }
    }
}
