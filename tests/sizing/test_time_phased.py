"""Levels by coming period: beside sums over the days themselves, and beside lives through the seasons."""

from dataclasses import MISSING, fields, replace

import numpy as np
import pytest
from scipy import stats

from justenough.domain.item import Form
from justenough.domain.policy import Levels
from justenough.estimation.demand import Demand
from justenough.estimation.exposure import exposure_over
from justenough.estimation.lead_time import LeadTime
from justenough.estimation.supplier import Outages
from justenough.simulation.draws import Futures
from justenough.simulation.policies import Rules, Supply, live_drawn
from justenough.sizing.single import Economics, cheapest
from justenough.sizing.time_phased import phased_exposure, phased_levels

PERIOD = 30.0


def columns(kind, n, **given):
    """A frozen value of columns, zero but for what is given."""
    blank = {each.name: np.zeros(n) for each in fields(kind) if each.default is MISSING}
    return kind(**{name: np.full(n, value) if np.isscalar(value) else value for name, value in {**blank, **given}.items()})


def economics(n, **given):
    blank = {each.name: np.full(n, np.nan) for each in fields(Economics)}
    blank |= {"unit_cost": np.ones(n), "holding_rate": np.full(n, 0.2), "ordering_cost": np.zeros(n), "shelf_life_days": np.full(n, np.inf)}
    return Economics(**{**blank, "stockout_basis": np.zeros(n, np.int64), **given})


def poisson(n, rate, drift=0.0):
    form = np.full(n, int(Form.NEGATIVE_BINOMIAL))
    return replace(columns(Demand, n, mean=rate, variance=rate, drift=drift, form=form, step=1.0), period_days=PERIOD)


SEASON = 2.0 * (1.0 + 0.8 * np.sin(2 * np.pi * np.arange(12) / 12))


def test_flat_demand_needs_what_it_always_did():
    """Every period as `exposure_over` and `cheapest` have it, outages and random lead times included."""
    n = 3
    demand = poisson(n, 2.0, drift=0.3)
    lead = columns(LeadTime, n, mean_days=np.array([0.0, 10.0, 45.0]), sd_days=np.array([0.0, 3.0, 9.0]))
    outages = columns(Outages, n, probability=0.1, wait_days=20.0, wait_sd_days=20.0)
    flat = np.full((n, 14), 2.0)
    review = np.array([1.0, 7.0, 7.0])
    plain = exposure_over(demand, lead, outages, review)
    phased = phased_exposure(demand, flat, flat, lead, outages, review, period_days=PERIOD)
    for name in ("mean", "variance", "idle", "outage_mean", "outage_variance", "outage_idle", "rate"):
        np.testing.assert_allclose(getattr(phased, name), np.repeat(getattr(plain, name), 12, axis=0), rtol=1e-9, err_msg=name)
    money = economics(n, target_cycle_service=np.full(n, 0.95))
    levels = phased_levels(demand, flat, flat, lead, outages, money, review, period_days=PERIOD)
    chosen = cheapest(plain, money, levels.order_quantity)
    np.testing.assert_array_equal(levels.reorder_point, np.repeat(chosen.levels.reorder_point[:, None], 12, axis=1))


def test_exposures_are_sums_over_the_days():
    """A lead time of 40 days and a review of 5: each day's own mean, added up plainly, from reviews through the period."""
    ahead = np.concatenate([SEASON, SEASON])[None]
    demand, lead = poisson(1, 2.0), columns(LeadTime, 1, mean_days=40.0)
    found = phased_exposure(demand, ahead, ahead, lead, columns(Outages, 1), np.array([5.0]), period_days=PERIOD)
    daily = np.repeat(ahead[0], 300) / 10  # tenths of a day
    for period in (0, 4, 11):
        sums = [daily[start : start + 450].sum() for start in range(period * 300, (period + 1) * 300)]
        assert found.mean[period, 2] == pytest.approx(np.mean(sums), rel=2e-3)
        assert found.variance[period, 2] == pytest.approx(np.mean(sums) + np.var(sums), rel=0.02)
        last = [daily[start + 400 : start + 450].sum() / 5 for start in range(period * 300, (period + 1) * 300)]
        assert found.rate[period] == pytest.approx(np.mean(last), rel=2e-2)


def test_twice_the_demand_comes_twice_as_often():
    """Lumps as Poisson arrivals: an idle month has the chance 0.6, of twice the demand 0.6 squared, ten days its third root."""
    demand = replace(poisson(1, 2.0), form=np.array([int(Form.ZERO_GAMMA)]), idle=np.array([0.6]), step=np.zeros(1))
    ahead = np.full((1, 13), 4.0)
    found = phased_exposure(
        demand, ahead, 400.0 * ahead, columns(LeadTime, 1, mean_days=5.0), columns(Outages, 1), np.array([5.0]), period_days=PERIOD
    )
    np.testing.assert_allclose(found.idle[:, 2], 0.36 ** (10.0 / PERIOD), rtol=1e-9)


def test_the_last_period_stands_for_all_after_it():
    demand, lead = poisson(1, 2.0), columns(LeadTime, 1, mean_days=90.0)
    ahead = np.array([[2.0] * 11 + [5.0]])
    found = phased_exposure(demand, ahead, ahead, lead, columns(Outages, 1), np.array([10.0]), period_days=PERIOD)
    assert found.mean[11, 2] == pytest.approx(500.0)
    with pytest.raises(ValueError, match=r"must be \(1, at least 12\), got \(1, 3\)"):
        phased_exposure(demand, ahead[:, :3], ahead[:, :3], lead, columns(Outages, 1), np.array([10.0]), period_days=PERIOD)


@pytest.fixture(scope="module")
def seasons():
    """Four kinds of item, each lived as 60 repetitions through twenty seasonal years, and with one frozen level beside."""
    kinds, repeats = 4, 60
    season = np.stack([SEASON, 3 * SEASON[::-1], 0.2 * np.roll(SEASON, 4), np.full(12, 2.0)])
    lead_days, review = np.array([20.0, 45.0, 30.0, 10.0]), np.array([5.0, 7.0, 2.0, 1.0])
    demand = replace(poisson(kinds, 2.0), mean=season.mean(axis=1), variance=season.mean(axis=1))
    lead, outages = columns(LeadTime, kinds, mean_days=lead_days), columns(Outages, kinds)
    money = economics(kinds, target_cycle_service=np.full(kinds, 0.95))
    ahead = np.tile(season, (1, 2))
    levels = phased_levels(demand, ahead, ahead, lead, outages, money, review, period_days=PERIOD)
    frozen = cheapest(exposure_over(demand, lead, outages, review), money, levels.order_quantity).levels
    item = np.repeat(np.arange(kinds), repeats)
    futures = Futures(demand.form[item], season[item], season[item], np.zeros(len(item)), np.zeros(len(item)))
    lived = []
    for reorder in (levels.reorder_point, np.repeat(frozen.reorder_point[:, None], 12, axis=1)):
        policy = Levels(reorder[item], levels.order_quantity[item], np.ones(len(item)))
        codes = [f"I{k}" for k in range(len(item))]
        once = live_drawn(codes, policy, futures, Supply.constant(lead_days[item]), review[item], days=int(20 * 12 * PERIOD), lives=1,
                          period_days=PERIOD, warm_up_days=2 * 12 * PERIOD, rules=Rules(), seed=3)  # fmt: skip
        lived.append(once.by_period.reshape(kinds, repeats, 12, 4))
    return levels, lived[0], lived[1]


def test_each_periods_service_is_lived(seasons):
    """48 periods of items: z over 60 repetitions, Bonferroni at 0.1 %; five moments stand for a period's many."""
    levels, lived, _ = seasons
    each = lived[..., 1] / lived[..., 0]
    gap = each.mean(axis=1) - levels.cycle_service
    error = each.std(axis=1, ddof=1) / np.sqrt(each.shape[1])
    assert (np.abs(gap) < stats.t.ppf(1 - 0.0005 / gap.size, 59) * error + 0.001).all(), np.abs(gap).max()
    assert abs(gap.mean()) < 0.002
    assert (levels.cycle_service >= 0.95).all()
    assert (levels.cycle_service < 0.98).all()


def test_fill_rates_of_a_year_are_lived_or_better(seasons):
    """What is left of a season's stock serves the next periods too: up to a point more than stated, where nothing changes as stated."""
    levels, lived, _ = seasons
    gap = 1.0 - lived[..., 3].sum(axis=(1, 2)) / lived[..., 2].sum(axis=(1, 2)) - levels.fill_rate.mean(axis=1)
    assert (gap[:3] > 0.0).all()
    assert (gap[:3] < 0.012).all()
    assert abs(gap[3]) < 0.002


def test_200_seasonal_and_growing_items_are_lived_as_stated():
    """
    A hundred seasons of any height and phase, a hundred ramps that begin anew each year; Poisson days, 16 lives of nine years.

    Of 2,400 items' periods the gaps over their errors are standard normal but for the five moments that stand for a period's
    many (0.2 points); stockouts must be common enough for that, so the service asked for is 70 to 90 %.
    """
    n, lives, random = 200, 16, np.random.default_rng(8)
    month = np.arange(12)
    height, phase, growth = random.uniform(0.2, 0.8, (n, 1)), random.uniform(0, 12, (n, 1)), random.uniform(0.3, 1.5, (n, 1))
    seasonal = 1.0 + height * np.sin(2 * np.pi * (month - phase) / 12)
    shape = np.where(np.arange(n)[:, None] < 100, seasonal, 1.0 + growth * month / 12)
    mean = shape * np.exp(random.uniform(0.0, 2.0, (n, 1)))
    lead_days, review = random.integers(3, 40, n).astype(float), random.integers(1, 8, n).astype(float)
    demand = replace(poisson(n, 2.0), mean=mean.mean(axis=1), variance=mean.mean(axis=1))
    money, ahead = economics(n, target_cycle_service=random.uniform(0.7, 0.9, n)), np.tile(mean, (1, 2))
    lead, outages = columns(LeadTime, n, mean_days=lead_days), columns(Outages, n)
    levels = phased_levels(demand, ahead, ahead, lead, outages, money, review, period_days=PERIOD)
    item = np.repeat(np.arange(n), lives)
    futures = Futures(demand.form[item], mean[item], mean[item], np.zeros(len(item)), np.zeros(len(item)))
    policy = Levels(levels.reorder_point[item], levels.order_quantity[item], np.ones(len(item)))
    names = [f"I{k}" for k in range(len(item))]
    life = live_drawn(names, policy, futures, Supply.constant(lead_days[item]), review[item], days=int(9 * 12 * PERIOD), lives=1,
                      period_days=PERIOD, warm_up_days=12 * PERIOD, rules=Rules(), seed=4)  # fmt: skip
    served = life.by_period.reshape(n, lives, 12, 4)
    each = served[..., 1] / served[..., 0]
    gap = each.mean(axis=1) - levels.cycle_service
    error = each.std(axis=1, ddof=1) / np.sqrt(lives)
    assert (np.abs(gap) < stats.t.ppf(1 - 0.0005 / gap.size, lives - 1) * error + 0.002).all(), np.abs(gap).max()
    assert abs(gap[:100].mean()) < 0.002
    assert abs(gap[100:].mean()) < 0.002
    assert (gap / np.hypot(error, 0.002)).std() < 1.15


def test_one_frozen_level_fails_the_season(seasons):
    _, phased, frozen = seasons
    worst_phased, worst_frozen = ((lived[..., 1].sum(axis=1) / lived[..., 0].sum(axis=1)).min(axis=1) for lived in (phased, frozen))
    assert (worst_phased > 0.94).all()
    assert (worst_frozen[:3] < 0.3).all()
    assert worst_frozen[3] > 0.94  # flat demand needs no phases


def test_phases_follow_what_is_exposed_not_the_calendar():
    """Ten weeks of lead time: the highest level comes about that long before the highest demand."""
    demand = poisson(1, 2.0)
    season = SEASON[None]
    lead, money = columns(LeadTime, 1, mean_days=75.0), economics(1, target_cycle_service=np.array([0.95]))
    levels = phased_levels(
        demand, np.tile(season, (1, 2)), np.tile(season, (1, 2)), lead, columns(Outages, 1), money, np.array([7.0]), period_days=PERIOD
    )
    assert np.argmax(season) == 3
    assert np.argmax(levels.reorder_point) in (1, 2)
    assert levels.exposed_demand.shape == levels.safety_stock.shape == (1, 12)


def test_out_of_season_nothing_is_asked_for_and_nothing_is_short():
    """Four months of demand and eight without, and an item nobody wants: service 1 and no stock where nothing is exposed."""
    ahead = np.array([[0.0] * 4 + [4.0] * 4 + [0.0] * 6, [0.0] * 14])
    demand, lead = poisson(2, np.array([2.0, 0.0])), columns(LeadTime, 2, mean_days=5.0)
    money = economics(2, target_fill_rate=np.full(2, 0.95))
    levels = phased_levels(demand, ahead, ahead, lead, columns(Outages, 2), money, np.array([7.0, 7.0]), period_days=PERIOD)
    idle = levels.exposed_demand == 0.0
    assert idle.sum() == 7 + 12
    assert (levels.fill_rate[idle] == 1.0).all()
    assert (levels.mean_stock[idle] == 0.0).all()
    assert (levels.order_up_to[idle] == 0.0).all()
    assert (levels.fill_rate[~idle] >= 0.95).all()
