"""Writes tables/*.tsv: function arguments, the nearest double to the value, and what that double misses.

Needs mpmath (written with 1.4.1), 60 digits. Arguments are doubles, written so that they read back exactly.
"""
import random
from mpmath import mp, mpf, erf, erfc, gamma, loggamma, digamma, polygamma, exp, log, fabs, nstr, isinf

mp.dps = 60
random.seed(20240229)


def write(name, rows):
    with open(f"tables/{name}.tsv", "w") as out:
        for args, value in rows:
            near = float(value)
            if near in (float("inf"), float("-inf")) or near != near:
                continue
            out.write("\t".join([*map(repr, args), repr(near), nstr(value - mpf(near), 6)]) + "\n")


def around(points, span, count):
    xs = [p + random.uniform(-1, 1) * span * 10 ** random.uniform(-15, 0) for p in points for _ in range(count)]
    return [x for x in xs if x > 0 or x != round(x)]  # no poles


def lgam(x):
    return log(fabs(gamma(x)))


def main():
    wide = [random.uniform(-1, 1) * 10 ** random.uniform(-300, 1) for _ in range(40)]
    xs = wide + [random.uniform(-7, 7) for _ in range(120)] + around([0.25, 0.84375, 1.25, 1 / 0.35], 0.1, 5)
    write("erf", [((x,), erf(mpf(x))) for x in xs])
    xs = xs + [random.uniform(6, 26) for _ in range(80)]
    write("erfc", [((x,), erfc(mpf(x))) for x in xs])

    xs = [random.uniform(0, 14) for _ in range(150)] + [10 ** random.uniform(-300, 300) for _ in range(60)]
    xs += around([0.5, 1, 1.5, 2, 2.5, 10], 0.4, 15)
    write("ln_gamma", [((x,), lgam(mpf(x))) for x in xs if x > 0])
    xs = [random.uniform(-30, 0) for _ in range(80)] + around([-1, -2, -3, -10], 0.4, 8)
    write("ln_gamma_negative", [((x,), lgam(mpf(x))) for x in xs])

    xs = [random.uniform(0, 14) for _ in range(80)] + [random.uniform(13, 171.6) for _ in range(60)]
    xs += [-random.uniform(0, 13) for _ in range(60)] + [-random.uniform(13, 170) for _ in range(40)]
    xs += around([1, 2, -1, -5], 0.1, 6) + [random.choice([-1, 1]) * 10 ** random.uniform(-300, -1) for _ in range(20)]
    write("gamma", [((x,), gamma(mpf(x))) for x in xs])

    xs = [random.uniform(0, 14) for _ in range(120)] + [10 ** random.uniform(-300, 300) for _ in range(50)]
    xs += around([1.4616321449683622, 1, 2, 10], 0.3, 15)
    write("digamma", [((x,), digamma(mpf(x))) for x in xs if x > 0])
    xs = [random.uniform(-30, 0) for _ in range(80)] + around([-1, -2, -9], 0.3, 8)
    write("digamma_negative", [((x,), digamma(mpf(x))) for x in xs])

    rows = []
    for n in [1, 2, 3, 4, 5, 8, 12, 20, 50]:
        for x in [random.uniform(0, 20) for _ in range(15)] + [10 ** random.uniform(-4, 4) for _ in range(10)]:
            rows.append(((n, x), polygamma(n, mpf(x))))
    write("polygamma", rows)
    rows = []
    for n in [1, 2, 3, 4, 7]:
        for x in [random.uniform(-20, 0) for _ in range(12)]:
            rows.append(((n, x), polygamma(n, mpf(x))))
    write("polygamma_negative", rows)

    xs = [random.uniform(-50, 50) for _ in range(100)] + [random.uniform(-700, 0) for _ in range(30)]
    write("sigmoid", [((x,), 1 / (1 + exp(-mpf(x)))) for x in xs])
    write("softplus", [((x,), mp.log1p(exp(mpf(x)))) for x in xs])


if __name__ == "__main__":
    main()
