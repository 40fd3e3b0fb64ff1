"""Along: a whole row of positions beside `earn`, one position at a time, and counts beside their sums."""

import numpy as np
import pytest
from scipy import stats

from justenough.domain.item import Form, StockoutBasis
from justenough.kernels.along import BOOK, FALLING, OUT, RISING, UNITS, add_up, counts_added_up, earn_along, sum_along
from justenough.kernels.bells import ROW
from justenough.kernels.densities import COUNT, POISSON, SCRATCH
from justenough.kernels.loss import shape_of
from justenough.kernels.position import N_OUTCOME, earn, orders_per_year, shapes_over

NAN = float("nan")


@pytest.mark.parametrize(("mean", "variance"), [(0.02, 0.05), (0.7, 0.7), (3.0, 40.0), (60.0, 61.0), (60.0, 300.0)])
def test_whole_units_added_up_are_scipys_sums(mean, variance):
    law = stats.poisson(mean) if variance == mean else stats.nbinom(mean**2 / (variance - mean), mean / variance)
    shape, one, two, _ = shape_of(int(Form.NEGATIVE_BINOMIAL), mean, variance, 0.0)
    tail, loss, second = range(3)
    assert shape == (POISSON if variance == mean else COUNT)
    units = np.zeros((3, UNITS))
    n = add_up(shape, one, two, units)
    every = np.arange(0.0, 4000.0)
    mass = law.pmf(every)
    assert mass[every > n].sum() < 1e-11
    for x in range(0, n, max(1, n // 7)):
        over = np.maximum(every - x, 0.0)
        assert units[tail, x] == pytest.approx(mass[over > 0].sum(), abs=1e-12)
        assert units[loss, x] == pytest.approx((mass * over).sum(), abs=1e-10)
        assert units[second, x] == pytest.approx((mass * over**2).sum() / 2, abs=1e-8)


def test_a_count_too_large_to_start_at_nothing_is_not_added_up():
    assert add_up(POISSON, 5000.0, 0.0, np.zeros((3, UNITS))) == -1
    assert add_up(COUNT, 2.0, 0.005, np.zeros((3, UNITS))) == -1  # ends beyond the room


def block(rate, noise, lead, review, wait, drift):
    rows = []
    for extra in (0.0, wait):
        days = np.array([lead, lead + review / 2, lead + review]) + extra
        rows += [rate * days, noise * days + (drift * rate * days) ** 2, np.exp(-0.3 * rate * days)]
    return np.array(rows)


@pytest.mark.parametrize("basis", list(StockoutBasis), ids=lambda basis: basis.name.lower())
@pytest.mark.parametrize("form", list(Form)[:4], ids=lambda form: form.name.lower())
def test_a_row_of_positions_earns_what_each_earns_alone(form, basis):
    random = np.random.default_rng(int(form) + 10 * int(basis))
    for _ in range(40):
        rate, review, drift = np.exp(random.uniform(-6.0, 6.0)), random.choice([1.0, 7.0, 30.0]), random.choice([0.0, 0.3])
        noise, lead = rate * np.exp(random.uniform(0.05, 4.0)), random.choice([0.0, 5.0, 60.0])
        one = block(rate, noise, lead, review, 40.0, drift)
        step = 1.0 if form is Form.NEGATIVE_BINOMIAL else random.choice([0.0, 1.0])
        quantity, outage = float(np.ceil(rate * random.choice([0.1, 10.0, 300.0]))), random.choice([0.0, 0.05])
        item = np.array([outage, step, rate, review, 12.0, 0.25, 7.0, 40.0, NAN, NAN, np.inf, quantity])
        shapes = np.empty((6, 5))
        shapes_over(int(form), one, shapes)
        orders = orders_per_year(int(form), one, item)
        lows = np.linspace(one[0, 2], one[0, 2] + 5.0 * one[1, 2] ** 0.5, 32)
        lows = np.floor(lows) if step > 0.0 else lows
        units, lengths, work = np.empty((6, 3, UNITS)), np.zeros(6, dtype=np.int64), np.empty(SCRATCH)
        book, coarse = np.empty(BOOK), np.empty(32, dtype=np.int64)
        added = counts_added_up(shapes, outage, units, lengths)
        sum_along(shapes, item, lows, units, lengths, added, 1, np.empty(96), coarse, book, work, work.view(np.int64))
        earn_along(shapes, item, int(basis), orders, lows, book)
        out, parts = (book[first : first + rows * ROW].reshape(rows, ROW)[:, :32] for first, rows in ((OUT, N_OUTCOME), (RISING, 2)))
        assert FALLING == RISING + ROW
        alone, bounds = np.empty((32, N_OUTCOME)), np.empty((32, 2))
        for k in range(32):
            bounds[k] = earn(shapes, item, int(basis), orders, lows[k], alone[k])
        # Shares to 1e-7; what counts units or money, to 1e-7 of its largest on the row.
        size = np.maximum(1.0, np.abs(alone).max(axis=0) * max(1.0, one[0, 2] / (rate * review)))
        assert (np.abs(out.T - alone) <= 1e-7 * size).all()
        assert (np.abs(parts.T - bounds) <= 1e-7 * max(1.0, np.abs(bounds).max()) * max(1.0, one[0, 2] / quantity)).all()
