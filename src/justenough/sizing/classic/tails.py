"""Tails: how likely a gamma or Poisson demand is to lie above and below a place, with all digits however large its mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from justenough.kernels.incomplete import TEMME

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats

# From this shape on scipy's incomplete gamma (1.17) is not asked: beyond 4.5 standard deviations it gives up adding after 2,000
# terms, and a Poisson tail of 2.1e-6 comes out as 1.3e-6 at a mean of 1e8, as 5.6e-7 at 1e9.
LARGE = 1e4
_TERMS = 9  # of the deviance's series: its ratio is below a hundredth


@dataclass(frozen=True, slots=True)
class Tails:
    """
    Chances beside a place, and the density the next ones differ by. Columns as the inputs broadcast.

    Parameters
    ----------
    above, below
        They add up to 1; the smaller keeps its digits.
    density
        ``z**a exp(-z) / Gamma(a + 1)`` of a gamma demand of shape a, P(D = level) of a Poisson demand.
    """

    above: Floats
    below: Floats
    density: Floats


def gamma_tails(shape: Floats, at: Floats) -> Tails:
    """Of a gamma demand of ``shape`` > 0 and scale 1 at a place of any sign."""
    shape, at = np.broadcast_arrays(shape, np.maximum(at, 0.0))
    return Tails(*_incomplete(shape, at), density=_density(shape, at))


def poisson_tails(level: Floats, mean: Floats) -> Tails:
    """Of a Poisson demand at a whole level of any sign: more than it, at most it, and just it."""
    level, mean = np.broadcast_arrays(level, mean)
    at = np.maximum(level, 0.0)
    below, above = _incomplete(at + 1.0, mean)  # no more than n arrive by z exactly if the arrival n + 1 is later
    nothing = level < 0.0
    return Tails(np.where(nothing, 1.0, above), np.where(nothing, 0.0, below), np.where(nothing, 0.0, _density(at, mean)))


def _incomplete(shape: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Upper and lower regularised incomplete gamma."""
    upper, lower = np.array(special.gammaincc(shape, at)), np.array(special.gammainc(shape, at))
    large = shape >= LARGE
    if large.any():
        upper[large], lower[large] = _by_temme(shape[large], at[large])
    return upper, lower


def _by_temme(a: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Both by Temme's uniform expansion (1979), three terms: what follows is of order ``a**-3`` of the density."""
    away = _deviance(a, z)
    eta = np.copysign(np.sqrt(2.0 * away / a), z - a)
    c0, c1, c2 = (np.polynomial.polynomial.polyval(eta, c) for c in TEMME)
    rest = np.exp(-away) / np.sqrt(2.0 * np.pi * a) * (c0 + (c1 + c2 / a) / a)
    bell = eta * np.sqrt(0.5 * a)
    return np.clip(0.5 * special.erfc(bell) + rest, 0.0, 1.0), np.clip(0.5 * special.erfc(-bell) - rest, 0.0, 1.0)


def _density(a: Floats, z: Floats) -> Floats:
    """``z**a exp(-z) / Gamma(a + 1)``, by Loader's saddle point (2000) where a is not small."""
    small = np.minimum(a, 10.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        plain = np.exp(special.xlogy(small, z) - z - special.gammaln(small + 1.0))
        y = 1.0 / (a * a)
        stirling = (1.0 / 12.0 - y * (1.0 / 360.0 - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y / 1188.0)))) / a
        saddle = np.exp(-_deviance(a, z) - stirling) / np.sqrt(2.0 * np.pi * a)
    return np.where(a < 10.0, plain, saddle)


def _deviance(a: Floats, z: Floats) -> Floats:
    """``a ln(a / z) + z - a`` without losing digits where a is near z (Loader 2000)."""
    gap = a - z
    with np.errstate(divide="ignore", invalid="ignore"):
        v = gap / (a + z)
        near, square = np.zeros_like(v), v * v
        for k in range(_TERMS, 0, -1):
            near = square * (near + 1.0 / (2 * k + 1))
        far = np.where(z > 0.0, a * np.log(a / z) - gap, np.inf)
    return np.where(np.abs(v) < 0.1, gap * v + 2.0 * a * v * near, far)
