"""Situation: who is touched by a move, and what would then be known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from justenough.domain.errors import UnknownPlace
from justenough.strategy.decide import decided
from justenough.strategy.moves import Figure, Move
from justenough.strategy.situation import improved, situation_of


@pytest.fixture(scope="module")
def made(brackets):
    plant, decided = brackets
    return situation_of(decided, plant)


def test_a_supplier_touches_its_items_a_machine_those_it_makes_and_nothing_else(made, brackets):
    plant, decided = brackets
    supplier = made.suppliers[0]
    places = made.touched(Move(Figure.LEAD_TIME, supplier))
    assert set(made.supplier.gather(places)) == {supplier}
    routing, stations = plant.tables["routing"], plant.tables["stations"]
    for machine in made.machines:  # what passes one station of a line passes all of them
        lines = stations.filter(stations["machine"] == machine)["line"]
        beside = [machine, *stations.filter(stations["line"].is_in(lines.to_list()))["machine"]]
        routed = set(routing.filter(routing["machine"].is_in(beside))["item"])
        assert set(made.items.gather(made.touched(Move(Figure.MTTR, machine)))) == routed != set()
    assert len(made.touched(Move(Figure.HOLDING_RATE, ""))) == len(made)
    assert made.items[int(made.touched(Move(Figure.DEMAND, made.items[3]))[0])] == made.items[3]
    assert len(decided.plan) >= len(made)


@pytest.mark.parametrize(
    ("move", "kind"),
    [
        (Move(Figure.LEAD_TIME, "Nobody"), "supplier"),
        (Move(Figure.MTBF, "NOT-1"), "measured machine"),
        (Move(Figure.DEMAND, "?"), "class or item"),
    ],
)
def test_who_is_not_there_is_refused_with_who_is(made, move, kind):
    with pytest.raises(UnknownPlace, match=f"there is no {kind} .*; there are: "):
        made.touched(move)


def test_shorter_repairs_shorten_the_lead_times_of_what_the_machine_makes(made):
    move = Move(Figure.MTTR, made.machines[-1], 0.5)
    places = made.touched(move)
    now, then = made.after([], places).lead_time, made.after([move], places).lead_time
    assert (then.mean_days + then.stops.mean_days <= now.mean_days + now.stops.mean_days + 1e-9).all()
    assert (then.stops.saved_days < now.stops.saved_days).all()


def test_dearer_holding_makes_smaller_lots_that_take_as_long_as_in_the_plan_of_that_rate(bearings):
    plant, made_now = bearings
    situation = situation_of(made_now, plant)
    everything = np.arange(len(situation))
    holding = Move(Figure.HOLDING_RATE, "", 1.5)
    known = situation.sized_after([holding], everything)
    dearer = replace(plant, tables={**plant.tables, "items": plant.items.with_columns(pl.col("holding_rate") * 1.5)})
    planned = decided(dearer, replace(made_now.plan.settings, anatomy_items=0, coming_items=0)).known.lead_time
    assert np.array_equal(known.lead_time.mean_days, planned.mean_days[situation.rows])
    assert np.array_equal(known.lead_time.sd_days, planned.sd_days[situation.rows])
    assert np.array_equal(known.lead_time.stops.work_days, planned.stops.work_days[situation.rows])
    work = situation.known.lead_time.stops.work_days
    assert (known.lead_time.stops.work_days <= work).all()
    assert (known.lead_time.stops.work_days < work).any()


def test_dearer_holding_leaves_other_moves_in_force(bearings):
    situation = situation_of(bearings[1], bearings[0])
    everything = np.arange(len(situation))
    slower = Move(Figure.LEAD_TIME, situation.suppliers[0], 2.0)
    alone, both = (situation.sized_after(moves, everything) for moves in ([slower], [slower, Move(Figure.HOLDING_RATE, "", 1.5)]))
    bought = situation.touched(slower)
    assert np.array_equal(both.lead_time.mean_days[bought], alone.lead_time.mean_days[bought])
    assert (alone.lead_time.mean_days[bought] == 2.0 * situation.known.lead_time.mean_days[bought]).all()


def test_moves_of_one_place_do_not_reach_another(made):
    far = Move(Figure.LEAD_TIME, made.suppliers[0], 0.5)
    everything = np.arange(len(made))
    then = made.after([far], everything).lead_time.mean_days
    touched = np.isin(everything, made.touched(far))
    np.testing.assert_array_equal(then[~touched], made.known.lead_time.mean_days[~touched])
    np.testing.assert_allclose(then[touched], made.known.lead_time.mean_days[touched] / 2)


def test_availability_moves_by_what_is_asked_through_shorter_repairs(made):
    machines = made.link.machines
    name = made.machines[0]
    at = machines.at(name)
    for factor in (0.9, 1.02):
        then = improved(machines, Move(Figure.AVAILABILITY, name, factor))
        wanted = min(machines.availability[at] * factor, 0.9999)
        mean = 1.0 / (1.0 + (1.0 / machines.availability[at] - 1.0) * then.mttr_days[at] / machines.mttr_days[at])
        assert mean == pytest.approx(wanted, rel=1e-9)
        np.testing.assert_array_equal(then.mtbf_days, machines.mtbf_days)
        np.testing.assert_array_equal(np.delete(then.mttr_days, at, axis=0), np.delete(machines.mttr_days, at, axis=0))
