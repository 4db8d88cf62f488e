"""Writes tables/examples/values.tsv: what independent tools answer to the problems in examples/.

Each function below states one example again, for NumPy, SciPy, scikit-learn or statsmodels, on the same files of
data, and solves it by another method than gradus does wherever there is one. A tolerance is absolute: relative to
the size of the number, times what the two stopping tests together can leave.

    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 statsmodels==0.15.0 pandas==3.1.1
    python examples.py
"""

import pathlib
import re

import numpy as np
import pandas as pd
import scipy
import scipy.optimize
import scipy.special
import scipy.stats
import sklearn
import sklearn.cluster
import sklearn.kernel_ridge
import sklearn.linear_model
import statsmodels
import statsmodels.api as sm

HERE = pathlib.Path(__file__).parent
SETS = HERE.parents[2] / "crates" / "data" / "datasets"
NUMPY = f"NumPy {np.__version__}"
SCIPY = f"SciPy {scipy.__version__}"
SKLEARN = f"scikit-learn {sklearn.__version__}"
STATSMODELS = f"statsmodels {statsmodels.__version__}"
NIST = "NIST StRD, certified values"

UNIQUE = "one minimum"
ROWS = []


def dataset(name):
    path = SETS / f"{name}.csv"
    return pd.read_csv(path if path.exists() else SETS / f"{name}.csv.gz")


def standardize(x):
    x = np.asarray(x, dtype=float)
    return (x - x.mean(axis=0)) / x.std(axis=0)


def row(example, quantity, value, relative, reason, tool, relation="=", scale=None):
    """The tolerance is `relative` times the value's size, or times `scale` where it may be 0."""
    size = abs(value) if scale is None else scale
    ROWS.append((example, quantity, relation, repr(float(value)), f"{relative * size:.1e}", reason, tool))


def vector(example, name, values, relative, reason, tool):
    values = np.asarray(values)
    scale = np.abs(values).max()
    for at in np.ndindex(values.shape):
        place = ",".join(str(k + 1) for k in at)
        row(example, f"{name}[{place}]", values[at], relative, reason, tool, scale=scale)


def diabetes():
    t = dataset("diabetes")
    return standardize(t.drop(columns="progression")), t["progression"].to_numpy(float)


def engel():
    t = dataset("engel")
    return t["income"].to_numpy(), t["foodexp"].to_numpy()


def wine():
    return standardize(dataset("wine").drop(columns="cultivar"))


def iris():
    return dataset("iris").iloc[:, :4].to_numpy()


def least_squares():
    e = "least_squares"
    certified = {}
    for line in (SETS / "nist" / "Longley.dat").read_text().splitlines():
        if m := re.match(r"\s+B(\d)\s+(\S+)\s+\S+\s*$", line):
            certified[int(m[1])] = float(m[2])
        if m := re.match(r"Residual\s+\d+\s+(\S+)", line):
            rss = float(m[1])
    why = "certified to 15 digits; the matrix's condition of 5e9 costs ten of sixteen"
    row(e, "objective", rss, 1e-9, "certified to 15 digits", NIST)
    row(e, "b", certified[0], 1e-6, why, NIST)
    for j in range(1, 7):
        row(e, f"w[{j}]", certified[j], 1e-6, why, NIST)


def ridge():
    e = "ridge"
    x, y = diabetes()
    m = sklearn.linear_model.Ridge(alpha=40, solver="svd").fit(x, y)
    r = y - m.predict(x)
    row(e, "objective", r @ r + 40 * m.coef_ @ m.coef_, 1e-10, UNIQUE, SKLEARN)
    vector(e, "w", m.coef_, 1e-7, UNIQUE, SKLEARN)
    row(e, "b", m.intercept_, 1e-7, UNIQUE, SKLEARN)


def lasso():
    e = "lasso"
    x, y = diabetes()
    m = sklearn.linear_model.Lasso(alpha=5, tol=1e-14, max_iter=10**6).fit(x, y)
    r = y - m.predict(x)
    row(e, "objective", r @ r / (2 * len(y)) + 5 * np.abs(m.coef_).sum(), 1e-8, UNIQUE, SKLEARN)
    row(e, "b", m.intercept_, 1e-5, UNIQUE, SKLEARN)
    scale = np.abs(m.coef_).max()
    for j, w in enumerate(m.coef_):
        row(e, f"p[{j + 1}]", max(w, 0), 1e-5, UNIQUE + " in p - q, and p or q is 0", SKLEARN, scale=scale)
        row(e, f"q[{j + 1}]", max(-w, 0), 1e-5, UNIQUE + " in p - q, and p or q is 0", SKLEARN, scale=scale)


def nonnegative_least_squares():
    e = "nonnegative_least_squares"
    x, y = diabetes()
    # The columns of x have mean 0, so that b is the mean of y.
    w, norm = scipy.optimize.nnls(x, y - y.mean())
    row(e, "objective", norm**2, 1e-9, UNIQUE, SCIPY)
    vector(e, "w", w, 1e-6, UNIQUE, SCIPY)
    row(e, "b", y.mean(), 1e-6, UNIQUE, SCIPY)


def huber():
    e = "huber"
    x, y = engel()
    fit = scipy.optimize.least_squares(lambda p: y - p[0] - p[1] * x, [0, 0.5], loss="huber", f_scale=50,
                                       x_scale=[100, 0.1], xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=10000)
    row(e, "objective", fit.cost, 1e-9, UNIQUE, SCIPY)
    row(e, "a", fit.x[0], 1e-4, UNIQUE + ", flat along a line of a and b", SCIPY)
    row(e, "b", fit.x[1], 1e-5, UNIQUE, SCIPY)


def quantile():
    e = "quantile"
    x, y = engel()
    tau, h, n = 0.9, 5, len(y)
    r = lambda p: y - p[0] - p[1] * x
    f = lambda p: np.sum(tau * r(p) + h * np.logaddexp(0, -r(p) / h)) / n
    def gradient(p):
        s = -(tau - scipy.special.expit(-r(p) / h)) / n
        return np.array([s.sum(), s @ x])
    def hessian(p):
        q = scipy.special.expit(-r(p) / h)
        v = q * (1 - q) / (h * n)
        return np.array([[v.sum(), v @ x], [v @ x, v @ x**2]])
    start = sm.QuantReg(y, sm.add_constant(x)).fit(q=tau).params
    fit = scipy.optimize.minimize(f, start, jac=gradient, hess=hessian, method="trust-exact", options={"gtol": 1e-12})
    row(e, "objective", fit.fun, 1e-8, UNIQUE, SCIPY)
    row(e, "a", fit.x[0], 1e-4, UNIQUE + ", flat along a line of a and b", SCIPY)
    row(e, "b", fit.x[1], 1e-5, UNIQUE, SCIPY)


def penguins():
    t = dataset("penguins")
    t = t[t["sex"].notna()]
    x = standardize(t[["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]])
    return x, np.where(t["sex"] == "male", 1, -1)


def logistic_fit(e, x, y, penalty, divisor, relative):
    """sum(log(1 + exp(-m)))/divisor + penalty/2*|w|^2."""
    m = sklearn.linear_model.LogisticRegression(C=1 / (penalty * divisor), solver="newton-cg", tol=1e-13, max_iter=10000)
    m.fit(x, y)
    margin = y * (x @ m.coef_[0] + m.intercept_[0])
    w = m.coef_[0]
    row(e, "objective", np.logaddexp(0, -margin).sum() / divisor + penalty / 2 * w @ w, 1e-9, UNIQUE, SKLEARN)
    vector(e, "w", w, relative, UNIQUE, SKLEARN)
    row(e, "b", m.intercept_[0], relative, UNIQUE, SKLEARN)


def logistic():
    logistic_fit("logistic", *penguins(), 1, 1, 1e-6)


def flagship():
    t = dataset("breast_cancer")
    x = standardize(t[["mean_radius", "mean_texture", "mean_smoothness", "mean_concavity"]])
    y = np.where(t["diagnosis"] == sorted(t["diagnosis"].unique())[1], 1, -1)
    logistic_fit("flagship", x, y, 0.1, len(y), 1e-6)


def softmax_digits():
    e = "softmax_digits"
    t = dataset("digits")
    x, y = t.filter(like="pixel_").to_numpy() / 16, t["digit"].to_numpy()
    m = sklearn.linear_model.LogisticRegression(C=1, fit_intercept=False, solver="newton-cg", tol=1e-10, max_iter=10000)
    m.fit(x, y)
    z = x @ m.coef_.T
    value = (scipy.special.logsumexp(z, axis=1) - z[np.arange(len(y)), y]).sum() + (m.coef_**2).sum() / 2
    row(e, "objective", value, 1e-9, UNIQUE, SKLEARN)
    scale = np.abs(m.coef_).max()
    for pixel, digit in [(20, 1), (37, 4), (44, 7), (61, 10)]:
        row(e, f"W[{pixel},{digit}]", m.coef_[digit - 1, pixel - 1], 1e-4, UNIQUE, SKLEARN, scale=scale)


def poisson():
    e = "poisson"
    x, y = engel()
    design = sm.add_constant(np.log(x))
    p = sm.GLM(y, design, family=sm.families.Poisson()).fit(tol=1e-15, maxiter=100).params
    eta = design @ p
    row(e, "objective", (np.exp(eta) - y * eta).mean(), 1e-10, UNIQUE, STATSMODELS)
    row(e, "a", p[0], 1e-5, UNIQUE, STATSMODELS)
    row(e, "b", p[1], 1e-5, UNIQUE, STATSMODELS)


def gamma_likelihood():
    e = "gamma_likelihood"
    x = engel()[0] / 1000
    # log a - digamma(a) = log(mean) - mean(log), and r = a/mean.
    gap = np.log(x.mean()) - np.log(x).mean()
    a = scipy.optimize.brentq(lambda a: np.log(a) - scipy.special.digamma(a) - gap, 1e-3, 1e3, xtol=1e-15, rtol=1e-15)
    r = a / x.mean()
    value = scipy.stats.gamma.logpdf(x, a, scale=1 / r).sum()
    row(e, "objective", value, 1e-9, UNIQUE, SCIPY)
    row(e, "a", a, 1e-6, UNIQUE, SCIPY)
    row(e, "r", r, 1e-6, UNIQUE, SCIPY)


def student_t():
    e = "student_t"
    x, nu = dataset("nile")["volume"].to_numpy(float), 4
    # Expectation maximisation: weights (nu + 1)/(nu + z^2).
    m, s = np.median(x), x.std()
    for _ in range(10000):
        w = (nu + 1) / (nu + ((x - m) / s) ** 2)
        m = (w @ x) / w.sum()
        s = np.sqrt(w @ (x - m) ** 2 / len(x))
    value = len(x) * np.log(s) + (nu + 1) / 2 * np.log1p(((x - m) / s) ** 2 / nu).sum()
    fitted = scipy.stats.t.fit(x, f0=nu)
    assert abs(fitted[1] - m) < 1e-2 and abs(fitted[2] - s) < 1e-2, fitted
    tool = f"{NUMPY} by expectation maximisation, as {SCIPY} stats.t.fit"
    row(e, "objective", value, 1e-9, "stationary point near the start", tool)
    row(e, "m", m, 1e-6, "stationary point near the start", tool)
    row(e, "s", s, 1e-5, "stationary point near the start", tool)


def gaussian_likelihood():
    e = "gaussian_likelihood"
    x = iris()
    s = np.cov(x.T, bias=True)
    k = np.linalg.inv(s)
    row(e, "objective", (4 - np.linalg.slogdet(k)[1]) / 2, 1e-9, "closed form", NUMPY)
    vector(e, "m", x.mean(axis=0), 1e-5, "closed form", NUMPY)
    vector(e, "K", k, 1e-5, "closed form", NUMPY)


def matrix_factorisation():
    e = "matrix_factorisation"
    x = wine()
    n, d = x.shape
    i, j = np.arange(1, n + 1)[:, None], np.arange(1, d + 1)[None, :]
    seen = np.sin(37 * i + 91 * j) < 0.7
    def alternate(u, v):
        """Alternating ridge regressions, until nothing changes."""
        last = np.inf
        for _ in range(20000):
            for a in range(n):
                s = seen[a]
                u[a] = np.linalg.solve(v[s].T @ v[s] + np.eye(2), v[s].T @ x[a, s])
            for b in range(d):
                s = seen[:, b]
                v[b] = np.linalg.solve(u[s].T @ u[s] + np.eye(2), u[s].T @ x[s, b])
            value = (seen * (x - u @ v.T) ** 2).sum() + (u**2).sum() + (v**2).sum()
            if last - value < 1e-12 * value:
                return value
            last = value
        return value
    c = np.arange(1, 3)[None, :]
    same = alternate(np.sin(i + c), np.cos(j.T * c))
    random = np.random.default_rng(1)
    best = min([same] + [alternate(random.normal(size=(n, 2)), random.normal(size=(d, 2))) for _ in range(8)])
    print(e, "same start", same, "best of 9", best)
    row(e, "objective", best, 1e-8, "least of 9 starts, the example's own among them", f"{NUMPY}, alternating ridge")


def rosenbrock():
    e = "rosenbrock"
    row(e, "objective", 0, 1e-12, "closed form", "Rosenbrock (1960)", scale=1)
    row(e, "x[1]", 1, 1e-6, "closed form", "Rosenbrock (1960)")
    row(e, "x[2]", 1, 1e-6, "closed form", "Rosenbrock (1960)")


def nist_misra1a():
    e = "nist_misra1a"
    row(e, "objective", 1.2455138894e-01, 1e-9, "certified to 11 digits", NIST)
    row(e, "b1", 2.3894212918e02, 1e-8, "certified to 11 digits", NIST)
    row(e, "b2", 5.5015643181e-04, 1e-8, "certified to 11 digits", NIST)


def kernel_ridge():
    e = "kernel_ridge"
    t = dataset("nile")
    x, y = standardize(t[["year"]]), standardize(t["volume"])
    m = sklearn.kernel_ridge.KernelRidge(alpha=1, kernel="rbf", gamma=2).fit(x, y)
    a = m.dual_coef_
    r = y - m.predict(x)
    value = r @ r + a @ sklearn.metrics.pairwise.rbf_kernel(x, gamma=2) @ a
    row(e, "objective", value, 1e-8, UNIQUE + "; K is so flat that a itself is not determined", SKLEARN)


def kmeans():
    e = "kmeans"
    x = iris()
    lloyd = lambda init, seed=None: sklearn.cluster.KMeans(3, init=init, n_init=1, tol=0, max_iter=1000, random_state=seed).fit(x)
    fits = [lloyd(x[[0, 50, 100]])] + [lloyd("random", seed) for seed in range(200)]
    values = sorted({round(m.inertia_, 9) for m in fits})
    print(e, "same start", fits[0].inertia_, "fixed points", values)
    best, second = values[0], values[1]
    tool = f"{SKLEARN}, Lloyd's iteration"
    row(e, "objective", best, 1e-8, "the least fixed point from 201 starts", tool, relation=">=")
    row(e, "objective", second, 1e-8, "descent from this start ends in one of the two least fixed points", tool, relation="<=")
    # One species lies apart and is a cluster in both.
    for j, c in enumerate(x[:50].mean(axis=0)):
        row(e, f"C[1,{j + 1}]", c, 1e-6, "the mean of the first species", NUMPY)


def two_layer_network():
    e = "two_layer_network"
    t = dataset("iris")
    x = standardize(t.iloc[:, :4])
    hot = pd.get_dummies(t["species"]).to_numpy(float)
    n, d, h, k = 150, 4, 3, 3
    def split(p):
        cut = np.split(p, np.cumsum([d * h, h, h * k]))
        return cut[0].reshape(d, h), cut[1], cut[2].reshape(h, k), cut[3]
    def value_gradient(p):
        A, a, B, b = split(p)
        H = np.tanh(x @ A + a)
        z = H @ B + b
        f = (scipy.special.logsumexp(z, axis=1).sum() - (hot * z).sum()) / n
        f += 0.005 * ((A**2).sum() + (B**2).sum())
        dz = (scipy.special.softmax(z, axis=1) - hot) / n
        dh = dz @ B.T * (1 - H**2)
        g = [x.T @ dh + 0.01 * A, dh.sum(axis=0), H.T @ dz + 0.01 * B, dz.sum(axis=0)]
        return f, np.concatenate([v.ravel() for v in g])
    i, c = np.arange(1, d + 1)[:, None], np.arange(1, h + 1)[None, :]
    start = np.concatenate([np.sin(i + 3 * c).ravel(), np.zeros(h),
                            np.cos(np.arange(1, h + 1)[:, None] * np.arange(1, k + 1)[None, :]).ravel(), np.zeros(k)])
    run = lambda p: scipy.optimize.minimize(value_gradient, p, jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 10000})
    same = run(start).fun
    random = np.random.default_rng(1)
    others = sorted(run(random.normal(size=start.size)).fun for _ in range(60))
    print(e, "same start", same, "others", others[:5], others[-5:])
    best = min([same] + others)
    row(e, "objective", same, 1e-6, "stationary point from the example's start", f"{SCIPY}, BFGS")
    row(e, "objective", best, 1e-6, "no point is known below the least of 61 starts", f"{SCIPY}, BFGS", relation=">=")


def pca_quotient():
    e = "pca_quotient"
    x = wine()
    row(e, "objective", np.linalg.eigvalsh(x.T @ x / len(x))[-1], 1e-9, "the largest eigenvalue", NUMPY)


EXAMPLES = [flagship, gamma_likelihood, gaussian_likelihood, huber, kernel_ridge, kmeans, lasso, least_squares, logistic,
            matrix_factorisation, nist_misra1a, nonnegative_least_squares, pca_quotient, poisson, quantile, ridge,
            rosenbrock, softmax_digits, student_t, two_layer_network]


def main():
    for example in EXAMPLES:
        example()
    folder = HERE.parent / "tables" / "examples"
    folder.mkdir(exist_ok=True)
    head = ["# What independent tools answer to the problems in examples/, written by generators/examples.py.",
            "# The found number is =, >= or <= the value, up to the tolerance, which is absolute.",
            "example\tquantity\trelation\tvalue\ttolerance\treason\ttool"]
    (folder / "values.tsv").write_text("\n".join(head + ["\t".join(r) for r in ROWS]) + "\n")


if __name__ == "__main__":
    main()
