"""Polynomials used by ln_gamma, gamma and digamma: Chebyshev interpolants rewritten in powers.

Needs mpmath (written with 1.4.1). Prints Rust constants; run it again only to change a degree.
"""
from mpmath import mp, mpf, loggamma, gamma, digamma, zeta, findroot, chebyt, cos, pi, euler

mp.dps = 60


def chebyshev_powers(f, centre, half, degree):
    """Coefficients in powers of (x - centre) of the interpolant at the Chebyshev nodes."""
    n = degree + 1
    nodes = [cos(pi * (2 * k + 1) / (2 * n)) for k in range(n)]
    values = [f(centre + half * t) for t in nodes]
    cheb = [2 / mpf(n) * sum(v * cos(j * pi * (2 * k + 1) / (2 * n)) for k, v in enumerate(values)) for j in range(n)]
    cheb[0] /= 2
    # T_j as power series in t, by the three-term recurrence.
    t_prev, t_this = [mpf(1)], [mpf(0), mpf(1)]
    powers = [mpf(0)] * n
    for j in range(n):
        t = t_prev if j == 0 else t_this
        for i, c in enumerate(t):
            powers[i] += cheb[j] * c
        if j >= 1:
            nxt = [mpf(0)] + [2 * c for c in t_this]
            for i, c in enumerate(t_prev):
                nxt[i] -= c
            t_prev, t_this = t_this, nxt
    return [c / half**i for i, c in enumerate(powers)]


def show(name, f, centre, half, degree):
    c = chebyshev_powers(f, centre, half, degree)
    worst = mpf(0)
    for k in range(401):
        x = centre + half * (mpf(k) / 200 - 1) * mpf("0.99999")
        p = sum(a * (x - centre) ** i for i, a in enumerate(c))
        worst = max(worst, abs(p / f(x) - 1))
    print(f"/// Relative error of the exact polynomial {mp.nstr(worst, 3)}.")
    print(f"const {name}: [f64; {len(c)}] = [")
    for a in c:
        print(f"    {mp.nstr(a, 20)},")
    print("];")


def h(x):
    d = x - 2
    if abs(d) < mpf(10) ** -25:
        return 1 - euler
    return loggamma(x) / (d * (1 + d))


root = findroot(digamma, mpf("1.4616321449683623413"))
hi = mpf(float(root))
print("// digamma root: hi", float(root).hex(), repr(float(root)), "lo", mp.nstr(root - hi, 20))


def q(x):
    d = x - root
    if abs(d) < mpf(10) ** -25:
        return zeta(2, root)
    return digamma(x) / d


if __name__ == "__main__":
    show("LN_GAMMA_NEAR_2", h, mpf(2), mpf("0.5"), 19)
    show("GAMMA_NEAR_2", gamma, mpf(2), mpf("0.5"), 19)
    show("DIGAMMA_OVER_ROOT", q, mpf("1.5"), mpf("0.5"), 22)
