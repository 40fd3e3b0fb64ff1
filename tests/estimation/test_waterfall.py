"""Ratios of the standards; their published figures are in tests/published. Here: limits, and what must not happen."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.estimation.waterfall import iso22400, oee_of_factors, semi_e79, waterfall


def test_the_waterfall_is_the_product_of_its_factors():
    flow = waterfall([480.0, 100.0], [400.0, 90.0], [1.0, 1.0], [300.0, 120.0], [290.0, 120.0], calendar=1440.0)
    assert flow.oee == pytest.approx(oee_of_factors(flow.availability, flow.performance, flow.quality))
    assert flow.oee == pytest.approx(flow.teep / flow.utilization)
    assert flow.planned == pytest.approx(flow.good + flow.availability_loss + flow.performance_loss + flow.quality_loss)
    assert flow.too_fast.tolist() == [False, True]


def test_a_roll_up_of_unlike_planned_times_is_not_the_mean_of_ratios():
    """By hand: 10 h at OEE 0.5 and 2 h at OEE 1 are 7/12, not 3/4."""
    flow = waterfall([10.0, 2.0], [5.0, 2.0], [1.0, 1.0], [5.0, 2.0], [5.0, 2.0])
    assert flow.rolled_up().oee == pytest.approx(7 / 12)


def test_nothing_planned_has_no_ratio():
    flow = waterfall(0.0, 0.0, 1.0, 0.0, 0.0)
    assert np.isnan([flow.availability, flow.performance, flow.quality, flow.oee, flow.teep]).all()


def test_semi_factors_multiply_to_good_time_of_all_time_and_iso_without_rework_scraps_the_rest():
    factors = semi_e79(168, 142, 118, 105, 100.5)
    product = factors.availability_efficiency * factors.operational_efficiency * factors.rate_efficiency * factors.quality_efficiency
    assert product == pytest.approx(factors.oee)
    times = {"busy": 480, "production": 340, "setup": 35, "delay": 65, "ideal": 300}
    ours = iso22400(**times, produced=300, good=290, scrap=10, rework=0)
    assert ours.allocation_efficiency == pytest.approx(440 / 480)  # without other busy time AUBT = APT + AUST + ADET
    assert ours.scrap_ratio + ours.quality_ratio == pytest.approx(1)
