"""Adding up: tail and losses of small counts, from every whole unit's probability, no farther than they are asked for.

The three moments of a cycle are added up abreast: each waits for its own last unit, not for another's.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.bells import ROW
from justenough.kernels.densities import CONSTANT, COUNT, POISSON, is_nothing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

UNITS = 3072  # counts that end below are added up unit by unit
_AT_ONCE = 8
EACH = 8  # figures kept of a unit, one of them idle
ROOM = EACH * (UNITS + _AT_ONCE + 1)
# What is known of a moment where it stands: chance, tail, loss, second loss and half the loss; and its parameters.
MASS, ABOVE, SHORT, SUMMED, BY, MORE, MEAN = range(7)
N_STATE = 7
_NOTHING = 1e-14  # chances below are not added up
_PER_UNIT = 1.0 / np.arange(1.0, UNITS + _AT_ONCE + 1.0)


@njit(cache=True, error_model="numpy")
def begin(shapes: Floats, start: int, states: Floats) -> int:
    """
    Set ``states`` (3, N_STATE) to what is known of three moments at ``start``; those of no demand to nothing.

    Returns
    -------
    int
        1, or 0 where a count is too large to begin at 0.
    """
    if start > UNITS:
        return 0
    for c in range(3):
        shape, one, two, state = int(shapes[c, 0]), shapes[c, 1], shapes[c, 2], states[c]
        nothing = -math.inf
        state[BY], state[MORE], state[MEAN] = 0.0, 0.0, 0.0
        if shape == POISSON:
            nothing, state[MORE], state[MEAN] = -one, one, one
        elif shape == COUNT:
            # f(k + 1) = f(k) (r q + k q) / (k + 1) = f(k) (q + (r - 1) q / (k + 1))
            q = 1.0 - two
            nothing, state[BY], state[MORE], state[MEAN] = one * math.log(two), q, (one - 1.0) * q, one * q / two
        if nothing < -600.0 and shape != CONSTANT:
            return 0
        state[MASS], state[ABOVE] = math.exp(nothing), 0.0 if shape == CONSTANT else 1.0
    m0, m1, m2 = states[0, MASS], states[1, MASS], states[2, MASS]
    t0, t1, t2 = states[0, ABOVE], states[1, ABOVE], states[2, ABOVE]
    by0, by1, by2 = states[0, BY], states[1, BY], states[2, BY]
    more0, more1, more2 = states[0, MORE], states[1, MORE], states[2, MORE]
    for k in range(start):
        per = _PER_UNIT[k]
        t0, t1, t2 = t0 - m0, t1 - m1, t2 - m2
        m0, m1, m2 = m0 * (by0 + more0 * per), m1 * (by1 + more1 * per), m2 * (by2 + more2 * per)
    states[0, MASS], states[1, MASS], states[2, MASS] = m0, m1, m2
    states[0, ABOVE], states[1, ABOVE], states[2, ABOVE] = t0 - m0, t1 - m1, t2 - m2
    x = float(start)
    for c in range(3):
        # As in `justenough.kernels.loss.moments_above`.
        state, one = states[c], shapes[c, 1]
        mass, tail = state[MASS], state[ABOVE]
        if shapes[c, 0] == COUNT:
            odds = state[BY] / shapes[c, 2]
            wanted = odds * (one * tail + (one + x) * mass)
            squares = odds * ((one + 1.0) * wanted + one * tail + (x + 1.0) * (x + one) * mass)
        else:
            one = state[MEAN]
            wanted = one * (tail + mass)
            squares = one * (wanted + x * mass + tail + mass)
        loss = wanted - x * tail
        state[SHORT], state[SUMMED] = loss, 0.5 * (squares - 2.0 * x * wanted + x * x * tail + loss)
    return 1


@njit(cache=True, error_model="numpy")
def add_up(at: int, upto: int, least: float, states: Floats, units: Floats) -> int:
    """
    Fill ``units`` (ROOM,) from unit ``at`` on with what lies above each, of three moments whose ``states`` are those of there.

    For each unit `EACH` figures: the tail of the last moment, loss of each, and second loss and half the loss of each.

    Returns
    -------
    int
        Where it ended, up to seven units past ``upto``, past where the last tail is below ``least``, or past where nothing is left;
        ``states`` are then those of there.
    """
    m0, m1, m2 = states[0, MASS], states[1, MASS], states[2, MASS]
    t0, t1, t2 = states[0, ABOVE], states[1, ABOVE], states[2, ABOVE]
    s0, s1, s2 = states[0, SHORT], states[1, SHORT], states[2, SHORT]
    u0, u1, u2 = states[0, SUMMED], states[1, SUMMED], states[2, SUMMED]
    by0, by1, by2 = states[0, BY], states[1, BY], states[2, BY]
    more0, more1, more2 = states[0, MORE], states[1, MORE], states[2, MORE]
    k = at
    while k < min(upto, UNITS) and t2 > least:
        for j in range(k, k + _AT_ONCE):
            to = EACH * j
            units[to], units[to + 1], units[to + 2], units[to + 3] = t2, s0, s1, s2
            units[to + 4], units[to + 5], units[to + 6] = u0, u1, u2
            # (X - k - 1)+ is (X - k)+ less one wherever X > k; summed over whole units from k + 1 on it is one loss less.
            u0, u1, u2 = u0 - s0, u1 - s1, u2 - s2
            s0, s1, s2 = s0 - t0, s1 - t1, s2 - t2
            per = _PER_UNIT[j]
            m0, m1, m2 = m0 * (by0 + more0 * per), m1 * (by1 + more1 * per), m2 * (by2 + more2 * per)
            t0, t1, t2 = t0 - m0, t1 - m1, t2 - m2
        k += _AT_ONCE
        # Where nothing is left, what rounding has left is dropped.
        if m0 < _NOTHING and k > states[0, MEAN]:
            m0, t0, s0, u0 = 0.0, 0.0, 0.0, 0.0
        if m1 < _NOTHING and k > states[1, MEAN]:
            m1, t1, s1, u1 = 0.0, 0.0, 0.0, 0.0
        if m2 < _NOTHING and k > states[2, MEAN]:
            m2, t2, s2, u2 = 0.0, 0.0, 0.0, 0.0
    states[0, MASS], states[1, MASS], states[2, MASS] = m0, m1, m2
    states[0, ABOVE], states[1, ABOVE], states[2, ABOVE] = t0, t1, t2
    states[0, SHORT], states[1, SHORT], states[2, SHORT] = s0, s1, s2
    states[0, SUMMED], states[1, SUMMED], states[2, SUMMED] = u0, u1, u2
    return k


@njit(cache=True, error_model="numpy")
def counts_added_up(shapes: Floats, pi: float, start: int, least: float, units: Floats, lengths: Ints, states: Floats) -> int:
    """
    1 where every distribution of the item is a small count, else 0; then all are added up from ``start`` on.

    To where less than ``least`` lies above the last moments. ``units`` (2, ROOM), ``lengths`` (2,) and ``states`` (6, N_STATE)
    are filled, without and with an outage.
    """
    parts = 2 if pi > 0.0 else 1
    for part in range(parts):  # the longest of its three moments first: what does not end in time need not begin
        c = 3 * part + 2
        if shapes[c, 0] >= COUNT and not is_nothing(int(shapes[c, 0]), shapes[c, 1], shapes[c, 2], UNITS - 2.0):
            return 0
    for c in range(3 * parts):
        if shapes[c, 0] < COUNT and (shapes[c, 0] != CONSTANT or shapes[c, 1] > 1e-9):
            return 0
    for part in range(parts):
        if not begin(shapes[3 * part : 3 * part + 3], start, states[3 * part : 3 * part + 3]):
            return 0
        lengths[part] = add_up(start, int(UNITS), least, states[3 * part : 3 * part + 3], units[part])
    if parts > 1:  # what one has little of counts where the other has more
        add_on(parts, float(max(lengths[0], lengths[1])), units, lengths, states)
    return 1


@njit(cache=True, error_model="numpy")
def add_on(parts: int, upto: float, units: Floats, lengths: Ints, states: Floats) -> None:
    """Add on so many units, after `counts_added_up`; at the end of each, ``units`` say that nothing is left."""
    for part in range(parts):
        end = int(min(upto, float(UNITS)))
        lengths[part] = add_up(lengths[part], end, 0.0, states[3 * part : 3 * part + 3], units[part])
        units[part, EACH * lengths[part] : EACH * (lengths[part] + 1)] = 0.0


@njit(forceinline=True, cache=True, error_model="numpy")
def add_short(share: float, quantity: float, lows: Floats, units: Floats, length: int, tail: Floats, sums: Floats) -> None:
    """
    As `justenough.kernels.along.sum_along` does for one moment after the other, for the three of ``units`` (ROOM,) at once.

    ``tail`` (n,) is the last moment's above each position; ``sums`` begins at the first moment's row of units short.
    """
    per, at_once = share / quantity, quantity <= 1.01
    far = int(min(quantity, float(UNITS)) + 0.5)
    for k in range(len(lows)):
        y = EACH * min(int(lows[k] + 0.5), length)
        z = min(y + EACH * far, EACH * length)
        for h in range(3):  # where little is left, rounding may have left less than nothing
            low, summed = max(units[y + 1 + h], 0.0), max(units[y + 4 + h], 0.0) - max(units[z + 4 + h], 0.0)
            sums[h * ROW + k] += share * low if at_once else per * summed
            sums[(3 + h) * ROW + k] += per * (low - max(units[z + 1 + h], 0.0))
        tail[k] = max(units[y], 0.0)
        sums[6 * ROW + k] += share * tail[k]
