"""The shelf's chain beside a shelf kept unit by unit in plain Python."""

import math

import numpy as np
import pytest
from scipy import stats

from justenough.kernels import shelf
from justenough.kernels.loss import GAMMA, NEGATIVE_BINOMIAL
from justenough.kernels.position import N_ITEM, QUANTITY, RATE, REVIEW, STEP


def found(form, rate, variance, lead, review, reorder, quantity, step=1.0, idle=0.0):
    days = np.array([lead, lead + review / 2, lead + review])
    part = np.stack([rate * days, variance * days, idle + 0.0 * days])
    item = np.full((1, N_ITEM), math.nan)
    item[0, [0, STEP, RATE, REVIEW, QUANTITY]] = 0.0, step, rate, review, quantity
    out = np.empty((1, shelf.N_FOUND))
    forms, blocks = np.array([form]), np.concatenate([part, part])[None]
    shelf.lost_sales_outcomes(forms, blocks, item, np.array([float(reorder)]), np.array([float(lead)]), out)
    return out[0]


def kept(demand, lead, review, reorder, quantity):
    """Fill rate, mean stock at ends of days and orders a day: what is due comes, the review orders, customers take what is there."""
    stock, due, sold, stocks, orders = reorder + quantity, {}, 0, 0, 0
    for day, asked in enumerate(demand):
        stock += due.pop(day, 0)
        position = stock + sum(due.values())
        if day % review == 0 and position <= reorder:
            lots = (reorder - position) // quantity + 1
            orders += 1
            if lead == 0:
                stock += lots * quantity
            else:
                due[day + lead] = lots * quantity
        taken = min(stock, asked)
        stock, sold = stock - taken, sold + taken
        stocks += stock
    return sold / sum(demand), stocks / len(demand), orders / len(demand)


@pytest.mark.parametrize(
    ("rate", "lead", "review", "reorder", "quantity"),
    [(2.0, 0, 1, 3, 4), (2.0, 3, 4, 9, 5), (0.7, 6, 1, 4, 7), (3.0, 5, 2, 10, 25), (1.2, 2, 2, 0, 1)],
)
def test_one_order_under_way_is_a_shelf_kept_by_hand(rate, lead, review, reorder, quantity):
    rng = np.random.default_rng(21)
    runs = np.array([kept(rng.poisson(rate, 4000).tolist(), lead, review, reorder, quantity) for _ in range(24)])
    fill, stock, lost, orders, exact = found(NEGATIVE_BINOMIAL, rate, rate, lead, review, reorder, quantity)
    error = runs.std(axis=0) / math.sqrt(len(runs))
    assert exact == 1.0
    assert abs(fill - runs[:, 0].mean()) < 4.5 * error[0] + 1e-3
    assert abs(orders / 365.25 - runs[:, 2].mean()) < 4.5 * error[2] + 1e-3
    # Counted at the end of a day there, over time here: half a day's sales apart.
    assert abs(stock - 0.5 * fill * rate - runs[:, 1].mean()) < 4.5 * error[1] + 0.05 * stock + 0.02
    assert lost == pytest.approx((1.0 - fill) * rate * 365.25)


def test_an_empty_start_needs_no_chain():
    """Nothing ordered before the shelf is bare, one unit a review: the share of reviews in which somebody comes."""
    fill, _, _, orders, _ = found(NEGATIVE_BINOMIAL, 0.5, 0.5, 0.0, 1.0, 0, 1)
    some = 1.0 - math.exp(-0.5)
    assert fill == pytest.approx(some / 0.5, rel=1e-9)
    assert orders == pytest.approx(some * 365.25, rel=1e-9)


def test_the_law_of_many_units_a_review():
    """One review's stock, bought anew each time: E[min(stock, demand)] of a negative binomial."""
    law = stats.nbinom(20.0, 0.4)  # mean 30, variance 75
    fill, _, _, _, _ = found(NEGATIVE_BINOMIAL, 30.0, 75.0, 0.0, 1.0, 39, 1)
    units = np.arange(400)
    assert fill == pytest.approx(np.minimum(units, 40) @ law.pmf(units) / 30.0, rel=1e-9)


def test_divisible_items_and_unknowns():
    fill, stock, _, _, exact = found(GAMMA, 3.0, 6.0, 0.0, 2.0, 14.0, 1e-6, step=0.0)
    law = stats.gamma(3.0, scale=2.0)  # mean 6, variance 12
    over = law.expect(lambda x: x - 14.0, lb=14.0)
    assert exact == 0.0
    assert fill == pytest.approx(1.0 - over / 6.0, rel=1e-5)
    assert stock > 8.0
    assert np.isnan(found(GAMMA, 3.0, math.nan, 0.0, 2.0, 14.0, 1.0)).all()


@pytest.mark.parametrize(("reorder", "quantity", "lead"), [(290, 70, 2.0), (150, 240, 2.0), (180, 200, 6.0), (385, 12, 1.0)])
def test_cells_tell_what_units_do(reorder, quantity, lead):
    """One item told apart by units, exactly, and by a hundred cells and more."""
    form, days = NEGATIVE_BINOMIAL, np.array([lead, lead + 1.5, lead + 3.0])
    block, item, by = np.stack([60.0 * days, 480.0 * days, 0.0 * days]), np.full(N_ITEM, math.nan), np.empty((2, shelf.N_FOUND))
    item[[0, STEP, RATE, REVIEW, QUANTITY]] = 0.0, 1.0, 60.0, 3.0, quantity
    shelf._one_under_way(form, block, item, reorder, quantity, 1.0, lead, by[0])
    cell, low, lot = shelf._cell_of(reorder + 0.5, float(quantity))
    shelf._one_under_way(form, block, item, low, lot, cell, lead, by[1])
    assert cell > 2.0
    assert by[:, shelf.EXACT].tolist() == [1.0, 0.0]
    assert by[1, shelf.FILL] == pytest.approx(by[0, shelf.FILL], abs=3e-3)
    assert by[1, [shelf.STOCK, shelf.ORDERS]] == pytest.approx(by[0, [shelf.STOCK, shelf.ORDERS]], rel=0.01)


@pytest.mark.parametrize(("low", "lot"), [(500.5, 90.0), (1e6, 3e5), (0.5, 900.0), (1234.5, 10.0), (1270.0, 10.0)])
def test_a_cell_is_part_of_a_lot_and_half_of_one_lies_above_the_reorder_point(low, lot):
    cell, below, parts = shelf._cell_of(low, lot)
    assert cell * parts == pytest.approx(lot)
    assert abs((below + 0.5) * cell - low) <= 0.5 * cell + 1e-9
    assert below + parts <= shelf._CELLS + 1
