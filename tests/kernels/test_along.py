"""Along: a whole row of positions beside `earn`, one position at a time, and counts beside their sums."""

import numpy as np
import pytest

from justenough.domain.item import Form, StockoutBasis
from justenough.kernels.adding_up import N_STATE, ROOM, add_on, counts_added_up
from justenough.kernels.along import BOOK, FALLING, OUT, RISING, earn_along, sum_along
from justenough.kernels.bells import ROW
from justenough.kernels.densities import SCRATCH
from justenough.kernels.instants import GROUPS, SHAPES
from justenough.kernels.position import N_OUTCOME, earn, orders_per_year, shapes_over

NAN = float("nan")


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
    met = set()
    for turn in range(40):
        rate, review, drift = np.exp(random.uniform(-6.0, 6.0)), random.choice([1.0, 7.0, 30.0]), random.choice([0.0, 0.3])
        if turn < 4:  # so steep that many moments are read
            rate, review, drift = np.array([2.0, 6.0, 20.0, 40.0])[turn], 30.0, 0.0
        noise, lead = rate * np.exp(random.uniform(0.05, 4.0)), random.choice([0.0, 5.0, 60.0])
        noise, lead = (1.3 * rate, 2.0) if turn < 4 else (noise, lead)
        one = block(rate, noise, lead, review, 40.0, drift)
        step = 1.0 if form is Form.NEGATIVE_BINOMIAL else random.choice([0.0, 1.0])
        quantity, outage = float(np.ceil(rate * random.choice([0.1, 10.0, 300.0]))), random.choice([0.0, 0.05])
        item = np.array([outage, step, rate, review, 12.0, 0.25, 7.0, 40.0, NAN, NAN, np.inf, quantity])
        shapes = np.empty(SHAPES)
        shapes_over(int(form), one, shapes)
        met.add(int(shapes[GROUPS]))
        orders = orders_per_year(int(form), one, item)
        lows = np.linspace(one[0, 2], one[0, 2] + 5.0 * one[1, 2] ** 0.5, 32)
        lows = np.floor(lows) if step > 0.0 else lows
        units, lengths, work = np.empty((2, ROOM)), np.zeros(2, dtype=np.int64), np.empty(SCRATCH)
        book, coarse = np.empty(BOOK), np.empty(32, dtype=np.int64)
        states = np.empty((6, N_STATE))
        added = counts_added_up(shapes, outage, int(lows[0]), 5e-4, units, lengths, states)
        if added:
            add_on(2 if outage > 0.0 else 1, lows[-1] + quantity + 1.0, units, lengths, states)
        sum_along(shapes, item, lows, units, lengths, states, added, 1, np.empty(96), coarse, book, work, work.view(np.int64))
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
    assert met == {0, 1, 2, 3}
