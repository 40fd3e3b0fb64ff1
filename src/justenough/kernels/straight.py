"""Straight: from a dense history to every item's curve in one pass, nothing kept in between."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit, prange

from justenough.kernels.loss import ZERO_GAMMA
from justenough.kernels.marginal import CHUNK, scratch_for, trace_one
from justenough.kernels.position import N_ITEM, PI, QUANTITY, RATE, REVIEW, STEP, undecidable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

# Columns of what is known of supply.
LEAD, LEAD_SD, REVIEWED, LOT = 0, 1, 2, 3


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


@njit(cache=True)
def _expose(form: int, rate: float, noise: float, drift: float, calm: float, supply: Floats, block: Floats) -> None:
    """Mean, variance and idle share over the three horizons, as `justenough.estimation.exposure.exposure_over`, without outages."""
    spread = supply[LEAD_SD] * supply[LEAD_SD]
    for h in range(3):
        days = supply[LEAD] + 0.5 * h * supply[REVIEWED]
        mean = rate * days
        block[0, h] = mean
        block[1, h] = noise * days + rate * rate * spread + drift * drift * mean * mean
        block[2, h] = 0.0
        if form == ZERO_GAMMA:
            relative = drift * drift + (spread / (days * days) if days > 0.0 else 0.0)
            count = -math.log(max(calm, 1e-12)) * days
            block[2, h] = (1.0 + relative * count) ** (-1.0 / relative) if relative > 1e-9 else math.exp(-count)


@njit(cache=True, parallel=True)
def curves_from(
    values: NDArray[np.floating],
    period_days: float,
    form: Ints,
    supply: Floats,
    terms: Floats,
    basis: Ints,
    lows: Floats,
    curves: Floats,
    means: Floats,
) -> None:
    """
    Curves from a history and nothing else.

    Parameters
    ----------
    values : (n, periods) [units/period]
        32 or 64 bits; NaN where nobody recorded.
    supply : (n, 4)
        Mean and standard deviation of the lead time, review, order quantity. [days, days, days, units]
    terms : (n, 12)
        Rows as in `justenough.kernels.position`; rate, review, quantity and the chance of an outage are filled here.
    lows, curves, means
        Filled: (n, points), (11, n, points), and (n,) mean exposure; NaN where nothing is known.
    """
    n, points = lows.shape
    for chunk in prange((n + CHUNK - 1) // CHUNK):
        scratch = scratch_for(points)
        out = scratch[2][0]
        block, item = np.zeros((6, 3)), np.empty(N_ITEM)
        for i in range(chunk * CHUNK, min(n, (chunk + 1) * CHUNK)):
            known, silent, total, squares = moments(values, i)
            rate = total / known / period_days if known > 0.0 else math.nan
            noise = max(0.0, squares - total * total / known) / (known - 1.0) / period_days if known > 1.0 else math.nan
            item[:] = terms[i]
            item[PI], item[RATE], item[REVIEW], item[QUANTITY] = 0.0, rate, supply[i, REVIEWED], supply[i, LOT]
            # A level seen for so many days is known no better than this.
            drift = math.sqrt(noise / (known * period_days)) / rate if rate > 0.0 else 0.0
            calm = (silent / known) ** (1.0 / period_days) if known > 0.0 else 0.0
            _expose(form[i], rate, noise, drift, calm, supply[i], block)
            means[i] = block[0, 2]
            if undecidable(block, item, item[QUANTITY]) or math.isnan(item[STEP]):
                lows[i], curves[:, i] = math.nan, math.nan
                continue
            trace_one(form[i], block, item, basis[i], 0, lows[i], scratch)
            curves[:, i] = out
