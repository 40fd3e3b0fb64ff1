"""Along: what an item earns at each of a row of rising positions, all at once.

The same figures as `justenough.kernels.position.earn`, to a hundred-millionth of the exposure; tails come from
`justenough.kernels.march`, or for small counts from adding up every whole unit's probability.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from justenough.kernels.densities import CONSTANT, COUNT, POISSON
from justenough.kernels.loss import covered
from justenough.kernels.march import COARSE, LITTLE, LOSS, SECOND, TAIL, march, steps_between
from justenough.kernels.position import (
    BACKORDERS,
    COST,
    CYCLE,
    DAYS_PER_YEAR,
    FILL,
    HOLDING,
    HOURS_PER_YEAR,
    OCCASIONS,
    ORDER_COST,
    ORDERING,
    PI,
    QUANTITY,
    RATE,
    RATE_OF_HOLDING,
    READY,
    REVIEW,
    SHORT,
    SHORT_COST,
    STEP,
    STOCK,
    STOCKOUT,
    TOTAL,
    mean_demand,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

UNITS = 512  # counts that end below are added up unit by unit
_SMALL = 16.0  # below, a count cannot be marched
N_SUMS = 7  # rows of sums over the three moments of a cycle: short and empty of each, and the tail at the lowest position


@njit(cache=True, error_model="numpy")
def add_up(shape: int, one: float, two: float, units: Floats) -> int:
    """
    Fill ``units`` (3, n) with tail, loss and second loss of a count above 0, 1, 2 ... units.

    Returns
    -------
    int
        Units after which nothing is left; -1 where ``units`` are too few, or the count too large to start at 0.
    """
    most = units.shape[1]
    if shape == POISSON:
        start, by, per, mean, square = -one, 0.0, one, one, one + one * one
    else:
        q = 1.0 - two
        mean = one * q / two
        start, by, per, square = one * math.log(two), q, one * q, mean / two + mean * mean
    if start < -600.0:
        return -1
    mass, tail = math.exp(start), 1.0
    # f(k + 1) = f(k) (r q + k q) / (k + 1)
    loss, second = mean, 0.5 * square
    for k in range(most):
        tail -= mass
        if k > mean and mass < 1e-14:
            return k
        units[TAIL, k], units[LOSS, k], units[SECOND, k] = max(tail, 0.0), max(loss, 0.0), max(second, 0.0)
        # (X - k - 1)+ is (X - k)+ less one wherever X > k, and so is half its square by (X - k)+ - 1/2.
        second -= loss - 0.5 * tail
        loss -= tail
        mass *= (per + by * k) / (k + 1.0)
    return -1


@njit(cache=True)
def counts_added_up(shapes: Floats, pi: float, units: Floats, lengths: Ints) -> int:
    """1, with ``units`` (6, 3, n) and their ``lengths`` (6,) filled, where every distribution of the item is a small count; else 0."""
    for c in range(6):
        if c >= 3 and pi <= 0.0:
            break
        shape = int(shapes[c, 0])
        lengths[c] = 0
        if shape == CONSTANT:
            if shapes[c, 1] > 1e-9:
                return 0
            continue
        if shape < COUNT:
            return 0
        lengths[c] = add_up(shape, shapes[c, 1], shapes[c, 2], units[c])
        if lengths[c] < 0:
            return 0
    return 1


@njit(cache=True)
def _look_up(lows: Floats, ahead: float, units: Floats, length: int, above: Floats) -> None:
    for k in range(len(lows)):
        y = int(lows[k] + ahead + 0.5)
        if y < length:
            above[TAIL, k], above[LOSS, k], above[SECOND, k] = units[TAIL, y], units[LOSS, y], units[SECOND, y]
        else:
            above[TAIL, k], above[LOSS, k], above[SECOND, k] = 0.0, 0.0, 0.0


@njit(cache=True, error_model="numpy")
def _add_short(share: float, step: float, quantity: float, rest: float, low: Floats, high: Floats, short: Floats, empty: Floats) -> None:
    """Add the means over the positions of P(X > y) and E[(X - y)+], from what lies above lowest and highest place."""
    per = share / quantity
    single = quantity <= 1.01 * step
    for k in range(len(short)):
        empty[k] += per * (low[LOSS, k] - high[LOSS, k])
    if single:
        for k in range(len(short)):
            short[k] += share * low[LOSS, k]
        return
    for k in range(len(short)):
        short[k] += per * (low[SECOND, k] - high[SECOND, k] + 0.5 * step * (low[LOSS, k] - high[LOSS, k]))
    if rest > 0.0:
        for k in range(len(short)):
            short[k] += per * rest * (low[TAIL, k] - high[TAIL, k])


@njit(cache=True)
def sum_along(
    shapes: Floats,
    item: Floats,
    lows: Floats,
    units: Floats,
    lengths: Ints,
    added: int,
    choose: int,
    sums: Floats,
    above: Floats,
    shifted: Floats,
    coarse: Ints,
    work: Floats,
    bits: Ints,
) -> None:
    """
    Fill ``sums`` (7, n): units short and empty shelf at the three moments of a cycle, then the share not covered.

    ``above`` (2, 3, n) and ``shifted`` (n,) are scratch; ``coarse`` (n,) is, if ``choose``, 1 where the next is too far to interpolate.
    """
    pi, step, quantity = item[PI], item[STEP], item[QUANTITY]
    n = len(lows)
    sums[:] = 0.0
    coarse[:] = 0
    for part in range(2):
        share = pi if part == 1 else 1.0 - pi
        if share <= 0.0:
            continue
        for h in range(3):
            c = 3 * part + h
            shape, one, two, weight = int(shapes[c, 0]), shapes[c, 1], shapes[c, 2], shapes[c, 3]
            for o in range(2):
                ahead = quantity if o == 1 else 0.0
                if added:
                    _look_up(lows, ahead, units[c], lengths[c], above[o])
                    if o == 0 and choose:
                        for k in range(n - 1):
                            wide = lows[k + 1] > lows[k] + 1.5 * step
                            if wide and above[0, TAIL, k] > LITTLE and steps_between(shape, one, two, lows[k], lows[k + 1]) >= COARSE:
                                coarse[k] = 1
                else:
                    for k in range(n):
                        shifted[k] = lows[k] + ahead
                    march(shape, one, two, weight, shifted, above[o], coarse, work, bits)
            counted = shape >= COUNT
            _add_short(share, step, quantity, 0.0 if counted else step * step / 12.0, above[0], above[1], sums[h], sums[3 + h])
            if h == 2:
                if shape == CONSTANT:
                    for k in range(n):
                        sums[6, k] += share * (1.0 - covered(shape, one, two, weight, step, lows[k]))
                    continue
                if step > 0.0 and not counted:
                    for k in range(n):
                        shifted[k] = lows[k] + 0.5 * step
                    march(shape, one, two, weight, shifted, above[1], coarse, work, bits)
                    for k in range(n):
                        sums[6, k] += share * above[1, TAIL, k]
                else:
                    for k in range(n):
                        sums[6, k] += share * above[0, TAIL, k]


@njit(cache=True, error_model="numpy")
def earn_along(shapes: Floats, item: Floats, basis: int, orders: float, lows: Floats, sums: Floats, out: Floats, parts: Floats) -> None:
    """Fill ``out`` (11, n), and ``parts`` (2, n) as `justenough.kernels.position.earn` returns them, from ``sums``."""
    n = len(lows)
    step, quantity, rate, review, price = item[STEP], item[QUANTITY], item[RATE], item[REVIEW], item[SHORT_COST]
    asked = rate * review
    per_asked = 1.0 / asked if asked > 0.0 else 0.0
    exposed = 0.0
    for h in range(3):
        exposed += (4.0 if h == 1 else 1.0) / 6.0 * mean_demand(shapes, item[PI], h)
    shift = 0.5 * (quantity - step) - exposed
    holding, ordering = item[COST] * item[RATE_OF_HOLDING], orders * item[ORDER_COST]
    cycles = DAYS_PER_YEAR / review
    yearly = rate * DAYS_PER_YEAR
    charge, by = 0.0, SHORT
    if not math.isnan(price):
        if basis == 1:
            charge, by = price, SHORT
        elif basis == 2:
            charge, by = price * DAYS_PER_YEAR, BACKORDERS
        elif basis == 3:
            charge, by = price, OCCASIONS
        elif basis == 4:
            charge, by = price * HOURS_PER_YEAR, READY
    for k in range(n):
        out[CYCLE, k] = 1.0 - sums[6, k]
    for k in range(n):
        out[FILL, k] = min(1.0, max(0.0, 1.0 - (sums[2, k] - sums[0, k]) * per_asked))
    for k in range(n):
        out[READY, k] = min(1.0, max(0.0, 1.0 - (sums[3, k] + 4.0 * sums[4, k] + sums[5, k]) * (1.0 / 6.0)))
    for k in range(n):
        out[BACKORDERS, k] = (sums[0, k] + 4.0 * sums[1, k] + sums[2, k]) * (1.0 / 6.0)
    for k in range(n):
        out[STOCK, k] = max(0.0, lows[k] + shift + out[BACKORDERS, k])
    for k in range(n):
        out[SHORT, k] = (1.0 - out[FILL, k]) * yearly
    for k in range(n):
        out[OCCASIONS, k] = max(0.0, sums[5, k] - sums[3, k]) * cycles + orders * sums[3, k]
    for k in range(n):
        out[HOLDING, k] = out[STOCK, k] * holding
    out[ORDERING] = ordering
    if charge == 0.0:
        out[STOCKOUT] = 0.0
    elif by == READY:
        for k in range(n):
            out[STOCKOUT, k] = charge * (1.0 - out[READY, k])
    else:
        for k in range(n):
            out[STOCKOUT, k] = charge * out[by, k]
    for k in range(n):
        out[TOTAL, k] = out[HOLDING, k] + ordering + out[STOCKOUT, k]
    for k in range(n):
        parts[0, k] = out[HOLDING, k] + ordering
        parts[1, k] = out[STOCKOUT, k]
    if by == OCCASIONS and charge > 0.0:
        # Neither end of a cycle alone: the shelf can be empty at both.
        for k in range(n):
            if out[STOCKOUT, k] > 0.0:
                parts[0, k] -= charge * (cycles - orders) * sums[3, k]
                parts[1, k] = charge * cycles * sums[5, k]


@njit(cache=True)
def first_added(pi: float, units: Floats, lengths: Ints, missed: float, start: float, guess: float) -> float:
    """Least number of units from ``start`` up that leaves no more than ``missed`` uncovered, by the sums of whole units."""
    y = int(max(start, guess) + 0.5)
    first = int(start + 0.5)
    down = True
    while True:
        over = 0.0
        if y < lengths[2]:
            over += (1.0 - pi) * units[2, TAIL, y]
        if pi > 0.0 and y < lengths[5]:
            over += pi * units[5, TAIL, y]
        if over > missed:
            y += 1
            down = False
        elif down and y > first:
            y -= 1
        else:
            return float(y)
