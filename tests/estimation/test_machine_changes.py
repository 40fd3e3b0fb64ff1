"""Changes of machines: repairs that take longer and lives that are shorter are found, each on its own machine."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from simulated_floor import FIRST, plant_of, run_to_failure

from justenough.estimation.changes import changes_of
from justenough.estimation.machine_changes import machine_changes

SINCE = (FIRST + dt.timedelta(days=120)).date()


def found_in(up, repair, seed=0):
    """M0 as always; M1 changes once it has run 2,880 hours. ``up`` and ``repair``: mean hours before and after."""
    rng = np.random.default_rng(seed)
    rows = run_to_failure(rng, ["M0"], 260, lambda r: r.gamma(4.0, 5.0), lambda r: r.gamma(4.0, 0.5))
    now = 0.0
    while now < 5500.0:
        after = int(now >= 2880.0)
        broke = now + rng.gamma(4.0, up[after] / 4.0)
        fixed = broke + rng.gamma(4.0, repair[after] / 4.0)
        rows += [("M1", now, broke, "running", None), ("M1", broke, fixed, "down", "jam")]
        now = fixed
    plant = plant_of(rows)
    return plant, {name: rows for name, rows, _ in machine_changes(plant, SINCE, 0.01)}


def test_longer_repairs_are_found_on_their_machine():
    plant, found = found_in((20.0, 20.0), (2.0, 4.0))
    row = found["repair_time"].row(0, named=True)
    assert found["repair_time"]["subject"].to_list() == ["M1"]
    assert row["direction"] == "higher"
    assert abs((row["changed_on"] - SINCE).days) <= 8
    assert SINCE < row["detected_on"] <= SINCE + dt.timedelta(days=30)
    assert 24 * row["assumed"] == pytest.approx(2.0, rel=0.15)
    assert 24 * row["found"] == pytest.approx(4.0, rel=0.15)
    assert found["up_time"].height == 0
    assert changes_of(plant, SINCE).of("repair_time").height == 1


def test_shorter_lives_are_found_on_their_machine():
    _, found = found_in((40.0, 15.0), (2.0, 2.0))
    assert found["up_time"]["subject"].to_list() == ["M1"]
    assert found["up_time"]["direction"].to_list() == ["lower"]
    assert abs((found["up_time"]["changed_on"][0] - SINCE).days) <= 8
    assert found["repair_time"].height == 0


def test_a_day_outside_the_records_tests_nothing():
    plant, _ = found_in((20.0, 20.0), (2.0, 2.0))
    assert machine_changes(plant, FIRST.date() - dt.timedelta(days=9), 0.01) == []
    assert machine_changes(plant, dt.date(2030, 1, 1), 0.01) == []
