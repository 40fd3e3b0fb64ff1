"""Linking: orders of the plan's own size, and continuous items looked at every day."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from justenough.domain.plant import Plant
from justenough.sizing.single import Economics
from justenough.strategy.decide import USUAL
from justenough.strategy.linking import DAILY, followed, linked


def economics(n):
    ones = np.ones(n)
    return replace(Economics(**dict.fromkeys(Economics.__slots__, 0.5 * ones)), ordering_cost=60.0 * ones)


def test_continuous_items_follow_demand_and_pay_for_no_orders():
    link = SimpleNamespace(continuous=np.array([1]))
    money, review = followed(economics(3), np.array([7.0, 7.0, 0.5]), link)
    np.testing.assert_array_equal(money.ordering_cost, [60, 0, 60])
    np.testing.assert_array_equal(review, [7.0, DAILY, 0.5])


def test_a_plant_without_routing_or_machines_has_no_link():
    import polars as pl

    plant = Plant.from_frames(items=pl.DataFrame({"item": ["a"]}), currency="EUR", demand_period="day")
    assert linked(plant, None, None, None, None, None, SimpleNamespace()) is None
    assert linked(plant, None, None, None, None, None, None) is None
    assert USUAL.machines.histories == 1024
