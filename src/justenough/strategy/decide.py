"""Decide: all items of a plant from history to a plan, one step after the other, in the open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.item import DemandKind, LeadTimeBasis
from justenough.domain.policy import Reason
from justenough.estimation.demand import Demand, demand_of
from justenough.estimation.feeding import feeding_of
from justenough.estimation.forecasts import forecast_demand
from justenough.estimation.history import history_of
from justenough.estimation.lead_time import LeadTime, lead_time_of
from justenough.estimation.machines_measured import machines_of
from justenough.estimation.receipts import outages_on_record
from justenough.estimation.spares import Spares, spare_demand, spares_of
from justenough.estimation.supplier import outages_of, recovery_of
from justenough.estimation.supply_bounds import supply_bounds_of
from justenough.estimation.working_time import working_share
from justenough.estimation.yields import yield_of
from justenough.kernels.backed import let_go
from justenough.strategy.anatomy import Anatomy, anatomy_of
from justenough.strategy.cluster import engaged
from justenough.strategy.coming import coming_levels, course_of, dearest, moving
from justenough.strategy.coming_rows import coming_schema
from justenough.strategy.daily_look import hangs_on_review, looked_daily, with_daily_look
from justenough.strategy.declared import Declared, declared_by
from justenough.strategy.engine import Engine
from justenough.strategy.gate_reasons import named
from justenough.strategy.lever import lever_schema
from justenough.strategy.levers import Pulled, lever_rows, pulled
from justenough.strategy.linking import followed, linked, stopped_by
from justenough.strategy.made_here import made_here
from justenough.strategy.plan import Plan
from justenough.strategy.recommendation import ANATOMY
from justenough.strategy.rejects import refused_on_order, usable_share_of, with_rejects
from justenough.strategy.rows import closed, curves, facts, outlived, recorded, sized, spread_out
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

NO_LEAD_TIME = "no lead time"
INSTANT_SUPPLY = "lead time 0 (no supply is instant)"
NO_HISTORY = "no demand history"
NO_DEMAND = "demand never positive"
MADE_HERE = "our own production"  # whose lead time it is that nobody supplies
SPOILS = "one MOQ or lot outlasts the shelf life"

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
    return with_daily_look(plan, decided(plant, looked_daily(settings), spread).plan)


def decided(plant: Plant, settings: Settings = USUAL, spread: Spread | None = None, *, author: str = "") -> Decided:
    """`recommend`, with the estimates the plan rests on."""
    if (spread is None or spread is serially) and settings.engine.name != "here":
        with engaged(settings) as cluster:
            return decided(plant, replace(settings, engine=Engine()), cluster, author=author)
    spread = Threads() if spread is None else spread
    lead_time = lead_time_of(plant, settings.lead_time)
    outages = outages_of(plant, settings.supplier, lead_time=lead_time)
    machines = machines_of(plant, settings.machines)
    spares = spares_of(plant, machines) if machines else None
    feeding = feeding_of(plant, spares, lead_time.mean_days + outages.probability * outages.wait_days)
    said = declared_by(plant.items, settings, working_share(plant, feeding.lines), feeding)
    disrupted = bool(outages_on_record(plant).height)
    recovery = recovery_of(plant, settings.supplier, lead_time=lead_time) if disrupted else None
    usable = yield_of(plant)
    history, exposed_days = history_of(plant), lead_time.mean_days + said.review_days
    ours = demand_of(history, settings.demand, exposed_days=exposed_days)
    demand = forecast_demand(plant, history, ours, exposed_days, settings.demand)
    foreseen = demand
    demand = spare_demand(spares, demand, history) if spares else demand
    read_as = recorded(history, plant.terms)
    let_go(history.series.values)  # of a million items up to 1.5 GB, seldom read again
    ended = (demand.kind == DemandKind.ENDED) & (demand.n_positive > 0)
    link = linked(plant, demand, lead_time, outages, said.economics, said.review_days, machines)
    economics, review_days = said.economics, said.review_days
    if link:
        lead_time = link.lead_time()
        economics, review_days = followed(economics, review_days, link)
    failing = spares.wanted(len(plant)) if spares else np.zeros(len(plant), dtype=bool)
    missing = _missing(said, demand, lead_time, failing)
    ready = (missing.list.len() == 0).to_numpy() & ~ended
    estimated = Known(
        demand,
        lead_time,
        outages,
        economics,
        review_days,
        today_safety_stock=plant.items["current_safety_stock"].fill_null(np.nan).to_numpy(),
        today_reorder_point=plant.items["current_reorder_point"].fill_null(np.nan).to_numpy(),
        today_max=plant.items["current_max"].fill_null(np.nan).to_numpy(),
        usable_share=usable_share_of(usable),
        reject_sd=usable.lot_sd,
        judged_lots=usable.lots,
        bounds=supply_bounds_of(plant, lead_time, recovery, link),
    )
    known = with_rejects(estimated)
    rows = facts(plant, estimated, said, missing).hstack(made_here(len(plant), lead_time, link, spares)).hstack(read_as)
    drawn = pl.DataFrame({"item": []}, schema={"item": pl.String})
    places = np.flatnonzero(ready)
    purse = None
    if len(places):
        those = part(known, places)
        blocks = [part(those, slice(i, i + BLOCK_ITEMS)) for i in range(0, len(places), BLOCK_ITEMS)]
        traced: Traced = gathered(each_of(spread, partial(trace, settings=settings), blocks), len(places))
        let_go(*columns_of(traced.curves))  # 0.8 GB, read again when they are drawn
        traced, again = _weighed(those, traced, settings, spread)
        together = shared_out(plant.items.select(SHARED)[places], those, traced, again, settings, spread, plant.terms.currency)
        traced, purse = together.traced, together.purse
        items, cost = rows["item"].gather(places), said.economics.unit_cost[places]
        sizes = sized(items, cost, those, traced, refused_on_order(estimated, known)[places]).with_columns(
            pl.Series("_weighed", again), together.limited
        )
        whose = rows["supplier"].set(rows["supplier"].is_null() & (plant.items["source"] == "make").fill_null(value=False), MADE_HERE)
        why = named(items, whose.gather(places), those, traced, settings.gate_items, settings.gate_tolerance, spread)
        rows = spread_out(rows, sizes, places).join(why, on="item", how="left", maintain_order="left")
        drawn = curves(items, cost, traced)
        del those, blocks, traced, together, sizes  # of a million items these are 2 GB
    rows = closed(rows, pl.Series("ended", ended), pl.Series("ready", ready))
    rows = outlived(rows, estimated, recovery)
    rows, levers = _taken_apart(rows, known, settings.anatomy_items, spread)
    rows = stopped_by(rows, link)
    moves = moving(ours, foreseen) & rows["gate"].is_not_null().to_numpy()
    coming = _coming(plant, history, known, np.flatnonzero(moves), rows["mean_stock_value"], settings, spread)
    return Decided(
        Plan.of(rows, drawn, plant.terms, settings, levers=levers, coming=coming, author=author), estimated, purse, link=link, spares=spares
    )


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


def _missing(said: Declared, demand: Demand, lead_time: LeadTime, failing: Bools) -> pl.Series:
    """What each item lacks, in words that are counted; nothing for items nobody wants any more. A spare part may await its first use."""
    smallest = np.fmax(said.economics.moq, said.economics.lot_multiple)
    lacking = pl.DataFrame(
        {
            "declared": said.missing,
            "none": lead_time.basis == LeadTimeBasis.MISSING,
            "instant": (lead_time.basis == LeadTimeBasis.PLANNED) & (lead_time.mean_days <= 0),
            "unknown": (demand.n_periods == 0) & ~failing,
            "unwanted": (demand.n_periods > 0) & (demand.n_positive == 0) & ~failing,
            "spoils": (demand.n_positive > 0) & (smallest > demand.mean * said.economics.shelf_life_days),
            "ended": (demand.kind == DemandKind.ENDED) & (demand.n_positive > 0),
        }
    )
    flags = ("none", "instant", "unknown", "unwanted", "spoils")
    told = lacking.select((pl.col("declared").list.len() > 0) | pl.any_horizontal(flags)).to_series().to_numpy()
    if not told.all():  # of a million items few lack anything: words are put together for these only
        places = np.flatnonzero(told)
        few = _in_words(lacking[places])
        at = np.full(len(told), len(places))
        at[places] = np.arange(len(places))
        return few.append(pl.Series([[]], dtype=few.dtype)).gather(at)
    return _in_words(lacking)


def _in_words(lacking: pl.DataFrame) -> pl.Series:
    words = {"none": NO_LEAD_TIME, "instant": INSTANT_SUPPLY, "unknown": NO_HISTORY, "unwanted": NO_DEMAND, "spoils": SPOILS}
    own = pl.concat_list(pl.when(name).then(pl.lit(word)) for name, word in words.items()).list.drop_nulls()
    all_of_it = pl.concat_list("declared", own)
    nothing = pl.lit([], dtype=pl.List(pl.String))
    return lacking.select(pl.when("ended").then(nothing).otherwise(all_of_it)).to_series()
