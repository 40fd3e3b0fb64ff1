"""Spoiling: stated for all that spoils, weighed where it costs, and lived."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from justenough.domain.policy import Levels, Reason
from justenough.estimation.exposure import exposure_over
from justenough.simulation.draws import Futures
from justenough.simulation.policies import Rules, Supply, live_drawn
from justenough.sizing.single import order_quantity, outcome_at
from justenough.sources.samples import sample
from justenough.strategy.decide import recommend
from justenough.strategy.settings import Settings
from justenough.strategy.spoiling import earned_at, worth_weighing
from justenough.strategy.spread import part
from justenough.strategy.trace import trace, trace_perishable


@pytest.fixture(scope="module")
def known(refused_items):
    """Items that keep for one to four times their exposed time, and every third for ever."""
    items = refused_items(60, seed=9)
    life = (items.lead_time.mean_days + items.review_days) * np.random.default_rng(3).uniform(1.0, 4.0, 60)
    life = np.where(np.arange(60) % 3 == 0, np.inf, np.round(life))
    return replace(items, economics=replace(items.economics, shelf_life_days=life, ordering_cost=np.full(60, 30.0)))


def exposed(known):
    return exposure_over(known.demand, known.lead_time, known.outages, known.review_days)


def test_stated_expiry_is_lived(known):
    exposure = exposed(known)
    quantity = np.maximum(order_quantity(exposure, known.economics), np.ceil(known.demand.mean * 40))
    levels = Levels(np.round(exposure.mean[:, 2] * 1.3), quantity, exposure.step)
    n, life = len(quantity), known.economics.shelf_life_days
    futures = Futures(known.demand.form, known.demand.mean[:, None], known.demand.variance[:, None], np.zeros(n), np.zeros(n))
    run = live_drawn(
        [f"I{place}" for place in range(n)], levels, futures, Supply.constant(known.lead_time.mean_days), known.review_days,
        days=2000, lives=20, rules=Rules(shelf_life_days=life), warm_up_days=300, seed=4,
    )  # fmt: skip
    stated = earned_at(known, exposure, levels)
    wanted = exposure.rate * 365.25
    said, seen = stated.expiry_cost / known.economics.unit_cost / wanted, run.expired / wanted
    some = (seen > 0.01) & (seen < 0.15)
    assert some.sum() >= 10
    assert np.sqrt(np.mean(np.square(said - seen)[some])) < 0.02
    kept = ~np.isfinite(life)
    assert (stated.expiry_cost[kept] == 0.0).all()
    assert (run.expired[kept] == 0.0).all()
    parts = stated.outcome.holding_cost + stated.outcome.ordering_cost + stated.outcome.stockout_cost
    np.testing.assert_allclose(stated.outcome.total_cost, np.nan_to_num(parts) + stated.expiry_cost)
    np.testing.assert_array_equal(stated.outcome.total_cost[kept], outcome_at(exposure, known.economics, levels).total_cost[kept])


def test_weighing_costs_no_more_and_promises_no_less(known):
    spoils = np.flatnonzero(np.isfinite(known.economics.shelf_life_days))
    some = part(known, spoils)
    plain, better = trace(some, Settings()), trace_perishable(some, Settings())
    kept = plain.chosen.outcome.fill_rate >= 0.97  # else the plain cap broke the promise, and cost less so
    assert kept.sum() >= 10
    assert (better.chosen.outcome.total_cost <= plain.chosen.outcome.total_cost * 1.01)[kept].all()
    assert better.chosen.outcome.total_cost[kept].sum() < 0.995 * plain.chosen.outcome.total_cost[kept].sum()
    promised = better.why != int(Reason.SHELF_LIFE)
    assert (better.chosen.outcome.fill_rate[promised] >= 0.97 - 1e-6).all()
    # The curve of what spoils turns up again: somewhere more stock costs more than it saves by expiry alone.
    at = np.flatnonzero(better.chosen.expiry_cost > 0)
    assert at.size
    for place in at:
        row = np.argmin(np.abs(better.curves.reorder_point[place] - better.chosen.levels.reorder_point[place]))
        if better.curves.reorder_point[place, row] == better.chosen.levels.reorder_point[place]:
            assert better.curves.total_cost[place, row] == pytest.approx(better.chosen.outcome.total_cost[place])


def test_the_dearest_are_weighed_first():
    cost, total = np.array([5.0, 0.1, 30.0, 0.0, np.nan]), np.array([100.0, 100.0, 200.0, 10.0, np.nan])
    capped = np.array([False, False, False, True, False])
    assert worth_weighing(cost, total, capped, share=0.02, most=9).tolist() == [0, 2, 3]
    assert worth_weighing(cost, total, capped, share=0.02, most=2).tolist() == [0, 2]
    assert worth_weighing(cost, total, capped, share=0.02, most=0).tolist() == []


def test_a_plan_states_expiry_and_counts_it_once():
    plant, asked = sample("bearings"), Settings(holding_rate=0.25, ordering_cost=20.0, target_cycle_service=0.95)
    plan, plain = recommend(plant, asked), recommend(plant, replace(asked, expiry_items=0))
    rows = plan.rows.filter(pl.col("gate").is_not_null())
    parts = rows.select(pl.sum_horizontal("holding_cost", "ordering_cost", "stockout_cost", "expiry_cost")).to_series()
    np.testing.assert_allclose(parts, rows["total_cost"], rtol=1e-9)
    today = plan.rows.drop_nulls("today_expiry_cost")
    parts = today.select(
        pl.sum_horizontal("today_holding_cost", "today_ordering_cost", "today_stockout_cost", "today_expiry_cost")
    ).to_series()
    np.testing.assert_allclose(parts, today["today_total_cost"], rtol=1e-9)
    paint = plan["PNT-5010"]  # keeps 90 days
    assert paint.expiry_cost > 0
    assert paint.total_cost < plain["PNT-5010"].total_cost
    assert paint.anatomy == ()
    assert any(said.startswith("Shelf life: it keeps 90 days; what is thrown away costs") for said in paint.reasons)
    assert plan.summary().expiry_cost == pytest.approx(rows["expiry_cost"].sum())
    assert plan["BRG-6204"].expiry_cost == 0.0
