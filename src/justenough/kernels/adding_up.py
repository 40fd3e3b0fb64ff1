"""Adding up: tail and losses of small counts above every whole unit, no farther than they are asked for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.densities import CONSTANT, COUNT, POISSON, is_nothing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

UNITS = 1024  # counts that end below are added up unit by unit
ABOVE, SHORT_OF, SQUARED = 0, 1, 2  # rows of what is known above each unit: tail, loss, second loss
_NOTHING = 1e-14  # chances below are not added up
_PER_UNIT = 1.0 / np.arange(1.0, UNITS + 1.0)


@njit(cache=True, error_model="numpy")
def begin(shape: int, one: float, two: float, start: int, state: Floats) -> int:
    """
    Set ``state`` (4,) to chance, tail, loss and second loss of a count at ``start``, for `add_up`.

    Returns
    -------
    int
        ``start``; -1 where the count is too large to begin at 0.
    """
    if shape == POISSON:
        nothing, by, more = -one, 0.0, one
    else:
        nothing, by, more = one * math.log(two), 1.0 - two, (one - 1.0) * (1.0 - two)
    if nothing < -600.0 or start > UNITS:
        return -1
    mass, tail = math.exp(nothing), 1.0
    for k in range(start):
        tail -= mass
        mass *= by + more * _PER_UNIT[k]  # f(k + 1) = f(k) (r q + k q) / (k + 1) = f(k) (q + (r - 1) q / (k + 1))
    tail -= mass
    # As in `justenough.kernels.loss.moments_above`.
    x = float(start)
    if shape == POISSON:
        wanted = one * (tail + mass)
        squares = one * (wanted + x * mass + tail + mass)
    else:
        odds = by / two
        wanted = odds * (one * tail + (one + x) * mass)
        squares = odds * ((one + 1.0) * wanted + one * tail + (x + 1.0) * (x + one) * mass)
    state[0], state[1], state[2], state[3] = mass, tail, wanted - x * tail, 0.5 * (squares - 2.0 * x * wanted + x * x * tail)
    return start


@njit(cache=True, error_model="numpy")
def add_up(shape: int, one: float, two: float, start: int, upto: int, least: float, units: Floats, state: Floats) -> int:
    """
    Fill ``units`` (3, n) with tail, loss and second loss of a count above ``start``, ``start`` + 1 ... units, from its ``state`` there.

    Returns
    -------
    int
        Where it ended: at ``upto``, where the tail is below ``least``, or where nothing is left; ``state`` is that of there.
    """
    by, more = (0.0, one) if shape == POISSON else (1.0 - two, (one - 1.0) * (1.0 - two))
    mean = one if shape == POISSON else one * by / two
    mass, tail, loss, second = state[0], state[1], state[2], state[3]
    k = start
    while k < min(upto, UNITS) and tail > least and not (mass < _NOTHING and k > mean):
        units[ABOVE, k], units[SHORT_OF, k], units[SQUARED, k] = max(tail, 0.0), max(loss, 0.0), max(second, 0.0)
        # (X - k - 1)+ is (X - k)+ less one wherever X > k, and so is half its square by (X - k)+ - 1/2.
        second -= loss - 0.5 * tail
        loss -= tail
        mass *= by + more * _PER_UNIT[k]
        tail -= mass
        k += 1
    state[0], state[1], state[2], state[3] = mass, tail, loss, second
    return k


@njit(cache=True, error_model="numpy")
def counts_added_up(shapes: Floats, pi: float, start: int, least: float, units: Floats, lengths: Ints, states: Floats) -> int:
    """
    1 where every distribution of the item is a small count, else 0; then the last moments are added up from ``start`` on.

    To where less than ``least`` lies above. ``units`` (6, 3, n), ``lengths`` (6,) and ``states`` (6, 4) are filled.
    """
    for c in range(2, 6 if pi > 0.0 else 3, 3):  # the longest of its three moments first: what does not end in time need not begin
        if shapes[c, 0] >= COUNT and not is_nothing(int(shapes[c, 0]), shapes[c, 1], shapes[c, 2], UNITS - 2.0):
            return 0
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
        lengths[c] = begin(shape, shapes[c, 1], shapes[c, 2], start, states[c])
        if lengths[c] < 0:
            return 0
        if c % 3 == 2:
            lengths[c] = add_up(shape, shapes[c, 1], shapes[c, 2], start, UNITS, least, units[c], states[c])
    if pi > 0.0:  # what one has little of counts where the other has more
        end = max(lengths[2], lengths[5])
        for c in range(2, 6, 3):
            if shapes[c, 0] >= COUNT:
                lengths[c] = add_up(int(shapes[c, 0]), shapes[c, 1], shapes[c, 2], lengths[c], end, 0.0, units[c], states[c])
    return 1


@njit(cache=True, error_model="numpy")
def add_on(shapes: Floats, pi: float, upto: float, units: Floats, lengths: Ints, states: Floats) -> None:
    """Add all moments up to so many units, after `counts_added_up`; where one ends before, nothing is left."""
    for c in range(6 if pi > 0.0 else 3):
        shape = int(shapes[c, 0])
        if shape >= COUNT:
            end = int(min(upto, float(UNITS)))
            lengths[c] = add_up(shape, shapes[c, 1], shapes[c, 2], lengths[c], end, 0.0, units[c], states[c])
