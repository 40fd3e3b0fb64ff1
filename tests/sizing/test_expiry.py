"""Stock that spoils: beside sums over what may be asked, beside simulation, and what it makes of the levels."""

from dataclasses import fields, replace

import numpy as np
import pytest
from scipy import stats

from justenough.domain.item import Form, StockoutBasis
from justenough.domain.policy import Levels, Reason
from justenough.estimation.exposure import Exposure
from justenough.simulation.draws import Futures
from justenough.simulation.policies import Rules, Supply, live_drawn
from justenough.sizing.expiry import cheapest_perishable, perishable_outcome
from justenough.sizing.single import DAYS_PER_YEAR, Economics, outcome_at

NAN = float("nan")


def exposures(form, rate, variance, lead, review, life):
    """The exposed time, and the same with the shelf life on top; independent days."""

    def over(days):
        time = days[:, None] + review[:, None] * np.array([0.0, 0.5, 1.0])
        blank = np.zeros_like(time)
        step = np.where(form == Form.NEGATIVE_BINOMIAL, 1.0, 0.0)
        return Exposure(
            rate[:, None] * time, variance[:, None] * time, blank, blank, blank, blank, 0.0 * rate, form, step, rate, review, lead
        )

    return over(lead), over(lead + life)


def economics(n, **given):
    blank = {each.name: np.full(n, NAN) for each in fields(Economics)}
    blank |= {"unit_cost": np.full(n, 10.0), "holding_rate": np.full(n, 0.2), "ordering_cost": np.zeros(n)}
    blank |= {"shelf_life_days": np.full(n, np.inf), "stockout_basis": np.zeros(n, np.int64)}
    return Economics(**{**blank, **given})


def population(n=210, seed=4):
    """A third each normal counts, gammas and Poisson counts; lives from most of the cover to twice of it."""
    random = np.random.default_rng(seed)
    form = np.where(np.arange(n) % 3 == 1, Form.GAMMA, Form.NEGATIVE_BINOMIAL).astype(np.int64)
    rate = np.exp(random.uniform(-1.0, 2.0, n))
    variance = rate * np.where(np.arange(n) % 3 == 2, 1.0, np.exp(random.uniform(0.3, 1.4, n)))
    lead, review = random.integers(0, 15, n).astype(float), random.integers(1, 9, n).astype(float)
    quantity = np.maximum(np.round(np.exp(random.uniform(0.0, 1.0, n) * np.log(40.0 * rate + 2.0))), 1.0)
    days = lead + review
    low = np.round(rate * days + random.uniform(-0.5, 1.6, n) * np.sqrt(variance * days))
    life = np.maximum(np.round((low + quantity) / rate * random.uniform(0.8, 2.0, n) - lead), np.maximum(review, 2.0))
    exposure, aged = exposures(form, rate, variance, lead, review, life)
    return exposure, aged, Levels(np.maximum(low, 1.0) - exposure.step, quantity, exposure.step), variance, life


@pytest.fixture(scope="module")
def lived():
    exposure, aged, levels, variance, life = population()
    n = len(life)
    futures = Futures(exposure.form, exposure.rate[:, None], variance[:, None], np.zeros(n), np.zeros(n))
    supply, rules = Supply.constant(exposure.lead_days), Rules(shelf_life_days=life)
    run = live_drawn([f"I{i}" for i in range(n)], levels, futures, supply, exposure.review_days, days=1300, lives=30, rules=rules,
                     warm_up_days=300, seed=3)  # fmt: skip
    return perishable_outcome(exposure, aged, economics(n), levels), outcome_at(exposure, economics(n), levels), run, exposure


def test_expired_units_are_lived(lived):
    """By share of demand that spoils: root mean square error in points of demand, as the docstring states."""
    stated, _, run, exposure = lived
    demand = exposure.rate * DAYS_PER_YEAR
    seen, said = run.expired / demand, stated.expired / demand
    for least, most, error in ((0.0, 0.01, 0.002), (0.01, 0.05, 0.010), (0.05, 0.15, 0.018)):
        some = (seen >= least) & (seen < most)
        assert some.sum() >= 30
        assert np.sqrt(np.mean((seen - said)[some] ** 2)) < error
    assert seen.max() > 0.2
    np.testing.assert_allclose(stated.expiry_cost, 10.0 * stated.expired)


def test_spoilage_is_felt_on_the_shelf(lived):
    """Without it the fill rate is stated a point too high; with it, right on the mean and nearer item by item."""
    stated, careless, run, _ = lived
    off, before = run.fill_rate - stated.outcome.fill_rate, run.fill_rate - careless.fill_rate
    assert before.mean() < -0.01
    assert abs(off.mean()) < 0.003
    assert np.sqrt(np.mean(off**2)) < 0.6 * np.sqrt(np.mean(before**2))
    stock, before = stated.outcome.mean_stock / run.mean_stock - 1.0, careless.mean_stock / run.mean_stock - 1.0
    assert abs(stock.mean()) < 0.3 * before.mean()


def test_first_spoilage_is_its_sum_over_places():
    """Little spoils: E[(y - X)+] at lead time + life less that a review later, place by place with scipy's Poisson."""
    one = np.ones(1)
    exposure, aged = exposures(np.array([int(Form.NEGATIVE_BINOMIAL)]), 2.0 * one, 2.0 * one, 3.0 * one, 4.0 * one, 16.0 * one)
    found = perishable_outcome(exposure, aged, economics(1), Levels(13.0 * one, 9.0 * one, one))
    asked = np.arange(400)

    def left(days):
        mass = stats.poisson.pmf(asked, 2.0 * days)
        return np.mean([(mass * np.maximum(place - asked, 0)).sum() for place in range(14, 23)])

    plain = (left(19.0) - left(23.0)) / 4.0 * DAYS_PER_YEAR
    assert found.expired[0] == pytest.approx(plain, rel=0.01)
    assert 0.0 < plain < 0.01 * 2.0 * DAYS_PER_YEAR


def test_what_keeps_for_ever_costs_as_it_did():
    exposure, aged, levels, _, _ = population(30)
    far = replace(aged, mean=aged.mean + 1e3, variance=aged.variance + 1e3)
    money = economics(30, stockout_cost=np.full(30, 5.0), stockout_basis=np.full(30, int(StockoutBasis.PER_UNIT)))
    found, plain = perishable_outcome(exposure, far, money, levels), outcome_at(exposure, money, levels)
    np.testing.assert_allclose(found.expired, 0.0, atol=1e-5)
    np.testing.assert_allclose(found.outcome.total_cost, plain.total_cost, rtol=1e-6)


def fresh(life, **given):
    """Fifteen a week of something that costs 10 to make and 60 to be without."""
    one = np.ones(1)
    exposure, aged = exposures(np.array([int(Form.NEGATIVE_BINOMIAL)]), 15 / 7 * one, 30 / 7 * one, 2.0 * one, 7.0 * one, life * one)
    given = {"stockout_cost": 60.0 * one, "stockout_basis": np.array([int(StockoutBasis.PER_UNIT)])} | given
    return exposure, aged, economics(1, **given)


def test_the_cheapest_level_is_the_best_of_all():
    """Every whole level of the four quantities tried, one by one."""
    exposure, aged, money = fresh(9.0)
    chosen = cheapest_perishable(exposure, aged, money, np.array([8.0]))
    quantity, reorder = (each.ravel() for each in np.meshgrid([2.0, 4.0, 8.0, 16.0], np.arange(18.0, 50.0)))
    many = [
        replace(each, **{c.name: np.repeat(getattr(each, c.name), len(reorder), axis=0) for c in fields(each) if c.name != "lot"})
        for each in (exposure, aged, money)
    ]
    best = perishable_outcome(*many, Levels(reorder, quantity, np.ones(len(reorder)))).outcome.total_cost.min()
    assert chosen.earned.outcome.total_cost[0] == pytest.approx(best, rel=1e-9)
    assert Reason(int(chosen.chosen.reason[0])) is Reason.COST


@pytest.mark.parametrize("price", [15.0, 200.0])
def test_the_cheapest_level_may_lie_between_the_points_of_a_curve(price):
    """Three hundred a day: the curve's points lie many units apart, and every level of the chosen quantity is tried here."""
    one = np.ones(1)
    exposure, aged = exposures(np.array([int(Form.NEGATIVE_BINOMIAL)]), 300.0 * one, 9000.0 * one, 2.0 * one, 2.0 * one, 3.0 * one)
    money = economics(1, stockout_cost=price * one, stockout_basis=np.array([int(StockoutBasis.PER_UNIT)]))
    chosen = cheapest_perishable(exposure, aged, money, np.array([50.0]))
    levels, n = chosen.chosen.levels, 600
    many = [
        replace(each, **{c.name: np.repeat(getattr(each, c.name), n, axis=0) for c in fields(each) if c.name != "lot"})
        for each in (exposure, aged, money)
    ]
    reorder = levels.reorder_point[0] + np.arange(n) - n // 2
    cost = perishable_outcome(*many, Levels(reorder, np.repeat(levels.order_quantity, n), np.ones(n))).outcome.total_cost
    assert 0 < cost.argmin() < n - 1
    assert chosen.earned.outcome.total_cost[0] == pytest.approx(cost.min(), rel=1e-9)


def test_a_shorter_life_costs_more_and_makes_smaller_lots():
    costs, lots, spoiled = [], [], []
    for life in (6.0, 10.0, 20.0, 60.0):
        exposure, aged, money = fresh(life, ordering_cost=np.full(1, 15.0))
        chosen = cheapest_perishable(exposure, aged, money, np.array([40.0]))
        costs.append(chosen.earned.outcome.total_cost[0])
        lots.append(chosen.chosen.levels.order_quantity[0])
        spoiled.append(chosen.earned.expired[0])
    assert (np.diff(costs) < 0).all()
    assert (np.diff(spoiled) < 0).all()
    assert (np.diff(lots) >= 0).all()
    assert lots[0] < lots[-1]


def test_a_floor_that_spoils_too_much_is_missed_and_says_so():
    exposure, aged, money = fresh(3.0, target_cycle_service=np.array([0.999]))
    chosen = cheapest_perishable(exposure, aged, money, np.array([15.0]))
    assert Reason(int(chosen.chosen.reason[0])) is Reason.SHELF_LIFE
    exposure, aged, money = fresh(60.0, target_cycle_service=np.array([0.999]), stockout_cost=np.array([NAN]))
    kept = cheapest_perishable(exposure, aged, money, np.array([15.0]))
    assert Reason(int(kept.chosen.reason[0])) is Reason.CYCLE_SERVICE_FLOOR
    assert kept.earned.outcome.cycle_service[0] >= 0.999


def test_lots_stay_whole_and_no_less_than_the_minimum():
    exposure, aged, money = fresh(6.0, lot_multiple=np.array([6.0]), moq=np.array([10.0]), ordering_cost=np.full(1, 1.0))
    levels = cheapest_perishable(exposure, aged, money, np.array([48.0])).chosen.levels
    assert levels.order_quantity[0] in (12.0, 24.0, 48.0, 96.0)
    exposure, aged, money = fresh(4.0, lot_multiple=np.array([6.0]), moq=np.array([10.0]))
    assert cheapest_perishable(exposure, aged, money, np.array([24.0])).chosen.levels.order_quantity[0] == 12.0  # a quarter is 6
