//! The arguments of a printed function.

use crate::{Expr, Symbol};
use std::sync::Arc;

/// The symbols of an expression in the order in which it mentions them.
///
/// Given to [`numpy`](super::numpy), [`jax`](super::jax) and [`rust`](super::rust), the arguments of an expression
/// give its value, its gradient and its Hessian one signature.
///
/// ```
/// use gradus_expr::{derivative, print::{arguments, numpy}, syntax::Scope};
/// let f = Scope::new().expression("norm2(A*x - b)^2").unwrap();
/// let x = f.symbols()[2].clone();
/// let hessian = derivative(&derivative(&f, &x), &x);
/// assert!(numpy(&hessian, "hessian", &arguments(&f)).contains("def hessian(A, x, b):"));
/// ```
pub fn arguments(e: &Expr) -> Vec<Arc<Symbol>> {
    with_others(&[], &e.postorder())
}

/// The given symbols, then the others among the nodes, every name once.
pub(super) fn with_others(first: &[Arc<Symbol>], order: &[Expr]) -> Vec<Arc<Symbol>> {
    let mut all: Vec<Arc<Symbol>> = Vec::new();
    let mut names = std::collections::HashSet::new();
    for s in first.iter().chain(order.iter().filter_map(Expr::as_symbol)) {
        if names.insert(s.name.clone()) {
            all.push(s.clone());
        }
    }
    all
}
