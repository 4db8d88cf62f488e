"""The peers' side of the benchmarks, on the data that gradus reads; the same jobs and the same lines.

    python logistic.py gradient-numpy FOLDER REPEATS
    python logistic.py gradient-jax   FOLDER REPEATS
    python logistic.py lbfgs-scipy    FOLDER REPEATS TOL
    python logistic.py lbfgs-sklearn  FOLDER REPEATS TOL
"""

import sys
import time
from pathlib import Path

import numpy as np


def read(folder):
    rows, columns, lam = (Path(folder) / "size.txt").read_text().split()
    get = lambda name: np.fromfile(Path(folder) / name, dtype="<f8")
    return get("X.f64").reshape(int(rows), int(columns)), get("y.f64"), get("w.f64"), float(lam)


def numpy_functions(X, y, lam):
    """Gradient alone, and value with gradient, written for speed: BLAS, in place, one exponential an entry."""
    n = len(y)
    t, u = np.empty(n), np.empty(n)

    def gradient(w):
        np.dot(X, w, out=t)
        np.multiply(t, y, out=t)
        np.exp(t, out=t)
        np.add(t, 1, out=t)
        np.divide(y, t, out=t)  # y * sigmoid(-m)
        g = X.T @ t
        g *= -1 / n
        g += lam * w
        return g

    def value_gradient(w):
        np.dot(X, w, out=t)
        np.multiply(t, y, out=t)
        np.abs(t, out=u)
        np.negative(u, out=u)
        np.exp(u, out=u)  # exp(-|m|)
        value = (np.log1p(u).sum() - np.minimum(t, 0).sum()) / n + lam / 2 * (w @ w)
        np.exp(t, out=t)
        np.add(t, 1, out=t)
        np.divide(y, t, out=t)
        g = X.T @ t
        g *= -1 / n
        g += lam * w
        return value, g

    return gradient, value_gradient


def timed(f, *arguments):
    start = time.perf_counter()
    answer = f(*arguments)
    return time.perf_counter() - start, answer


def gradient_numpy(X, y, w, lam, repeats):
    gradient, value_gradient = numpy_functions(X, y, lam)
    print("gradient", *[repr(float(v)) for v in value_gradient(w)[1]], sep=" ")
    gradient(w)
    for _ in range(repeats):
        print("seconds", timed(gradient, w)[0], timed(value_gradient, w)[0], sep="\t")


def gradient_jax(X, y, w, lam, repeats):
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    X, y, w = jnp.asarray(X), jnp.asarray(y), jnp.asarray(w)

    def value(w, X, y):
        return jnp.mean(jax.nn.softplus(-y * (X @ w))) + lam / 2 * (w @ w)

    gradient = jax.jit(jax.grad(value))
    both = jax.jit(jax.value_and_grad(value))
    first = both(w, X, y)[1].block_until_ready()
    gradient(w, X, y).block_until_ready()
    print("gradient", *[repr(float(v)) for v in first], sep=" ")
    for _ in range(repeats):
        one = timed(lambda: gradient(w, X, y).block_until_ready())[0]
        two = timed(lambda: jax.block_until_ready(both(w, X, y)))[0]
        print("seconds", one, two, sep="\t")


def report(seconds, iterations, evaluations, w, X, y, lam):
    value, g = numpy_functions(X, y, lam)[1](w)
    print("run", seconds, iterations, evaluations, repr(float(value)), repr(float(abs(g).max())), sep="\t")


def lbfgs_scipy(X, y, w, lam, repeats, tol):
    from scipy.optimize import minimize

    f = numpy_functions(X, y, lam)[1]
    settings = dict(maxcor=10, gtol=tol, ftol=0.0, maxiter=10000, maxfun=100000)
    for k in range(repeats + 1):
        seconds, a = timed(lambda: minimize(f, np.zeros(len(w)), jac=True, method="L-BFGS-B", options=settings))
        if k:
            report(seconds, a.nit, a.nfev, a.x, X, y, lam)


def lbfgs_sklearn(X, y, w, lam, repeats, tol):
    from sklearn.linear_model import LogisticRegression

    # Its C multiplies the sum of losses; inside, the mean loss and its gradient are what tol is held against.
    c = 1 / (lam * len(y))
    for k in range(repeats + 1):
        model = LogisticRegression(C=c, fit_intercept=False, solver="lbfgs", tol=tol, max_iter=10000)
        seconds, a = timed(model.fit, X, y)
        if k:
            report(seconds, int(a.n_iter_[0]), "-", a.coef_[0], X, y, lam)


def main():
    job, folder, *numbers = sys.argv[1:]
    X, y, w, lam = read(folder)
    jobs = {
        "gradient-numpy": gradient_numpy,
        "gradient-jax": gradient_jax,
        "lbfgs-scipy": lbfgs_scipy,
        "lbfgs-sklearn": lbfgs_sklearn,
    }
    if job.startswith("lbfgs"):
        jobs[job](X, y, w, lam, int(numbers[0]), float(numbers[1]))
    else:
        jobs[job](X, y, w, lam, int(numbers[0]))


if __name__ == "__main__":
    main()
