"""Classes: what items of one demand kind have in common, learned from how past forecasts did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from justenough.domain.item import DemandKind, Form
from justenough.estimation.demand import DEFAULT_PARAMS, DemandParams, Level, Past, kinds_of, past_of
from justenough.kernels import smoothing
from justenough.kernels.loss import cdf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.history import History

    Truths = NDArray[np.bool_]

N_KINDS = len(DemandKind)
FORMS = (Form.GAMMA, Form.NEGATIVE_BINOMIAL, Form.ZERO_GAMMA, Form.NORMAL)
_MOST_SIZE_SPREAD = 1.0  # sd of log sizes of unlike items; more and one huge item would speak for all
_MOST_ERROR = 4.0  # relative variance of an estimated level; beyond, the figure says nothing more
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
class Classes:
    """
    What each kind's items have in common: one row per `DemandKind`; and what the never wanted have.

    Parameters
    ----------
    method, smoothing : (n_kinds,)
        `Level` and its weight.
    line : (n_kinds, 2)
        ``log variance = a + b log mean`` of a period's demand (Taylor 1961).
    scatter : (n_kinds,)
        How far items truly lie from that line: variance of the log.
    noise : (n_kinds,)
        Variance of one item's log sample variance, times its periods with demand.
    drift : (n_kinds,)
    form : (n_kinds, 2)
        `Form` where quantities are divisible (0) and whole (1).
    windows : (n_kinds,)
        Past forecasts judged.
    unseen
    """

    method: Ints
    smoothing: Floats
    line: Floats
    scatter: Floats
    noise: Floats
    drift: Floats
    form: Ints
    windows: Ints
    unseen: Unseen

    def level_of(self, past: Past, kind: Ints) -> Floats:
        """Expected demand of one period, by the kind's method. (n_items,) [units/period]."""
        level = smoothing.levels(past.values, past.starts, past.ends, self.method[kind], self.smoothing[kind])
        return np.where(past.mean > 0.0, level, self.unseen.chance * self.unseen.size)

    def idle_of(self, past: Past) -> Floats:
        """
        Probability that one period passes without demand. (n_items,) [fraction].

        Jeffreys' prior on the share of idle periods; the plant's own experience for items never wanted.
        """
        return np.where(past.mean > 0.0, (past.known - past.positive + 0.5) / (past.known + 1.0), 1.0 - self.unseen.chance)

    def drift_of(self, past: Past, kind: Ints, level: Floats, variance: Floats, drift: Floats) -> Floats:
        """
        Relative sd of each item's level: its kind's drift and the error of its own estimate. (n_items,) [fraction].

        The estimate rests on as many periods as its method weighs: all, or ``(2 - a) / a`` of them for a
        smoother of weight ``a`` (of demands, for Croston's). An item never wanted has the plant's level.
        """
        weight = np.maximum(self.smoothing[kind], 1e-9)
        memory = (2.0 - weight) / weight
        by_demand = np.isin(self.method[kind], (Level.CROSTON, Level.SBA))
        with np.errstate(invalid="ignore"):
            memory = np.where(by_demand, memory * past.adi, memory)
        rests_on = np.where(self.method[kind] == Level.MEAN, past.known, np.minimum(memory, past.known))
        own = (past.mean > 0.0) & (level > 0.0)
        error = variance / np.square(np.where(own, level, 1.0)) / np.maximum(rests_on, 1.0)
        return np.where(own, np.sqrt(np.square(drift) + np.minimum(error, _MOST_ERROR)), 0.0)

    def variance_of(self, past: Past, kind: Ints, level: Floats) -> Floats:
        """
        Variance of one period, the item's own drawn to its kind's line. (n_items,) [units^2/period]

        Empirical Bayes on the logarithm: the item's weight is ``scatter / (scatter + noise / demands)``.
        A level that has moved since takes the variance with it along the line.
        """
        trust = self.scatter[kind] / (self.scatter[kind] + self.noise[kind] / np.maximum(past.positive, 1.0))
        own = (past.mean > 0.0) & (past.variance > 0.0)
        mean = np.where(past.mean > 0.0, past.mean, 1.0)
        expected = self.line[kind, 0] + self.line[kind, 1] * np.log(mean)
        seen = np.where(own, np.log(np.where(own, past.variance, 1.0)), expected)
        log_variance = trust * seen + (1.0 - trust) * expected
        moved = np.where(level > 0.0, level, mean) / mean
        known = np.where(level > 0.0, np.exp(log_variance) * moved ** self.line[kind, 1], 0.0)
        return np.where(past.mean > 0.0, known, self.unseen.chance * self.unseen.square - (self.unseen.chance * self.unseen.size) ** 2)

    def form_of(self, past: Past, kind: Ints) -> Ints:
        """`Form` of each item. (n_items,)"""
        return np.where(past.mean > 0.0, self.form[kind, (past.whole > 0.0).astype(np.int64)], Form.ZERO_GAMMA)


@dataclass(frozen=True, slots=True)
class _Trial:
    """Forecasts made at past moments and what then happened; one row per item and moment."""

    past: Past
    kind: Ints
    periods: Floats  # length of the exposed time forecast
    wanted: Floats  # what was wanted in them


def classes_of(history: History, params: DemandParams = DEFAULT_PARAMS, *, exposed_days: Floats | None = None) -> Classes:
    """
    Learn each kind's method, dispersion, drift and form from forecasts made at past moments.

    From each of ``params.origins`` moments the record until then forecasts exposed times after it, for as
    long as a plan stands: a level that is right on the day of the plan may not be at the end of it. The level method with the least squared error, in units of its own expected
    spread, wins. Then every form and drift is scored by the logarithm of the probability it gave to what
    happened (Kolassa 2016), and the best pair wins. Kinds with few forecasts take the plant's.

    Parameters
    ----------
    exposed_days : (n_items,) [days]
        See `demand_of`.
    """
    trial, unseen = _trial_of(history, params, exposed_days)
    line, scatter, noise = _dispersion(trial, params)
    method, weight, level = _methods(trial, params)
    blank = np.zeros(N_KINDS)
    windows = np.bincount(trial.kind, minlength=N_KINDS)
    learned = Classes(method, weight, line, scatter, noise, blank, np.zeros((N_KINDS, 2), np.int64), windows, unseen)
    drift, form = _drifts_and_forms(trial, learned, level, params)
    return replace(learned, drift=drift, form=form)


def _trial_of(history: History, params: DemandParams, exposed_days: Floats | None) -> tuple[_Trial, Unseen]:
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
    return _Trial(past, kinds_of(past, params), span[judged].astype(np.float64), wanted[judged]), unseen


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


def _by_kind(kind: Ints, params: DemandParams) -> list[tuple[int, Truths]]:
    """Rows that speak for each kind: its own, or all when they are few."""
    return [(k, kind == k if (kind == k).sum() >= params.least_windows else np.ones(len(kind), dtype=bool)) for k in range(N_KINDS)]


def _dispersion(trial: _Trial, params: DemandParams) -> tuple[Floats, Floats, Floats]:
    past = trial.past
    line, scatter, noise = np.tile([0.0, 1.0], (N_KINDS, 1)), np.full(N_KINDS, 0.25), np.full(N_KINDS, 2.0)
    middle = (past.starts + past.ends) // 2
    halves = past_of(past.values, past.starts, middle), past_of(past.values, middle, past.ends)
    for k, rows in _by_kind(trial.kind, params):
        use = rows & (past.mean > 0.0) & (past.variance > 0.0) & (past.positive >= 2.0)
        if use.sum() < 10:
            continue
        x, y, weight = np.log(past.mean[use]), np.log(past.variance[use]), past.positive[use]
        slope = float(np.cov(x, y, aweights=weight)[0, 1] / max(np.cov(x, aweights=weight), 1e-12)) if np.ptp(x) > 0.1 else 1.5
        slope = min(max(slope, 1.0), 2.0)
        level = float(np.average(y - slope * x, weights=weight))
        line[k] = level, slope
        both = use & (halves[0].variance > 0.0) & (halves[1].variance > 0.0) & (halves[0].positive > 1.0) & (halves[1].positive > 1.0)
        if both.sum() >= 10:
            apart = [np.log(h.variance[both]) - slope * np.log(h.mean[both]) for h in halves]
            demands = 1.0 / (1.0 / halves[0].positive[both] + 1.0 / halves[1].positive[both])
            noise[k] = float(np.clip(np.mean(np.square(apart[0] - apart[1]) * demands), 0.2, 20.0))
        rest = np.average(np.square(y - level - slope * x), weights=weight)
        scatter[k] = max(float(rest - np.average(noise[k] / weight, weights=weight)), 0.01)
    return line, scatter, noise


def _methods(trial: _Trial, params: DemandParams) -> tuple[Ints, Floats, Floats]:
    """Winner of each kind, and the level it gives in each trial."""
    past, n = trial.past, len(trial.kind)
    candidates = [(Level.MEAN, 0.0)] + [(level, a) for level in (Level.SES, Level.CROSTON, Level.SBA, Level.TSB) for a in params.smoothings]
    method, weight = np.zeros(N_KINDS, np.int64), np.zeros(N_KINDS)
    levels = np.array([smoothing.levels(past.values, past.starts, past.ends, np.full(n, m), np.full(n, a)) for m, a in candidates])
    scale = trial.periods * past.variance + np.square(past.mean) * trial.periods
    errors = np.square(levels * trial.periods - trial.wanted) / np.maximum(scale, 1e-300)
    level = np.zeros(n)
    for k, rows in _by_kind(trial.kind, params):
        best = int(np.argmin(errors[:, rows].mean(axis=1))) if rows.any() else 0
        method[k], weight[k] = candidates[best]
        mine = trial.kind == k
        level[mine] = levels[best, mine]
    return method, weight, level


def _drifts_and_forms(trial: _Trial, learned: Classes, level: Floats, params: DemandParams) -> tuple[Floats, Ints]:
    """Form by the probability it gave to what happened; then the drift with which promises were kept."""
    whole = trial.past.whole > 0.0
    plain, noise, _ = _forecast(trial, learned, level, 0.0)
    start = np.floor(plain + np.sqrt(noise))
    score = np.array(
        [
            [_tail_scores(_forecast(trial, learned, level, drift), int(form), trial.wanted, start, whole) for drift in params.drifts]
            for form in FORMS
        ]
    )
    drifts, forms = np.full(N_KINDS, params.default_drift), np.full((N_KINDS, 2), Form.GAMMA, dtype=np.int64)
    used = np.zeros(len(level), dtype=np.int64)
    for k, rows in _by_kind(trial.kind, params):
        for w in (0, 1):
            mine = rows & (whole == bool(w))
            if not mine.any():
                continue
            allowed = [f for f, form in enumerate(FORMS) if w or form != Form.NEGATIVE_BINOMIAL]
            best = max(allowed, key=lambda f: float(score[f][:, mine].mean(axis=1).max()))
            forms[k, w] = FORMS[best]
            used[(trial.kind == k) & mine] = forms[k, w]
    broken = np.array([_broken_promises(_forecast(trial, learned, level, drift), used, trial.wanted, whole, params) for drift in params.drifts])
    for k, rows in _by_kind(trial.kind, params):
        if rows.any():
            misses = broken[:, :, rows].mean(axis=2) / np.sqrt(np.array(params.promises) * (1.0 - np.array(params.promises)))
            drifts[k] = params.drifts[int(np.argmin(np.square(misses).sum(axis=1)))]
    return drifts, forms


def _forecast(trial: _Trial, learned: Classes, level: Floats, drift: float) -> tuple[Floats, Floats, Floats]:
    """Mean, variance and idle probability of the exposed periods of each trial."""
    mean = np.maximum(level * trial.periods, 1e-9)
    period_variance = learned.variance_of(trial.past, trial.kind, level)
    relative = np.square(learned.drift_of(trial.past, trial.kind, level, period_variance, np.full(len(level), drift)))
    noise = np.maximum(period_variance * trial.periods, 1e-12)
    count = -np.log(learned.idle_of(trial.past)) * trial.periods
    idle = np.where(relative > 1e-9, (1.0 + relative * count) ** (-1.0 / np.maximum(relative, 1e-9)), np.exp(-count))
    return mean, noise + relative * np.square(mean), idle


def _tail_scores(forecast: tuple[Floats, Floats, Floats], form: int, wanted: Floats, start: Floats, whole: Truths) -> Floats:
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


def _broken_promises(forecast: tuple[Floats, Floats, Floats], form: Ints, wanted: Floats, whole: Truths, params: DemandParams) -> Floats:
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
