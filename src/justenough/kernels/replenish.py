"""Replenish: one policy lived slot by slot, for many items at once.

Order of events in a slot, the package's lead-time convention: what is due arrives, a review orders,
then the slot's demand is met or goes short.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Seeds = NDArray[np.uint64]

# Columns of the tally, sums over all slots counted.
N_TALLY = 12
WINDOWS, COVERED, CYCLES, CYCLES_SHORT, UNITS, UNITS_SHORT, STOCK, BACKORDERS, READY, OCCASIONS, ORDERS, SLOTS = range(12)
# Columns of the policy and supply of one item.
N_POLICY = 10
REORDER, QUANTITY, STEP, REVIEW, LEAD, LEAD_SD, PI, WAIT, WAIT_SD, RATE = range(10)

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


@njit(cache=True)
def _uniform(state: Seeds) -> float:
    """In (0, 1), by SplitMix64 (Steele, Lea & Flood 2014); ``state`` (1,) moves on."""
    state[0] += _GOLDEN
    z = state[0]
    z = (z ^ (z >> _S30)) * _MIX_A
    z = (z ^ (z >> _S27)) * _MIX_B
    z = z ^ (z >> _S31)
    return (float(z >> _S11) + 0.5) / 9007199254740992.0


@njit(cache=True)
def _gamma_draw(state: Seeds, mean: float, sd: float) -> float:
    """Gamma variate by mean and standard deviation (Marsaglia & Tsang 2000)."""
    if mean <= 0.0:
        return 0.0
    if sd <= 1e-9 * mean:
        return mean
    shape = mean * mean / (sd * sd)
    boost = 1.0
    if shape < 1.0:
        boost = _uniform(state) ** (1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = math.sqrt(-2.0 * math.log(_uniform(state))) * math.cos(2.0 * math.pi * _uniform(state))
        v = (1.0 + c * x) ** 3
        if v > 0.0 and math.log(_uniform(state)) < 0.5 * x * x + d - d * v + d * math.log(v):
            break
    return d * v * boost * sd * sd / mean


@njit(cache=True)
def _lead_slots(state: Seeds, policy: Floats) -> int:
    """Slots an order takes, an outage of its supplier included; rounded up or down so that the mean stays."""
    lead = _gamma_draw(state, policy[LEAD], policy[LEAD_SD])
    if policy[PI] > 0.0 and _uniform(state) < policy[PI]:
        lead += _gamma_draw(state, policy[WAIT], policy[WAIT_SD])
    whole = math.floor(lead)
    part = lead - whole
    return whole + (1 if part > 1e-9 and _uniform(state) < part else 0)


@njit(cache=True)
def _place(state: Seeds, periods: Floats, slots: int, parts: int, whole: int, demand: Floats, unknown: Floats) -> None:
    """Lay each period's demand on its slots: evenly where ``parts`` is 0, else in that many lumps at random."""
    for p in range(len(periods)):
        first = p * slots
        if math.isnan(periods[p]):
            unknown[first : first + slots] = 1.0
            continue
        if slots == 1:
            demand[first] = periods[p]
        elif parts == 0:
            laid = 0.0
            for s in range(slots):
                upto = periods[p] * (s + 1) / slots
                upto = math.floor(upto + 0.5) if whole else upto
                demand[first + s] = upto - laid
                laid = upto
            demand[first + slots - 1] += periods[p] - laid
        else:
            laid = 0.0
            for k in range(parts):
                upto = periods[p] * (k + 1) / parts
                upto = math.floor(upto + 0.5) if whole else upto
                upto = periods[p] if k == parts - 1 else upto
                demand[first + int(_uniform(state) * slots)] += upto - laid
                laid = upto


@njit(cache=True)
def _windows(state: Seeds, policy: Floats, review: int, phase: int, sums: Floats, unknown: Floats, warm: int, tally: Floats) -> None:
    """Count exposed windows (a review's slot up to lead time + review later) and those the lowest position covers."""
    n = len(sums) - 1
    lowest = policy[REORDER] + policy[STEP]
    start = warm + (-(warm + phase)) % review
    while start < n:
        end = start + _lead_slots(state, policy) + review
        if end <= n and unknown[end] == unknown[start]:
            tally[WINDOWS] += 1.0
            if sums[end] - sums[start] <= lowest + 1e-9 * (1.0 + abs(lowest)):
                tally[COVERED] += 1.0
        start += review


@njit(cache=True)
def _live_once(
    state: Seeds,
    policy: Floats,
    review: int,
    phase: int,
    demand: Floats,
    lost: int,
    crossing: int,
    warm: int,
    arriving: Floats,
    tally: Floats,
) -> None:
    """One life of one item over ``demand``; ``arriving`` is scratch of the same length, zero on entry."""
    n = len(demand)
    reorder, quantity, step = policy[REORDER], policy[QUANTITY], policy[STEP]
    # Any place in reorder + step ... reorder + quantity is equally likely just after a review.
    position = reorder + quantity * _uniform(state)
    if step > 0.0:
        position = reorder + step + step * math.floor(quantity / step * _uniform(state))
    # As if the policy had run before: a mean lead time's demand is on its way, evenly.
    coming = policy[RATE] * policy[LEAD]
    if step > 0.0:
        coming = step * math.floor(coming / step + _uniform(state))
    if lost:
        coming = min(coming, max(position, 0.0))
    net = position - coming
    ahead = max(1, math.ceil(policy[LEAD]))
    laid = 0.0
    for s in range(min(ahead, n)):
        upto = coming * (s + 1) / ahead
        upto = step * math.floor(upto / step + 0.5) if step > 0.0 else upto
        arriving[s] += upto - laid
        laid = upto
    if ahead <= n:
        arriving[ahead - 1] += coming - laid
    last_arrival = 0
    lead_middle = math.floor(policy[LEAD] + 0.5)
    cycle_open, cycle_short = False, False
    for t in range(n):
        if (t + phase - lead_middle) % review == 0:
            # The former cycle ends just before this moment's arrival.
            if cycle_open:
                tally[CYCLES] += 1.0
                if cycle_short or net < -1e-9:
                    tally[CYCLES_SHORT] += 1.0
            cycle_open, cycle_short = t >= warm, False
        net += arriving[t]
        if (t + phase) % review == 0 and position <= reorder + 1e-9:
            lots = math.floor((reorder - position) / quantity + 1e-9) + 1.0
            position += lots * quantity
            arrival = t + _lead_slots(state, policy)
            if not crossing:
                arrival = max(arrival, last_arrival)
                last_arrival = arrival
            if arrival == t:
                net += lots * quantity
            elif arrival < n:
                arriving[arrival] += lots * quantity
            if t >= warm:
                tally[ORDERS] += 1.0
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
        if t >= warm:
            tally[UNITS] += asked
            tally[UNITS_SHORT] += short
            tally[STOCK] += 0.5 * (max(before, 0.0) + max(net, 0.0))
            tally[BACKORDERS] += 0.5 * (max(-before, 0.0) + max(-net, 0.0))
            tally[READY] += 0.5 * ((before >= -1e-9) + (net >= -1e-9)) if not lost else 1.0 * (short <= 1e-9)
            tally[OCCASIONS] += 1.0 if short > 1e-9 and before >= -1e-9 else 0.0
            tally[SLOTS] += 1.0


@njit(cache=True, parallel=True)
def live_items(
    values: Floats,
    offsets: Ints,
    slots: int,
    parts: Ints,
    policies: Floats,
    lives: int,
    lost: int,
    crossing: int,
    warm: int,
    seeds: Seeds,
    tallies: Floats,
) -> None:
    """
    Live each item's policy over its demand ``lives`` times and add up ``tallies`` (n, 12).

    Demand of a period is ``values[offsets[i]:offsets[i + 1]]``, laid on ``slots`` slots of one period;
    times in ``policies`` (n, 10) are in slots. ``lost`` and ``crossing`` are 0 or 1.
    """
    for i in prange(len(offsets) - 1):
        policy, tally = policies[i], tallies[i]
        tally[:] = 0.0
        known = True
        for k in range(policies.shape[1]):
            known = known and not math.isnan(policy[k])
        periods = values[offsets[i] : offsets[i + 1]]
        n = len(periods) * slots
        if not known or n == 0:
            continue
        state = np.empty(1, np.uint64)
        state[0] = seeds[i]
        review = max(1, math.floor(policy[REVIEW] + 0.5))
        for _ in range(lives):
            demand, unknown, arriving = np.zeros(n), np.zeros(n), np.zeros(n)
            _place(state, periods, slots, parts[i], int(policy[STEP] > 0.0), demand, unknown)
            phase = int(_uniform(state) * review)
            sums, unsure = np.zeros(n + 1), np.zeros(n + 1)
            for t in range(n):
                sums[t + 1] = sums[t] + demand[t]
                unsure[t + 1] = unsure[t] + unknown[t]
            _windows(state, policy, review, phase, sums, unsure, warm, tally)
            _live_once(state, policy, review, phase, demand, lost, crossing, warm, arriving, tally)
