"""Purse: limits on a plant's items together, against each item alone and against a plain search."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from justenough.domain.errors import BudgetError
from justenough.domain.item import StockoutBasis
from justenough.domain.policy import Levels
from justenough.estimation.exposure import exposure_over
from justenough.sizing.shared_limits import Limits
from justenough.sizing.single import cheapest, order_quantity, outcome_at
from justenough.strategy.offers import Shared
from justenough.strategy.purse import kept_within
from justenough.strategy.settings import Settings
from justenough.strategy.spread import joined, part, serially
from justenough.strategy.trace import trace

USUAL = Settings()


def usual(known):
    """The same items with nothing refused."""
    n = len(known.review_days)
    return replace(known, usable_share=np.ones(n), reject_sd=np.zeros(n), lead_time=replace(known.lead_time, stops=None))


def charged(known):
    """The same items, each unit short charged between a third and three times its unit cost, and no targets."""
    n = len(known.review_days)
    economics = replace(
        known.economics, stockout_cost=known.economics.unit_cost * np.linspace(0.3, 3.0, n),
        stockout_basis=np.full(n, int(StockoutBasis.PER_UNIT)), target_fill_rate=np.full(n, np.nan),
    )  # fmt: skip
    return replace(usual(known), economics=economics)


@pytest.fixture(scope="module")
def known(refused_items):
    return charged(refused_items(30, seed=3))


def kept(known, spread=serially, volume=None, floor=None, **limits):
    n = len(known.review_days)
    settings = replace(USUAL, limits=Limits(**limits))
    traced = trace(known, settings)
    nothing = np.full(n, np.nan)
    shared = Shared(known, nothing if volume is None else volume, nothing if floor is None else floor, np.zeros(n, dtype=bool))
    return traced, kept_within(shared, traced, settings, spread)


def between(known, traced, share):
    """Money that lies ``share`` of the way from just-in-time for all to what every item alone would tie up."""
    lean = float((known.economics.unit_cost * traced.curves.mean_stock[:, 0]).sum())
    return lean + share * (stock_value(known, traced) - lean)


def stock_value(known, traced):
    return float((known.economics.unit_cost * traced.chosen.outcome.mean_stock).sum())


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_money_is_kept_and_costs_least(known, share):
    alone, _ = kept(known)
    most = between(known, alone, share)
    traced, found = kept(known, money=most)
    assert stock_value(known, found.traced) <= most * (1 + 1e-9)
    assert found.used[0] == pytest.approx(stock_value(known, found.traced))
    assert found.cost == pytest.approx(found.traced.chosen.outcome.total_cost.sum())
    assert found.bound <= found.cost
    assert found.gap < 0.005
    assert found.cost >= traced.chosen.outcome.total_cost.sum()
    assert found.price[0] > 0.0


@pytest.mark.parametrize("share", [0.15, 0.4, 0.6])
def test_whole_units_tried_one_by_one(known, share):
    """Three items, every reorder point of each between nothing and well beyond what it takes alone."""
    few = part(known, np.array([0, 3, 6]))
    exposure = exposure_over(few.demand, few.lead_time, few.outages, few.review_days)
    traced, _ = kept(few)
    most = between(few, traced, share)
    found = kept(few, money=most)[1]
    own = order_quantity(exposure, few.economics)
    tables = []
    for i in range(3):
        pairs = [
            (r, q)
            for q in {max(round(own[i] * f), 1) for f in (0.25, 0.5, 1.0)}
            for r in range(-1, int(traced.chosen.levels.reorder_point[i]) + 15)
        ]
        reorders, quantity = np.array(pairs, dtype=float).T
        row = np.full(len(reorders), i)
        outcome = outcome_at(part(exposure, row), part(few.economics, row), Levels(reorders, quantity, np.ones(len(row))))
        tables.append((outcome.total_cost, outcome.mean_stock * few.economics.unit_cost[i]))
    (cost_a, held_a), (cost_b, held_b), (cost_c, held_c) = tables
    cost = cost_a[:, None, None] + cost_b[None, :, None] + cost_c[None, None, :]
    held = held_a[:, None, None] + held_b[None, :, None] + held_c[None, None, :]
    best = cost[held <= most].min()
    assert found.bound <= best * (1 + 2e-4)
    assert best * (1 - 1e-9) <= found.cost <= best * 1.03


@pytest.mark.parametrize("limit", ["money", "orders_per_day"])
def test_what_is_wanted_by_the_box_is_laid_out_as_if_it_were_counted_in_boxes(known, limit):
    n, box = len(known.review_days), 6.0
    boxed = replace(
        known,
        demand=replace(known.demand, mean=known.demand.mean * box, variance=known.demand.variance * box**2, lot=np.full(n, box)),
        economics=replace(known.economics, unit_cost=known.economics.unit_cost / box, stockout_cost=known.economics.stockout_cost / box),
    )
    alone = trace(known, USUAL)
    placed = kept(known, orders_per_day=1e9)[1].alone_used[0]
    most = between(known, alone, 0.4) if limit == "money" else 0.7 * placed
    (_, counted), (_, wanted) = (kept(one, **{limit: most}) for one in (known, boxed))
    assert counted.moved.sum() >= 4
    assert wanted.cost == pytest.approx(counted.cost, rel=1e-3)
    assert wanted.used[0] <= most
    levels = wanted.traced.chosen.levels
    assert (levels.lot == box).all()
    assert (np.mod(levels.reorder_point + 1.0, box) == 0.0).all()
    assert (np.mod(levels.order_quantity, box) == 0.0).all()
    assert np.mean(levels.lowest_position / box == counted.traced.chosen.levels.lowest_position) > 0.8


def test_the_price_of_money_is_a_dearer_holding_rate(known):
    """Each item alone, holding at the rate plus the price, holds what the plant gave it: but for what rounding was left."""
    alone, _ = kept(known)
    _, found = kept(known, money=between(known, alone, 0.5))
    dearer = replace(known.economics, holding_rate=known.economics.holding_rate + found.price[0])
    exposure = exposure_over(known.demand, known.lead_time, known.outages, known.review_days)
    given = found.traced.chosen.levels
    levels = cheapest(exposure, dearer, given.order_quantity).levels
    assert np.mean(np.abs(levels.reorder_point - given.reorder_point) <= 1.0) > 0.9
    assert (given.order_quantity < alone.chosen.levels.order_quantity).any()


def test_more_money_costs_less(known):
    alone, _ = kept(known)
    found = [kept(known, money=between(known, alone, share))[1] for share in (0.1, 0.3, 0.6, 0.9, 1.1)]
    assert all(later.cost <= earlier.cost for earlier, later in zip(found, found[1:], strict=False))
    assert all(later.price[0] <= earlier.price[0] * 1.001 for earlier, later in zip(found, found[1:], strict=False))
    assert found[-1].price[0] == 0.0
    assert not found[-1].moved.any()


def test_volume_and_money_together(known):
    alone, _ = kept(known)
    n = len(known.review_days)
    volume = np.random.default_rng(1).uniform(0.0, 2.0, n)
    room = float((volume * alone.chosen.outcome.mean_stock).sum())
    settings = replace(USUAL, limits=Limits(money=0.8 * stock_value(known, alone), volume=0.6 * room))
    found = kept_within(Shared(known, volume, np.full(n, np.nan), np.zeros(n, dtype=bool)), alone, settings, serially)
    assert (found.used <= found.most * (1 + 1e-9)).all()
    assert float((volume * found.traced.chosen.outcome.mean_stock).sum()) == pytest.approx(found.used[1])
    assert found.price[1] > 0.0


def test_targets_are_floors_and_too_little_is_refused(refused_items):
    known = usual(refused_items(20, seed=4))
    alone, _ = kept(known)
    with pytest.raises(BudgetError, match="the least that keeps every floor"):
        kept(known, money=0.2 * stock_value(known, alone))
    _, found = kept(known, money=1.0 * stock_value(known, alone))
    assert (found.traced.chosen.outcome.fill_rate >= 0.97 - 1e-12).all()


def test_items_moved_for_money_still_keep_their_fill_rates(known):
    """Without the target some fall below it at the same money; with it none does."""
    floor = replace(known.economics, target_fill_rate=np.full(len(known.review_days), 0.99))
    wanted = replace(known, economics=floor)
    alone, _ = kept(wanted)
    most = 0.85 * stock_value(wanted, alone)
    free, held = kept(known, money=most)[1], kept(wanted, money=most)[1]
    assert held.moved.any()
    assert (free.traced.chosen.outcome.fill_rate < 0.99).any()
    assert (held.traced.chosen.outcome.fill_rate >= 0.99 - 1e-12).all()


def test_service_takes_targets_for_wishes_but_keeps_the_floors_of_classes(refused_items):
    known = usual(refused_items(40, seed=4))
    alone, _ = kept(known)
    most = between(known, alone, 0.7)
    floor = np.where(np.arange(40) % 4 == 0, 0.999, np.nan)
    free, held = kept(known, money=most, aim="service")[1], kept(known, money=most, aim="service", floor=floor)[1]
    price = known.economics.unit_cost

    def short(found):
        return float((price * found.traced.chosen.outcome.units_short).sum())

    assert (held.traced.chosen.outcome.cycle_service[::4] >= 0.999).all()
    assert (free.traced.chosen.outcome.cycle_service[::4] < 0.999).any()
    assert short(free) <= short(held)
    assert free.cost == pytest.approx(short(free))
    assert stock_value(known, free.traced) <= most * (1 + 1e-9)


def test_fewer_orders_cost_larger_lots(known):
    alone, _ = kept(known)
    _, wide = kept(known, orders_per_day=1e9)
    placed = wide.alone_used[0]
    _, found = kept(known, orders_per_day=0.5 * placed)
    assert found.used[0] <= 0.5 * placed * (1 + 1e-9)
    grown = found.traced.chosen.levels.order_quantity / alone.chosen.levels.order_quantity
    assert (grown >= 1.0).all()
    assert (grown > 1.0).any()
    assert found.price[0] > 0.0


def test_few_items_may_be_changed_and_those_are_worth_most(known):
    n = len(known.review_days)
    alone = trace(known, USUAL)
    known = replace(known, today_reorder_point=alone.chosen.levels.reorder_point * np.linspace(0.2, 3.0, n).round(1) // 1)
    traced, found = kept(known, items_reviewed=5)
    same = found.traced.chosen.levels.reorder_point == traced.today.levels.reorder_point
    assert (~same).sum() <= 5
    saves = traced.today.outcome.total_cost - traced.chosen.outcome.total_cost
    best = np.sort(saves)[-5:].sum()
    assert found.cost == pytest.approx(traced.today.outcome.total_cost.sum() - best, rel=1e-6)


def test_blocks_change_nothing(known):
    alone, _ = kept(known)
    most = between(known, alone, 0.5)

    def halves(work, blocks):
        return [joined([work(part(block, rows)) for rows in np.array_split(np.arange(len(block.levels.step)), 3)]) for block in blocks]

    one, other = kept(known, money=most)[1], kept(known, spread=halves, money=most)[1]
    assert np.array_equal(one.traced.chosen.levels.reorder_point, other.traced.chosen.levels.reorder_point)
    assert np.array_equal(one.price, other.price)


def test_limits_tried_out_on_every_mix_of_points(known):
    """Two items, all pairs of curve points: nothing cheaper keeps both limits."""
    few = part(known, np.array([4, 9]))
    traced, _ = kept(few)
    volume = np.array([1.0, 0.1])
    settings = replace(
        USUAL, limits=Limits(money=0.7 * stock_value(few, traced), volume=0.75 * float(volume @ traced.chosen.outcome.mean_stock))
    )
    found = kept_within(Shared(few, volume, np.full(2, np.nan), np.zeros(2, dtype=bool)), traced, settings, serially)
    cost, stock = traced.curves.total_cost, traced.curves.mean_stock
    tried = [
        cost[0, a] + cost[1, b]
        for a, b in product(range(32), repeat=2)
        if few.economics.unit_cost @ [stock[0, a], stock[1, b]] <= settings.limits.money
        and volume @ [stock[0, a], stock[1, b]] <= settings.limits.volume
    ]
    assert found.cost <= min(tried) * (1 + 1e-9)
