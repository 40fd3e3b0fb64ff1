"""Reserves from an item's own exposure: the very figure that `recommend` sizes by, at any net time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from justenough.estimation.exposure import exposure_over
from justenough.kernels import loss
from justenough.strategy.decide import decided
from justenough.strategy.settings import Settings
from justenough.strategy.spread import part
from justenough.strategy.stage_exposure import StageExposure


@pytest.fixture(scope="module")
def known(small_plant):
    made = decided(small_plant, Settings(holding_rate=0.25, target_cycle_service=0.9))
    rows = made.plan.rows["item"].to_list()
    return part(made.known, np.array([rows.index(item) for item in ("A", "C", "J")]))


def nothing(stage, mean_days, sd_days):
    return np.zeros(len(stage))


def test_reserve_covers_the_service_and_one_unit_less_does_not(known):
    service = np.array([0.9, 0.97, 0.99])
    stage, days, sd = np.arange(3), np.array([12.0, 5.5, 3.0]), np.array([2.0, 0.0, 1.0])
    reserve = StageExposure(known, service, nothing)(stage, days, sd)
    lead = replace(known.lead_time, mean_days=days, sd_days=sd)
    exposure = exposure_over(known.demand, lead, known.outages, np.zeros(3))
    late = exposure.outage_probability
    mean = (1 - late) * exposure.mean[:, 2] + late * exposure.outage_mean[:, 2]
    for taken, holds in ((0.0, True), (1.0, False)):
        stock = mean + reserve - taken
        calm = loss.cdf(exposure.form, exposure.mean[:, 2], exposure.variance[:, 2], exposure.idle[:, 2], exposure.step, stock)
        met = loss.cdf(
            exposure.form, exposure.outage_mean[:, 2], exposure.outage_variance[:, 2], exposure.outage_idle[:, 2], exposure.step, stock
        )
        assert (((1 - late) * calm + late * met >= service - 1e-9) == holds).all()


def test_no_time_needs_nothing(known):
    none = StageExposure(known, np.full(3, 0.99), nothing)(np.arange(3), np.zeros(3), np.zeros(3))
    assert none.tolist() == [0.0, 0.0, 0.0]


def test_rows_may_come_in_any_order_and_number(known, monkeypatch):
    import justenough.strategy.stage_exposure as module

    stage, days = np.array([2, 0, 1, 1, 0, 2, 2]), np.array([1.0, 4.0, 2.0, 9.0, 30.0, 8.0, 3.0])
    bound = StageExposure(known, np.full(3, 0.95), nothing)
    whole = bound(stage, days, np.zeros(7))
    monkeypatch.setattr(module, "MOST_ROWS", 3)
    assert bound(stage, days, np.zeros(7)).tolist() == whole.tolist()


def test_without_usage_on_record_the_reserve_follows_from_the_customers(known):
    demand = replace(known.demand, n_positive=np.array([0, 5, 0]))
    bound = StageExposure(replace(known, demand=demand), np.full(3, 0.95), lambda stage, mean_days, sd_days: 100.0 + mean_days)
    found = bound(np.array([0, 1, 2, 0]), np.array([4.0, 4.0, 5.0, 6.0]), np.zeros(4))
    assert found[[0, 2, 3]].tolist() == [104.0, 105.0, 106.0]
    assert found[1] == StageExposure(known, np.full(3, 0.95), nothing)(np.array([1]), np.array([4.0]), np.zeros(1))[0]
