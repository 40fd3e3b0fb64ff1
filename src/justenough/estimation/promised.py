"""Promised: which form and how wide a spread the forecasts of past moments should have had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Form
from justenough.estimation.trials import missed_promises, tail_scores

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.demand import DemandParams
    from justenough.estimation.signs import Foretold
    from justenough.estimation.trials import Trial

    Truths = NDArray[np.bool_]
    Variant = Callable[[float], Foretold]

FORMS = (Form.GAMMA, Form.NEGATIVE_BINOMIAL, Form.ZERO_GAMMA, Form.NORMAL, Form.ZERO_LOGNORMAL)


def best_form(variants: Sequence[Foretold], trial: Trial, start: Floats, *, whole: bool) -> Form:
    """Form that gave the most probability to what happened above ``start``, at the best of several spreads."""
    allowed = [form for form in FORMS if whole or form != Form.NEGATIVE_BINOMIAL]
    counted = np.full(len(trial.wanted), whole)

    def score(form: Form) -> float:
        return max(float(tail_scores(each.moments, int(form), trial.wanted, start, counted).mean()) for each in variants)

    return max(allowed, key=score)


def best_kept(variants: Sequence[Foretold], form: Form, trial: Trial, params: DemandParams, *, whole: bool) -> int:
    """Which of several spreads kept its promises best: misses in units of their own sd, squared and summed."""
    promises = np.array(params.promises)
    counted = np.full(len(trial.wanted), whole)
    misses = [missed_promises(each.moments, int(form), trial.wanted, counted, params).mean(axis=1) for each in variants]
    return int(np.argmin([np.square(miss / np.sqrt(promises * (1.0 - promises))).sum() for miss in misses]))


def by_class(
    trial: Trial, activity: Ints, items: Ints, start: Floats, spreads: Sequence[float], variant: Variant, params: DemandParams
) -> tuple[Ints, Floats]:
    """
    Form (n_classes, 2) and spread (n_classes,) of each class; a class with few forecasts is judged by the plant's.

    Parameters
    ----------
    items : (n_classes,)
        Items judged in each class; few of them are drawn to the mean spread of the plant.
    start : (n_trials,)
        Where stock is decided; below it forms are not compared.
    variant
        What was foretold in all trials, at one of ``spreads``.
    """
    forms, kept = np.full((len(items), 2), int(Form.GAMMA), dtype=np.int64), np.full(len(items), np.nan)
    variants = [variant(spread) for spread in spreads]
    counted = trial.past.whole > 0.0
    for c in range(len(items)):
        own = items[c] >= params.least_items
        squares, weights = [], []
        for whole in (False, True):
            same = counted == whole
            mine = same & (activity == c)
            rows = _thinned(mine if own and mine.sum() >= params.least_windows else same, params.most_windows)
            if not rows.any():
                continue
            judged, some = trial.at(rows), [each.at(rows) for each in variants]
            form = best_form(some[::2], judged, start[rows], whole=whole)
            forms[c, int(whole)] = form
            squares.append(spreads[best_kept(some, form, judged, params, whole=whole)] ** 2)
            weights.append(float(rows.sum()))
        kept[c] = np.sqrt(np.average(squares, weights=weights))
    common = np.average(kept, weights=np.maximum(items, 1e-9))
    trust = items / (items + params.drift_prior)
    return forms, trust * kept + (1.0 - trust) * common


def _thinned(rows: Truths, most: int) -> Truths:
    """At most about ``most`` of the rows, evenly taken."""
    every = max(int(np.ceil(rows.sum() / most)), 1)
    return np.asarray(rows & (np.cumsum(rows) % every == 0))
