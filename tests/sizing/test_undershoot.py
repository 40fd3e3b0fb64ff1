"""Undershoot beside a plain walk of positions, and beside closed forms."""

from dataclasses import replace

import numpy as np
import pytest

from justenough.domain.item import Form
from justenough.domain.policy import Levels
from justenough.estimation.exposure import HORIZONS, Exposure
from justenough.sizing.undershoot import undershoot_of


def item(form, rate, variance, review, drift=0.0, idle=1.0, step=1.0):
    """One item of independent days around a drifting level, ten days of lead time."""
    days = np.array([[10.0]]) + review * np.array(HORIZONS)
    one = np.ones(1)
    mean = rate * days
    columns = (mean, variance * days + np.square(drift * mean), idle**days)
    return Exposure(*columns, *columns, 0 * one, np.array([int(form)]), step * one, rate * one, review * one, 10 * one)


def walked(asked, reorder, quantity):
    """Undershoots, and sizes of orders, of positions walked review by review."""
    position, below, sizes = reorder + quantity, [], []
    for demand in asked:
        position -= demand
        if position <= reorder:
            lots = np.floor((reorder - position) / quantity + 1e-12) + 1
            below.append(reorder - position)
            sizes.append(lots * quantity)
            position += lots * quantity
    return np.array(below), np.array(sizes)


@pytest.mark.parametrize("quantity", [1, 5, 12, 60])
@pytest.mark.parametrize(("form", "variance"), [(Form.NEGATIVE_BINOMIAL, 2.0), (Form.NEGATIVE_BINOMIAL, 9.0), (Form.GAMMA, 6.0)])
def test_undershoot_is_walked(form, variance, quantity):
    """200,000 reviews of four days at two a day; divisible lots are 0.37 units off whole ones."""
    random = np.random.default_rng(3)
    mean, spread, n = 8.0, 4 * variance, 200_000
    step = 1.0 if form == Form.NEGATIVE_BINOMIAL else 0.0
    lot = quantity + (0.0 if step else 0.37)
    if form == Form.GAMMA:
        asked = random.gamma(mean * mean / spread, spread / mean, n)
    elif spread > mean:
        asked = random.negative_binomial(mean * mean / (spread - mean), mean / spread, n)
    else:
        asked = random.poisson(mean, n)
    below, sizes = walked(asked, 30.0, lot)
    found = undershoot_of(item(form, 2.0, variance, 4.0, step=step), Levels(np.array([30.0]), np.array([lot]), np.array([step])))
    assert found.order_chance[0] == pytest.approx(len(below) / n, abs=0.005)
    assert found.mean[0] == pytest.approx(below.mean(), abs=5 * below.std() / len(below) ** 0.5 + 0.01)
    assert found.mean_order[0] == pytest.approx(sizes.mean(), rel=0.01)


def test_constant_demand_falls_anywhere_below():
    """Eight a review, lots of 100: positions found are r, r - 1 ... r - 7, each as likely."""
    levels = Levels(np.array([30.0]), np.array([100.0]), np.ones(1))
    found = undershoot_of(item(Form.GAMMA, 2.0, 0.0, 4.0), levels)
    assert found.mean[0] == pytest.approx(3.5)
    assert found.order_chance[0] == pytest.approx(0.08)
    assert found.mean_order[0] == pytest.approx(100.0)


def test_a_large_lot_leaves_the_renewal_excess():
    """Karlin (1958): E[D (D - 1)] / 2 E[D]; of a Poisson review half its mean."""
    levels = Levels(np.array([30.0]), np.array([5000.0]), np.ones(1))
    assert undershoot_of(item(Form.NEGATIVE_BINOMIAL, 2.0, 2.0, 4.0), levels).mean[0] == pytest.approx(4.0, rel=1e-6)


def test_a_drifting_level_widens_one_review_by_its_own_square():
    """Poisson 8 around a level of 0.5: variance 8 + 16, not the difference of two horizons."""
    levels = Levels(np.array([30.0]), np.array([5000.0]), np.ones(1))
    found = undershoot_of(item(Form.NEGATIVE_BINOMIAL, 2.0, 2.0, 4.0, drift=0.5), levels)
    assert found.mean[0] == pytest.approx((24.0 + 64.0 - 8.0) / 16.0, rel=1e-6)


def test_what_nobody_asks_for_is_never_ordered():
    none = replace(item(Form.GAMMA, 0.0, 0.0, 4.0), rate=np.zeros(1))
    found = undershoot_of(none, Levels(np.array([3.0]), np.ones(1), np.ones(1)))
    assert found.order_chance[0] == 0.0
    assert np.isnan(found.mean[0])
    assert np.isnan(found.mean_order[0])
