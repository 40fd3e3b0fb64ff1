"""Draws have the moments asked for and belong to the item."""

from dataclasses import fields, replace

import numpy as np
import pytest

from justenough.domain.item import Form
from justenough.domain.policy import Levels
from justenough.estimation.demand import Demand
from justenough.estimation.exposure import exposure_over
from justenough.estimation.lead_time import LeadTime
from justenough.estimation.supplier import Outages
from justenough.simulation.draws import Futures, drawn, seeds_of
from justenough.simulation.policies import Supply, live_drawn
from justenough.sizing.single import Economics, outcome_at


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.WINDOWS])
def test_draws_have_mean_variance_and_idle_share(form):
    one = np.ones(1)
    demand = drawn(["A"], np.array([form]), 3.0 * one, 20.0 * one, 0.3 * one, periods=200_000, seed=4)[0]
    assert demand.mean() == pytest.approx(3.0, abs=5 * (20 / 2e5) ** 0.5)
    assert demand.var() == pytest.approx(20.0, rel=0.05)
    if form in (Form.ZERO_GAMMA, Form.ZERO_LOGNORMAL):
        assert (demand == 0).mean() == pytest.approx(0.3, abs=0.005)


def test_a_drift_is_the_items_own_level():
    n = 400
    means = np.array([len(one) and one.mean() for one in drawn_many(n, 0.5)])
    assert means.mean() == pytest.approx(3.0, abs=4 * 1.5 / n**0.5)
    assert means.std() == pytest.approx(1.5, rel=0.15)


def drawn_many(n, drift):
    one = np.ones(n)
    demand = drawn([f"I{i}" for i in range(n)], np.full(n, Form.GAMMA), 3.0 * one, 2.0 * one, 0 * one, periods=400, seed=4, drift=drift)
    return [demand[i] for i in range(n)]


def test_lumps_are_no_more_seldom_than_their_variance_allows():
    """Mean 2, variance 8: lumps come at least 4 / 8 times a day, however idle the days are said to be."""
    futures = Futures(np.array([Form.ZERO_GAMMA]), np.array([[2.0]]), np.array([[8.0]]), np.array([0.99]), np.zeros(1))
    np.testing.assert_allclose(futures.tables(1.0)[0, :, 0], [2.0, 8.0, 0.5])
    usual = replace(futures, idle=np.array([0.2]))
    np.testing.assert_allclose(usual.tables(1.0)[0, 2, 0], -np.log(0.2))


def test_seeds_follow_the_code_and_the_seed():
    first, second = seeds_of(["A", "B"], 1)
    assert first != second
    assert seeds_of(["B"], 1)[0] == second
    assert seeds_of(["B"], 2)[0] != second
    assert len(seeds_of([], 1)) == 0


def test_windows_cannot_be_drawn():
    with pytest.raises(ValueError, match="got WINDOWS"):
        drawn(["A"], np.array([Form.WINDOWS]), np.ones(1), np.ones(1), np.ones(1), periods=3, seed=0)


def test_lots_are_drawn_and_lived_as_they_are_told():
    """
    Boxes of fifty, NB counts a day: every day's demand is whole boxes, the same life as that of the boxes themselves.

    Lived against the law of lots (`outcome_at`): services within 1 point and stock within 2 %, which chance leaves open.
    """
    n = 12
    lot = np.full(n, 50.0)
    rate = np.linspace(0.05, 0.6, n)
    filled = {each.name: np.zeros(n) for each in fields(Demand)}
    filled |= {"mean": rate * lot, "variance": 2.0 * rate * lot**2, "idle": np.exp(-rate), "step": np.ones(n), "lot": lot}
    demand = Demand(**filled | {"form": np.full(n, int(Form.NEGATIVE_BINOMIAL)), "period_days": 1.0})
    names = [f"box{i}" for i in range(n)]
    lead, review = np.full(n, 12.0), np.full(n, 2.0)
    lowest = np.ceil(rate * 14.0 + 1.2 * np.sqrt(rate * 28.0))
    pieces = Levels(lowest * lot - 1.0, 3.0 * lot, np.ones(n), lot)
    boxes = Levels(lowest - 1.0, np.full(n, 3.0), np.ones(n))
    supply, common = Supply.constant(lead), {"days": 4000, "lives": 8, "seed": 3}
    lived = live_drawn(names, pieces, Futures.of(demand), supply, review, **common)
    alone = replace(demand, mean=rate, variance=2.0 * rate, lot=None)
    in_boxes = live_drawn(names, boxes, Futures.of(alone), supply, review, **common)
    assert lived.cycle_service == pytest.approx(in_boxes.cycle_service)
    assert lived.mean_stock == pytest.approx(in_boxes.mean_stock * lot)
    assert lived.units % 50.0 == pytest.approx(0.0)
    never = Outages(**{each.name: np.zeros(n) for each in fields(Outages)})
    time = LeadTime(
        **{each.name: lead if each.name == "mean_days" else None if each.name == "stops" else np.zeros(n) for each in fields(LeadTime)}
    )
    nothing = np.full(n, np.nan)
    free = Economics(*[np.ones(n)] * 2, np.zeros(n), nothing, np.zeros(n, dtype=np.int64), *[nothing] * 4, np.full(n, np.inf))
    told = outcome_at(exposure_over(demand, time, never, review), free, pieces)
    assert lived.cycle_service.mean() == pytest.approx(told.cycle_service.mean(), abs=0.01)
    assert lived.fill_rate.mean() == pytest.approx(told.fill_rate.mean(), abs=0.01)
    assert lived.mean_stock.sum() == pytest.approx(told.mean_stock.sum(), rel=0.02)
