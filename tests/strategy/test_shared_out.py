"""Shared out: a plan under limits, its totals by hand, and the sentence each moved item gets."""

from dataclasses import replace

import polars as pl
import pytest

from justenough.domain.errors import BudgetError
from justenough.sizing.shared_limits import Limits
from justenough.strategy.decide import decided
from justenough.strategy.settings import Settings
from justenough.strategy.shared_out import Purse, Totals, Use, prices_said


@pytest.fixture(scope="module")
def alone(small_plant, settings):
    return decided(small_plant, settings)


def limited(small_plant, settings, **limits):
    return decided(small_plant, replace(settings, limits=Limits(**limits)))


def test_a_plan_under_a_limit_keeps_it_and_says_why(small_plant, settings, alone):
    whole = alone.plan.summary().stock_value
    found = limited(small_plant, settings, money=0.8 * whole, aim="service")
    rows = found.plan.rows
    sized = rows.filter(pl.col("gate").is_not_null())
    assert float(sized["mean_stock_value"].sum()) <= 0.8 * whole
    assert found.purse is not None
    assert found.purse.together.stock_value == pytest.approx(float(sized["mean_stock_value"].sum()))
    assert found.purse.alone.stock_value == pytest.approx(
        float(alone.plan.rows.filter(pl.col("gate").is_not_null())["mean_stock_value"].sum())
    )
    both = rows.join(alone.plan.rows.select("item", was="reorder_point", lot="order_quantity"), on="item").filter(
        pl.col("gate").is_not_null()
    )
    moved = both.filter((pl.col("reorder_point") != pl.col("was")) | (pl.col("order_quantity") != pl.col("lot")))
    told = both.filter(pl.col("reasons").list.eval(pl.element().str.starts_with("Limits:")).list.any())
    assert moved["item"].to_list() == told["item"].to_list()
    assert moved.height == found.purse.n_moved > 0
    (price,) = prices_said(found.purse)
    assert all(price in " ".join(reasons) for reasons in told["reasons"].to_list())
    assert told["anatomy_rounding"].null_count() == told.height


def test_what_needs_no_limit_is_left_alone(small_plant, settings, alone):
    found = limited(small_plant, settings, money=1e12)
    shown = [name for name in found.plan.rows.columns if name != "reasons"]
    assert found.plan.rows.select(shown).equals(alone.plan.rows.select(shown))
    assert found.purse is not None
    assert (found.purse.n_moved, found.purse.gap, found.purse.uses[0].price) == (0, 0.0, 0.0)


def test_items_without_a_volume_are_counted_where_room_is_limited(small_plant, settings):
    """They take no room, and the reader has to know how many do."""
    items = small_plant.items.with_columns(pl.lit(None, pl.Float64).alias("volume"))
    bare = replace(small_plant, tables={**small_plant.tables, "items": items})
    sized = decided(bare, settings).plan.rows["gate"].is_not_null().sum()
    assert limited(bare, settings, volume=1.0).purse.n_without_volume == sized > 0
    assert limited(bare, settings, money=1e12).purse.n_without_volume == 0


def test_without_limits_nothing_is_said(alone):
    assert alone.purse is None
    assert not any("Limits:" in reason for reasons in alone.plan.rows["reasons"].to_list() for reason in reasons)


def test_items_that_may_not_be_changed_stay_as_they_are(small_plant, settings):
    found = limited(small_plant, settings, items_reviewed=2)
    kept = found.plan.rows.filter(pl.col("reorder_point") == pl.col("today_reorder_point"))
    assert any("left at today's levels, since 2 items may be changed" in " ".join(reasons) for reasons in kept["reasons"].to_list())


def test_a_limit_that_cannot_be_kept_is_refused(small_plant, settings):
    with pytest.raises(BudgetError, match="least that keeps every floor"):
        limited(small_plant, settings, money=1.0)


def test_totals_by_hand(small_plant, settings, alone):
    found = limited(small_plant, settings, money=1e12).purse
    assert found is not None
    sized = alone.plan.rows.filter(pl.col("gate").is_not_null())
    assert found.alone.total_cost == pytest.approx(float(sized["total_cost"].sum()))
    assert found.alone.stockout_cost == pytest.approx(float(sized["stockout_cost"].sum()))
    wanted = (sized["unit_cost"] * sized["demand_per_day"]).sum() * 365.25
    assert found.alone.short_value == pytest.approx((1.0 - found.alone.served) * wanted)


def test_prices_in_words():
    totals = Totals(0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    uses = (Use("money", 9.0, 9.0, 12.0, 0.087), Use("volume", 9.0, 9.0, 9.0, 0.0), Use("items_reviewed", 9.0, 9.0, 9.0, 410.0))
    purse = Purse("cost", uses, 1.0, 1.0, 0.0, 3, 1, 0, totals, totals, "EUR")
    assert prices_said(purse) == [
        "1,000 EUR more for stock would save 87 EUR a year",
        "one item more to be changed would save 410 EUR a year",
    ]
    assert prices_said(replace(purse, aim="service", currency="unknown"))[0] == "1,000 more for stock would serve demand worth 87 a year"


def test_settings_keep_their_limits():
    settings = Settings(limits=Limits(money=5.0, aim="service", floors={"A": 0.9}))
    assert Settings.from_dict(settings.to_dict()) == settings
