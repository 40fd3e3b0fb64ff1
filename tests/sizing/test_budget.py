"""Budget: against HiGHS on the same integer programme, against every choice tried, and by what duality demands."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import eye_array, kron

from justenough.domain.errors import BudgetError
from justenough.sizing.budget import Options, chosen_at, least_used, within

NAMES = ("money", "volume", "orders_per_day", "items_reviewed")


def invented(n_limits, n, n_options, seed, *, broken=0.1):
    """Falling cost and rising uses along the options of each item; some options break a floor, never the last."""
    random = np.random.default_rng(seed)
    uses = np.sort(random.gamma(1.0, 1.0, (n_limits, n, n_options)), axis=2)
    cost = -np.sort(-random.gamma(1.0, 5.0, (n, n_options)), axis=1)
    cost[:, :-1][random.random((n, n_options - 1)) < broken] = np.inf
    return Options(cost, uses, NAMES[:n_limits])


def between(options, share):
    """Limits that lie ``share`` of the way from the leanest use to the use of what costs least."""
    least = least_used(options)
    return least + share * (chosen_at(options, np.zeros(len(least))).used - least)


def programme(options):
    n, m = options.cost.shape
    allowed = np.isfinite(options.cost).ravel()
    one_each = kron(eye_array(n), np.ones((1, m))).tocsr()
    return np.where(allowed, options.cost.ravel(), 0.0), one_each, options.uses.reshape(len(options.uses), -1), allowed


def optimum(options, most):
    """The integer programme by HiGHS; None where it has no answer."""
    cost, one_each, uses, allowed = programme(options)
    found = milp(
        cost,
        constraints=[LinearConstraint(one_each, 1, 1), LinearConstraint(uses, -np.inf, most)],
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, allowed.astype(float)),
        options={"mip_rel_gap": 0.0},
    )
    return found.fun if found.status == 0 else None


def mixed(options, most):
    """The same with options mixed, by HiGHS: what the best prices prove."""
    cost, one_each, uses, allowed = programme(options)
    bounds = list(zip(np.zeros(len(cost)), allowed.astype(float), strict=True))
    return linprog(cost, A_ub=uses, b_ub=most, A_eq=one_each, b_eq=np.ones(one_each.shape[0]), bounds=bounds).fun


def keeps(options, most, spent):
    row = np.arange(len(options.cost))
    used = options.uses[:, row, spent.option].sum(axis=1)
    assert used == pytest.approx(spent.used)
    assert (used <= most * (1 + 1e-9)).all()
    assert options.cost[row, spent.option].sum() == pytest.approx(spent.cost)
    assert np.isfinite(spent.cost)


@pytest.mark.parametrize("n_limits", [1, 2, 3, 4])
@pytest.mark.parametrize("share", [0.15, 0.5, 0.85])
def test_as_good_as_highs_within_the_stated_gap(n_limits, share):
    options = invented(n_limits, 60, 12, seed=n_limits)
    most = between(options, share)
    spent, best = within(options, most), optimum(options, most)
    keeps(options, most, spent)
    assert spent.bound <= best * (1 + 1e-9)
    assert best <= spent.cost * (1 + 1e-9)
    assert spent.gap == pytest.approx((spent.cost - spent.bound) / spent.cost, abs=1e-12)
    assert spent.cost <= best * 1.02


@pytest.mark.parametrize("n_limits", [1, 2, 4])
def test_prices_prove_what_the_mixed_programme_costs(n_limits):
    options = invented(n_limits, 80, 10, seed=20 + n_limits)
    most = between(options, 0.4)
    assert within(options, most).bound == pytest.approx(mixed(options, most), rel=1e-6)


@given(st.integers(0, 10**6), st.integers(1, 3), st.floats(0.05, 0.95))
@settings(max_examples=60, deadline=None)
def test_every_choice_tried(seed, n_limits, share):
    options = invented(n_limits, 4, 4, seed)
    most = between(options, share)
    row = np.arange(4)
    kept = [
        options.cost[row, choice].sum()
        for choice in map(list, product(range(4), repeat=4))
        if (options.uses[:, row, choice].sum(axis=1) <= most).all()
    ]
    best = min(kept, default=np.inf)
    try:
        spent = within(options, most)
    except BudgetError:
        assert not np.isfinite(best) or n_limits > 1
        return
    keeps(options, most, spent)
    assert spent.bound <= best + 1e-9 * abs(best)
    assert best <= spent.cost + 1e-9


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_more_money_never_costs_more_and_its_price_only_falls(seed):
    options = invented(1, 50, 8, seed)
    spent = [within(options, between(options, share)) for share in (0.1, 0.3, 0.5, 0.7, 0.9, 1.0)]
    bounds, prices = [one.bound for one in spent], [one.price[0] for one in spent]
    slack = 1e-7 * bounds[0]
    assert all(later <= earlier + slack for earlier, later in zip(bounds, bounds[1:], strict=False))
    assert all(later <= earlier * (1 + 1e-6) + 1e-12 for earlier, later in zip(prices, prices[1:], strict=False))
    assert prices[-1] == 0.0


def test_the_price_is_what_one_more_unit_saves():
    """The dual value is convex in the limit, and the price its slope: between the slopes to either side."""
    options = invented(1, 400, 20, seed=3, broken=0.0)
    most = between(options, 0.4)
    step = 0.02 * most
    here, more, less = (within(options, limit) for limit in (most, most + step, most - step))
    assert (here.bound - more.bound) / step[0] <= here.price[0] * (1 + 1e-6)
    assert here.price[0] <= (less.bound - here.bound) / step[0] * (1 + 1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_a_limit_at_the_least_it_can_be_is_priced_at_what_one_more_would_save(seed):
    """Items left as they are: the first change allowed saves what the best single change does, whatever all would save."""
    saved = np.random.default_rng(seed).uniform(1.0, 9.0, 12)
    options = Options(np.stack([saved, np.zeros(12)], axis=1), np.array([[[0.0, 1.0]] * 12]), ("items_reviewed",))
    for most in range(3):
        assert within(options, np.array([float(most)])).price[0] >= np.sort(saved)[-1 - most] * (1 - 1e-6)
    assert within(options, np.zeros(1)).price[0] == pytest.approx(saved.max(), rel=1e-4)


def test_the_gap_falls_as_items_grow_in_number():
    gaps = []
    for n in (10, 100, 1_000, 10_000):
        options = invented(1, n, 16, seed=n)
        gaps.append(within(options, between(options, 0.5)).gap)
    assert gaps[-1] < 1e-4 < gaps[0]
    assert gaps[-1] == min(gaps)


def test_what_does_not_bind_has_no_price():
    options = invented(2, 50, 8, seed=1)
    most = between(options, 0.3)
    most[1] = 1e9
    spent = within(options, most)
    assert spent.price[0] > 0.0
    assert spent.price[1] == 0.0
    free = within(options, np.array([1e9, 1e9]))
    assert free.cost == pytest.approx(np.where(np.isfinite(options.cost), options.cost, np.inf).min(axis=1).sum())
    assert free.gap == 0.0


def test_a_floor_is_never_broken_for_money():
    options = invented(1, 100, 10, seed=8, broken=0.5)
    most = least_used(options) * 1.0001
    spent = within(options, most)
    assert np.isfinite(options.cost[np.arange(100), spent.option]).all()


def test_too_little_is_refused_with_the_least_there_can_be():
    options = invented(2, 20, 6, seed=4)
    least = least_used(options)
    with pytest.raises(BudgetError, match="money: at most .* is the least that keeps every floor") as refused:
        within(options, least * np.array([0.9, 2.0]))
    assert refused.value.least == pytest.approx(dict(zip(NAMES, least, strict=False)))


def test_limits_that_exclude_each_other_are_refused():
    """Each option uses all of one limit or all of the other: half of each can be kept only by half the items."""
    uses = np.array([[[1.0, 0.0]] * 10, [[0.0, 1.0]] * 10])
    options = Options(np.ones((10, 2)), uses, NAMES[:2])
    assert within(options, np.array([5.0, 5.0])).used.sum() == 10.0
    with pytest.raises(BudgetError, match="by itself it could be kept"):
        within(options, np.array([4.0, 5.0]))


def test_the_order_of_items_changes_nothing():
    options = invented(1, 2_000, 8, seed=11)
    most = between(options, 0.5)
    order = np.random.default_rng(0).permutation(2_000)
    turned = Options(options.cost[order], options.uses[:, order], NAMES[:1])
    assert within(turned, most).cost == pytest.approx(within(options, most).cost, rel=1e-6)


def test_an_item_without_an_option_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="finite cost"):
        Options(np.full((1, 2), np.inf), np.zeros((1, 1, 2)), ("money",))
    with pytest.raises(ValueError, match="uses must be"):
        Options(np.zeros((1, 2)), np.zeros((1, 2, 2)), ("money",))
