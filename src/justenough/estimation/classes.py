"""Classes: what items that are wanted about as often have in common, learned from how past forecasts did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Form
from justenough.estimation.activity import N_CLASSES, activity_of
from justenough.estimation.demand import DEFAULT_PARAMS, Level
from justenough.estimation.dispersion import Dispersion, dispersion_of
from justenough.estimation.knobs import DemandParams
from justenough.estimation.past import Past
from justenough.estimation.promised import by_class
from justenough.estimation.signs import NO_SIGNS, Foretold, Signs, learned_signs, unit_of
from justenough.estimation.trials import Trial, Unseen, clear_winner, trial_of
from justenough.kernels import smoothing
from justenough.kernels.abreast import abreast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.history import History

_MOST_ERROR = 4.0  # relative variance of an estimated level; beyond, the figure says nothing more
_LEAST_LEVEL = 0.02  # of the plain mean; a smoother's silence is not believed to the end


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What is foretold over an exposed time, by its parts; each array is (n_items,).

    Parameters
    ----------
    level, variance
        Of one period, around the level. [units], [units^2]
    drift
        Relative sd of the level itself: all that the periods' own variance leaves over.
    idle
        Probability that one period passes without demand. [fraction]
    """

    level: Floats
    variance: Floats
    drift: Floats
    idle: Floats


@dataclass(frozen=True, slots=True)
class Classes:
    """
    What each class's items have in common: one row per `Activity`; what sets them apart; what the never wanted have.

    Parameters
    ----------
    method, smoothing : (n_classes,)
        `Level` and its weight.
    lift : (n_classes,)
        What came over what that level forecast: items seen in a busy time return to the usual, and the
        whole plant may be growing.
    drift : (n_classes,)
        As if all its items drifted alike.
    spread : (n_classes,)
        sd beyond counting, over what drift and signs foretell, with which promises were kept.
    form : (n_classes, 2)
        `Form` where quantities are divisible (0) and whole (1).
    items : (n_classes,)
        Items whose past forecasts were judged.
    ended_chance
        Of its silence up to which an item is taken as ended. [fraction]
    dispersion, signs, unseen
    """

    method: Ints
    smoothing: Floats
    lift: Floats
    drift: Floats
    spread: Floats
    form: Ints
    items: Ints
    ended_chance: float
    dispersion: Dispersion
    signs: Signs
    unseen: Unseen

    def level_of(self, past: Past, activity: Ints) -> Floats:
        """Expected demand of one period, by the class's method and lift. (n_items,) [units/period]."""
        level, rows = past.mean.copy(), np.flatnonzero(self.method[activity] != Level.MEAN)
        ways = self.method[activity[rows]], self.smoothing[activity[rows]]
        level[rows] = smoothing.levels(past.values, past.starts[rows], past.ends[rows], *ways, past.cycle)
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
        with np.errstate(invalid="ignore"):
            memory = np.where(np.isin(self.method[activity], (Level.CROSTON, Level.SBA)), memory * past.adi, memory)
        rests_on = np.where(self.method[activity] == Level.MEAN, past.known, np.minimum(memory, past.known))
        own = (past.mean > 0.0) & (level > 0.0)
        error = variance / np.square(np.where(own, level, 1.0)) / np.maximum(rests_on, 1.0)
        return np.where(own, np.sqrt(np.square(drift) + np.minimum(error, _MOST_ERROR)), 0.0)

    def variance_of(self, past: Past, level: Floats) -> Floats:
        """Variance of one period around the level; see `Dispersion.variance_of`. (n_items,) [units^2/period]."""
        unseen = self.unseen.chance * self.unseen.square - (self.unseen.chance * self.unseen.size) ** 2
        return np.where(past.mean > 0.0, self.dispersion.variance_of(past, level), unseen)

    def plain(self, past: Past, activity: Ints, periods: Floats, drift: Floats) -> Foretold:
        """What the class figures alone foretell of ``periods`` periods. (n_items,)"""
        level = np.maximum(self.level_of(past, activity), 1e-12)
        return self.drifted(past, activity, periods, level, self.variance_of(past, level), drift)

    def drifted(self, past: Past, activity: Ints, periods: Floats, level: Floats, variance: Floats, drift: Floats) -> Foretold:
        """`plain`, of that level and variance of one period and the class's drift. (n_items,)"""
        drift = self.drift_of(past, activity, level, variance, drift)
        relative = variance / (np.square(level) * periods) + np.square(drift)
        return Foretold(level * periods, relative, _mixed(-np.log(self.idle_of(past, activity)) * periods, np.square(drift)), unit_of(past))

    def foretold(self, past: Past, activity: Ints, periods: Floats, params: DemandParams = DEFAULT_PARAMS) -> Foretold:
        """What class and the item's own signs foretell of ``periods`` periods. (n_items,)"""
        plain = self.plain(past, activity, periods, self.drift[activity])
        told = self.signs.told(plain, past, periods, params).moved(1.0, np.square(self.spread[activity]), params.most_excess)
        wanted = past.mean > 0.0
        columns = (np.where(wanted, new, old) for new, old in zip(told.columns, plain.columns, strict=True))
        return Foretold(*columns)

    def read(self, past: Past, foretold: Foretold, periods: Floats) -> Reading:
        """What is foretold, by periods: their noise as far as the item's record shows it, drift for the rest."""
        level = foretold.mean / periods
        total = foretold.relative * np.square(level)
        variance = np.minimum(self.variance_of(past, level), total * periods)
        drift2 = np.maximum(foretold.relative - variance / (np.square(level) * periods), 0.0)
        return Reading(level, variance, np.sqrt(drift2), np.exp(-_unmixed(-np.log(foretold.idle), drift2) / periods))

    def form_of(self, past: Past, activity: Ints) -> Ints:
        """`Form` of each item. (n_items,)"""
        return np.where(past.mean > 0.0, self.form[activity, (past.whole > 0.0).astype(np.int64)], Form.ZERO_GAMMA)


def _mixed(count: Floats, relative: Floats) -> Floats:
    """``-log P(none)`` of a Poisson count whose mean is gamma with that relative variance. (n,)"""
    return np.where(relative > 1e-9, np.log1p(relative * count) / np.maximum(relative, 1e-9), count)


def _unmixed(quiet: Floats, relative: Floats) -> Floats:
    """Mean count of which `_mixed` makes ``quiet``."""
    return np.where(relative > 1e-9, np.expm1(relative * quiet) / np.maximum(relative, 1e-9), quiet)


def classes_of(
    history: History, params: DemandParams = DEFAULT_PARAMS, *, exposed_days: Floats | None = None, whole: Past | None = None
) -> Classes:
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
    exposed_days, whole
        See `demand_of`; the items' whole record, if it was counted already.
    """
    trial, unseen = trial_of(history, params, exposed_days, whole)
    activity = activity_of(trial.past, trial.kind, params)
    learned = Classes(
        method=np.zeros(N_CLASSES, np.int64),
        smoothing=np.zeros(N_CLASSES),
        lift=np.ones(N_CLASSES),
        drift=np.full(N_CLASSES, params.default_drift),
        spread=np.ones(N_CLASSES),
        form=np.full((N_CLASSES, 2), Form.GAMMA, dtype=np.int64),
        items=np.array([len(np.unique(trial.item[activity == c])) for c in range(N_CLASSES)]),
        ended_chance=trial.ended_chance,
        dispersion=dispersion_of(trial.past),
        signs=NO_SIGNS,
        unseen=unseen,
    )
    if not len(trial.wanted):
        return learned
    learned = _levelled(trial, activity, learned, params)
    learned = _drifting(trial, activity, learned, params)
    return learned if trial.n_items < params.sign_items else _told_apart(trial, activity, learned, params)


def _levelled(trial: Trial, activity: Ints, learned: Classes, params: DemandParams) -> Classes:
    """Method and lift of each class. Deviance is Poisson's, in demands of the item's mean size."""
    past, n = trial.past, len(trial.wanted)
    smoothers = (Level.SES, Level.CROSTON, Level.SBA, Level.TSB)
    candidates = [(Level.MEAN, 0.0)] + [(level, a) for level in smoothers for a in params.smoothings]
    levels, weights = np.empty((len(candidates), n)), np.array(params.smoothings)
    stretches = past.values, past.starts, past.ends
    abreast(lambda start, stop: smoothing.levels_tried(start, stop, *stretches, weights, past.cycle, levels), n)
    size = past.mean * past.adi
    said = np.maximum(levels, _LEAST_LEVEL * past.mean) * trial.level_periods / size
    came = _came(trial, size, params)
    every = trial.n_items
    method, weight, lift = learned.method.copy(), learned.smoothing.copy(), learned.lift.copy()
    for c in range(N_CLASSES):
        enough = learned.items[c] >= params.least_items
        rows = activity == c if enough else np.ones(n, dtype=bool)
        mine = came[rows]
        forecast = said[:, rows] * (np.maximum(mine.sum(), 0.5) / said[:, rows].sum(axis=1))[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            deviance = np.where(mine > 0.0, mine * np.log(mine / forecast), 0.0) - (mine - forecast)
        best = clear_winner(deviance) if enough else 0  # a smoother that follows other classes' demand need not follow its own
        method[c], weight[c] = candidates[best]
        lift[c] = _lift(came, said[best], rows, (learned.items[c], every), params)
    return replace(learned, method=method, smoothing=weight, lift=lift)


def _came(trial: Trial, size: Floats, params: DemandParams) -> Floats:
    """Usual demands that came in the times by which levels are judged, what is out of all proportion cut off. (n,)"""
    usual = trial.level_periods / trial.past.adi  # of an item wanted every day a long exposed time holds many
    return np.minimum(trial.level_wanted / size, np.maximum(params.largest, 2.0 * np.nan_to_num(usual)))


def _lift(came: Floats, said: Floats, rows: NDArray[np.bool_], items: tuple[int, int], params: DemandParams) -> float:
    """What came over what was said, of a class of a plant with so many items; few are drawn to the whole plant, few in all to 1."""
    own, others = np.log(max(came[rows].sum(), 0.5) / said[rows].sum()), np.log(max(came.sum(), 0.5) / said.sum())
    trust, whole = (n / (n + params.lift_prior) for n in items)
    return float(np.exp(trust * own + (1.0 - trust) * whole * others))


def _drifting(trial: Trial, activity: Ints, learned: Classes, params: DemandParams) -> Classes:
    """Drift with which each class's promises were kept, were its items all alike."""
    past, n = trial.past, len(trial.wanted)
    level = learned.level_of(past, activity)
    seen = np.maximum(level, 1e-12)
    variance = learned.variance_of(past, seen)
    start = np.floor(seen * trial.periods + np.sqrt(learned.variance_of(past, level) * trial.periods))

    def variant(drift: float) -> Foretold:
        return learned.drifted(past, activity, trial.periods, seen, variance, np.full(n, drift))

    forms, drift = by_class(trial, activity, learned.items, start, params.drifts, variant, params)
    return replace(learned, form=forms, drift=drift)


def _told_apart(trial: Trial, activity: Ints, learned: Classes, params: DemandParams) -> Classes:
    """Signs that set a class's items apart; then its lift, form and spread again, with them."""
    past = trial.past
    plain = learned.plain(past, activity, trial.periods, learned.drift[activity])
    signs = learned_signs(plain, past, trial.periods, trial.wanted, params)
    size = past.mean * past.adi
    came, longer = _came(trial, size, params), trial.level_periods / trial.periods
    said = signs.told(plain, past, trial.periods, params).mean * longer / size
    rows = [activity == c if (activity == c).any() else np.ones(len(came), dtype=bool) for c in range(N_CLASSES)]
    every = trial.n_items
    lift = np.array([_lift(came, said, rows[c], (learned.items[c], every), params) for c in range(N_CLASSES)])
    learned = replace(learned, lift=learned.lift * lift, signs=signs)
    told = learned.foretold(past, activity, trial.periods, params)
    start = np.floor(told.mean * (1.0 + np.sqrt(told.relative)))

    def variant(spread: float) -> Foretold:
        return told.moved(1.0, spread**2, params.most_excess)

    forms, spread = by_class(trial, activity, learned.items, start, params.spreads, variant, params)
    return replace(learned, form=forms, spread=spread)
