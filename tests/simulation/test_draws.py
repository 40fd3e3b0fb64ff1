"""Draws have the moments asked for and belong to the item."""

import numpy as np
import pytest

from justenough.domain.item import Form
from justenough.simulation.draws import drawn, seeds_of


@pytest.mark.parametrize("form", list(Form)[:4])
def test_draws_have_mean_variance_and_idle_share(form):
    one = np.ones(1)
    demand = drawn(["A"], np.array([form]), 3.0 * one, 20.0 * one, 0.3 * one, periods=200_000, seed=4)[0]
    assert demand.mean() == pytest.approx(3.0, abs=5 * (20 / 2e5) ** 0.5)
    assert demand.var() == pytest.approx(20.0, rel=0.05)
    if form is Form.ZERO_GAMMA:
        assert (demand == 0).mean() == pytest.approx(0.3, abs=0.005)


def test_seeds_follow_the_code_and_the_seed():
    first, second = seeds_of(["A", "B"], 1)
    assert first != second
    assert seeds_of(["B"], 1)[0] == second
    assert seeds_of(["B"], 2)[0] != second
    assert len(seeds_of([], 1)) == 0


def test_windows_cannot_be_drawn():
    with pytest.raises(ValueError, match="got WINDOWS"):
        drawn(["A"], np.array([Form.WINDOWS]), np.ones(1), np.ones(1), np.ones(1), periods=3, seed=0)
