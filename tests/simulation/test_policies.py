"""Living a policy: published numbers, plain counts, and what living must keep."""

import os
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from justenough.domain.item import Form
from justenough.domain.policy import Levels
from justenough.domain.ragged import Ragged
from justenough.simulation.draws import Futures, drawn
from justenough.simulation.policies import Rules, Supply, live, live_drawn

ONE = np.ones(1)


def base_stock(level, n=1):
    return Levels(np.full(n, level - 1.0), np.ones(n), np.ones(n))


def poisson(rate, drift=0.0):
    return Futures(np.array([Form.NEGATIVE_BINOMIAL]), np.array([[rate]]), np.array([[rate]]), np.zeros(1), np.array([drift]))


def invented(n, seed):
    """Items with independent whole days and their levels."""
    random = np.random.default_rng(seed)
    mean = np.exp(random.uniform(-0.5, 2.5, n))
    futures = Futures(np.full(n, Form.NEGATIVE_BINOMIAL), mean[:, None], mean[:, None] * 2.0, np.zeros(n), np.full(n, 0.2))
    lead, review = random.integers(0, 15, n).astype(float), random.integers(1, 8, n).astype(float)
    level = np.round(mean * (lead + review) + np.sqrt(2.0 * mean * (lead + review)))
    return [f"I{i}" for i in range(n)], Levels(level - 1.0, random.integers(1, 60, n).astype(float), np.ones(n)), futures, lead, review


def rough(lead):
    n = len(lead)
    return Supply(lead, np.full(n, 2.0), np.full(n, 0.1), np.full(n, 5.0), np.full(n, 5.0), *np.zeros((3, n)))


def test_erlang_loss_of_a_base_stock_of_10():
    """Lost sales, Poisson 5 in a lead time, S=10: 98.16 % served; erlang-lost-sales-10-5, whatever the lead times.

    Erlang reviews at every demand; here 50 slots make a mean lead time, which costs up to half a point.
    """
    for sd in (0.0, 25.0):
        supply = Supply(50.0 * ONE, sd * ONE, *np.zeros((6, 1)))
        rules = Rules(lost_sales=True)
        lived = live_drawn(["A"], base_stock(10), poisson(0.1), supply, ONE, days=20_000, lives=40, rules=rules, warm_up_days=500, seed=1)
        assert lived.fill_rate[0] == pytest.approx(0.9816154296633519, abs=0.004)
        assert lived.mean_backorders[0] == 0.0


def test_palm_crossing_orders_of_a_base_stock():
    """Palm (1938): orders of a Poisson stream under way are Poisson whatever the lead times, if they may cross.

    Mean 0.01 a slot over 600 slots, so that two orders in a slot are rare: ready rate P(Poisson(6) <= 9).
    """
    for sd in (0.0, 300.0):
        supply = Supply(600.0 * ONE, sd * ONE, *np.zeros((6, 1)))
        lived = live_drawn(["A"], base_stock(9), poisson(0.01), supply, ONE, days=60_000, lives=60, warm_up_days=3000, seed=3)
        assert abs(lived.ready_rate[0] - stats.poisson.cdf(9, 6.0)) < 4 * lived.error_of("ready_rate")[0] + 0.001


@pytest.mark.parametrize(
    ("s", "top", "mean", "holding", "short", "fixed", "cost"),
    [(2, 7, 4.0, 40.0, 125.0, 150.0, 223.57483), (3, 8, 6.0, 1.0, 4.0, 5.0, 8.299835), (10, 49, 15.0, 1.0, 9.0, 64.0, 42.69782)],
)
def test_published_s_S_policies(s, top, mean, holding, short, fixed, cost):
    """Snyder & Shen, Problem 4.31 and Example 4.7 at (3, 8); Zheng & Federgruen (1991), table, mean 15; stock charged at a period's end."""
    rules = Rules(order_up_to=np.array([float(top)]), lot=np.zeros(1))
    lived = live_drawn(
        ["A"], Levels(np.array([float(s)]), ONE, ONE), poisson(mean), Supply.constant(0 * ONE), ONE,
        days=20_000, lives=40, rules=rules, warm_up_days=100, seed=2,
    )  # fmt: skip
    a_day = lived.units[0] / lived.days[0]
    unserved = lived.units_short[0] / lived.days[0]
    # Means over time are of before and after a day's demand; what is served goes in between.
    at_end = lived.mean_stock[0] - 0.5 * (a_day - unserved)
    assert lived.mean_backorders[0] == pytest.approx(0.5 * unserved, rel=1e-9)
    assert holding * at_end + short * unserved + fixed * lived.orders[0] / 365.25 == pytest.approx(cost, rel=0.002)


def test_an_own_history_is_lived_as_its_circular_windows():
    """Every start of the circle is as likely: windows of 4 + 3 days within 9 units, counted plainly."""
    random = np.random.default_rng(8)
    days = random.poisson(0.9, 250).astype(float)
    futures = Futures(np.array([Form.WINDOWS]), np.array([[0.9]]), np.array([[0.9]]), np.zeros(1), np.zeros(1), Ragged.of([days]))
    lived = live_drawn(["A"], base_stock(9), futures, Supply.constant(4 * ONE), 3 * ONE, days=0, lives=2000, seed=1)
    sums = np.convolve(np.concatenate([days, days[:6]]), np.ones(7), "valid")
    assert lived.cycle_service[0] == pytest.approx((sums <= 9).mean(), abs=4 * lived.error_of("cycle_service")[0])
    with pytest.raises(ValueError, match="need their items' history"):
        live_drawn(["A"], base_stock(9), Futures(*(getattr(futures, name) for name in ("form", "mean", "variance", "idle", "drift"))),
                   Supply.constant(ONE), ONE, days=9, lives=1)  # fmt: skip


def test_outages_of_the_supplier_cost_service_and_rejects_cost_orders():
    items, levels, futures, lead, review = invented(24, 3)
    calm, n = Supply.constant(lead), len(items)
    late = Supply(lead, np.zeros(n), np.full(n, 0.2), np.full(n, 30.0), np.full(n, 30.0), *np.zeros((3, n)))
    figures = [live_drawn(items, levels, futures, each, review, days=1500, lives=4, warm_up_days=100, seed=2)
               for each in (calm, late.stopping(), calm.with_rejects(0.2))]  # fmt: skip
    assert (figures[1].fill_rate < figures[0].fill_rate).all()
    assert figures[1].fill_rate.mean() < figures[0].fill_rate.mean() - 0.02
    np.testing.assert_array_equal(figures[1].units, figures[0].units)  # one seed, one demand
    assert (figures[2].rejected > 0).all()
    assert figures[2].rejected.sum() * figures[0].days[0] / 365.25 == pytest.approx(0.25 * figures[2].units.sum(), rel=0.02)


def test_common_random_numbers_make_differences_sure():
    """One more unit on the shelf, same seed: the difference varies less over lives than either figure does."""

    def fill_rate(level, seed):
        supply = rough(np.full(1, 9.0))
        return live_drawn(
            ["A"], base_stock(level), poisson(2.0, 0.3), supply, ONE, days=300, lives=5, warm_up_days=50, seed=seed
        ).fill_rate[0]

    pairs = [[fill_rate(level, seed) for level in (24, 25)] for seed in range(30)]
    less, more = np.array(pairs).T
    assert (more >= less).all()
    assert (more - less).std() < 0.2 * less.std()


def test_an_item_lives_the_same_wherever_it_lies():
    items, levels, futures, lead, review = invented(12, 4)
    demand = drawn(items, futures.form, futures.mean[:, 0], futures.variance[:, 0], futures.idle, periods=500, seed=9)
    whole = live(items, levels, demand, rough(lead), review, period_days=7.0, lives=3, seed=5)
    order = np.arange(12)[::-1]
    turned = [items[i] for i in order]
    again = drawn(turned, futures.form, futures.mean[order, 0], futures.variance[order, 0], futures.idle, periods=500, seed=9)
    back = live(
        turned, Levels(levels.reorder_point[order], levels.order_quantity[order], levels.step), again, rough(lead[order]),
        review[order], period_days=7.0, lives=3, seed=5,
    )  # fmt: skip
    for name in ("windows_covered", "units_short", "mean_stock", "orders"):
        np.testing.assert_array_equal(getattr(back, name)[::-1], getattr(whole, name))
    other = live(items, levels, demand, rough(lead), review, period_days=7.0, lives=3, seed=6)
    assert (other.mean_stock != whole.mean_stock).any()


_ONE_THREAD = """
import numpy as np
from justenough.simulation.policies import live_drawn
from test_policies import invented, rough
items, levels, futures, lead, review = invented(12, 4)
print(live_drawn(items, levels, futures, rough(lead).stopping(), review, days=400, lives=3, seed=5).mean_stock.tobytes().hex())
"""


def test_one_thread_lives_what_many_do():
    items, levels, futures, lead, review = invented(12, 4)
    here = live_drawn(items, levels, futures, rough(lead).stopping(), review, days=400, lives=3, seed=5).mean_stock
    environment = {**os.environ, "NUMBA_NUM_THREADS": "1"}
    folder = os.path.dirname(__file__)
    there = subprocess.run([sys.executable, "-c", _ONE_THREAD], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here.tobytes().hex()


def test_orders_that_keep_their_turn_arrive_no_sooner():
    supply = Supply(20.0 * ONE, 15.0 * ONE, *np.zeros((6, 1)))
    free, queued = (
        live_drawn(["A"], base_stock(28), poisson(1.0), supply, ONE, days=20_000, lives=2, rules=Rules(crossing=crossing))
        for crossing in (True, False)
    )
    assert queued.fill_rate[0] < free.fill_rate[0] - 0.02
    assert queued.cycle_service[0] < free.cycle_service[0] - 0.02


def test_a_months_demand_is_laid_on_days_and_none_is_lost():
    demand = Ragged.of([[30.0, 31.0, 29.0, 90.0] * 3, [0.0, 0.0, 5.0, 0.0] * 3, []])
    one = np.ones(3)
    lived = live(["A", "B", "C"], Levels(40 * one, one, one), demand, Supply.constant(10 * one), 7 * one, period_days=30.4375)
    np.testing.assert_array_equal(lived.units, [540.0, 15.0, 0.0])
    assert lived.days[0] == pytest.approx(12 * 30.4375)
    assert np.isnan(lived.mean_stock[2])
    assert np.isnan(lived.fill_rate[2])
    assert lived.cycle_service[1] == 1.0


def test_nothing_says_how_much_to_order():
    """Neither a lot nor a level to order up to: not lived, rather than guessed."""
    lived = live_drawn(["A"], Levels(9 * ONE, 0 * ONE, ONE), poisson(1.0), Supply.constant(ONE), ONE, days=50, lives=1)
    assert lived.days[0] == 0.0
    assert np.isnan(lived.mean_stock[0])


def test_series_must_match_items():
    with pytest.raises(ValueError, match="demand must have one series for each of the 2 items, got 1"):
        live(["A", "B"], Levels(*np.ones((3, 2))), Ragged.of([[1.0]]), Supply.constant(np.ones(2)), np.ones(2), period_days=1.0)


def test_all_times_longer_alike_change_nothing_but_the_clock():
    """Slots of 1.4 days: lead time, review and shelf life are counted in them, rates a year in days."""
    one, units = np.ones(1), np.random.default_rng(2).poisson(3.0, 400).astype(float)
    demand = Ragged(units, np.array([0, 400]))
    short, long = (
        live(["A"], Levels(14 * one, 25 * one, one), demand, Supply.constant(2 * day * one), 3 * day * one, period_days=day, lives=8,
             rate=3.0 / day * one, rules=Rules(shelf_life_days=5 * day * one))
        for day in (1.0, 1.4)
    )  # fmt: skip
    assert short.expired[0] > 0.0
    for name in ("units_short", "windows_covered", "mean_stock"):
        assert getattr(long, name)[0] == getattr(short, name)[0]
    assert long.expired[0] == pytest.approx(short.expired[0] / 1.4)
    assert long.orders[0] == pytest.approx(short.orders[0] / 1.4)
