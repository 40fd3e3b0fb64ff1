"""Conformal: a forecast library's interval around exposed demand, where that library is installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from calibrated.answers import Answers, Measure
    from calibrated.sets import Split
    from justenough.domain.ragged import Floats

LIBRARY = "statsforecast"
WINDOWS = 10  # past forecasts behind an interval, fewer where the record is short
SMOOTHING = 0.1


def installed() -> bool:
    """Whether the library can be imported."""
    return find_spec(LIBRARY) is not None


def conformal(split: Split, _seed: int) -> Answers:
    """
    Upper end of the library's conformal interval, rounded up; stated is the target itself.

    The series forecast is the running sum of as many periods as the exposed time has, so that its forecast that
    many steps ahead, by simple exponential smoothing, is exposed demand. An interval is two-sided: its upper end
    at level ``2 q - 1`` is the quantile ``q``. A record too short for two past forecasts gets the most it has seen.
    """
    from statsforecast.models import SimpleExponentialSmoothing
    from statsforecast.utils import ConformalIntervals

    from calibrated.answers import Answer

    exposed = split.lead + 1
    records = [np.nan_to_num(series) for series in split.seen]
    sums = [np.convolve(r, np.ones(h), "valid") if len(r) >= h else r.sum(keepdims=True) for r, h in zip(records, exposed, strict=True)]
    models = [SimpleExponentialSmoothing(SMOOTHING, prediction_intervals=ConformalIntervals(WINDOWS, int(h))) for h in exposed]

    def upper(place: int, level: float) -> float:
        series, h = sums[place], int(exposed[place])
        if (len(series) - 1) // h < 2:
            return float(series.max())
        return float(models[place].forecast(y=series, h=h, level=[level])[f"hi-{level}"][-1])

    def answers(measure: Measure, target: float) -> Answer:
        if measure != "cycle" or target < 0.5:
            raise ValueError(f"a conformal interval states cycle service from 0.5 up, not {measure} {target}")
        levels: Floats = np.array([upper(i, 100.0 * (2.0 * target - 1.0)) for i in range(len(sums))])
        return Answer(np.maximum(np.ceil(levels - 1e-9), 0.0), np.full(len(sums), target))

    return answers
