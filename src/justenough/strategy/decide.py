"""Decide: all items of a plant from history to a plan, one step after the other, in the open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.policy import Reason
from justenough.estimation.rhythm import looked_every
from justenough.estimation.spares import Spares
from justenough.kernels.backed import let_go
from justenough.strategy.anatomy import Anatomy, anatomy_of
from justenough.strategy.cluster import engaged
from justenough.strategy.coming import coming_levels, course_of, dearest, moving
from justenough.strategy.coming_rows import coming_schema
from justenough.strategy.daily_look import hangs_on_review, looked_daily, with_daily_look
from justenough.strategy.engine import Engine
from justenough.strategy.estimates import Estimates, estimates_of
from justenough.strategy.gate_reasons import named
from justenough.strategy.lever import lever_schema
from justenough.strategy.levers import Pulled, lever_rows, pulled
from justenough.strategy.linking import stopped_by
from justenough.strategy.made_here import made_here
from justenough.strategy.plan import Plan
from justenough.strategy.recommendation import ANATOMY
from justenough.strategy.rejects import refused_on_order, with_rejects
from justenough.strategy.rows import closed, curves, facts, outlived, sized, spread_out
from justenough.strategy.settings import Settings
from justenough.strategy.shared_out import SHARED, Purse, shared_out
from justenough.strategy.spoiling import worth_weighing
from justenough.strategy.spread import BLOCK_ITEMS, Spread, Threads, columns_of, each_of, gathered, joined, part, serially
from justenough.strategy.trace import Known, Traced, trace, trace_perishable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Ints
    from justenough.estimation.history import History
    from justenough.estimation.throughput import Link

    Bools = NDArray[np.bool_]

MADE_HERE = "our own production"  # whose lead time it is that nobody supplies

USUAL = Settings()
WEIGHED_ITEMS = 100  # perishable items sized in one go
SPLIT_ITEMS = 1000  # items whose reserves are split in one go


@dataclass(frozen=True, slots=True)
class Decided:
    """A plan and what was known when it was made, a row an item; sizing reads it by way of `justenough.strategy.rejects.with_rejects`."""

    plan: Plan
    known: Known
    purse: Purse | None = None
    link: Link | None = None
    spares: Spares | None = None


def recommend(plant: Plant, settings: Settings = USUAL, spread: Spread | None = None, *, author: str = "") -> Plan:
    """
    What to hold of every item, and why.

    Parameters
    ----------
    plant
        From `read`, `sample` or `Plant.from_frames`.
    settings
        What holds where the items table does not say.
    spread
        Who does the work: `Threads` of this process unless another is given (`serially`, a `Pool` of processes). The plan
        is the same.
    author
        Who asks; kept with the plan.

    Returns
    -------
    Plan
        One row per item. Items that lack something are ``cannot_decide`` and say what in ``missing``;
        items nobody wants any more get a reorder point of 0. Where nobody says how often stock is looked at, a plant of up to
        `Settings.anatomy_items` is sized once more as if it were every day, and ``plan.summary()`` says what that moves.
    """
    plan = decided(plant, settings, spread, author=author).plan
    if len(plant) > settings.anatomy_items or not hangs_on_review(plan):
        return plan
    return with_daily_look(plan, decided(plant, looked_daily(settings), spread).plan, looked_every(plant))


def decided(plant: Plant, settings: Settings = USUAL, spread: Spread | None = None, *, author: str = "") -> Decided:
    """`recommend`, with the estimates the plan rests on."""
    if (spread is None or spread is serially) and settings.engine.name != "here":
        with engaged(settings) as cluster:
            return decided(plant, replace(settings, engine=Engine()), cluster, author=author)
    spread = Threads() if spread is None else spread
    found = estimates_of(plant, settings)
    known = with_rejects(found.known)
    made = made_here(len(plant), found.known.lead_time, found.link, found.spares)
    rows = facts(plant, found.known, found.said, found.missing).hstack(made).hstack(found.read_as)
    drawn, purse = pl.DataFrame({"item": []}, schema={"item": pl.String}), None
    if found.ready.any():
        rows, drawn, purse = _chosen(plant, found, known, rows, settings, spread)
    rows = closed(rows, pl.Series("ended", found.ended), pl.Series("ready", found.ready))
    rows = outlived(rows, found.known, found.recovery)
    rows, levers = _taken_apart(rows, known, settings.anatomy_items, spread)
    rows = stopped_by(rows, found.link)
    moves = moving(found.ours, found.foreseen) & rows["gate"].is_not_null().to_numpy()
    coming = _coming(plant, found.history, known, np.flatnonzero(moves), rows["mean_stock_value"], settings, spread)
    plan = Plan.of(rows, drawn, plant.terms, settings, levers=levers, coming=coming, author=author)
    return Decided(plan, found.known, purse, link=found.link, spares=found.spares)


def _chosen(
    plant: Plant, found: Estimates, known: Known, rows: pl.DataFrame, settings: Settings, spread: Spread
) -> tuple[pl.DataFrame, pl.DataFrame, Purse | None]:
    """The rows with the levels of all items that can be sized, the curves these were chosen from, and what limits on all came to."""
    places = np.flatnonzero(found.ready)
    those = part(known, places)
    blocks = [part(those, slice(i, i + BLOCK_ITEMS)) for i in range(0, len(places), BLOCK_ITEMS)]
    traced: Traced = gathered(each_of(spread, partial(trace, settings=settings), blocks), len(places))
    let_go(*columns_of(traced.curves))  # of a million items 0.8 GB, read again when they are drawn
    traced, again = _weighed(those, traced, settings, spread)
    together = shared_out(plant.items.select(SHARED)[places], those, traced, again, settings, spread, plant.terms.currency)
    traced = together.traced
    items, cost = rows["item"].gather(places), found.said.economics.unit_cost[places]
    sizes = sized(items, cost, those, traced, refused_on_order(found.known, known)[places]).with_columns(
        pl.Series("_weighed", again), together.limited
    )
    whose = rows["supplier"].set(rows["supplier"].is_null() & (plant.items["source"] == "make").fill_null(value=False), MADE_HERE)
    why = named(items, whose.gather(places), those, traced, settings.gate_items, settings.gate_tolerance, spread)
    rows = spread_out(rows, sizes, places).join(why, on="item", how="left", maintain_order="left")
    return rows, curves(items, cost, traced), together.purse


def _weighed(known: Known, traced: Traced, settings: Settings, spread: Spread) -> tuple[Traced, Bools]:
    """The trace with those items sized again that spoil enough, and which these are."""
    again = np.zeros(len(known.review_days), dtype=bool)
    chosen = traced.chosen
    capped = np.isfinite(known.economics.shelf_life_days) & (traced.why == int(Reason.SHELF_LIFE))
    places = worth_weighing(chosen.expiry_cost, chosen.outcome.total_cost, capped, share=settings.expiry_share, most=settings.expiry_items)
    if not len(places):
        return traced, again
    again[places] = True
    blocks = [part(known, places[i : i + WEIGHED_ITEMS]) for i in range(0, len(places), WEIGHED_ITEMS)]
    anew: Traced = joined(spread(partial(trace_perishable, settings=settings), blocks))
    order = np.arange(len(again))
    order[places] = len(again) + np.arange(len(places))
    return part(joined([traced, anew]), order), again


def _coming(
    plant: Plant, history: History, known: Known, places: Ints, value: pl.Series, settings: Settings, spread: Spread
) -> pl.DataFrame:
    """Levels by coming period of the items at ``places``, of those with most ``value`` in stock."""
    shown = dearest(value, places, settings.coming_items)
    if not len(shown):
        return pl.DataFrame(schema=coming_schema())
    course = course_of(plant, history, known, places, settings.demand)
    at = np.searchsorted(places, shown)
    course = replace(course, mean=course.mean[at], variance=course.variance[at])
    return coming_levels(plant.items["item"].gather(shown), part(known, shown), course, spread)


def _taken_apart(rows: pl.DataFrame, known: Known, most: int, spread: Spread) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with the parts of their reserves, and the levers; of the ``most`` items with most money in reserve."""
    value = (rows["safety_stock"] * rows["unit_cost"]).set(rows["gate"].is_null(), None)
    # What was sized by weighing expiry is not split: its parts would have to be sized by the same search, 42 times.
    # What was fixed together with others is not split either: its own rule would give another reserve.
    own = ~pl.col("_weighed") & pl.col("_limited").is_null()
    held = rows.select("item", own.alias("own"), place=pl.int_range(pl.len()), value=value).drop_nulls("value").filter("own")
    chosen = held.sort("value", "item", descending=[True, False]).head(most).sort("place")
    if not chosen.height:
        return rows.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ANATOMY), pl.DataFrame(schema=lever_schema())
    places = chosen["place"].to_numpy()
    blocks = [part(known, places[i : i + SPLIT_ITEMS]) for i in range(0, len(places), SPLIT_ITEMS)]
    anatomy: Anatomy = joined(spread(anatomy_of, blocks))
    found: list[Pulled] = spread(pulled, blocks)
    levers = [lever_rows(chosen["item"].slice(i * SPLIT_ITEMS, SPLIT_ITEMS), one) for i, one in enumerate(found)]
    parts = chosen.select("item", *map(pl.Series, ANATOMY, (*anatomy.parts.T, *anatomy.costs.T)))
    return rows.join(parts, on="item", how="left", maintain_order="left"), pl.concat(levers)
