"""Draws have the moments asked for and belong to the item."""

from dataclasses import replace

import numpy as np
import pytest

from justenough.domain.item import Form
from justenough.simulation.draws import Futures, drawn, seeds_of


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
