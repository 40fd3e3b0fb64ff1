"""Bounds against the exact posterior of one machine and what more measurement must do."""

import numpy as np
import pytest
from scipy import stats

from justenough.domain.errors import LineError
from justenough.domain.line import Line
from justenough.strategy.line_bounds import bounds_of

HOUR = 1 / 24
LINE = Line.of("b", ("a", "b"), cycle_days=HOUR / 60, up_days=2 * HOUR, down_days=0.2 * HOUR, capacity=30)


def test_bounds_of_a_machine_beside_a_perfect_one_are_those_of_its_availability():
    """A line with one machine that stops makes what that machine makes alone; MTBF is then an exact chi-square."""
    line = Line.of(
        "one", ("a", "b"), cycle_days=HOUR / 60, up_days=[2 * HOUR, np.inf], down_days=[0.2 * HOUR, 0.0], repair_scv=0.0, capacity=30
    )
    found = bounds_of(line, np.array([12, 0]), seed=3, draws=4_000)
    mtbf = 2.0 * 12 / stats.gamma(12).ppf([0.95, 0.05])
    assert [found.throughput.low, found.throughput.high] == pytest.approx(60 * mtbf / (mtbf + 0.2), rel=0.005)
    assert found.most_telling(line)[:2] == ("a", "MTBF")
    assert found.narrows[0, 0] > 0.9


def test_more_stops_measured_narrow_every_figure():
    few, many = (bounds_of(LINE, np.array([n, n]), seed=3, with_required=True) for n in (8, 200))
    for narrow, wide in ((many.throughput, few.throughput), (many.masked_loss[0], few.masked_loss[0])):
        assert narrow.high - narrow.low < 0.4 * (wide.high - wide.low)
    assert many.required[0].low > few.required[0].low
    assert many.required[0].low <= 30 <= many.required[0].high


def test_the_machine_measured_least_is_the_one_to_watch():
    found = bounds_of(LINE, np.array([5, 500]), seed=1)
    assert found.most_telling(LINE)[0] == "a"


def test_a_machine_without_a_failure_is_known_from_below_only():
    found = bounds_of(LINE, np.array([0, 500]), seed=1)
    assert found.throughput.high / found.throughput.low > 1.2


def test_the_factor_of_a_lived_line_scales_what_is_made():
    plain, scaled = (bounds_of(LINE, np.array([9, 9]), seed=1, factor=factor, draws=50) for factor in (1.0, 0.97))
    assert scaled.throughput.middle == pytest.approx(0.97 * plain.throughput.middle)


def test_counts_must_be_there_for_every_machine():
    with pytest.raises(LineError, match="one count of 0 or more for each of its 2"):
        bounds_of(LINE, np.array([3]), seed=1)
