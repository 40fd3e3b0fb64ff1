"""Min-max policies under an item's own exposure beside lives lived, beside a chain solved exactly, and in their limits."""

import math
from dataclasses import replace

import numpy as np
import pytest
from invented_items import items, lived, money
from scipy import integrate, stats

from justenough.domain.item import Form, StockoutBasis
from justenough.domain.policy import Levels
from justenough.sizing.classic import s_s_poisson
from justenough.sizing.order_up_to import cheapest_min_max, min_max_outcome
from justenough.sizing.single import DAYS_PER_YEAR, outcome_at


def invented(form, seed, n=50):
    rng = np.random.default_rng(seed)
    mean = 10.0 ** rng.uniform(-0.7, 1.5, n)
    variance = mean * rng.uniform(1.2, 6.0, n) if form is Form.NEGATIVE_BINOMIAL else np.square(mean * rng.uniform(0.3, 2.0, n))
    lead, review = rng.integers(0, 12, n).astype(float), rng.integers(1, 8, n).astype(float)
    step = 0.0 if form is Form.GAMMA else 1.0
    exposure = items(form, mean, variance, lead, review, step)
    low = np.ceil(mean * (lead + review) + rng.uniform(-0.5, 1.5, n) * np.sqrt(variance * (lead + review)))
    high = low + np.ceil(mean * review * rng.uniform(0.2, 4.0, n))
    return exposure, variance, low, high


@pytest.mark.parametrize("form", [Form.NEGATIVE_BINOMIAL, Form.GAMMA])
def test_lives_lived_earn_what_is_stated(form):
    """50 items of each form against 40 lives of eight years: within 4.5 standard errors; means over time within 1 % besides."""
    exposure, variance, low, high = invented(form, 5)
    stated = min_max_outcome(exposure, money(50, ordering_cost=1.0), low, high)
    found = lived(exposure, variance, low, high)
    for name, ours, theirs in (
        ("fill_rate", stated.fill_rate, found.fill_rate),
        ("cycles_served", stated.cycle_service, found.cycles_served),
        ("orders", stated.ordering_cost, found.orders),
    ):
        assert np.max(np.abs(ours - theirs) / (found.error_of(name) + 1e-5 * np.abs(ours))) < 4.5, name
    # Days are counted at their end there; here the mean over a review is Simpson's.
    assert (np.abs(stated.mean_stock - found.mean_stock) < 4.5 * found.error_of("mean_stock") + 0.01 * stated.mean_stock).all()
    assert (np.abs(stated.ready_rate - found.ready_rate) < 4.5 * found.error_of("ready_rate") + 0.01).all()


def test_a_span_of_many_units_is_lived_as_stated():
    """Spans of 600 to 3000 units are told apart in 256 places only."""
    exposure = items(Form.NEGATIVE_BINOMIAL, np.array([40.0, 3.0, 90.0]), np.array([400.0, 90.0, 900.0]), 5.0, 5.0)
    low, high = np.array([410.0, 40.0, 930.0]), np.array([1010.0, 700.0, 3930.0])
    stated = min_max_outcome(exposure, money(3, ordering_cost=1.0), low, high)
    found = lived(exposure, np.array([400.0, 90.0, 900.0]), low, high)
    assert np.max(np.abs(stated.fill_rate - found.fill_rate) / found.error_of("fill_rate")) < 4.5
    assert np.max(np.abs(stated.ordering_cost - found.orders) / found.error_of("orders")) < 4.5


def test_poisson_demand_is_served_as_its_chain_says():
    """Positions after reviews as a finite Markov chain solved by equations, demand of lead time + review summed directly."""
    low, high, rate, lead, review = 9, 22, 1.7, 3.0, 2.0
    places = high - low
    step = np.zeros((places, places))
    for i in range(places):
        step[i, : i + 1] = stats.poisson.pmf(i - np.arange(i + 1), rate * review)
        step[i, places - 1] += 1.0 - step[i].sum()
    ordering = 1.0 - stats.poisson.cdf(np.arange(places), rate * review)
    law = np.linalg.lstsq(np.vstack([step.T - np.eye(places), np.ones(places)]), np.append(np.zeros(places), 1.0), rcond=None)[0]
    served = law @ stats.poisson.cdf(low + 1 + np.arange(places), rate * (lead + review))
    exposure = items(Form.NEGATIVE_BINOMIAL, [rate], rate, lead, review)
    stated = min_max_outcome(exposure, money(1, ordering_cost=1.0), [low], [high])
    assert stated.cycle_service[0] == pytest.approx(served, rel=1e-9)
    assert stated.ordering_cost[0] == pytest.approx(law @ ordering * DAYS_PER_YEAR / review, rel=1e-9)


def test_one_step_apart_it_is_the_order_up_to_policy():
    exposure = items(Form.NEGATIVE_BINOMIAL, [2.0, 0.3], [5.0, 0.6], 6.0, 3.0)
    low = np.array([20.0, 3.0])
    stated = min_max_outcome(exposure, money(2, stockout_cost=4.0, basis=StockoutBasis.PER_UNIT), low, low + 1.0)
    single = outcome_at(exposure, money(2, stockout_cost=4.0, basis=StockoutBasis.PER_UNIT), Levels(low, np.ones(2), np.ones(2)))
    for name in ("cycle_service", "fill_rate", "ready_rate", "mean_stock", "stockout_cost"):
        assert getattr(stated, name) == pytest.approx(getattr(single, name), rel=1e-9), name


def test_demand_of_one_unit_at_a_time_never_undershoots():
    """So seldom that a review sees one unit at most: the same as whole order quantities, all positions equally likely."""
    exposure = items(Form.NEGATIVE_BINOMIAL, [1e-4], [1e-4], 9000.0, 1.0)
    stated = min_max_outcome(exposure, money(1, ordering_cost=1.0), [1.0], [6.0])
    single = outcome_at(exposure, money(1, ordering_cost=1.0), Levels(np.array([1.0]), np.array([5.0]), np.ones(1)))
    for name in ("fill_rate", "mean_stock", "ordering_cost"):
        assert getattr(stated, name) == pytest.approx(getattr(single, name), rel=1e-3), name
    assert stated.cycle_service[0] > single.cycle_service[0]  # from every position, not from the lowest


def test_units_do_not_matter_to_divisible_items():
    small = min_max_outcome(items(Form.GAMMA, [3.0], 9.0, 4.0, 2.0, step=0.0), money(1), [20.0], [50.0])
    large = min_max_outcome(items(Form.GAMMA, [3e3], 9e6, 4.0, 2.0, step=0.0), money(1), [20e3], [50e3])
    assert large.fill_rate == pytest.approx(small.fill_rate, rel=1e-9)
    assert large.mean_stock == pytest.approx(1e3 * small.mean_stock, rel=1e-6)


def test_what_is_not_asked_for_stays():
    stated = min_max_outcome(
        items(Form.NEGATIVE_BINOMIAL, [0.0, np.nan], 0.0, 4.0, 2.0), money(2, ordering_cost=1.0), [2.0, 2.0], [5.0, 5.0]
    )
    assert (stated.mean_stock[0], stated.fill_rate[0], stated.ordering_cost[0]) == (5.0, 1.0, 0.0)
    assert np.isnan(stated.fill_rate[1])


def test_levels_the_wrong_way_round_are_refused():
    with pytest.raises(ValueError, match=r"order_up_to must be above reorder_point, got 4 and 5 \(item 1\)"):
        min_max_outcome(items(Form.GAMMA, [1.0, 1.0], 1.0, 1.0, 1.0), money(2), [1.0, 5.0], [4.0, 4.0])


def at_one_moment(mean, lead):
    """Poisson items charged by what stands when lead time + a period is over, as in Zheng & Federgruen (1991)."""
    mean = np.asarray(mean, dtype=float)
    exposure = items(Form.NEGATIVE_BINOMIAL, mean, mean, lead, 1.0)
    late = mean[:, None] * (lead + 1.0) * (1.0 + 1e-7 * np.array([-2.0, -1.0, 0.0]))
    return replace(exposure, mean=late, variance=late)


def test_under_poisson_demand_it_is_the_policy_of_zheng_and_federgruen():
    """The rows of their table (K 64, h 1, p 9), then other prices; lead times of none and of two periods."""
    for lead in (0.0, 2.0):
        for mean, fixed, holding, waiting in (
            ([10, 15, 24, 40], 64.0, 1.0, 9.0),
            ([3, 7, 21], 150.0, 2.0, 5.0),
            ([1, 30], 5.0, 1.0, 99.0),
        ):
            n = len(mean)
            prices = money(n, 1.0, holding * DAYS_PER_YEAR, fixed, waiting, StockoutBasis.PER_UNIT_DAY)
            exposure = at_one_moment(mean, lead)
            ours = cheapest_min_max(exposure, prices)
            cost = min_max_outcome(exposure, prices, ours.reorder_point, ours.order_up_to).total_cost / DAYS_PER_YEAR
            theirs = s_s_poisson(fixed, holding, waiting, mean, lead)
            np.testing.assert_allclose(cost, theirs.cost, rtol=2e-6)
            assert np.abs(ours.reorder_point - theirs.reorder_point).max() <= 1.0
            assert np.abs(ours.order_up_to - theirs.order_up_to).max() <= 1.0


def test_more_levels_than_places_cost_a_thousandth_more_at_most():
    """Mean 300 and lots of 196: 900 whole levels to choose from, told apart by twos."""
    prices = money(1, 1.0, DAYS_PER_YEAR, 64.0, 9.0, StockoutBasis.PER_UNIT_DAY)
    ours = cheapest_min_max(at_one_moment([300], 0.0), prices)
    cost = min_max_outcome(at_one_moment([300], 0.0), prices, ours.reorder_point, ours.order_up_to).total_cost / DAYS_PER_YEAR
    assert s_s_poisson(64.0, 1.0, 9.0, 300).cost * (1.0 - 1e-6) <= cost[0] <= s_s_poisson(64.0, 1.0, 9.0, 300).cost * 1.001


@pytest.mark.parametrize("kind", ["counts", "counts told apart by several", "gammas", "normals"])
def test_the_levels_chosen_for_200_items_are_lived_as_stated(kind):
    """200 items of each: fill rate, cycles and orders of each within the simulation's error (Bonferroni), and of all together."""
    form = {"gammas": Form.GAMMA, "normals": Form.NORMAL}.get(kind, Form.NEGATIVE_BINOMIAL)
    exposure, variance, _, _ = invented(form, 9, n=200)
    if form is Form.NORMAL:  # a day below nothing is a return, which no policy of positions knows: at most one in a thousand here
        variance = np.square(exposure.rate * np.random.default_rng(9).uniform(0.05, 0.32, 200))
        exposure = items(form, exposure.rate, variance, exposure.lead_days, exposure.review_days, step=0.0)
    many = kind == "counts told apart by several"  # spans of 256 units at most, or of up to two thousand
    if many:
        variance = 6.0 * variance
        exposure = items(form, 6.0 * exposure.rate, variance, exposure.lead_days, exposure.review_days)
    prices = money(200, 5.0, 0.3, 60.0 if many else 2.0, 5.0 if many else 0.3, StockoutBasis.PER_UNIT)
    levels = cheapest_min_max(exposure, prices)
    assert (levels.order_up_to > levels.reorder_point).all()
    assert (((levels.order_up_to - levels.reorder_point) > 256.0).sum() > 40) == many
    stated = min_max_outcome(exposure, money(200, ordering_cost=1.0), levels.reorder_point, levels.order_up_to)
    found = lived(exposure, variance, levels.reorder_point, levels.order_up_to, lives=100, days=1100)
    most = stats.t.ppf(1.0 - 0.0005 / 200, 99)
    for name, ours, theirs in (
        ("fill_rate", stated.fill_rate, found.fill_rate),
        ("cycles_served", stated.cycle_service, found.cycles_served),
        ("orders", stated.ordering_cost, found.orders),
    ):
        gap, error = ours - theirs, found.error_of(name)
        slack = 5e-4 if name == "orders" and form is Form.NORMAL else 1e-4  # a life is no whole number of nearly regular orders
        assert (np.abs(gap) <= most * error + slack * np.abs(ours)).all(), name
        assert abs(gap.sum()) <= 4.0 * np.sqrt(np.square(error).sum()) + 1e-5 * ours.sum(), name


@pytest.mark.parametrize("stages", [1, 2])
def test_divisible_demand_is_served_as_its_renewal_density_says(stages):
    """
    Erlang demand of a review, whose renewal density is known: 1 / theta, or (1 - exp(-2 x / theta)) / (2 theta).

    Cycle service by quadrature over the positions; orders are one over the renewal function. Spans of half a review's demand to fifty.
    """
    theta, lead, review = 3.0, 4.0, 2.0
    rate = stages * theta / review
    exposure = items(Form.GAMMA, [rate] * 4, rate * theta, lead, review, step=0.0)
    low, span = 14.0, np.array([0.5, 2.0, 8.0, 50.0]) * rate * review
    stated = min_max_outcome(exposure, money(4, ordering_cost=1.0), low, low + span)
    for k, wide in enumerate(span):
        density = (lambda x: 1.0 / theta) if stages == 1 else (lambda x: -math.expm1(-2.0 * x / theta) / (2.0 * theta))
        covers = lambda y: stats.gamma.cdf(y, (lead + review) * rate / theta, scale=theta)  # noqa: E731
        reviews = 1.0 + integrate.quad(density, 0.0, wide)[0]
        served = covers(low + wide) + integrate.quad(lambda x, top=low + wide: density(x) * covers(top - x), 0.0, wide)[0]
        assert stated.ordering_cost[k] == pytest.approx(DAYS_PER_YEAR / review / reviews, rel=1e-4)
        assert stated.cycle_service[k] == pytest.approx(served / reviews, rel=1e-4)
