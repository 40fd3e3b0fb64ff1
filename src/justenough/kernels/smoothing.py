"""Smoothing: counts, levels and window sums of many demand series, each over its own stretch.

Series are stretches ``values[starts[i]:ends[i]]`` of one flat array; NaN is a period nobody recorded
and is passed over as if it had not been.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from justenough.kernels.abreast import abreast

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints

# Codes of `justenough.estimation.demand.Level`; a test holds them equal.
MEAN, SES, CROSTON, SBA, TSB = 0, 1, 2, 3, 4
# Columns of `records`.
KNOWN, POSITIVE, TOTAL, SQUARES, SILENT, GAP, WHOLE, BEFORE, FIRST = range(9)


def records(values: Floats, starts: Ints, ends: Ints) -> Floats:
    """
    Count what each stretch shows.

    Returns
    -------
    (n, 9)
        Known periods; those with demand; sum; sum of squares; known periods since the last demand
        (all of them if there was none); known periods up to and with the last demand; 1 if every
        quantity is whole, else 0; known periods before the first demand, and all of them, known or not.
    """
    out = np.empty((len(starts), 9))
    abreast(lambda start, stop: _records(start, stop, values, starts, ends, out), len(starts))
    return out


@njit(cache=True, nogil=True)
def _records(start: int, stop: int, values: Floats, starts: Ints, ends: Ints, out: Floats) -> None:
    for i in range(start, stop):
        known, positive, total, squares, silent, broken = 0, 0, 0.0, 0.0, 0, 0
        first, before = starts[i], 0
        while first < ends[i] and not values[first] > 0.0:
            before += not math.isnan(values[first])
            first += 1
        for t in range(starts[i], ends[i]):
            y = values[t]
            if math.isnan(y):
                continue
            # No other branch: which periods sell is what no processor can foresee.
            sold = y > 0.0
            wanted = y if sold else 0.0
            known += 1
            positive += sold
            total += wanted
            squares += wanted * wanted
            silent = 0 if sold else silent + 1
            broken += wanted != math.floor(wanted)
        out[i, 0] = known
        out[i, 1] = positive
        out[i, 2] = total
        out[i, 3] = squares
        out[i, 4] = silent
        out[i, 5] = known - silent
        out[i, 6] = 0.0 if broken else 1.0
        out[i, 7] = before
        out[i, 8] = first - starts[i]


def levels(values: Floats, starts: Ints, ends: Ints, method: Ints, alpha: Floats, cycle: int = 1) -> Floats:
    """
    Expected demand of one period as each method sees it at the end of its stretch. (n,) [units/period]

    MEAN, or simple exponential smoothing (SES), Croston (1972), Croston corrected by ``1 - alpha/2``
    (SBA; Syntetos & Boylan 2005), or demand probability times size, both smoothed (TSB; Teunter,
    Syntetos & Babai 2011). Each smoother starts as the running mean, until its weight ``1/k`` has
    fallen to ``alpha``: the first periods are not believed more than the others.

    Parameters
    ----------
    cycle
        Periods in a week. A smoother is read at each of the last so many periods and the mean is taken, in which every day of
        the week weighs the same: at one moment it would say above all on which day the record ends.
    """
    out = np.zeros(len(starts))
    abreast(lambda start, stop: _levels(start, stop, values, starts, ends, method, alpha, cycle, out), len(starts))
    return out


@njit(cache=True, nogil=True)
def _read(way: int, alpha: float, level: float, size: float, gap: float, chance: float) -> float:
    """What a method says after a period."""
    if way in (MEAN, SES):
        return level
    if way == TSB:
        return chance * size
    if gap <= 0.0:
        return 0.0
    return size / gap if way == CROSTON else (1.0 - alpha / 2.0) * size / gap


@njit(cache=True, nogil=True)
def _levels(start: int, stop: int, values: Floats, starts: Ints, ends: Ints, method: Ints, alpha: Floats, cycle: int, out: Floats) -> None:
    for i in range(start, stop):
        a, way = alpha[i], method[i]
        level, size, gap, chance = 0.0, 0.0, 0.0, 0.0
        known, positive, wait = 0, 0, 0
        said, read = 0.0, 0
        since = ends[i] - (1 if way == MEAN else cycle)
        for t in range(starts[i], ends[i]):
            y = values[t]
            if math.isnan(y):
                continue
            known += 1
            wait += 1
            weight = 1.0 / known if way == MEAN else max(a, 1.0 / known)
            level += weight * (y - level)
            chance += weight * ((1.0 if y > 0.0 else 0.0) - chance)
            if y > 0.0:
                # Croston: sizes and gaps are smoothed only in periods that sell.
                positive += 1
                weight = max(a, 1.0 / positive)
                size += weight * (y - size)
                gap += weight * (wait - gap)
                wait = 0
            if t >= since:
                said += _read(way, a, level, size, gap, chance)
                read += 1
        out[i] = said / read if read else _read(way, a, level, size, gap, chance)


@njit(cache=True, nogil=True)
def levels_tried(start: int, stop: int, values: Floats, starts: Ints, ends: Ints, alphas: Floats, cycle: int, out: Floats) -> None:
    """
    Fill ``out`` (1 + 4 n_alphas, n) with the `levels` of the stretches from ``start`` to ``stop`` by every method, in one pass.

    MEAN first, then SES, Croston, SBA and TSB, each with all weights.
    """
    tried = len(alphas)
    level, size, gap, chance = np.empty(tried), np.empty(tried), np.empty(tried), np.empty(tried)
    for i in range(start, stop):
        level[:], size[:], gap[:], chance[:] = 0.0, 0.0, 0.0, 0.0
        mean, known, positive, wait, read = 0.0, 0, 0, 0, 0
        out[:, i] = 0.0
        for t in range(starts[i], ends[i]):
            y = values[t]
            if math.isnan(y):
                continue
            known += 1
            wait += 1
            plain, sold = 1.0 / known, 1.0 if y > 0.0 else 0.0
            mean += plain * (y - mean)
            for k in range(tried):
                weight = max(alphas[k], plain)
                level[k] += weight * (y - level[k])
                chance[k] += weight * (sold - chance[k])
            if y > 0.0:
                positive += 1
                for k in range(tried):
                    weight = max(alphas[k], 1.0 / positive)
                    size[k] += weight * (y - size[k])
                    gap[k] += weight * (wait - gap[k])
                wait = 0
            if t >= ends[i] - cycle:
                read += 1
                _add_read(alphas, level, size, gap, chance, out[:, i])
        if not read:
            read = 1
            _add_read(alphas, level, size, gap, chance, out[:, i])
        out[:, i] /= read
        out[0, i] = mean


@njit(cache=True, nogil=True)
def _add_read(alphas: Floats, level: Floats, size: Floats, gap: Floats, chance: Floats, said: Floats) -> None:
    """Add to ``said`` (1 + 4 n_alphas) what each smoother says after a period, in the order of `levels_tried`."""
    tried = len(alphas)
    for k in range(tried):
        for at, way in enumerate((SES, CROSTON, SBA, TSB)):
            said[1 + at * tried + k] += _read(way, alphas[k], level[k], size[k], gap[k], chance[k])


def window_sums(values: Floats, starts: Ints, ends: Ints) -> Floats:
    """Sum of each stretch; NaN where any of its periods is unknown. (n,) [units]"""
    out = np.empty(len(starts))
    abreast(lambda start, stop: _window_sums(start, stop, values, starts, ends, out), len(starts))
    return out


@njit(cache=True, nogil=True)
def _window_sums(start: int, stop: int, values: Floats, starts: Ints, ends: Ints, out: Floats) -> None:
    for i in range(start, stop):
        total = 0.0
        for t in range(starts[i], ends[i]):
            total += values[t]
        out[i] = total


def part_sums(values: Floats, starts: Ints, ends: Ints, parts: int) -> Floats:
    """Sums of the known periods of so many equal parts of each stretch's end; zeros if it is shorter. (n, parts) [units]"""
    out = np.empty((len(starts), parts))
    abreast(lambda start, stop: _part_sums(start, stop, values, starts, ends, out), len(starts))
    return out


@njit(cache=True, nogil=True)
def _part_sums(start: int, stop: int, values: Floats, starts: Ints, ends: Ints, out: Floats) -> None:
    parts = out.shape[1]
    for i in range(start, stop):
        width = (ends[i] - starts[i]) // parts
        for p in range(parts):
            total = 0.0
            for t in range(ends[i] - (parts - p) * width, ends[i] - (parts - p - 1) * width):
                total += 0.0 if math.isnan(values[t]) else values[t]
            out[i, p] = total


def place_sums(values: Floats, starts: Ints, places: Ints, n_places: int) -> Floats:
    """Sums by place, ``places[k]`` for the k-th value of every stretch; NaN where one is unknown. (n, n_places) [units]"""
    out = np.zeros((len(starts), n_places))
    abreast(lambda start, stop: _place_sums(start, stop, values, starts, places, out), len(starts))
    return out


@njit(cache=True, nogil=True)
def _place_sums(start: int, stop: int, values: Floats, starts: Ints, places: Ints, out: Floats) -> None:
    for i in range(start, stop):
        for k in range(len(places)):
            out[i, places[k]] += values[starts[i] + k]


@njit(cache=True)
def undo_returns(values: Floats, offsets: Ints) -> tuple[Floats, Ints, Ints, Floats]:
    """
    Let every negative period take back the latest earlier demand, in place.

    Returns
    -------
    back : (n,) [units]
        What each item sent back, whether or not there was earlier demand to take it from.
    by, at, amount : (n_taken,)
        Each taking: places in ``values`` of the return and of the demand it took from, and how much [units];
        both places are the return's where there was nothing to take.
    """
    back = np.zeros(len(offsets) - 1)
    by, at, amount, used = np.empty(16, np.int64), np.empty(16, np.int64), np.empty(16), 0
    for i in range(len(back)):
        for t in range(offsets[i], offsets[i + 1]):
            if not values[t] < 0.0:
                continue
            owed = -values[t]
            back[i] += owed
            values[t] = 0.0
            s = t - 1
            while owed > 0.0:
                while s >= offsets[i] and not values[s] > 0.0:
                    s -= 1
                found = s >= offsets[i]
                taken = min(owed, values[s]) if found else owed
                if found:
                    values[s] -= taken
                owed -= taken
                if used == len(by):
                    by, at = np.append(by, np.empty_like(by)), np.append(at, np.empty_like(at))
                    amount = np.append(amount, np.empty_like(amount))
                by[used], at[used], amount[used] = t, s if found else t, taken
                used += 1
    return back, by[:used].copy(), at[:used].copy(), amount[:used].copy()
