"""Offers: lots by hand, prices as economics by hand, and steps to either side of a choice."""

from dataclasses import replace

import numpy as np
import pytest

from justenough.domain.policy import Levels
from justenough.sizing.shared_limits import Limits
from justenough.strategy.offers import Row, Shared, beside_points, earned_by, lots_of, offered, priced, whole_units
from justenough.strategy.settings import Settings
from justenough.strategy.spread import serially
from justenough.strategy.trace import trace


def ruled(known, **columns):
    return replace(known, economics=replace(known.economics, **columns))


def test_lots_are_whole_and_never_below_the_moq(refused_items):
    known = ruled(
        refused_items(5),
        moq=np.array([np.nan, 12.0, np.nan, np.nan, np.nan]), lot_multiple=np.array([np.nan, np.nan, 8.0, np.nan, np.nan]),
        shelf_life_days=np.array([np.inf, np.inf, np.inf, 30.0, np.inf]),
    )  # fmt: skip
    own = Levels(np.zeros(5), np.array([20.0, 20.0, 24.0, 20.0, 20.0]), np.array([1.0, 1.0, 1.0, 1.0, 0.0]))
    assert lots_of(known, own, 0.5) == pytest.approx([10.0, 12.0, 16.0, 20.0, 10.0])
    assert lots_of(known, own, 0.01)[:3] == pytest.approx([1.0, 12.0, 8.0])
    wanted = known.demand.mean * known.review_days
    assert lots_of(known, own, 3.0)[4] == pytest.approx(3.0 * max(20.0, wanted[4]))


def test_prices_as_economics_by_hand(refused_items):
    known = refused_items(2, seed=3)
    found = priced(
        known.economics, np.array([2.0, np.nan]), {"money": 0.1, "volume": 5.0, "orders_per_day": 365.25}, service=False,
        floor=np.full(2, np.nan),
    )  # fmt: skip
    assert found.holding_rate == pytest.approx([0.25 + 0.1 + 5.0 * 2.0 / 10.0, 0.25 + 0.1])
    assert found.ordering_cost == pytest.approx(known.economics.ordering_cost + 1.0)
    wished = priced(known.economics, np.zeros(2), {"money": 0.1}, service=True, floor=np.array([0.9, np.nan]))
    assert wished.holding_rate == pytest.approx([0.1, 0.1])
    assert wished.stockout_cost == pytest.approx(known.economics.unit_cost)
    assert wished.target_cycle_service[0] == 0.9


def test_steps_to_either_side_stay_whole_and_on_the_curve(refused_items):
    known, limits = refused_items(12, seed=6), Limits(money=1.0)
    traced = trace(known, Settings())
    nothing, fixed = np.full(12, np.nan), np.arange(12) == 4
    shared = Shared(known, nothing, nothing, fixed)
    point = offered(Row(known, traced.chosen.levels), traced.chosen.outcome, limits)
    ends, here = traced.curves.reorder_point, point.reorder_point[:, 0]
    for share in (-0.5, 0.01, 0.5):
        moved = beside_points(shared, traced, point, share, limits, serially)
        away = moved.reorder_point[:, 0] - here
        assert away[4] == 0.0
        assert (away == np.round(away)).all()
        assert set(np.sign(away)) == {0.0, np.sign(share)}
        assert ((moved.reorder_point[:, 0] >= ends[:, 0]) & (moved.reorder_point[:, 0] <= ends[:, -1])).all()
        found = earned_by(Row(known, Levels(moved.reorder_point[:, 0], moved.order_quantity[:, 0], traced.chosen.levels.step)))
        assert moved.cost[:, 0] == pytest.approx(found.total_cost)


def test_at_no_price_each_item_chooses_what_it_would_alone(refused_items):
    known, limits = refused_items(12, seed=7), Limits(money=1.0)
    known = replace(known, usable_share=np.ones(12), reject_sd=np.zeros(12))
    traced = trace(known, Settings())
    nothing = np.full(12, np.nan)
    shared = Shared(known, nothing, nothing, np.zeros(12, dtype=bool))
    point = offered(Row(known, traced.chosen.levels), traced.chosen.outcome, limits)
    free = whole_units(shared, point, np.zeros(1), limits, ["money"], serially)
    assert np.array_equal(free.reorder_point[:, 0], traced.chosen.levels.reorder_point)
