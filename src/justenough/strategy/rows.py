"""Rows: what a plan's rows and curves say of each item, from what was known and what was sized."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.item import Decision, DemandKind, Gate, LeadTimeBasis, StockoutBasis
from justenough.estimation.forgotten import forgotten
from justenough.estimation.receipts import last_day, outages_on_record
from justenough.estimation.stops import Stops
from justenough.estimation.unended import out_today
from justenough.kernels.position import DUST
from justenough.strategy.in_hand import on_order_of
from justenough.strategy.plan import DRAWN_COLUMNS
from justenough.strategy.recommendation import ANATOMY, row_schema
from justenough.strategy.survival import survival_of
from justenough.strategy.trace import difference

if TYPE_CHECKING:
    from justenough.domain.plant import Plant, Terms
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.history import History
    from justenough.estimation.supplier import Recovery
    from justenough.strategy.declared import Declared
    from justenough.strategy.trace import Known, Point, Traced

SURVIVAL = ("survive_days", "recover_days", "recover_p95_days", "survives")  # null where no disruption is on record
LEVELS_TODAY = ("today_reorder_point", "today_order_up_to")  # known of items that cannot be sized too


def facts(plant: Plant, known: Known, said: Declared, missing: pl.Series) -> pl.DataFrame:
    """What is known of every item, sized or not; columns with an underscore are for the reasons only."""
    demand, lead_time, outages = known.demand, known.lead_time, known.outages
    seen = (demand.n_periods > 0) | (np.nan_to_num(demand.mean) > 0.0)  # a spare part is wanted before anybody used one
    stops = lead_time.stops or Stops.none(len(plant))
    figures = {
        "lead_time_days": lead_time.mean_days + stops.mean_days,
        "lead_time_sd_days": stops.all_sd_days(lead_time.sd_days),
        "demand_per_day": np.where(seen, demand.mean, np.nan),
        "review_days": known.review_days,
        "usable_share": np.where(known.judged_lots > 0, known.usable_share, np.nan),
        "unit_cost": said.economics.unit_cost,
        "holding_rate": said.economics.holding_rate,
        "_planned_days": lead_time.planned_days,
        "_upper_days": lead_time.mean_upper_days,
        "_late_share": lead_time.late_share,
        "_outage_chance": outages.probability,
        "_outage_days": outages.wait_days,
        "_step": demand.step,
        "_charge": said.charge,
        "_lies": (plant.items["on_hand"] * plant.items["unit_cost"]).cast(pl.Float64).to_numpy(),
        "_today_reorder": known.today_reorder_point,
        "_today_max": known.today_max,
        "_cycle_target": said.economics.target_cycle_service,
        "_fill_target": said.economics.target_fill_rate,
    }
    gone = plant.items.select("item").join(forgotten(plant), on="item", how="left", maintain_order="left")
    out = plant.items.select("supplier").join(
        out_today(outages_on_record(plant), last_day(plant)), on="supplier", how="left", maintain_order="left"
    )
    return plant.items.select("item", "description", "supplier", "criticality").with_columns(
        _worded("kind", demand.kind, DemandKind.labels()).set(pl.Series(~seen), None),
        _worded("lead_time_basis", lead_time.basis, LeadTimeBasis.labels()),
        *(pl.Series(name, values).fill_nan(None) for name, values in figures.items()),
        pl.Series("_receipts", lead_time.receipts),
        pl.Series("_lots", known.judged_lots),
        plant.items["on_hand"].cast(pl.Float64).alias("on_hand"),
        plant.items["on_hand"].cast(pl.Float64).alias("_on_hand"),
        on_order_of(plant).alias("on_order"),
        plant.items["shelf_life_days"].cast(pl.Float64).alias("_life"),
        pl.Series("_open", lead_time.open_orders),
        *(gone[name].alias(f"_forgotten_{name}") for name in ("lines", "units", "age_days", "longest_days")),
        *(out[name].cast(pl.String).alias(f"_{name}") for name in ("out_since", "over_since", "shown")),
        *(out[name].alias(f"_{name}") for name in ("out_days", "over_days")),
        pl.Series("_periods", demand.n_periods),
        pl.Series("_positive", demand.n_positive),
        pl.Series("_basis", said.economics.stockout_basis),
        missing.alias("missing"),
        said.assumed.alias("assumed"),
    )


def recorded(history: History, terms: Terms) -> pl.DataFrame:
    """How the record of demand was read, for the reasons: days an empty shelf hid, units that came back; null where none."""
    n = len(history.items)
    hidden = np.zeros(n) if history.hidden_days is None else history.hidden_days
    undone, left_out = (history.returned if terms.returns == rule else np.zeros(n) for rule in ("undo_demand", "ignore"))
    figures = {"_hidden_days": hidden, "_undone": undone, "_left_out": left_out}
    return pl.DataFrame([pl.Series(name, values, pl.Float64).set(pl.Series(values <= 0.0), None) for name, values in figures.items()])


def sized(items: pl.Series, unit_cost: Floats, known: Known, traced: Traced, refused: Floats) -> pl.DataFrame:
    """What sizing gave these items, by the names of a plan's columns; ``refused`` on order are not wanted by anybody. [units]"""
    rate = known.demand.mean
    figures: dict[str, Floats] = {
        **_point("", traced.chosen, unit_cost, known.economics.stockout_basis),
        **_point("today_", traced.today, unit_cost, known.economics.stockout_basis),
        **_neighbour("leaner_", traced.leaner, traced, unit_cost),
        **_neighbour("safer_", traced.safer, traced, unit_cost),
        "order_quantity": traced.chosen.levels.order_quantity,
        "mean_stock_units": traced.chosen.outcome.mean_stock,
        "days_of_cover": traced.chosen.outcome.mean_stock / rate,
        "_reserve_days": np.maximum(traced.chosen.safety_stock, 0.0) / rate,
        "_exposed": traced.exposed_demand - refused,
        "_outage_share": traced.outage_share,
        "_enough": traced.enough,
        "gate_cycle_service": traced.gate_cycle_service,
        "gate_fill_rate": traced.gate_fill_rate,
    }
    # Today's safety stock is the plant's own figure where it states one.
    stated = known.today_safety_stock
    figures["today_safety_stock"] = np.where(np.isnan(stated), figures["today_safety_stock"], stated)
    figures["change_value"] = difference(figures["mean_stock_value"], figures["today_mean_stock_value"])
    figures["change_total_cost"] = difference(figures["total_cost"], figures["today_total_cost"])
    return (
        pl.DataFrame({"item": items, **figures})
        .with_columns(pl.col(list(figures)).fill_nan(None))
        .with_columns(
            _worded("decision", traced.decision, Decision.labels()),
            _worded("gate", traced.gate, Gate.labels()),
            pl.Series("_why", traced.why),
        )
    )


def _point(prefix: str, point: Point, unit_cost: Floats, basis: Ints) -> dict[str, Floats]:
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
        # A stockout that nobody has priced does not cost nothing: nobody can say.
        "stockout_cost": np.where(basis == int(StockoutBasis.NONE), np.nan, outcome.stockout_cost),
        "expiry_cost": point.expiry_cost,
        "total_cost": outcome.total_cost,
    }
    for cost in ("holding_cost", "ordering_cost", "stockout_cost", "expiry_cost"):  # a tail of 1e-100 is no part of a year's cost
        figures[cost] = np.where(figures[cost] <= DUST * outcome.total_cost, 0.0, figures[cost])
    unknown = np.isnan(levels.reorder_point)
    return {prefix + name: np.where(unknown, np.nan, values) for name, values in figures.items()}


def _neighbour(prefix: str, place: Ints, traced: Traced, unit_cost: Floats) -> dict[str, Floats]:
    curves, row = traced.curves, np.arange(len(place))
    figures: dict[str, Floats] = {
        "reorder_point": curves.reorder_point[row, place].astype(np.float64),
        "mean_stock_value": curves.mean_stock[row, place] * unit_cost,
        "stated_cycle_service": curves.cycle_service[row, place].astype(np.float64),
        "total_cost": curves.total_cost[row, place].astype(np.float64),
    }
    return {prefix + name: np.where(place < 0, np.nan, values) for name, values in figures.items()}


def spread_out(rows: pl.DataFrame, sizes: pl.DataFrame, places: Ints) -> pl.DataFrame:
    """The rows with what was sized beside those at ``places``, null beside the others; a join would copy all that is there."""
    columns = sizes.drop("item")
    if len(places) < rows.height:
        at = np.full(rows.height, -1)
        at[places] = np.arange(len(places))
        row = pl.Series("row", at).replace(-1, None)
        columns = columns.select(pl.all().gather(row))
    return rows.hstack(columns)


def curves(items: pl.Series, unit_cost: Floats, traced: Traced) -> pl.DataFrame:
    """The curves of these items, as a plan keeps them."""
    curves = traced.curves
    columns = {name: getattr(curves, name) for name in DRAWN_COLUMNS if name != "mean_stock_value"}
    columns["mean_stock_value"] = np.empty_like(curves.mean_stock)
    np.multiply(curves.mean_stock, unit_cost[:, None], out=columns["mean_stock_value"], casting="same_kind", dtype=np.float64)
    drawn = {name: pl.Series(name, np.asarray(points, dtype=np.float32)).cast(pl.List(pl.Float32)) for name, points in columns.items()}
    return pl.DataFrame({"item": items, **drawn})


def closed(rows: pl.DataFrame, ended: pl.Series, ready: pl.Series) -> pl.DataFrame:
    """Give the items that were not sized their decision: reorder nothing any more, or cannot decide."""
    schema = row_schema()
    internal = dict.fromkeys(("_reserve_days", "_exposed", "_outage_share", "_enough"), pl.Float64()) | {
        "_why": pl.Int64(),
        "_weighed": pl.Boolean(),
        "_limited": pl.String(),
        "_suspect": pl.Int64(),
        "_alone": pl.Boolean(),
    }
    later = {"reasons", *SURVIVAL, *ANATOMY}
    lacking = {name: kind for name, kind in (schema | internal).items() if name not in rows.columns and name not in later}
    whole = rows.with_columns(pl.lit(None, dtype=kind).alias(name) for name, kind in lacking.items())
    levels = ["safety_stock", "reorder_point", "order_up_to", "order_quantity", "days_of_cover", "mean_stock_units", "mean_stock_value"]
    nothing = [*levels, "holding_cost", "ordering_cost", "stockout_cost", "expiry_cost", "total_cost"]
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
        *(pl.when(idle | lost if name in LEVELS_TODAY else idle).then(value).otherwise(name).alias(name) for name, value in today.items()),
    )


def outlived(rows: pl.DataFrame, known: Known, recovery: Recovery | None) -> pl.DataFrame:
    """The rows with time to survive against time to recover (`SURVIVAL`); ``recovery`` None where no disruption is on record."""
    if recovery is None:
        return rows.with_columns(pl.lit(None, pl.Float64).alias(name) for name in SURVIVAL)
    found = survival_of(rows, known, recovery, on_hand=rows["_on_hand"])
    live = pl.Series((rows["decision"] != Decision.ENDED.label).to_numpy() & ~np.isnan(found.survives))
    columns = [pl.Series(name, getattr(found, name)).fill_nan(None) for name in SURVIVAL]
    return rows.with_columns(pl.when(live).then(column).alias(column.name) for column in columns)


def _worded(name: str, codes: Ints, words: list[str]) -> pl.Series:
    return pl.Series(name, words, dtype=pl.String).gather(codes)
