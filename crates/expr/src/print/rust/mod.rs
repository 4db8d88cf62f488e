//! Rust: a function over slices with plain loops.
//!
//! Tensors are row-major slices; every product is a nest of loops over its indices, in which tensors of zeros
//! and ones fix an index instead of being multiplied with. Products of many factors are contracted in pairs.
//! Entrywise operations that are used once are fused into their user's loop.

mod function;
mod loops;
mod matrix;
mod number;
mod pairs;
mod reduction;
mod sources;
mod structure;
mod writer;

use super::arguments::with_others;
use crate::{Dim, Expr, Kind, Symbol};
use std::collections::BTreeSet;
use std::sync::Arc;
use writer::Writer;

/// A complete Rust function that computes the expression.
///
/// The function takes the `arguments`, used or not ([`arguments`](super::arguments) gives those of another
/// expression), then the other symbols in the order of their first appearance (`f64` for scalars, row-major
/// `&[f64]` for tensors), then the sizes in alphabetical order. A scalar is returned as `f64`, a tensor as a row-major
/// `Vec<f64>`. It needs the standard library alone, except that `erf`, `erfc`, `lgamma`, `digamma` and
/// `polygamma` are called in `gradus_scalar`. The function panics when a slice is shorter than its sizes say.
///
/// ```
/// use gradus_expr::{Dim, Expr, Function, Symbol, print::rust};
/// let x = Expr::symbol(Symbol::new("x", vec![Dim::symbol("n")]));
/// let code = rust(&x.apply(Function::Exp), "f", &[]);
/// assert!(code.contains("pub fn f(x: &[f64], n: usize) -> Vec<f64> {"));
/// assert!(code.contains("t1[k] = x[k].exp();"));
/// ```
pub fn rust(e: &Expr, name: &str, arguments: &[Arc<Symbol>]) -> String {
    let e = &e.rewrite(pairs::in_pairs);
    let order = e.postorder();
    let symbols = with_others(arguments, &order);
    let mut w = Writer::new(&order);
    let name = w.names.claim(name);
    let mut arguments: Vec<String> = Vec::new();
    for s in &symbols {
        let own = w.names.claim(&s.name);
        arguments.push(format!("{own}: {}", if s.shape.is_empty() { "f64" } else { "&[f64]" }));
        w.symbols.insert(s.name.to_string(), own);
    }
    for n in sizes(&symbols, &order) {
        let own = w.names.claim(&n);
        arguments.push(format!("{own}: usize"));
        w.sizes.insert(n, own);
    }
    for x in &order {
        w.node(x);
    }
    let (kind, result) = if e.is_scalar() {
        ("f64", w.entry(e))
    } else {
        let array = w.array(e);
        ("Vec<f64>", if e.as_symbol().is_some() { format!("{array}.to_vec()") } else { array })
    };
    let mut out = vec![
        "#[allow(non_snake_case, clippy::all)]".to_owned(),
        format!("pub fn {name}({}) -> {kind} {{", arguments.join(", ")),
    ];
    let functions = w.functions.iter().flat_map(|f| f.lines());
    out.extend(functions.chain(w.lines.iter().map(String::as_str)).map(|l| format!("    {l}")));
    out.push(format!("    {result}"));
    out.push("}".to_owned());
    out.join("\n") + "\n"
}

/// The named sizes of all arguments, axes and loops.
fn sizes(symbols: &[Arc<Symbol>], order: &[Expr]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = symbols.iter().flat_map(|s| s.dim_names()).map(str::to_owned).collect();
    for x in order {
        let inner = match x.kind() {
            Kind::Contract(c) => c.dims.as_slice(),
            Kind::Size(d) => std::slice::from_ref(d),
            _ => &[],
        };
        names.extend(x.shape().iter().chain(inner).flat_map(Dim::names).map(str::to_owned));
    }
    names
}
