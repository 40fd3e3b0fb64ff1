"""Marginal: the level chosen beside a plain look at every level there is, under every way to charge a stockout."""

import numpy as np
import pytest

from justenough.domain.item import StockoutBasis
from justenough.domain.policy import Reason
from justenough.kernels.marginal import outcomes_at, scratch, traced
from justenough.kernels.position import CYCLE, FILL, N_OUTCOME, SHORT_COST, STEP, TARGET_CYCLE, TARGET_FILL, TOTAL
from justenough.kernels.searching import BY_COST, BY_CYCLE_SERVICE, BY_FILL_RATE, BY_SHELF_LIFE

NAN = float("nan")
POINTS = 32
SEARCHED = 1e-4  # what the search leaves on the table at most, as a share of the least cost
CHARGED = [basis for basis in StockoutBasis if basis is not StockoutBasis.NONE]


def block(rate, noise, lead, review, *, wait=0.0, drift=0.0, idle=0.0):
    """Means, variances and idle shares of the three horizons, in ordinary times and in an outage. (6, 3)"""
    rows = []
    for extra in (0.0, wait):
        days = np.array([lead, lead + review / 2, lead + review]) + extra
        rows += [rate * days, noise * days + (drift * rate * days) ** 2, np.full(3, idle)]
    return np.array(rows)


def row(rate, review, *, outage=0.0, step=1.0, cost=10.0, price=NAN, cycle=NAN, fill=NAN, shelf_life=np.inf, quantity=1.0):
    return np.array([outage, step, rate, review, cost, 0.25, 0.0, price, cycle, fill, shelf_life, quantity])


def items_of(n, seed, *, floors=False):
    """Invented items of every form, half of them with outages: (form, blocks, rows)."""
    random = np.random.default_rng(seed)
    blocks, rows = [], []
    for _ in range(n):
        rate, review = np.exp(random.uniform(np.log(0.002), np.log(15.0))), random.choice([1.0, 7.0, 30.0])
        noise, drift = rate * np.exp(random.uniform(0.0, 3.4)), random.choice([0.0, 0.2, 0.6])
        blocks.append(block(rate, noise, random.uniform(0.0, 90.0), review, wait=random.uniform(5.0, 120.0), drift=drift, idle=0.1))
        rows.append(
            row(
                rate,
                review,
                outage=random.choice([0.0, 0.0, 0.02, 0.3]),
                cost=np.exp(random.normal(2.0, 1.5)),
                price=np.exp(random.normal(3.0, 2.5)),
                cycle=random.choice([NAN, 0.8, 0.97]) if floors else NAN,
                fill=random.choice([NAN, 0.9, 0.99]) if floors else NAN,
                quantity=np.ceil(np.exp(random.uniform(0.0, 5.0))),
            )
        )
    return random.integers(0, 4, n), np.array(blocks), np.array(rows)


def choose(form, blocks, rows, basis, reach=0.0):
    """Curve positions, chosen level and reason of each item."""
    n = len(form)
    curves, chosen, reasons = np.empty((N_OUTCOME + 2, n, POINTS)), np.empty(n), np.zeros(n, dtype=np.int64)
    traced(0, n, 1, form, blocks, rows, np.full(n, int(basis)), np.zeros(n) + reach, curves, chosen, reasons, scratch())
    return curves[N_OUTCOME] + rows[:, STEP, None], chosen, reasons


def earned(form, one_block, one_row, basis, lows):
    """What one item earns at each of ``lows``. (n_lows, 11)"""
    n = len(lows)
    out = np.empty((n, N_OUTCOME))
    many = np.ascontiguousarray(np.broadcast_to(one_block, (n, 6, 3))), np.ascontiguousarray(np.broadcast_to(one_row, (n, len(one_row))))
    outcomes_at(0, n, np.full(n, form), *many, np.full(n, int(basis)), np.asarray(lows, dtype=np.float64), out)
    return out


@pytest.mark.parametrize("floors", [False, True], ids=["free", "floors"])
@pytest.mark.parametrize("basis", CHARGED, ids=lambda basis: basis.name.lower())
def test_no_whole_level_of_the_curve_is_cheaper(basis, floors):
    """Every whole level from the JIT to the JIC end that keeps the floors, one by one."""
    form, blocks, rows = items_of(250, 11, floors=floors)
    lows, chosen, _ = choose(form, blocks, rows, basis)
    inside = 0
    for i in range(len(form)):
        every = np.arange(lows[i, 0], lows[i, -1] + 1.0)
        at = earned(form[i], blocks[i], rows[i], basis, every)
        kept = np.ones(len(every), dtype=bool)
        for target, measure in ((TARGET_CYCLE, CYCLE), (TARGET_FILL, FILL)):
            if not np.isnan(rows[i, target]):
                # From the first level up that reaches it.
                kept &= np.arange(len(every)) >= np.argmax(at[:, measure] >= rows[i, target])
        place = int(chosen[i] - every[0])
        assert kept[place]
        assert at[place, TOTAL] <= at[kept, TOTAL].min() * (1.0 + SEARCHED) + 1e-9
        inside += 0 < place < len(every) - 1
    assert inside > 50  # an item that takes an end of its curve tests little


@pytest.mark.parametrize("basis", CHARGED, ids=lambda basis: basis.name.lower())
def test_a_curve_goes_on_as_far_as_it_is_told_to(basis):
    """To twice its own length and a unit at most; what is chosen there is still the cheapest of every whole level."""
    form, blocks, rows = items_of(120, 16)
    rows[:, SHORT_COST] *= 1e3  # so dear that the end is not enough for many
    own, near, _ = choose(form, blocks, rows, basis)
    lean, end = own[:, 0], own[:, -1]
    assert (choose(form, blocks, rows, basis, end)[0] == own).all()
    assert (choose(form, blocks, rows, basis, end + 1.0)[0][:, -1] == end + 1.0).all()
    lows, chosen, _ = choose(form, blocks, rows, basis, np.inf)
    assert (lows[:, 0] == lean).all()
    assert (lows[:, -1] == 2.0 * end - lean + 1.0).all()
    assert ((near == end) & (chosen > end)).sum() > 20
    for i in range(len(form)):
        every = np.arange(lows[i, 0], lows[i, -1] + 1.0)
        total = earned(form[i], blocks[i], rows[i], basis, every)[:, TOTAL]
        assert total[int(chosen[i] - every[0])] <= total.min() * (1.0 + SEARCHED) + 1e-9


def test_waiting_time_is_convex_so_its_level_is_the_least_to_the_unit():
    form, blocks, rows = items_of(150, 12)
    lows, chosen, _ = choose(form, blocks, rows, StockoutBasis.PER_UNIT_DAY)
    for i in range(len(form)):
        every = np.arange(lows[i, 0], lows[i, -1] + 1.0)
        total = earned(form[i], blocks[i], rows[i], StockoutBasis.PER_UNIT_DAY, every)[:, TOTAL]
        assert total[int(chosen[i] - every[0])] <= total.min() * (1.0 + 1e-9) + 1e-9


@pytest.mark.parametrize("basis", CHARGED, ids=lambda basis: basis.name.lower())
def test_divisible_levels_are_no_dearer_than_a_fine_grid(basis):
    form, blocks, rows = items_of(100, 13)
    form, rows = np.where(form == 2, 1, form), rows.copy()
    rows[:, STEP] = 0.0
    lows, chosen, _ = choose(form, blocks, rows, basis)
    for i in range(len(form)):
        fine = np.linspace(lows[i, 0], lows[i, -1], 2001)
        least = earned(form[i], blocks[i], rows[i], basis, fine)[:, TOTAL].min()
        assert earned(form[i], blocks[i], rows[i], basis, chosen[i : i + 1])[0, TOTAL] <= least * (1.0 + SEARCHED) + 1e-9


@pytest.mark.parametrize("form", range(4))
@pytest.mark.parametrize("basis", list(StockoutBasis), ids=lambda basis: basis.name.lower())
def test_without_variance_the_level_is_the_demand(form, basis):
    """3 a day for 12 days, always: 36 units are short of nothing, and one more would only lie there."""
    steady = block(3.0, 0.0, 5.0, 7.0)[None], row(3.0, 7.0, price=1e6, cycle=0.99, fill=0.99)[None]
    lows, chosen, _ = choose(np.array([form]), *steady, basis)
    assert chosen[0] == lows[0, 0] == lows[0, -1] == 36.0


def test_a_free_stockout_takes_the_lean_end_and_a_dear_one_the_other():
    form, blocks, rows = items_of(60, 14)
    lows, chosen, _ = choose(form, blocks, rows, StockoutBasis.NONE)
    assert (chosen == lows[:, 0]).all()
    dear = rows.copy()
    dear[:, SHORT_COST] = 1e12
    lows, chosen, _ = choose(form, blocks, dear, StockoutBasis.PER_LINE_HOUR)
    assert (chosen == lows[:, -1]).all()


@pytest.mark.parametrize(
    "basis", [StockoutBasis.PER_UNIT, StockoutBasis.PER_UNIT_DAY, StockoutBasis.PER_LINE_HOUR], ids=lambda b: b.name.lower()
)
def test_a_dearer_stockout_never_lowers_the_level(basis):
    """A sum of a rising and a falling cost moves right when the falling one is scaled up (Topkis 1978)."""
    form, blocks, rows = items_of(80, 15)
    before = np.zeros(len(form))
    for price in (0.1, 1.0, 10.0, 100.0, 1e4):
        rows[:, SHORT_COST] = price
        _, chosen, _ = choose(form, blocks, rows, basis)
        at = [earned(form[i], blocks[i], rows[i], basis, [chosen[i], before[i]])[:, TOTAL] for i in range(len(form))]
        assert all(level >= last or cost[0] >= cost[1] * (1.0 - SEARCHED) for level, last, cost in zip(chosen, before, at, strict=True))
        before = chosen


def test_each_reason_is_given_for_what_bound():
    """The same item asked four ways; the codes are those of `Reason`."""
    one = block(2.0, 8.0, 10.0, 7.0)[None]
    asked = [
        (row(2.0, 7.0, price=5.0), BY_COST, Reason.COST),
        (row(2.0, 7.0, cycle=0.95), BY_CYCLE_SERVICE, Reason.CYCLE_SERVICE_FLOOR),
        (row(2.0, 7.0, fill=0.995), BY_FILL_RATE, Reason.FILL_RATE_FLOOR),
        (row(2.0, 7.0, cycle=0.99, shelf_life=8.0), BY_SHELF_LIFE, Reason.SHELF_LIFE),
    ]
    for one_row, code, reason in asked:
        _, _, reasons = choose(np.array([1]), one, one_row[None], StockoutBasis.PER_UNIT)
        assert reasons[0] == code == int(reason)


def test_without_a_unit_cost_only_the_floor_speaks():
    one = block(2.0, 8.0, 10.0, 7.0)[None]
    lows, chosen, _ = choose(np.array([1]), one, row(2.0, 7.0, cost=NAN, price=5.0)[None], StockoutBasis.PER_UNIT)
    assert chosen[0] == lows[0, 0]
    _, chosen, _ = choose(np.array([1]), one, row(2.0, 7.0, cost=NAN, price=5.0, cycle=0.95)[None], StockoutBasis.PER_UNIT)
    served = earned(1, one[0], row(2.0, 7.0), StockoutBasis.NONE, [chosen[0], chosen[0] - 1.0])[:, CYCLE]
    assert served[0] >= 0.95 > served[1]


def test_what_is_unknown_stays_unknown_and_touches_no_neighbour():
    form, blocks, rows = items_of(3, 16)
    alone = choose(form[[0, 2]], blocks[[0, 2]], rows[[0, 2]], StockoutBasis.PER_UNIT)
    blocks[1, 0, 0] = NAN
    lows, chosen, _ = choose(form, blocks, rows, StockoutBasis.PER_UNIT)
    assert np.isnan(chosen[1])
    assert np.isnan(lows[1]).all()
    assert (chosen[[0, 2]] == alone[1]).all()


def test_no_items_is_no_work():
    _, chosen, _ = choose(np.empty(0, dtype=np.int64), np.empty((0, 6, 3)), np.empty((0, 12)), StockoutBasis.PER_UNIT)
    assert chosen.shape == (0,)


def test_the_far_valley_does_not_hide_the_near_one():
    """One order in ten waits out an outage: stock for all of it, or for none? A bracket around a point of the curve took the dearer."""
    one = block(3.0479, 17.234, 0.0, 7.0, wait=93.827, drift=0.2, idle=0.1)
    asked = row(3.0479, 7.0, outage=0.1, cost=3.9524, price=0.3752, quantity=2.0)
    lows, chosen, _ = choose(np.array([1]), one[None], asked[None], StockoutBasis.PER_LINE_HOUR)
    every = np.arange(lows[0, 0], lows[0, -1] + 1.0)
    total = earned(1, one, asked, StockoutBasis.PER_LINE_HOUR, every)[:, TOTAL]
    valleys = every[1:-1][(total[1:-1] < total[:-2]) & (total[1:-1] < total[2:])]
    assert len(valleys) == 2
    assert chosen[0] == valleys[0] == every[total.argmin()]
