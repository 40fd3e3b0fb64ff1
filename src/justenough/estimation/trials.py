"""Trials: forecasts made at past moments of the record, and how what then happened judges them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from justenough.estimation.demand import DemandParams, Past, kinds_of, past_of
from justenough.kernels import smoothing
from justenough.kernels.loss import cdf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.history import History

    Truths = NDArray[np.bool_]

_MOST_SIZE_SPREAD = 1.0  # sd of log sizes of unlike items; more and one huge item would speak for all
_LEAST_CHANCE = 1e-6  # a forecast that called the impossible is not fined without end


@dataclass(frozen=True, slots=True)
class Unseen:
    """
    What comes to items that were never wanted in their whole record.

    Parameters
    ----------
    chance
        Probability that one period brings a first demand.
    size, square
        Mean of such a demand and of its square. [units], [units^2]
    """

    chance: float
    size: float
    square: float


@dataclass(frozen=True, slots=True)
class Trial:
    """Forecasts made at past moments and what then happened; one row per item and moment."""

    past: Past
    kind: Ints
    periods: Floats  # length of the exposed time forecast
    wanted: Floats  # what was wanted in them


def trial_of(history: History, params: DemandParams, exposed_days: Floats | None) -> tuple[Trial, Unseen]:
    """Past forecasts of a sample of items and what was wanted after them; and of items never wanted till then."""
    offsets = history.series.offsets
    chosen = _sample(history.items, params.sample)
    lengths = np.diff(offsets)[chosen]
    if exposed_days is None:
        periods = np.maximum(lengths // 8, 1)
    else:
        asked = np.nan_to_num(np.asarray(exposed_days, dtype=np.float64)[chosen] / history.period_days, nan=1.0, posinf=1.0)
        periods = np.clip(np.rint(asked).astype(np.int64), 1, np.maximum(lengths // 4, 1))
    stands = max(round(params.plan_days / history.period_days), 1)
    first, starts, ends, begins, spans = offsets[chosen], [], [], [], []
    for share in params.origins:
        cut = first + np.rint(share * lengths).astype(np.int64)
        cut = np.minimum(cut, first + lengths - periods)
        spare = np.minimum(first + lengths - cut, np.maximum(stands, periods)) - periods
        usable = cut - first >= params.new_periods // 2
        for age in np.linspace(0.0, 1.0, params.windows):
            starts.append(first[usable])
            ends.append(cut[usable])
            begins.append((cut + np.rint(age * spare).astype(np.int64))[usable])
            spans.append(periods[usable])
    start, end, begin, span = np.concatenate(starts), np.concatenate(ends), np.concatenate(begins), np.concatenate(spans)
    wanted = smoothing.window_sums(history.series.values, begin, begin + span)
    past = past_of(history.series.values, start, end)
    unseen = _unseen_of(history, past, span, wanted, params)
    judged = ~np.isnan(wanted) & (past.mean > 0.0)
    past = past_of(history.series.values, start[judged], end[judged])
    return Trial(past, kinds_of(past, params), span[judged].astype(np.float64), wanted[judged]), unseen


def _unseen_of(history: History, past: Past, span: Ints, wanted: Floats, params: DemandParams) -> Unseen:
    """First demands of items that had none until the moment of a trial; Jeffreys' prior where they are few."""
    rows = (past.positive == 0.0) & (past.known > 0.0) & ~np.isnan(wanted)
    woke = rows & (wanted > 0.0)
    chance = (woke.sum() + 0.5) / (span[rows].sum() + np.median(past.known[rows]) + 1.0) if rows.any() else 0.5 / (history.n_periods + 1.0)
    offsets = history.series.offsets
    whole = past_of(history.series.values, offsets[:-1], offsets[1:])
    sizes = wanted[woke] if woke.sum() >= params.least_windows else (whole.mean * whole.adi)[whole.positive > 0.0]
    if not len(sizes):
        return Unseen(float(chance), 1.0, 1.0)
    spread = min(float(np.log(sizes).std()), _MOST_SIZE_SPREAD)
    size = float(np.exp(np.log(sizes).mean() + spread**2 / 2.0))
    return Unseen(float(chance), size, size**2 * float(np.exp(spread**2)))


def _sample(items: tuple[str, ...], most: int) -> Ints:
    """Rows of at most ``most`` items, chosen by name so that another order or split chooses the same."""
    if len(items) <= most:
        return np.arange(len(items))
    marks = np.array([crc32(item.encode()) for item in items])
    return np.sort(np.argsort(marks, kind="stable")[:most])


def tail_scores(forecast: tuple[Floats, Floats, Floats], form: int, wanted: Floats, start: Floats, whole: Truths) -> Floats:
    """
    Censored log likelihood of what happened (Diks, Panchenko & van Dijk 2011).

    Below ``start`` it counts only that it was below: there no stock is decided. Divisible quantities in cells
    of a hundredth of the forecast.
    """
    mean, variance, idle = forecast
    step = np.where(whole, 1.0, 0.0)
    reach = np.where(whole, 0.0, 0.005 * mean)  # cdf adds half a step itself
    high = wanted > start
    above = cdf(form, mean, variance, idle, step, np.where(high, wanted + reach, start))
    below = np.where(high, cdf(form, mean, variance, idle, step, wanted - reach - step), 0.0)
    return np.asarray(np.log(np.maximum(above - below, _LEAST_CHANCE)))


def broken_promises(forecast: tuple[Floats, Floats, Floats], form: Ints, wanted: Floats, whole: Truths, params: DemandParams) -> Floats:
    """
    Stated minus kept service of each trial, had each promise been stocked for. (n_promises, n_trials).

    With the stock S at which ``F(S)`` first reaches the promise, what is stated is F(S).
    """
    mean, variance, idle = forecast
    step = np.where(whole, 1.0, 0.0)
    out = np.empty((len(params.promises), len(mean)))
    for p, promise in enumerate(params.promises):
        low, high = np.full(len(mean), -1.0), np.ceil(mean + 12.0 * np.sqrt(variance))
        for _ in range(30):
            middle = np.where(whole, np.floor((low + high) / 2.0), (low + high) / 2.0)
            reached = cdf(form, mean, variance, idle, step, middle) >= promise
            low, high = np.where(reached, low, middle), np.where(reached, middle, high)
            if (high - low <= np.where(whole, 1.0, 0.001 * mean)).all():
                break
        out[p] = cdf(form, mean, variance, idle, step, high) - (wanted <= high)
    return out
