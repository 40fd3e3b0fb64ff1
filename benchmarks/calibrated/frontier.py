"""Frontier: how much stock each method needs for the service it really achieves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibrated.answers import Measure
    from calibrated.lives import Judged
    from justenough.domain.ragged import Floats

EQUAL = (0.90, 0.95, 0.98)
RESAMPLES = 300
OURS = ("ours", "ours together")


@dataclass(frozen=True, slots=True)
class Frontier:
    """
    One method on one set, along a sweep of targets.

    Parameters
    ----------
    targets : (n_targets,)
        Rising.
    weight, served : (n_targets, n_items)
        What service is the share of (windows, or the value wanted), and how much of it was served.
    stock : (n_targets, n_items)
        Mean value in stock.
    """

    set: str
    method: str
    measure: Measure
    targets: Floats
    weight: Floats
    served: Floats
    stock: Floats

    def points(self, times: Floats | None = None) -> tuple[Floats, Floats]:
        """Achieved service and stock value at each target; ``times`` (n_items, n) counts items more than once."""
        counted = np.ones((self.stock.shape[1], 1)) if times is None else times
        with np.errstate(invalid="ignore"):  # nothing was asked for in all the periods lived
            return (self.served @ counted) / (self.weight @ counted), self.stock @ counted

    def stock_at(self, service: float, times: Floats | None = None) -> Floats:
        """Stock value at which that service is achieved, straight between points; NaN where the sweep does not reach it."""
        achieved, stock = self.points(times)
        return np.array([_crossing(service, achieved[:, k], stock[:, k]) for k in range(stock.shape[1])])

    def lacking(self, service: float, whose: str = "") -> str:
        """Why no stock is known for that service; empty where one is."""
        if not np.isnan(self.stock_at(service)[0]):
            return ""
        most = self.points()[0].max()
        return whose + ("unlived" if np.isnan(most) else "never" if most < service else "leanest")


@dataclass(frozen=True, slots=True)
class Equal:
    """
    Our stock value over another method's at the same achieved service.

    Parameters
    ----------
    ours
        ``ours``, or ``ours together``.
    mean_stock_value
        The other method's; NaN where it never achieves that service.
    ratio, ratio_low, ratio_high
        Ours over theirs; its 95 % interval from items drawn again at random.
    why
        Why there is no ratio: ``ours never`` or ``never`` (the other) achieves that service, or achieves more with its
        ``leanest`` level, or ``unlived``: nothing was there to serve; else empty.
    """

    set: str
    measure: Measure
    achieved: float
    ours: str
    method: str
    mean_stock_value: float
    ratio: float
    ratio_low: float
    ratio_high: float
    why: str


def frontier_of(name: str, method: str, measure: Measure, targets: Sequence[float], lives: Sequence[Judged]) -> Frontier:
    """Put the lives of one method, a target each, beside one another."""
    weight = np.array([life.weight for life in lives])
    served = np.array([np.nan_to_num(life.achieved) * life.weight for life in lives])
    return Frontier(name, method, measure, np.array(targets), weight, served, np.array([life.stock_value for life in lives]))


def equal_service(frontiers: Sequence[Frontier], services: Sequence[float] = EQUAL, *, seed: int = 0) -> list[Equal]:
    """Every other method against ours, set by set, at equal achieved service."""
    found = []
    for ours in (each for each in frontiers if each.method in OURS):
        others = [each for each in frontiers if (each.set, each.measure) == (ours.set, ours.measure)]
        n = ours.stock.shape[1]
        times = np.random.default_rng(seed).multinomial(n, np.full(n, 1.0 / n), RESAMPLES).T.astype(np.float64)
        for service in services:
            mine, mine_again = ours.stock_at(service)[0], ours.stock_at(service, times)
            for other in others:
                theirs = other.stock_at(service)[0]
                again = mine_again / other.stock_at(service, times)
                reached = np.isfinite(again).mean() > 0.9
                low, high = np.nanquantile(again, [0.025, 0.975]) if reached else (np.nan, np.nan)
                why = ours.lacking(service, "ours ") or other.lacking(service)
                found.append(
                    Equal(ours.set, ours.measure, service, ours.method, other.method, theirs, mine / theirs, float(low), float(high), why)
                )
    return found


def _crossing(service: float, achieved: Floats, stock: Floats) -> float:
    """Least stock at which the service is first achieved."""
    reached = np.flatnonzero(achieved >= service)
    if not len(reached) or reached[0] == 0:
        # Below the sweep's first point the stock is at most that of the first point.
        return float(stock[0]) if len(reached) and np.isclose(achieved[0], service) else float("nan")
    i = reached[0]
    part = (service - achieved[i - 1]) / (achieved[i] - achieved[i - 1])
    return float(stock[i - 1] + part * (stock[i] - stock[i - 1]))
