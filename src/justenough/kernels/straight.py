"""Straight: from a dense history to every item's exposure in one pass over it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numba import njit

from justenough.kernels.loss import ZERO_GAMMA, ZERO_LOGNORMAL
from justenough.kernels.position import PI, QUANTITY, RATE, REVIEW

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

# Columns of what is known of supply.
LEAD, LEAD_SD, REVIEWED, LOT = 0, 1, 2, 3


@njit(cache=True, fastmath={"reassoc", "contract"}, error_model="numpy")
def _sums(values: NDArray[np.floating], i: int) -> tuple[float, float]:
    """Sum and sum of squares of row ``i``; NaN where a period is."""
    total, squares = 0.0, 0.0
    for t in range(values.shape[1]):
        y = float(values[i, t])
        total += y
        squares += y * y
    return total, squares


@njit(cache=True, fastmath={"reassoc", "contract"}, error_model="numpy")
def moments(values: NDArray[np.floating], i: int) -> tuple[float, float, float, float]:
    """Known periods of row ``i``, those without demand, sum and sum of squares; NaN is a period nobody recorded."""
    known, silent, total, squares = 0.0, 0.0, 0.0, 0.0
    for t in range(values.shape[1]):
        given = float(values[i, t])
        there = given == given  # noqa: PLR0124 - NaN is not itself, and a comparison vectorises
        y = given if there else 0.0
        known += 1.0 if there else 0.0
        silent += 1.0 if y <= 0.0 and there else 0.0
        total += y
        squares += y * y
    return known, silent, total, squares


@njit(cache=True, error_model="numpy")
def _expose(i: int, form: int, rate: float, noise: float, drift: float, calm: float, supply: Floats, blocks: Floats) -> None:
    """Mean, variance and idle share over the three horizons, as `justenough.estimation.exposure.exposure_over`, without outages."""
    spread = supply[i, LEAD_SD] * supply[i, LEAD_SD]
    for h in range(3):
        days = supply[i, LEAD] + 0.5 * h * supply[i, REVIEWED]
        mean = rate * days
        blocks[i, 0, h] = mean
        blocks[i, 1, h] = noise * days + rate * rate * spread + drift * drift * mean * mean
        blocks[i, 2, h] = blocks[i, 3, h] = blocks[i, 4, h] = blocks[i, 5, h] = 0.0
        if form in (ZERO_GAMMA, ZERO_LOGNORMAL):
            relative = drift * drift + (spread / (days * days) if days > 0.0 else 0.0)
            count = -math.log(max(calm, 1e-12)) * days
            blocks[i, 2, h] = (1.0 + relative * count) ** (-1.0 / relative) if relative > 1e-9 else math.exp(-count)


@njit(cache=True, nogil=True, error_model="numpy")
def exposures_from(
    start: int, stop: int, values: NDArray[np.floating], period_days: float, form: Ints, supply: Floats, blocks: Floats, items: Floats
) -> None:
    """
    Exposures from a history and nothing else.

    Parameters
    ----------
    start, stop
        Rows to fill.
    values : (n, periods) [units/period]
        32 or 64 bits; NaN where nobody recorded.
    supply : (n, 4)
        Mean and standard deviation of the lead time, review, order quantity. [days, days, days, units]
    blocks, items
        Filled: (n, 6, 3), no outages; and of (n, 12), as in `justenough.kernels.position`, rate, review, quantity and the
        chance of an outage. NaN where nothing is known.
    """
    for i in range(start, stop):
        total, squares = _sums(values, i)
        known, silent = float(values.shape[1]), 0.0
        if math.isnan(total) or form[i] in (ZERO_GAMMA, ZERO_LOGNORMAL):  # else nobody asks which periods are known, or idle
            known, silent, total, squares = moments(values, i)
        rate = total / known / period_days if known > 0.0 else math.nan
        noise = max(0.0, squares - total * total / known) / (known - 1.0) / period_days if known > 1.0 else math.nan
        items[i, PI], items[i, RATE], items[i, REVIEW], items[i, QUANTITY] = 0.0, rate, supply[i, REVIEWED], supply[i, LOT]
        # A level seen for so many days is known no better than this.
        drift = math.sqrt(noise / (known * period_days)) / rate if rate > 0.0 else 0.0
        calm = (silent / known) ** (1.0 / period_days) if known > 0.0 else 0.0
        _expose(i, form[i], rate, noise, drift, calm, supply, blocks)
