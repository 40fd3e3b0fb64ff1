"""The cheapest place on a curve of 32 points, beside every whole level of the formula itself."""

import numpy as np
import pytest

from justenough.kernels.adding_up import N_STATE, ROOM, counts_added_up
from justenough.kernels.along import BOOK, earn_along, sum_along
from justenough.kernels.densities import SCRATCH
from justenough.kernels.instants import SHAPES
from justenough.kernels.position import N_OUTCOME, TOTAL, earn, orders_per_year, shapes_over
from justenough.kernels.searching import BY_COST, BY_CYCLE_SERVICE, cheapest_along

NAN = float("nan")
LEAN, FAR = 40.0, 900.0  # far apart: most levels lie between points


def searched(form, floor, price):
    """Place and reason found on the curve of one item, and the total cost of every whole level."""
    days = np.array([10.0, 13.5, 17.0])
    shapes, one = np.empty(SHAPES), np.array([2.0 * days, 300.0 * days, np.exp(-0.2 * days), *np.zeros((3, 3))])
    item = np.array([0.0, 1.0, 2.0, 7.0, 12.0, 0.25, 7.0, price, NAN, NAN, np.inf, 25.0])
    shapes_over(form, one, shapes)
    orders, lows = orders_per_year(form, one, item), np.floor(np.linspace(LEAN, FAR, 32))
    book, coarse, work, lengths = np.empty(BOOK), np.empty(32, dtype=np.int64), np.empty(SCRATCH), np.zeros(2, dtype=np.int64)
    units, states = np.empty((2, ROOM)), np.empty((6, N_STATE))
    added = counts_added_up(shapes, 0.0, 0, 0.0, units, lengths, states)
    sum_along(shapes, item, lows, units, lengths, states, added, 1, np.empty(96), coarse, book, work, work.view(np.int64))
    earn_along(shapes, item, 1, orders, lows, book)
    place, reason = cheapest_along(shapes, item, 1, orders, lows, book, coarse, (LEAN, FAR, floor, LEAN))
    every, out = np.arange(LEAN, FAR + 1.0), np.empty(N_OUTCOME)
    totals = np.empty(len(every))
    for k, level in enumerate(every):
        earn(shapes, item, 1, orders, level, out)
        totals[k] = out[TOTAL]
    return place, reason, every, totals


@pytest.mark.parametrize("form", range(4))
@pytest.mark.parametrize("price", [0.5, 8.0, 60.0])
def test_the_place_found_is_the_cheapest_of_all_whole_levels(form, price):
    place, reason, every, totals = searched(form, LEAN, price)
    assert totals[every == place] <= totals.min() * (1.0 + 1e-4)
    assert reason == BY_COST


@pytest.mark.parametrize("form", range(4))
def test_a_floor_above_the_cheapest_place_is_taken_and_named(form):
    cheapest, _, every, totals = searched(form, LEAN, 8.0)
    floor = cheapest + 100.0
    place, reason, _, _ = searched(form, floor, 8.0)
    above = every >= floor
    assert totals[every == place] <= totals[above].min() * (1.0 + 1e-4)
    assert reason == (BY_CYCLE_SERVICE if place == floor else BY_COST)
