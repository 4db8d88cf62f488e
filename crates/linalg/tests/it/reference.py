"""Writes reference.tsv: exact determinants and 50-digit eigenvalues and singular values of integer matrices.

Needs mpmath (written with 1.4.1). Element (i, j) of the general matrix of order n is
((7 i + 11 j + 3 i j + i i) mod 13) - 6, counted from 0; the symmetric one is that plus its transpose.
"""
from fractions import Fraction
from mpmath import mp, matrix, eigsy, svd_r, nstr

mp.dps = 50


def general(m, n):
    return [[(7 * i + 11 * j + 3 * i * j + i * i) % 13 - 6 for j in range(n)] for i in range(m)]


def determinant(a):
    a = [[Fraction(x) for x in row] for row in a]
    n, det = len(a), Fraction(1)
    for k in range(n):
        p = next((i for i in range(k, n) if a[i][k] != 0), None)
        if p is None:
            return Fraction(0)
        if p != k:
            a[k], a[p] = a[p], a[k]
            det = -det
        det *= a[k][k]
        for i in range(k + 1, n):
            t = a[i][k] / a[k][k]
            a[i] = [x - t * y for x, y in zip(a[i], a[k])]
    return det


with open("reference.tsv", "w") as out:
    for n in [1, 2, 3, 5, 8, 12, 20]:
        a = general(n, n)
        s = [[a[i][j] + a[j][i] for j in range(n)] for i in range(n)]
        out.write(f"det\t{n}\t{n}\t{determinant(a)}\n")
        values = sorted(eigsy(matrix(s), eigvals_only=True))
        out.write(f"eigen\t{n}\t{n}\t" + "\t".join(nstr(v, 20) for v in values) + "\n")
    for m, n in [(3, 3), (9, 5), (5, 9), (20, 13)]:
        a = general(m, n) if m >= n else [list(c) for c in zip(*general(m, n))]
        values = sorted(svd_r(matrix(a), compute_uv=False), reverse=True)
        out.write(f"singular\t{m}\t{n}\t" + "\t".join(nstr(v, 20) for v in values) + "\n")
