"""Classes: what items of one demand kind have in common, learned from how past forecasts did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from justenough.domain.item import DemandKind, Form
from justenough.estimation.demand import DEFAULT_PARAMS, DemandParams, Level, Past, idle_of, kinds_of, past_of
from justenough.kernels import smoothing
from justenough.kernels.loss import cdf

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.history import History

N_KINDS = len(DemandKind)
FORMS = (Form.GAMMA, Form.NEGATIVE_BINOMIAL, Form.ZERO_GAMMA, Form.NORMAL)
_LEAST_CHANCE = 1e-6  # a forecast that called the impossible is not fined without end


@dataclass(frozen=True, slots=True)
class Classes:
    """
    One row per `DemandKind`.

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
    """

    method: Ints
    smoothing: Floats
    line: Floats
    scatter: Floats
    noise: Floats
    drift: Floats
    form: Ints
    windows: Ints

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
        return np.where(level > 0.0, np.exp(log_variance) * moved ** self.line[kind, 1], 0.0)

    def form_of(self, past: Past, kind: Ints) -> Ints:
        """`Form` of each item. (n_items,)"""
        return self.form[kind, (past.whole > 0.0).astype(np.int64)]


@dataclass(frozen=True, slots=True)
class _Trial:
    """Forecasts made at past moments and what then happened; one row per item and moment."""

    past: Past
    kind: Ints
    periods: Floats  # exposed periods after the moment
    wanted: Floats  # what was wanted in them


def classes_of(history: History, params: DemandParams = DEFAULT_PARAMS, *, exposed_days: Floats | None = None) -> Classes:
    """
    Learn each kind's method, dispersion, drift and form from forecasts made at past moments.

    From each of ``params.origins`` moments, an exposed time apart, the record until then forecasts the
    exposed time after it. The level method with the least squared error, in units of its own expected
    spread, wins. Then every form and drift is scored by the logarithm of the probability it gave to what
    happened (Kolassa 2016), and the best pair wins. Kinds with few forecasts take the plant's.

    Parameters
    ----------
    exposed_days : (n_items,) [days]
        See `demand_of`.
    """
    trial = _trial_of(history, params, exposed_days)
    line, scatter, noise = _dispersion(trial, params)
    method, weight, level = _methods(trial, params)
    blank = np.zeros(N_KINDS)
    learned = Classes(method, weight, line, scatter, noise, blank, np.zeros((N_KINDS, 2), np.int64), np.zeros(N_KINDS, np.int64))
    drift, form = _drifts_and_forms(trial, learned, level, params)
    return Classes(method, weight, line, scatter, noise, drift, form, np.bincount(trial.kind, minlength=N_KINDS))


def _trial_of(history: History, params: DemandParams, exposed_days: Floats | None) -> _Trial:
    offsets = history.series.offsets
    chosen = _sample(history.items, params.sample)
    lengths = np.diff(offsets)[chosen]
    if exposed_days is None:
        periods = np.maximum(lengths // 8, 1)
    else:
        asked = np.nan_to_num(np.asarray(exposed_days, dtype=np.float64)[chosen] / history.period_days, nan=1.0, posinf=1.0)
        periods = np.clip(np.rint(asked).astype(np.int64), 1, np.maximum(lengths // 4, 1))
    starts, ends, spans = [], [], []
    for k in range(1, params.origins + 1):
        cut = offsets[chosen + 1] - k * periods
        usable = cut - offsets[chosen] >= params.new_periods // 2
        starts.append(offsets[chosen][usable])
        ends.append(cut[usable])
        spans.append(periods[usable])
    start, end, span = np.concatenate(starts), np.concatenate(ends), np.concatenate(spans)
    wanted = smoothing.window_sums(history.series.values, end, end + span)
    past = past_of(history.series.values, start, end)
    judged = ~np.isnan(wanted) & (past.mean > 0.0)
    past = past_of(history.series.values, start[judged], end[judged])
    return _Trial(past, kinds_of(past, params), span[judged].astype(np.float64), wanted[judged])


def _sample(items: tuple[str, ...], most: int) -> Ints:
    """Rows of at most ``most`` items, chosen by name so that another order or split chooses the same."""
    if len(items) <= most:
        return np.arange(len(items))
    marks = np.array([crc32(item.encode()) for item in items])
    return np.sort(np.argsort(marks, kind="stable")[:most])


def _by_kind(kind: Ints, params: DemandParams) -> list[tuple[int, np.ndarray[tuple[int], np.dtype[np.bool_]]]]:
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
    past = trial.past
    whole = past.whole > 0.0
    mean = np.maximum(level * trial.periods, 1e-9)
    noise = np.maximum(learned.variance_of(past, trial.kind, level) * trial.periods, 1e-12)
    # Divisible quantities are scored in cells of a hundredth of the forecast.
    half = np.where(whole, 0.5, 0.005 * mean)
    step = np.where(whole, 1.0, 0.0)
    reach = np.where(whole, 0.0, half)  # cdf adds step / 2 itself
    score = np.empty((len(FORMS), len(params.drifts), len(mean)))
    for d, drift in enumerate(params.drifts):
        variance = noise + np.square(drift * mean)
        count = -np.log(idle_of(past)) * trial.periods
        idle = np.exp(-count) if drift == 0.0 else (1.0 + drift**2 * count) ** (-1.0 / drift**2)
        for f, form in enumerate(FORMS):
            code = np.full(len(mean), form, dtype=np.int64)
            above = cdf(code, mean, variance, idle, step, trial.wanted + reach)
            below = np.where(trial.wanted > 0.0, cdf(code, mean, variance, idle, step, trial.wanted - reach - step), 0.0)
            score[f, d] = np.log(np.maximum(above - below, _LEAST_CHANCE))
    drift_of, form_of = np.full(N_KINDS, params.default_drift), np.full((N_KINDS, 2), Form.GAMMA, dtype=np.int64)
    for k, rows in _by_kind(trial.kind, params):
        if not rows.any():
            continue
        best = np.unravel_index(np.argmax(score[:, :, rows].mean(axis=2)), score.shape[:2])
        drift_of[k] = params.drifts[int(best[1])]
        for w in (0, 1):
            mine = rows & (whole == bool(w))
            allowed = [f for f, form in enumerate(FORMS) if w or form != Form.NEGATIVE_BINOMIAL]
            if mine.any():
                form_of[k, w] = FORMS[max(allowed, key=lambda f: float(score[f, int(best[1])][mine].mean()))]
    return drift_of, form_of
