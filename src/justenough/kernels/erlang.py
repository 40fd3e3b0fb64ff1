"""Erlang: one-for-one replenishment without waiting customers, as telephone lines without a queue (Erlang 1917)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit, prange

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@njit(cache=True)
def _odds_next(odds: float, load: float, lines: float) -> float:
    """``1 / B`` of one line more; ``1 / B(n) = 1 + n / (a B(n - 1))``, all terms positive, so no digit is lost."""
    return 1.0 + odds * lines / load


@njit(cache=True, parallel=True)
def blocked(lines: Floats, load: Floats, out: Floats) -> None:
    """Share of calls lost, ``out`` (n,), of ``load`` (n,) erlangs offered to ``lines`` (n,) lines."""
    for i in prange(len(lines)):
        if math.isnan(lines[i] + load[i]):
            out[i] = math.nan
            continue
        if load[i] <= 0.0:
            out[i] = 1.0 if lines[i] <= 0.0 else 0.0
            continue
        odds = 1.0
        for n in range(1, int(lines[i]) + 1):
            odds = _odds_next(odds, load[i], float(n))
        out[i] = 1.0 / odds


@njit(cache=True, parallel=True)
def cheapest_lines(load: Floats, holding: Floats, lost: Floats, out: Floats) -> None:
    """
    Base stock of least cost where what is not on the shelf is lost, ``out`` (n, 2): stock and cost a unit of time.

    Parameters
    ----------
    load : (n,)
        Demand of a mean lead time.
    holding : (n,)
        Cost of a unit on hand a unit of time.
    lost : (n,)
        Cost of losing all demand for a unit of time. Mean stock on hand is ``S - a (1 - B(S))`` and B is convex in S
        (Messerli 1972), so the first rise is the end.
    """
    for i in prange(len(load)):
        if math.isnan(load[i] + holding[i] + lost[i]):
            out[i] = math.nan
            continue
        stock, odds, cost = 0.0, 1.0, lost[i]
        while load[i] > 0.0:
            odds_more = _odds_next(odds, load[i], stock + 1.0)
            more = holding[i] * (stock + 1.0 - load[i] * (1.0 - 1.0 / odds_more)) + lost[i] / odds_more
            if more >= cost:
                break
            stock, odds, cost = stock + 1.0, odds_more, more
        out[i, 0], out[i, 1] = stock, cost
