"""Lost sales beside Erlang's sum in exact fractions."""

import math
from fractions import Fraction

import numpy as np
import pytest

from justenough.kernels import erlang


def plain_blocked(lines, load):
    load = Fraction(load)
    terms = [load**n / math.factorial(n) for n in range(lines + 1)]
    return float(terms[-1] / sum(terms))


def blocked(lines, load):
    out = np.empty(1)
    erlang.blocked(np.array([lines], float), np.array([load], float), out)
    return out[0]


@pytest.mark.parametrize("load", [0.01, 0.5, 5.0, 40.0, 300.0])
@pytest.mark.parametrize("lines", [0, 1, 3, 10, 60, 200])
def test_share_lost_is_erlangs_sum(lines, load):
    assert blocked(lines, load) == pytest.approx(plain_blocked(lines, load), rel=1e-12)


def test_share_lost_at_the_ends():
    assert blocked(1, 1e6) == pytest.approx(1.0, rel=2e-6)
    assert (blocked(0, 0.0), blocked(3, 0.0)) == (1.0, 0.0)
    assert math.isnan(blocked(3, math.nan))


def test_cheapest_stock_is_the_least_of_all():
    rng = np.random.default_rng(8)
    for _ in range(25):
        load, holding, lost = 10.0 ** rng.uniform(-1, 1.5), rng.uniform(0.1, 2.0), 10.0 ** rng.uniform(-1, 3)
        load = max(1, round(8 * load)) / 8  # a short fraction
        out = np.empty((1, 2))
        erlang.cheapest_lines(np.array([load]), np.array([holding]), np.array([lost]), out)
        costs = []
        for stock in range(120):
            share = plain_blocked(stock, load)
            costs.append(holding * (stock - load * (1.0 - share)) + lost * share)
        assert out[0, 0] == int(np.argmin(costs))
        assert out[0, 1] == pytest.approx(min(costs), rel=1e-9)
