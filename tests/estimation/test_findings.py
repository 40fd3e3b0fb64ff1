"""Findings as rows, and the points of a probability plot by Kaplan and Meier's rule."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from simulated_floor import plant_of, run_to_failure

from justenough.estimation.findings import machine_findings, machine_reason_findings, plotted, reason_findings
from justenough.estimation.floor import floor_of
from justenough.estimation.lifetimes import Law, Lives, fit
from justenough.estimation.reliability import ReliabilityParams, reliability_of, times_of
from justenough.estimation.uptimes import uptimes_of


@pytest.fixture(scope="module")
def found():
    rows = run_to_failure(
        np.random.default_rng(1), ["A", "B"], 25, lambda r: 20 * r.weibull(1.5) + 0.5, lambda r: r.exponential(1.0) + 0.1, ("jam", "motor")
    )
    return reliability_of(uptimes_of(floor_of(plant_of([*rows, ("C", 0, 300, "running", None)]))))


def test_every_machine_has_a_row_and_its_figures_agree(found):
    rows = machine_findings(found)
    assert rows["machine"].to_list() == ["A", "B", "C"]
    assert rows["failures"].to_list() == [25, 25, 0]
    assert rows["mtbf_days"][2] == float("inf")
    assert rows["mtbf_lower_days"][2] == pytest.approx(300 / 24 / -np.log(0.025))
    assert rows["trend"][2] == "too few"
    assert rows["law"][2] is None
    known = rows.filter(rows["failures"] > 0)
    for name in ("mtbf", "mttr"):
        assert (known[f"{name}_lower_days"] < known[f"{name}_days"]).all()
        assert (known[f"{name}_days"] < known[f"{name}_upper_days"]).all()
    assert (known["availability"] - known["mtbf_days"] / (known["mtbf_days"] + known["mttr_days"])).abs().max() < 0.01


def test_reasons_add_up_to_the_machines(found):
    reasons, pairs = reason_findings(found), machine_reason_findings(found)
    assert reasons["failures"].sum() == pairs["failures"].sum() == 50
    assert set(reasons["reason"]) == {"jam", "motor"}
    assert reasons["machines"].to_list() == [2, 2]
    assert (pairs["mtbf_lower_days"] < pairs["mtbf_days"]).all()


def test_points_on_the_paper_are_half_way_up_kaplan_and_meiers_steps():
    days, failed = [3.0, 5.0, 5.0, 7.0, 9.0, 12.0, 12.0], [True, True, False, True, False, True, True]
    times = times_of(Lives.of([([1.0], [False]), (days, failed)]), ReliabilityParams())
    one = plotted(times, 1, "M", confidence=0.9)
    steps = stats.ecdf(stats.CensoredData.right_censored(days, ~np.array(failed))).sf
    left = steps.evaluate(one.days)
    before = np.concatenate([[1.0], left[:-1]])
    assert one.days.tolist() == [3.0, 5.0, 7.0, 12.0]
    assert one.share == pytest.approx(1.0 - 0.5 * (left + before))
    again = fit(Lives.of([(days, failed)]), one.law, confidence=0.9, early_share=0.5)
    at = one.line_share.tolist().index(0.5)
    assert [one.lower_days[at], one.line_days[at], one.upper_days[at]] == pytest.approx(
        [again.lower.early[0], again.best.early[0], again.upper.early[0]]
    )
    assert plotted(times, 0, "none", confidence=0.9) is None
    assert one.law in Law
