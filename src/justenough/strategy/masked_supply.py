"""Masked supply: what component buffers hide of suppliers and machines, and the next step until they may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from scipy import stats

from justenough.estimation.lateness import lateness_of
from justenough.estimation.machines_measured import machines_of
from justenough.strategy.holders import held_parts
from justenough.strategy.machine_steps import machine_step, needed_shares
from justenough.strategy.masking_plan import SCHEMA, USUAL, MaskingParams, Step, masked_lines

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.strategy.plan import Plan
    from justenough.strategy.situation import Situation

_MOST_ORDERS = 100_000


def masked_plant(plant: Plant, plan: Plan, *, situation: Situation | None = None) -> pl.DataFrame:
    """
    Every buffer of the plant that hides a loss: between machines (`masked_lines`) and of components, most money first.

    Parameters
    ----------
    situation
        What the plan rests on; without it the repair times that machines would need are not worked out.
    """
    parts = [masked_components(plant, plan, situation=situation), *([masked_lines(plant)] if _has_lines(plant) else [])]
    return pl.concat(parts).sort(pl.col("lost_money").fill_null(0.0), "money", descending=True, nulls_last=True)


def masked_components(plant: Plant, plan: Plan, *, situation: Situation | None = None, params: MaskingParams = USUAL) -> pl.DataFrame:
    """
    Reserves that are there for a supplier or a machine, one row an item and cause, most money first.

    Returns
    -------
    pl.DataFrame
        Columns as in `masked_lines`: ``kind`` (``component``), ``stock`` (item), ``where`` (None), ``cause`` (supplier or
        machine), ``held`` [units] of the reserve by its anatomy, ``money`` in them, ``lost_money`` [money/year] of stockouts
        that would show without them, ``shown`` and ``without``: cycle service now and then, ``step``. For a supplier
        ``figure, bound, needed`` are the share of its orders believed late, its upper bound, and the share allowed;
        for a machine as `machine_step` says.
    """
    late, machines = _lateness(plant), machines_of(plant)
    rows: list[dict[str, Any]] = []
    hidden = _hidden_reserves(plant, plan)
    stops = hidden.filter(pl.col("of") == "machine").with_columns(strip=(1.0 - params.strip_to) * pl.col("held"))
    needed = needed_shares(situation, list(stops.select("stock", "cause", "strip").iter_rows())) if situation is not None else {}
    for row in hidden.iter_rows(named=True):
        if row["of"] == "supplier":
            told = _supplier_step(late.get(row["cause"]), row["held"], params)
        else:
            told = machine_step(machines, row["cause"], row["held"], needed.get((row["stock"], row["cause"])), params)
        rows.append({name: row.get(name) for name in SCHEMA} | {"kind": "component"} | _shown(plan, row) | told)
    return pl.DataFrame(rows, schema=SCHEMA).sort(pl.col("lost_money").fill_null(0.0), "money", descending=True, nulls_last=True)


def steps_of(frame: pl.DataFrame) -> pl.DataFrame:
    """What is hidden by cause: ``cause, buffers, money, lost_money, step`` (the earliest of its buffers'), most money first."""
    order = {step.label: int(step) for step in Step}
    known = frame.with_columns(pl.col("step").replace_strict(order, return_dtype=pl.Int64).alias("_turn"))
    by = known.group_by("cause").agg(pl.len().alias("buffers"), pl.col("money").sum(), _known_sum("lost_money"), pl.col("_turn").min())
    labels = {turn: label for label, turn in order.items()}
    worded = by.with_columns(pl.col("_turn").replace_strict(labels, return_dtype=pl.String).alias("step")).drop("_turn")
    return worded.sort("lost_money", "money", "cause", descending=[True, True, False], nulls_last=True)


def _has_lines(plant: Plant) -> bool:
    return bool(plant.tables["stations"].height and plant.tables["events"].height)


def _hidden_reserves(plant: Plant, plan: Plan) -> pl.DataFrame:
    """One row an item and cause that holds units of its reserve: ``stock, cause, of, loss, held, money, reorder``."""
    keys = ("stock", "of", "cause", "unit_cost")
    parts = held_parts(plan, plant).rename({"item": "stock", "kind": "of", "cause": "why", "holder": "cause"})
    held, why = pl.col("units"), pl.col("why")
    most = why.sort_by(held, why == "lead time", descending=True).first()
    hidden = parts.group_by(keys, maintain_order=True).agg(held.sum().alias("held"), most.alias("_most")).filter(pl.col("held") > 0)
    words = {"lead time": "orders that come late", "outages": "outages"}
    loss = pl.when(pl.col("of") == "machine").then(pl.format("stops of {}", "cause")).otherwise(pl.col("_most").replace(words))
    levels = plan.figures.select(stock="item", reorder="reorder_point", priced=pl.col("stockout_cost").is_not_null())
    return (
        hidden.with_columns(loss=loss, money=pl.col("held") * pl.col("unit_cost")).drop("_most")
        .join(levels, on="stock", how="left", maintain_order="left")
    )  # fmt: skip


def _shown(plan: Plan, row: dict[str, Any]) -> dict[str, float | None]:
    """Service now and without the hidden part of the reserve, and what the stockouts then cost more, from the item's curve."""
    curve = plan.curve(row["stock"])
    if not curve.height:
        return {}
    levels = curve["reorder_point"].to_numpy()
    now, then = row["reorder"], row["reorder"] - row["held"]

    def at(name: str, level: float) -> float:
        return float(np.interp(level, levels, curve[name].to_numpy()))

    lost = max(at("stockout_cost", then) - at("stockout_cost", now), 0.0)
    return {"lost_money": lost if row["priced"] else None, "shown": at("cycle_service", now), "without": at("cycle_service", then)}


def _known_sum(name: str) -> pl.Expr:
    """Their sum; null where none is known, which is not 0."""
    return pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum())


def _lateness(plant: Plant) -> dict[str, dict[str, Any]]:
    if not plant.receipts.height:
        return {}
    return {row["supplier"]: row for row in lateness_of(plant).frame().iter_rows(named=True)}


def _supplier_step(late: dict[str, Any] | None, held: float, params: MaskingParams) -> dict[str, Any]:
    strip = (1.0 - params.strip_to) * held
    if late is None:
        return {"step": Step.CONFIRM.label, "needed": params.allowed_late, "observations": 0, "more": None, "strip": strip}
    share, bound, orders = late["shrunk_share"], late["shrunk_share_upper"], late["orders"]
    told = {"figure": share, "bound": bound, "needed": params.allowed_late, "observations": orders, "strip": strip}
    if share > params.allowed_late:
        return {**told, "step": Step.FIX.label, "more": None}
    if bound > params.allowed_late:
        more = orders_needed(share, params.allowed_late, params.confidence) - orders
        return {**told, "step": Step.CONFIRM.label, "more": max(more, 1)}
    return {**told, "step": Step.STRIP.label, "more": 0}


def orders_needed(share: float, allowed: float, confidence: float) -> int:
    """
    Fewest orders whose upper bound (Clopper & Pearson, one-sided) lies within ``allowed`` where this share of them is late.

    Examples
    --------
    >>> orders_needed(0.0, 0.05, 0.95)  # the rule of three: 3 / 0.05, and a little less
    59
    """

    def bound(n: int) -> float:
        late = float(np.ceil(share * n - 1e-9))
        return float(stats.beta.ppf(confidence, late + 1.0, n - late))

    low, high = 1, 2
    while bound(high) > allowed:
        low, high = high, 2 * high
        if high > _MOST_ORDERS:
            return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if bound(middle) <= allowed else (middle, high)
    return high
