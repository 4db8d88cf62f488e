//! The `.gr` language: from text to expressions, with every mistake named and drawn at its place.
//!
//! Text becomes tokens, notation ([`Ast`]), then an [`Expr`](crate::Expr): `parse_*` reads notation and never
//! fails, [`Scope`] and [`read_problem`] find names, infer shapes and check them.

mod ast;
mod diagnostic;
mod elaborate;
mod greek;
mod infer;
mod lexer;
mod nearest;
mod parser;
mod print;
mod problem;
mod scope;
mod statement;

pub use ast::{Ast, AstNode, BinaryOp, Span, Subscript};
pub use diagnostic::{Diagnostic, Severity, render_all};
pub use print::print;
pub use problem::{Constraint, Declared, Problem, Relation, Table, read_problem};
pub use scope::Scope;
pub use statement::{Declaration, FileAst, Sense, Statement, TableSource, parse_expression, parse_file};
