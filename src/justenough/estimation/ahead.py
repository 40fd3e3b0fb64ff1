"""Ahead: how much will be wanted in each of the plant's coming periods."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import DemandKind
from justenough.estimation.demand import DEFAULT_PARAMS
from justenough.estimation.knobs import DemandParams
from justenough.estimation.seasons import months_of, seasons_of

if TYPE_CHECKING:
    from datetime import date

    from justenough.domain.ragged import Floats
    from justenough.estimation.demand import Demand
    from justenough.estimation.history import History


@dataclass(frozen=True, slots=True)
class Ahead:
    """
    Demand of many items in the coming periods of the plant's grid.

    Parameters
    ----------
    starts : (n_ahead,)
        First day of each coming period; the first follows the record's last.
    mean : (n_items, n_ahead) [units/day]
        Level of each coming period.
    variance : (n_items, n_ahead) [units^2/day]
        Of one day's demand around that level.
    period_days
        Mean length of a period. [days]
    """

    starts: tuple[date, ...]
    mean: Floats
    variance: Floats
    period_days: float

    def demand_from(self, demand: Demand, period: int, exposed_days: Floats) -> Demand:
        """
        ``demand`` as it will be over an exposed time that begins with coming period ``period``.

        Its mean and variance are averages over those days, the last coming period standing for all after it;
        hand it to `justenough.estimation.exposure.exposure_over` in place of ``demand``.

        Parameters
        ----------
        demand
            What this was made of.
        period
            0 is the first coming period.
        exposed_days : (n_items,) [days]
            Lead time + review.
        """
        n_ahead = len(self.starts)
        if not 0 <= period < n_ahead:
            raise ValueError(f"period must be in 0 to {n_ahead - 1}, got {period}")
        lasts = np.maximum(np.nan_to_num(np.asarray(exposed_days, dtype=np.float64), nan=self.period_days) / self.period_days, 1e-9)
        begins = np.arange(n_ahead, dtype=np.float64) - period
        ends = np.where(np.arange(n_ahead) == n_ahead - 1, np.inf, begins + 1.0)
        share = np.clip(np.minimum(ends, lasts[:, None]) - np.maximum(begins, 0.0), 0.0, None) / lasts[:, None]
        mean, variance = (share * self.mean).sum(axis=1), (share * self.variance).sum(axis=1)
        return replace(demand, mean=mean, variance=variance, swing=np.zeros_like(mean))


def demand_ahead(history: History, demand: Demand, params: DemandParams = DEFAULT_PARAMS, *, periods: int = 12) -> Ahead:
    """
    Level of demand in each of the coming ``periods``: with its season, its damped trend, or as it is.

    Parameters
    ----------
    history, demand
        The record and what `justenough.estimation.demand.demand_of` read from it.
    """
    if periods < 1:
        raise ValueError(f"periods must be at least 1, got {periods}")
    starts = coming(history, periods)
    if not starts:
        return Ahead((), np.empty((len(demand.mean), 0)), np.empty((len(demand.mean), 0)), history.period_days)
    seasons = seasons_of(history, params)
    seasonal = (demand.kind == DemandKind.SEASONAL)[:, None]
    factor = np.where(seasonal, seasons.factor[:, months_of(starts, history.period_days)], 1.0)
    # A damped trend rises by less and less: the sum of damping^k over the blocks until the middle of each period.
    ahead = (np.arange(periods) + 0.5) * history.period_days / seasons.block_days[:, None]
    steps = (1.0 - params.damping**ahead) / -np.log(params.damping)
    rise = np.where((demand.kind == DemandKind.TRENDING)[:, None], seasons.rise[:, None] * seasons.block_days[:, None] * steps, 0.0)
    course = np.maximum(factor + rise / np.maximum(seasons.recent, 0.1)[:, None], 0.0)
    # Variance goes with the level about as its power 1.5, between counts (1) and sizes (2); Taylor (1961).
    return Ahead(starts, demand.mean[:, None] * course, demand.variance[:, None] * course**1.5, history.period_days)


def coming(history: History, periods: int) -> tuple[date, ...]:
    """First days of the next ``periods`` of the history's day, week or month grid; none after an empty one."""
    if not history.starts:
        return ()
    last = history.starts[-1]
    if history.period_days < 28.0:
        return tuple(last + timedelta(days=round(history.period_days) * k) for k in range(1, periods + 1))
    months = [last.year * 12 + last.month - 1 + k for k in range(1, periods + 1)]
    return tuple(last.replace(year=month // 12, month=month % 12 + 1) for month in months)
