"""What component buffers hide: parts of reserves by their anatomy, service without them from the curve, steps by lateness."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy import stats

from justenough.estimation.lateness import lateness_of
from justenough.sources.samples import sample
from justenough.strategy.decide import decided, recommend
from justenough.strategy.holders import holders_of
from justenough.strategy.masked_supply import masked_components, orders_needed, steps_of
from justenough.strategy.masking_plan import MaskingParams
from justenough.strategy.settings import Settings


@pytest.fixture(scope="module")
def plant():
    return sample("bearings")


@pytest.fixture(scope="module")
def plan(plant):
    return recommend(plant, Settings(holding_rate=0.25, coming_items=0))


@pytest.fixture(scope="module")
def found(plant, plan):
    return masked_components(plant, plan)


def test_what_is_held_is_the_suppliers_part_of_the_reserve(found, plan):
    row = found.filter(pl.col("stock") == "BRG-6204").row(0, named=True)
    one = plan["BRG-6204"]
    assert (row["kind"], row["cause"]) == ("component", one.supplier)
    assert row["held"] == pytest.approx(min(one.anatomy_lead_time + one.anatomy_supplier, one.safety_stock))  # no more than there is
    assert row["money"] == pytest.approx(row["held"] * one.unit_cost)
    assert row["strip"] == pytest.approx(0.5 * row["held"])


def test_without_it_service_falls_and_stockouts_cost(found, plan):
    """Read off the item's own curve, at the reorder point less what is held."""
    row = found.filter(pl.col("stock") == "BRG-6204").row(0, named=True)
    curve = plan.curve("BRG-6204")
    then = np.interp(plan["BRG-6204"].reorder_point - row["held"], curve["reorder_point"], curve["cycle_service"])
    assert row["without"] == pytest.approx(then)
    assert row["without"] < row["shown"]
    assert row["lost_money"] > 0
    assert found["lost_money"].fill_null(0.0).to_list() == sorted(found["lost_money"].fill_null(0.0), reverse=True)


def test_steps_follow_what_is_believed_of_lateness(plant, plan, found):
    late = {row["supplier"]: row for row in lateness_of(plant).frame().iter_rows(named=True)}
    row = found.filter(pl.col("stock") == "BRG-6204").row(0, named=True)
    told = late[row["cause"]]
    assert (row["figure"], row["bound"], row["observations"]) == (told["shrunk_share"], told["shrunk_share_upper"], told["orders"])
    assert row["step"] == "fix"
    between = 0.5 * (told["shrunk_share"] + told["shrunk_share_upper"])
    for allowed, step in ((between, "confirm"), (min(told["shrunk_share_upper"] + 0.01, 0.99), "strip")):
        again = masked_components(plant, plan, params=MaskingParams(allowed_late=allowed)).filter(pl.col("stock") == "BRG-6204")
        assert again["step"][0] == step
        assert (again["more"][0] > 0) == (step == "confirm")


def test_orders_needed_are_the_fewest():
    """Rule of three, exactly: none late of 59 orders bounds the share at 5 % (1 - 0.05^(1/59) = 0.0495), of 58 it does not."""
    assert orders_needed(0.0, 0.05, 0.95) == 59
    assert 1 - 0.05 ** (1 / 59) < 0.05 < 1 - 0.05 ** (1 / 58)
    n = orders_needed(0.02, 0.05, 0.95)
    assert stats.binom.cdf(np.ceil(0.02 * n), n, 0.05) <= 0.05 + 1e-9  # the exact test turns 5 % down


def test_causes_are_added_up(found):
    by = steps_of(found)
    assert by["money"].sum() == pytest.approx(found["money"].sum())
    one = by.row(0, named=True)
    mine = found.filter(pl.col("cause") == one["cause"])
    assert one["buffers"] == mine.height
    assert one["lost_money"] == pytest.approx(mine["lost_money"].sum())


def test_what_nobody_priced_is_not_nothing(plant, plan):
    """A reserve kept by a promise alone hides no known sum: null, for a buffer and for its cause."""
    bare = replace(plan, figures=plan.figures.with_columns(pl.lit(None, pl.Float64).alias("stockout_cost")))
    found = masked_components(plant, bare)
    assert found["lost_money"].null_count() == found.height > 0
    assert steps_of(found)["lost_money"].null_count() > 0


def test_stops_of_a_line_are_named_by_the_station_that_stops_longest():
    """What is masked for machines is what `holders_of` says they hold: no more, no less, no second figure."""
    plant = sample("brackets")
    made = decided(plant, Settings(coming_items=0))
    stops = masked_components(plant, made.plan).filter(pl.col("loss").str.starts_with("stops of"))
    held = stops.group_by("stock").agg(pl.col("held").sum())
    for item, units in held.iter_rows():
        assert units == pytest.approx(made.plan[item].anatomy_machine)
    other = holders_of(made.plan, plant).filter(pl.col("cause") == "stops")
    ours = stops.group_by("cause").agg(pl.col("money").sum()).sort("money", descending=True)
    assert ours["cause"][0] == other["holder"][0] == "PRS-4"
    assert ours["money"][0] == pytest.approx(other["value"][0])
