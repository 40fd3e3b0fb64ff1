"""Item view: the parts of one item agree with each other."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from justenough.archive.evidence import Evidence
from justenough.interfaces.views.item_view import QUANTILES, item_view
from justenough.strategy.declared import NO_COST, NO_HOLDING_RATE, NO_PROMISE
from justenough.strategy.estimates import NO_DEMAND, NO_HISTORY, NO_LEAD_TIME
from justenough.strategy.priced import point_at


@pytest.mark.parametrize("code", ["BRG-6204", "GMT-100", "SPR-VALVE", "SEA-25"])
def test_quantiles_are_the_curve_read_the_other_way(stocked, code):
    view = item_view(stocked.shelves.shelf(), stocked.shelves.shelf().row(code), Evidence(), [], "")
    assert {one.share for one in view.quantiles} <= set(QUANTILES)
    levels = [one.units for one in view.quantiles]
    assert levels == sorted(levels)
    for one in view.quantiles:
        assert point_at(view.curve, one.units).cycle_service == pytest.approx(one.share, abs=1e-9)


def test_shares_are_the_reserve(stocked):
    view = item_view(stocked.shelves.shelf(), stocked.shelves.shelf().row("BRG-6204"), Evidence(), [], "")
    assert sum(amount for _, amount, _ in view.bars) == pytest.approx(view.item.safety_stock, rel=0.01)


def test_undecided_items_have_no_curve_to_try(stocked, undecided):
    view = item_view(stocked.shelves.shelf(), stocked.shelves.shelf().row(undecided), Evidence(), [], "", at=5.0)
    assert (view.curve, view.tried, view.quantiles) == ((), None, ())


@pytest.mark.parametrize(
    ("missing", "settings", "export"),
    [
        ([NO_HOLDING_RATE, "no target for criticality class Q"], True, False),
        ([NO_PROMISE, NO_LEAD_TIME], True, True),
        ([NO_COST, NO_HISTORY], False, True),
        ([NO_DEMAND], False, False),
    ],
)
def test_what_is_lacking_is_said_where_it_can_be_given(missing, settings, export, stocked, undecided):
    view = item_view(stocked.shelves.shelf(), stocked.shelves.shelf().row(undecided), Evidence(), [], "")
    view = replace(view, item=replace(view.item, missing=missing))
    assert (view.by_settings, view.by_export) == (settings, export)


def test_a_stockout_nobody_has_priced_does_not_cost_nothing(stocked):
    """With a price the curve shows it; without one it has none at any point, nor at what is tried."""
    rows = stocked.workspace.plan().figures.filter(pl.col("safety_stock") > 0)
    for priced in (True, False):
        code = rows.filter(pl.col("stockout_cost").is_not_null() == priced)["item"][0]
        view = item_view(stocked.shelves.shelf(), stocked.shelves.shelf().row(code), Evidence(), [], "", at=5.0)
        assert {one.stockout_cost is not None for one in (*view.curve, view.tried)} == {priced}
