"""Reliability: how long machines run, how long their repairs take, and how well their records tell it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from justenough.estimation.bounds import AvailabilityBounds, MtbfBounds, availability_bounds, mtbf_bounds
from justenough.estimation.goodness import Goodness, Verdict, goodness_of
from justenough.estimation.growth import PowerLaw, power_law_of
from justenough.estimation.lifetimes import Figures, Fits, Law, Lives, fit, likeliest
from justenough.estimation.trends import Trend, Trends, trends_of
from justenough.estimation.uncertainty import Draws, mtbf_draws, repair_draws

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.uptimes import Uptimes

LEAST_SEEN = 5  # failures of lives whose beginning was seen, from which the others are left out of a fit


@dataclass(frozen=True, slots=True)
class ReliabilityParams:
    """
    What is declared of reliability.

    Parameters
    ----------
    confidence [fraction]
        Of all bounds, two-sided.
    early_share [fraction]
        Which early life is told: 0.1 is B10.
    trend_level, fit_level [fraction]
        Levels of the tests for a trend, and of a law that does not fit.
    least_failures
        With fewer no trend is told.
    shape_spread
        How far shapes are expected to lie from those of exponential times, before any is seen: sd of the logarithm. It matters
        to draws of machines with few failures; with 0.5 a Weibull shape lies in 0.37 to 2.7.

    Raises
    ------
    ValueError
        Where a fraction does not lie between 0 and 1, or a number is not positive.
    """

    confidence: float = 0.95
    early_share: float = 0.1
    trend_level: float = 0.05
    fit_level: float = 0.05
    least_failures: int = 5
    shape_spread: float = 0.5

    def __post_init__(self) -> None:
        for name in ("confidence", "early_share", "trend_level", "fit_level"):
            if not 0.0 < getattr(self, name) < 1.0:
                raise ValueError(f"{name} must lie between 0 and 1, got {getattr(self, name)!r}")
        for name in ("least_failures", "shape_spread"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)!r}")


@dataclass(frozen=True, slots=True)
class Times:
    """
    Laws of one kind of time (to failure, to repair) of every group.

    Parameters
    ----------
    lives
        What was fitted.
    fits
        By `Law`.
    law : (k,)
        Code of the likeliest; -1 where none could be fitted.
    goodness
        Of that one.
    """

    lives: Lives
    fits: tuple[Fits, ...]
    law: Ints
    goodness: Goodness

    @property
    def best(self) -> Figures:
        """Figures of the likeliest law. (k,) each"""
        return self._of("best")

    @property
    def lower(self) -> Figures:
        """Their lower bounds."""
        return self._of("lower")

    @property
    def upper(self) -> Figures:
        """Their upper bounds."""
        return self._of("upper")

    @property
    def two_parameter_law(self) -> Ints:
        """Weibull or lognormal, whichever is likelier; lognormal where neither could be fitted. (k,)"""
        weibull, lognormal = (np.nan_to_num(self.fits[law].log_likelihood, nan=-np.inf) for law in (Law.WEIBULL, Law.LOGNORMAL))
        return np.where(weibull > lognormal, Law.WEIBULL, Law.LOGNORMAL)

    @property
    def scv(self) -> tuple[Floats, Floats, Floats]:
        """Squared coefficient of variation of that law, with its lower and upper bound; NaN with fewer than two ends. (k,) each"""
        weibull, lognormal = self.fits[Law.WEIBULL], self.fits[Law.LOGNORMAL]
        first = self.two_parameter_law == Law.WEIBULL
        known = self.lives.failures > 1
        pairs = ((weibull.scv, lognormal.scv), *zip(weibull.scv_between, lognormal.scv_between, strict=True))
        best, low, high = (np.where(known, np.where(first, one, other), np.nan) for one, other in pairs)
        return best, low, high

    def _of(self, which: str) -> Figures:
        columns = []
        for name in ("shape", "scale", "mean", "early"):
            choices = np.stack([getattr(getattr(one, which), name) for one in self.fits])
            columns.append(np.where(self.law >= 0, np.take_along_axis(choices, np.maximum(self.law, 0)[None, :], axis=0)[0], np.nan))
        return Figures(*columns)


@dataclass(frozen=True)
class Reliability:
    """
    Reliability of ``k`` machines.

    Parameters
    ----------
    uptimes
        Their lives and repairs.
    params
        What was declared.
    constant
        MTBF with exact bounds for a constant rate.
    trends, growth
        Tests for a trend, and the power law to be believed where there is one.
    times
        Laws of operating time to failure, to be believed where there is no trend.
    every
        Weibull law of all lives, those whose beginning nobody saw among them: for the MTBF all time counts.
    repairs
        Laws of repair times.
    availability
        With bounds for constant rates; NaN without repair times.
    """

    uptimes: Uptimes = field(repr=False)
    params: ReliabilityParams
    constant: MtbfBounds = field(repr=False)
    trends: Trends = field(repr=False)
    growth: PowerLaw = field(repr=False)
    times: Times = field(repr=False)
    every: Fits = field(repr=False)
    repairs: Times = field(repr=False)
    availability: AvailabilityBounds = field(repr=False)

    @property
    def machines(self) -> tuple[str, ...]:
        """Their names."""
        return self.uptimes.machines

    @property
    def failures(self) -> Ints:
        """(k,)"""
        return self.uptimes.lives.failures

    @cached_property
    def trending(self) -> Ints:
        """Code of `Trend`. (k,)"""
        return self.trends.trend

    @cached_property
    def mtbf(self) -> tuple[Floats, Floats, Floats]:
        """
        Operating time between failures with its lower and upper bound. (k,) each [days]

        With a trend the present one. Else all operating time over all failures, infinite without one; its bounds are exact for
        a constant rate, and where another law is likelier those of a Weibull law's mean, which irregular lives widen and
        regular ones narrow. Where most lives were cut short and that law's mean lies so far off that its bounds leave out what was
        counted, they reach from the lower to the upper of both.
        """
        going = (self.trending == Trend.IMPROVING) | (self.trending == Trend.WORSENING)
        other, weibull = (self.times.law > Law.EXPONENTIAL) & np.isfinite(self.every.best.mean), self.every
        low = np.where(other, weibull.lower.mean, self.constant.lower_two_sided)
        high = np.where(other, weibull.upper.mean, self.constant.upper_two_sided)
        off = other & ((self.constant.mtbf < low) | (self.constant.mtbf > high))
        low = np.where(off, np.minimum(low, self.constant.lower_two_sided), low)
        high = np.where(off, np.maximum(high, self.constant.upper_two_sided), high)
        now = (self.growth.instantaneous_mtbf_end, self.growth.mtbf_lower, self.growth.mtbf_upper)
        best, low, high = (np.where(going, one, two) for one, two in zip(now, (self.constant.mtbf, low, high), strict=True))
        return best, low, high

    @cached_property
    def mttr(self) -> tuple[Floats, Floats, Floats]:
        """Time to repair with its lower and upper bound, of the likeliest law; NaN without a finished repair. (k,) each [days]"""
        return self.repairs.best.mean, self.repairs.lower.mean, self.repairs.upper.mean

    @cached_property
    def repair_scv(self) -> tuple[Floats, Floats, Floats]:
        """Squared coefficient of variation of repair times with its lower and upper bound. (k,) each"""
        return self.repairs.scv

    @cached_property
    def by_reason(self) -> Times:
        """Laws of operating time to failure by each of `uptimes.reasons`, all machines taken as alike. (r,)"""
        return times_of(self.uptimes.by_reason, self.params)

    def draws(self, n: int, seed: int) -> Draws:
        """
        Possible machines, for whoever sizes stock or buffers on what is not well known.

        Parameters
        ----------
        n
            Draws of each machine.
        seed
            A machine's draws depend on this and on its name, never on its row.

        Raises
        ------
        ValueError
            Where n is below 1.
        """
        if n < 1:
            raise ValueError(f"n must be at least 1, got {n!r}")
        prior = self.params.shape_spread
        mtbf = mtbf_draws(
            self.machines, self.uptimes.lives, self.uptimes.operated_days, self.trending, self.growth, n=n, seed=seed, prior_sd=prior
        )
        law = self.repairs.two_parameter_law
        mttr, scv, borrowed = repair_draws(self.machines, self.repairs.lives, law, n=n, seed=seed, prior_sd=prior)
        return Draws(mtbf, mttr, scv, borrowed)


def reliability_of(uptimes: Uptimes, params: ReliabilityParams | None = None) -> Reliability:
    """
    Reliability of machines from their lives and repairs, all in one call.

    Parameters
    ----------
    uptimes
        See `justenough.estimation.uptimes.uptimes_of`.
    params
        What is declared.
    """
    params = params or ReliabilityParams()
    watch, lives, repairs = uptimes.watch, uptimes.lives, uptimes.repairs
    well_seen = np.bincount(lives.machine[uptimes.seen & lives.failed], minlength=len(uptimes)) >= LEAST_SEEN
    fitted = lives.where(uptimes.seen | ~well_seen[lives.machine])
    up, failures = uptimes.operated_days, lives.failures
    return Reliability(
        uptimes,
        params,
        mtbf_bounds(up, failures, confidence=params.confidence),
        trends_of(watch, level=params.trend_level, least_failures=params.least_failures),
        power_law_of(watch, confidence=params.confidence),
        times_of(fitted, params),
        fit(lives, Law.WEIBULL, confidence=params.confidence),
        times_of(repairs, params),
        availability_bounds(up, failures, repairs.total_days, repairs.failures, confidence=params.confidence, open_end=True),
    )


def times_of(lives: Lives, params: ReliabilityParams) -> Times:
    """Fit every law, choose the likeliest of each group, and compare it with the lives."""
    fits = tuple(fit(lives, law, confidence=params.confidence, early_share=params.early_share) for law in Law)
    law = likeliest(fits, lives.failures)
    told = [goodness_of(lives, one, level=params.fit_level) for one in fits]

    def chosen(name: str) -> Floats:
        return np.asarray(np.take_along_axis(np.stack([getattr(one, name) for one in told]), np.maximum(law, 0)[None, :], axis=0)[0])

    verdict = np.where(law >= 0, chosen("verdict"), Verdict.TOO_FEW).astype(np.int64)
    return Times(lives, fits, law, Goodness(chosen("chi2"), chosen("df").astype(np.int64), chosen("p"), verdict))
