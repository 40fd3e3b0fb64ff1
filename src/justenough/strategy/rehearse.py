"""Rehearse: a plan sized on the earlier history and lived through the later, promised against achieved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from justenough.domain.errors import JustenoughError
from justenough.domain.figures import count
from justenough.domain.policy import Levels
from justenough.estimation.calibration import calibration_of
from justenough.estimation.exposure import exposure_over
from justenough.estimation.history import history_of
from justenough.estimation.moving_together import at_level, common_of
from justenough.simulation.policies import Lived, Rules, Supply, live
from justenough.sizing.single import outcome_at
from justenough.strategy.cluster import engaged
from justenough.strategy.decide import USUAL, Decided, decided
from justenough.strategy.engine import Engine
from justenough.strategy.levels_today import acting_as
from justenough.strategy.spread import Spread, by_items, part, serially

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ragged
    from justenough.estimation.demand import Demand
    from justenough.estimation.history import History
    from justenough.strategy.plan import Plan
    from justenough.strategy.settings import Settings
    from justenough.strategy.trace import Known

SERVICES = ("cycle_service", "fill_rate")
_TWO_SIDED = 1.96  # normal, 95 %


@dataclass(frozen=True)
class Rehearsal:
    """
    What a plan promised and what it gave on history that its sizing never saw.

    Parameters
    ----------
    rows
        One row per item and policy (``plan``; ``today`` where today's levels are known): ``policy, item,
        kind, criticality, stated_cycle_service, cycle_service, stated_fill_rate, fill_rate, units,
        units_short, value_wanted, value_short, occasions`` [1/year]``, stated_stock_value,
        mean_stock_value``. Cycle service is the share of exposed windows whose demand the lowest
        position covered, the event whose probability is stated.
    plan
        The plan as it would have been made on ``since``.
    since
        First day that was kept back.
    n_periods, n_held_back
        Periods on the plant's grid; those kept back.
    expected
        Range that the plan's cycle service, lived over all items, was to lie in 19 times of 20: each item by its own chance,
        and all of them moving together as far as `justenough.estimation.moving_together` finds that they may. [fraction]
    """

    rows: pl.DataFrame = field(repr=False)
    plan: Plan = field(repr=False)
    since: date
    n_periods: int
    n_held_back: int
    expected: tuple[float, float]

    def by(self, column: str | None = "kind", *, both: bool = False) -> pl.DataFrame:
        """
        Promised against achieved by ``kind``, ``criticality`` or (None) overall; the last rows are all items.

        Parameters
        ----------
        both
            Only items lived under the plan and under today's levels, so that the two may be compared.

        Returns
        -------
        pl.DataFrame
            ``policy, <column>, items``, mean services over items (cycle service) and over value wanted
            (fill rate) with the standard error of lived less stated (``cycle_service_error``,
            ``fill_rate_error``; see `justenough.estimation.calibration`), stockouts a year, and money in stock.
        """
        rows = self.rows
        if both:
            rows = rows.filter(pl.col("policy").n_unique().over("item") == 2)
        rows = rows.with_columns(pl.lit("all").alias("all"))
        parts = [_table(rows, name, column or "all") for name in ([] if column is None else [column]) + ["all"]]
        return pl.concat(parts)

    def __str__(self) -> str:
        head = f"Sized on {self.n_periods - self.n_held_back} periods, lived through the last {self.n_held_back} (from {self.since})."
        lines = [head, *map(_gap, self.by(None).iter_rows(named=True))]
        if not np.isnan(self.expected).any():
            low, high = (_share(each) for each in self.expected)
            lines.append(f"plan: over all items a cycle service of {low} to {high} was to be expected (95 %).")
        lines += [f"{'policy':6} {'kind':13} {'items':>7}  {'cycle service':>15}  {'fill rate':>15}  {'stockouts':>10}  {'money in':>14}"]
        lines += [f"{'':29} {'stated':>7} {'lived':>7}  {'stated':>7} {'lived':>7}  {'a year':>10}  {'stock':>14}"]
        for row in self.by("kind").iter_rows(named=True):
            shares = [_share(row[name]) for name in ("stated_cycle_service", "cycle_service", "stated_fill_rate", "fill_rate")]
            lines.append(
                f"{row['policy']:6} {row['kind'] or '':13} {row['items']:>7,}  {shares[0]:>7} {shares[1]:>7}  {shares[2]:>7} {shares[3]:>7}"
                f"  {row['occasions']:>10,.0f}  {row['mean_stock_value']:>14,.0f}"
            )
        return "\n".join(lines)


def rehearse(plant: Plant, settings: Settings = USUAL, spread: Spread = serially) -> Rehearsal:
    """
    Size on the first ``1 - settings.holdout`` of the periods and live the rest.

    Only what was known on the day of the cut is used: later demand is hidden, receipts that came later
    are open orders, outages that ended later still go on. Lead times are drawn as estimated then,
    ``settings.rehearsals`` times. Today's levels are lived beside the plan's, on the same demand.

    Raises
    ------
    JustenoughError
        Too few periods to keep some back, or no item that could be sized on the rest.
    """
    history = history_of(plant)
    cut = round(history.n_periods * (1.0 - settings.holdout))
    if not 1 <= cut < history.n_periods:
        raise JustenoughError(
            f"There is demand in {count(history.n_periods, plant.terms.demand_period)}: too few to keep {settings.holdout:.0%} back. "
            "Import more history, or rehearse with another `holdout`."
        )
    since = history.starts[cut]
    bare = replace(settings, anatomy_items=0, coming_items=0, engine=Engine())  # nobody asks why
    with engaged(settings, spread) as doing:
        before, later = decided(known_before(plant, since), bare, doing), history.since(cut)
        rows = pl.concat([_lived(before, later, settings, prefix, policy, doing) for prefix, policy in (("", "plan"), ("today_", "today"))])
    if rows.is_empty():
        raise JustenoughError(
            f"On {since} none of {len(plant):,} items could be sized, so there is nothing to live. Say what sizing must know, such as "
            "a holding rate and a target; the plan made with the same settings lists what its items lack."
        )
    kept = history.n_periods - cut
    return Rehearsal(rows.sort("item", "policy"), before.plan, since, history.n_periods, kept, _expected(before, history.until(cut), kept))


def known_before(plant: Plant, day: date) -> Plant:
    """The plant as its records stood on the morning of ``day``."""
    if plant.recorded is not None:
        raise JustenoughError("a scanned plant keeps no rows to look back from; read it with `read`, of the items in question.")
    tables = dict(plant.tables)

    def hidden(column: str) -> pl.Expr:
        return pl.when(pl.col(column) < day).then(pl.col(column)).alias(column)

    tables["demand"] = plant.demand.filter(pl.col("date") < day)
    tables["stock"] = tables["stock"].filter(pl.col("date") < day)
    # Nobody says when a forecast was made: one for a later day may have been made later.
    tables["forecasts"] = tables["forecasts"].filter(pl.col("date") < day)
    late = pl.col("received").is_null() | (pl.col("received") >= day)
    came = [pl.when(~late).then(pl.col(name)).alias(name) for name in ("quantity_received", "quantity_rejected")]
    tables["receipts"] = plant.receipts.filter(pl.col("ordered") < day).with_columns(*came, hidden("received"))
    tables["disruptions"] = tables["disruptions"].filter(pl.col("start") < day).with_columns(hidden("end"))
    return replace(plant, tables=tables)


@dataclass(frozen=True, slots=True)
class _Living:
    """A block of items and what they live through; names, since draws belong to them."""

    items: NDArray[np.object_]
    levels: Levels
    demand: Ragged
    supply: Supply
    review_days: Floats
    rate: Floats
    rules: Rules


def _live(block: _Living, period_days: float, lives: int, seed: int) -> Lived:
    return live(
        block.items.tolist(), block.levels, block.demand, block.supply, block.review_days,
        period_days=period_days, rate=block.rate, lives=lives, rules=block.rules, seed=seed,
    )  # fmt: skip


def _expected(before: Decided, history: History, periods: int) -> tuple[float, float]:
    """Cycle service of all sized items together: what is stated, less and more what common moves and single chance may do."""
    rows, known = before.plan.figures, before.known
    sized = np.flatnonzero((rows["gate"].is_not_null() & rows["stated_cycle_service"].is_not_null()).to_numpy())
    if not len(sized):
        return np.nan, np.nan
    common = common_of(history, known.lead_time.mean_days + known.review_days)
    stated, reorder, quantity = (rows[name].to_numpy()[sized] for name in ("stated_cycle_service", "reorder_point", "order_quantity"))
    mine: Known = part(known, sized)
    levels = Levels(reorder, quantity, mine.demand.step, mine.demand.lot)

    def served(demand: Demand) -> Floats:
        exposure = exposure_over(demand, mine.lead_time, mine.outages, mine.review_days)
        return outcome_at(exposure, mine.economics, levels).cycle_service

    # An item's own level stays as it is for all its windows; within a level, each exposed time is a draw of its own.
    drift = mine.demand.drift
    own = [served(at_level(mine.demand, (1.0 + drift) ** sign, np.zeros_like(drift))) for sign in (-1.0, 1.0)]
    windows = np.maximum(periods * history.period_days / (mine.lead_time.mean_days + mine.review_days), 1.0)
    single = np.square(0.5 * (own[0] - own[1])) + stated * (1.0 - stated) / windows
    chance = _TWO_SIDED * float(np.sqrt(np.nansum(single))) / len(sized)
    usual = float(np.nanmean(served(mine.demand)))
    far = [float(np.nanmean(served(common.moved(mine.demand, periods, probability)))) - usual for probability in (0.975, 0.025)]
    less, more = (float(np.hypot(chance, each)) for each in (min(far[0], 0.0), max(far[1], 0.0)))
    return float(max(stated.mean() - less, 0.0)), float(min(stated.mean() + more, 1.0))


def _in_force(rows: pl.DataFrame, known: Known, sized: NDArray[np.bool_], prefix: str) -> tuple[Levels, Rules]:
    """The plan's levels, or today's, with the rule they order by; NaN where an item is not lived."""
    names = f"{prefix}reorder_point", f"{prefix}order_up_to", "order_quantity"
    reorder, up_to, own = (rows[name].fill_null(np.nan).to_numpy() for name in names)
    most = np.where(sized & (known.today_max > reorder), known.today_max, np.nan) if prefix else np.full(len(reorder), np.nan)
    quantity = np.where(np.isnan(most), own, up_to - reorder)
    levels = Levels(np.where(sized, reorder, np.nan), np.where(sized, quantity, np.nan), known.demand.step, known.demand.lot)
    return acting_as(levels, most), Rules(order_up_to=most, lot=np.where(np.isnan(most), levels.order_quantity, 0.0))


def _lived(before: Decided, later: History, settings: Settings, prefix: str, policy: str, spread: Spread) -> pl.DataFrame:
    rows, known = before.plan.figures, before.known
    sized = (rows["gate"].is_not_null() & rows[f"{prefix}stated_cycle_service"].is_not_null()).to_numpy()
    levels, rules = _in_force(rows, known, sized, prefix)
    supply = Supply.of(known.lead_time, known.outages).with_rejects(1.0 - known.usable_share, known.reject_sd)
    living = _Living(np.array(later.items, dtype=object), levels, later.series, supply, known.review_days, known.demand.mean, rules)
    asked = partial(_live, period_days=later.period_days, lives=settings.rehearsals, seed=settings.seed)
    lived: Lived = by_items(asked, living, len(later.items), spread)
    cost = known.economics.unit_cost
    times = float(settings.rehearsals)
    figures = {
        "cycle_service": lived.cycle_service,
        "fill_rate": lived.fill_rate,
        "units": lived.units / times,
        "units_short": lived.units_short / times,
        "value_wanted": lived.units * cost / times,
        "value_short": lived.units_short * cost / times,
        "occasions": lived.occasions,
        "mean_stock_value": lived.mean_stock * cost,
    }
    stated = {name: name for name in ("stated_cycle_service", "stated_fill_rate")} | {"stated_stock_value": "mean_stock_value"}
    return (
        rows.select("item", "kind", "criticality", *(pl.col(prefix + column).alias(name) for name, column in stated.items()))
        .with_columns(pl.lit(policy).alias("policy"), *(pl.Series(name, values).fill_nan(None) for name, values in figures.items()))
        .filter(pl.Series(sized & (lived.days > 0)))
        .select(
            "policy", "item", "kind", "criticality", "stated_cycle_service", "cycle_service", "stated_fill_rate", "fill_rate",
            "units", "units_short", "value_wanted", "value_short", "occasions", "stated_stock_value", "mean_stock_value",
        )
    )  # fmt: skip


def _table(rows: pl.DataFrame, column: str, named: str) -> pl.DataFrame:
    groups = rows.group_by("policy", pl.col(column).alias(named)).agg(
        pl.len().alias("items"), pl.col("occasions", "stated_stock_value", "mean_stock_value").sum()
    )
    kept = pl.concat(_calibrated(own, column, named, policy) for (policy,), own in rows.group_by("policy", maintain_order=True))
    table = groups.join(kept, on=["policy", named], how="left", nulls_equal=True)
    services = [name for service in SERVICES for name in (f"stated_{service}", service, f"{service}_error")]
    return table.select("policy", named, "items", *services, "occasions", "stated_stock_value", "mean_stock_value").sort("policy", named)


def _calibrated(rows: pl.DataFrame, column: str, named: str, policy: object) -> pl.DataFrame:
    """Stated, lived and the error of their gap for each value of a column under one policy."""
    group = rows[column].fill_null("").to_list()
    columns: dict[str, object] = {}
    for service, weight in zip(SERVICES, (np.ones(rows.height), rows["value_wanted"].fill_null(0.0).to_numpy()), strict=True):
        stated, lived = (rows[name].fill_null(np.nan).to_numpy() for name in (f"stated_{service}", service))
        found = calibration_of(stated, lived, weight, group)
        columns[named] = [name or None for name in found.group]
        columns |= {f"stated_{service}": found.stated, service: found.achieved, f"{service}_error": found.standard_error}
    # The last row is all groups together; as a group of its own it comes from the column that says so.
    table = pl.DataFrame(columns, schema_overrides={named: pl.String}).head(-1).with_columns(pl.lit(policy).alias("policy"))
    return table.with_columns(pl.selectors.float().fill_nan(None))


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def _gap(row: dict[str, Any]) -> str:
    """How far lived is from stated, and twice the standard error: what chance alone could do."""
    said = []
    for service in SERVICES:
        stated, lived, error = row[f"stated_{service}"], row[service], row[f"{service}_error"]
        if stated is not None and lived is not None:
            known = "" if error is None else f" ± {200 * error:.1f}"
            said.append(f"{service.replace('_', ' ')} {100 * (lived - stated):+.1f}{known} points")
    return f"{row['policy']}: lived less stated, {', '.join(said) or 'nothing to compare'}."
