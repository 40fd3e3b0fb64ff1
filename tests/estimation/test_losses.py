"""Losses: every planned hour that was not productive has exactly one of them."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest

from justenough.domain.machine import HOUR, Use
from justenough.estimation.floor import floor_of
from justenough.estimation.losses import LOSS_OF_USE, OF_THE_LINE, SIX, Losses, losses_of
from justenough.estimation.oee import oee_by
from justenough.sources.samples import sample


@pytest.fixture(scope="module")
def floor():
    return floor_of(sample("bearings"))


def test_a_machines_losses_add_up_to_its_planned_time_without_its_productive_time(floor):
    ours = losses_of(floor).by("machine").sort("machine")
    flow = oee_by(floor, "machine").waterfall
    assert ours["hours"].to_numpy() == pytest.approx(24 * (flow.planned - flow.good), abs=1e-9)


def test_hours_by_loss_are_those_of_the_tally_and_money_is_hours_times_their_value(floor):
    losses = losses_of(floor)
    of_stops = losses.rows.filter(pl.col("stops").is_not_null()).group_by("loss").agg(pl.col("hours").sum())
    ticks = oee_by(floor).ticks[0]
    assert dict(of_stops.iter_rows()) == pytest.approx({word: ticks[use] / HOUR for use, word in LOSS_OF_USE.items() if ticks[use]})
    value = dict(floor.plant.tables["machines"].select("machine", "hour_value").iter_rows())
    expected = [hours * value[machine] for machine, hours in losses.rows.select("machine", "hours").iter_rows()]
    assert losses.rows["money"].to_list() == pytest.approx(expected)


def test_starved_and_blocked_time_is_apart_from_the_six_big_losses(floor):
    told = set(losses_of(floor).rows["loss"])
    assert {"breakdown", "setup", "minor_stop", "speed", "reject"} <= told & set(SIX)
    assert set(OF_THE_LINE) <= told
    assert not set(OF_THE_LINE) & set(SIX)


def test_a_pareto_begins_with_the_greatest_and_ends_with_all(floor):
    pareto = losses_of(floor).by()
    assert pareto["hours"].is_sorted(descending=True)
    assert pareto["running_share"][-1] == pytest.approx(1)
    assert pareto["share"].sum() == pytest.approx(1)


def test_what_was_gained_by_running_too_fast_is_a_share_of_no_loss():
    rows = pl.DataFrame({"machine": "M", "line": "A", "loss": ["speed", "reject", "setup"], "reason": ["slow", "bad", "change"]})
    rows = rows.with_columns(stops=pl.lit(None, pl.Int64), hours=pl.Series([-20.0, 1.0, 3.0]), money=pl.lit(None, pl.Float64))
    pareto = Losses(rows, (), "EUR").by("reason")
    assert pareto["reason"].to_list() == ["change", "bad", "slow"]
    assert pareto["share"].to_list() == [0.75, 0.25, None]
    assert pareto["running_share"].to_list() == [0.75, 1.0, None]


def test_stops_are_counted_once_each_though_breaks_cut_them(floor):
    one = floor.disjoint.states
    pieces = floor.pieces()
    at = pieces.group[one.machine]
    seen = 0
    for place in np.flatnonzero(floor.use == Use.BREAKDOWN):
        mine = slice(pieces.offsets[at[place]], pieces.offsets[at[place] + 1])
        over = np.minimum(one.end[place], pieces.end[mine]) - np.maximum(one.start[place], pieces.start[mine])
        seen += bool(((over > 0) & (pieces.plan[mine] == 1)).any())
    assert losses_of(floor).rows.filter(pl.col("loss") == "breakdown")["stops"].sum() == seen


def test_a_machine_without_a_value_has_hours_and_no_money(floor):
    machines = floor.plant.tables["machines"].with_columns(pl.when(pl.col("machine") != "PRS-4").then("hour_value").alias("hour_value"))
    plant = dataclasses.replace(floor.plant, tables={**floor.plant.tables, "machines": machines})
    losses = losses_of(dataclasses.replace(floor, plant=plant))
    assert losses.unvalued == ("PRS-4",)
    assert losses.by("machine").filter(pl.col("machine") == "PRS-4")["money"].to_list() == [None]
