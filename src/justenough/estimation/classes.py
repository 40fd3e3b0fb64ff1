"""Classes: what items of one demand kind have in common, learned from how past forecasts did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import DemandKind, Form
from justenough.estimation.demand import DEFAULT_PARAMS, DemandParams, Level, Past, past_of
from justenough.estimation.trials import Trial, Unseen, broken_promises, tail_scores, trial_of
from justenough.kernels import smoothing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.history import History

    Truths = NDArray[np.bool_]

N_KINDS = len(DemandKind)
FORMS = (Form.GAMMA, Form.NEGATIVE_BINOMIAL, Form.ZERO_GAMMA, Form.NORMAL)
_MOST_ERROR = 4.0  # relative variance of an estimated level; beyond, the figure says nothing more


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


def classes_of(history: History, params: DemandParams = DEFAULT_PARAMS, *, exposed_days: Floats | None = None) -> Classes:
    """
    Learn each kind's method, dispersion, drift and form from forecasts made at past moments.

    From each of ``params.origins`` moments the record until then forecasts exposed times after it, for as
    long as a plan stands: a level that is right on the day of the plan may not be at the end of it. The level
    method with the least squared error, in units of its own expected spread, wins. The form is the one that
    gave the most probability to what happened above one sd over the mean, where stock is decided. The drift is
    the one with which stated and kept service agree best. Kinds with few forecasts take the plant's.

    Parameters
    ----------
    exposed_days : (n_items,) [days]
        See `demand_of`.
    """
    trial, unseen = trial_of(history, params, exposed_days)
    line, scatter, noise = _dispersion(trial, params)
    method, weight, level = _methods(trial, params)
    blank = np.zeros(N_KINDS)
    windows = np.bincount(trial.kind, minlength=N_KINDS)
    no_form = np.zeros((N_KINDS, 2), np.int64)
    learned = Classes(method, weight, line, scatter, noise, blank, no_form, windows, unseen)
    drift, form = _drifts_and_forms(trial, learned, level, params)
    return replace(learned, drift=drift, form=form)


def _by_kind(kind: Ints, params: DemandParams) -> list[tuple[int, Truths]]:
    """Rows that speak for each kind: its own, or all when they are few."""
    return [(k, kind == k if (kind == k).sum() >= params.least_windows else np.ones(len(kind), dtype=bool)) for k in range(N_KINDS)]


def _dispersion(trial: Trial, params: DemandParams) -> tuple[Floats, Floats, Floats]:
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


def _methods(trial: Trial, params: DemandParams) -> tuple[Ints, Floats, Floats]:
    """Winner of each kind, and the level it gives in each trial."""
    past, n = trial.past, len(trial.kind)
    smoothers = (Level.SES, Level.CROSTON, Level.SBA, Level.TSB)
    candidates = [(Level.MEAN, 0.0)] + [(level, a) for level in smoothers for a in params.smoothings]
    method, weight = np.zeros(N_KINDS, np.int64), np.zeros(N_KINDS)
    levels = np.array([smoothing.levels(past.values, past.starts, past.ends, np.full(n, m), np.full(n, a)) for m, a in candidates])
    scale = trial.periods * past.variance + np.square(past.mean) * trial.periods
    errors = np.square(levels * trial.periods - trial.wanted) / np.maximum(scale, 1e-300)
    level = np.zeros(n)
    for k, rows in _by_kind(trial.kind, params):
        best = _clear_winner(errors[:, rows]) if rows.any() else 0
        method[k], weight[k] = candidates[best]
        mine = trial.kind == k
        level[mine] = levels[best, mine]
    return method, weight, level


def _clear_winner(errors: Floats) -> int:
    """
    Candidate with the least mean error if it beats the plain mean, candidate 0, beyond doubt; else the mean.

    Beyond doubt is twice the standard error of the paired difference: of a dozen lively methods the luckiest
    always looks better on few forecasts, and then chases the latest lump.
    """
    best = int(np.argmin(errors.mean(axis=1)))
    gain = errors[0] - errors[best]
    doubt = gain.std() / np.sqrt(len(gain))
    return best if gain.mean() > 2.0 * doubt else 0


def _drifts_and_forms(trial: Trial, learned: Classes, level: Floats, params: DemandParams) -> tuple[Floats, Ints]:
    """Form by the probability it gave to what happened; then the drift with which promises were kept."""
    whole = trial.past.whole > 0.0
    plain, noise, _ = _forecast(trial, learned, level, 0.0)
    start = np.floor(plain + np.sqrt(noise))
    score = np.array(
        [
            [tail_scores(_forecast(trial, learned, level, drift), int(form), trial.wanted, start, whole) for drift in params.drifts]
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
    broken = np.array(
        [broken_promises(_forecast(trial, learned, level, drift), used, trial.wanted, whole, params) for drift in params.drifts]
    )
    for k, rows in _by_kind(trial.kind, params):
        if rows.any():
            misses = broken[:, :, rows].mean(axis=2) / np.sqrt(np.array(params.promises) * (1.0 - np.array(params.promises)))
            drifts[k] = params.drifts[int(np.argmin(np.square(misses).sum(axis=1)))]
    return drifts, forms


def _forecast(trial: Trial, learned: Classes, level: Floats, drift: float) -> tuple[Floats, Floats, Floats]:
    """Mean, variance and idle probability of the exposed periods of each trial."""
    mean = np.maximum(level * trial.periods, 1e-9)
    period_variance = learned.variance_of(trial.past, trial.kind, level)
    relative = np.square(learned.drift_of(trial.past, trial.kind, level, period_variance, np.full(len(level), drift)))
    noise = np.maximum(period_variance * trial.periods, 1e-12)
    count = -np.log(learned.idle_of(trial.past)) * trial.periods
    idle = np.where(relative > 1e-9, (1.0 + relative * count) ** (-1.0 / np.maximum(relative, 1e-9)), np.exp(-count))
    return mean, noise + relative * np.square(mean), idle
