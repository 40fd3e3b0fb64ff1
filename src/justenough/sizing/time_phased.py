"""Time-phased levels: what to hold in each coming period, where demand has seasons, a trend or a forecast."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from justenough.estimation.exposure import HORIZONS, Exposure, answering, exposure_over
from justenough.estimation.stops import Stops
from justenough.sizing.curve import mean_exposure
from justenough.sizing.single import DAYS_PER_YEAR, Economics, cheapest, order_quantity, outcome_at

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.demand import Demand
    from justenough.estimation.lead_time import LeadTime
    from justenough.estimation.supplier import Outages

Columns = TypeVar("Columns", "Demand", "LeadTime", "Outages", Stops)

_MOMENTS = (0.1, 0.3, 0.5, 0.7, 0.9)  # of a period, at which a review may fall, all as likely


@dataclass(frozen=True, slots=True)
class PhasedLevels:
    """
    Levels for the reviews of each coming period; each array but the last is (n_items, n_periods).

    Parameters
    ----------
    safety_stock, reorder_point, order_up_to : [units]
    exposed_demand : [units]
        Mean demand over the lead time and review that begin in the period, outages included.
    cycle_service, fill_rate : [fraction]
        Stated for the reviews of the period, as in `justenough.sizing.single.Outcome`.
    mean_stock : [units]
    reason
        `justenough.domain.policy.Reason` codes.
    order_quantity : (n_items,) [units]
        One for all periods, from the mean rate.
    """

    safety_stock: Floats
    reorder_point: Floats
    order_up_to: Floats
    exposed_demand: Floats
    cycle_service: Floats
    fill_rate: Floats
    mean_stock: Floats
    reason: Ints
    order_quantity: Floats


def phased_levels(
    demand: Demand,
    mean: Floats,
    variance: Floats,
    lead_time: LeadTime,
    outages: Outages,
    economics: Economics,
    review_days: Floats,
    *,
    period_days: float,
    periods: int = 12,
) -> PhasedLevels:
    """
    Levels of each of the coming ``periods``, every one by the same floors and the same least cost.

    Parameters
    ----------
    demand
        What does not change from period to period: form, step, drift, idle share at its own mean.
    mean, variance : (n_items, n_ahead) [units/day], [units^2/day]
        Of a day in each coming period, as from `justenough.estimation.ahead.demand_ahead`. Lead times reach
        beyond the last level, so give more periods than levels; the last stands for all after it.
    period_days : [days]

    Returns
    -------
    PhasedLevels

    Notes
    -----
    A review looks at the demand of the days it is exposed to, whichever periods they lie in: an order placed in
    March for a part of ten weeks' lead time is for June. A falling level is not a return: what is on the shelf
    above the new level is used up first, so after a season the fill rate is higher than stated. The level is found on
    one distribution with the moments of all reviews of a period, the service stated is their mean: with a demand that
    grows by a quarter from month to month it lies up to two points above its floor.
    """
    demand = replace(demand, swing=np.zeros_like(demand.swing))  # the periods' own means say it
    parts = _parts(demand, mean, variance, lead_time, outages, review_days, period_days, periods)
    n, exposure = len(demand.mean), _mixture(parts)
    each = Economics(*(np.repeat(getattr(economics, column.name), periods) for column in fields(Economics)))
    level = replace(demand, mean=mean[:, :periods].mean(axis=1), variance=variance[:, :periods].mean(axis=1))
    quantity = order_quantity(exposure_over(level, lead_time, outages, review_days), economics)
    chosen = cheapest(exposure, each, np.repeat(quantity, periods))
    outcomes = [outcome_at(part, each, chosen.levels) for part in parts]
    exposed = mean_exposure(exposure)

    wanted = DAYS_PER_YEAR * np.sum([part.rate for part in parts], axis=0)
    short = np.sum([outcome.units_short for outcome in outcomes], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        served = np.where(wanted <= 0.0, 1.0, 1.0 - short / wanted)  # out of season nothing is asked for

    def by_period(column: Floats) -> Floats:
        return column.reshape(n, periods)

    return PhasedLevels(
        safety_stock=by_period(chosen.levels.lowest_position - exposed),
        reorder_point=by_period(chosen.levels.reorder_point),
        order_up_to=by_period(chosen.levels.order_up_to),
        exposed_demand=by_period(exposed),
        cycle_service=by_period(np.mean([outcome.cycle_service for outcome in outcomes], axis=0)),
        fill_rate=by_period(served),
        mean_stock=by_period(np.mean([outcome.mean_stock for outcome in outcomes], axis=0)),
        reason=chosen.reason.reshape(n, periods),
        order_quantity=quantity,
    )


def phased_exposure(
    demand: Demand,
    mean: Floats,
    variance: Floats,
    lead_time: LeadTime,
    outages: Outages,
    review_days: Floats,
    *,
    period_days: float,
    periods: int = 12,
) -> Exposure:
    """
    Exposure of the reviews of each coming period, ``n_items x periods`` rows: all periods of the first item, then the next.

    Parameters as for `phased_levels`. Reviews may fall anywhere in their period, so each row is a mixture over it.

    Raises
    ------
    ValueError
        Fewer periods given than levels asked for, or shapes that do not match.
    """
    return _mixture(_parts(demand, mean, variance, lead_time, outages, review_days, period_days, periods))


def _parts(
    demand: Demand,
    mean: Floats,
    variance: Floats,
    lead_time: LeadTime,
    outages: Outages,
    review_days: Floats,
    period_days: float,
    periods: int,
) -> list[Exposure]:
    """Exposures of reviews at each of `_MOMENTS` of each period, a row an item and period."""
    n = len(demand.mean)
    if mean.shape != variance.shape or mean.shape[0] != n or mean.shape[1] < periods:
        raise ValueError(f"mean and variance must be ({n}, at least {periods}), got {mean.shape} and {variance.shape}")
    item, period = np.repeat(np.arange(n), periods), np.tile(np.arange(periods, dtype=np.float64), n)
    review = np.broadcast_to(np.asarray(review_days, dtype=np.float64), n)[item]
    known = _rows(demand, item), _rows(lead_time, item), _rows(outages, item)
    mean_upto, variance_upto = (np.cumsum(np.pad(daily, ((0, 0), (1, 0))), axis=1) for daily in (mean, variance))
    over = _Ahead(*known, item, mean_upto, variance_upto, review, period_days)
    return [over.from_moment(period + moment) for moment in _MOMENTS]


def _mixture(parts: list[Exposure]) -> Exposure:
    """The exposure with the moments of a mixture of ``parts`` as likely as each other."""

    def mixed(prefix: str) -> dict[str, Floats]:
        means, variances, idles = (np.stack([getattr(part, prefix + name) for part in parts]) for name in ("mean", "variance", "idle"))
        mean = means.mean(axis=0)
        variance = (variances + np.square(means - mean)).mean(axis=0)
        return {prefix + "mean": mean, prefix + "variance": variance, prefix + "idle": idles.mean(axis=0)}

    changed: dict[str, Any] = {**mixed(""), **mixed("outage_"), "rate": np.mean([part.rate for part in parts], axis=0)}
    return replace(parts[0], **changed)


@dataclass(frozen=True, slots=True)
class _Ahead:
    """One row an item and period: how long it takes to answer; and by item (n_items, n_ahead + 1) what is wanted until when."""

    demand: Demand
    lead_time: LeadTime
    outages: Outages
    item: Ints
    mean_upto: Floats
    variance_upto: Floats
    review_days: Floats
    period_days: float

    def from_moment(self, start: Floats) -> Exposure:
        """Exposure of a review at ``start`` [periods], every horizon with the demand of its own days."""
        days = answering(self.lead_time, self.outages)
        lead = np.nan_to_num(days.mean_days)
        spans = [lead + self.review_days * horizon for horizon in HORIZONS]
        ordinary = [self._seen(start, span) for span in spans]
        late = [self._seen(start, span + days.wait_days) for span in spans]
        first, last = (self._between(self.mean_upto, start, span) for span in (spans[0], spans[-1]))
        columns: dict[str, Any] = {name: _diagonal(ordinary, name) for name in ("mean", "variance", "idle")}
        columns |= {name: _diagonal(late, name) for name in ("outage_mean", "outage_variance", "outage_idle")}
        return replace(ordinary[-1], **columns, rate=(last * spans[-1] - first * spans[0]) / self.review_days)

    def _seen(self, start: Floats, days: Floats) -> Exposure:
        """Exposure as if the mean demand of the ``days`` from ``start`` were that of every day."""
        mean, variance = self._between(self.mean_upto, start, days), self._between(self.variance_upto, start, days)
        with np.errstate(divide="ignore", invalid="ignore"):
            busier = np.where(self.demand.mean > 0.0, mean / self.demand.mean, 1.0)
        idle = np.power(np.clip(self.demand.idle, 1e-12, 1.0), busier)  # as often again, not as much again
        seen = replace(self.demand, mean=mean, variance=variance, idle=idle)
        return exposure_over(seen, self.lead_time, self.outages, self.review_days)

    def _between(self, upto: Floats, start: Floats, days: Floats) -> Floats:
        """Mean of a day's figure over ``days`` days from ``start`` [periods]; at ``start`` itself for none."""
        lasts = np.maximum(days / self.period_days, 1e-6)
        return (self._until(upto, start + lasts) - self._until(upto, start)) / lasts

    def _until(self, upto: Floats, moment: Floats) -> Floats:
        """Sum of a day's figure over the periods until ``moment``, the last period going on for ever."""
        period = np.minimum(moment.astype(np.int64), upto.shape[1] - 2)
        before = upto[self.item, period]
        return np.asarray(before + (moment - period) * (upto[self.item, period + 1] - before))


def _rows(value: Columns, item: Ints) -> Columns:
    """The rows of ``item`` of a frozen value of columns."""
    columns = {each.name: getattr(value, each.name) for each in fields(value)}
    chosen: dict[str, Any] = {name: column[item] for name, column in columns.items() if isinstance(column, np.ndarray)}
    chosen |= {name: _rows(column, item) for name, column in columns.items() if isinstance(column, Stops)}
    return replace(value, **chosen)


def _diagonal(exposures: list[Exposure], name: str) -> Floats:
    """Each horizon from the exposure that was made for it. (n_rows, 3)"""
    return np.stack([getattr(exposure, name)[:, k] for k, exposure in enumerate(exposures)], axis=1)
