"""Estimates: what items lack to be sized, and which are ready."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.strategy.estimates import COUNTLESS, NO_DEMAND, NO_HISTORY, NO_LEAD_TIME, SPOILS, estimates_of
from justenough.strategy.settings import Settings

SETTINGS = Settings(holding_rate=0.25, target_cycle_service=0.95)


def found(quantities, lead_time_days=10.0, **columns):
    """Estimates of a plant of one item."""
    items = {"item": ["I"], "unit_cost": [4.0], "lead_time_days": [lead_time_days]} | {name: [value] for name, value in columns.items()}
    days = [date(2025, 1, 1) + timedelta(days=k) for k in range(len(quantities))]
    demand = pl.DataFrame({"item": ["I"] * len(days), "date": days, "quantity": quantities}, schema_overrides={"quantity": pl.Float64})
    plant = Plant.from_frames(
        items=pl.DataFrame(items, schema_overrides={"lead_time_days": pl.Float64}), demand=demand, currency="EUR", demand_period="day"
    )
    return estimates_of(plant, SETTINGS)


@pytest.mark.parametrize(
    ("quantities", "columns", "missing"),
    [
        ([0.0] * 40, {}, [NO_DEMAND]),
        ([-2.0] * 40, {}, [NO_DEMAND]),
        ([None] * 40, {}, [NO_HISTORY]),
        ([5.0] * 60, {"lead_time_days": None}, [NO_LEAD_TIME]),
        # A hundred billion a day for ten days and a review are over a trillion; so is one lot of two.
        ([1e11] * 60, {}, [COUNTLESS]),
        ([1e16] * 60, {}, [COUNTLESS]),
        ([5.0] * 60, {"lot_multiple": 2e12}, [COUNTLESS]),
        # Five a day for ten days are 50 units: an order of 60 would spoil, one of 40 would not.
        ([5.0] * 60, {"moq": 60.0, "shelf_life_days": 10.0}, [SPOILS]),
        ([5.0] * 60, {"moq": 40.0, "shelf_life_days": 10.0}, []),
    ],
)
def test_an_item_says_what_it_lacks(quantities, columns, missing):
    one = found(quantities, **columns)
    assert one.missing.to_list() == [missing]
    assert one.ready.tolist() == [not missing]


def test_what_nobody_wants_any_more_lacks_nothing_and_is_not_sized():
    one = found([5.0] * 60 + [0.0] * 240)
    assert (one.ended.tolist(), one.missing.to_list(), one.ready.tolist()) == ([True], [[]], [False])


def test_a_plant_without_machines_outages_or_forecasts_has_none():
    one = found([5.0, 7.0] * 30)
    assert one.link is one.spares is one.recovery is None
    assert one.foreseen is one.ours
    assert one.known.demand.mean[0] == pytest.approx(6.0, abs=0.5)
