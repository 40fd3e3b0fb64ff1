"""What if: a scenario is the plan of the plant so changed, and what breaks breaks because of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from justenough.domain.errors import UnknownPlace
from justenough.sources.samples import sample
from justenough.strategy.decide import decided, recommend
from justenough.strategy.moves import OF_MACHINE, Figure, Move, moved
from justenough.strategy.rejects import with_rejects
from justenough.strategy.resizing import replanned, resized
from justenough.strategy.settings import Settings
from justenough.strategy.situation import situation_of
from justenough.strategy.whatif import Outage, Scenario, compared, whatif

SETTINGS = Settings()


@pytest.fixture(scope="module")
def ask(bearings):
    plant, decided = bearings
    return lambda *moves, outages=(), name="x": whatif(decided, plant, Scenario(name, tuple(moves), tuple(outages)), SETTINGS)


def test_a_dearer_holding_rate_is_the_plan_of_a_plant_with_that_rate(ask, bearings):
    plant, _ = bearings
    found = ask(Move(Figure.HOLDING_RATE, "", 1.5))
    dearer = replace(plant, tables={**plant.tables, "items": plant.items.with_columns(pl.col("holding_rate") * 1.5)})
    plan = recommend(dearer, replace(SETTINGS, anatomy_items=0, coming_items=0, expiry_items=0))
    levels = dict(plan.rows.select("item", "reorder_point").iter_rows())
    assert found.rows.height > 10
    for row in found.rows.iter_rows(named=True):
        assert row["reorder_point"] == pytest.approx(levels[row["item"]])
    assert found.then.stock_value < found.now.stock_value
    assert found.then.total_cost > found.now.total_cost
    assert found.breaks.height == 0


def test_a_class_moves_alone(ask, bearings):
    plant, _ = bearings
    found = ask(Move(Figure.DEMAND, "A", 1.2))
    assert set(found.rows["item"]) <= set(plant.items.filter(pl.col("criticality") == "A")["item"])
    assert found.then.stock_value > found.now.stock_value


def test_a_machine_less_available_costs_more_and_more_available_less(brackets):
    plant, decided = brackets
    worse, better = (
        whatif(decided, plant, Scenario("m", (Move(Figure.AVAILABILITY, "PRS-4", factor),)), SETTINGS) for factor in (0.93, 1.05)
    )
    assert worse.then.total_cost > worse.now.total_cost > better.then.total_cost
    assert worse.then.stock_value > better.then.stock_value


@pytest.mark.parametrize("figure", [figure for figure in Figure if Move(figure, "", 0.5).relieves and figure not in OF_MACHINE])
def test_what_can_go_wrong_less_makes_no_item_dearer(ask, figure):
    found = ask(Move(figure, "", 0.0 if figure != Figure.REVIEW else 0.1))
    assert found.rows.height > 10
    assert (found.rows["total_cost"] <= found.rows["was_total_cost"]).all()
    assert found.then.total_cost < found.now.total_cost


@pytest.mark.parametrize("name", ["brackets", "bearings"])
def test_a_machine_that_only_improves_makes_no_item_dearer(name, request):
    """Each figure of all machines, much better; some items would be sized dearer on them."""
    plant, settings = request.getfixturevalue(name)[0], Settings(holding_rate=0.2, target_cycle_service=0.95, anatomy_items=0)
    made = decided(plant, settings)
    whole, dearer = situation_of(made, plant), 0
    before = replanned(whole.known)
    for figure in sorted(OF_MACHINE):
        move = Move(figure, "", 0.1 if Move(figure, "", 0.1).relieves else 10.0)
        rows = whatif(made, plant, Scenario("better", (move,)), settings).rows
        assert (rows["total_cost"] <= rows["was_total_cost"]).all()
        at = whole.touched(move)
        dearer += int((replanned(whole.after([move], at)).cost > before.cost[at] * (1 + 1e-9)).sum())
    assert dearer > 0


def test_what_is_sized_dearer_without_a_cause_goes_on_as_before():
    """Parts of `deliveries` wanted once in years, were they wanted a little every day; made worse besides, they are dearer."""
    plant, settings = sample("deliveries"), Settings(holding_rate=0.2, target_cycle_service=0.95)
    made = decided(plant, settings)
    whole = situation_of(made, plant)
    spread = resized(with_rejects(moved(whole.known, Figure.DEMAND_SPREAD, 0.0))).cost
    items = whole.items.filter(pl.Series(spread > 1.1 * resized(with_rejects(whole.known)).cost))
    assert items.len() > 0
    steady, late = Move(Figure.DEMAND_SPREAD, "", 0.0), Move(Figure.LEAD_TIME, "", 1.1)
    rows = [whatif(made, plant, Scenario("x", moves), settings).rows for moves in ((steady,), (steady, late))]
    assert not set(items) & set(rows[0]["item"])
    assert set(items) <= set(rows[1].filter(pl.col("total_cost") > pl.col("was_total_cost"))["item"])


def test_scenarios_side_by_side_begin_with_the_plan_as_it_is(ask):
    found = [ask(outages=[Outage("Osaka Seiki", 90.0)], name="away"), ask(Move(Figure.SECOND_SOURCE, "Osaka Seiki"), name="two")]
    beside = compared(found)
    assert beside["scenario"].to_list() == ["as it is", "away", "two"]
    assert beside["stock_value"][0] == beside["stock_value"][1] > beside["stock_value"][2]
    assert beside["breaking_items"].to_list()[0] == 0
    assert beside["breaking_items"][1] > 0
    assert beside["first_break"][1] == found[0].breaks["breaks_on"].drop_nulls().min()
    assert beside["short_cost"][1] == pytest.approx(found[0].short_cost)
    with pytest.raises(ValueError, match="nothing to compare"):
        compared([])


def test_who_is_not_there_is_refused(ask):
    with pytest.raises(UnknownPlace, match="no supplier 'Nobody'"):
        ask(outages=[Outage("Nobody", 10.0)])


@pytest.mark.parametrize("days", [0.0, -3.0, 5_000.0])
def test_an_outage_that_cannot_be_meant_is_refused(days):
    with pytest.raises(ValueError, match="an outage lasts"):
        Outage("S", days, date(2026, 1, 1))


def test_nothing_supposed_changes_nothing(ask):
    found = ask()
    assert found.now == found.then
    assert found.rows.height == found.breaks.height == 0
    assert np.isfinite(found.now.total_cost)


def test_supposed_elsewhere_block_by_block_it_is_the_same(ask, bearings, carried, monkeypatch):
    plant, decided = bearings
    moves, outages = (Move(Figure.DEMAND, "A", 1.2), Move(Figure.LEAD_TIME, "Osaka Seiki", 0.8)), (Outage("Osaka Seiki", 60.0),)
    here = ask(*moves, outages=outages)
    for module in ("spread", "breaking"):
        monkeypatch.setattr(f"justenough.strategy.{module}.BLOCK_ITEMS", 7)
    there = whatif(decided, plant, Scenario("x", moves, outages), SETTINGS, carried)
    assert (there.now, there.then) == (here.now, here.then)
    assert there.rows.equals(here.rows)
    assert there.breaks.equals(here.breaks)
    assert there.stock.equals(here.stock)
    assert carried.blocks > 10
