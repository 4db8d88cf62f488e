//! The words of the language with one line on each, for those who write.

/// What a word is, as an editor shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Function,
    Question,
    Statement,
    /// What goes on with a question or a statement.
    Link,
    Assumption,
    Constant,
}

/// A word, an example of its use, and its meaning.
pub(crate) struct Word {
    pub(crate) name: &'static str,
    pub(crate) sort: Sort,
    /// With `s`, `t` numbers, `x`, `y` vectors of one length, `A` a square matrix; empty where it needs a table.
    #[cfg_attr(not(test), allow(dead_code, reason = "the tests read every example"))]
    pub(crate) example: &'static str,
    pub(crate) meaning: &'static str,
}

const fn function(name: &'static str, example: &'static str, meaning: &'static str) -> Word {
    Word { name, sort: Sort::Function, example, meaning }
}

const fn word(name: &'static str, sort: Sort, meaning: &'static str) -> Word {
    Word { name, sort, example: "", meaning }
}

pub(crate) const WORDS: &[Word] = &[
    function("abs", "abs(x)", "absolute value, entry by entry"),
    function("sign", "sign(x)", "-1, 0 or 1 by the sign of each entry"),
    function("exp", "exp(x)", "exponential, entry by entry"),
    function("log", "log(x)", "natural logarithm, entry by entry"),
    function("log1p", "log1p(x)", "log(1 + x), exact for small x"),
    function("expm1", "expm1(x)", "exp(x) - 1, exact for small x"),
    function("sqrt", "sqrt(x)", "square root, entry by entry"),
    function("square", "square(x)", "square of each entry"),
    function("sin", "sin(x)", "sine, in radians"),
    function("cos", "cos(x)", "cosine, in radians"),
    function("tan", "tan(x)", "tangent, in radians"),
    function("asin", "asin(x)", "inverse sine"),
    function("acos", "acos(x)", "inverse cosine"),
    function("atan", "atan(x)", "inverse tangent"),
    function("sinh", "sinh(x)", "hyperbolic sine"),
    function("cosh", "cosh(x)", "hyperbolic cosine"),
    function("tanh", "tanh(x)", "hyperbolic tangent"),
    function("sigmoid", "sigmoid(x)", "1/(1 + exp(-x))"),
    function("softplus", "softplus(x)", "log(1 + exp(x))"),
    function("relu", "relu(x)", "max(x, 0), entry by entry"),
    function("step", "step(x)", "1 above 0, else 0"),
    function("erf", "erf(x)", "error function"),
    function("erfc", "erfc(x)", "1 - erf(x)"),
    function("lgamma", "lgamma(x)", "logarithm of the gamma function"),
    function("digamma", "digamma(x)", "derivative of lgamma"),
    function("max", "max(x, y)", "the larger of two, entry by entry"),
    function("min", "min(x, y)", "the smaller of two, entry by entry"),
    function("clamp", "clamp(x, 0, 1)", "each entry held between two bounds"),
    function("pow", "pow(x, 2)", "power, entry by entry"),
    function("sum", "sum(x)", "sum of all entries"),
    function("mean", "mean(x)", "mean of all entries"),
    function("prod", "prod(x)", "product of all entries"),
    function("maximum", "maximum(x)", "the largest entry"),
    function("minimum", "minimum(x)", "the smallest entry"),
    function("logsumexp", "logsumexp(x)", "log of the sum of exponentials, without overflow"),
    function("softmax", "softmax(x)", "exponentials divided by their sum"),
    function("norm", "norm(x)", "Euclidean length"),
    function("norm1", "norm1(x)", "sum of absolute values"),
    function("norm2", "norm2(x)", "Euclidean length"),
    function("norminf", "norminf(x)", "largest absolute value"),
    function("normfro", "normfro(A)", "Frobenius norm of a matrix"),
    function("sum_squares", "sum_squares(x)", "sum of the squares of all entries"),
    function("dot", "dot(x, y)", "inner product x'*y"),
    function("outer", "outer(x, y)", "outer product x*y'"),
    function("kron", "kron(A, A)", "Kronecker product"),
    function("trace", "trace(A)", "sum of the diagonal"),
    function("det", "det(A)", "determinant"),
    function("logdet", "logdet(A)", "logarithm of the determinant"),
    function("inv", "inv(A)", "inverse of a matrix"),
    function("solve", "solve(A, x)", "the z with A*z = x"),
    function("diag", "diag(x)", "diagonal matrix of a vector, or diagonal of a matrix"),
    function("eye", "eye(3)", "identity matrix"),
    function("ones", "ones(3)", "vector or matrix of ones"),
    function("zeros", "zeros(3)", "vector or matrix of zeros"),
    function("vec", "vec(A)", "columns of a matrix below each other"),
    function("transpose", "transpose(A)", "A'"),
    function("hcat", "hcat(x, y)", "side by side"),
    function("vcat", "vcat(x, y)", "below each other"),
    function("cumsum", "cumsum(x)", "running sums"),
    function("sqdist", "sqdist(A, A)", "squared distances between rows"),
    function("rows", "rows(A)", "how many rows"),
    function("cols", "cols(A)", "how many columns"),
    function("quadform", "quadform(x, A)", "x'*A*x"),
    function("columns", "", "columns of the table as a matrix"),
    function("column", "", "a column of the table as a vector"),
    function("codes", "", "a category of the table as 1, 2, ..."),
    function("one_hot", "", "a category of the table as zeros and ones"),
    function("load", "", "an array of a file: load(\"w.npy\")"),
    word("pi", Sort::Constant, "3.14159..."),
    word("e", Sort::Constant, "2.71828..."),
    word("derive", Sort::Question, "the derivative: derive f wrt x"),
    word("simplify", Sort::Question, "a simpler form: simplify f"),
    word("equal", Sort::Question, "proved, tested or refuted: equal f == g"),
    word("check", Sort::Question, "a derivative against numbers: check f wrt x"),
    word("explain", Sort::Question, "shape, range, sign and curvature, with reasons"),
    word("eval", Sort::Question, "the value: eval f at x = 3"),
    word("plot", Sort::Question, "a figure: plot f for x in -3..3"),
    word("show", Sort::Question, "the expression as it is written"),
    word("minimize", Sort::Statement, "a problem, which is solved"),
    word("maximize", Sort::Statement, "a problem, which is solved"),
    word("data", Sort::Statement, "known numbers: data y = [1, 2, 3]"),
    word("param", Sort::Statement, "a number to be set: param lambda = 0.1 >= 0"),
    word("var", Sort::Statement, "an unknown: var w : [d]"),
    word("let", Sort::Statement, "a name for an expression"),
    word("def", Sort::Statement, "a function: def g(t) = t^2"),
    word("from", Sort::Statement, "a table: from @iris, or from \"file.csv\""),
    word("start", Sort::Statement, "where a solver begins: start w = [1, 2]"),
    word("wrt", Sort::Link, "with respect to"),
    word("order", Sort::Link, "of a derivative, 1 to 4"),
    word("for", Sort::Link, "the variables of a figure"),
    word("at", Sort::Link, "values for eval"),
    word("in", Sort::Link, "a range, or a set of values"),
    word("where", Sort::Link, "names for parts of an expression"),
    word("subject", Sort::Link, "subject to: the constraints of a problem"),
    word("symmetric", Sort::Assumption, "A' = A"),
    word("psd", Sort::Assumption, "symmetric, with x'*A*x >= 0"),
    word("pd", Sort::Assumption, "positive definite"),
    word("diagonal", Sort::Assumption, "zero off the diagonal"),
    word("orthogonal", Sort::Assumption, "Q'*Q = I"),
    word("nonsingular", Sort::Assumption, "square with an inverse"),
    word("positive", Sort::Assumption, "every entry above 0"),
    word("nonneg", Sort::Assumption, "every entry at least 0"),
    word("nonzero", Sort::Assumption, "no entry is 0"),
    word("simplex", Sort::Assumption, "entries at least 0 that sum to 1"),
    word("integer", Sort::Assumption, "every entry an integer"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use gradus_expr::syntax::{Scope, read_problem};

    #[test]
    fn every_function_is_one_of_the_language() {
        let mut scope = Scope::new();
        scope.declare("s, t : scalar").unwrap();
        scope.declare("x, y : [n]").unwrap();
        scope.declare("A : [n, n]").unwrap();
        for word in WORDS.iter().filter(|w| !w.example.is_empty()) {
            let read = scope.expression(word.example);
            assert!(read.is_ok() && word.example.contains(word.name), "{}: {read:?}", word.name);
        }
    }

    #[test]
    fn every_assumption_is_one_of_the_language() {
        for word in WORDS.iter().filter(|w| w.sort == Sort::Assumption) {
            let text = format!("var A : [3, 3] {}\nminimize sum(A)\n", word.name);
            let vector = text.replace("[3, 3]", "[3]");
            assert!(read_problem(&text).is_ok() || read_problem(&vector).is_ok(), "{}", word.name);
        }
    }
}
