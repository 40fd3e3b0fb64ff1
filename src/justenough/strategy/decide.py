"""Decide: all items of a plant from history to a plan, one step after the other, in the open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.item import Decision, DemandKind, Gate, LeadTimeBasis
from justenough.estimation.demand import Demand, demand_of
from justenough.estimation.forecasts import forecast_demand
from justenough.estimation.history import history_of
from justenough.estimation.lead_time import LeadTime, lead_time_of
from justenough.estimation.supplier import Outages, outages_of
from justenough.estimation.working_time import working_share
from justenough.strategy.anatomy import Anatomy, anatomy_of
from justenough.strategy.declared import Declared, declared_by
from justenough.strategy.explain import reasons_of
from justenough.strategy.levers import Pulled, lever_rows, lever_schema, pulled
from justenough.strategy.plan import CURVE_COLUMNS, Plan
from justenough.strategy.recommendation import PARTS, row_schema
from justenough.strategy.settings import Settings
from justenough.strategy.spread import BLOCK_ITEMS, Spread, joined, part, serially
from justenough.strategy.trace import Known, Point, Traced, trace

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints

NO_LEAD_TIME = "no lead time"
INSTANT_SUPPLY = "lead time 0 (no supply is instant)"
NO_HISTORY = "no demand history"
NO_DEMAND = "demand never positive"
SPOILS = "one MOQ or lot outlasts the shelf life"

USUAL = Settings()
SPLIT_ITEMS = 1000  # items whose reserves are split in one go


@dataclass(frozen=True, slots=True)
class Decided:
    """A plan and what was known when it was made; ``known`` has a row for every item of the plan."""

    plan: Plan
    known: Known


def recommend(plant: Plant, settings: Settings = USUAL, spread: Spread = serially, *, author: str = "") -> Plan:
    """
    What to hold of every item, and why.

    Parameters
    ----------
    plant
        From `read`, `sample` or `Plant.from_frames`.
    settings
        What holds where the items table does not say.
    spread
        Who does the work: `serially`, or a `Pool` of processes. The plan is the same.
    author
        Who asks; kept with the plan.

    Returns
    -------
    Plan
        One row per item. Items that lack something are ``cannot_decide`` and say what in ``missing``;
        items nobody wants any more get a reorder point of 0.
    """
    return decided(plant, settings, spread, author=author).plan


def decided(plant: Plant, settings: Settings, spread: Spread = serially, *, author: str = "") -> Decided:
    """`recommend`, with the estimates the plan rests on."""
    said = declared_by(plant.items, settings, working_share(plant))
    lead_time = lead_time_of(plant, settings.lead_time)
    outages = _outages(plant, settings, lead_time)
    history, exposed_days = history_of(plant), lead_time.mean_days + said.review_days
    demand = demand_of(history, settings.demand, exposed_days=exposed_days)
    demand = forecast_demand(plant, history, demand, exposed_days, settings.demand)
    ended = (demand.kind == DemandKind.ENDED) & (demand.n_positive > 0)
    missing = _missing(said, demand, lead_time)
    ready = (missing.list.len() == 0).to_numpy() & ~ended
    known = Known(
        demand,
        lead_time,
        outages,
        said.economics,
        said.review_days,
        *(plant.items[name].fill_null(np.nan).to_numpy() for name in ("current_safety_stock", "current_reorder_point", "current_max")),
    )
    rows = _facts(plant, known, said, missing)
    curves = pl.DataFrame({"item": []}, schema={"item": pl.String})
    places = np.flatnonzero(ready)
    if len(places):
        blocks = [part(known, places[i : i + BLOCK_ITEMS]) for i in range(0, len(places), BLOCK_ITEMS)]
        traced: Traced = joined(spread(partial(trace, settings=settings), blocks))
        items, cost = rows["item"].gather(places), said.economics.unit_cost[places]
        rows = rows.join(_sized(items, cost, part(known, places), traced), on="item", how="left", maintain_order="left")
        curves = _curves(items, cost, traced)
    rows = _closed(rows, pl.Series("ended", ended), pl.Series("ready", ready))
    rows, levers = _taken_apart(rows, known, settings.anatomy_items, spread)
    rows = rows.with_columns(reasons_of(rows, levers, settings, plant.terms.currency).alias("reasons"))
    shown = rows.drop([name for name in rows.columns if name.startswith("_")])
    return Decided(Plan.of(shown, curves, plant.terms, settings, levers=levers, author=author), known)


def _taken_apart(rows: pl.DataFrame, known: Known, most: int, spread: Spread) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with the parts of their reserves, and the levers; of the ``most`` items with most money in reserve."""
    value = (rows["safety_stock"] * rows["unit_cost"]).set(rows["gate"].is_null(), None)
    sized = rows.select("item", place=pl.int_range(pl.len()), value=value).drop_nulls("value")
    chosen = sized.sort("value", "item", descending=[True, False]).head(most).sort("place")
    names = [f"anatomy_{cause}" for cause in PARTS]
    if not chosen.height:
        return rows.with_columns(pl.lit(None, pl.Float64).alias(name) for name in names), pl.DataFrame(schema=lever_schema())
    places = chosen["place"].to_numpy()
    blocks = [part(known, places[i : i + SPLIT_ITEMS]) for i in range(0, len(places), SPLIT_ITEMS)]
    anatomy: Anatomy = joined(spread(anatomy_of, blocks))
    found: list[Pulled] = spread(pulled, blocks)
    levers = [lever_rows(chosen["item"].slice(i * SPLIT_ITEMS, SPLIT_ITEMS), one) for i, one in enumerate(found)]
    parts = chosen.select("item", *(pl.Series(name, anatomy.parts[:, at]) for at, name in enumerate(names)))
    return rows.join(parts, on="item", how="left", maintain_order="left"), pl.concat(levers)


def _outages(plant: Plant, settings: Settings, lead_time: LeadTime) -> Outages:
    if plant.tables["disruptions"].height:
        return outages_of(plant, settings.supplier, lead_time=lead_time)
    # A plant without any dated record has no days to look for outages in.
    none = np.zeros(len(plant))
    return Outages(none, none, none, np.zeros(len(plant), np.int64), none)


def _missing(said: Declared, demand: Demand, lead_time: LeadTime) -> pl.Series:
    """What each item lacks, in words that are counted; nothing for items nobody wants any more."""
    smallest = np.fmax(said.economics.moq, said.economics.lot_multiple)
    lacking = pl.DataFrame(
        {
            "declared": said.missing,
            "none": lead_time.basis == LeadTimeBasis.MISSING,
            "instant": (lead_time.basis == LeadTimeBasis.PLANNED) & (lead_time.mean_days <= 0),
            "unknown": demand.n_periods == 0,
            "unwanted": (demand.n_periods > 0) & (demand.n_positive == 0),
            "spoils": (demand.n_positive > 0) & (smallest > demand.mean * said.economics.shelf_life_days),
            "ended": (demand.kind == DemandKind.ENDED) & (demand.n_positive > 0),
        }
    )
    words = {"none": NO_LEAD_TIME, "instant": INSTANT_SUPPLY, "unknown": NO_HISTORY, "unwanted": NO_DEMAND, "spoils": SPOILS}
    own = pl.concat_list(pl.when(name).then(pl.lit(word)) for name, word in words.items()).list.drop_nulls()
    all_of_it = pl.concat_list("declared", own)
    nothing = pl.lit([], dtype=pl.List(pl.String))
    return lacking.select(pl.when("ended").then(nothing).otherwise(all_of_it)).to_series()


def _facts(plant: Plant, known: Known, said: Declared, missing: pl.Series) -> pl.DataFrame:
    """What is known of every item, sized or not; columns with an underscore are for the reasons only."""
    demand, lead_time, outages = known.demand, known.lead_time, known.outages
    seen = demand.n_periods > 0
    figures = {
        "lead_time_days": lead_time.mean_days,
        "lead_time_sd_days": lead_time.sd_days,
        "demand_per_day": np.where(seen, demand.mean, np.nan),
        "review_days": known.review_days,
        "unit_cost": said.economics.unit_cost,
        "holding_rate": said.economics.holding_rate,
        "_planned_days": lead_time.planned_days,
        "_upper_days": lead_time.mean_upper_days,
        "_late_share": lead_time.late_share,
        "_outage_chance": outages.probability,
        "_outage_days": outages.wait_days,
        "_step": demand.step,
        "_charge": plant.items["stockout_cost"].to_numpy(),
        "_lies": (plant.items["on_hand"] * plant.items["unit_cost"]).cast(pl.Float64).to_numpy(),
        "_today_reorder": known.today_reorder_point,
        "_today_max": known.today_max,
        "_cycle_target": said.economics.target_cycle_service,
        "_fill_target": said.economics.target_fill_rate,
    }
    return plant.items.select("item", "description", "supplier", "criticality").with_columns(
        _worded("kind", demand.kind, DemandKind.labels()).set(pl.Series(~seen), None),
        _worded("lead_time_basis", lead_time.basis, LeadTimeBasis.labels()),
        *(pl.Series(name, values).fill_nan(None) for name, values in figures.items()),
        pl.Series("_receipts", lead_time.receipts),
        pl.Series("_open", lead_time.open_orders),
        pl.Series("_periods", demand.n_periods),
        pl.Series("_positive", demand.n_positive),
        pl.Series("_basis", said.economics.stockout_basis),
        missing.alias("missing"),
        said.assumed.alias("assumed"),
    )


def _sized(items: pl.Series, unit_cost: Floats, known: Known, traced: Traced) -> pl.DataFrame:
    rate = known.demand.mean
    figures: dict[str, Floats] = {
        **_point("", traced.chosen, unit_cost),
        **_point("today_", traced.today, unit_cost),
        **_neighbour("leaner_", traced.leaner, traced, unit_cost),
        **_neighbour("safer_", traced.safer, traced, unit_cost),
        "order_quantity": traced.chosen.levels.order_quantity,
        "mean_stock_units": traced.chosen.outcome.mean_stock,
        "days_of_cover": traced.chosen.outcome.mean_stock / rate,
        "_reserve_days": np.maximum(traced.chosen.safety_stock, 0.0) / rate,
        "_exposed": traced.exposed_demand,
        "_outage_share": traced.outage_share,
        "_gate_stock": traced.gate_stock,
    }
    # Today's safety stock is the plant's own figure where it states one.
    stated = known.today_safety_stock
    figures["today_safety_stock"] = np.where(np.isnan(stated), figures["today_safety_stock"], stated)
    figures["change_value"] = figures["mean_stock_value"] - figures["today_mean_stock_value"]
    figures["change_total_cost"] = figures["total_cost"] - figures["today_total_cost"]
    return (
        pl.DataFrame({"item": items, **figures})
        .with_columns(pl.col(list(figures)).fill_nan(None))
        .with_columns(
            _worded("decision", traced.decision, Decision.labels()),
            _worded("gate", traced.gate, Gate.labels()),
            pl.Series("_why", traced.why),
        )
    )


def _point(prefix: str, point: Point, unit_cost: Floats) -> dict[str, Floats]:
    levels, outcome = point.levels, point.outcome
    figures = {
        "safety_stock": point.safety_stock,
        "reorder_point": levels.reorder_point,
        "order_up_to": levels.order_up_to,
        "stated_cycle_service": outcome.cycle_service,
        "stated_fill_rate": outcome.fill_rate,
        "mean_stock_value": outcome.mean_stock * unit_cost,
        "holding_cost": outcome.holding_cost,
        "ordering_cost": outcome.ordering_cost,
        "stockout_cost": outcome.stockout_cost,
        "total_cost": outcome.total_cost,
    }
    unknown = np.isnan(levels.reorder_point)
    return {prefix + name: np.where(unknown, np.nan, values) for name, values in figures.items()}


def _neighbour(prefix: str, place: Ints, traced: Traced, unit_cost: Floats) -> dict[str, Floats]:
    curves, row = traced.curves, np.arange(len(place))
    figures = {
        "reorder_point": curves.reorder_point[row, place],
        "mean_stock_value": curves.mean_stock[row, place] * unit_cost,
        "stated_cycle_service": curves.cycle_service[row, place],
        "total_cost": curves.total_cost[row, place],
    }
    return {prefix + name: np.where(place < 0, np.nan, values) for name, values in figures.items()}


def _curves(items: pl.Series, unit_cost: Floats, traced: Traced) -> pl.DataFrame:
    curves = traced.curves
    columns = {name: getattr(curves, name) for name in CURVE_COLUMNS if name != "mean_stock_value"}
    columns["mean_stock_value"] = curves.mean_stock * unit_cost[:, None]
    drawn = {name: pl.Series(name, np.ascontiguousarray(points)).cast(pl.List(pl.Float64)) for name, points in columns.items()}
    return pl.DataFrame({"item": items, **drawn})


def _closed(rows: pl.DataFrame, ended: pl.Series, ready: pl.Series) -> pl.DataFrame:
    """Give the items that were not sized their decision: reorder nothing any more, or cannot decide."""
    schema = row_schema()
    internal = dict.fromkeys(("_reserve_days", "_exposed", "_outage_share", "_gate_stock"), pl.Float64()) | {"_why": pl.Int64()}
    later = {"reasons", *(f"anatomy_{cause}" for cause in PARTS)}
    lacking = {name: kind for name, kind in (schema | internal).items() if name not in rows.columns and name not in later}
    whole = rows.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in lacking.items())
    levels = ["safety_stock", "reorder_point", "order_up_to", "order_quantity", "days_of_cover", "mean_stock_units", "mean_stock_value"]
    nothing = [*levels, "holding_cost", "ordering_cost", "stockout_cost", "total_cost"]
    idle = pl.lit(ended) & ~pl.lit(ready)
    lost = ~pl.lit(ended) & ~pl.lit(ready)
    decision = pl.when(lost).then(pl.lit(Decision.CANNOT_DECIDE.label)).when(idle).then(pl.lit(Decision.ENDED.label)).otherwise("decision")
    # What nobody wants any more neither runs out nor is ordered: today's cost is that of what lies there.
    holding = pl.col("_lies") * pl.col("holding_rate")
    today = {
        "today_reorder_point": pl.col("_today_reorder"),
        "today_order_up_to": pl.col("_today_max"),
        "today_mean_stock_value": pl.col("_lies"),
        "today_holding_cost": holding,
        "today_total_cost": holding,
        "change_value": -pl.col("_lies"),
        "change_total_cost": -holding,
    }
    return whole.with_columns(
        decision.alias("decision"),
        *(pl.when(idle).then(0.0).otherwise(name).alias(name) for name in nothing),
        *(pl.when(idle).then(value).otherwise(name).alias(name) for name, value in today.items()),
    )


def _worded(name: str, codes: Ints, words: list[str]) -> pl.Series:
    return pl.Series(name, np.asarray(words, dtype=object)[np.asarray(codes)], dtype=pl.String)
