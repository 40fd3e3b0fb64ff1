"""Priced: a point between two is priced between them, and a share is read the other way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from justenough.sources.samples import sample
from justenough.strategy.decide import recommend
from justenough.strategy.priced import CurvePoint, covering, point_at, points_of
from justenough.strategy.settings import Settings


def _curve(*points: tuple[float, float, float]) -> tuple[CurvePoint, ...]:
    return tuple(
        CurvePoint(level, level, 10 * level, service, service, level, cost, 1.0, level + cost + 1.0) for level, service, cost in points
    )


CURVE = _curve((10.0, 0.5, 100.0), (20.0, 0.9, 20.0), (40.0, 0.99, 2.0))


def test_at_the_drawn_points_the_curve_is_itself():
    assert [point_at(CURVE, one.reorder_point) for one in CURVE] == list(CURVE)


def test_between_two_points():
    """A quarter of the way from 20 to 40: services 0.9 + 0.09/4, stockouts 20 - 18/4."""
    found = point_at(CURVE, 25.0)
    assert found.cycle_service == pytest.approx(0.9225)
    assert found.stockout_cost == pytest.approx(15.5)
    assert found.total_cost == pytest.approx(found.holding_cost + found.stockout_cost + found.ordering_cost)


def test_outside_it_stays_at_the_ends():
    assert point_at(CURVE, -5.0) == CURVE[0]
    assert point_at(CURVE, 1e9) == CURVE[-1]
    assert point_at((), 5.0) is None


@given(st.floats(0, 50), st.floats(0, 50))
def test_more_stock_never_promises_less(first, second):
    low, high = sorted((first, second))
    assert point_at(CURVE, low).cycle_service <= point_at(CURVE, high).cycle_service


@given(st.floats(0.5, 0.99))
def test_a_share_is_covered_where_the_curve_says_so(share):
    level = covering(CURVE, share)
    assert point_at(CURVE, level).cycle_service == pytest.approx(share)


def test_a_share_the_curve_does_not_reach():
    assert covering(CURVE, 0.4) is None
    assert covering(CURVE, 0.999) is None
    assert covering((), 0.9) is None


def test_what_a_curve_lacks_stays_lacking():
    gap = (CURVE[0], CurvePoint(20.0, None, 5.0, 0.9, None, None, None, None, None))
    found = point_at(gap, 15.0)
    assert (found.safety_stock, found.total_cost) == (None, None)
    assert found.cycle_service == pytest.approx(0.7)


def test_the_recommended_point_lies_on_its_curve():
    """The plan states the service at its own whole units; the curve between two of its points agrees with it."""
    plan = recommend(sample("bearings"), Settings(anatomy_items=0, coming_items=0))
    one = plan["BRG-6204"]
    found = point_at(points_of(plan.curve("BRG-6204")), one.reorder_point)
    assert found.cycle_service == pytest.approx(one.stated_cycle_service, abs=2e-3)
    assert found.total_cost == pytest.approx(one.total_cost, rel=0.02)
