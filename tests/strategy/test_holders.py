"""Holders: the parts of the plan's reserves, by machine and supplier, with nothing lost and nothing twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from justenough.strategy.holders import HELD, HOLDERS, STOPPED_BY, STOPPED_SHARES, held_parts, holders_of, stops_shared


@pytest.fixture(scope="module")
def held(brackets):
    plant, decided = brackets
    return holders_of(decided.plan, plant)


@pytest.mark.parametrize(("kind", "column"), [("stops", "anatomy_machine"), ("outages", "anatomy_supplier")])
def test_what_holders_hold_is_the_anatomy_summed(brackets, held, kind, column):
    """Money of the plan's own parts, by the items that have such a holder; where lots stand in for some of it, of what is held."""
    rows = brackets[1].plan.rows.filter(pl.col("gate").is_not_null())
    if kind == "outages":
        rows = rows.filter(pl.col("supplier").is_not_null())
    wanted = 0.0
    for row in rows.iter_rows(named=True):
        asked, most = sum(max(row[f"anatomy_{cause}"] or 0.0, 0.0) for cause in HELD), max(row["safety_stock"], 0.0)
        wanted += row["unit_cost"] * (row[column] if asked <= most else max(row[column], 0.0) * most / asked)
    assert held.filter(pl.col("cause") == kind)["value"].sum() == pytest.approx(wanted)
    assert wanted > 0


def test_the_press_that_repairs_slowly_holds_most_of_what_machines_hold(held):
    machines = held.filter(pl.col("kind") == "machine")
    assert machines["holder"][0] == "PRS-4"
    assert machines["value"][0] > 2.0 * machines["value"][1]
    assert held["value"].is_sorted(descending=True)
    assert dict(held.schema) == HOLDERS


def test_it_holds_what_its_items_would_need_less_if_it_never_stopped(brackets, held):
    """
    Lead times lived without its stops, and with its stops alone: of an item's machine part its share of what both change.

    What its absence takes away and what its stops alone add is the same only if machines do not meet; here a queue waits behind all.
    """
    plant, decided = brackets
    link, price = decided.link, plant.items["unit_cost"].to_numpy()
    part = plant.items.select("item").join(decided.plan.rows.select("item", "anatomy_machine"), on="item", how="left")
    worth = part["anatomy_machine"].fill_null(0.0).to_numpy() * price
    machines = link.machines
    whole, calm = _variance(link.lead_time()), _variance(link.lead_time(machines.never_stopping()))
    ways = (
        {name: whole - _variance(link.lead_time(machines.never_stopping(name))) for name in machines.names},
        {name: _variance(link.lead_time(machines.only_stopping(name))) - calm for name in machines.names},
    )
    rows = link.items_of("PRS-4")
    least, most = sorted(
        float(np.sum(worth[rows] * falls["PRS-4"][rows] / np.sum([np.maximum(fall[rows], 0.0) for fall in falls.values()], axis=0)))
        for falls in ways
    )
    found = held.filter(pl.col("holder") == "PRS-4")["value"][0]
    assert least < found < most
    assert found == pytest.approx(least, rel=0.1)
    assert found == pytest.approx(most, rel=0.1)


def test_shares_of_an_item_add_up_and_only_machines_it_passes_have_one(brackets):
    plant, decided = brackets
    link, codes = decided.link, plant.items["item"].to_list()
    older = replace(decided.plan, figures=decided.plan.figures.drop(STOPPED_BY, STOPPED_SHARES))
    for shares in (stops_shared(decided.plan, plant), stops_shared(older, plant)):
        assert shares.group_by("item").agg(pl.col("share").sum())["share"].to_numpy() == pytest.approx(1.0)
        assert (shares["share"] >= 0).all()
        assert shares.select("item", "machine").is_unique().all()
        for machine, item in shares.select("machine", "item").iter_rows():
            assert codes.index(item) in link.items_of(machine)


def _variance(time):
    """Of the lead time, late orders included. (n_items,) [days^2]"""
    return np.square(time.stops.all_sd_days(time.sd_days))


def test_nobody_holds_more_of_an_item_than_it_holds(bearings):
    """`bearings`: large lots of castings stand in for some of what their supplier's lateness asks for."""
    plant, plan = bearings[0], bearings[1].plan
    held = held_parts(plan, plant).group_by("item").agg(pl.col("units").sum())
    asked = pl.sum_horizontal(pl.col(f"anatomy_{cause}").clip(lower_bound=0) for cause in HELD)
    both = held.join(plan.rows.select("item", "safety_stock", asked=asked), on="item")
    assert (both["units"] <= both["safety_stock"].clip(lower_bound=0) + 1e-9).all()
    assert ((both["asked"] > both["safety_stock"]) & (both["safety_stock"] > 1)).any(), "here the parts alone would say more than there is"
