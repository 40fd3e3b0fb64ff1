"""Loss functions: what a random demand D leaves short and over at a level x, for the distributions textbooks use.

Every function answers with `Losses`. The identity ``expected_on_hand = x - E[D] + expected_short`` holds in all
of them, so a figure far smaller than ``x`` and ``E[D]`` carries their rounding error (about 1e-15 of them).
Sources: Snyder & Shen, *Fundamentals of Supply Chain Theory*, 2nd ed., appendix C; Zipkin, *Foundations of
Inventory Management*, appendix C.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from justenough.sizing.classic.limits import not_negative, open_fraction, positive, real, whole
from justenough.sizing.classic.tails import gamma_tails, poisson_tails

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats
    from justenough.sizing.classic.tails import Tails


@dataclass(frozen=True, slots=True)
class Losses:
    """
    Losses at a level x. Columns as the inputs broadcast.

    Parameters
    ----------
    expected_short : [units]
        E[(D - x)+], the loss function.
    expected_on_hand : [units]
        E[(x - D)+], the complementary loss function.
    second_order_short, second_order_on_hand : [units^2]
        E[((D - x)+)^2] / 2 and E[((x - D)+)^2] / 2; of a demand counted in whole units the sums of the first-order
        losses beyond x instead: E[(D - x)+ (D - x - 1)+] / 2 and E[(x - D)+ (x - D + 1)+] / 2.
    """

    expected_short: Floats
    expected_on_hand: Floats
    second_order_short: Floats
    second_order_on_hand: Floats


def standard_normal_loss(z: ArrayLike) -> Losses:
    """
    Losses of the standard normal at z, any sign [units of a standard deviation].

    ``phi(z) - z (1 - Phi(z))`` and ``((z^2 + 1)(1 - Phi(z)) - z phi(z)) / 2`` (Snyder & Shen, eqs. C.22 to C.28).

    Examples
    --------
    >>> print(standard_normal_loss(1.0).expected_short.round(4))
    0.0833
    """
    (z,) = real(z=z)
    bell = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    short, second = _normal_tail(z, bell)
    over, second_over = _normal_tail(-z, bell)
    return Losses(short, over, second, second_over)


def critical_quantile(overage_cost: Floats, underage_cost: Floats) -> Floats:
    """
    Standard normal quantile of the critical ratio ``underage / (underage + overage)``, both above 0.

    Taken from the smaller side, which keeps its digits where the ratio is near 1.
    """
    small = special.ndtri(np.minimum(overage_cost, underage_cost) / (overage_cost + underage_cost))
    return np.where(overage_cost < underage_cost, -small, small)


def normal_loss(level: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> Losses:
    """
    Losses of a normal demand, which may be negative. ``sd`` > 0.

    Parameters
    ----------
    level, mean, sd : [units]
        Arrays that broadcast.

    Notes
    -----
    ``sd`` times `standard_normal_loss` at ``z = (x - mean) / sd`` (Snyder & Shen, eqs. C.31 to C.34).
    """
    level, mean = real(level=level, mean=mean)
    (sd,) = positive(sd=sd)
    unit = standard_normal_loss((level - mean) / sd)
    variance = sd * sd
    return Losses(
        sd * unit.expected_short,
        sd * unit.expected_on_hand,
        variance * unit.second_order_short,
        variance * unit.second_order_on_hand,
    )


def lognormal_loss(level: ArrayLike, log_mean: ArrayLike, log_sd: ArrayLike) -> Losses:
    """
    Losses of a demand whose logarithm is normal. ``log_sd`` > 0.

    Parameters
    ----------
    level : [units]
    log_mean, log_sd
        Mean and standard deviation of ln D.

    Notes
    -----
    ``E[D^k; D > x] = exp(k mu + k^2 sigma^2 / 2) Phi(k sigma - z)``, ``z = (ln x - mu) / sigma`` (Snyder & Shen,
    eq. 4.102).
    """
    level, log_mean = real(level=level, log_mean=log_mean)
    (log_sd,) = positive(log_sd=log_sd)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (np.log(np.maximum(level, 0.0)) - log_mean) / log_sd
    mean = np.exp(log_mean + 0.5 * log_sd**2)
    square = np.exp(2.0 * (log_mean + log_sd**2))
    above = (special.ndtr(-z), mean * special.ndtr(log_sd - z), square * special.ndtr(2.0 * log_sd - z))
    return _of_moments(level, mean, square, above)


def gamma_loss(level: ArrayLike, shape: ArrayLike, scale: ArrayLike) -> Losses:
    """
    Losses of a gamma demand with mean ``shape * scale``. Both > 0.

    Parameters
    ----------
    level, scale : [units]
    shape
        A number; variance is ``shape * scale**2``.

    Notes
    -----
    ``E[D^k; D > x]`` is a gamma tail of shape ``a + k`` (Zipkin, p. 457), which exceeds that of shape a by densities. Digits
    are kept up to shapes of 1e12.
    """
    (level,) = real(level=level)
    shape, scale = positive(shape=shape, scale=scale)
    x = level / scale
    tails = gamma_tails(shape, x)
    unit = _beside(x, shape, (shape - x) ** 2 + shape, shape * (shape + 1.0 - x), tails)
    return Losses(
        scale * unit.expected_short,
        scale * unit.expected_on_hand,
        scale**2 * unit.second_order_short,
        scale**2 * unit.second_order_on_hand,
    )


def poisson_loss(level: ArrayLike, mean: ArrayLike) -> Losses:
    """
    Losses of a Poisson demand at a whole level, any sign.

    Parameters
    ----------
    level, mean : [units]
        ``mean`` at least 0.

    Notes
    -----
    ``E[D(D - 1)...; D > x]`` is a Poisson tail shifted by as many units (Snyder & Shen, eqs. C.41 and C.42), which exceeds
    that at x by chances of single levels. Digits are kept up to means of 1e12.
    """
    (level,) = whole(level=level)
    (mean,) = not_negative(mean=mean)
    return _beside(level, mean, (mean - level) ** 2 + level, mean * (mean - level), poisson_tails(level, mean))


def negative_binomial_loss(level: ArrayLike, r: ArrayLike, p: ArrayLike) -> Losses:
    """
    Losses at a whole level of the count of failures before the ``r``-th success.

    Parameters
    ----------
    level : [units]
    r
        Successes waited for, > 0, not only whole numbers.
    p
        Chance of a success, in (0, 1): mean ``r (1 - p) / p``, variance ``mean / p``.

    Notes
    -----
    ``E[D(D - 1)...; D > x]`` is a tail of ``r`` plus as many successes (Zipkin, C.2.3.6).
    """
    (level,) = whole(level=level)
    (r,) = positive(r=r)
    (p,) = open_fraction(p=p)
    odds = (1.0 - p) / p
    mean, pairs = r * odds, r * (r + 1.0) * odds**2
    above = (_count_tail(level, r, p), mean * _count_tail(level - 1.0, r + 1.0, p), pairs * _count_tail(level - 2.0, r + 2.0, p))
    return _of_whole_units(level, mean, pairs, above)


def poisson_expected_backorders(stock: ArrayLike, pipeline_mean: ArrayLike) -> Floats:
    """
    Units waited for on average, [units]: stock kept one for one, Poisson demand, any lead-time distribution.

    Parameters
    ----------
    stock : [units]
        Base stock, whole, at least 0.
    pipeline_mean : [units]
        Demand rate times mean lead time: what is on order on average, at least 0.

    Notes
    -----
    By Palm's theorem what is on order is Poisson, so this is its loss at ``stock`` (Sherbrooke 1968, METRIC).
    The lead times of successive orders are taken as independent and unmet demand waits.

    Examples
    --------
    >>> print(poisson_expected_backorders([0, 1, 2], 1.0).round(4))
    [1.     0.3679 0.1036]
    """
    stock, pipeline_mean = not_negative(stock=stock, pipeline_mean=pipeline_mean)
    return poisson_loss(stock, pipeline_mean).expected_short


def _normal_tail(z: Floats, bell: Floats) -> tuple[Floats, Floats]:
    """First- and second-order loss of the standard normal."""
    tail = special.ndtr(-z)
    return np.maximum(bell - z * tail, 0.0), np.maximum(0.5 * ((z * z + 1.0) * tail - z * bell), 0.0)


def _beside(level: Floats, mean: Floats, spread: Floats, lean: Floats, tails: Tails) -> Losses:
    """Losses of a gamma (scale 1) or Poisson demand: no large numbers are taken from each other but ``mean - level``."""
    far = mean * tails.density
    short, over = (mean - level) * tails.above + far, (level - mean) * tails.below + far
    second, second_over = spread * tails.above + lean * tails.density, spread * tails.below - lean * tails.density
    return Losses(*(np.maximum(one, 0.0)[()] for one in (short, over, 0.5 * second, 0.5 * second_over)))


def _of_moments(level: Floats, mean: Floats, square: Floats, above: tuple[Floats, Floats, Floats]) -> Losses:
    """Losses of a continuous demand from ``E[D^k]`` and ``E[D^k; D > x]``, k = 0, 1, 2."""
    tail, units, squares = above
    short = np.maximum(units - level * tail, 0.0)
    second = np.maximum(0.5 * (squares - 2.0 * level * units + level**2 * tail), 0.0)
    whole_second = 0.5 * (square - 2.0 * level * mean + level**2)
    return Losses(short, np.maximum(level - mean + short, 0.0), second, np.maximum(whole_second - second, 0.0))


def _of_whole_units(level: Floats, mean: Floats, pairs: Floats, above: tuple[Floats, Floats, Floats]) -> Losses:
    """Losses of a demand in whole units from its factorial moments, in all and above the level."""
    tail, units, doubled = above
    short = np.maximum(units - level * tail, 0.0)
    second = np.maximum(0.5 * (doubled - 2.0 * level * units + level * (level + 1.0) * tail), 0.0)
    whole_second = 0.5 * (pairs - 2.0 * level * mean + level * (level + 1.0))
    return Losses(short, np.maximum(level - mean + short, 0.0), second, np.maximum(whole_second - second, 0.0))


def _count_tail(level: Floats, r: Floats, p: Floats) -> Floats:
    """``P(D > level)`` of a negative binomial."""
    return np.where(level < 0.0, 1.0, special.betainc(np.maximum(level, 0.0) + 1.0, r, 1.0 - p))
