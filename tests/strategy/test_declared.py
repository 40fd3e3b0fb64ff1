"""Declared: items beat classes, classes beat settings, and nothing is filled in unseen."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from justenough.domain.item import StockoutBasis
from justenough.domain.plant import Plant
from justenough.strategy.declared import ALL_HOURS, FILLED_UP, NO_BASIS, NO_COST, NO_HOLDING_RATE, NO_PROMISE, declared_by
from justenough.strategy.settings import Settings


def declared(settings=Settings(), working_share=np.nan, **columns):
    whole = {"item": ["I"], "unit_cost": [1.0]} | {name: [value] for name, value in columns.items()}
    plant = Plant.from_frames(items=pl.DataFrame(whole), currency="EUR", demand_period="day")
    return declared_by(plant.items, settings, np.array([working_share]))


@pytest.mark.parametrize(
    ("columns", "settings", "target"),
    [
        ({"target_cycle_service": 0.9, "criticality": "A"}, Settings(target_cycle_service=0.8, criticality_targets={"A": 0.99}), 0.9),
        ({"criticality": "A"}, Settings(target_cycle_service=0.8, criticality_targets={"A": 0.99}), 0.99),
        ({"criticality": "B"}, Settings(target_cycle_service=0.8, criticality_targets={"A": 0.99}), 0.8),
        ({"target_fill_rate": 0.9, "criticality": "A"}, Settings(target_cycle_service=0.8, criticality_targets={"A": 0.99}), np.nan),
        ({}, Settings(), np.nan),
    ],
)
def test_who_states_the_target(columns, settings, target):
    np.testing.assert_equal(declared(settings, **columns).economics.target_cycle_service, [target])


def test_nothing_said_is_missing_not_guessed():
    found = declared(unit_cost=0.0)
    assert found.missing.to_list() == [[NO_COST, NO_HOLDING_RATE, NO_PROMISE]]
    assert found.assumed.to_list() == [["ordering_cost not given, taken as 0", "review_days not given, taken as 7"]]


def test_a_charge_needs_its_basis():
    assert declared(Settings(holding_rate=0.2), stockout_cost=5.0).missing.to_list() == [[NO_BASIS]]
    charged = declared(Settings(holding_rate=0.2), stockout_cost=5.0, stockout_basis="per_unit_day")
    assert charged.missing.to_list() == [[]]
    assert charged.economics.stockout_basis.tolist() == [StockoutBasis.PER_UNIT_DAY]


def test_a_charge_without_its_basis_is_not_charged_where_a_target_speaks():
    found = declared(Settings(holding_rate=0.2, target_fill_rate=0.9), stockout_cost=5.0)
    assert found.missing.to_list() == [[]]
    np.testing.assert_equal(found.economics.stockout_cost, [np.nan])


def test_what_the_item_says_is_not_assumed():
    found = declared(Settings(holding_rate=0.2, review_days=3.0), holding_rate=0.3, review_days=14.0, ordering_cost=9.0)
    assert found.assumed.to_list() == [[]]
    assert (found.review_days[0], found.economics.holding_rate[0], found.economics.ordering_cost[0]) == (14.0, 0.3, 9.0)


def test_a_class_may_be_promised_a_fill_rate():
    found = declared(Settings(holding_rate=0.2, criticality_fill_rates={"A": 0.95}, target_cycle_service=0.8), criticality="A")
    assert found.economics.target_fill_rate.tolist() == [0.95]
    np.testing.assert_equal(found.economics.target_cycle_service, [np.nan])
    assert "target_fill_rate 0.95 (class A)" in found.assumed[0]


def test_an_empty_shelf_stops_a_line_only_while_it_is_meant_to_run():
    """Two shifts on five days are 80 of 168 hours; without a calendar all hours are charged, and the plan says so."""
    settings = Settings(holding_rate=0.2, ordering_cost=9.0)
    known = declared(settings, 80 / 168, stockout_cost=900.0, stockout_basis="per_line_hour", review_days=7.0)
    assert known.economics.stockout_cost == pytest.approx([900.0 * 80 / 168])
    assert ALL_HOURS not in known.assumed[0]
    unknown = declared(settings, stockout_cost=900.0, stockout_basis="per_line_hour", review_days=7.0)
    assert unknown.economics.stockout_cost == pytest.approx([900.0])
    assert ALL_HOURS in unknown.assumed[0]
    other = declared(settings, 80 / 168, stockout_cost=900.0, stockout_basis="per_occasion", review_days=7.0)
    assert other.economics.stockout_cost == pytest.approx([900.0])


def test_a_maximum_read_as_filling_up_is_said():
    for reorder, most, read in ((5.0, 5.0, True), (5.0, 4.0, True), (5.0, 9.0, False), (None, 9.0, False), (5.0, None, False)):
        found = declared(current_reorder_point=reorder, current_max=most)
        assert (FILLED_UP in found.assumed[0]) == read
