"""Breaks: an outage breaks only its supplier's items, on the first day their stock is below nothing."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from justenough.strategy.settings import Settings
from justenough.strategy.whatif import Outage, Scenario, whatif


@pytest.fixture(scope="module")
def ask(bearings):
    plant, decided = bearings
    return lambda *, outages: whatif(decided, plant, Scenario("x", (), tuple(outages)), Settings())


def test_an_outage_breaks_only_its_own_items_and_a_longer_one_no_fewer(ask, bearings):
    plant, _ = bearings
    own = set(plant.items.filter(pl.col("supplier") == "Osaka Seiki")["item"])
    short, long = (ask(outages=[Outage("Osaka Seiki", days)]) for days in (10.0, 120.0))
    assert long.breaks.height
    assert set(long.breaks["item"]) <= own
    assert set(short.breaks["item"]) <= set(long.breaks["item"])
    assert short.short_cost <= long.short_cost
    assert long.now == long.then  # an outage is lived through, the plan stays
    assert long.rows.height == 0
    first = long.breaks["breaks_on"].drop_nulls()
    assert first.is_sorted()


def test_a_later_outage_breaks_later(ask):
    begin = ask(outages=[Outage("Osaka Seiki", 90.0)])
    later = ask(outages=[Outage("Osaka Seiki", 90.0, begin.today + timedelta(days=60))])
    early, late = (dict(one.breaks.drop_nulls("breaks_on").select("item", "breaks_on").iter_rows()) for one in (begin, later))
    held = [item for item in set(early) & set(late) if early[item] > begin.today + timedelta(days=1)]
    assert held
    assert all(late[item] > early[item] for item in held)


def test_the_day_an_item_breaks_is_the_first_below_nothing_of_its_stock(ask):
    found = ask(outages=[Outage("Osaka Seiki", 90.0)])
    days = dict(found.stock.iter_rows())
    for row in found.breaks.drop_nulls("breaks_on").iter_rows(named=True):
        at = (row["breaks_on"] - found.today).days
        assert days[row["item"]][at] < 0
        assert min(days[row["item"]][:at], default=0.0) >= 0
        assert row["survive_days"] == at
        assert row["more_needed"] == pytest.approx(-min(days[row["item"]]))
