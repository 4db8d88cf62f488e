//! What can be wrong with a request to build or transform an expression.

/// A mistake in building or transforming an expression, with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message names every field")]
pub enum Error {
    /// Two shapes or dimensions that must agree do not.
    #[error("{operation} needs equal shapes, but they are {left} and {right}")]
    ShapesDiffer { operation: String, left: String, right: String },
    /// An operand was given another number of indices than it has axes.
    #[error("an operand with {rank} axes was given {given} indices")]
    IndexCount { rank: usize, given: usize },
    /// An index stands twice in an output.
    #[error("output index {position} stands there twice; use a diagonal (an identity factor) instead")]
    RepeatedOutput { position: usize },
    /// An output index that no operand carries and whose dimension was not given.
    #[error("output index {position} is carried by no operand, so its dimension is unknown")]
    UnknownOutput { position: usize },
    /// Another number of operands than the function takes.
    #[error("{name} takes {expected} operands, but {given} were given")]
    OperandCount { name: &'static str, expected: usize, given: usize },
    /// An axis that does not exist.
    #[error("there is no axis {axis}: the operand has {rank}")]
    NoSuchAxis { axis: usize, rank: usize },
    /// A function of square matrices was given something else.
    #[error("{name} needs a square matrix, but the operand's shape is {shape}")]
    NotSquare { name: &'static str, shape: String },
    /// Something that needs a scalar was given a tensor.
    #[error("{operation} needs a scalar, but the shape is {shape}")]
    NotScalar { operation: String, shape: String },
    /// An operand of the wrong rank.
    #[error("{operation} needs {expected}, but the shape is {shape}")]
    WrongRank { operation: String, expected: &'static str, shape: String },
    /// A name that does not occur.
    #[error("there is no symbol named {name} here")]
    UnknownSymbol { name: String },
    /// A request beyond a stated limit.
    #[error("{what} would exceed the limit of {limit}")]
    LimitExceeded { what: String, limit: usize },
}
