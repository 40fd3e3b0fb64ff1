"""Replenish: one policy lived slot by slot, for many items at once.

Order of events in a slot, the package's lead-time convention: what is too old goes, what is due
arrives, a review orders, then the slot's demand is met or goes short.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.deliveries import LEAD, REJECT, REJECT_SD, UP, arrivals_of, working_slots
from justenough.kernels.futures import WINDOWS as OWN_WINDOWS
from justenough.kernels.futures import draw, lay, level_of
from justenough.kernels.ordering import LIFE, ORDER_UP_TO, REORDER, REVIEW, STEP, size_of, start_of
from justenough.kernels.variates import (
    FOR_DEMAND,
    FOR_LEADS,
    FOR_OUTAGES,
    FOR_REJECTS,
    FOR_START,
    beta,
    stream,
    uniform,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Seeds = NDArray[np.uint64]

# Columns of the tally, sums over all slots counted.
N_TALLY = 14
(WINDOWS, COVERED, CYCLES, CYCLES_SHORT, UNITS, UNITS_SHORT, STOCK, BACKORDERS, READY, OCCASIONS, ORDERS, SLOTS, EXPIRED, REJECTED) = range(
    14
)
# What is measured, as numerator and denominator; the sums of squares over lives are kept for these.
RATIOS = np.array(
    [
        (COVERED, WINDOWS),
        (CYCLES_SHORT, CYCLES),
        (UNITS_SHORT, UNITS),
        (STOCK, SLOTS),
        (BACKORDERS, SLOTS),
        (READY, SLOTS),
        (OCCASIONS, SLOTS),
        (ORDERS, SLOTS),
        (EXPIRED, SLOTS),
        (REJECTED, SLOTS),
    ],
    dtype=np.int64,
)
# Columns of the tally of each period of the year of levels.
N_SEASON = 4
SEASON_WINDOWS, SEASON_COVERED, SEASON_UNITS, SEASON_SHORT = range(4)


@njit(cache=True)
def _windows(
    policy: Floats,
    levels: Floats,
    level_slots: int,
    review: int,
    phase: int,
    arrivals: Ints,
    sums: Floats,
    unknown: Floats,
    warm: int,
    tally: Floats,
    season: Floats,
) -> None:
    """Count exposed windows (from a review until the next one's order arrives) and those the lowest position covers."""
    n = len(sums) - 1
    start = warm + (-(warm + phase)) % review
    while start + review < n:
        end = arrivals[start + review]
        if end <= n and unknown[end] == unknown[start]:
            period = (start // level_slots) % levels.shape[1]
            lowest = levels[REORDER, period] + min(policy[STEP], 1.0)
            covered = 1.0 if sums[end] - sums[start] <= lowest + 1e-9 * (1.0 + abs(lowest)) else 0.0
            tally[WINDOWS] += 1.0
            tally[COVERED] += covered
            season[period, SEASON_WINDOWS] += 1.0
            season[period, SEASON_COVERED] += covered
        start += review


@njit(cache=True)
def _live_once(
    start: Seeds,
    rejects: Seeds,
    policy: Floats,
    supply: Floats,
    levels: Floats,
    level_slots: int,
    review: int,
    phase: int,
    demand: Floats,
    arrivals: Ints,
    lost: int,
    warm: int,
    arriving: Floats,
    came: Floats,
    tally: Floats,
    season: Floats,
) -> None:
    """One life of one item over ``demand``; ``arriving`` and ``came`` are scratch of the same length, zero on entry."""
    n = len(demand)
    position, net = start_of(start, policy, supply, levels, lost, arriving)
    lead_middle = math.floor(supply[LEAD] + 0.5)
    life, spoils, refuses = int(policy[LIFE]), policy[LIFE] > 0.0, supply[REJECT] > 0.0
    received, gone = max(net, 0.0), 0.0
    cycle_open, cycle_short, failed = False, False, net < 0.0
    until_middle, until_review = (lead_middle - phase) % review, (-phase) % review
    for t in range(n):
        expired, refused = 0.0, 0.0
        if spoils and t >= life:
            # First in, first out: what came until then and has not gone since is too old now.
            expired = max(0.0, came[t - life] - gone)
            gone += expired
            net -= expired
            position -= expired
        if until_middle == 0:
            # The former cycle ends just before this moment's arrival.
            until_middle = review
            if cycle_open:
                tally[CYCLES] += 1.0
                if cycle_short or net < -1e-9:
                    tally[CYCLES_SHORT] += 1.0
            cycle_open, cycle_short = t >= warm, False
        until_middle -= 1
        arrived = arriving[t]
        ordered = 0.0
        if until_review == 0:
            until_review = review
            period = (t // level_slots) % levels.shape[1]
            if position <= levels[REORDER, period] + 1e-9:
                ordered = size_of(policy, levels[REORDER, period], levels[ORDER_UP_TO, period], position)
                position += ordered
                arrival = arrivals[t]
                if arrival == t:
                    arrived += ordered
                elif arrival < n:
                    arriving[arrival] += ordered
        until_review -= 1
        if arrived > 0.0:
            if refuses:
                refused = arrived * beta(rejects, supply[REJECT], supply[REJECT_SD])
                if policy[STEP] > 0.0:
                    refused = min(arrived, math.floor(refused + uniform(rejects)))
                arrived -= refused
                position -= refused
            if spoils:
                gone += min(max(-net, 0.0), arrived)
                received += arrived
            net += arrived
            failed = False
        before = net
        asked = demand[t]
        short = max(0.0, asked - max(net, 0.0))
        if short > 1e-9:
            cycle_short = True
        net -= asked
        position -= asked
        if lost and net < 0.0:
            position -= net
            net = 0.0
        if spoils:
            gone += asked - short
            came[t] = received
        fails = short > 1e-9 or before < -1e-9
        if t >= warm:
            tally[UNITS] += asked
            tally[UNITS_SHORT] += short
            tally[STOCK] += 0.5 * (max(before, 0.0) + max(net, 0.0))
            tally[BACKORDERS] += 0.5 * (max(-before, 0.0) + max(-net, 0.0))
            tally[READY] += 0.5 * ((before >= -1e-9) + (net >= -1e-9)) if not lost else 1.0 * (short <= 1e-9)
            tally[OCCASIONS] += 1.0 if fails and not failed else 0.0
            tally[ORDERS] += 1.0 if ordered > 0.0 else 0.0
            tally[EXPIRED] += expired
            tally[REJECTED] += refused
            tally[SLOTS] += 1.0
            if levels.shape[1] > 1:
                season[(t // level_slots) % levels.shape[1], SEASON_UNITS] += asked
                season[(t // level_slots) % levels.shape[1], SEASON_SHORT] += short
        failed = failed or fails


@njit(cache=True, parallel=True)
def live_items(
    form: Ints,
    values: Floats,
    offsets: Ints,
    slots: int,
    parts: Ints,
    tables: Floats,
    drift: Floats,
    length: int,
    policies: Floats,
    supplies: Floats,
    levels: Floats,
    level_slots: int,
    lives: int,
    lost: int,
    crossing: int,
    warm: int,
    seeds: Seeds,
    tallies: Floats,
    squares: Floats,
    seasons: Floats,
) -> None:
    """
    Live each item's policy ``lives`` times and add up ``tallies`` (n, 14).

    Demand of ``form`` -1 is given: ``values[offsets[i]:offsets[i + 1]]`` a period, laid on ``slots`` slots;
    of form WINDOWS the same, from a random period on and round. Other forms are drawn, ``length`` slots
    a life, from ``tables`` (n, 3, n_demand) as in `justenough.kernels.futures.draw`, around a level of relative
    sd ``drift``. ``levels`` (n, 2, n_levels) and ``tables`` change every ``level_slots``, and start again when
    through; tables of an item in lots are of its lots. ``squares`` (n, 10, 3) gets the sums over lives of a^2, ab and b^2 for each
    of `RATIOS`, ``seasons`` (n, n_levels, 4) the tally by period of the levels. ``lost``, ``crossing`` are 0 or 1.
    """
    for i in prange(len(form)):
        policy, supply, tally, season = policies[i], supplies[i], tallies[i], seasons[i]
        tally[:], squares[i], season[:] = 0.0, 0.0, 0.0
        known = not math.isnan(levels[i, REORDER].sum())
        known = known and not math.isnan(policy.sum() + supply.sum())
        given = form[i] < 0 or form[i] == OWN_WINDOWS
        periods = values[offsets[i] : offsets[i + 1]] if given else values[:0]
        n = len(periods) * slots if given else length
        if not known or n == 0:
            continue
        review = max(1, math.floor(policy[REVIEW] + 0.5))
        state, other = np.empty(1, np.uint64), np.empty(1, np.uint64)
        demand, unknown, arriving, came = np.empty(n), np.zeros(n), np.empty(n), np.zeros(n if policy[LIFE] > 0.0 else 1)
        sums, unsure, clock, arrivals = np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1), np.zeros(n, np.int64)
        one = np.zeros(N_TALLY)
        for life in range(lives):
            stream(state, seeds[i], life, FOR_DEMAND, 0)
            if given:
                level, first = 1.0, 0
                if form[i] == OWN_WINDOWS:
                    level, first = level_of(state, form[i], drift[i]), int(uniform(state) * len(periods))
                demand[:], unknown[:] = 0.0, 0.0
                lay(state, periods, first, slots, parts[i], policy[STEP], level, demand, unknown)
                for t in range(n):
                    unsure[t + 1] = unsure[t] + unknown[t]
            else:
                draw(state, form[i], tables[i], level_of(state, form[i], drift[i]), level_slots, demand)
                if policy[STEP] > 1.0:  # tables are of lots
                    demand *= policy[STEP]
            for t in range(n):
                sums[t + 1] = sums[t] + demand[t]
            if supply[UP] > 0.0:
                stream(state, seeds[i], life, FOR_OUTAGES, 0)
                working_slots(state, supply, clock)
            stream(other, seeds[i], life, FOR_START, 0)
            phase = int(uniform(other) * review)
            stream(state, seeds[i], life, FOR_LEADS, 0)
            arrivals_of(state, supply, review, phase, crossing, clock, arrivals)
            one[:], arriving[:] = 0.0, 0.0
            _windows(policy, levels[i], level_slots, review, phase, arrivals, sums, unsure, warm, one, season)
            stream(state, seeds[i], life, FOR_REJECTS, 0)
            _live_once(
                other,
                state,
                policy,
                supply,
                levels[i],
                level_slots,
                review,
                phase,
                demand,
                arrivals,
                lost,
                warm,
                arriving,
                came,
                one,
                season,
            )
            tally += one
            for k in range(len(RATIOS)):
                a, b = one[RATIOS[k, 0]], one[RATIOS[k, 1]]
                squares[i, k, 0] += a * a
                squares[i, k, 1] += a * b
                squares[i, k, 2] += b * b
