"""Reliability models: which public function answers which model of lives, failures and availability."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from published_records import calls

from justenough.domain.ragged import Ragged
from justenough.estimation.bounds import availability_bounds, mtbf_bounds
from justenough.estimation.growth import power_law_of
from justenough.estimation.lifetimes import Law, Lives, fit
from justenough.estimation.trends import Watch, trends_of


def weibull_censored_mle(times, failed=None):
    lives = Lives.of([(times, np.ones(len(times), int) if failed is None else failed)])
    weibull, exponential = fit(lives, Law.WEIBULL), fit(lives, Law.EXPONENTIAL)
    return {
        "shape_beta": weibull.best.shape[0],
        "scale_eta": weibull.best.scale[0],
        "log_likelihood": weibull.log_likelihood[0],
        "mean_life": weibull.best.mean[0],
        "b10_life": weibull.best.early[0],
        "exponential_mean": exponential.best.mean[0],
        "exponential_log_likelihood": exponential.log_likelihood[0],
        "lr_statistic_beta_equals_1": 2.0 * (weibull.log_likelihood[0] - exponential.log_likelihood[0]),
    }


def power_law_process(failure_times, failure_terminated, end=None):
    """Where watching stopped at the last failure its end need not be told."""
    assert failure_terminated or end is not None, "watching ended neither at the last failure nor at a told time"
    end = max(failure_times) if end is None else end
    watch = Watch(Ragged.of([failure_times]), np.array([end], dtype=float), np.array([failure_terminated]))
    law, tests = power_law_of(watch), trends_of(watch)
    columns = {field.name: getattr(one, field.name) for one in (law, tests) for field in fields(one)}
    return {name: column[0] for name, column in columns.items() if np.ndim(column)}


def availability_lower_bound(total_up, total_down, confidence, n_cycles=None, n_up=None, n_down=None):
    n_up, n_down = n_up or n_cycles, n_down or n_cycles
    ours = availability_bounds(total_up, n_up, total_down, n_down, confidence=confidence)
    return {
        "availability": ours.availability,
        "mtbf": total_up / n_up,
        "mttr": total_down / n_down,
        f"lower_{100.0 * confidence:g}": ours.lower_one_sided,
    }


MODELS = {
    "weibull_censored_mle": weibull_censored_mle,
    "power_law_process": power_law_process,
    "mtbf_bounds": calls(mtbf_bounds, total_operating="operating_days"),
    "availability_lower_bound": availability_lower_bound,
}
