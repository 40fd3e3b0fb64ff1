"""Trends: whether a machine fails more and more, or less and less often.

A trend is looked for before any law of lives is believed: lives that grow or shrink have no common law.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, ndtr

from justenough.domain.item import Coded
from justenough.kernels.arrangements import arrangements

if TYPE_CHECKING:
    from justenough.domain.machine import Bools
    from justenough.domain.ragged import Floats, Ints, Ragged

SMALLEST = 1e-6  # of the time watched: a failure at the very start counts as at this
ROUNDING = 1e-9  # sums of lives may differ so much from the time watched
EXACT = 40  # lives up to which the reverse arrangements are counted out


class Trend(Coded):
    """Where a machine's failures go."""

    NONE = 0  # told by no test
    IMPROVING = 1
    WORSENING = 2
    TOO_FEW = 3  # failures to tell


@dataclass(frozen=True, slots=True)
class Watch:
    """
    Failures of machines on the clock of their own operation.

    Parameters
    ----------
    failures : k series
        Operating time from the start of the watch to each failure, rising. [days]
    end : (k,) [days]
        Operating time watched.
    failure_terminated : (k,)
        Whether the watch stopped at the last failure; it then counts as time watched, not as a failure in it.

    Raises
    ------
    ValueError
        Where a failure lies outside the time watched, or they do not rise.
    """

    failures: Ragged
    end: Floats
    failure_terminated: Bools

    def __post_init__(self) -> None:
        times, machine = self.failures.values, self.machine
        bad = (times < 0) | (times > self.end[machine] * (1.0 + ROUNDING))
        bad[1:] |= (np.diff(times) < 0) & (machine[1:] == machine[:-1])
        if bool(bad.any()):
            at = int(np.argmax(bad))
            raise ValueError(f"failures must rise within 0 to end, got {times[at]} of {self.end[machine[at]]} in failure {at}")

    @property
    def machine(self) -> Ints:
        """Place of the machine of each failure. (n,)"""
        return np.repeat(np.arange(len(self.end)), self.failures.lengths)

    @property
    def n(self) -> Floats:
        """Failures. (k,)"""
        return self.failures.lengths.astype(np.float64)

    @property
    def counted(self) -> Floats:
        """Failures whose moment the end of the watch does not fix. (k,)"""
        return self.n - (self.failure_terminated & (self.n > 0))

    @property
    def inside(self) -> Bools:
        """Which failures those are. (n,)"""
        inside = np.ones(len(self.failures.values), dtype=bool)
        inside[self.failures.offsets[1:][self.failure_terminated & (self.n > 0)] - 1] = False
        return inside

    @property
    def share(self) -> Floats:
        """Moment of each failure as a share of the time watched. (n,) [fraction]"""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.clip(self.failures.values / self.end[self.machine], SMALLEST, 1.0)

    @property
    def lives(self) -> Floats:
        """Operating time from each failure to the next. (n,) [days]"""
        lives = np.diff(self.failures.values, prepend=0.0)
        first = self.failures.offsets[:-1][self.n > 0]
        lives[first] = self.failures.values[first]
        return lives

    def summed(self, values: Floats) -> Floats:
        """Sum over the failures of each machine. (k,)"""
        return np.bincount(self.machine, values, minlength=len(self.end)).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Trends:
    """
    Tests of every machine's failures for a trend; columns (k,), chances two-sided.

    Parameters
    ----------
    laplace_z, laplace_p
        Laplace's test: above 0 failures crowd at the end.
    lewis_robinson_z, lewis_robinson_p
        Laplace's statistic over the coefficient of variation of the lives, for lives that are not exponential.
    mil_hdbk_chi2, mil_hdbk_df, mil_hdbk_p
        Military handbook test: small values tell of worsening, large ones of improvement.
    reverse_arrangements, tied, reverse_p
        Pairs of lives of which the later is longer, and pairs of equal lives.
    trend
        Code of `Trend`.
    """

    laplace_z: Floats
    laplace_p: Floats
    lewis_robinson_z: Floats
    lewis_robinson_p: Floats
    mil_hdbk_chi2: Floats
    mil_hdbk_df: Floats
    mil_hdbk_p: Floats
    reverse_arrangements: Floats
    tied: Floats
    reverse_p: Floats
    trend: Ints


def trends_of(watch: Watch, *, level: float = 0.05, least_failures: int = 5) -> Trends:
    """
    Test every machine's failures for a trend.

    Parameters
    ----------
    watch
        Their failures.
    level [fraction]
        A trend is told where both the military handbook test and Lewis & Robinson's speak of one at this level: the
        first is strong against constant rates, the second is not deceived by lives that are merely irregular.
    least_failures
        Fewer tell nothing.

    References
    ----------
    MIL-HDBK-189C, ch. 5; NIST/SEMATECH e-Handbook, 8.2.3.4; Lewis & Robinson 1974; Kendall 1938.

    Examples
    --------
    NIST/SEMATECH handbook, 8.2.3.4: 33 reversals, military handbook statistic 37.23.

    >>> from justenough.domain.ragged import Ragged
    >>> hours = Ragged.of([[5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478]])
    >>> repairs = trends_of(Watch(hours, np.array([1500.0]), np.array([False])))
    >>> print(repairs.reverse_arrangements, repairs.mil_hdbk_chi2.round(2))
    [33.] [37.23]
    """
    n, counted, inside, share, lives = watch.n, watch.counted, watch.inside, watch.share, watch.lives
    with np.errstate(divide="ignore", invalid="ignore"):
        laplace = (watch.summed(np.where(inside, share, 0.0)) - 0.5 * counted) / np.sqrt(counted / 12.0)
        mean = watch.summed(lives) / n
        spread = np.sqrt(watch.summed((lives - mean[watch.machine]) ** 2) / (n - 1.0)) / mean
        robinson = laplace / spread
        chi2, df = -2.0 * watch.summed(np.where(inside, np.log(share), 0.0)), 2.0 * counted
    above = chdtrc(np.maximum(df, 1.0), chi2)
    mil_p = np.where(df > 0, 2.0 * np.minimum(above, 1.0 - above), np.nan)
    pairs = np.zeros((len(n), 2), np.int64)
    arrangements(lives, watch.failures.offsets, pairs)
    longer, tied = pairs.T.astype(np.float64)
    laplace_p, robinson_p = 2.0 * ndtr(-np.abs(laplace)), 2.0 * ndtr(-np.abs(robinson))
    told = (mil_p < level) & (robinson_p < level)
    trend = np.where(told, np.where(chi2 > df, Trend.IMPROVING, Trend.WORSENING), Trend.NONE)
    trend = np.where(n < least_failures, Trend.TOO_FEW, trend)
    tests = (laplace, laplace_p, robinson, robinson_p, chi2, df, mil_p)
    return Trends(*tests, longer, tied, _reverse_p(n, longer + 0.5 * tied), trend)


def _reverse_p(n: Floats, found: Floats) -> Floats:
    """Two-sided chance of so many reverse arrangements, ties counted half: counted out for few lives, normal for many. (k,)"""
    middle = n * (n - 1.0) / 4.0
    away = np.abs(found - middle)
    sd = np.sqrt(n * (n - 1.0) * (2.0 * n + 5.0) / 72.0)
    p = 2.0 * ndtr(-np.maximum(away - 0.5, 0.0) / np.maximum(sd, 1e-300))
    for size in np.unique(n[(n >= 2) & (n <= EXACT)]):
        rows, chances = n == size, _chances(int(size))
        far = np.abs(np.arange(len(chances)) - (len(chances) - 1) / 2.0)
        order = np.argsort(far)
        tails = chances[order][::-1].cumsum()[::-1]
        p[rows] = np.minimum(tails[np.minimum(np.searchsorted(far[order], away[rows] - 1e-9), len(far) - 1)], 1.0)
    return np.where(n >= 2, np.minimum(p, 1.0), np.nan)


@cache
def _chances(n: int) -> Floats:
    """Chance of each number of reverse arrangements of n lives in random order."""
    chances = np.ones(1)
    for size in range(2, n + 1):
        chances = np.convolve(chances, np.full(size, 1.0 / size))
    return chances
