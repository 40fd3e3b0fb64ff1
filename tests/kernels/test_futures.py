"""A life's demand keeps what was given, and has the moments it was asked for."""

import numpy as np
import pytest

from justenough.domain.item import Form
from justenough.kernels import futures
from justenough.kernels.futures import (
    GAMMA,
    NEGATIVE_BINOMIAL,
    NORMAL,
    WINDOWS,
    ZERO_GAMMA,
    ZERO_LOGNORMAL,
    draw,
    draw_items,
    lay,
    level_of,
)


def state(seed=3):
    return np.array([seed], np.uint64)


def test_codes_are_the_domains():
    assert (NORMAL, GAMMA, NEGATIVE_BINOMIAL, ZERO_GAMMA, WINDOWS, ZERO_LOGNORMAL) == tuple(Form)


@pytest.mark.parametrize(("parts", "whole"), [(0, 1), (0, 0), (3, 1), (1, 0)])
def test_periods_are_laid_on_their_own_slots_and_kept(parts, whole):
    periods = np.array([7.0, 0.0, np.nan, 12.0])
    demand, unknown = np.zeros(20), np.zeros(20)
    lay(state(), periods, 0, 5, parts, whole, 1.0, demand, unknown)
    np.testing.assert_allclose(demand.reshape(4, 5).sum(axis=1), [7.0, 0.0, 0.0, 12.0])
    np.testing.assert_array_equal(unknown.reshape(4, 5).all(axis=1), [False, False, True, False])
    assert not whole or (demand % 1 == 0).all()
    assert parts == 0 or ((demand.reshape(4, 5) > 0).sum(axis=1) <= parts).all()


def test_an_own_history_is_gone_round_from_anywhere():
    demand, unknown = np.zeros(4), np.zeros(4)
    lay(state(), np.array([1.0, 2.0, 3.0, 4.0]), 2, 1, 0, 1, 1.0, demand, unknown)
    np.testing.assert_array_equal(demand, [3.0, 4.0, 1.0, 2.0])


def test_a_level_scales_whole_demand_in_the_mean():
    periods = np.full(20_000, 3.0)
    demand, unknown = np.zeros(20_000), np.zeros(20_000)
    lay(state(), periods, 0, 1, 0, 1, 0.25, demand, unknown)
    assert set(np.unique(demand)) == {0.0, 1.0}
    assert demand.mean() == pytest.approx(0.75, abs=4 * (0.1875 / 20_000) ** 0.5)


@pytest.mark.parametrize("form", [NORMAL, GAMMA, NEGATIVE_BINOMIAL, ZERO_GAMMA, ZERO_LOGNORMAL])
def test_days_have_the_moments_of_their_table_around_the_level(form):
    """Mean level x mean; variance level x variance (a normal's stays); zero-gamma idle exp(-level x count)."""
    table = np.array([[3.0], [20.0], [0.9]])
    demand = np.empty(200_000)
    level = 1.5
    draw(state(), form, table, level, len(demand), demand)
    variance = 20.0 if form == NORMAL else level * 20.0
    assert demand.mean() == pytest.approx(4.5, abs=5 * (variance / len(demand)) ** 0.5)
    assert demand.var() == pytest.approx(variance, rel=0.05)
    if form in (ZERO_GAMMA, ZERO_LOGNORMAL):
        assert (demand == 0).mean() == pytest.approx(np.exp(-level * 0.9), abs=0.006)


def test_a_season_goes_round():
    table = np.array([[1.0, 5.0], [0.0, 0.0], [0.0, 0.0]])
    demand = np.empty(8)
    draw(state(), GAMMA, table, 1.0, 2, demand)
    np.testing.assert_array_equal(demand, [1.0, 1.0, 5.0, 5.0, 1.0, 1.0, 5.0, 5.0])


@pytest.mark.parametrize("form", [NORMAL, GAMMA, ZERO_LOGNORMAL])
def test_levels_are_about_one_and_spread_as_asked(form):
    source = state()
    levels = np.array([level_of(source, form, 0.4) for _ in range(20_000)])
    assert levels.mean() == pytest.approx(1.0, abs=4 * 0.4 / 20_000**0.5)
    assert levels.std() == pytest.approx(0.4, rel=0.03)
    assert level_of(source, form, 0.0) == 1.0
    assert (levels > 0).all() == (form != NORMAL)
    if form == ZERO_LOGNORMAL:
        assert np.log(levels).std() == pytest.approx(np.log(1.16) ** 0.5, rel=0.02)


def test_each_row_is_its_seeds():
    tables = np.tile([[3.0], [3.0], [0.0]], (3, 1, 1))
    both = np.empty((3, 50))
    draw_items(np.full(3, futures.NEGATIVE_BINOMIAL), tables, np.zeros(3), np.array([7, 8, 7], np.uint64), both)
    np.testing.assert_array_equal(both[0], both[2])
    assert (both[0] != both[1]).any()
