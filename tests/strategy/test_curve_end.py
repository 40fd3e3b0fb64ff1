"""Curve end: the price from which on the safest point is not enough, found once more by sizing at other prices."""

from dataclasses import replace

import numpy as np
import pytest

from justenough.domain.item import Form, StockoutBasis
from justenough.domain.policy import Reason
from justenough.estimation.exposure import HORIZONS, Exposure
from justenough.sizing.single import Economics, cheapest
from justenough.strategy.curve_end import enough_of


@pytest.mark.parametrize("basis", [StockoutBasis.PER_UNIT, StockoutBasis.PER_UNIT_DAY, StockoutBasis.PER_LINE_HOUR])
@pytest.mark.parametrize("form", [Form.NORMAL, Form.GAMMA, Form.NEGATIVE_BINOMIAL])
def test_a_little_below_its_price_the_end_is_enough_and_a_little_above_it_is_not(form, basis):
    n, random = 60, np.random.default_rng(int(form))
    rate, lead, review = np.exp(random.uniform(-1, 3, n)), random.uniform(5, 30, n), random.choice([1.0, 7.0], n)
    days = lead[:, None] + review[:, None] * np.array(HORIZONS)
    mean = rate[:, None] * days
    over = (mean, mean * random.uniform(1.5, 6.0, n)[:, None], np.zeros((n, 3)))
    step = np.full(n, 1.0 if form is Form.NEGATIVE_BINOMIAL else 0.0)
    exposure = Exposure(*over, *over, np.zeros(n), np.full(n, int(form)), step, rate, review, lead)
    nothing, known = np.full(n, np.nan), np.full(n, 1.0)
    economics = Economics(
        10 * known, 0.2 * known, 5 * known, 5e4 * known, np.full(n, int(basis)), nothing, nothing, nothing, nothing, np.inf * known
    )
    lots = np.ceil(rate * review)

    def reasons_at(share):
        return cheapest(exposure, replace(economics, stockout_cost=economics.stockout_cost * share), lots).reason

    found = cheapest(exposure, economics, lots)
    share = enough_of(exposure, economics, found.levels, found.reason)
    np.testing.assert_array_equal(np.isnan(share), found.reason != Reason.CURVE_END)
    cut = ~np.isnan(share)
    assert cut.sum() > 40
    assert ((share[cut] > 0) & (share[cut] < 1)).all()
    assert (reasons_at(1.01 * share)[cut] == Reason.CURVE_END).all()
    assert (reasons_at(0.99 * share)[cut] == Reason.COST).all()


def test_the_bundled_plant_says_where_its_curve_ends(bearings):
    plan = bearings[1].plan
    (said,) = (reason for reason in plan["CLIP-04"].reasons if reason.startswith("A stockout"))
    assert "310 EUR for each hour" in said
    assert "the safest point of the curve" in said
    assert "one more unit would cost more" not in said
    assert plan.summary().at_end == ("CLIP-04",)
