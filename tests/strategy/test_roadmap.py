"""Roadmap: what is said to be freed is what the plan's rule frees, nothing is counted twice, and the best comes first."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from justenough.strategy.attempts import every_move
from justenough.strategy.decide import decided
from justenough.strategy.moves import Figure, Move
from justenough.strategy.rejects import with_rejects
from justenough.strategy.resizing import replanned
from justenough.strategy.roadmap import RoadmapParams, roadmap
from justenough.strategy.settings import Settings
from justenough.strategy.situation import situation_of
from justenough.strategy.trace import trace
from justenough.strategy.whatif import Scenario, whatif

PARAMS = RoadmapParams(tried=12, draws=40)


@pytest.fixture(scope="module")
def found(bearings):
    plant, decided = bearings
    costs = {(Figure.SECOND_SOURCE, "Osaka Seiki"): 9_000.0}
    return roadmap(decided, plant, PARAMS, costs)


@pytest.fixture(scope="module")
def machined(brackets):
    plant, decided = brackets
    moves = [Move(figure, name, by) for name in ("PRS-4", "PRS-1") for figure, by in ((Figure.MTTR, 0.5), (Figure.MTBF, 1.5))]
    return roadmap(decided, plant, RoadmapParams(draws=2), moves=moves)


def test_what_is_freed_is_what_a_plan_of_the_improved_plant_does_without(bearings, found):
    """The best one, traced as `recommend` would, item by item."""
    plant, decided = bearings
    situation = situation_of(decided, plant)
    best = found.rows.row(0, named=True)
    move = next(
        move for move in every_move(situation, PARAMS.factors) if (move.figure.label, move.where) == (best["figure"], best["where"])
    )
    places = situation.touched(move)
    before = trace(with_rejects(situation.after([], places)), Settings()).chosen
    after = trace(with_rejects(situation.after([move], places)), Settings()).chosen
    price = situation.known.economics.unit_cost[places]
    assert best["items"] == len(places)
    assert best["released_value"] == pytest.approx(((before.outcome.mean_stock - after.outcome.mean_stock) * price).sum())
    assert best["released_units"] == pytest.approx((before.outcome.mean_stock - after.outcome.mean_stock).sum())
    assert best["saved_cost"] == pytest.approx((before.outcome.total_cost - after.outcome.total_cost).sum())


def test_improvements_on_top_of_each_other_come_to_all_of_them_at_once(bearings, found):
    """The sum of what each adds is one joint change of everything tried; alone they would seem to give more."""
    plant, decided = bearings
    situation = situation_of(decided, plant)
    asked = {(move.figure.label, move.where): move for move in every_move(situation, PARAMS.factors)}
    tried = found.rows.filter(pl.col("released_value").is_not_null())
    moves = [asked[row["figure"], row["where"]] for row in tried.iter_rows(named=True)]
    everything = np.arange(len(situation))
    price = situation.known.economics.unit_cost
    before, after = (trace(with_rejects(situation.after(some, everything)), Settings()).chosen.outcome.mean_stock for some in ([], moves))
    assert found.together_value == pytest.approx(((before - after) * price).sum(), rel=1e-9)
    assert found.overlap_value == pytest.approx(tried["released_value"].sum() - found.together_value)
    assert found.overlap_value > 0.1 * found.together_value


def test_the_best_come_first_and_the_untried_keep_their_first_guess(found):
    tried = found.rows.head(PARAMS.tried)
    assert tried["released_value"].is_sorted(descending=True)
    rest = found.rows.slice(PARAMS.tried)
    assert rest["released_value"].is_null().all()
    assert rest["promised_value"].is_not_null().all()
    assert rest["promised_value"].max() <= tried["promised_value"].min()
    assert tried["adds_value"][0] == tried["released_value"][0]


def test_a_first_guess_is_near_what_is_sized_again(machined):
    """The slow press: halving its repairs is a large step, and yet the slope tells it within a factor of two."""
    large = machined.rows.filter(pl.col("released_value") > 1000)
    assert large.height
    ratio = (large["promised_value"] / large["released_value"]).to_numpy()
    assert ((ratio > 0.5) & (ratio < 2.0)).all()


def test_bounds_hold_what_is_freed_and_are_wider_where_less_is_known(found):
    tried = found.rows.filter(pl.col("released_lower").is_not_null())
    assert tried.height == PARAMS.tried
    assert (tried["released_lower"] <= tried["released_value"]).all()
    assert (tried["released_value"] <= tried["released_upper"]).all()
    width = {
        kind: (rows["released_upper"] - rows["released_lower"]).sum() / rows["released_value"].sum()
        for kind, rows in (
            ("outage", tried.filter(pl.col("figure").is_in(["outages", "outage length"]))),
            ("lead time", tried.filter(pl.col("figure") == "lead time")),
        )
    }
    assert width["outage"] > 2.0 * width["lead time"]  # a handful of outages against twenty receipts an item


def test_payback_is_cost_over_what_is_saved_a_year(found):
    row = found.rows.filter((pl.col("figure") == "second source") & (pl.col("where") == "Osaka Seiki")).row(0, named=True)
    assert row["payback_years"] == pytest.approx(9_000.0 / row["saved_cost"])
    assert found.rows["payback_years"].drop_nulls().len() == 1


def test_the_press_that_repairs_slowly_comes_first_and_its_line_makes_more(machined):
    rows = machined.rows
    assert (rows["where"][0], rows["figure"][0]) == ("PRS-4", "mttr")
    assert (rows["kind"] == "machine").all()
    first = rows.row(0, named=True)
    assert first["released_value"] > 0
    assert 0.0 < first["throughput_share"] < 0.5
    assert first["released_lower"] < first["released_upper"]
    both = rows.filter(pl.col("where") == "PRS-4")
    # Half the repair time and half as many failures overlap: the second gives less on top of the first than alone.
    assert both["adds_value"][1] < 0.6 * both["released_value"][1]


def test_tried_elsewhere_it_is_the_same_roadmap(brackets, machined, carried):
    plant, decided = brackets
    moves = [Move(figure, name, by) for name in ("PRS-4", "PRS-1") for figure, by in ((Figure.MTTR, 0.5), (Figure.MTBF, 1.5))]
    again = roadmap(decided, plant, RoadmapParams(draws=2), moves=moves, spread=carried)
    assert again.rows.equals(machined.rows)
    assert carried.blocks >= 3 * len(moves)  # alone, on top of the others, and in doubt


def test_an_item_that_would_be_sized_dearer_goes_on_as_before(bearings):
    """
    What a roadmap saves is what the what-if of the same move does, which traces the whole plan; six moves of machines, one by one.

    `bearings` promised 95 % has made items that would be sized dearer on better machines.
    """
    plant, settings = bearings[0], Settings(holding_rate=0.2, target_cycle_service=0.95, anatomy_items=0)
    made = decided(plant, settings)
    moves = [Move(figure, name, by) for name in ("PRS-4", "ASM-1") for figure, by in ((Figure.MTTR, 0.1), (Figure.MTBF, 9.0))]
    moves += [Move(Figure.SPEED, name, 1.2) for name in ("MIL-1", "TST-2")]
    found = roadmap(made, plant, RoadmapParams(draws=2), moves=moves).rows
    assert found.height == len(moves)
    assert (found["adds_cost"] >= 0).all()
    situation = situation_of(made, plant)
    before, dearer = replanned(situation.known), 0
    for row in found.iter_rows(named=True):
        move = next(one for one in moves if (one.figure.label, one.where) == (row["figure"], row["where"]))
        supposed = whatif(made, plant, Scenario("x", (move,)), settings)
        assert row["saved_cost"] == pytest.approx(supposed.now.total_cost - supposed.then.total_cost, abs=1e-6)
        assert row["released_value"] == pytest.approx(supposed.now.stock_value - supposed.then.stock_value, abs=1e-6)
        at = situation.touched(move)
        dearer += int((replanned(situation.after([move], at)).cost > before.cost[at] * (1 + 1e-9)).sum())
    assert dearer > 0
