"""Trials: forecasts made at past moments of the record, and how what then happened judges them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.spelling import check_sums_of
from justenough.estimation.knobs import DemandParams
from justenough.estimation.past import Past, ended_chance, in_lots_of, kinds_of, past_of, since_begun
from justenough.estimation.seasons import without_seasons
from justenough.kernels import smoothing
from justenough.kernels.loss import cdf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.history import History

    Truths = NDArray[np.bool_]

_MOST_SIZE_SPREAD = 1.0  # sd of log sizes of unlike items; more and one huge item would speak for all
_GOLDEN = 0.6180339887498949
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

    item: Ints  # row of the item
    past: Past
    kind: Ints
    periods: Floats  # length of the exposed time forecast
    wanted: Floats  # what was wanted in them
    level_periods: Floats  # a time about as long, of days whole weeks: by it the level is judged
    level_wanted: Floats  # what was wanted in it
    ended_chance: float  # of its silence up to which an item of this plant is taken as ended

    @property
    def n_items(self) -> int:
        """Items of which anything was forecast."""
        return len(np.unique(self.item))

    def at(self, rows: Truths) -> Trial:
        """Some of the trials."""
        return replace(self, past=self.past.at(rows), **{name: getattr(self, name)[rows] for name in _PER_TRIAL})


_PER_TRIAL = tuple(column.name for column in fields(Trial) if column.name not in ("past", "ended_chance"))


def trial_of(history: History, params: DemandParams, exposed_days: Floats | None, whole: Past | None = None) -> tuple[Trial, Unseen]:
    """
    Past forecasts of a sample of items and what was wanted after them; and of items never wanted till then.

    Seasons are taken out of the record: a level misses them and the item's own forecast does not. Judged with them, a
    fifth of seasonal items would double the drift of everybody's. ``whole`` is all items' record, if it was counted already.
    """
    chosen = _sample(history.items, params.sample)
    sample = without_seasons(history.only(chosen).until(_learned_until(history, params.learned_months)), params)
    lengths, offsets = sample.series.lengths, sample.series.offsets
    ended = ended_chance(since_begun(past_of(sample.series.values, offsets[:-1], offsets[1:]), params), params)
    asked = np.rint(exposed_periods(history, exposed_days)[chosen]).astype(np.int64)
    periods = np.clip(asked, 1, np.maximum(lengths // 4, 1))
    stands = max(round(params.plan_days / history.period_days), 1)
    made, begin = _moments(lengths, periods, stands, params)
    told, row = np.nonzero(made >= params.new_periods // 2)
    start, item, span = offsets[row], chosen[row], periods[row]
    end, begin, limit = start + made[told, row], start + begin[told, row], start + lengths[row]
    wanted = smoothing.window_sums(sample.series.values, begin, begin + span)
    past = past_of(sample.series.values, start, end, None if history.unit_cost is None else history.unit_cost[item], history.cycle)
    past = since_begun(past if whole is None else in_lots_of(past, np.fmax(whole.whole[item], 1.0)), params)
    unseen = _unseen_of(history, past, span, wanted, params, whole)
    judged = ~np.isnan(wanted) & (past.mean > 0.0)
    past, begin, span, wanted = past.at(judged), begin[judged], span[judged], wanted[judged]
    level_periods, level_wanted = _in_whole_weeks(past, begin, span, wanted, limit[judged])
    return Trial(item[judged], past, kinds_of(past, params), span.astype(np.float64), wanted, level_periods, level_wanted, ended), unseen


def _moments(lengths: Ints, periods: Ints, stands: int, params: DemandParams) -> tuple[Ints, Ints]:
    """
    When each forecast is made, and when the exposed time it is of begins, from a record's first period. Each (n_forecasts, n_items).

    From each moment the plan's ages are spread over the time it stands, or until the record ends. Were each looked at when it is
    oldest, all whose time outlasts the record would end with it, and the record's last weeks would speak as loud as all others.
    So the ages are shifted from one moment to the next, by the golden section, which lies evenly however many there are. What is late
    on record still speaks oftener: more moments came before it.
    """
    shift = (np.arange(len(params.origins)) + 0.5) * _GOLDEN % 1.0
    ages = (np.arange(params.windows) + shift[:, None]).ravel()[:, None] / params.windows
    made = np.rint(np.repeat(params.origins, params.windows)[:, None] * lengths).astype(np.int64)
    made = np.minimum(made, lengths - periods)
    spare = np.minimum(lengths - made, np.maximum(stands, periods)) - periods
    return made, made + np.rint(ages * spare).astype(np.int64)


def _in_whole_weeks(past: Past, begin: Ints, span: Ints, wanted: Floats, limit: Ints) -> tuple[Floats, Floats]:
    """Lengths of the same windows in whole weeks, one at least, and what was wanted in them; as they are where the record ends too soon."""
    if past.cycle == 1:
        return span.astype(np.float64), wanted
    weeks = np.maximum(np.rint(span / past.cycle), 1.0).astype(np.int64) * past.cycle
    weeks = np.where(past.ends + weeks <= limit, weeks, weeks - past.cycle)
    begin = np.minimum(begin, limit - weeks)
    came = smoothing.window_sums(past.values, begin, begin + weeks)
    known = ~np.isnan(came) & (weeks > 0)
    return np.where(known, weeks, span).astype(np.float64), np.where(known, came, wanted)


def _learned_until(history: History, months: int) -> int:
    """Grid period before which classes are learned: the first since it was last time to, unless that leaves out half the record."""
    if not months or not history.n_periods:
        return history.n_periods
    turns = np.array(history.starts, dtype="datetime64[M]").astype(np.int64) // months
    begun = int(np.argmax(turns == turns[-1]))
    return begun if 2 * begun >= history.n_periods else history.n_periods


def exposed_periods(history: History, exposed_days: Floats | None) -> Floats:
    """Time over which each item is forecast: as asked, or an eighth of its record. (n_items,) [periods]"""
    if exposed_days is None:
        return np.maximum(history.series.lengths // 8, 1).astype(np.float64)
    asked = np.asarray(exposed_days, dtype=np.float64) / history.period_days
    return np.asarray(np.where(np.isfinite(asked) & (asked > 0.0), asked, 1.0))


def _unseen_of(history: History, past: Past, span: Ints, wanted: Floats, params: DemandParams, whole: Past | None) -> Unseen:
    """First demands of items that had none until the moment of a trial; Jeffreys' prior where they are few."""
    rows = (past.positive == 0.0) & (past.known > 0.0) & ~np.isnan(wanted)
    woke = rows & (wanted > 0.0)
    chance = (woke.sum() + 0.5) / (span[rows].sum() + np.median(past.known[rows]) + 1.0) if rows.any() else 0.5 / (history.n_periods + 1.0)
    sizes, weight = wanted[woke], np.ones(woke.sum())
    if len(sizes) < params.least_windows:
        sizes, weight = _usual_sizes(history, whole)
    if not len(sizes):
        return Unseen(float(chance), 1.0, 1.0)
    logs = np.log(sizes)
    middle = np.average(logs, weights=weight)
    spread = min(float(np.sqrt(np.average(np.square(logs - middle), weights=weight))), _MOST_SIZE_SPREAD)
    size = float(np.exp(middle + spread**2 / 2.0))
    return Unseen(float(chance), size, size**2 * float(np.exp(spread**2)))


def _usual_sizes(history: History, whole: Past | None) -> tuple[Floats, Floats]:
    """Mean size of the demands of every item that had any, and how much it says: by the square of their rarity. [units], [1]"""
    offsets = history.series.offsets
    whole = whole or past_of(history.series.values, offsets[:-1], offsets[1:])
    some = whole.positive > 0.0
    return np.asarray((whole.mean * whole.adi)[some]), 1.0 / np.square(whole.positive[some])


def _sample(items: tuple[str, ...], most: int) -> Ints:
    """Rows of at most ``most`` items, chosen and put in order by name: in whatever order a plant's items come, sums round alike."""
    return np.argsort(check_sums_of(pl.Series(items, dtype=pl.String)), kind="stable")[:most]


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


def missed_promises(forecast: tuple[Floats, Floats, Floats], form: int, wanted: Floats, whole: Truths, params: DemandParams) -> Floats:
    """
    How often each promise was kept, less the promise. (n_promises, n_trials).

    What was wanted has the forecast's own probability F(wanted - 1) to F(wanted); the promise is kept by the
    part of it below (the non-randomised probability integral transform of Czado, Gneiting & Held 2009, eq. 2).
    Its mean is zero for a true forecast of counts, at every promise, whatever whole numbers can be stocked.
    """
    mean, variance, idle = forecast
    step = np.where(whole, 1.0, 0.0)
    high = cdf(form, mean, variance, idle, step, wanted)
    low = np.where(wanted > 0.0, np.where(whole, cdf(form, mean, variance, idle, step, wanted - step), high), 0.0)
    promises = np.array(params.promises)[:, None]
    return np.asarray(np.clip((promises - low) / np.maximum(high - low, 1e-12), 0.0, 1.0) - promises)


def clear_winner(losses: Floats) -> int:
    """
    Candidate with the least mean loss if it beats candidate 0 beyond doubt; else 0.

    Beyond doubt is twice the standard error of the paired difference: of a dozen lively methods the luckiest
    always looks better on few forecasts, and then chases the latest lump.
    """
    best = int(np.argmin(losses.mean(axis=1)))
    gain = losses[0] - losses[best]
    doubt = gain.std() / np.sqrt(len(gain))
    return best if gain.mean() > 2.0 * doubt else 0
