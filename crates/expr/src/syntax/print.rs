//! Notation as text: the fewest parentheses, spaces around what binds loosely.
//!
//! What is printed parses back to equal notation. Sums, differences and elementwise products and quotients
//! have spaces around their operators; products, quotients and powers have none: `2*A'*(A*x - b)`.

use super::{Ast, AstNode, BinaryOp, Subscript};
use crate::Rational;
use num_traits::{One, Signed, Zero};

/// How tightly the operators bind; the parser uses the same numbers.
pub(super) mod binding {
    use crate::syntax::BinaryOp;

    pub(in crate::syntax) const WHERE: u8 = 0;
    pub(in crate::syntax) const COMPARISON: u8 = 1;
    pub(in crate::syntax) const SUM: u8 = 2;
    pub(in crate::syntax) const PRODUCT: u8 = 3;
    pub(in crate::syntax) const NEGATION: u8 = 4;
    pub(in crate::syntax) const POWER: u8 = 5;
    pub(in crate::syntax) const POSTFIX: u8 = 6;

    /// The binding of an operator.
    pub(in crate::syntax) fn of(op: BinaryOp) -> u8 {
        match op {
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::DotAdd | BinaryOp::DotSub => SUM,
            BinaryOp::Mul | BinaryOp::Div | BinaryOp::DotMul | BinaryOp::DotDiv => PRODUCT,
            BinaryOp::Pow | BinaryOp::DotPow => POWER,
            BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual
            | BinaryOp::Equal
            | BinaryOp::NotEqual => COMPARISON,
        }
    }
}

impl BinaryOp {
    /// The operator as it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Pow => "^",
            BinaryOp::DotAdd => ".+",
            BinaryOp::DotSub => ".-",
            BinaryOp::DotMul => ".*",
            BinaryOp::DotDiv => "./",
            BinaryOp::DotPow => ".^",
            BinaryOp::Less => "<",
            BinaryOp::LessEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterEqual => ">=",
            BinaryOp::Equal => "==",
            BinaryOp::NotEqual => "!=",
        }
    }

    fn is_spaced(self) -> bool {
        !matches!(self, BinaryOp::Mul | BinaryOp::Div | BinaryOp::Pow | BinaryOp::DotPow)
    }
}

/// The notation as text that parses back to it.
///
/// ```
/// use gradus_expr::syntax::{Ast, AstNode, BinaryOp, print};
/// let sum = Ast::binary(BinaryOp::Sub, Ast::name("x"), Ast::name("b"));
/// let product = Ast::binary(BinaryOp::Mul, Ast::new(AstNode::Transpose(Box::new(Ast::name("A")))), sum);
/// assert_eq!(print(&product), "A'*(x - b)");
/// ```
pub fn print(ast: &Ast) -> String {
    let mut out = String::new();
    write(ast, binding::WHERE, &mut out);
    out
}

/// A number as it is written: a decimal when it ends, else a quotient.
pub(crate) fn number(r: &Rational) -> String {
    if r.is_integer() {
        return scientific(r.numer().to_string(), 0);
    }
    let (mut denominator, mut twos, mut fives) = (r.denom().clone(), 0usize, 0usize);
    for (prime, count) in [(2u8, &mut twos), (5, &mut fives)] {
        while (&denominator % prime).is_zero() && *count < 2000 {
            denominator /= prime;
            *count += 1;
        }
    }
    if !denominator.is_one() {
        return format!("{}/{}", r.numer(), r.denom());
    }
    let places = twos.max(fives);
    let scaled = r * Rational::from_integer(num_bigint::BigInt::from(10u8).pow(places as u32));
    scientific(scaled.to_integer().to_string(), places)
}

/// `digits * 10^-places`, with an exponent when there would be many zeros.
fn scientific(digits: String, places: usize) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |d| ("-", d));
    let zeros = digits.len() - digits.trim_end_matches('0').len();
    if places == 0 {
        return match zeros {
            16.. if digits != "0" => format!("{sign}{}e{zeros}", &digits[..digits.len() - zeros]),
            _ => format!("{sign}{digits}"),
        };
    }
    if places >= digits.len() + 6 {
        let (lead, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        return format!("{sign}{lead}{point}{rest}e-{}", places - rest.len());
    }
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, part) = padded.split_at(padded.len() - places);
    format!("{sign}{whole}.{part}")
}

/// How tightly the notation binds at its top.
fn level(ast: &Ast) -> u8 {
    match &ast.node {
        AstNode::Number(r) if r.is_negative() => binding::NEGATION,
        AstNode::Number(r) if number(r).contains('/') => binding::PRODUCT,
        AstNode::Number(_)
        | AstNode::Name(_)
        | AstNode::Text(_)
        | AstNode::Call(..)
        | AstNode::Subscript(..)
        | AstNode::Transpose(_)
        | AstNode::Rows(_) => binding::POSTFIX,
        AstNode::Neg(_) => binding::NEGATION,
        AstNode::Binary(op, ..) => binding::of(*op),
        AstNode::Where(..) => binding::WHERE,
    }
}

/// Writes `ast` where something that binds at least as tightly as `needed` is expected.
fn write(ast: &Ast, needed: u8, out: &mut String) {
    if level(ast) < needed {
        out.push('(');
        write_bare(ast, out);
        out.push(')');
    } else {
        write_bare(ast, out);
    }
}

fn write_bare(ast: &Ast, out: &mut String) {
    match &ast.node {
        AstNode::Number(r) => out.push_str(&number(r)),
        AstNode::Name(name) => out.push_str(name),
        AstNode::Text(text) => {
            // A text holds at most one kind of quote.
            let quote = if text.contains('"') { '\'' } else { '"' };
            out.push(quote);
            out.push_str(text);
            out.push(quote);
        }
        AstNode::Neg(x) => {
            out.push('-');
            write(x, binding::NEGATION, out);
        }
        AstNode::Transpose(x) => {
            write(x, binding::POSTFIX, out);
            out.push('\'');
        }
        AstNode::Binary(..) => write_chain(ast, out),
        AstNode::Call(name, arguments) if name == "axis" && arguments.len() == 1 => {
            out.push_str("axis=");
            write(&arguments[0], binding::SUM, out);
        }
        AstNode::Call(name, arguments) => {
            out.push_str(name);
            out.push('(');
            list(arguments, ", ", out);
            out.push(')');
        }
        AstNode::Rows(rows) => {
            out.push('[');
            for (k, row) in rows.iter().enumerate() {
                if k > 0 {
                    out.push_str("; ");
                }
                list(row, ", ", out);
            }
            out.push(']');
        }
        AstNode::Subscript(x, subscripts) => {
            write(x, binding::POSTFIX, out);
            out.push('[');
            for (k, s) in subscripts.iter().enumerate() {
                if k > 0 {
                    out.push_str(", ");
                }
                write_subscript(s, out);
            }
            out.push(']');
        }
        AstNode::Where(body, names) => {
            write(body, binding::COMPARISON, out);
            for (k, (name, e)) in names.iter().enumerate() {
                out.push_str(if k == 0 { " where " } else { ", " });
                out.push_str(name);
                out.push_str(" = ");
                write(e, binding::COMPARISON, out);
            }
        }
    }
}

fn list(items: &[Ast], separator: &str, out: &mut String) {
    for (k, item) in items.iter().enumerate() {
        if k > 0 {
            out.push_str(separator);
        }
        write(item, binding::COMPARISON, out);
    }
}

fn write_subscript(s: &Subscript, out: &mut String) {
    match s {
        Subscript::All => out.push(':'),
        Subscript::At(e) => write(e, binding::SUM, out),
        Subscript::Range { from, step, to } => {
            write(from, binding::SUM, out);
            out.push(':');
            if let Some(step) = step {
                write(step, binding::SUM, out);
                out.push(':');
            }
            write(to, binding::SUM, out);
        }
    }
}

/// A chain of operators, its left side in a loop.
fn write_chain(ast: &Ast, out: &mut String) {
    // What still has to be written after the leftmost operand, innermost last.
    let mut pending: Vec<(BinaryOp, &Ast, bool)> = Vec::new();
    let mut at = ast;
    let first_needed = loop {
        let AstNode::Binary(op, left, right) = &at.node else { break binding::WHERE };
        pending.push((*op, right, false));
        let own = binding::of(*op);
        // Powers group to the right and comparisons do not chain: their left side binds tighter.
        let needed = if own == binding::POWER || own == binding::COMPARISON { own + 1 } else { own };
        at = left;
        if !matches!(at.node, AstNode::Binary(..)) {
            break needed;
        }
        if level(at) < needed {
            out.push('(');
            if let Some(last) = pending.last_mut() {
                last.2 = true;
            }
        }
    };
    write(at, first_needed, out);
    for (op, right, closes) in pending.into_iter().rev() {
        if closes {
            out.push(')');
        }
        let own = binding::of(op);
        out.push_str(if op.is_spaced() { " " } else { "" });
        out.push_str(op.symbol());
        out.push_str(if op.is_spaced() { " " } else { "" });
        // A power's exponent may be a power or a negation.
        write(right, if own == binding::POWER { binding::NEGATION } else { own + 1 }, out);
    }
}
