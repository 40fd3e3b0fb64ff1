"""Anatomy: parts add up to the bit, and are Shapley's, on samples and on random items."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations
from math import ceil

import numpy as np
import polars as pl
import pytest
from drawn_items import drawn
from hypothesis import given, settings
from hypothesis import strategies as st

from justenough.domain.item import Form, StockoutBasis
from justenough.domain.policy import Levels
from justenough.estimation.exposure import Causes, exposure_over
from justenough.sizing.curve import mean_exposure
from justenough.sizing.single import Outcome, cheapest, order_quantity, outcome_at
from justenough.sources.samples import sample
from justenough.strategy.anatomy import CONTINUOUS_DAYS, active_causes, anatomy_of, in_whole_units, shapley, worths_of
from justenough.strategy.decide import recommend
from justenough.strategy.recommendation import CAUSES, PARTS
from justenough.strategy.settings import Settings
from justenough.strategy.spread import part
from justenough.strategy.trace import Known, trace

AT = {cause: place for place, cause in enumerate(PARTS)}


def planned(known: Known) -> tuple[Levels, Outcome]:
    """Levels of the plan and what they earn."""
    exposure = exposure_over(known.demand, known.lead_time, known.outages, known.review_days)
    levels = cheapest(exposure, known.economics, order_quantity(exposure, known.economics)).levels
    return levels, outcome_at(exposure, known.economics, levels)


def sized_with(known: Known, causes: frozenset[str]) -> tuple[np.ndarray, np.ndarray]:
    """The plan's rule when only these causes are there: cost of stock and stockouts, and the reserve."""
    plan = planned(known)[0]
    quantity, review, reach = plan.order_quantity, known.review_days, plan.lowest_position
    if "review_lot" not in causes:
        review, reach = np.full(len(review), CONTINUOUS_DAYS), plan.order_up_to
        quantity = np.where(plan.step > 0, plan.step, known.demand.mean * CONTINUOUS_DAYS)
    on = Causes(*(cause in causes for cause in ("demand", "lead_time", "supplier", "machine", "estimate")))
    exposure = exposure_over(known.demand, known.lead_time, known.outages, review, on)
    whole = causes >= frozenset(CAUSES)
    levels = cheapest(exposure, known.economics, quantity, reach=None if whole else reach).levels
    earned = outcome_at(exposure, known.economics, levels)
    return earned.holding_cost + earned.stockout_cost, levels.lowest_position - mean_exposure(exposure)


def least_with(known: Known, place: int) -> dict[frozenset[str], tuple[float, float]]:
    """The game of one item said once more, by its definition: the cheapest of all sets that contain a set; cost and reserve."""
    one = part(known, np.array([place]))
    there = [cause for at, cause in enumerate(CAUSES) if active_causes(one)[0] >> at & 1]
    sets = [frozenset(some) for k in range(len(there) + 1) for some in combinations(there, k)]
    all_causes = {frozenset(there): frozenset(CAUSES)}  # those that cannot change anything change nothing
    alone = {some: tuple(float(figure[0]) for figure in sized_with(one, all_causes.get(some, some))) for some in sets}
    least = {some: min((alone[more] for more in sets if some <= more), key=lambda found: found[0]) for some in sets}
    orders = float(planned(one)[1].ordering_cost[0])
    return {some: (cost + orders * ("review_lot" in some), reserve) for some, (cost, reserve) in least.items()}


@settings(max_examples=12)
@given(st.integers(0, 10_000))
def test_parts_add_up_to_the_reserve_to_the_last_bit_in_any_order(seed):
    known = drawn(seed)
    parts, reserve = anatomy_of(known).parts, trace(known, Settings()).chosen.safety_stock
    for order in (slice(None), slice(None, None, -1), np.random.default_rng(seed).permutation(len(PARTS))):
        total = np.zeros(len(reserve))
        for column in parts[:, order].T:
            total = total + column
        assert (total == reserve).all()
    bought = known.lead_time.stops.work_days == 0.0
    assert (parts[bought, AT["machine"]] == 0.0).all()
    assert bought.all() or (parts[~bought, AT["machine"]] != 0.0).any()


@pytest.mark.parametrize("name", ["bearings", "deliveries"])
def test_parts_of_the_samples_add_up(name):
    plan = recommend(sample(name), Settings(holding_rate=0.2, target_cycle_service=0.95))
    sized = plan.rows.filter(pl.col("gate").is_not_null())
    split = sized.drop_nulls("anatomy_rounding")
    keeps = sample(name).items.filter(pl.col("shelf_life_days").is_null())["item"]
    assert split.filter(pl.col("item").is_in(keeps.implode())).height == sized.filter(pl.col("item").is_in(keeps.implode())).height > 0
    assert sized.height - split.height == {"bearings": 1, "deliveries": 0}[name]  # where expiry was weighed nothing is split
    assert (split.select(total=pl.sum_horizontal([f"anatomy_{cause}" for cause in PARTS]))["total"] == split["safety_stock"]).all()
    for item in split["item"].sample(5, seed=1):
        one = plan[item]
        held = one.safety_stock * one.unit_cost
        assert sum(part.units for part in one.anatomy) == one.safety_stock
        assert sum(part.yearly_cost for part in one.anatomy) == pytest.approx(one.total_cost, rel=1e-12)
        assert min(part.yearly_cost for part in one.anatomy) >= -1e-9 * one.total_cost
        assert sum(part.value for part in one.anatomy) == pytest.approx(held, rel=1e-9, abs=1e-9)
        assert sum(part.holding_cost for part in one.anatomy) == pytest.approx(held * one.holding_rate, rel=1e-9, abs=1e-9)
    summary = plan.summary()
    assert sum(summary.reserve_for.values()) == pytest.approx(summary.reserve_value, rel=1e-9)


def test_shapley_is_the_mean_over_all_orders_of_letting_the_causes_in():
    """By its definition, one permutation after the other; the parts of the anatomy are these, of reserve and cost."""
    known = drawn(5, 6)
    active, found, worths = active_causes(known), anatomy_of(known), worths_of(known)
    for place in range(6):
        there = [cause for at, cause in enumerate(CAUSES) if active[place] >> at & 1]
        worth = least_with(known, place)
        orders = list(permutations(there))
        cost, reserve = dict.fromkeys(CAUSES, 0.0), dict.fromkeys(CAUSES, 0.0)
        for order in orders:
            for at, cause in enumerate(order):
                more, fewer = worth[frozenset(order[: at + 1])], worth[frozenset(order[:at])]
                cost[cause] += (more[0] - fewer[0]) / len(orders)
                reserve[cause] += (more[1] - fewer[1]) / len(orders)
        assert found.parts[place, :6] == pytest.approx(list(reserve.values()), rel=1e-9, abs=1e-9)
        assert found.costs[place] == pytest.approx(list(cost.values()), rel=1e-9, abs=1e-9)
        assert found.parts[place, 6] == pytest.approx(worth[frozenset()][1], rel=1e-9, abs=1e-6)  # what is left without any cause
        for some, (least, held) in worth.items():
            bits = sum(1 << CAUSES.index(cause) for cause in some)
            assert (worths.cost[bits][place], worths.reserve[bits][place]) == pytest.approx((least, held), rel=1e-9, abs=1e-9)


def test_taking_away_a_cause_never_raises_the_least_cost():
    """
    Of every set of causes, whatever a stockout is charged by, whatever form demand has, with every promise: without exception.

    Whoever is free of a cause can go on as if it were there (free disposal), so no set may cost more than a larger one. The
    plan itself is one of the sets, as it is, and nothing but whole units is left of a reserve when nothing can go wrong.
    """
    forms, known = [int(form) for form in Form if form is not Form.WINDOWS], drawn(3, 500)
    known = replace(known, demand=replace(known.demand, form=np.random.default_rng(3).choice(forms, 500)))
    worths, found, (levels, earned) = worths_of(known), anatomy_of(known), planned(known)
    falls = np.zeros((len(CAUSES), len(StockoutBasis), len(Form)), dtype=int)
    for some, cost in worths.cost.items():
        for at in range(len(CAUSES)):
            if not some >> at & 1:
                continue
            there = (worths.active & some) == some
            fewer = worths.cost[some & ~(1 << at)]
            assert (fewer[there] <= cost[there]).all()
            falls_here = np.flatnonzero(there & (fewer < cost * (1.0 - 1e-4)))
            np.add.at(falls[at], (known.economics.stockout_basis[falls_here], known.demand.form[falls_here]), 1)
    assert (falls[:, :, forms] > 0).all(), "a cause that costs nothing tells nothing"
    assert (found.costs >= 0.0).all()
    whole = np.array([worths.cost[bits][place] for place, bits in enumerate(worths.active)])
    np.testing.assert_array_equal(whole, earned.holding_cost + earned.stockout_cost + earned.ordering_cost)
    np.testing.assert_allclose(found.costs.sum(axis=1) + worths.cost[0], earned.total_cost, rtol=1e-12)
    assert (np.abs(found.parts[levels.step > 0.0, AT["rounding"]]) <= 1.0).all()
    assert (np.abs(found.parts[levels.step == 0.0, AT["rounding"]]) <= 1e-6 * worths.scale[levels.step == 0.0]).all()


def test_a_glove_game_is_split_as_in_the_textbook():
    """One left glove and two right ones, a pair is worth 1: 2/3, 1/6, 1/6 (Shapley 1953; Osborne & Rubinstein, ch. 14)."""
    worth = {some: np.array([1.0 if some & 1 and some & 6 else 0.0]) for some in range(8)}
    assert shapley(worth, np.array([7]), 3)[0] == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert shapley(worth, np.array([3]), 3)[0] == pytest.approx([1 / 2, 1 / 2, 0.0])  # without the third player


def test_players_that_do_the_same_get_the_same():
    rng = np.random.default_rng(7)
    by_size = rng.random((4, 5))  # worth depends on how many there are alone
    worth = {some: by_size[some.bit_count()] if some else np.zeros(5) for some in range(8)}
    shares = shapley(worth, np.full(5, 7), 3)
    assert shares == pytest.approx(np.repeat(by_size[3][:, None] / 3, 3, axis=1))


def test_a_cause_without_variance_has_no_part():
    known = drawn(11)
    calm = {
        "demand": replace(known, demand=replace(known.demand, variance=np.zeros(12))),
        "lead_time": replace(known, lead_time=replace(known.lead_time, sd_days=np.zeros(12))),
        "supplier": replace(known, outages=replace(known.outages, probability=np.zeros(12))),
        "estimate": replace(known, demand=replace(known.demand, drift=np.zeros(12))),
    }
    for cause, items in calm.items():
        assert (anatomy_of(items).parts[:, AT[cause]] == 0.0).all(), cause


def test_two_items_that_differ_in_one_cause_differ_mainly_in_its_part():
    """A steady item with a promise: what a wider lead time adds to the reserve stands under lead time."""
    one = part(drawn(3, 1), np.zeros(2, dtype=int))
    economics = replace(
        one.economics, stockout_cost=np.full(2, np.nan), stockout_basis=np.zeros(2, int), target_fill_rate=np.full(2, np.nan)
    )
    economics = replace(economics, target_cycle_service=np.full(2, 0.98), moq=np.full(2, np.nan), lot_multiple=np.full(2, np.nan))
    demand = replace(
        one.demand,
        mean=np.full(2, 20.0),
        variance=np.full(2, 60.0),
        drift=np.full(2, 0.1),
        form=np.full(2, int(Form.GAMMA)),
        step=np.ones(2),
    )
    times = replace(one.lead_time, mean_days=np.full(2, 20.0), sd_days=np.array([2.0, 8.0]))
    calm = replace(one.outages, probability=np.zeros(2))
    known = replace(one, demand=demand, lead_time=times, outages=calm, economics=economics, review_days=np.full(2, 7.0))
    parts = anatomy_of(known).parts
    more = parts[1] - parts[0]
    assert more.argmax() == AT["lead_time"]
    assert more.sum() > 50.0
    assert more[AT["lead_time"]] > 0.9 * more.sum()
    assert (more[[AT["demand"], AT["estimate"], AT["review_lot"]]] < 0.0).all()  # beside a large risk a small one adds less


def test_a_large_lot_takes_part_of_the_reserve_away():
    """A stockout can happen only when an order is due: the fewer orders a year, the less reserve (Silver, Pyke & Thomas, ch. 6)."""
    known = part(drawn(3, 1), np.zeros(2, dtype=int))
    economics = replace(
        known.economics, stockout_cost=np.full(2, 50.0), stockout_basis=np.full(2, int(StockoutBasis.PER_OCCASION)),
        target_fill_rate=np.full(2, np.nan), target_cycle_service=np.full(2, np.nan), moq=np.array([10.0, 2000.0]),
        unit_cost=np.full(2, 5.0), lot_multiple=np.full(2, np.nan), ordering_cost=np.zeros(2),
    )  # fmt: skip
    demand = replace(known.demand, mean=np.full(2, 20.0), variance=np.full(2, 60.0), form=np.full(2, int(Form.GAMMA)), step=np.ones(2))
    parts = anatomy_of(replace(known, demand=demand, economics=economics)).parts[:, AT["review_lot"]]
    assert parts[1] < parts[0]
    assert parts[1] < 0.0


def test_only_the_dearest_reserves_are_split_where_few_are_asked_for(small_plant, settings):
    full = recommend(small_plant, settings).rows.filter(pl.col("gate").is_not_null())
    few = recommend(small_plant, replace(settings, anatomy_items=1))
    dearest = full.sort(pl.col("safety_stock") * pl.col("unit_cost"), descending=True)["item"][0]
    assert few.rows.filter(pl.col("anatomy_rounding").is_not_null())["item"].to_list() == [dearest]
    assert few.levers["item"].unique().to_list() in ([dearest], [])
    none = recommend(small_plant, replace(settings, anatomy_items=0))
    assert none.rows["anatomy_demand"].null_count() == none.rows.height
    assert none["A"].anatomy == ()


@given(st.lists(st.floats(-1e6, 1e6), min_size=7, max_size=7))
def test_whole_parts_add_up_to_the_whole_reserve(parts):
    total = round(sum(parts))
    whole = in_whole_units(parts, total)
    assert sum(whole) == total
    assert all(abs(one - given_one) <= 1.0 or one == ceil(given_one) for one, given_one in zip(whole, parts, strict=True))
