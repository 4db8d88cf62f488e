//! The closed tables of operations.
//!
//! Every room that must know an operation (value, derivative, sign, curvature, interval, the printers, the
//! kernels) matches on these enums without a wildcard arm, so that adding a variant makes the compiler list
//! the rooms.

use num_rational::Ratio;

/// An elementwise function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    /// `x^p` for an exact rational constant p: `sqrt(x)` is `x^(1/2)`, `1/x` is `x^(-1)`.
    Power(Ratio<i64>),
    /// `|x|`; slope at 0 taken as `sign(0) = 0`.
    Abs,
    /// -1, 0 or 1; slope 0 everywhere.
    Sign,
    /// `e^x`.
    Exp,
    /// The natural logarithm.
    Log,
    /// `log(1 + x)`, accurate near 0.
    Log1p,
    /// `e^x - 1`, accurate near 0.
    Expm1,
    /// Sine of an angle in radians.
    Sin,
    /// Cosine of an angle in radians.
    Cos,
    /// Tangent of an angle in radians.
    Tan,
    /// Inverse sine, in `[-pi/2, pi/2]`.
    Asin,
    /// Inverse cosine, in `[0, pi]`.
    Acos,
    /// Inverse tangent, in `(-pi/2, pi/2)`.
    Atan,
    /// Hyperbolic sine.
    Sinh,
    /// Hyperbolic cosine.
    Cosh,
    /// Hyperbolic tangent.
    Tanh,
    /// `1/(1 + e^-x)`.
    Sigmoid,
    /// `log(1 + e^x)`.
    Softplus,
    /// `max(x, 0)`; slope at 0 taken as 0.
    Relu,
    /// 1 for x > 0, else 0: the slope of `relu`.
    Step,
    /// The error function `2/sqrt(pi) * int_0^x e^(-t^2) dt`.
    Erf,
    /// `1 - erf(x)`, accurate for large x.
    Erfc,
    /// `log|Gamma(x)|`.
    Lgamma,
    /// The k-th derivative of `digamma`; `Polygamma(0)` is digamma itself, the slope of `lgamma`.
    Polygamma(u32),
    /// `x^y`, both varying. Where x is negative it is defined only for integer y.
    Pow,
    /// The larger of two; on a tie the slope goes to the first.
    Max,
    /// The smaller of two; on a tie the slope goes to the first.
    Min,
    /// 1 where `x < y`, else 0.
    Less,
    /// 1 where `x <= y`, else 0.
    LessEqual,
    /// 1 where `x == y`, else 0.
    Equal,
    /// 1 where `x != y`, else 0.
    NotEqual,
    /// `where(c, a, b)`: a where c is not 0, else b. What is not selected does not matter, not even as NaN.
    Where,
    /// `clamp(x, lo, hi)`: x moved into `[lo, hi]`; slope in x is 1 inside and at the ends, else 0.
    Clamp,
}

impl Function {
    /// `x^(p/q)`.
    pub fn power(p: i64, q: i64) -> Self {
        Function::Power(Ratio::new(p, q))
    }

    /// How many operands the function takes.
    pub fn arity(self) -> usize {
        match self {
            Function::Power(_)
            | Function::Abs
            | Function::Sign
            | Function::Exp
            | Function::Log
            | Function::Log1p
            | Function::Expm1
            | Function::Sin
            | Function::Cos
            | Function::Tan
            | Function::Asin
            | Function::Acos
            | Function::Atan
            | Function::Sinh
            | Function::Cosh
            | Function::Tanh
            | Function::Sigmoid
            | Function::Softplus
            | Function::Relu
            | Function::Step
            | Function::Erf
            | Function::Erfc
            | Function::Lgamma
            | Function::Polygamma(_) => 1,
            Function::Pow
            | Function::Max
            | Function::Min
            | Function::Less
            | Function::LessEqual
            | Function::Equal
            | Function::NotEqual => 2,
            Function::Where | Function::Clamp => 3,
        }
    }

    /// The name in the language; powers print as operators, so theirs is only for messages.
    pub fn name(self) -> &'static str {
        match self {
            Function::Power(_) | Function::Pow => "pow",
            Function::Abs => "abs",
            Function::Sign => "sign",
            Function::Exp => "exp",
            Function::Log => "log",
            Function::Log1p => "log1p",
            Function::Expm1 => "expm1",
            Function::Sin => "sin",
            Function::Cos => "cos",
            Function::Tan => "tan",
            Function::Asin => "asin",
            Function::Acos => "acos",
            Function::Atan => "atan",
            Function::Sinh => "sinh",
            Function::Cosh => "cosh",
            Function::Tanh => "tanh",
            Function::Sigmoid => "sigmoid",
            Function::Softplus => "softplus",
            Function::Relu => "relu",
            Function::Step => "step",
            Function::Erf => "erf",
            Function::Erfc => "erfc",
            Function::Lgamma => "lgamma",
            Function::Polygamma(0) => "digamma",
            Function::Polygamma(_) => "polygamma",
            Function::Max => "max",
            Function::Min => "min",
            Function::Less => "<",
            Function::LessEqual => "<=",
            Function::Equal => "==",
            Function::NotEqual => "!=",
            Function::Where => "where",
            Function::Clamp => "clamp",
        }
    }
}

/// A reduction along one axis. Sums are contractions, not reductions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reduction {
    /// The largest entry; on a tie the slope goes to the first.
    Max,
    /// The smallest entry; on a tie the slope goes to the first.
    Min,
    /// The product.
    Prod,
    /// `log(sum(exp(x)))` without overflow.
    LogSumExp,
    /// The position of the largest entry, from 1; the first on a tie.
    ArgMax,
    /// The position of the smallest entry, from 1; the first on a tie.
    ArgMin,
}

impl Reduction {
    /// The name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Reduction::Max => "max",
            Reduction::Min => "min",
            Reduction::Prod => "prod",
            Reduction::LogSumExp => "logsumexp",
            Reduction::ArgMax => "argmax",
            Reduction::ArgMin => "argmin",
        }
    }
}

/// A function of a square matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MatrixFunction {
    /// The inverse, `[n, n]`. `inv(A)*b` is computed as a solution of equations.
    Inverse,
    /// The determinant, a scalar.
    Det,
    /// The logarithm of the determinant, a scalar, defined where the determinant is positive.
    LogDet,
    /// The lower triangular L with positive diagonal and `L*L' = A`, for a positive definite A.
    Cholesky,
}

impl MatrixFunction {
    /// The name in the language.
    pub fn name(self) -> &'static str {
        match self {
            MatrixFunction::Inverse => "inv",
            MatrixFunction::Det => "det",
            MatrixFunction::LogDet => "logdet",
            MatrixFunction::Cholesky => "cholesky",
        }
    }
}
