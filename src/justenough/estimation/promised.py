"""Promised: which form and how wide a spread the forecasts of past moments should have had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr

from justenough.domain.item import Form
from justenough.estimation.contributions import LOG_ROOT_2PI
from justenough.estimation.trials import missed_promises, tail_scores

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.knobs import DemandParams
    from justenough.estimation.signs import Foretold
    from justenough.estimation.trials import Trial

    Truths = NDArray[np.bool_]
    Variant = Callable[[float], Foretold]

_ROUNDS = 12  # after which spreads and their errors have settled
FORMS = (Form.GAMMA, Form.NEGATIVE_BINOMIAL, Form.ZERO_GAMMA, Form.NORMAL, Form.ZERO_LOGNORMAL)


def best_form(variants: Sequence[Foretold], trial: Trial, start: Floats, *, whole: bool) -> Form:
    """Form that gave the most probability to what happened above ``start``, at the best of several spreads."""
    allowed = [form for form in FORMS if whole or form != Form.NEGATIVE_BINOMIAL]
    counted = np.full(len(trial.wanted), whole)

    def score(form: Form) -> float:
        return max(float(tail_scores(each.moments, int(form), trial.wanted, start, counted).mean()) for each in variants)

    return max(allowed, key=score)


def best_kept(missed: Floats, params: DemandParams) -> int:
    """Which of several spreads kept its promises best: mean misses (n_spreads, n_promises) in units of their own sd, squared and summed."""
    promises = np.array(params.promises)
    return int(np.argmin((np.square(missed) / (promises * (1.0 - promises))).sum(axis=1)))


def by_class(
    trial: Trial, activity: Ints, items: Ints, start: Floats, spreads: Sequence[float], variant: Variant, params: DemandParams
) -> tuple[Ints, Floats]:
    """
    Form (n_classes, 2) and spread (n_classes,) of each class; few forecasts are judged for their form with the plant's others.

    Each class's spread is the one that kept its own promises, drawn to the others' as far as chance alone may part them
    (`pooled`): what lumpy items do says nothing of steady ones that plainly do otherwise. The error of a spread depends on
    the spread itself, so both are found in turns, from the plant's usual spread on.

    Parameters
    ----------
    items : (n_classes,)
        Items judged in each class.
    start : (n_trials,)
        Where stock is decided; below it forms are not compared.
    variant
        What was foretold in all trials, at one of ``spreads``.
    """
    forms = np.full((len(items), 2), int(Form.GAMMA), dtype=np.int64)
    variants, tried = [variant(spread) for spread in spreads], np.square(spreads)
    counted, everything = trial.past.whole > 0.0, np.ones(len(activity), np.bool_)
    for c in range(len(items)):
        own = activity == c if items[c] >= params.least_items else everything
        for whole in (False, True):
            same = counted == whole
            mine = own & same
            rows = _thinned(mine if mine.sum() >= params.least_windows else same, params.most_windows)
            if rows.any():
                forms[c, int(whole)] = best_form([each.at(rows) for each in variants[::2]], trial.at(rows), start[rows], whole=whole)

    def kept(mine: Truths, chosen: Ints) -> float:
        parts = [_missed(variants, chosen[int(whole)], trial, mine & (counted == whole), params, whole=whole) for whole in (False, True)]
        return float(tried[best_kept((parts[0] + parts[1]) / mine.sum(), params)])

    usual = kept(everything, forms[np.argmin(items)])
    squares, drawn, errors = np.full(len(items), usual), np.full(len(items), usual), np.full(len(items), np.inf)
    judged = {c: activity == c for c in np.flatnonzero(items).tolist()}
    squares[list(judged)] = [kept(mine, forms[c]) for c, mine in judged.items()]
    more = (variants[1].relative - variants[0].relative) / (tried[1] - tried[0])
    beside = variants[0].relative - more * tried[0]
    for _ in range(_ROUNDS):
        for c, mine in judged.items():
            windows = max(mine.sum() / items[c], 1.0)
            errors[c] = error_of(max(drawn[c], squares[c]), beside[mine], more[mine], items[c], windows)
        drawn = pooled(squares, errors)
    return forms, np.sqrt(drawn)


def _missed(variants: Sequence[Foretold], form: int, trial: Trial, rows: Truths, params: DemandParams, *, whole: bool) -> Floats:
    """Misses of each promise at each spread, summed over these trials. (n_spreads, n_promises)"""
    some = _thinned(rows, params.most_windows)
    if not some.any():
        return np.zeros((len(variants), len(params.promises)))
    wanted, counted = trial.wanted[some], np.full(int(some.sum()), whole)
    means = [missed_promises(each.at(some).moments, form, wanted, counted, params).mean(axis=1) for each in variants]
    return float(rows.sum()) * np.array(means)


def error_of(square: float, beside: Floats, more: Floats, items: int, windows: float) -> float:
    """
    Standard error of a squared spread seen in so many items, ``windows`` forecasts of each.

    One forecast shows its relative variance, ``beside + more * square``, as a draw of a normal does, to ``sqrt(2)`` of itself.
    Forecasts of one item share what the spread adds, so that their squares are correlated by the square of its part in the whole.
    """
    slope = max(float((more / np.maximum(beside + more * square, 1e-12)).mean()), 1e-9)
    shared = min(square * slope, 1.0) ** 2
    return float(np.sqrt(2.0 / items * (shared + (1.0 - shared) / windows))) / slope


def pooled(squares: Floats, errors: Floats) -> Floats:
    """
    Squared spreads (n_classes,) to go by: each as seen, drawn to their mean as far as chance alone may part them.

    The variance between classes is that of DerSimonian & Laird (1986, Meta-analysis in clinical trials, eq. 8). A class of which
    nothing was judged (an infinite error) has the mean. A square is not negative: what its error leaves open counts as
    the mean of a normal cut off at 0.
    """
    weight = 1.0 / np.square(errors)
    if not weight.any():
        return squares
    freedom = float(np.count_nonzero(weight)) - 1.0
    between = 0.0
    if freedom > 0.0:
        apart = (weight * np.square(squares - np.average(squares, weights=weight))).sum()
        between = max((apart - freedom) / (weight.sum() - np.square(weight).sum() / weight.sum()), 0.0)
        weight = 1.0 / (between + np.square(errors))
    trust = between * weight
    common = np.average(squares, weights=weight)
    mean = common + trust * (squares - common)
    error = np.sqrt((1.0 - trust) * between + np.square(1.0 - trust) / weight.sum())
    above = mean / error
    return np.asarray(mean + error * np.exp(-0.5 * np.square(above) - LOG_ROOT_2PI - log_ndtr(above)))


def _thinned(rows: Truths, most: int) -> Truths:
    """At most about ``most`` of the rows, evenly taken."""
    every = max(int(np.ceil(rows.sum() / most)), 1)
    return np.asarray(rows & (np.cumsum(rows) % every == 0))
