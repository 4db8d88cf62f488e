"""Writes tables/operations/derivatives.tsv: every operation's value and derivative in 50-digit arithmetic.

Each case is a formula of the language beside the same formula in Python, written from the definition of the
operation over arrays of mpmath numbers. Values and derivatives by central differences: with 120 digits and a step
of 1e-25 the difference is right to some 45 digits, of which the table keeps 17. Each case is drawn three times,
at random sizes from 1 to 3 and at random points with three decimals, from the fixed seed below.

    pip install mpmath numpy
    python operations.py          # mpmath 1.4.1, numpy 2.4
"""

import itertools
import pathlib
import random

import mpmath
import numpy
from mpmath import mp, mpf

mp.dps = 120
STEP = mpf(10) ** -25
DRAWS = 3
SEED = 20240607


def each(f):
    """A function of numbers as one of arrays."""
    return numpy.frompyfunc(f, 1, 1)


def each2(f):
    return numpy.frompyfunc(f, 2, 1)


exp, log, sqrt = each(mp.exp), each(mp.log), each(mp.sqrt)
largest, smallest = each2(max), each2(min)


def array(values):
    return numpy.array(values, dtype=object)


def eye(n):
    return array([[mpf(i == j) for j in range(n)] for i in range(n)]).reshape(n, n)


def inverse(a):
    return array(mp.inverse(mp.matrix(a.tolist())).tolist()).reshape(a.shape)


def determinant(a):
    """By Laplace's expansion."""
    if a.shape[0] == 0:
        return mpf(1)
    minor = lambda j: numpy.delete(a[1:], j, axis=1)
    return sum((-1) ** j * a[0, j] * determinant(minor(j)) for j in range(a.shape[0]))


def cholesky(a):
    n = a.shape[0]
    l = array([[mpf(0)] * n for _ in range(n)]).reshape(n, n)
    for j in range(n):
        l[j, j] = mp.sqrt(a[j, j] - sum(l[j, k] ** 2 for k in range(j)))
        for i in range(j + 1, n):
            l[i, j] = (a[i, j] - sum(l[i, k] * l[j, k] for k in range(j))) / l[j, j]
    return l


def logsumexp(x, axis=None):
    return log(exp(x).sum(axis=axis))


def softmax(x, axis=0):
    e = exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def diagonal(x):
    n = x.shape[0]
    return array([[x[i] if i == j else mpf(0) for j in range(n)] for i in range(n)]).reshape(n, n)


def sqdist(x, y):
    return array([[((a - b) ** 2).sum() for b in y] for a in x]).reshape(len(x), len(y))


def product(x, axis=None):
    return numpy.multiply.reduce(x, axis=axis) if axis is not None else numpy.multiply.reduce(x.ravel())


def polygamma(k):
    return each(lambda t: mp.psi(k, t))


# Where entries are drawn from.
REAL, POSITIVE, INSIDE, APART = "real", "positive", "inside", "apart"

# operation, declarations, formula, by what, the formula in Python, domain
V, M = "x : [n]", "X : [m, n]"
CASES = []


def case(operation, declarations, formula, wrt, python, domain=REAL):
    CASES.append((operation, declarations, formula, wrt, python, domain))


def elementwise(operation, formula, f, domain=REAL, declared=""):
    """Vector to vector, and the sum of a matrix's image twice differentiated."""
    case(operation, V + declared, formula.replace("?", "x"), "x", lambda x: each(f)(x), domain)
    case(operation, M + declared, f"sum({formula.replace('?', 'X')})", "X X", lambda X: each(f)(X).sum(), domain)


elementwise("abs", "abs(?)", abs)
elementwise("sign", "sign(?)", mp.sign)
elementwise("exp", "exp(?)", mp.exp)
elementwise("log", "log(?)", mp.log, POSITIVE)
elementwise("log1p", "log1p(?)", lambda t: mp.log(1 + t), INSIDE)
elementwise("expm1", "expm1(?)", lambda t: mp.exp(t) - 1)
elementwise("sqrt", "sqrt(?)", mp.sqrt, POSITIVE)
elementwise("square", "square(?)", lambda t: t * t)
elementwise("pow", "?.^3", lambda t: t**3)
elementwise("pow", "?.^(-2)", lambda t: t**-2)
elementwise("pow", "?.^(5/2)", lambda t: t ** (mpf(5) / 2), POSITIVE)
elementwise("pow", "?.^(-1/3)", lambda t: t ** (mpf(-1) / 3), POSITIVE, " positive")
elementwise("pow", "2.^?", lambda t: mpf(2) ** t)
elementwise("pow", "?.^?", lambda t: t**t, POSITIVE)
elementwise("sin", "sin(?)", mp.sin)
elementwise("cos", "cos(?)", mp.cos)
elementwise("tan", "tan(?)", mp.tan, INSIDE)
elementwise("asin", "asin(?)", mp.asin, INSIDE)
elementwise("acos", "acos(?)", mp.acos, INSIDE)
elementwise("atan", "atan(?)", mp.atan)
elementwise("sinh", "sinh(?)", mp.sinh)
elementwise("cosh", "cosh(?)", mp.cosh)
elementwise("tanh", "tanh(?)", mp.tanh)
elementwise("sigmoid", "sigmoid(?)", lambda t: 1 / (1 + mp.exp(-t)))
elementwise("softplus", "softplus(?)", lambda t: mp.log(1 + mp.exp(t)))
elementwise("relu", "relu(?)", lambda t: max(t, mpf(0)))
elementwise("step", "step(?)", lambda t: mpf(t > 0))
elementwise("erf", "erf(?)", mp.erf)
elementwise("erfc", "erfc(?)", mp.erfc)
elementwise("lgamma", "lgamma(?)", lambda t: mp.log(mp.gamma(t)), POSITIVE)
elementwise("digamma", "digamma(?)", mp.digamma, POSITIVE)
elementwise("polygamma", "polygamma(1, ?)", lambda t: mp.psi(1, t), POSITIVE)
elementwise("polygamma", "polygamma(3, ?)", lambda t: mp.psi(3, t), POSITIVE)
elementwise("max", "max(?, 0.5)", lambda t: max(t, mpf(1) / 2))
elementwise("min", "min(?, 0.5)", lambda t: min(t, mpf(1) / 2))
elementwise("clamp", "clamp(?, -0.4, 0.7)", lambda t: min(max(t, mpf("-0.4")), mpf("0.7")))
elementwise("<", "(? < 0.2) .* ?.^2", lambda t: t * t if t < mpf("0.2") else mpf(0))
elementwise("<=", "(? <= 0.2) .* ?.^2", lambda t: t * t if t <= mpf("0.2") else mpf(0))
elementwise("<", "(? > 0.2) .* ?.^2", lambda t: t * t if t > mpf("0.2") else mpf(0))
elementwise("==", "(? == 0.2) .* ?.^2 + ?", lambda t: t)
elementwise("!=", "(? != 0.2) .* ?.^2", lambda t: t * t)
elementwise("where", "where(? < 0, ?.^2, sin(?))", lambda t: t * t if t < 0 else mp.sin(t))

# Two operands, by each of them.
XY = "x : [n]; y : [n]"
for wrt in ("x", "y"):
    case("+", XY, "x + 2*y", wrt, lambda x, y: x + 2 * y)
    case("-", XY, "x - 3*y", wrt, lambda x, y: x - 3 * y)
    case(".*", XY, "x .* y", wrt, lambda x, y: x * y)
    case("./", XY, "x ./ y", wrt, lambda x, y: x / y, POSITIVE)
    case("pow", XY, "x .^ y", wrt, lambda x, y: x**y, POSITIVE)
    case("max", XY, "max(x, y)", wrt, lambda x, y: largest(x, y))
    case("min", XY, "min(x, y)", wrt, lambda x, y: smallest(x, y))
    case("where", XY, "where(x < y, x.*y, exp(y))", wrt,
         lambda x, y: array([a * b if a < b else mp.exp(b) for a, b in zip(x, y)]))
    case("dot", XY, "dot(x, y)", wrt, lambda x, y: (x * y).sum())
    case("*", XY, "x'*y", wrt, lambda x, y: (x * y).sum())
    case("outer", "x : [m]; y : [n]", "outer(x, y)", wrt, lambda x, y: numpy.outer(x, y))
    case("*", "x : [m]; y : [n]", "x*y'", wrt, lambda x, y: numpy.outer(x, y))
    case("kron", "x : [m]; y : [n]", "kron(x, y)", wrt, lambda x, y: numpy.kron(x, y))
    case(".-", "x : [m]; y : [n]", "(x .- y').^3", wrt, lambda x, y: (x[:, None] - y[None, :]) ** 3)
    case("[ ; ]", "x : [m]; y : [n]", "[x; y.^2]", wrt, lambda x, y: numpy.concatenate([x, y**2]))
    case("clamp", "x : [n]; y : [n]", "clamp(x.*y, -y.^2, y.^2)", wrt,
         lambda x, y: array([min(max(a * b, -b * b), b * b) for a, b in zip(x, y)]))

# Matrices.
AB = "A : [m, k]; B : [k, n]"
for wrt in ("A", "B"):
    case("*", AB, "A*B", wrt, lambda A, B: A @ B)
    case(".*", "A : [m, n]; B : [m, n]", "A .* B", wrt, lambda A, B: A * B)
    case("kron", AB, "kron(A, B)", wrt, lambda A, B: numpy.kron(A, B))
    case("sqdist", "A : [m, k]; B : [n, k]", "sqdist(A, B)", wrt, sqdist)
    case("trace", "A : [m, n]; B : [n, m]", "trace(A*B)", wrt, lambda A, B: numpy.trace(A @ B))
    case("[ , ]", "A : [m, n]; B : [m, k]", "[A, B.^2]", wrt, lambda A, B: numpy.concatenate([A, B**2], axis=1))
    case("hcat", "A : [m, n]; B : [m, k]", "hcat(A, B)*hcat(A, B)'", wrt,
         lambda A, B: (lambda C: C @ C.T)(numpy.concatenate([A, B], axis=1)))
    case("vcat", "A : [m, n]; B : [k, n]", "vcat(A, B)", wrt, lambda A, B: numpy.concatenate([A, B]))
    case("einsum", "A : [m, k]; B : [k, n]", 'einsum("ij,jk->ki", A, B)', wrt, lambda A, B: (A @ B).T)
    case("einsum", "A : [m, k]; B : [m, k]", 'einsum("ij,ij->j", A, B)', wrt, lambda A, B: (A * B).sum(axis=0))
for wrt in ("A", "x"):
    case("*", "A : [m, n]; x : [n]", "A*x", wrt, lambda A, x: A @ x)
    case("*", "A : [n, m]; x : [n]", "x'*A", wrt, lambda A, x: (x @ A)[None, :])
    case("quadform", "A : [n, n]; x : [n]", "quadform(x, A)", wrt, lambda A, x: x @ A @ x)
    case("'", "A : [m, n]; x : [m]", "A'*x", wrt, lambda A, x: A.T @ x)
    case("solve", "A : [n, n]; x : [n]", "solve(A + 4*eye(n), x)", wrt,
         lambda A, x: inverse(A + 4 * eye(len(x))) @ x)
    case(".*", "A : [m, n]; x : [n]", "A .* x'", wrt, lambda A, x: A * x[None, :])
    case("./", "A : [m, n]; x : [m]", "A ./ x", wrt, lambda A, x: A / x[:, None], POSITIVE)
    case(".+", "A : [m, n]; x : [n]", "(A .+ x').^2", wrt, lambda A, x: (A + x[None, :]) ** 2)
case("*", "A : [n, n]; x : [n]", "x'*A*x", "x x", lambda A, x: x @ A @ x)
case("quadform", "A : [n, n] symmetric; x : [n]", "quadform(x, A)", "x x", lambda A, x: x @ A @ x)
case("quadform", "A : [n, n] symmetric; x : [n]", "quadform(x, A)", "A", lambda A, x: x @ A @ x)
case("logdet", "A : [n, n] symmetric", "logdet(A + 4*eye(n))", "A",
     lambda A: mp.log(determinant(A + 4 * eye(len(A)))))
case("solve", "A : [n, n]; B : [n, m]", "solve(A + 4*eye(n), B)", "A",
     lambda A, B: inverse(A + 4 * eye(len(A))) @ B)
case("solve", "A : [n, n]; B : [n, m]", "solve(A + 4*eye(n), B)", "B",
     lambda A, B: inverse(A + 4 * eye(len(A))) @ B)

SQUARE = "A : [n, n]"
case("'", "A : [m, n]", "A'", "A", lambda A: A.T)
case("transpose", "A : [m, n]", "transpose(A).^2", "A", lambda A: A.T**2)
case("^", SQUARE, "A^3", "A", lambda A: A @ A @ A)
case("^", SQUARE, "(A + 4*eye(n))^(-1)", "A", lambda A: inverse(A + 4 * eye(len(A))))
case("trace", SQUARE, "trace(A^2)", "A A", lambda A: numpy.trace(A @ A))
case("trace", SQUARE, "tr(A)*A", "A", lambda A: numpy.trace(A) * A)
case("det", SQUARE, "det(A)", "A A", determinant)
case("logdet", SQUARE, "logdet(A + 4*eye(n))", "A A", lambda A: mp.log(determinant(A + 4 * eye(len(A)))))
case("inv", SQUARE, "inv(A + 4*eye(n))", "A", lambda A: inverse(A + 4 * eye(len(A))))
case("cholesky", SQUARE, "cholesky(A*A' + eye(n))", "A", lambda A: cholesky(A @ A.T + eye(len(A))))
case("diag", SQUARE, "diag(A)", "A", lambda A: array([A[i, i] for i in range(len(A))]))
case("diag", V, "diag(x.^2)", "x", lambda x: diagonal(x**2))
case("eye", "s : []; A : [n, n]", "s*eye(n)*A", "s", lambda s, A: s * A)
case("ones", "s : []; x : [n]", "s^2*ones(n) + x", "s", lambda s, x: s**2 * array([mpf(1)] * len(x)) + x)
case("zeros", V, "zeros(n) + x.^3", "x", lambda x: x**3)
case("vec", "A : [m, n]", "vec(A.^2)", "A", lambda A: (A**2).T.ravel())
case("reshape", "A : [2, 3]", "reshape(A, 3, 2)", "A", lambda A: A.ravel(order="F").reshape(3, 2, order="F"))
case("cumsum", V, "cumsum(x.^2)", "x", lambda x: numpy.cumsum(x**2))
case("cumsum", "A : [m, n]", "cumsum(A, 1)", "A", lambda A: numpy.cumsum(A, axis=0))
case("cumsum", "A : [m, n]", "cumsum(A, 2)", "A", lambda A: numpy.cumsum(A, axis=1))
case("softmax", V, "softmax(x)", "x", softmax)
case("softmax", "A : [m, n]", "softmax(A, 1)", "A", lambda A: softmax(A, 0))
case("softmax", "A : [m, n]", "softmax(A, 2)", "A", lambda A: softmax(A, 1))
case("sqdist", "A : [m, n]", "sum(exp(-sqdist(A, A)))", "A", lambda A: exp(-sqdist(A, A)).sum())
case("sum_squares", "A : [m, n]", "sum_squares(A)", "A A", lambda A: (A * A).sum())
case("sum_squares", "A : [m, n]", "sum_squares(A, axis=2)", "A", lambda A: (A * A).sum(axis=1))

# Positions.
case("[i]", "x : [4]", "x[2]*x", "x", lambda x: x[1] * x)
case("[i]", "x : [4]", "x[end] - x[1]", "x", lambda x: x[3] - x[0])
case("[a:b]", "x : [4]", "x[2:4].^2", "x", lambda x: x[1:] ** 2)
case("[a:s:b]", "x : [5]", "x[1:2:5] .* x[5:-2:1]", "x", lambda x: x[::2] * x[::-2])
case("[a:b]", "x : [n]", "x[1:n]", "x", lambda x: x)
case("[i, j]", "A : [3, 3]", "A[2, 3]*A[3, 1]", "A A", lambda A: A[1, 2] * A[2, 0])
case("[i, :]", "A : [3, n]", "A[2, :].^2", "A", lambda A: A[1] ** 2)
case("[:, j]", "A : [m, 3]", "A[:, 3].^2", "A", lambda A: A[:, 2] ** 2)
case("row", "A : [3, n]", "row(A, 1)", "A", lambda A: A[0])
case("col", "A : [m, 2]", "col(A, 2)", "A", lambda A: A[:, 1])
case("[a:b, :]", "A : [3, n]", "A[2:3, :]", "A", lambda A: A[1:])
case("gather", "b : [3]; g : [4] integer", "b[g].^2", "b", lambda b, g: b[[int(i) - 1 for i in g]] ** 2)
case("gather", "B : [3, n]; g : [4] integer", "B[g, :]", "B", lambda B, g: B[[int(i) - 1 for i in g]])
case("gather", "B : [n, 3]; g : [4] integer", "B[:, g]", "B", lambda B, g: B[:, [int(i) - 1 for i in g]])
case("one_hot", "B : [3, n]; g : [4] integer", "one_hot(g, 3)*B", "B", lambda B, g: B[[int(i) - 1 for i in g]])
case("rows", "X : [m, n]", "sum(X)/rows(X)", "X", lambda X: X.sum() / X.shape[0])
case("cols", "X : [m, n]", "X/cols(X)", "X", lambda X: X / X.shape[1])
case("[ , ]", "s : []; t : []", "[s, t; t^2, s*t]", "s", lambda s, t: array([[s, t], [t**2, s * t]]))
case("[ , ]", "s : []; t : []", "[s, t; t^2, s*t]", "t", lambda s, t: array([[s, t], [t**2, s * t]]))

# Reductions: of all, along rows, along columns; of a function of the entries.
for name, f in [
    ("sum", lambda x, axis=None: x.sum(axis=axis)),
    ("mean", lambda x, axis=None: x.sum(axis=axis) / (x.size if axis is None else x.shape[axis])),
    ("prod", product),
    ("max", lambda x, axis=None: x.max(axis=axis)),
    ("min", lambda x, axis=None: x.min(axis=axis)),
    ("logsumexp", logsumexp),
    ("norm1", lambda x, axis=None: abs(x).sum(axis=axis)),
    ("norm2", lambda x, axis=None: each(mp.sqrt)((x * x).sum(axis=axis))),
    ("norminf", lambda x, axis=None: abs(x).max(axis=axis)),
]:
    case(name, V, f"{name}(x)", "x x", lambda x, f=f: f(x), APART)
    case(name, V, f"{name}(x.^2 + x)", "x", lambda x, f=f: f(x * x + x), APART)
    case(name, M, f"{name}(X, axis=1)", "X", lambda X, f=f: f(X, 0), APART)
    case(name, M, f"{name}(X, axis=2)", "X", lambda X, f=f: f(X, 1), APART)
case("normfro", M, "normfro(X)", "X X", lambda X: mp.sqrt((X * X).sum()), APART)
case("norm2", "A : [m, n]; x : [n]", "norm2(A*x)^2", "x x", lambda A, x: ((A @ x) ** 2).sum())
case("argmax", V, "argmax(x)*sum(x)", "x", lambda x: (int(numpy.argmax(x)) + 1) * x.sum(), APART)
case("argmin", V, "argmin(x)*sum(x)", "x", lambda x: (int(numpy.argmin(x)) + 1) * x.sum(), APART)


def draw(random_, shape, domain, properties):
    """A random array whose entries have three decimals."""
    count = int(numpy.prod(shape)) if shape else 1
    if "integer" in properties:
        entries = [mpf(random_.randint(1, 3)) for _ in range(count)]
    elif domain == POSITIVE:
        entries = [mpf(random_.randint(200, 2500)) / 1000 for _ in range(count)]
    elif domain == INSIDE:
        entries = [mpf(random_.choice((-1, 1)) * random_.randint(50, 900)) / 1000 for _ in range(count)]
    elif domain == APART:  # no ties, not even in absolute value, and none where x^2 + x ties
        entries = [mpf(random_.choice((-1, 1)) * k) / 1000 for k in random_.sample(range(103, 1800, 31), count)]
    else:
        entries = [mpf(random_.choice((-1, 1)) * random_.randint(101, 1500)) / 1000 for _ in range(count)]
    if "positive" in properties:
        entries = [abs(e) for e in entries]
    a = array(entries).reshape(shape)
    return (a + a.T) / 2 if "symmetric" in properties else a


def parse(declarations):
    for one in declarations.split(";"):
        name, rest = one.split(":")
        sizes, properties = rest.split("]")
        yield name.strip(), [s.strip() for s in sizes.strip(" [").split(",") if s.strip()], properties.split()


def difference(f, values, name, symmetric):
    """The derivative of f by one operand: the output's axes, then the operand's."""
    x = values[name]
    out = numpy.asarray(f(**values), dtype=object)
    result = numpy.empty(out.shape + x.shape, dtype=object)
    for at in itertools.product(*(range(k) for k in x.shape)):
        sides = []
        for h in (STEP, -STEP):
            moved = x.copy()
            if symmetric:
                moved[at] += h / 2
                moved[at[::-1]] += h / 2
            else:
                moved[at] += h
            sides.append(numpy.asarray(f(**{**values, name: moved}), dtype=object))
        result[(Ellipsis, *at)] = (sides[0] - sides[1]) / (2 * STEP)
    return result


def decimal(v):
    return mp.nstr(v, 17, strip_zeros=True) if abs(v) > mpf(10) ** -30 else "0"


def text(a):
    a = numpy.asarray(a, dtype=object)
    shape = "x".join(str(k) for k in a.shape) or "scalar"
    return f"{shape}:" + ",".join(decimal(v) for v in a.ravel())


def main():
    random_ = random.Random(SEED)
    lines = [
        "# Every operation's value and derivative at random points, by central differences in 120-digit arithmetic.",
        f"# mpmath {mpmath.__version__}, numpy {numpy.__version__}, seed {SEED}; written by generators/operations.py.",
        "# Arrays are shape:entries, the last axis fastest. By `X X` the derivative is the second one.",
        "operation\tdeclarations\tformula\tby\tbindings\tvalue\tderivative",
    ]
    for operation, declarations, formula, wrt, python, domain in CASES:
        by = wrt.split()
        for _ in range(DRAWS):
            sizes = {s: random_.randint(1, 3) for s in "mnk"}
            values, properties = {}, {}
            for name, dims, words in parse(declarations):
                shape = tuple(int(d) if d.isdigit() else sizes[d] for d in dims)
                values[name], properties[name] = draw(random_, shape, domain, words), words
            f = lambda **v: python(*v.values())
            for name in by:
                f = (lambda g: lambda **v: difference(g, v, name, "symmetric" in properties[name]))(f)
            bindings = ";".join(f"{n}={text(v)}" for n, v in values.items())
            lines.append("\t".join([operation, declarations, formula, wrt, bindings,
                                    text(python(*values.values())), text(f(**values))]))
    folder = pathlib.Path(__file__).parent.parent / "tables" / "operations"
    folder.mkdir(exist_ok=True)
    (folder / "derivatives.tsv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
