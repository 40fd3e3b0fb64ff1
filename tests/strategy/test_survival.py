"""Survival: drawn outages and drawn demand against the stock."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from scipy.stats import gamma, lomax

import justenough as je
from justenough.estimation.supplier import Recovery, recovery_of
from justenough.strategy.decide import decided
from justenough.strategy.settings import Settings
from justenough.strategy.survival import survival_of


def known(rate, variance, drift, lead, step=0.0):
    columns = [np.asarray(c, dtype=float) for c in (rate, variance, drift)]
    demand = SimpleNamespace(
        mean=columns[0], variance=columns[1], drift=columns[2], swing=np.zeros(len(columns[0])), step=np.full(len(columns[0]), step)
    )
    return SimpleNamespace(demand=demand, lead_time=SimpleNamespace(mean_days=np.asarray(lead, dtype=float)))


def recovery(shape, scale):
    shape, scale = np.asarray(shape, dtype=float), np.asarray(scale, dtype=float)
    mean, p95 = scale / (shape - 1), lomax(shape, scale=scale).ppf(0.95)
    half = np.full(len(shape), 0.1)
    return Recovery(half, half / 2, half * 2, mean, mean / 2, mean * 2, p95, p95 / 2, p95 * 2, shape, scale, shape * 0)


def rows(stock):
    return pl.DataFrame({"mean_stock_units": [float(s) for s in stock]})


def test_drawn_outages_are_survived_as_often_as_stated():
    rate, variance, drift, stock = 4.0, 30.0, 0.2, 150.0
    found = survival_of(rows([stock]), known([rate], [variance], [drift], [10.0]), recovery([5.0], [120.0]))
    draws = np.random.default_rng(1)
    days = lomax(5.0, scale=120.0).rvs(400_000, random_state=draws)
    mean = rate * days
    spread = variance * days + (drift * mean) ** 2
    wanted = draws.gamma(mean**2 / spread, spread / mean)
    assert found.survives[0] == pytest.approx((wanted <= stock).mean(), abs=0.004)
    p95 = found.recover_p95_days[0]
    m, v = rate * p95, variance * p95 + (drift * rate * p95) ** 2
    assert found.survives_p95[0] == pytest.approx(gamma(m * m / v, scale=v / m).cdf(stock))
    assert found.survive_days[0] == pytest.approx(37.5)
    assert found.survive_pipeline_days[0] == pytest.approx(47.5)
    assert found.gap_days[0] == pytest.approx(p95 - 37.5)


def test_certain_demand_survives_exactly_until_the_stock_is_gone():
    outage = recovery([3.0, 3.0], [50.0, 50.0])
    p95 = outage.p95_days[0]
    found = survival_of(rows([2 * p95 - 0.01, 2 * p95 + 0.01]), known([2.0, 2.0], [0.0, 0.0], [0.0, 0.0], [1.0, 1.0]), outage)
    assert found.survives_p95.tolist() == [0.0, 1.0]
    assert found.survives[1] == pytest.approx(0.95, abs=0.06)  # a step seen through twelve nodes


def test_more_stock_never_survives_less_and_todays_goes_first():
    n = 40
    stock = np.linspace(0, 800, n)
    given = known(np.full(n, 3.0), np.full(n, 20.0), np.full(n, 0.3), np.full(n, 20.0), step=1.0)
    found = survival_of(rows(np.zeros(n)), given, recovery(np.full(n, 4.0), np.full(n, 100.0)), on_hand=pl.Series(stock))
    assert (np.diff(found.survives) >= 0).all()
    assert (np.diff(found.survives_p95) >= 0).all()
    assert found.stock.tolist() == stock.tolist()
    partly = survival_of(
        rows([70.0, 80.0]), known([1.0, 1.0], [1.0, 1.0], [0.0, 0.0], [5.0, 5.0]), recovery([4, 4], [9, 9]), on_hand=pl.Series([None, 5.0])
    )
    assert partly.stock.tolist() == [70.0, 5.0]


def test_what_is_not_known_is_not_said():
    none = np.zeros(3)
    nobody = Recovery(none, none, none, none, none, none, none, none, none, none + 1.0, none, none)
    found = survival_of(rows([10.0, 5.0, 5.0]), known([1.0, 0.0, np.nan], [1.0, 0.0, np.nan], [0.0, 0.0, 0.0], [5.0, 5.0, 5.0]), nobody)
    assert np.isnan(found.survives).all()
    assert np.isnan(found.recover_days).all()
    assert found.survive_days[0] == 10.0
    assert np.isnan(found.survive_days[1:]).all()
    with pytest.raises(ValueError, match="3 rows, 2 items known"):
        survival_of(rows([1.0, 2.0, 3.0]), known([1.0, 2.0], [1.0, 1.0], [0.0, 0.0], [5.0, 5.0]), nobody)


def test_a_plan_in_full():
    plant = je.sample("bearings")
    made = decided(plant, Settings())
    found = survival_of(made.plan.rows, made.known, recovery_of(plant, lead_time=made.known.lead_time), on_hand=plant.items["on_hand"])
    frame = found.frame(plant.items["item"])
    assert frame.height == len(plant)
    gaps = frame["gap_days"].drop_nulls()
    assert gaps.to_list() == sorted(gaps, reverse=True)
    taiwan = frame.filter(pl.col("item") == "IVT-07")
    assert taiwan["recover_lower_days"][0] < taiwan["recover_days"][0] < taiwan["recover_p95_days"][0] < taiwan["recover_p95_upper_days"][0]
    assert 0.0 < taiwan["survives_p95"][0] < taiwan["survives"][0] < 1.0
