"""The life of a policy beside a plain one written as lists of orders and of batches on the shelf."""

import numpy as np
import pytest

from justenough.kernels import replenish
from justenough.kernels.deliveries import LEAD, N_SUPPLY, REJECT
from justenough.kernels.ordering import LEAST, LIFE, LOT, N_POLICY, RATE, REVIEW, STEP
from justenough.kernels.replenish import (
    COVERED,
    CYCLES,
    CYCLES_SHORT,
    EXPIRED,
    N_SEASON,
    N_TALLY,
    OCCASIONS,
    ORDERS,
    RATIOS,
    REJECTED,
    STOCK,
    UNITS,
    UNITS_SHORT,
    WINDOWS,
    live_items,
)


def lived(
    demand, reorder, *, lot=1.0, least=0.0, up_to=np.nan, review=1, lead=0, life=0, reject=0.0, lost=0, warm=0, lives=1, rate=0.0, slots=1
):
    """One item through ``demand``; its tally, squares and tally by period."""
    demand = np.asarray(demand, dtype=np.float64)
    reorder, up_to = np.atleast_1d(np.asarray(reorder, dtype=np.float64)), np.atleast_1d(np.asarray(up_to, dtype=np.float64))
    policy, supply = np.zeros((1, N_POLICY)), np.zeros((1, N_SUPPLY))
    policy[0, [LOT, LEAST, STEP, REVIEW, RATE, LIFE]] = lot, least, 1.0, review, rate, life
    supply[0, [LEAD, REJECT]] = lead, reject
    levels = np.stack(np.broadcast_arrays(reorder, up_to))[None]
    tally, squares, seasons = np.zeros((1, N_TALLY)), np.zeros((1, len(RATIOS), 3)), np.zeros((1, levels.shape[2], N_SEASON))
    live_items(
        np.array([-1]), demand, np.array([0, len(demand)]), 1, np.zeros(1, np.int64), np.zeros((1, 3, 1)), np.zeros(1), 0, policy, supply,
        np.ascontiguousarray(levels), slots, lives, lost, 1, warm, np.array([7], np.uint64), tally, squares, seasons,
    )  # fmt: skip
    return tally[0], squares[0], seasons[0]


def plain_life(demand, order, review, lead, lost, life=10**9):
    """Short, stock, expired and occasions, with batches as (age left, units); ``order`` takes a position and says how much."""
    shelf, waiting, coming = [[life, order(-1e9, full=True)]], 0.0, []
    figures = {"short": 0.0, "stock": 0.0, "expired": 0.0, "occasions": 0, "ordered": 0.0}
    failed = False
    for t, asked in enumerate(demand):
        figures["expired"] += sum(units for left, units in shelf if left <= 0)
        shelf = [[left, units] for left, units in shelf if left > 0]
        received = sum(units for due, units in coming if due == t)
        coming = [(due, units) for due, units in coming if due != t]
        position = sum(u for _, u in shelf) - waiting + sum(u for _, u in coming) + received
        if t % review == 0:
            size = order(position)
            figures["ordered"] += size
            if size and lead:
                coming.append((t + lead, size))
            elif size:
                received += size
        if received:
            failed = False
            served = min(waiting, received)
            waiting -= served
            shelf.append([life, received - served])
        begin = sum(u for _, u in shelf)
        open_ask = asked
        for batch in shelf:
            taken = min(batch[1], open_ask)
            batch[1] -= taken
            open_ask -= taken
        if (waiting or open_ask) and not failed:
            figures["occasions"] += 1
            failed = True
        figures["short"] += open_ask
        figures["stock"] += (begin + sum(u for _, u in shelf)) / 2
        waiting += 0.0 if lost else open_ask
        shelf = [[left - 1, units] for left, units in shelf if units > 0]
    return figures


def whole_lots(reorder, lot, least=0.0):
    def order(position, full=False):
        if full:
            return reorder + lot
        size = 0.0
        while position + size <= reorder or 0 < size < least:
            size += lot
        return size

    return order


def up_to(reorder, top):
    return lambda position, full=False: top if full else (top - position if position <= reorder else 0.0)


@pytest.mark.parametrize("lost", [0, 1])
@pytest.mark.parametrize(
    ("given", "order"),
    [
        ({"reorder": 2.0}, whole_lots(2.0, 1.0)),
        ({"reorder": 8.0, "lead": 5}, whole_lots(8.0, 1.0)),
        ({"reorder": 5.0, "lot": 9.0, "lead": 3}, whole_lots(5.0, 9.0)),
        ({"reorder": 14.0, "lot": 30.0, "lead": 11}, whole_lots(14.0, 30.0)),
        ({"reorder": 9.0, "lot": 4.0, "least": 10.0, "lead": 4}, whole_lots(9.0, 4.0, 10.0)),
        ({"reorder": 6.0, "up_to": 17.0, "lead": 4}, up_to(6.0, 17.0)),
        ({"reorder": 12.0, "lot": 10.0, "lead": 4, "life": 9}, whole_lots(12.0, 10.0)),
        ({"reorder": 9.0, "lot": 1.0, "lead": 2, "life": 4}, whole_lots(9.0, 1.0)),
    ],
)
def test_a_long_life_is_the_plain_ones(lost, given, order):
    """Review each slot, so the phase does not matter; only the start differs, and fades."""
    random = np.random.default_rng(int(given["reorder"]) + lost)
    demand = random.poisson(1.3, 8000).astype(float)
    tally, _, _ = lived(demand, **given, rate=1.3, lost=lost)
    plain = plain_life(demand, order, 1, given.get("lead", 0), lost, given.get("life", 10**9))
    assert tally[UNITS] == demand.sum()
    assert tally[UNITS_SHORT] == pytest.approx(plain["short"], rel=0.02, abs=60)
    assert tally[STOCK] == pytest.approx(plain["stock"], rel=0.02)
    assert tally[EXPIRED] == pytest.approx(plain["expired"], rel=0.02, abs=30)
    assert tally[OCCASIONS] == pytest.approx(plain["occasions"], rel=0.02, abs=20)


def test_one_cycle_by_hand():
    """S=5 reviewed each 4 slots, lead 2, demand 2 a slot: windows of 6 slots want 12 and none is covered."""
    tally, _, _ = lived(np.full(400, 2.0), 4.0, review=4, lead=2, rate=2.0, warm=20)
    # At a review net stock is 5 - 8 on order -> just after arrival 1 = 5 - 2 * 2, then 8 asked, 1 served.
    assert tally[COVERED] == 0
    assert tally[CYCLES_SHORT] == tally[CYCLES] > 90
    assert tally[UNITS_SHORT] / tally[UNITS] == pytest.approx(7 / 8, abs=0.01)
    assert tally[OCCASIONS] == pytest.approx(95, abs=1)


def test_a_shelf_that_is_always_empty_fails_once_an_order():
    """S = 0: nothing is ever on the shelf, each slot's demand is ordered and each arrival leaves the next waiting."""
    demand = np.full(1000, 3.0)
    tally, _, _ = lived(demand, -1.0, lead=5, rate=3.0, warm=100)
    assert tally[UNITS_SHORT] == tally[UNITS] == 2700
    assert tally[ORDERS] == 900
    assert tally[OCCASIONS] == pytest.approx(900, abs=1)
    seldom = np.zeros(1000)
    seldom[::50] = 1.0
    assert lived(seldom, -1.0, lead=5, warm=100)[0][OCCASIONS] == 18  # each demand alone


def test_what_is_refused_is_ordered_again():
    tally, _, _ = lived(np.full(5000, 4.0), 40.0, lead=5, reject=0.25, rate=4.0, warm=200)
    assert tally[REJECTED] / tally[UNITS] == pytest.approx(1 / 3, rel=0.03)  # 4/3 ordered for each one used
    assert tally[UNITS_SHORT] == 0


def test_levels_by_period_go_round_and_are_counted_apart():
    """Two slots each; 0 lead: windows of the one slot's review are covered where the period's level is enough."""
    tally, _, seasons = lived(np.full(400, 5.0), [9.0, 3.0], slots=2)
    np.testing.assert_array_equal(seasons[:, 0], [200, 199])
    np.testing.assert_array_equal(seasons[:, 1], [200, 0])
    np.testing.assert_array_equal(seasons[:, 2], [1000, 1000])
    # Position falls from 10 to 4: the second period's level is under what a slot asks for.
    assert seasons[0, 3] == 0 < seasons[1, 3]
    assert tally[WINDOWS] == 399


def test_squares_are_of_the_lives():
    random = np.random.default_rng(1)
    demand = random.poisson(2.0, 60).astype(float)
    tally, squares, _ = lived(demand, 6.0, lot=8.0, review=3, lead=2, lives=5, rate=2.0)
    for k, (above, below) in enumerate(RATIOS):
        assert squares[k, 0] * 5 >= tally[above] ** 2 * (1 - 1e-12)  # Cauchy and Schwarz
        assert squares[k, 2] * 5 >= tally[below] ** 2 * (1 - 1e-12)
    slots = 60.0
    fill = [k for k, (_, below) in enumerate(RATIOS) if below == replenish.SLOTS]
    np.testing.assert_allclose(squares[fill, 2], 5 * slots**2)


def test_unknown_levels_and_empty_series_are_not_lived():
    assert (lived(np.ones(9), np.nan)[0] == 0).all()
    assert (lived([], 3.0)[0] == 0).all()


def test_unknown_periods_belong_to_no_window():
    demand = np.zeros(30)
    demand[10] = np.nan
    assert lived(demand, 0.0, lead=2)[0][WINDOWS] == 28 - 3
