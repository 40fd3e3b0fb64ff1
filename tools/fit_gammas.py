"""Print the tables and Stirling's factor of `justenough.kernels.gammas` anew: ``python tools/fit_gammas.py``, some seconds.

For shapes a from 1 to 1.6 million let f = z^a e^-z / Gamma(a) and s = 2.5 sqrt(a) - 1.5, about as far as a tail reaches and never below
1. The sides meet at a - s / 5, left of the mean: the upper ratio is smooth there, and the lower one has the less to cover. Fitted are
D Q / f above, D = z - meet + s, and D P / f below, D = meet - z + 2 s, as polynomials in t = 1 - 2 s / D, or 1 - 4 s / D, and in
2 / sqrt(a) - 1; far away D Q / f is nearly constant. The numbers in s, D and meet are the best of a few tried. 70 shapes and 100 levels
lie at Chebyshev's nodes of both. Errors weigh f / D, so that they are errors of a share, and beyond 3 deviations as much more
as losses make of them. Least squares are weighed anew 40 times by their own errors (Lawson 1961); kept is the round whose largest
error is least. Q is scipy's, P / f Kummer's series (DLMF 8.7.1), Stirling's rest his series from 40 up, taken down by its recurrence.

A change of rounding moves single coefficients by up to a hundredth, the polynomials by less than 3e-13 of a share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial import chebyshev
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DEGREES = {"above": (12, 11), "below": (14, 9)}  # of 2 / sqrt(a) - 1 and of t
SHAPES, LEVELS, ROUNDS = 70, 100, 40
LEAST_ROOT = 8e-4  # 1 / sqrt(a) of the largest shape: from there on nothing changes
NOTHING = {"above": 1e-40, "below": 1e-60}  # densities left out


def nodes(n: int) -> Floats:
    """Chebyshev's, from near 1 to near -1."""
    at: Floats = np.cos(np.pi * (np.arange(n) + 0.5) / n)
    return at


def rest(a: Floats) -> Floats:
    """``ln Gamma(a + 1)`` less Stirling's formula, in numpy's long numbers."""
    x, total = np.asarray(a, dtype=np.longdouble), np.zeros(len(a), dtype=np.longdouble)
    while (x < 40).any():
        total += np.where(x < 40, (x + np.longdouble(0.5)) * np.log1p(1 / x) - 1, 0)
        x = np.where(x < 40, x + 1, x)
    y = 1 / (x * x)
    one = np.longdouble(1)
    return np.asarray(total + (one / 12 - y * (one / 360 - y * (one / 1260 - y * (one / 1680 - y / 1188)))) / x, dtype=np.float64)


def kummer(a: float, z: Floats) -> Floats:
    """``P(a, z) / f`` for z below a."""
    term, total, n = np.ones_like(z), np.ones_like(z), 0
    while (term >= 1e-17 * total).any():
        n += 1
        term = term * z / (a + n)
        total = total + term
    return total / a


def ratio(side: str, a: float, levels: int = LEVELS) -> tuple[Floats, Floats, Floats]:
    """At each of some levels t, the ratio, and the weight of its errors."""
    s = 2.5 * np.sqrt(a) - 1.5
    meet, s = a - 0.2 * s, s if side == "above" else 2.0 * s
    t = nodes(levels)
    if side == "above":
        d = 2.0 * s / (1.0 - t)
        z = meet - s + d
    else:
        t = t * (meet / (meet + s)) + meet / (meet + s) - 1.0  # to level 0
        d = 2.0 * s / (1.0 - t)
        z = np.maximum(meet + s - d, 1e-300)
    off = z / a - 1.0
    f = np.exp(-a * (off - np.log1p(off)) - rest(np.array([a]))) * np.sqrt(a / (2.0 * np.pi))
    seen = (f > NOTHING[side]) & (z > 1e-12 * a)
    t, z, d, f = t[seen], z[seen], d[seen], f[seen]
    share = special.gammaincc(a, z) / f if side == "above" else kummer(a, z)
    return t, share * d, f / d * np.maximum(1.0, np.abs(z - a) / (3.0 * np.sqrt(a)))


def powers(degree: int) -> Floats:
    """Chebyshev's polynomials up to ``degree``, a row each, as coefficients of powers."""
    return np.array([np.pad(p := chebyshev.cheb2poly(np.eye(degree + 1)[k]), (0, degree + 1 - len(p))) for k in range(degree + 1)])


def fit(side: str, shapes: int = SHAPES, levels: int = LEVELS, rounds: int = ROUNDS) -> tuple[Floats, float]:
    """Table of one side, rows with powers of 2 / sqrt(a) - 1 and columns with those of t, and its largest error."""
    deep, wide = DEGREES[side]
    roots = np.maximum(0.5 * (1.0 + nodes(shapes)), LEAST_ROOT)
    rows = [ratio(side, 1.0 / root**2, levels) for root in roots]
    t, ratios, weights = (np.concatenate(column) for column in zip(*rows, strict=True))
    u = np.repeat(2.0 * roots - 1.0, [len(row[0]) for row in rows])
    terms = chebyshev.chebvander(u, deep)[:, :, None] * chebyshev.chebvander(t, wide)[:, None, :]
    # Against columns at right angles normal equations keep their digits, round after round.
    straight, back = np.linalg.qr(terms.reshape(len(t), -1) * weights[:, None])
    target, lawson = ratios * weights, np.ones(len(t))
    least, best = np.inf, np.zeros(0)
    for _ in range(rounds):
        heavy = straight.T * lawson
        found = np.linalg.solve(heavy @ straight, heavy @ target)
        found += np.linalg.solve(heavy @ straight, heavy @ (target - straight @ found))
        errors = np.abs(straight @ found - target)
        if errors.max() < least:
            least, best = float(errors.max()), found
        lawson *= errors / errors.max() + 0.03
        lawson /= lawson.max()
    table = np.linalg.lstsq(back, best, rcond=1e-16)[0].reshape(deep + 1, wide + 1)
    return powers(deep).T @ table @ powers(wide), least


def stirling(degree: int = 10) -> Floats:
    """Coefficients of powers of 3 / (a + 1/2) - 1 of ``exp(-rest)``, for a from 1 up."""
    at = nodes(400)
    return np.asarray(chebyshev.cheb2poly(chebyshev.chebfit(at, np.exp(-rest(3.0 / (at + 1.0) - 0.5)), degree)))


if __name__ == "__main__":
    for name in DEGREES:
        made, error = fit(name)
        print(f"_{name.upper()}: largest error of a share {error:.1e}")
        for row in made:
            print("    [" + ", ".join(f"{value:.13f}" for value in row) + "],")
    print("Stirling's factor:", ", ".join(f"{value:.13g}" for value in stirling()))
