"""Lane rates: how often suppliers stop, those of one lane drawn to each other first and lanes to the plant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from justenough.estimation.pooling import DISTINCT, Rates, pooled_rates

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints

GRID = np.linspace(-5.0, 3.0, 49)  # of the log of a lane's rate, about the plant's


def lane_rates(events: Floats, days: Floats, lane: Ints, *, prior_events: float = 1.0) -> Rates:
    """
    Gamma rates of groups within lanes, from counts of events and days watched.

    Parameters
    ----------
    events, days : (n_groups,) [events], [days]
    lane : (n_groups,)
        Where all are of one, this is `pooled_rates`.
    prior_events
        Events' worth of pull that groups have to each other until they have shown how alike they are.

    Notes
    -----
    A group's rate is gamma about its lane's, a lane's about the plant's; shapes and the plant's rate are those of greatest
    posterior (empirical Bayes), the lane's rate is summed out on a grid, and what is left of a group's own is a mixture of
    gammas, told by the gamma of its mean and variance. Two levels that pull like ``2 prior_events`` each vary between
    them as one that pulls like ``prior_events``, and a quarter more.
    """
    lanes, at = np.unique(lane, return_inverse=True)
    k, t = np.asarray(events, dtype=np.float64), np.asarray(days, dtype=np.float64)
    if len(lanes) < 2 or not k.sum():
        return pooled_rates(k, t, prior_events=prior_events)
    told = np.flatnonzero(t > 0)
    if len(told) > DISTINCT:
        told = told[np.lexsort((k[told], t[told], at[told]))][:: -(-len(told) // DISTINCT)]
    lean = np.log(2.0 * prior_events)

    def cost(point: Any) -> float:
        within, between, rate = np.exp(point)
        log_rate = np.log(rate) + GRID
        summed = _summed(k[told], t[told], at[told], len(lanes), within, log_rate) + _of_lanes(between)
        return -float(np.logaddexp.reduce(summed, axis=1).sum() - 0.5 * np.square(point[:2] - lean).sum())

    start = np.array([lean, lean, np.log((k.sum() + 0.5) / max(float(t.sum()), 1e-9))])
    simplex = start + np.vstack([np.zeros(3), 0.5 * np.eye(3)])
    options: Any = {"xatol": 1e-3, "fatol": 1e-5, "maxiter": 300, "initial_simplex": simplex}
    within, between, rate = np.exp(minimize(cost, start, method="Nelder-Mead", options=options).x)
    log_rate = np.log(rate) + GRID
    summed = _summed(k, t, at, len(lanes), within, log_rate) + _of_lanes(between)
    weight = np.exp(summed - np.logaddexp.reduce(summed, axis=1, keepdims=True))
    mean, shape = (within + k[:, None]) / (within / np.exp(log_rate) + t[:, None]), within + k[:, None]
    first = (weight[at] * mean).sum(axis=1)
    variance = (weight[at] * np.square(mean) * (1.0 + 1.0 / shape)).sum(axis=1) - np.square(first)
    alone = 1.0 / (1.0 / within + 1.0 / between + 1.0 / (within * between))
    return Rates(np.square(first) / variance, first / variance, float(alone), float(alone / rate))


def _of_lanes(between: float) -> Floats:
    """Log weights of the grid: a gamma of mean 1 and this shape. (n_grid,)"""
    log_density = between * (GRID - np.exp(GRID))
    return np.asarray(log_density - np.logaddexp.reduce(log_density))


def _summed(k: Floats, t: Floats, at: Ints, n: int, within: float, log_rate: Floats) -> Floats:
    """Log likelihood of each lane's records (negative binomial) at each rate of the lane. (n_lanes, n_grid)"""
    over = t[:, None] * np.exp(log_rate) / within
    told = (gammaln(within + k) - gammaln(within))[:, None] - within * np.log1p(over)
    told += np.where(k[:, None] > 0, k[:, None] * (np.log(np.maximum(over, 1e-300)) - np.log1p(over)), 0.0)
    out = np.zeros((n, len(log_rate)))
    np.add.at(out, at, told)
    return out
