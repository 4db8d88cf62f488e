//! Linear-algebra notation in Rust: products, norms, slices and the rest as methods of `Expr`.
