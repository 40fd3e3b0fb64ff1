"""The pair of levels chosen beside every pair priced by itself."""

import itertools

import numpy as np
import pytest

from justenough.domain.item import Form, StockoutBasis
from justenough.kernels.position import CYCLE, FILL, N_OUTCOME, TOTAL
from justenough.kernels.renewal import min_max_outcomes
from justenough.kernels.searching import BY_COST, BY_CYCLE_SERVICE, BY_FILL_RATE, BY_SHELF_LIFE
from justenough.kernels.spanning import cheapest_pairs

NAN = float("nan")
PRICES = {StockoutBasis.PER_UNIT: 9.0, StockoutBasis.PER_UNIT_DAY: 0.4, StockoutBasis.PER_OCCASION: 25.0, StockoutBasis.PER_LINE_HOUR: 3.0}


def item_of(form, basis, order_cost=1.5, cycle=NAN, fill=NAN, life=np.inf, outage=0.0):
    """Two units a day, variance five, lead time 3 and review 2 days; ``outage`` the chance of ten days more."""
    rows = []
    for extra in (0.0, 10.0):
        days = 3.0 + extra + 2.0 * np.array([0.0, 0.5, 1.0])
        rows += [2.0 * days, 5.0 * days, 0.0 * days]
    row = np.array([[outage, 1.0, 2.0, 2.0, 10.0, 0.3, order_cost, PRICES[basis], cycle, fill, life, NAN]])
    return np.array([int(form)]), np.array([rows]), row, np.array([int(basis)])


def chosen(given, least=0.0):
    found = np.empty((1, 3))
    cheapest_pairs(0, 1, *given, np.array([least]), found)
    return found[0]


def priced(given, low, high):
    """What each pair of ``low`` and ``high`` earns."""
    n = len(low)
    form, blocks, row, basis = (np.repeat(each, n, axis=0) for each in given)
    out = np.empty((n, N_OUTCOME))
    min_max_outcomes(form, blocks, row, basis, np.array(low, dtype=float), np.array(high, dtype=float), 256, out)
    return out


PAIRS = np.array([(low, high) for low, high in itertools.product(range(-12, 62), range(-8, 110)) if low < high], dtype=float)


@pytest.mark.parametrize("basis", list(PRICES), ids=lambda basis: basis.name.lower())
def test_no_pair_costs_less(basis):
    for form, outage in ((Form.NEGATIVE_BINOMIAL, 0.0), (Form.NEGATIVE_BINOMIAL, 0.05), (Form.GAMMA, 0.0)):
        given = item_of(form, basis, outage=outage)
        low, high, reason = chosen(given)
        assert reason == BY_COST
        ours = priced(given, [low], [high])[0, TOTAL]
        assert ours == pytest.approx(priced(given, *PAIRS.T)[:, TOTAL].min(), rel=1e-9)


def served_from_the_lowest(given, low):
    """Cycle service from a step above each reorder point: what ordering up to that position at every review earns."""
    return priced(given, low, low + 1.0)[:, CYCLE]


@pytest.mark.parametrize(("named", "why"), [("cycle", BY_CYCLE_SERVICE), ("fill", BY_FILL_RATE)])
def test_of_the_pairs_that_keep_a_floor_none_costs_less(named, why):
    given = item_of(Form.NEGATIVE_BINOMIAL, StockoutBasis.PER_UNIT, **{named: 0.9998})
    low, high, reason = chosen(given)
    assert reason == why
    ours, every = priced(given, [low], [high])[0], priced(given, *PAIRS.T)
    share = served_from_the_lowest(given, PAIRS[:, 0]) if named == "cycle" else every[:, FILL]
    assert (served_from_the_lowest(given, np.array([low]))[0] if named == "cycle" else ours[FILL]) >= 0.9998
    assert ours[TOTAL] == pytest.approx(every[share >= 0.9998, TOTAL].min(), rel=1e-9)


@pytest.mark.parametrize(("floors", "why"), [((0.9, 0.9999), BY_FILL_RATE), ((0.9999, 0.9), BY_CYCLE_SERVICE), ((0.5, 0.5), BY_COST)])
def test_of_two_floors_the_one_that_binds_is_named(floors, why):
    given = item_of(Form.NEGATIVE_BINOMIAL, StockoutBasis.PER_UNIT, cycle=floors[0], fill=floors[1])
    low, high, reason = chosen(given)
    assert reason == why
    every = priced(given, *PAIRS.T)
    kept = every[(served_from_the_lowest(given, PAIRS[:, 0]) >= floors[0]) & (every[:, FILL] >= floors[1])]
    assert priced(given, [low], [high])[0, TOTAL] == pytest.approx(kept[:, TOTAL].min(), rel=1e-9)


def test_no_order_is_below_the_least():
    given = item_of(Form.NEGATIVE_BINOMIAL, StockoutBasis.PER_UNIT)
    low, high, _ = chosen(given, least=33.0)
    wide = PAIRS[PAIRS[:, 1] - PAIRS[:, 0] >= 33.0]
    assert high - low >= 33.0
    assert priced(given, [low], [high])[0, TOTAL] == pytest.approx(priced(given, *wide.T)[:, TOTAL].min(), rel=1e-9)


def test_a_floor_beyond_what_may_lie_there_gives_way_to_the_shelf_life():
    low, high, reason = chosen(item_of(Form.NEGATIVE_BINOMIAL, StockoutBasis.PER_UNIT, cycle=0.9999, life=4.0))
    assert reason == BY_SHELF_LIFE
    assert low < high <= 2.0 * 4.0 + 2.0 * 3.0


def test_what_is_not_known_is_not_chosen():
    given = item_of(Form.NEGATIVE_BINOMIAL, StockoutBasis.PER_UNIT)
    given[1][:] = NAN
    assert np.isnan(chosen(given)).all()
