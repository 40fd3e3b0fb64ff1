"""Possible years: the whole plant lived through years that may come, under pure JIT, pure JIC, one policy for all and the plan."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy import stats

from justenough.domain.errors import JustenoughError
from justenough.domain.item import StockoutBasis
from justenough.domain.policy import Levels
from justenough.estimation.feeding import feeding_of
from justenough.estimation.working_time import working_share
from justenough.simulation.draws import Futures
from justenough.simulation.policies import Supply, live_drawn
from justenough.strategy.cluster import engaged
from justenough.strategy.decide import USUAL, decided
from justenough.strategy.engine import Engine
from justenough.strategy.spread import Spread, by_items, part, serially

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats
    from justenough.strategy.plan import Plan
    from justenough.strategy.settings import Settings
    from justenough.strategy.trace import Known

PURE_JIT, PURE_JIC, UNIFORM, PLAN = "pure JIT", "pure JIC", "one policy", "plan"
POLICIES = (PURE_JIT, PURE_JIC, UNIFORM, PLAN)
MEASURES = ("cost", "holding_cost", "ordering_cost", "stockout_cost", "stock_value", "occasions", "line_hours", "fill_rate")
MONTH_DAYS = 365.25 / 12.0
YEAR_DAYS = 365
LIVING_ITEMS = 500  # that are lived in one go: each takes about as long as sizing twenty


@dataclass(frozen=True, slots=True)
class PossibleYears:
    """
    What four policies cost and lost in the same possible years.

    Parameters
    ----------
    totals
        One row a policy and measure: ``policy, measure, mean, low, high`` (95 % interval over years by Student's t) and
        ``less_plan, less_plan_low, less_plan_high``: the policy less the plan, year by year. Measures: costs [money/year],
        ``stock_value`` [money], ``occasions`` of stockouts [1/year], ``line_hours`` a component's empty shelf stopped its line
        [hours/year], ``fill_rate`` of value wanted [fraction].
    items
        ``policy, item`` and the mean of each measure.
    plan
        The plan that was lived.
    years, seed
        Possible years, and where their draws start.
    cover_months
        Reserve of pure JIC, in months of each item's demand.
    uniform_days
        Reserve of one policy for all, in days of each item's demand: as much money as the plan's reserves hold.
    """

    totals: pl.DataFrame = field(repr=False)
    items: pl.DataFrame = field(repr=False)
    plan: Plan = field(repr=False)
    years: int
    seed: int
    cover_months: float
    uniform_days: float

    def of(self, policy: str, measure: str) -> dict[str, float]:
        """One row of the totals."""
        found = self.totals.filter((pl.col("policy") == policy) & (pl.col("measure") == measure))
        return found.drop("policy", "measure").row(0, named=True)


def possible_years(
    plant: Plant, settings: Settings = USUAL, *, years: int = 50, seed: int = 0, cover_months: float = 3.0, spread: Spread = serially
) -> PossibleYears:
    """
    Live a plant through possible years under four policies, all with the same demand, lead times and outages.

    *Pure JIT* holds nothing beyond what is on its way: each level lies at the demand expected until an order can help, and
    orders are of one review's demand, or as small as allowed. *Pure JIC* adds months of demand to that. *One policy for all*
    adds the same days of demand to every item, as many as the money in the plan's reserves allows. Each year is lived alone
    after a year that is not counted.

    Parameters
    ----------
    years
        Possible years, 2 or more.
    seed
        Every item adds its own name, so that a policy meets the same years whatever lies beside it.
    cover_months
        Reserve of pure JIC. [months]

    Raises
    ------
    JustenoughError
        No item could be sized.
    """
    if years < 2 or cover_months <= 0:
        raise ValueError(f"years must be 2 or more and cover_months above 0, got {years} and {cover_months}.")
    with engaged(settings, spread) as doing:
        return _found(plant, replace(settings, engine=Engine()), years, seed, cover_months, doing)


def _found(plant: Plant, settings: Settings, years: int, seed: int, cover_months: float, spread: Spread) -> PossibleYears:
    made = decided(plant, settings, spread)
    rows = made.plan.figures
    places = np.flatnonzero((rows["gate"].is_not_null() & rows["reorder_point"].is_not_null()).to_numpy())
    if not len(places):
        raise JustenoughError(
            "No item of this plant could be sized, so there is nothing to live. See what is missing: justenough recommend."
        )
    known = part(made.known, places)
    levels, uniform_days = levels_of(rows[places.tolist()], known, cover_months)
    names = np.array(rows["item"].gather(places).to_list(), dtype=object)
    hours = 24.0 * 365.25 * _line_share(plant)[places]
    asked = partial(_lived, years=years, seed=seed)
    lived: dict[str, _Years] = {
        policy: by_items(asked, _Living(names, one, known, hours), len(places), spread, LIVING_ITEMS) for policy, one in levels.items()
    }
    return PossibleYears(_totals(lived), _by_item(names.tolist(), lived), made.plan, years, seed, cover_months, uniform_days)


def levels_of(rows: pl.DataFrame, known: Known, cover_months: float) -> tuple[dict[str, Levels], float]:
    """
    Levels of each policy for the items of ``rows``, and the days of reserve that one policy for all gives.

    The days are those at which reserves of the same days hold as much money as the plan's.
    """
    reorder, quantity, reserve = (rows[name].to_numpy() for name in ("reorder_point", "order_quantity", "safety_stock"))
    step, rate, cost = known.demand.step, known.demand.mean, known.economics.unit_cost
    bare, lots = reorder - reserve, known.demand.lot
    daily = float((cost * rate).sum())
    days = float((cost * np.maximum(reserve, 0.0)).sum()) / daily if daily > 0 else 0.0

    def at(level: Floats, lot: Floats) -> Levels:
        return Levels(np.where(step > 0, np.ceil(level - 1e-9), level), lot, step, lots)

    least = np.fmax(known.economics.moq, np.fmax(known.economics.lot_multiple, step))
    multiple = np.where(known.economics.lot_multiple > 0, known.economics.lot_multiple, step)
    wanted = np.fmax(rate * known.review_days, least)
    small = np.where(multiple > 0, np.ceil(wanted / np.where(multiple > 0, multiple, 1.0) - 1e-9) * multiple, wanted)
    return {
        PURE_JIT: at(bare, small),
        PURE_JIC: at(bare + cover_months * MONTH_DAYS * rate, quantity),
        UNIFORM: at(bare + days * rate, quantity),
        PLAN: Levels(reorder, quantity, step, lots),
    }, days


@dataclass(frozen=True, slots=True)
class _Living:
    """A block of items and the levels they live by; ``hours`` their lines are meant to run. [hours/year]"""

    items: NDArray[np.object_]
    levels: Levels
    known: Known
    hours: Floats


@dataclass(frozen=True, slots=True)
class _Years:
    """What every item came to in every year, (n_items, measures, n_years) as `MEASURES`; ``value`` (n_items, n_years) was wanted."""

    measures: Floats
    value: Floats

    def of(self, measure: str) -> Floats:
        """One measure of every item and year. (n_items, n_years)"""
        return np.ascontiguousarray(self.measures[:, MEASURES.index(measure)])


def _lived(living: _Living, years: int, seed: int) -> _Years:
    names, levels, known, hours = living.items.tolist(), living.levels, living.known, living.hours
    supply = Supply.of(known.lead_time, known.outages).with_rejects(1.0 - known.usable_share, known.reject_sd)
    futures = Futures.of(known.demand)
    columns: dict[str, list[Floats]] = {name: [] for name in (*MEASURES, "value")}
    for year in range(years):
        lived = live_drawn(
            names, levels, futures, supply, known.review_days, days=2 * YEAR_DAYS, lives=1, warm_up_days=YEAR_DAYS, seed=seed + year
        )
        money = known.economics
        spans = lived.days / 365.25
        out = 1.0 - lived.ready_rate
        charges = {
            StockoutBasis.PER_UNIT: lived.units_short / spans,
            StockoutBasis.PER_UNIT_DAY: lived.mean_backorders * 365.25,
            StockoutBasis.PER_OCCASION: lived.occasions,
            StockoutBasis.PER_LINE_HOUR: out * 24.0 * 365.25,  # the charge is of a planned hour times the share that is planned
        }
        stockout = np.zeros(len(names))
        for basis, times in charges.items():
            mine = money.stockout_basis == basis
            stockout[mine] = (money.stockout_cost * times)[mine]
        value = lived.units * money.unit_cost / spans
        year_of = {
            "holding_cost": lived.mean_stock * money.unit_cost * money.holding_rate,
            "ordering_cost": lived.orders * money.ordering_cost,
            "stockout_cost": stockout,
            "stock_value": lived.mean_stock * money.unit_cost,
            "occasions": lived.occasions,
            "line_hours": np.where(money.stockout_basis == StockoutBasis.PER_LINE_HOUR, out * hours, 0.0),
            "fill_rate": np.nan_to_num(lived.fill_rate, nan=1.0),
            "value": value,
        }
        year_of["cost"] = year_of["holding_cost"] + year_of["ordering_cost"] + year_of["stockout_cost"]
        for name, column in columns.items():
            column.append(year_of[name])
    stacked = {name: np.stack(column, axis=1) for name, column in columns.items()}
    return _Years(np.stack([stacked[name] for name in MEASURES], axis=1), stacked["value"])


def _plant(years: _Years, measure: str) -> Floats:
    """A measure of the whole plant in each year: sums, or the mean weighted by value wanted. (n_years,)"""
    if measure == "fill_rate":
        return np.asarray((years.of(measure) * years.value).sum(axis=0) / np.maximum(years.value.sum(axis=0), 1e-300))
    return np.asarray(years.of(measure).sum(axis=0))


def _totals(lived: Mapping[str, _Years]) -> pl.DataFrame:
    rows = []
    for policy, years in lived.items():
        for measure in MEASURES:
            own, ours = _plant(years, measure), _plant(lived[PLAN], measure)
            mean, low, high = _interval(own)
            rows.append((policy, measure, mean, max(low, 0.0), high, *_interval(own - ours)))  # nothing of a year is less than nothing
    names = ("policy", "measure", "mean", "low", "high", "less_plan", "less_plan_low", "less_plan_high")
    return pl.DataFrame(rows, schema=dict.fromkeys(names[:2], pl.String) | dict.fromkeys(names[2:], pl.Float64), orient="row")


def _interval(values: Floats) -> tuple[float, float, float]:
    """Mean over years and its 95 % bounds by Student's t."""
    middle = float(values.mean())
    reach = float(stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
    return middle, middle - reach, middle + reach


def _by_item(names: list[str], lived: Mapping[str, _Years]) -> pl.DataFrame:
    parts = [
        pl.DataFrame({"policy": [policy] * len(names), "item": names, **{name: years.of(name).mean(axis=1) for name in MEASURES}})
        for policy, years in lived.items()
    ]
    return pl.concat(parts).sort("item", "policy")


def _line_share(plant: Plant) -> Floats:
    """Share of all hours in which the line is meant to run that each item feeds; 1 where no calendar says. (n_items,)"""
    share = working_share(plant, feeding_of(plant).lines)
    return np.where(np.isnan(share), 1.0, share)
