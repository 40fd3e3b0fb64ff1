"""Holders: the parts of the plan's reserves, by machine and supplier, with nothing lost and nothing twice."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from justenough.strategy.holders import holders_of, machine_shares, variance_of


@pytest.fixture(scope="module")
def held(brackets):
    plant, decided = brackets
    return holders_of(decided, plant)


@pytest.mark.parametrize(("kind", "column"), [("stops", "anatomy_machine"), ("outages", "anatomy_supplier")])
def test_what_holders_hold_is_the_anatomy_summed(brackets, held, kind, column):
    """Money of the plan's own parts, by the items that have such a holder."""
    rows = brackets[1].plan.rows.filter(pl.col("gate").is_not_null())
    if kind == "outages":
        rows = rows.filter(pl.col("supplier").is_not_null())
    wanted = (rows[column] * rows["unit_cost"]).sum()
    assert held.filter(pl.col("cause") == kind)["value"].sum() == pytest.approx(wanted)
    assert wanted > 0


def test_the_press_that_repairs_slowly_holds_most_of_what_machines_hold(held):
    machines = held.filter(pl.col("kind") == "machine")
    assert machines["holder"][0] == "PRS-4"
    assert machines["value"][0] > 2.0 * machines["value"][1]
    assert held["value"].is_sorted(descending=True)


def test_shares_of_an_item_add_up_and_only_machines_it_passes_have_one(brackets):
    link = brackets[1].link
    shares = machine_shares(link)
    assert shares.group_by("row").agg(pl.col("share").sum())["share"].to_numpy() == pytest.approx(1.0)
    assert (shares["share"] >= 0).all()
    for machine, row in shares.select("machine", "row").iter_rows():
        assert row in link.items_of(machine)
    alone = shares.filter(pl.len().over("row") == 1)
    assert (alone["share"] == 1.0).all()


def test_variance_is_that_of_ordinary_and_late_orders_together(brackets):
    time = brackets[1].link.lead_time()
    at = int(np.argmax(time.stops.probability))
    random = np.random.default_rng(1)
    late = random.random(400_000) < time.stops.probability[at]
    drawn = random.normal(time.mean_days[at], time.sd_days[at], 400_000)
    drawn += np.where(late, random.normal(time.stops.wait_days[at], time.stops.wait_sd_days[at], 400_000), 0.0)
    assert variance_of(time)[at] == pytest.approx(drawn.var(), rel=0.02)
