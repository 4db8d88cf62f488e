//! Printers: text, LaTeX, NumPy, JAX and Rust.
