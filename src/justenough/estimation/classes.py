"""Classes: what items that are wanted about as often have in common, learned from how past forecasts did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Coded, DemandKind, Form
from justenough.estimation.demand import DEFAULT_PARAMS, DemandParams, Level, Past
from justenough.estimation.dispersion import Dispersion, dispersion_of
from justenough.estimation.trials import Trial, Unseen, clear_winner, missed_promises, tail_scores, trial_of
from justenough.kernels import smoothing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.history import History

    Truths = NDArray[np.bool_]

FORMS = (Form.GAMMA, Form.NEGATIVE_BINOMIAL, Form.ZERO_GAMMA, Form.NORMAL)
_MOST_ERROR = 4.0  # relative variance of an estimated level; beyond, the figure says nothing more
_LEAST_LEVEL = 0.02  # of the plain mean; a smoother's silence is not believed to the end
_LARGEST = 30.0  # mean demands in one exposed time; what came beyond says nothing more of the level
_FEW = 13  # demands from which an item's evenness tells more of it than their number


class Activity(Coded):
    """How much an item's record says of it: by its demands while they are few, then by how they come."""

    NEVER = 0
    ONCE = 1
    TWICE = 2
    FEW = 3  # 3 to 5 demands
    SOME = 4  # 6 to 12
    SELDOM = 5  # more, with gaps
    UNEVEN = 6  # more, without gaps, of uneven size
    STEADY = 7
    ENDED = 8


N_CLASSES = len(Activity)


def activity_of(past: Past, kind: Ints, params: DemandParams = DEFAULT_PARAMS) -> Ints:
    """`Activity` of each item. (n_items,)"""
    by_number = np.digitize(past.positive, [1.0, 2.0, 3.0, 6.0])
    evenness = np.where(past.cv2 > params.cv2_cutoff, Activity.UNEVEN, Activity.STEADY)
    many = np.where(past.adi > params.adi_cutoff, Activity.SELDOM, evenness)
    found = np.where(past.positive < _FEW, by_number, many)
    return np.where((kind == DemandKind.ENDED) & (past.positive > 0), Activity.ENDED, found).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Classes:
    """
    What each class's items have in common: one row per `Activity`; and what the never wanted have.

    Parameters
    ----------
    method, smoothing : (n_classes,)
        `Level` and its weight.
    lift : (n_classes,)
        What came over what that level forecast: items seen in a busy time return to the usual, and the
        whole plant may be growing.
    drift : (n_classes,)
    form : (n_classes, 2)
        `Form` where quantities are divisible (0) and whole (1).
    items : (n_classes,)
        Items whose past forecasts were judged.
    dispersion, unseen
    """

    method: Ints
    smoothing: Floats
    lift: Floats
    drift: Floats
    form: Ints
    items: Ints
    dispersion: Dispersion
    unseen: Unseen

    def level_of(self, past: Past, activity: Ints) -> Floats:
        """Expected demand of one period, by the class's method and lift. (n_items,) [units/period]."""
        level = smoothing.levels(past.values, past.starts, past.ends, self.method[activity], self.smoothing[activity])
        level = np.maximum(level, _LEAST_LEVEL * past.mean) * self.lift[activity]
        return np.where(past.mean > 0.0, level, self.unseen.chance * self.unseen.size)

    def idle_of(self, past: Past, activity: Ints) -> Floats:
        """
        Probability that one period passes without demand. (n_items,) [fraction].

        Jeffreys' prior on the share of idle periods, demands lifted as the level is; the plant's own
        experience for items never wanted.
        """
        share = ((past.known - past.positive + 0.5) / (past.known + 1.0)) ** self.lift[activity]
        return np.where(past.mean > 0.0, share, 1.0 - self.unseen.chance)

    def drift_of(self, past: Past, activity: Ints, level: Floats, variance: Floats, drift: Floats) -> Floats:
        """
        Relative sd of each item's level: its class's drift and the error of its own estimate. (n_items,) [fraction].

        The estimate rests on as many periods as its method weighs: all, or ``(2 - a) / a`` of them for a
        smoother of weight ``a`` (of demands, for Croston's). An item never wanted has the plant's level.
        """
        weight = np.maximum(self.smoothing[activity], 1e-9)
        memory = (2.0 - weight) / weight
        by_demand = np.isin(self.method[activity], (Level.CROSTON, Level.SBA))
        with np.errstate(invalid="ignore"):
            memory = np.where(by_demand, memory * past.adi, memory)
        rests_on = np.where(self.method[activity] == Level.MEAN, past.known, np.minimum(memory, past.known))
        own = (past.mean > 0.0) & (level > 0.0)
        error = variance / np.square(np.where(own, level, 1.0)) / np.maximum(rests_on, 1.0)
        return np.where(own, np.sqrt(np.square(drift) + np.minimum(error, _MOST_ERROR)), 0.0)

    def variance_of(self, past: Past, level: Floats) -> Floats:
        """Variance of one period around the level; see `Dispersion.variance_of`. (n_items,) [units^2/period]."""
        unseen = self.unseen.chance * self.unseen.square - (self.unseen.chance * self.unseen.size) ** 2
        return np.where(past.mean > 0.0, self.dispersion.variance_of(past, level), unseen)

    def form_of(self, past: Past, activity: Ints) -> Ints:
        """`Form` of each item. (n_items,)"""
        return np.where(past.mean > 0.0, self.form[activity, (past.whole > 0.0).astype(np.int64)], Form.ZERO_GAMMA)


def classes_of(history: History, params: DemandParams = DEFAULT_PARAMS, *, exposed_days: Floats | None = None) -> Classes:
    """
    Learn each class's method, lift, drift and form from forecasts made at past moments.

    From each of ``params.origins`` moments the record until then forecasts exposed times after it, for as
    long as a plan stands: a level that is right on the day of the plan may not be at the end of it. The
    level method is the plain mean unless another has clearly less deviance; its lift is what came over
    what it said. The form is the one that gave the most probability to what happened above one sd over the
    mean, where stock is decided. The drift is the one with which the forecasts' own probabilities were kept.
    Few items are drawn to what the plant's others say.

    Parameters
    ----------
    exposed_days : (n_items,) [days]
        See `demand_of`.
    """
    trial, unseen = trial_of(history, params, exposed_days)
    activity = activity_of(trial.past, trial.kind, params)
    items = np.array([len(np.unique(trial.item[activity == c])) for c in range(N_CLASSES)])
    learned = Classes(
        method=np.zeros(N_CLASSES, np.int64),
        smoothing=np.zeros(N_CLASSES),
        lift=np.ones(N_CLASSES),
        drift=np.full(N_CLASSES, params.default_drift),
        form=np.full((N_CLASSES, 2), Form.GAMMA, dtype=np.int64),
        items=items,
        dispersion=dispersion_of(trial.past),
        unseen=unseen,
    )
    if not len(trial.wanted):
        return learned
    learned = _levelled(trial, activity, learned, params)
    return _spread(trial, activity, learned, params)


def _levelled(trial: Trial, activity: Ints, learned: Classes, params: DemandParams) -> Classes:
    """Method and lift of each class. Deviance is Poisson's, in demands of the item's mean size."""
    past, n = trial.past, len(trial.wanted)
    smoothers = (Level.SES, Level.CROSTON, Level.SBA, Level.TSB)
    candidates = [(Level.MEAN, 0.0)] + [(level, a) for level in smoothers for a in params.smoothings]
    levels = np.array([smoothing.levels(past.values, past.starts, past.ends, np.full(n, m), np.full(n, a)) for m, a in candidates])
    size = past.mean * past.adi
    said = np.maximum(levels, _LEAST_LEVEL * past.mean) * trial.periods / size
    came = np.minimum(trial.wanted / size, _LARGEST)
    method, weight, lift = learned.method.copy(), learned.smoothing.copy(), learned.lift.copy()
    for c in range(N_CLASSES):
        rows = activity == c if learned.items[c] >= params.least_items else np.ones(n, dtype=bool)
        mine = came[rows]
        forecast = said[:, rows] * (np.maximum(mine.sum(), 0.5) / said[:, rows].sum(axis=1))[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            deviance = np.where(mine > 0.0, mine * np.log(mine / forecast), 0.0) - (mine - forecast)
        best = clear_winner(deviance)
        method[c], weight[c] = candidates[best]
        own, others = (np.log(max(came[r].sum(), 0.5) / said[best, r].sum()) for r in (rows, np.ones(n, dtype=bool)))
        trust = learned.items[c] / (learned.items[c] + params.lift_prior)
        lift[c] = np.exp(trust * own + (1.0 - trust) * others)
    return replace(learned, method=method, smoothing=weight, lift=lift)


def _spread(trial: Trial, activity: Ints, learned: Classes, params: DemandParams) -> Classes:
    """Form of each class by the probability it gave to what happened; then the drift with which promises are kept."""
    level = learned.level_of(trial.past, activity)
    drifts, forms = learned.drift.copy(), learned.form.copy()
    whole = trial.past.whole > 0.0
    for c in range(N_CLASSES):
        own = learned.items[c] >= params.least_items
        squares, weights = [], []
        for w in (0, 1):
            same = whole == bool(w)
            rows = same & (activity == c) if own and (same & (activity == c)).sum() >= params.least_windows else same
            rows = _thinned(rows, params.most_windows)
            if not rows.any():
                continue
            judged = trial.at(rows), activity[rows], level[rows]
            allowed = [form for form in FORMS if w or form != Form.NEGATIVE_BINOMIAL]
            forms[c, w] = max(allowed, key=lambda form: _score(*judged, learned, form, params))
            misses = [_miss(*judged, learned, Form(forms[c, w]), drift, params) for drift in params.drifts]
            squares.append(params.drifts[int(np.argmin(misses))] ** 2)
            weights.append(float(rows.sum()))
        if squares:
            drifts[c] = np.sqrt(np.average(squares, weights=weights))
    common = np.average(drifts, weights=np.maximum(learned.items, 1e-9))
    trust = learned.items / (learned.items + params.drift_prior)
    return replace(learned, form=forms, drift=trust * drifts + (1.0 - trust) * common)


def _thinned(rows: Truths, most: int) -> Truths:
    """At most about ``most`` of the rows, evenly taken."""
    every = max(int(np.ceil(rows.sum() / most)), 1)
    return np.asarray(rows & (np.cumsum(rows) % every == 0))


def _score(trial: Trial, activity: Ints, level: Floats, learned: Classes, form: Form, params: DemandParams) -> float:
    """Best mean score of a form over the drifts; judged from one sd of plain noise over the mean."""
    whole = trial.past.whole > 0.0
    plain = level * trial.periods
    start = np.floor(plain + np.sqrt(learned.variance_of(trial.past, level) * trial.periods))
    forecasts = (_forecast(trial, activity, level, learned, drift) for drift in params.drifts[::2])
    return max(float(tail_scores(forecast, int(form), trial.wanted, start, whole).mean()) for forecast in forecasts)


def _miss(trial: Trial, activity: Ints, level: Floats, learned: Classes, form: Form, drift: float, params: DemandParams) -> float:
    """How far promises were from what was kept, each in units of its own standard deviation, squared and summed."""
    promises = np.array(params.promises)
    forecast = _forecast(trial, activity, level, learned, drift)
    missed = missed_promises(forecast, int(form), trial.wanted, trial.past.whole > 0.0, params).mean(axis=1)
    return float(np.square(missed / np.sqrt(promises * (1.0 - promises))).sum())


def _forecast(trial: Trial, activity: Ints, level: Floats, learned: Classes, drift: float) -> tuple[Floats, Floats, Floats]:
    """Mean, variance and idle probability of the exposed periods of each trial."""
    mean = np.maximum(level * trial.periods, 1e-9)
    period_variance = learned.variance_of(trial.past, level)
    relative = np.square(learned.drift_of(trial.past, activity, level, period_variance, np.full(len(level), drift)))
    noise = np.maximum(period_variance * trial.periods, 1e-12)
    count = -np.log(learned.idle_of(trial.past, activity)) * trial.periods
    idle = np.where(relative > 1e-9, (1.0 + relative * count) ** (-1.0 / np.maximum(relative, 1e-9)), np.exp(-count))
    return mean, noise + relative * np.square(mean), idle
