"""Lives and repairs from events: each rule on a floor of few records, in hours."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from simulated_floor import FIRST, plant_of, run_to_failure

from justenough.estimation.floor import floor_of
from justenough.estimation.uptimes import NO_REASON_TOLD, uptimes_of


def told(events, **more):
    return uptimes_of(floor_of(plant_of(events, **more)))


def test_operating_time_between_failures_and_time_to_repair():
    rows = [("M", 0, 10, "running", None), ("M", 10, 12, "down", "jam"), ("M", 12, 15, "running", None)]
    found = told([*rows, ("M", 15, 16, "down", None), ("M", 16, 20, "running", None)])
    assert (24 * found.lives.days).tolist() == pytest.approx([10, 3, 4])
    assert found.lives.failed.tolist() == [True, True, False]
    assert found.seen.tolist() == [False, True, True]
    assert [found.reasons[one] for one in found.reason[:2]] == ["jam", NO_REASON_TOLD]
    assert (24 * found.repairs.days).tolist() == pytest.approx([2, 1])
    assert (24 * found.operated_days).tolist() == pytest.approx([17])
    assert (24 * found.watch.failures.values).tolist() == pytest.approx([10, 13])


def test_starved_idle_and_minor_stops_neither_wear_nor_fail():
    rows = [
        (0, 4, "running"),
        (4, 9, "starved"),
        (9, 10, "running"),
        (10, 10.05, "down"),
        (10.05, 11, "running"),
        (11, 12, "idle"),
        (12, 13, "down"),
    ]
    found = told([("M", a, b, state, None) for a, b, state in rows])
    assert (24 * found.lives.days).tolist() == pytest.approx([5.95])
    assert found.lives.failed.tolist() == [True]


def test_planned_work_censors_and_renews():
    rows = [("M", 0, 6, "running", None), ("M", 6, 8, "down", "service", True), ("M", 8, 13, "running", None), ("M", 13, 14, "down", "jam")]
    found = told([*rows, ("M", 14, 15, "running", None)])
    assert (24 * found.lives.days).tolist() == pytest.approx([6, 5, 1])
    assert found.lives.failed.tolist() == [False, True, False]
    mapped = told([(*row[:5], False) for row in rows], reasons=[("service", "planned")])
    assert mapped.lives.failed.tolist() == [False, True]


def test_a_gap_in_planned_time_is_unknown_and_the_night_is_not():
    rows = [("M", 0, 6, "running", None), ("M", 10, 13, "running", None), ("M", 13, 14, "down", "jam"), ("M", 14, 15, "running", None)]
    gap = told(rows)
    assert (24 * gap.lives.days).tolist() == pytest.approx([6, 3, 1])
    assert gap.lives.failed.tolist() == [False, True, False]
    night = told(rows, calendar=[(0, 6, "shift"), (10, 15, "shift")])
    assert (24 * night.lives.days).tolist() == pytest.approx([9, 1])
    assert night.lives.failed.tolist() == [True, False]


def test_a_machine_first_seen_down_did_not_fail_then():
    found = told([("M", 0, 3, "down", "jam"), ("M", 3, 5, "running", None), ("M", 5, 6, "down", "jam")])
    assert (24 * found.lives.days).tolist() == pytest.approx([2])
    assert found.lives.failures.tolist() == [1]
    assert found.repairs.failed.tolist() == [False]  # still going on as the records end


def test_reasons_censor_each_other():
    rows = [
        ("M", 0, 5, "running", None),
        ("M", 5, 6, "down", "jam"),
        ("M", 6, 8, "running", None),
        ("M", 8, 9, "down", "motor"),
        ("M", 9, 10, "running", None),
    ]
    found = told(rows)
    assert found.reasons == ("jam", "motor")
    assert found.by_reason.failed.tolist() == [True, False, False, False, True, False]
    assert (24 * found.by_reason.days).tolist() == pytest.approx([5, 2, 1, 5, 2, 1])


def test_failures_without_a_duration_are_told_by_the_clock_and_parts_by_their_replacements():
    """Two parts: one fails at 10 h and 40 h and is replaced as planned at 25 h; the other fails with it at 40 h."""
    rows = [
        ("M", 10, 10, "down", "a"),
        ("M", 25, 25, "down", "a", True),
        ("M", 40, 40, "down", "a"),
        ("M", 40, 40, "down", "b"),
        ("M", 48, 48, "idle", None),
    ]
    found = told(rows)
    assert found.moments
    assert (24 * found.lives.days).tolist() == pytest.approx([10, 30, 8])
    assert found.lives.failed.tolist() == [True, True, False]
    assert found.reasons == ("a", "b")
    assert (24 * found.by_reason.days).tolist() == pytest.approx([10, 15, 15, 8, 40, 8])
    assert found.by_reason.failed.tolist() == [True, False, True, False, True, False]
    assert len(found.repairs.days) == 0
    assert (24 * found.operated_days).tolist() == pytest.approx([48])


def test_moments_before_and_after_the_time_asked_for_do_not_count():
    rows = [("M", hour, hour, "down", "a") for hour in (2, 10, 30, 47)]
    plant = plant_of([*rows, ("M", 5, 5, "down", "a", True)])
    found = uptimes_of(floor_of(plant, since=FIRST + dt.timedelta(hours=8), until=FIRST + dt.timedelta(hours=40)))
    assert (24 * found.lives.days).tolist() == pytest.approx([2, 20, 10])
    assert (24 * found.by_reason.days).tolist() == pytest.approx([2, 20, 10])


def test_all_failures_of_a_simulated_floor_are_found_again():
    rng = np.random.default_rng(1)
    rows = run_to_failure(rng, ["A", "B", "C"], 50, lambda r: r.weibull(1.5) * 30 + 0.2, lambda r: r.lognormal(0, 0.5) + 0.1)
    found = told(rows)
    assert found.lives.failures.tolist() == [50, 50, 50]
    assert found.repairs.failures.tolist() == [50, 50, 50]
    ups = np.array([row[2] - row[1] for row in rows if row[3] == "running"])
    assert 24 * found.lives.days == pytest.approx(ups, rel=1e-6)
