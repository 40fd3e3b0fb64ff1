"""Pooling: shares and rates of many groups, each drawn to the others by as much as its own record leaves open.

Empirical Bayes (Robbins 1956; Efron & Morris 1975): what the groups have in common is learned from all of them by
maximum marginal likelihood, and is then the prior of each. A group without any record gets that prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaincinv, gammaincinv, gammaln

if TYPE_CHECKING:
    from collections.abc import Callable

    from justenough.domain.ragged import Floats

DISTINCT = 4000  # so many groups tell the prior; of more, every k-th by record is asked


@dataclass(frozen=True, slots=True)
class Shares:
    """
    What is known of each group's share: a beta distribution.

    Parameters
    ----------
    hits, misses : (n_groups,)
        Its two parameters, what is drawn from the other groups included; both > 0.
    prior_hits, prior_misses
        Those of a group nothing is known of.
    """

    hits: Floats
    misses: Floats
    prior_hits: float
    prior_misses: float

    @property
    def mean(self) -> Floats:
        """(n_groups,) [fraction]"""
        return self.hits / (self.hits + self.misses)

    @property
    def sd(self) -> Floats:
        """(n_groups,) [fraction]"""
        return np.sqrt(self.mean * (1.0 - self.mean) / (self.hits + self.misses + 1.0))

    def quantile(self, probability: float | Floats) -> Floats:
        """Share not exceeded with this probability. (n_groups,) [fraction]"""
        return np.asarray(betaincinv(self.hits, self.misses, probability))


@dataclass(frozen=True, slots=True)
class Rates:
    """
    What is known of each group's rate of events: a gamma distribution.

    Parameters
    ----------
    events : (n_groups,)
        Its shape, what is drawn from the other groups included.
    days : (n_groups,) [days]
        Its inverse scale.
    prior_events, prior_days
        Those of a group nothing is known of. [events], [days]
    """

    events: Floats
    days: Floats
    prior_events: float
    prior_days: float

    @property
    def mean(self) -> Floats:
        """(n_groups,) [1/day]"""
        return self.events / self.days

    def quantile(self, probability: float | Floats) -> Floats:
        """Rate not exceeded with this probability. (n_groups,) [1/day]"""
        return np.asarray(gammaincinv(self.events, probability)) / self.days

    def wait_mean(self) -> Floats:
        """
        Mean time to the next event, the rate being as little known as it is. (n_groups,) [days]

        Lomax; infinite where ``events`` is 1 or less.
        """
        with np.errstate(divide="ignore"):
            return np.where(self.events > 1.0, self.days / np.maximum(self.events - 1.0, 0.0), np.inf)

    def wait_sd(self) -> Floats:
        """Spread of that time; infinite where ``events`` is 2 or less. (n_groups,) [days]"""
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = np.sqrt(self.events / np.maximum(self.events - 2.0, 0.0))
            return np.where(self.events > 2.0, self.wait_mean() * relative, np.inf)

    def wait_quantile(self, probability: float | Floats) -> Floats:
        """Time within which the next event comes with this probability. (n_groups,) [days]"""
        return np.asarray(self.days * np.expm1(-np.log1p(-np.asarray(probability)) / self.events))


def pooled_shares(hits: Floats, trials: Floats, *, prior_trials: float = 4.0, prior_mean: float = 0.5) -> Shares:
    """
    Beta-binomial shares of many groups.

    Parameters
    ----------
    hits, trials : (n_groups,)
        Not necessarily whole; ``0 <= hits <= trials``.
    prior_trials
        Trials' worth of pull to the other groups that is assumed until they have shown how alike they
        are: log-normal with a spread of one, which matters where there are few groups.
    prior_mean
        The common share leans on one trial with this outcome.

    Returns
    -------
    Shares

    References
    ----------
    Skellam 1948 (the beta-binomial); Kleinman 1973 (shares of unequal groups).
    """
    g, n = _asked(np.asarray(hits, dtype=np.float64), np.asarray(trials, dtype=np.float64))

    def cost(at: Floats) -> float:
        share, weight = 1.0 / (1.0 + np.exp(-at[0])), np.exp(at[1])
        a, b = share * weight, (1.0 - share) * weight
        told = gammaln(a + g) + gammaln(b + n - g) - gammaln(weight + n) + gammaln(weight) - gammaln(a) - gammaln(b)
        lean = prior_mean * np.log(share) + (1.0 - prior_mean) * np.log1p(-share) - 0.5 * (at[1] - np.log(prior_trials)) ** 2
        return -float(told.sum() + lean)

    raw = (g.sum() + prior_mean) / (n.sum() + 1.0)
    at = _least(cost, np.array([np.log(raw / (1.0 - raw)), np.log(prior_trials)]))
    share, weight = 1.0 / (1.0 + np.exp(-at[0])), np.exp(at[1])
    a, b = float(share * weight), float((1.0 - share) * weight)
    return Shares(a + np.asarray(hits), b + np.asarray(trials) - np.asarray(hits), a, b)


def pooled_rates(events: Floats, days: Floats, *, prior_events: float = 1.0, least_events: float = 0.0) -> Rates:
    """
    Gamma rates of many groups from counts of events and days watched, censored waits included.

    A group's likelihood is ``rate^events exp(-rate days)`` whether events are counted in given days (Poisson)
    or exponential times are watched to their end or not (Epstein & Sobel 1953), so one function serves both.

    Parameters
    ----------
    events, days : (n_groups,) [events], [days]
        Groups with 0 days say nothing.
    prior_events
        Events' worth of pull to the other groups that is assumed until they have shown how alike they are.
    least_events
        The prior is worth more than this; above 2 the wait for an event has a finite spread everywhere.
    """
    k, t = _asked(np.asarray(events, dtype=np.float64), np.asarray(days, dtype=np.float64))
    total = max(float(t.sum()), 1e-9)

    def cost(at: Floats) -> float:
        a = least_events + np.exp(at[0])
        b = a * np.exp(at[1])
        told = gammaln(a + k) - gammaln(a) + a * np.log(b) - (a + k) * np.log(b + t)
        return -float(told.sum() - 0.5 * (at[0] - np.log(prior_events)) ** 2)

    # The common rate leans on half an event in all the days, so that none seen is not none possible.
    start = np.array([np.log(prior_events), np.log(total / (k.sum() + 0.5))])
    at = _least(cost, start) if k.sum() > 0 else start
    a = float(least_events + np.exp(at[0]))
    b = float(a * np.exp(at[1]))
    return Rates(a + np.asarray(events), b + np.asarray(days), a, b)


def _asked(count: Floats, record: Floats) -> tuple[Floats, Floats]:
    told = np.flatnonzero(record > 0)
    if len(told) > DISTINCT:
        told = told[np.lexsort((count[told], record[told]))][:: -(-len(told) // DISTINCT)]
    return count[told], record[told]


def _least(cost: Callable[[Any], float], start: Any) -> Floats:
    # A start at 0 would otherwise get a simplex too small to leave it.
    simplex = start + np.array([[0.0, 0.0], [0.5, 0.0], [0.0, 0.5]])
    options: Any = {"xatol": 1e-5, "fatol": 1e-7, "maxiter": 400, "initial_simplex": simplex}
    return np.asarray(minimize(cost, start, method="Nelder-Mead", options=options).x, dtype=np.float64)
