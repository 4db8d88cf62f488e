//! JAX: a Python function over arrays that can be compiled, batched and differentiated.

use super::{Dialect, function};
use crate::{Expr, Symbol};
use std::sync::Arc;

const JAX: Dialect = Dialect {
    np: "jnp",
    imports: &["import jax", "import jax.numpy as jnp", "", "jax.config.update(\"jax_enable_x64\", True)"],
    special: "jax.scipy.special",
};

/// A complete Python function that computes the expression with JAX, with its imports; numbers have 64 bits.
///
/// The arguments are those of [`numpy`](crate::print::numpy). Sizes that are arguments must be static under `jax.jit`.
///
/// ```
/// use gradus_expr::{Dim, Expr, Function, Symbol, print::jax};
/// let x = Expr::symbol(Symbol::new("x", vec![Dim::symbol("n")]));
/// assert!(jax(&x.apply(Function::Exp), "f", &[]).ends_with("def f(x):\n    return jnp.exp(x)\n"));
/// ```
pub fn jax(e: &Expr, name: &str, arguments: &[Arc<Symbol>]) -> String {
    function(&JAX, e, name, arguments)
}
