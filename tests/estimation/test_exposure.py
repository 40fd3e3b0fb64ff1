"""Exposure against a simulation of what it describes."""

from dataclasses import replace

import numpy as np
import pytest

from justenough.domain.item import Form
from justenough.estimation.demand import Demand
from justenough.estimation.exposure import Causes, exposure_over
from justenough.estimation.lead_time import LeadTime
from justenough.estimation.supplier import Outages


def columns(**given):
    return {name: np.atleast_1d(np.asarray(value)) for name, value in given.items()}


def demand(mean, variance, drift=0.0, idle=0.0, form=Form.GAMMA, period_days=1.0):
    rest = columns(
        kind=0, swing=0.0, mean=float(mean), variance=float(variance), drift=float(drift), idle=float(idle), form=int(form), step=1.0
    )
    return Demand(**rest, period_days=period_days, **columns(n_periods=100, n_positive=50, adi=2.0, cv2=0.3, method=0))


def lead_time(mean, sd=0.0):
    return LeadTime(
        **columns(
            mean_days=float(mean),
            sd_days=float(sd),
            receipts=5,
            open_orders=0,
            basis=0,
            planned_days=float(mean),
            mean_upper_days=float(mean),
            late_share=np.nan,
            p95_days=float(mean + 2.0 * sd),
            crossing_share=0.0,
            effective_sd_days=float(sd),
        )
    )


def outages(probability=0.0, wait=0.0, sd=0.0):
    return Outages(**columns(probability=probability, wait_days=wait, wait_sd_days=sd, n_outages=1, worst_days=0.0))


REVIEW = np.array([6.0])


def test_hadley_whitin_variance_of_demand_over_a_random_lead_time():
    """E = 10 * 4 = 40, Var = 4 * 9 + 10^2 * 2^2 = 436: the squared rate, not its exclusive or."""
    exposed = exposure_over(demand(10, 9), lead_time(4, 2), outages(), REVIEW)
    assert exposed.mean[0].tolist() == [40.0, 70.0, 100.0]
    assert exposed.variance[0].tolist() == pytest.approx([436.0, 463.0, 490.0])


def test_monte_carlo_of_every_cause():
    draws, n = np.random.default_rng(11), 400_000
    rate, noise, drift, mean_lead, sd_lead, chance, wait = 3.0, 5.0, 0.3, 20.0, 6.0, 0.2, 30.0
    exposed = exposure_over(demand(rate, noise, drift), lead_time(mean_lead, sd_lead), outages(chance, wait, wait), REVIEW)
    for met, mean, variance in ((0.0, exposed.mean, exposed.variance), (1.0, exposed.outage_mean, exposed.outage_variance)):
        days = draws.gamma((mean_lead / sd_lead) ** 2, sd_lead**2 / mean_lead, n) + 6.0 + met * draws.exponential(wait, n)
        # The drift is of the level over a mean exposed time, so it enters beside the noise of the time.
        level = rate * days + rate * drift * draws.standard_normal(n) * (26.0 + met * wait)
        wanted = level + np.sqrt(noise * days) * draws.standard_normal(n)
        assert mean[0, 2] == pytest.approx(wanted.mean(), abs=5.0 * wanted.std() / np.sqrt(n))
        assert variance[0, 2] == pytest.approx(wanted.var(), rel=0.03 if met else 0.01)


def test_idle_is_a_poisson_process_of_uncertain_rate():
    draws, n = np.random.default_rng(12), 400_000
    exposed = exposure_over(demand(0.5, 20.0, drift=0.8, idle=0.7, period_days=7.0), lead_time(14), outages(), REVIEW)
    count = -np.log(0.7) / 7.0 * 20.0
    rates = draws.gamma(1.0 / 0.64, 0.64 * count, n)
    assert exposed.idle[0, 2] == pytest.approx(np.exp(-rates).mean(), abs=0.003)
    steady = exposure_over(demand(0.5, 20.0, idle=0.7, period_days=7.0), lead_time(14), outages(), REVIEW)
    assert steady.idle[0, 0] == pytest.approx(0.7**2)


def test_a_cause_taken_away_takes_its_variance_and_no_other():
    parts = demand(3, 5, 0.3), lead_time(20, 6), outages(0.2, 30, 30), REVIEW
    whole = exposure_over(*parts).variance
    without = {cause: exposure_over(*parts, Causes(**{cause: False})).variance for cause in ("demand", "lead_time", "estimate")}
    assert sum(whole - each for each in without.values())[0] == pytest.approx(whole[0])
    assert exposure_over(*parts, Causes(outage=False)).outage_probability[0] == 0.0
    none = exposure_over(*parts, Causes(demand=False, lead_time=False, outage=False, estimate=False))
    assert none.variance.max() == 0.0
    assert none.idle.max() == 0.0
    np.testing.assert_array_equal(none.mean, exposure_over(*parts).mean)


def test_nothing_is_said_without_a_lead_time_and_nothing_wanted_is_certain():
    missing = exposure_over(demand(3, 5), lead_time(np.nan, np.nan), outages(), REVIEW)
    assert np.isnan(missing.mean).all()
    assert np.isnan(missing.variance).all()
    assert np.isnan(missing.idle).all()
    still = exposure_over(replace(demand(0, 0), mean=np.array([0.0])), lead_time(5), outages(), REVIEW)
    assert still.idle.tolist() == [[1.0, 1.0, 1.0]]
    assert still.variance.max() == 0.0


def test_lead_time_zero_still_leaves_the_review():
    exposed = exposure_over(demand(2, 1), lead_time(0), outages(), REVIEW)
    assert exposed.mean[0].tolist() == [0.0, 6.0, 12.0]
    assert exposed.idle[0, 0] == 1.0
