"""Deliveries: the slot in which an order arrives, whatever its supplier is up to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from justenough.kernels.variates import gamma, uniform

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Seeds = NDArray[np.uint64]

# Columns of one item's supply; times in slots. UP 0 has no supplier that stops as a whole.
N_SUPPLY = 8
LEAD, LEAD_SD, PI, WAIT, WAIT_SD, UP, REJECT, REJECT_SD = range(8)


@njit(cache=True)
def lead_slots(state: Seeds, supply: Floats) -> int:
    """Slots an order takes, an outage of its own included; rounded up or down so that the mean stays."""
    lead = gamma(state, supply[LEAD], supply[LEAD_SD])
    if supply[PI] > 0.0 and uniform(state) < supply[PI]:
        lead += gamma(state, supply[WAIT], supply[WAIT_SD])
    whole = math.floor(lead)
    part = lead - whole
    return whole + (1 if part > 1e-9 and uniform(state) < part else 0)


@njit(cache=True)
def working_slots(state: Seeds, supply: Floats, clock: Floats) -> None:
    """Fill ``clock`` with the supplier's slots of work before each slot; it is up, then down, for exponential times."""
    known = supply[WAIT_SD] * supply[WAIT_SD] - supply[WAIT] * supply[WAIT]
    # A spread beyond the exponential's is doubt about its mean: variance m^2 + 2 Var(m).
    down = gamma(state, supply[WAIT], math.sqrt(max(0.0, 0.5 * known)))
    up_share = supply[UP] / (supply[UP] + down) if down > 0.0 else 1.0
    up = uniform(state) < up_share
    until = -math.log(uniform(state)) * (supply[UP] if up else down)
    for t in range(len(clock) - 1):
        while until < t + 0.5:
            up = not up
            until += -math.log(uniform(state)) * (supply[UP] if up else down)
        clock[t + 1] = clock[t] + (1.0 if up else 0.0)


@njit(cache=True)
def arrivals_of(state: Seeds, supply: Floats, review: int, phase: int, crossing: int, clock: Floats, arrivals: Ints) -> None:
    """
    Slot in which an order of each slot arrives that is a review, for all of them, ordered at or not.

    What is under way while its supplier is down waits. Without crossing an order arrives no sooner than one
    of any earlier review would have (the sequential supply system of Zipkin 2000, sec. 7.4).
    """
    n = len(arrivals)
    stops = supply[UP] > 0.0
    fixed = supply[PI] <= 0.0 and supply[LEAD_SD] <= 0.0 and supply[LEAD] == math.floor(supply[LEAD])
    last = 0
    t = (-phase) % review
    while t < n:
        lead = int(supply[LEAD]) if fixed else lead_slots(state, supply)
        at = t + lead
        if stops and at < n:
            due = clock[t] + lead
            while at < n and (clock[at] < due or clock[at + 1] == clock[at]):
                at += 1
        if not crossing:
            at = max(at, last)
            last = at
        arrivals[t] = at
        t += review
