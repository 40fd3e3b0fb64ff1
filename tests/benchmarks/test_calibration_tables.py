"""Tables of the calibration page: what may be behind a gap, by hand."""

import sys
from pathlib import Path

import pytest
from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from calibration_tables import by_chance, causes_of, why_table  # noqa: E402


@pytest.mark.parametrize(
    ("gap", "error", "known", "without", "causes"),
    [
        (-0.030, 0.018, -0.027, -0.008, ["chance"]),  # no larger than two errors, whatever else
        (-0.019, 0.008, -0.006, None, ["level"]),
        (-0.015, 0.007, -0.012, -0.010, ["level", "few items"]),
        (-0.016, 0.005, -0.015, -0.012, []),
        (-0.068, 0.006, -0.008, None, ["level"]),
        (0.011, 0.0056, 0.0112, None, ["chance"]),
        (0.0145, 0.007, 0.0142, 0.03, []),  # two errors, 0.014, are the most that may stay
    ],
)
def test_causes_of_a_gap(gap, error, known, without, causes):
    assert causes_of(gap, error, known, without, 0.01) == causes


def test_only_gaps_beyond_what_is_asked_are_told_of():
    line = {"set": "a", "measure": "fill", "kind": "all", "standard_error": 0.002, "gap_without_ten": -0.03}
    rows = [line | {"method": "ours", "target": target, "gap": gap} for target, gap in ((0.9, -0.05), (0.95, -0.009))]
    rows.append(line | {"method": "ours in hindsight", "target": 0.9, "gap": -0.004})
    table = why_table(rows, 0.01)
    assert "| a | fill rate | 90% | level | 0.2 | -5.0 | -0.4 | -3.0 |" in table
    assert "95%" not in table


def test_how_many_gaps_chance_alone_would_leave_within_what_is_asked():
    """By scipy's normal: an error of half of what is asked leaves 95 %, one of twice 38 %, none all."""
    lines = [{"standard_error": error} for error in (0.005, 0.02, 0.0, None)]
    expected = sum(1.0 - 2.0 * stats.norm.sf(z) for z in (2.0, 0.5)) + 2.0
    assert by_chance(lines, 0.01) == pytest.approx(expected)
