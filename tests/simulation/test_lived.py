"""Standard errors of lived figures beside their spread over independent seeds."""

import numpy as np
import pytest

from justenough.domain.item import Form
from justenough.domain.policy import Levels
from justenough.kernels import replenish
from justenough.simulation.draws import Futures
from justenough.simulation.lived import Lived
from justenough.simulation.policies import Rules, Supply, live_drawn

MEASURES = ("cycle_service", "cycles_served", "fill_rate", "mean_stock", "mean_backorders", "ready_rate", "occasions", "orders", "expired")


@pytest.fixture(scope="module")
def many():
    """300 alike items, which are 300 repetitions of the one experiment."""
    n = 300
    one = np.ones(n)
    futures = Futures(np.full(n, Form.NEGATIVE_BINOMIAL), 2 * one[:, None], 5 * one[:, None], 0 * one, 0.3 * one)
    supply = Supply(8 * one, 3 * one, *np.zeros((6, n)))
    rules = Rules(shelf_life_days=14 * one)
    items = [f"I{i}" for i in range(n)]
    return live_drawn(items, Levels(20 * one, 15 * one, one), futures, supply, 3 * one, days=400, lives=40, rules=rules, warm_up_days=50)


@pytest.mark.parametrize("measure", MEASURES)
def test_stated_errors_are_the_spread_of_repetitions(many, measure):
    """Mean stated variance over the variance seen: one, within five standard errors of a variance of 300."""
    stated, seen = np.mean(many.error_of(measure) ** 2), getattr(many, measure).var(ddof=1)
    assert seen > 0
    assert stated / seen == pytest.approx(1.0, abs=5 * np.sqrt(2 / 300) + 0.03)


def test_an_error_needs_two_lives_and_a_known_measure(many):
    one = np.ones(1)
    futures = Futures(np.array([Form.GAMMA]), one[:, None], one[:, None], 0 * one, 0 * one)
    single = live_drawn(["A"], Levels(9 * one, one, 0 * one), futures, Supply.constant(one), one, days=100, lives=1)
    assert np.isnan(single.error_of("fill_rate")[0])
    with pytest.raises(ValueError, match="measure must be one of cycle_service, .*, got 'days'"):
        many.error_of("days")


def test_periods_add_up_to_the_whole():
    one = np.ones(1)
    futures = Futures(np.array([Form.GAMMA]), np.array([[1.0, 3.0]]), np.array([[2.0, 2.0]]), 0 * one, 0 * one)
    levels = Levels(np.array([[14.0, 30.0]]), one, 0 * one)
    lived = live_drawn(["A"], levels, futures, Supply.constant(2 * one), one, days=600, lives=3, period_days=30.0)
    whole = lived.by_period[0].sum(axis=0)
    np.testing.assert_allclose(whole, [lived.windows[0], lived.windows_covered[0], lived.units[0], lived.units_short[0]])
    assert lived.by_period[0, 1, 2] > 2.5 * lived.by_period[0, 0, 2]


def test_an_error_of_few_lives_is_that_of_a_small_sample():
    """Equal times under all lives: the ratio is a mean, and its error the textbook's with n - 1."""
    stock = np.array([3.0, 5.0, 10.0])
    tallies, squares = np.zeros((1, replenish.N_TALLY)), np.zeros((1, len(replenish.RATIOS), 3))
    tallies[0, [replenish.STOCK, replenish.SLOTS]] = stock.sum(), 3.0
    squares[0, 3] = (stock**2).sum(), stock.sum(), 3.0
    lived = Lived.of(tallies, squares, np.zeros((1, 1, 4)), 1.0, 3)
    assert lived.error_of("mean_stock")[0] == pytest.approx(stock.std(ddof=1) / np.sqrt(3))
