"""Draws: demand that might come, drawn so that an item gets the same whatever lies beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Form
from justenough.domain.ragged import Ragged
from justenough.kernels import futures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.demand import Demand


@dataclass(frozen=True, slots=True)
class Futures:
    """
    From what possible lives draw their demand, day by day; days are independent around a life's level.

    Parameters
    ----------
    form : (n_items,)
        `Form` of a day's demand. NORMAL, GAMMA and NEGATIVE_BINOMIAL days add up to the same form over any
        time. ZERO_GAMMA and ZERO_LOGNORMAL days are a Poisson number of gamma lumps. WINDOWS lives begin somewhere in the
        item's own history and go round it.
    mean, variance : (n_items, n_periods) [units], [units^2]
        Of one day, in each period of the year of levels; one column where every period is alike.
    idle : (n_items,) [fraction]
        Chance of a day without demand in the first period, read by ZERO_GAMMA and ZERO_LOGNORMAL only; raised where the variance
        asks for lumps that come more seldom.
    drift : (n_items,) [fraction]
        Relative sd of the level, drawn once a life: normal for NORMAL, lognormal for
        ZERO_LOGNORMAL, else gamma. A level changes how often
        something is wanted, not how much at a time.
    history
        Each item's own periods, read by WINDOWS only.
    lot : (n_items,) [units]
        What is wanted is a whole number of these, a count of the same mean and variance; 1 or None: units, or anything.
    """

    form: Ints
    mean: Floats
    variance: Floats
    idle: Floats
    drift: Floats
    history: Ragged | None = None
    lot: Floats | None = None

    @classmethod
    def of(cls, demand: Demand, *, mean: Floats | None = None, variance: Floats | None = None, history: Ragged | None = None) -> Futures:
        """
        Futures as `justenough.estimation.exposure.exposure_over` assumes them.

        Parameters
        ----------
        mean, variance : (n_items, n_periods) [units/day], [units^2/day]
            Of each coming period; those of ``demand`` where not given.
        history
            Needed where a form is WINDOWS.
        """
        swing = demand.swing if mean is None else 0.0  # means by period say the season
        mean = demand.mean[:, None] if mean is None else mean
        variance = demand.variance[:, None] if variance is None else variance
        idle = np.power(np.clip(demand.idle, 1e-12, 1.0), 1.0 / demand.period_days)
        form = demand.form
        if demand.lot is not None:
            form = np.where((demand.lot > 1.0) & (form != int(Form.WINDOWS)), int(Form.NEGATIVE_BINOMIAL), form)
        return cls(form, mean, variance, idle, np.hypot(demand.drift, swing), history, demand.lot)

    def tables(self, slot_days: float) -> Floats:
        """Mean, variance and mean count of lumps of a slot, in lots, for `justenough.kernels.futures.draw`. (n_items, 3, n_periods)"""
        mean, variance = np.atleast_2d(self.mean), np.atleast_2d(self.variance)
        if self.lot is not None:
            lot = np.maximum(self.lot, 1.0)[:, None]
            mean, variance = mean / lot, variance / np.square(lot)
        with np.errstate(divide="ignore", invalid="ignore"):
            # A lump is no smaller than the ratio of mean to count, so the second moment of lumps bounds their count.
            count = np.fmax(-np.log(np.clip(self.idle, 1e-12, 1.0))[:, None] * mean / mean[:, :1], np.square(mean) / variance)
        zero = np.isin(self.form, (Form.ZERO_GAMMA, Form.ZERO_LOGNORMAL))[:, None] & (mean > 0.0) & (variance > 0.0)
        return np.ascontiguousarray(np.stack([mean, variance, np.where(zero, count, 0.0)], axis=1) * slot_days, dtype=np.float64)


def drawn(
    items: Sequence[str],
    form: Ints,
    mean: Floats,
    variance: Floats,
    idle: Floats,
    *,
    periods: int,
    seed: int,
    drift: ArrayLike = 0.0,
) -> Ragged:
    """
    Independent demand of ``periods`` periods for each item.

    Parameters
    ----------
    form, mean, variance, idle, drift : (n_items,)
        Of one period's demand, as in `Futures`. [units], [units^2]
    seed
        Together with the item's code it fixes the draw.
    """
    if (np.asarray(form) == Form.WINDOWS).any():
        raise ValueError("form must be a distribution, got WINDOWS: an own history is lived, not drawn")
    n = len(items)
    column = np.zeros((n, 1))
    tables = Futures(form, column + np.reshape(mean, (-1, 1)), column + np.reshape(variance, (-1, 1)), idle, np.zeros(n)).tables(1.0)
    values = np.empty((n, periods))
    spread = np.array(np.broadcast_to(drift, n), dtype=np.float64)
    futures.draw_items(np.ascontiguousarray(form, dtype=np.int64), tables, spread, seeds_of(items, seed), values)
    return Ragged(values.ravel(), np.arange(n + 1, dtype=np.int64) * periods)


def seeds_of(items: Sequence[str], seed: int) -> NDArray[np.uint64]:
    """One seed for each item from its code and ``seed``. (n_items,)"""
    salt = seed.to_bytes(8, "little", signed=True)
    digests = b"".join(hashlib.blake2b(item.encode(), digest_size=8, salt=salt).digest() for item in items)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
