//! A Python function from a graph: the walk that NumPy and JAX share.
//!
//! Nodes are written operands first. What is used once and is short stands in its user's expression; the rest
//! is assigned to a name. A sum is written in lines of bounded length, so that neither deep chains nor wide sums
//! nest further than Python's own compiler can follow.
//!
//! A tensor that is constant along axes is kept without them as long as broadcasting gives the same
//! (`loose`), and written out where an operation needs its full shape.

mod contraction;
mod functions;
mod jax;
mod numpy;
mod size;
mod sum;
mod text;
mod writer;

pub use jax::jax;
pub use numpy::numpy;

use super::arguments::with_others;
use crate::{Expr, Symbol};
use std::collections::HashSet;
use std::sync::Arc;
use writer::Writer;

/// What differs between the libraries.
struct Dialect {
    /// The name of the module of arrays.
    np: &'static str,
    imports: &'static [&'static str],
    /// The module of special functions.
    special: &'static str,
}

/// The whole function with its imports.
fn function(dialect: &Dialect, e: &Expr, name: &str, arguments: &[Arc<Symbol>]) -> String {
    let order = e.postorder();
    let symbols = with_others(arguments, &order);
    let mut w = Writer::new(dialect, &order);
    let name = w.names.claim(name);
    let mut arguments: Vec<String> = Vec::new();
    for s in &symbols {
        let own = w.names.claim(&s.name);
        arguments.push(own.clone());
        w.symbols.insert(s.name.to_string(), own);
    }
    for x in &order {
        w.node(x);
    }
    let value = w.full(e).code;
    let lines = needed(w.lines, &value);
    let mut head: Vec<String> = Vec::new();
    for (n, own) in &w.sizes {
        match size::origin(&symbols, n) {
            Some(origin) => head.push(format!("{own} = {}", origin.code(&w.symbols))),
            None => arguments.push(own.clone()),
        }
    }
    let mut out: Vec<String> = dialect.imports.iter().map(|s| (*s).to_owned()).collect();
    if !w.special.is_empty() {
        let names: Vec<&str> = w.special.iter().copied().collect();
        let line = format!("from {} import {}", dialect.special, names.join(", "));
        let at = out.iter().position(String::is_empty).unwrap_or(out.len());
        out.insert(at, line);
    }
    out.extend([String::new(), String::new()]);
    out.push(format!("def {name}({}):", arguments.join(", ")));
    out.extend(head.iter().chain(&lines).map(|l| format!("    {l}")));
    out.push(format!("    return {value}"));
    out.join("\n") + "\n"
}

/// The assignments whose names are used after them: a part that was written into its user in another way is not
/// computed for nothing.
fn needed(lines: Vec<String>, value: &str) -> Vec<String> {
    let mut used: HashSet<String> = words(value).map(str::to_owned).collect();
    let mut kept: Vec<String> = Vec::with_capacity(lines.len());
    for line in lines.into_iter().rev() {
        let unused =
            line.split_once(" = ").is_some_and(|(name, _)| words(name).eq([name]) && !used.contains(name));
        if !unused {
            used.extend(words(&line).map(str::to_owned));
            kept.push(line);
        }
    }
    kept.reverse();
    kept
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty())
}
