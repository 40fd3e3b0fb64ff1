"""Marginal: each item's curve from its JIT to its JIC end, and the point of it to choose."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from justenough.kernels.adding_up import N_STATE, ROOM, add_on, counts_added_up
from justenough.kernels.along import BOOK, FALLING, OUT, POINTS, RISING, earn_along, sum_along
from justenough.kernels.bells import ROW
from justenough.kernels.borrowed import borrowed
from justenough.kernels.densities import COUNT, SCRATCH
from justenough.kernels.instants import SHAPES
from justenough.kernels.position import N_OUTCOME, PI, QUANTITY, STEP, earn, mean_demand, orders_per_year, shapes_over, undecidable
from justenough.kernels.reaching import ends_of, lean_end, tail_asked_for
from justenough.kernels.searching import BY_COST, cheapest_along

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@njit(cache=True, nogil=True, error_model="numpy")
def outcomes_at(start: int, stop: int, form: Ints, blocks: Floats, items: Floats, basis: Ints, lows: Floats, outcomes: Floats) -> None:
    """Fill rows ``start`` to ``stop`` of ``outcomes`` (n, 11) with what each item earns whose lowest position is ``lows`` [units]."""
    shapes = np.empty(SHAPES)
    for i in range(start, stop):
        if undecidable(blocks[i], items[i], items[i, QUANTITY]) or math.isnan(lows[i]):
            for column in range(N_OUTCOME):
                outcomes[i, column] = math.nan
            continue
        shapes_over(form[i], blocks[i], shapes)
        orders = orders_per_year(form[i], blocks[i], items[i])
        earn(shapes, items[i], basis[i], orders, lows[i], outcomes[i])


@njit(forceinline=True, cache=True, error_model="numpy")
def _lay_points(lean: float, far: float, step: float, lows: Floats) -> None:
    """Positions of the curve's points, evenly from end to end; whole steps, and all of them where they are few."""
    points = len(lows)
    few = step > 0.0 and far - lean < (points - 1.5) * step
    for k in range(points):
        y = lean + (far - lean) * k / (points - 1)
        if step > 0.0:
            y = min(far, lean + k * step) if few else math.floor(y / step + 0.5) * step
        lows[k] = y
    lows[points - 1] = far


@njit(forceinline=True, cache=True, error_model="numpy")
def _one_by_one(shapes: Floats, item: Floats) -> bool:
    """Whether the curve must be evaluated point by point: lots too small, or counts at places between whole units."""
    step, quantity = item[STEP], item[QUANTITY]
    if step <= 0.0 and quantity <= 1e-4 * max(shapes[2, 4], shapes[5, 4]):
        return True
    between = step != 1.0 or quantity != math.floor(quantity)
    return between and int(max(shapes[2, 0], shapes[5, 0])) >= COUNT


@njit(cache=True, error_model="numpy")
def _earn_one_by_one(
    shapes: Floats, item: Floats, basis: int, orders: float, lows: Floats, single: Floats, coarse: Ints, book: Floats
) -> None:
    """As `earn_along`, from the formula itself at each position; ``single`` (11,) is scratch."""
    for k in range(len(lows)):
        coarse[k] = 1
        book[RISING + k], book[FALLING + k] = earn(shapes, item, basis, orders, lows[k], single)
        for column in range(N_OUTCOME):
            book[OUT + column * ROW + k] = single[column]


@njit(forceinline=True, cache=True, error_model="numpy")
def _keep(i: int, step: float, mean: float, row: Floats, book: Floats, curves: Floats) -> None:
    """Copy outcomes, reorder points and safety stocks of item ``i``; of a length unknown to the compiler, which then copies vectors."""
    points = curves.shape[2]
    for column in range(N_OUTCOME):
        for k in range(points):
            curves[column, i, k] = book[OUT + column * ROW + k]
    for k in range(points):
        curves[N_OUTCOME, i, k] = row[k] - step
    for k in range(points):
        curves[N_OUTCOME + 1, i, k] = row[k] - mean


class Scratch(NamedTuple):
    """Memory in which one item after the other is traced."""

    row: Floats
    work: Floats
    bits: Ints
    book: Floats
    units: Floats
    lengths: Ints
    states: Floats
    levels: Floats
    coarse: Ints
    shapes: Floats
    single: Floats


def scratch() -> Scratch:
    """Memory for one call of `traced`; made outside, since compiled code may lend only what somebody else owns."""
    work = np.empty(SCRATCH)
    units, lengths, states = np.empty((2, ROOM)), np.zeros(2, np.int64), np.empty((6, N_STATE))
    levels, coarse = np.empty(3 * POINTS), np.zeros(POINTS, np.int64)
    book, shapes, single = np.empty(BOOK), np.empty(SHAPES), np.empty(N_OUTCOME)
    return Scratch(np.empty(POINTS), work, work.view(np.int64), book, units, lengths, states, levels, coarse, shapes, single)


@njit(cache=True, nogil=True, error_model="numpy")
def traced(
    start: int,
    stop: int,
    choose: int,
    form: Ints,
    blocks: Floats,
    items: Floats,
    basis: Ints,
    reach: Floats,
    curves: Floats,
    chosen: Floats,
    reasons: Ints,
    memory: Scratch,
) -> None:
    """
    Trace each item's curve and choose its point, in one pass; an item's figures depend on no other's.

    A curve that ends below the position ``reach`` (n,) goes on to there, but to no more than twice its own length and one step;
    0 leaves it as it is.

    Fills rows ``start`` to ``stop`` of ``curves`` (13, n, `POINTS`), outcomes and then reorder points and safety stocks, and if
    ``choose`` is 1 of ``chosen`` (n,), the cheapest lowest positions, and ``reasons`` (n,).
    """
    form, blocks, items, basis, reach = borrowed(form), borrowed(blocks), borrowed(items), borrowed(basis), borrowed(reach)
    curves, chosen, reasons = borrowed(curves), borrowed(chosen), borrowed(reasons)
    row, work, bits, book = borrowed(memory.row), borrowed(memory.work), borrowed(memory.bits), borrowed(memory.book)
    units, lengths, states = borrowed(memory.units), borrowed(memory.lengths), borrowed(memory.states)
    levels, coarse, shapes, single = borrowed(memory.levels), borrowed(memory.coarse), borrowed(memory.shapes), borrowed(memory.single)
    for i in range(start, stop):
        if undecidable(blocks[i], items[i], items[i, QUANTITY]):
            for column in range(len(curves)):
                for k in range(POINTS):
                    curves[column, i, k] = math.nan
            if choose:
                chosen[i], reasons[i] = math.nan, BY_COST
            continue
        item = items[i]
        shapes_over(form[i], blocks[i], shapes)
        orders = orders_per_year(form[i], blocks[i], item)
        alone = _one_by_one(shapes, item)
        added = 0
        if not alone:
            added = counts_added_up(shapes, item[PI], int(lean_end(shapes, item)), tail_asked_for(item), units, lengths, states)
        lean, far, by_cycle, by_fill = ends_of(shapes, item, units, lengths, added)
        ends = lean, max(far, min(reach[i], 2.0 * far - lean + item[STEP])), by_cycle, by_fill
        _lay_points(ends[0], ends[1], item[STEP], row)
        if alone:
            _earn_one_by_one(shapes, item, basis[i], orders, row, single, coarse, book)
        else:
            if added:
                add_on(2 if item[PI] > 0.0 else 1, ends[1] + item[QUANTITY] + 1.0, units, lengths, states)
            sum_along(shapes, item, row, units, lengths, states, added, choose, levels, coarse, book, work, bits)
            earn_along(shapes, item, basis[i], orders, row, book)
        _keep(i, item[STEP], mean_demand(shapes, item[PI], 2), row, book, curves)
        if choose:
            chosen[i], reasons[i] = cheapest_along(shapes, item, basis[i], orders, row, book, coarse, ends)
