//! Symbolic tensor expressions: built and parsed, differentiated, decided equal, simplified and printed.
//!
//! The heart is [`Expr`], an immutable shared graph in index notation. Everything here is `Expr -> Expr`, or a
//! question about an `Expr`.

mod build;
pub mod check;
mod derive;
mod dim;
mod equal;
mod error;
pub mod evaluate;
mod expr;
pub mod facts;
mod normal;
mod op;
pub mod print;
mod recognise;
mod refute;
pub mod sample;
mod simplify;
mod symbol;
pub mod syntax;

pub use derive::{differentiate, subgradient_at_kinks};
pub use dim::{Dim, Shape, show_shape};
pub use equal::{Counterexample, Equality, equal, equal_at};
pub use error::Error;
pub use expr::{Constant, Contraction, Expr, Index, Kind, Structure, postorder};
pub use op::{Function, MatrixFunction, Reduction};
pub use recognise::recognise;
pub use simplify::{derivative, simplify};
pub use symbol::{Bound, Domain, Properties, Property, Role, Symbol};

/// An exact rational number with integers of any size.
pub type Rational = num_rational::BigRational;
