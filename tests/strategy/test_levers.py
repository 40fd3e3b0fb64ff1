"""Levers: what is said to be released is what a plan of the improved plant does without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from drawn_items import drawn

from justenough.strategy.decide import recommend
from justenough.strategy.lever import Lever, lever_schema
from justenough.strategy.levers import TRIED, lever_rows, pulled
from justenough.strategy.moves import Figure, moved
from justenough.strategy.rejects import with_rejects
from justenough.strategy.resizing import resized
from justenough.strategy.settings import Settings
from justenough.strategy.spread import part
from justenough.strategy.trace import trace


@pytest.fixture(scope="module")
def bearings(bearings):
    _, made = bearings
    return replace(made, known=with_rejects(made.known))


def test_a_lot_is_halved_where_a_lot_is_forced_and_only_there(small_plant, settings):
    forced = small_plant.items.with_columns(moq=pl.when(pl.col("item") == "C").then(2000.0))
    items = replace(small_plant, tables={**small_plant.tables, "items": forced})
    free = replace(small_plant, tables={**small_plant.tables, "items": forced.with_columns(moq=pl.col("moq") / 2)})
    was, now = recommend(items, settings), recommend(free, settings)
    lots = was.levers.filter(pl.col("lever") == "lot")
    assert lots["item"].to_list() == ["C"]
    assert lots.row(0, named=True)["now"] == was["C"].order_quantity == 2000.0
    assert lots.row(0, named=True)["then"] == now["C"].order_quantity
    assert lots.row(0, named=True)["saved_cost"] == pytest.approx(was["C"].total_cost - now["C"].total_cost, rel=1e-9)


def test_levers_say_what_the_same_step_gives_when_traced(bearings):
    """Without outages, with a spread of nothing, with half the review: reserve, money and cost as a plan would trace them."""
    places = np.flatnonzero(bearings.plan.rows["gate"].is_not_null().to_numpy())
    known = part(bearings.known, places)
    items = bearings.plan.rows["item"].gather(places)
    calm = replace(known, outages=replace(known.outages, probability=np.zeros(len(places))))
    time = known.lead_time
    punctual = replace(known, lead_time=replace(time, sd_days=0 * time.sd_days, effective_sd_days=0 * time.effective_sd_days))
    sooner = replace(known, review_days=known.review_days / 2)
    cost = known.economics.unit_cost
    was = trace(known, Settings()).chosen
    for lever, then, changed in (("outages", 0.0, calm), ("lead_time_spread", 0.0, punctual), ("review", 3.5, sooner)):
        now = trace(changed, Settings()).chosen
        tried = bearings.plan.levers.filter((pl.col("lever") == lever) & (pl.col("then") == then))
        assert tried.height
        for row in tried.iter_rows(named=True):
            at = items.to_list().index(row["item"])
            assert row["safety_stock"] == pytest.approx(now.safety_stock[at], rel=1e-9, abs=1e-9)
            assert row["released_units"] == pytest.approx(was.safety_stock[at] - now.safety_stock[at], rel=1e-9, abs=1e-9)
            freed = (was.outcome.mean_stock[at] - now.outcome.mean_stock[at]) * cost[at]
            assert row["released_value"] == pytest.approx(freed, rel=1e-9, abs=1e-6)
            assert row["saved_cost"] == pytest.approx(was.outcome.total_cost[at] - now.outcome.total_cost[at], rel=1e-9, abs=1e-6)


def test_only_levers_that_save_are_kept_dearest_first(bearings):
    levers = bearings.plan.levers
    assert levers.schema == pl.Schema(lever_schema())
    assert (levers["saved_cost"] > 0).all()
    assert (levers["then"] < levers["now"]).all()
    assert set(levers["lever"]) <= set(Lever.labels())
    assert levers.equals(levers.sort("item", pl.col("saved_cost"), descending=[False, True], maintain_order=True))
    assert levers.group_by("item").len()["len"].max() <= len(TRIED)


def test_a_lever_pulled_further_saves_more():
    """Whoever has no outages can do as if there were half as many: of 400 drawn items some are sized dearer so, and it is not said."""
    known = drawn(1, 400)
    none, half = (resized(replace(known, outages=moved(known, Figure.OUTAGES, share).outages)).cost for share in (0.0, 0.5))
    now = resized(known).cost
    assert ((none > half) & (half < now)).sum() > 3
    told = lever_rows(pl.Series([f"I{i}" for i in range(400)]), pulled(known))
    both = told.filter(pl.len().over("item", "lever") == 2).sort("item", "lever", "then")
    assert both.height > 400
    further, less = both[::2], both[1::2]
    assert (further["lever"] == less["lever"]).all()
    assert (further["saved_cost"] > less["saved_cost"]).all()
    assert (less["saved_cost"] > 0.0).all()


def test_nothing_to_pull_gives_no_rows(bearings):
    nothing = pulled(part(bearings.known, np.zeros(0, dtype=int)))
    assert lever_rows(pl.Series("item", [], dtype=pl.String), nothing).schema == pl.Schema(lever_schema())
