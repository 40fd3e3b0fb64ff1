"""Breaking: stock day by day, against the same days lived by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from justenough.domain.item import StockoutBasis
from justenough.domain.policy import Levels
from justenough.strategy.breaking import AT_RISK, Away, Start, lived_through, shortage_cost, start_of
from justenough.strategy.situation import situation_of

DAYS = 120


def _lived_by_hand(rate, lead, review, reorder, lot, on_hand, orders, away, days):
    """One item, one list of arrivals, one day after the other; ``orders`` as (placed, due, units)."""
    begin, end = away
    arrivals = []

    def sent(placed, due, units):
        if end > begin and due >= begin and placed < end:
            due += end - max(begin, placed)
        arrivals.append((math.ceil(max(due, 0.0) - 1e-9), units))

    for placed, due, units in orders:
        sent(placed, due, units)
    stock, path, on_way = on_hand, [], sum(units for _, _, units in orders)
    for day in range(days):
        if day % review == 0 and stock + on_way <= reorder:
            lots = math.ceil((reorder + 1 - stock - on_way) / lot)
            sent(day, day + lead, lots * lot)
            on_way += lots * lot
        came = sum(units for when, units in arrivals if when == day)
        stock, on_way = stock + came - rate, on_way - came
        path.append(stock)
    return path


@pytest.fixture
def some(refused_items):
    known = refused_items(5)
    lead = np.array([5.0, 12.0, 30.0, 7.0, 20.0])
    known = replace(
        known, usable_share=np.ones(5), lead_time=replace(known.lead_time, mean_days=lead), review_days=np.array([1.0, 7, 7, 2, 5])
    )
    levels = Levels(np.array([40.0, 200, 500, 60, 300]), np.array([10.0, 50, 100, 1, 80]), np.ones(5))
    placed, due = np.array([-3.0, -10, -2, -25]), np.array([9.0, 20, 28, 0])
    on_hand, units = np.array([30.0, 120, 400, 10, 0]), np.array([50.0, 100, 100, 240])
    start = Start(date(2026, 1, 1), on_hand, np.array([1, 2, 2, 4]), placed, due, units)
    return known, levels, start


@pytest.mark.parametrize("away", [(0.0, 0.0), (1.0, 31.0), (15.0, 60.0)])
def test_stock_is_that_of_each_day_lived_by_hand(some, away):
    known, levels, start = some
    found = lived_through(known, levels, start, Away(np.full(5, away[0]), np.full(5, away[1])), DAYS)
    for i in range(5):
        own = [k for k in range(4) if start.order_item[k] == i]
        orders = [(start.order_placed[k], start.order_due[k], start.order_units[k]) for k in own]
        path = _lived_by_hand(
            known.demand.mean[i], known.lead_time.mean_days[i], known.review_days[i], levels.reorder_point[i], levels.order_quantity[i],
            start.on_hand[i], orders, away, DAYS,
        )  # fmt: skip
        np.testing.assert_allclose(found.stock[i], path, atol=1e-6)


def test_first_and_last_days_short_are_read_off_the_path(some):
    known, levels, start = some
    found = lived_through(known, levels, start, Away(np.full(5, 1.0), np.full(5, 60.0)), DAYS)
    for i in range(5):
        short = [day for day in range(DAYS) if found.stock[i, day] < 0]
        assert found.breaks_on()[i] == (short[0] if short else -1)
        assert found.back_on()[i] == (short[-1] + 1 if short else -1)
        risky = [day for day in range(DAYS) if found.chance_short[i, day] > AT_RISK]
        assert found.at_risk_on()[i] == (risky[0] if risky else -1)
    assert (found.breaks_on() >= 0).any()


def test_the_chance_to_be_short_is_that_of_drawn_demand(some):
    """No order comes for 20 days: gamma demand of the same mean and variance, drawn 200,000 times."""
    known, levels, start = some
    demand = replace(known.demand, step=np.zeros(5), drift=np.zeros(5))
    alone = replace(start, order_item=start.order_item[:0], order_placed=np.zeros(0), order_due=np.zeros(0), order_units=np.zeros(0))
    found = lived_through(replace(known, demand=demand), levels, alone, Away(np.zeros(5), np.full(5, 300.0)), 20)
    random = np.random.default_rng(5)
    for i in (0, 1, 3):
        mean, variance = demand.mean[i] * 15, demand.variance[i] * 15
        drawn = random.gamma(mean**2 / variance, variance / mean, 200_000)
        assert found.chance_short[i, 14] == pytest.approx((drawn > alone.on_hand[i]).mean(), abs=0.005)


def test_stockouts_cost_as_they_are_charged(some):
    known, *_ = some
    paths_stock = np.array([[1.0, -2.0, -5.0, 3.0, -1.0]] * 5)
    from justenough.strategy.breaking import Paths

    paths = Paths(paths_stock, np.zeros((5, 5)))
    bases = [
        StockoutBasis.PER_UNIT,
        StockoutBasis.PER_UNIT_DAY,
        StockoutBasis.PER_OCCASION,
        StockoutBasis.PER_LINE_HOUR,
        StockoutBasis.NONE,
    ]
    economics = replace(
        known.economics, stockout_basis=np.array([int(basis) for basis in bases]), stockout_cost=np.array([10.0, 10, 10, 10, np.nan])
    )
    units, cost = shortage_cost(paths, economics, np.full(5, 3.0))
    assert units.tolist() == [2.0 + 3.0 + 1.0] * 5  # newly owed, no more a day than is wanted
    assert cost.tolist() == [60.0, 10.0 * (2 + 5 + 1), 20.0, 10.0 * 3 * 24, 0.0]


def test_the_start_is_what_lies_and_what_is_open(bearings):
    plant, decided = bearings
    situation = situation_of(decided, plant)
    start = start_of(plant, situation.rows, situation.known, np.full(len(situation), 7.0))
    known = plant.items["on_hand"].gather(situation.rows)
    for i, on_hand in enumerate(known):
        assert start.on_hand[i] == (7.0 if on_hand is None else on_hand)
    open_lines = plant.receipts.filter(plant.receipts["received"].is_null())
    sized = set(situation.items)
    assert len(start.order_units) <= sum(item in sized for item in open_lines["item"])
    assert (start.order_due >= 0).all()
    assert (start.order_placed <= 0).all()
    assert start.today == max(plant.demand["date"].max(), plant.receipts["ordered"].max(), plant.receipts["received"].max())
