//! The `.gr` language: from text to expressions, with every mistake named and drawn at its place.

mod ast;
mod print;

pub use ast::{Ast, AstNode, BinaryOp, Span, Subscript};
pub use print::print;
