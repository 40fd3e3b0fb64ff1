"""Coming: levels for each of the next periods, of items whose demand moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.item import DemandKind
from justenough.estimation.ahead import demand_ahead
from justenough.estimation.forecasts import given_by
from justenough.sizing.time_phased import phased_levels
from justenough.strategy.coming_rows import COMING_COLUMNS, coming_schema
from justenough.strategy.spread import Spread, joined, part

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.demand import Demand
    from justenough.estimation.history import History
    from justenough.estimation.knobs import DemandParams
    from justenough.strategy.trace import Known

    Bools = NDArray[np.bool_]

PERIODS = 12
_WEEK = 7.0  # days; nobody sets levels anew more often
_REACH = 400  # periods beyond the last level that lead times are looked at
_BLOCK = 200  # items whose levels are found in one go


def moving(ours: Demand, demand: Demand) -> Bools:
    """Items whose demand moves from period to period: seasonal, trending, or with a forecast in place of ``ours``. (n_items,)"""
    kinds = np.isin(demand.kind, [int(DemandKind.SEASONAL), int(DemandKind.TRENDING)])
    return np.asarray(kinds | (demand.mean != ours.mean))


@dataclass(frozen=True, slots=True)
class Course:
    """
    Demand of moving items in the coming periods.

    Parameters
    ----------
    starts : (n_ahead,)
    mean, variance : (n_items, n_ahead) [units/day], [units^2/day]
    period_days
    """

    starts: tuple[date, ...]
    mean: Floats
    variance: Floats
    period_days: float


def course_of(plant: Plant, history: History, known: Known, places: Ints, params: DemandParams) -> Course:
    """
    Course of demand of the items at ``places``: their user's forecast where there is one, else season or trend.

    Where demand is on record by day, a period is a week. After the last forecast comes the mean of the forecast
    exposed time. Variance goes with the level as in `justenough.estimation.ahead.demand_ahead`.
    """
    exposed = np.nan_to_num(known.lead_time.mean_days + 2.0 * known.review_days + known.outages.wait_days)[places]
    grouped = max(round(_WEEK / history.period_days), 1)  # days to a week; a longer period stands alone
    width = grouped * history.period_days
    n_ahead = PERIODS + min(int(np.ceil(exposed.max(initial=0.0) / width)) + 1, _REACH)
    demand = part(known.demand, places)
    # A season is drawn to that of all seasonal items, so all moving ones are looked at, whoever is shown.
    ahead = demand_ahead(history.only(places), demand, params, periods=n_ahead * grouped)
    mean, variance = ahead.mean, ahead.variance
    if plant.tables["forecasts"].height and history.starts:
        given = given_by(plant, history, n_ahead * grouped).mean[places, history.n_periods :] / history.period_days
        theirs = ~np.isnan(given[:, :1])
        level = np.where(np.isnan(given), demand.mean[:, None], given)
        with np.errstate(divide="ignore", invalid="ignore"):
            course = np.where(demand.mean[:, None] > 0.0, level / demand.mean[:, None], 1.0)
        mean = np.where(theirs, level, mean)
        variance = np.where(theirs, demand.variance[:, None] * course**1.5, variance)
    mean, variance = (daily.reshape(len(places), -1, grouped).mean(axis=2) for daily in (mean, variance))
    return Course(ahead.starts[::grouped], mean, variance, width)


def coming_levels(items: pl.Series, known: Known, course: Course, spread: Spread) -> pl.DataFrame:
    """Levels of the next twelve periods as `coming_schema` says; ``known`` and ``course`` hold the named items."""
    n = len(items)
    if not n or len(course.starts) < PERIODS:
        return pl.DataFrame(schema=coming_schema())
    blocks = []
    for begin in range(0, n, _BLOCK):
        places = np.arange(begin, min(begin + _BLOCK, n))
        blocks.append(_Block(part(known, places), part(course.mean, places), part(course.variance, places), course.period_days))
    found: _Found = joined(spread(_levels, blocks))
    columns = {name: getattr(found, name).ravel() for name in COMING_COLUMNS}
    starts = pl.Series("start", list(course.starts[:PERIODS]) * n, dtype=pl.Date)
    return pl.DataFrame({"item": items.gather(np.repeat(np.arange(n), PERIODS)), "start": starts, **columns})


@dataclass(frozen=True, slots=True)
class _Block:
    """Some of the items with their course."""

    known: Known
    mean: Floats
    variance: Floats
    period_days: float


@dataclass(frozen=True, slots=True)
class _Found:
    """`justenough.strategy.coming_rows.COMING_COLUMNS`, each (n_items, `PERIODS`)."""

    demand: Floats
    safety_stock: Floats
    reorder_point: Floats
    order_up_to: Floats
    stated_cycle_service: Floats
    stated_fill_rate: Floats


def _levels(block: _Block) -> _Found:
    known = block.known
    found = phased_levels(
        known.demand, block.mean, block.variance, known.lead_time, known.outages, known.economics, known.review_days,
        period_days=block.period_days, periods=PERIODS,
    )  # fmt: skip
    wanted = block.mean[:, :PERIODS] * block.period_days
    return _Found(wanted, found.safety_stock, found.reorder_point, found.order_up_to, found.cycle_service, found.fill_rate)


def dearest(value: pl.Series, places: Ints, most: int) -> Ints:
    """Of these places the ``most`` with most money tied up, in their order."""
    worth = value.gather(places).fill_null(0.0).to_numpy()
    return np.sort(places[np.lexsort((places, -worth))[:most]])
