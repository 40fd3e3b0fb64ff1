"""Lifetimes: lives that ended by failure or were not seen to end, and the laws fitted to them by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaincinv, ndtri

from justenough.domain.item import Coded
from justenough.kernels import likelihood, lognormal, weibull

if TYPE_CHECKING:
    from collections.abc import Iterable

    from justenough.domain.machine import Bools
    from justenough.domain.ragged import Floats, Ints


class Law(Coded):
    """Family of a life's distribution; shape and scale mean what it says."""

    EXPONENTIAL = 0  # shape 1, scale is the mean
    WEIBULL = 1
    LOGNORMAL = 2  # shape is sigma of the log, scale the median


@dataclass(frozen=True, slots=True)
class Lives:
    """
    Lives of machines: machine ``i`` has ``offsets[i]:offsets[i + 1]``.

    Parameters
    ----------
    days : (n,) [days]
        How long each lasted, or at least lasted.
    failed : (n,)
        Whether it ended by failure; else it was not seen to end (censored).
    offsets : (k + 1,)

    Raises
    ------
    ValueError
        Where columns differ in length or a life is negative or not a number.
    """

    days: Floats
    failed: Bools
    offsets: Ints

    def __post_init__(self) -> None:
        if len(self.days) != len(self.failed) or self.offsets[0] != 0 or self.offsets[-1] != len(self.days):
            raise ValueError(f"days, failed and offsets must agree, got {len(self.days)}, {len(self.failed)} and {self.offsets[-1]} lives")
        if not bool(np.all((self.days >= 0) & np.isfinite(self.days))):
            at = int(np.argmin((self.days >= 0) & np.isfinite(self.days)))
            raise ValueError(f"days must be at least 0 and finite, got {self.days[at]} in life {at}")

    @classmethod
    def of(cls, machines: Iterable[tuple[Iterable[float], Iterable[bool]]]) -> Lives:
        """Pack the lives of each machine: how long, and whether they failed."""
        rows = [(np.asarray(list(days), np.float64), np.asarray(list(failed), bool)) for days, failed in machines]
        offsets = np.cumsum([0, *(len(days) for days, _ in rows)]).astype(np.int64)
        empty = (np.empty(0), np.empty(0, bool))
        days, failed = (np.concatenate(column) for column in zip(empty, *rows, strict=True))
        return cls(days, failed, offsets)

    @property
    def machine(self) -> Ints:
        """Place of the machine of each life. (n,)"""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    @property
    def failures(self) -> Ints:
        """(k,)"""
        return np.bincount(self.machine[self.failed], minlength=len(self)).astype(np.int64)

    @property
    def total_days(self) -> Floats:
        """All time lived, finished or not. (k,) [days]"""
        return np.bincount(self.machine, self.days, minlength=len(self)).astype(np.float64)

    def only(self, failed: Bools) -> Lives:
        """The same lives of which only these failed: those that another cause ended are censored (competing risks)."""
        return Lives(self.days, self.failed & failed, self.offsets)

    def where(self, kept: Bools) -> Lives:
        """Those lives alone. ``kept`` is (n,)."""
        offsets = np.concatenate([[0], np.cumsum(np.bincount(self.machine[kept], minlength=len(self)))]).astype(np.int64)
        return Lives(self.days[kept], self.failed[kept], offsets)

    def lifted(self) -> Lives:
        """
        Without lives of 0 days, which no law but the exponential allows.

        A life that failed at once lasted less than the clock shows: it counts as half of the machine's shortest life
        (where all of them are 0, as half a second). One that was not seen to end before it began says nothing.
        """
        if bool((self.days > 0).all()):
            return self
        shortest = np.full(len(self), np.inf)
        np.minimum.at(shortest, self.machine, np.where(self.days > 0, self.days, np.inf))
        least = np.where(np.isfinite(shortest), 0.5 * shortest, 0.5 / 86_400)
        lifted = Lives(np.where(self.days > 0, self.days, least[self.machine]), self.failed, self.offsets)
        return lifted.where(self.failed | (self.days > 0))

    def __len__(self) -> int:
        return len(self.offsets) - 1


@dataclass(frozen=True, slots=True)
class Figures:
    """What a law says, or one bound of it. (k,) each; life in [days]"""

    shape: Floats
    scale: Floats
    mean: Floats
    early: Floats


@dataclass(frozen=True, slots=True)
class Fits:
    """
    One law fitted to the lives of each machine.

    Parameters
    ----------
    law, confidence, early_share
        The law, the level of the two-sided bounds, and the share of lives that are over by `early`.
    best, lower, upper
        Maximum likelihood and likelihood-ratio bounds, each figure with all others free. NaN where the likelihood has
        no top (no failure; for two parameters also every failure at the longest life); the exponential has a lower
        bound even then.
    log_likelihood : (k,)
    information : (k, 3)
        Observed information of ``(a, s)``, a life standing at ``s (ln t - ln scale) - a``.
    """

    law: Law
    confidence: float
    early_share: float
    best: Figures
    lower: Figures
    upper: Figures
    log_likelihood: Floats
    information: Floats

    @property
    def parameters(self) -> int:
        """How many were fitted."""
        return 1 if self.law == Law.EXPONENTIAL else 2

    @property
    def scv(self) -> Floats:
        """Squared coefficient of variation. (k,)"""
        return scv_of(self.law, self.best.shape)

    @property
    def scv_between(self) -> tuple[Floats, Floats]:
        """Its likelihood-ratio bounds, lower and upper; for it is a function of the shape alone. (k,) each"""
        ends = scv_of(self.law, self.lower.shape), scv_of(self.law, self.upper.shape)
        return np.minimum(*ends), np.maximum(*ends)

    def survival(self, days: Floats) -> Floats:
        """Share of lives longer than this. ``days`` is (n_times,) or (k, n_times); (k, n_times)"""
        from scipy.special import ndtr

        shape, scale = self.best.shape[:, None], self.best.scale[:, None]
        with np.errstate(divide="ignore"):
            standing = np.log(np.broadcast_to(days, (len(shape), np.shape(days)[-1])) / scale)
        if self.law == Law.LOGNORMAL:
            return np.asarray(ndtr(-standing / shape))
        return np.exp(-np.exp(shape * standing))


def scv_of(law: Law, shape: Floats) -> Floats:
    """Squared coefficient of variation of a law by its shape."""
    from scipy.special import gammaln

    with np.errstate(over="ignore"):
        if law == Law.WEIBULL:
            return np.asarray(np.expm1(gammaln(1.0 + 2.0 / shape) - 2.0 * gammaln(1.0 + 1.0 / shape)))
        return np.expm1(shape**2) if law == Law.LOGNORMAL else np.ones_like(shape)


def fit(lives: Lives, law: Law, *, confidence: float = 0.95, early_share: float = 0.1) -> Fits:
    """
    Fit a law to the lives of every machine, all machines in one call.

    Parameters
    ----------
    lives
        Those of 0 days as `Lives.lifted` says.
    law
        Which one.
    confidence, early_share [fraction]
        Level of the bounds; which early life is told, 0.1 for B10.

    Returns
    -------
    Fits
        Maximum likelihood with censoring; a bound is the farthest a figure goes while twice the fall of the likelihood
        stays within the chi-square quantile of one degree of freedom [1]_.

    Raises
    ------
    ValueError
        Where confidence or early_share does not lie between 0 and 1.

    References
    ----------
    .. [1] Meeker & Escobar, *Statistical Methods for Reliability Data*, 1998, sections 7.3, 8.3 and B.6.6.

    Examples
    --------
    NIST/SEMATECH handbook, 8.4.1.3: ten of twenty failed within 500 h (shape 1.72, scale 606.5).

    >>> hours = [54, 187, 216, 240, 244, 335, 361, 373, 375, 386] + 10 * [500]
    >>> test = fit(Lives.of([(hours, 10 * [True] + 10 * [False])]), Law.WEIBULL)
    >>> print(test.best.shape.round(2), test.best.scale.round(1), test.lower.shape.round(2), test.upper.shape.round(2))
    [1.72] [606.5] [0.91] [2.89]
    """
    for name, value in (("confidence", confidence), ("early_share", early_share)):
        if not 0.0 < value < 1.0:
            raise ValueError(f"{name} must lie between 0 and 1, got {value!r}")
    lives = lives.lifted()
    drop = float(gammaincinv(0.5, confidence))  # half a quantile of chi-square with one degree
    out = np.empty((len(lives), likelihood.COLUMNS))
    if law == Law.WEIBULL:
        weibull.fitted(lives.days, lives.failed, lives.offsets, drop, early_share, out)
    elif law == Law.LOGNORMAL:
        lognormal.fitted(lives.days, lives.failed, lives.offsets, drop, float(ndtri(early_share)), out)
    else:
        likelihood.exponential(lives.failures.astype(np.float64), lives.total_days, drop, early_share, out)
    columns = out.T.copy()

    def figures(first: int) -> Figures:
        return Figures(*columns[first : first + 4])

    best = Figures(*columns[[likelihood.SHAPE, likelihood.SCALE, likelihood.MEAN, likelihood.EARLY]])
    information = out[:, likelihood.INFORMATION : likelihood.INFORMATION + 3].copy()
    bounds = figures(likelihood.LOWER), figures(likelihood.UPPER)
    return Fits(law, confidence, early_share, best, *bounds, columns[likelihood.LOG_LIKELIHOOD], information)


def likeliest(fits: Iterable[Fits], failures: Ints) -> Ints:
    """
    Which of several laws each machine's lives speak for. (k,) code of `Law`, -1 where none could be fitted

    The least Akaike criterion with Hurvich & Tsai's correction (1989) by the number of failures, so that four failures
    are needed before a second parameter can pay.
    """
    laws, costs = [], []
    for one in fits:
        spare = failures - one.parameters - 1.0
        with np.errstate(divide="ignore", invalid="ignore"):
            penalty = 2.0 * one.parameters * (1.0 + (one.parameters + 1.0) / np.where(spare > 0, spare, 0.0))
        penalty = penalty if one.parameters > 1 else np.where(np.isfinite(penalty), penalty, 2.0)
        costs.append(np.where(np.isfinite(one.log_likelihood), penalty - 2.0 * one.log_likelihood, np.inf))
        laws.append(int(one.law))
    cost = np.array(costs)
    return np.where(np.isfinite(cost).any(axis=0), np.array(laws)[cost.argmin(axis=0)], -1)
