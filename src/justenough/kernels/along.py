"""Along: what an item earns at each of a row of rising positions, all at once.

The same figures as `justenough.kernels.position.earn`, to a hundred-millionth of the exposure; tails come from
`justenough.kernels.march`, or for small counts from adding up every whole unit's probability.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from justenough.kernels.adding_up import EACH, add_on, add_short, counts_added_up
from justenough.kernels.bells import LOSS, ROW, SECOND, TAIL
from justenough.kernels.densities import CONSTANT, COUNT, GAMMA
from justenough.kernels.gammas import tails_beyond
from justenough.kernels.instants import EMPTIES, GROUPS, RISE, SHORTS
from justenough.kernels.loss import covered
from justenough.kernels.march import in_any_order, march
from justenough.kernels.position import (
    BACKORDERS,
    COST,
    CYCLE,
    DAYS_PER_YEAR,
    FILL,
    HOLDING,
    HOURS_PER_YEAR,
    N_OUTCOME,
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
    beyond_dust,
    mean_demand,
)
from justenough.kernels.spacing import mark_wide

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

POINTS = 32  # positions on a curve
# What is known at each position is one flat array of rows, `ROW` apart: the compiler then sees that they do not overlap.
_HIGH, _HALFWAY = POINTS, 2 * POINTS  # in a row of what lies above levels, lowest places come first
SUMS = 3 * ROW  # before them tail and losses, each at all lowest and all highest places; then sums over the moments of a cycle
_EMPTY, _MISSED = SUMS + 3 * ROW, SUMS + 6 * ROW  # sums are units short and empty shelf at three moments, then the share not covered
_WAITING, _STANDING = SUMS + 7 * ROW, SUMS + 8 * ROW  # what more moments add to their time means
OUT = SUMS + 9 * ROW  # the outcome's columns
RISING, FALLING = OUT + N_OUTCOME * ROW, OUT + (N_OUTCOME + 1) * ROW  # the two parts that `justenough.kernels.position.earn` returns
_APART = OUT + (N_OUTCOME + 2) * ROW  # the same up to the sums, of more moments
BOOK = _APART + OUT


@njit(forceinline=True, cache=True, error_model="numpy", fastmath={"contract"})
def _add_short(share: float, step: float, quantity: float, rest: float, above: Floats, sums: Floats) -> None:
    """
    Add the means over the positions of E[(X - y)+] and P(X > y), from what lies above lowest and highest place.

    ``sums`` begins at the moment's row of units short; its row of empty shelf comes three rows later.
    """
    per = share / quantity
    by_loss, by_difference = (share, 0.0) if quantity <= 1.01 * step else (0.0, per)
    for k in range(POINTS):
        loss = above[LOSS + k] - above[_HIGH + LOSS + k]
        more = above[SECOND + k] - above[_HIGH + SECOND + k] + 0.5 * step * loss + rest * (above[TAIL + k] - above[_HIGH + TAIL + k])
        sums[k] += by_loss * above[LOSS + k] + by_difference * more
        sums[3 * ROW + k] += per * loss


@njit(cache=True, error_model="numpy")
def _sum_three(
    shapes: Floats, item: Floats, lows: Floats, units: Floats, lengths: Ints, added: int, choose: int,
    levels: Floats, coarse: Ints, book: Floats, work: Floats, bits: Ints,
) -> None:  # fmt: skip
    """As `sum_along`, of the three moments in the first rows of ``shapes`` alone; fills the sums but for what more moments add."""
    pi, step, quantity, measured = item[PI], item[STEP], item[QUANTITY], False
    for k in range(POINTS):
        levels[k], levels[_HIGH + k], levels[_HALFWAY + k] = lows[k], lows[k] + quantity, lows[k] + 0.5 * step
    for row in range(SUMS, _WAITING, ROW):
        for k in range(POINTS):
            book[row + k] = 0.0
    for c in range(6):
        share = pi if c >= 3 else 1.0 - pi
        if share <= 0.0:
            continue
        shape, one, two, weight = int(shapes[c, 0]), shapes[c, 1], shapes[c, 2], shapes[c, 3]
        counted = shape >= COUNT
        # Lowest place, highest place, and for the share not covered half a unit past the lowest; a count needs only two.
        halfway = c % 3 == 2 and step > 0.0 and not counted and shape != CONSTANT
        if added:
            if c % 3 == 0:
                add_short(share, quantity, lows, units[c // 3], lengths[c // 3], book, book[SUMS:])
            if choose:
                mark_wide(shape, one, two, step, lows, book, coarse)
            continue
        # Gammas share the logarithms of levels, measured by the mean at the end.
        unit = mean_demand(shapes, pi, 2) if shape == GAMMA else 0.0
        if in_any_order(shape):
            march(shape, one, two, weight, levels[:_HALFWAY], 0.0 if measured else unit, book, work, bits)
            measured = measured or shape == GAMMA
            missed = book[_HALFWAY:]
            if halfway and not (shape == GAMMA and tails_beyond(one, two, weight, 0.5 * step, lows, book, work, missed)):
                march(shape, one, two, weight, levels[_HALFWAY:], unit, missed, work, bits)
                measured = False
        else:
            march(shape, one, two, weight, levels[:_HIGH], 0.0, book, work, bits)
            march(shape, one, two, weight, levels[_HIGH:_HALFWAY], 0.0, book[_HIGH:], work, bits)
        if choose:
            mark_wide(shape, one, two, step, lows, book, coarse)
        _add_short(share, step, quantity, 0.0 if counted else step * step / 12.0, book, book[SUMS + c % 3 * ROW :])
        if c % 3 == 2 and shape == CONSTANT:
            for k in range(POINTS):
                book[_MISSED + k] += share * (1.0 - covered(shape, one, two, weight, step, lows[k]))
        elif c % 3 == 2:
            row = TAIL + (_HALFWAY if halfway else 0)
            for k in range(POINTS):
                book[_MISSED + k] += share * book[row + k]


@njit(forceinline=True, cache=True, error_model="numpy")
def sum_along(
    shapes: Floats,
    item: Floats,
    lows: Floats,
    units: Floats,
    lengths: Ints,
    states: Floats,
    added: int,
    choose: int,
    levels: Floats,
    coarse: Ints,
    book: Floats,
    work: Floats,
    bits: Ints,
) -> None:
    """
    Fill the sums of ``book``: units short and empty shelf at the three moments of a cycle, the share not covered, more moments.

    ``lows`` and ``coarse`` are (`POINTS`,), ``levels`` three times as long and scratch; ``coarse`` is, if ``choose``, 1 where the
    next is too far to interpolate. ``units``, ``lengths`` and ``states`` are spent.
    """
    for k in range(POINTS):
        coarse[k] = 0
        book[_WAITING + k] = book[_STANDING + k] = 0.0
    for group in range(1 + int(shapes[GROUPS])):
        three, sums = shapes[6 * group : 6 * group + 6], book[0 if group == 0 else _APART :]
        if added and group > 0:  # from the lowest place on, no less and no more
            added = counts_added_up(three, item[PI], int(lows[0] + 0.5), 1.0, units, lengths, states)
            add_on(2 if item[PI] > 0.0 else 1, lows[POINTS - 1] + item[QUANTITY] + 1.0, units, lengths, states)
        _sum_three(three, item, lows, units, lengths, added, choose if group == 0 else 0, levels, coarse, sums, work, bits)
        for h in range(3 if group > 0 else 0):
            by_short, by_empty = three[h, SHORTS], three[h, EMPTIES]
            for k in range(POINTS):
                book[_WAITING + k] += by_short * sums[SUMS + h * ROW + k]
                book[_STANDING + k] += by_empty * sums[_EMPTY + h * ROW + k]


@njit(forceinline=True, cache=True, error_model="numpy", fastmath={"contract"})
def earn_along(shapes: Floats, item: Floats, basis: int, orders: float, lows: Floats, book: Floats) -> None:
    """Fill the outcome of ``book``, and its two parts as `justenough.kernels.position.earn` returns them, from the sums."""
    step, quantity, rate, review, price = item[STEP], item[QUANTITY], item[RATE], item[REVIEW], item[SHORT_COST]
    asked = rate * review
    per_asked = 1.0 / asked if asked > 0.0 else 0.0
    exposed = 0.0
    for h in range(3):
        exposed += (4.0 if h == 1 else 1.0) / 6.0 * mean_demand(shapes, item[PI], h)
    shift = 0.5 * (quantity - step) - exposed
    holding, ordering = item[COST] * item[RATE_OF_HOLDING], orders * item[ORDER_COST]
    cycles, yearly = DAYS_PER_YEAR / review, rate * DAYS_PER_YEAR
    # What a unit short, a unit waiting for a year, an occasion and a year of standing cost; one at most is charged.
    charged = not math.isnan(price)
    per_unit = price if charged and basis == 1 else 0.0
    per_waiting = price * DAYS_PER_YEAR if charged and basis == 2 else 0.0
    per_occasion = price if charged and basis == 3 else 0.0
    per_standing = price * HOURS_PER_YEAR if charged and basis == 4 else 0.0
    by_early, by_halfway, by_late = shapes[0, SHORTS], shapes[1, SHORTS], shapes[2, SHORTS]
    by_first, by_middle, by_last, by_rise = shapes[0, EMPTIES], shapes[1, EMPTIES], shapes[2, EMPTIES], shapes[RISE]
    for k in range(POINTS):
        early, halfway, late = book[SUMS + k], book[SUMS + ROW + k], book[SUMS + 2 * ROW + k]
        first, middle, last = book[_EMPTY + k], book[_EMPTY + ROW + k], book[_EMPTY + 2 * ROW + k]
        unfilled = max(first, (late - early) * per_asked) if asked > 0.0 else 0.0
        unfilled = unfilled if beyond_dust(1.0 - unfilled, 1.0 + late * per_asked) > 0.0 else 1.0
        standing = by_first * first + by_middle * middle + by_last * last + by_rise * (late - early) + book[_STANDING + k]
        standing = min(1.0, max(0.0, standing))
        backorders = by_early * early + by_halfway * halfway + by_late * late + book[_WAITING + k]
        stock = beyond_dust(lows[k] + shift + backorders, exposed + backorders)
        occasions = max(0.0, last - first) * cycles + orders * first
        cost = per_unit * unfilled * yearly + per_waiting * backorders + per_occasion * occasions + per_standing * standing
        book[OUT + CYCLE * ROW + k] = 1.0 - book[_MISSED + k]
        book[OUT + FILL * ROW + k] = 1.0 - unfilled
        book[OUT + READY * ROW + k] = 1.0 - standing
        book[OUT + STOCK * ROW + k] = stock
        book[OUT + BACKORDERS * ROW + k] = backorders
        book[OUT + SHORT * ROW + k] = unfilled * yearly
        book[OUT + OCCASIONS * ROW + k] = occasions
        book[OUT + HOLDING * ROW + k] = stock * holding
        book[OUT + ORDERING * ROW + k] = ordering
        book[OUT + STOCKOUT * ROW + k] = cost
        book[OUT + TOTAL * ROW + k] = stock * holding + ordering + cost
        book[RISING + k] = stock * holding + ordering
        book[FALLING + k] = cost
    if per_occasion > 0.0:
        # Neither end of a cycle alone: the shelf can be empty at both.
        for k in range(POINTS):
            if book[FALLING + k] > 0.0:
                book[RISING + k] -= per_occasion * (cycles - orders) * book[_EMPTY + k]
                book[FALLING + k] = per_occasion * cycles * book[_EMPTY + 2 * ROW + k]


@njit(cache=True, error_model="numpy")
def first_added(pi: float, units: Floats, lengths: Ints, missed: float, start: float) -> float:
    """Least number of units from ``start`` up that leaves no more than ``missed`` uncovered, by the sums of whole units."""
    low = int(start + 0.5) - 1
    high = max(low + 1, lengths[0], lengths[1] if pi > 0.0 else 0)  # where nothing is left
    while high - low > 1:
        y = (low + high) // 2
        over = 0.0
        if y < lengths[0]:
            over += (1.0 - pi) * units[0, EACH * y]
        if pi > 0.0 and y < lengths[1]:
            over += pi * units[1, EACH * y]
        if over > missed:
            low = y
        else:
            high = y
    return float(high)
