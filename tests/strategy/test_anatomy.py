"""Anatomy: parts add up to the bit, and are Shapley's, on samples and on random items."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from itertools import permutations
from math import ceil
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justenough.domain.item import DemandKind, Form, LeadTimeBasis, StockoutBasis
from justenough.estimation.demand import Demand
from justenough.estimation.exposure import Causes, exposure_over
from justenough.estimation.lead_time import LeadTime
from justenough.estimation.stops import Stops
from justenough.estimation.supplier import Outages
from justenough.sizing.curve import mean_exposure
from justenough.sizing.single import Economics, cheapest, order_quantity
from justenough.sources.samples import sample
from justenough.strategy.anatomy import CONTINUOUS_DAYS, active_causes, anatomy_of, in_whole_units, shapley
from justenough.strategy.decide import recommend
from justenough.strategy.recommendation import CAUSES, PARTS
from justenough.strategy.settings import Settings
from justenough.strategy.spread import part
from justenough.strategy.trace import Known, trace

AT = {cause: place for place, cause in enumerate(PARTS)}


def columns(of: type, n: int, /, **given) -> Any:
    """A dataclass of columns; what sizing does not read is left at 0."""
    whole = {field.name: np.zeros(n) for field in fields(of) if field.default is MISSING}
    return of(
        **whole | {name: np.full(n, value) if np.isscalar(value) and name != "period_days" else value for name, value in given.items()}
    )


def drawn(seed: int, n: int = 12) -> Known:
    """Random items of every form, divisible and counted, with and without each cause, promise and charge."""
    rng = np.random.default_rng(seed)
    mean = 10.0 ** rng.uniform(-2, 3, n)
    lead, review = rng.uniform(1, 90, n), rng.choice([1.0, 7.0, 30.0], n)
    charged = rng.random(n) < 0.5
    nothing = np.full(n, np.nan)
    demand = columns(
        Demand, n, kind=int(DemandKind.SMOOTH), mean=mean, variance=np.where(rng.random(n) < 0.2, 0.0, mean * rng.uniform(1, 20, n)),
        drift=np.where(rng.random(n) < 0.2, 0.0, rng.uniform(0, 0.8, n)), idle=np.exp(-mean * rng.uniform(0.2, 1, n)), period_days=1.0,
        form=rng.choice([int(form) for form in (Form.NORMAL, Form.GAMMA, Form.NEGATIVE_BINOMIAL, Form.ZERO_GAMMA)], n),
        step=rng.choice([0.0, 1.0], n),
    )  # fmt: skip
    spread = np.where(rng.random(n) < 0.2, 0.0, lead * rng.uniform(0, 0.8, n))
    lead_time = columns(LeadTime, n, mean_days=lead, sd_days=spread, basis=int(LeadTimeBasis.RECEIPTS), mean_upper_days=1.1 * lead)
    made = (rng.random(n) < 0.3) * 1.0
    stops = (made * 0.05, made * rng.uniform(1, 20, n), made * rng.uniform(0, 9, n), made * 0.2 * lead, made * 0.5 * spread, made)
    lead_time = replace(lead_time, stops=Stops(*stops))
    chance, wait = np.where(rng.random(n) < 0.5, 0.0, rng.uniform(0, 0.2, n)), rng.uniform(5, 60, n)
    outages = columns(Outages, n, probability=chance, wait_days=wait, wait_sd_days=rng.uniform(0, 40, n))
    economics = Economics(
        unit_cost=10.0 ** rng.uniform(-1, 3, n), holding_rate=np.full(n, 0.25), ordering_cost=rng.choice([0.0, 50.0], n),
        stockout_cost=np.where(charged, 10.0 ** rng.uniform(0, 3, n), np.nan),
        stockout_basis=np.where(charged, rng.choice([int(basis) for basis in StockoutBasis][1:], n), int(StockoutBasis.NONE)),
        target_cycle_service=np.where(~charged & (rng.random(n) < 0.5), 0.95, np.nan), target_fill_rate=np.where(charged, np.nan, 0.97),
        moq=rng.choice([np.nan, 40.0], n), lot_multiple=rng.choice([np.nan, 10.0], n), shelf_life_days=np.full(n, np.inf),
    )  # fmt: skip
    one, zero = np.ones(n), np.zeros(n)
    return Known(demand, lead_time, outages, economics, review, nothing, nothing, nothing, one, zero, zero.astype(np.int64))


def reserve_with(known: Known, causes: frozenset[str]) -> np.ndarray:
    """The game's value, said once more: the plan's rule when only these causes are there."""
    full = exposure_over(known.demand, known.lead_time, known.outages, known.review_days)
    quantity, review = order_quantity(full, known.economics), known.review_days
    if "review_lot" not in causes:
        review = np.full(len(review), CONTINUOUS_DAYS)
        quantity = np.where(full.step > 0, full.step, full.rate * CONTINUOUS_DAYS)
    on = Causes(*(cause in causes for cause in ("demand", "lead_time", "supplier", "machine", "estimate")))
    exposure = exposure_over(known.demand, known.lead_time, known.outages, review, on)
    return cheapest(exposure, known.economics, quantity).levels.lowest_position - mean_exposure(exposure)


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
    assert sized.height - split.height == {"bearings": 1, "deliveries": 0}[name]  # where expiry was weighed
    assert (split.select(total=pl.sum_horizontal([f"anatomy_{cause}" for cause in PARTS]))["total"] == split["safety_stock"]).all()
    for item in split["item"].sample(5, seed=1):
        one = plan[item]
        held = one.safety_stock * one.unit_cost
        assert sum(part.units for part in one.anatomy) == one.safety_stock
        assert sum(part.value for part in one.anatomy) == pytest.approx(held, rel=1e-9, abs=1e-9)
        assert sum(part.holding_cost for part in one.anatomy) == pytest.approx(held * one.holding_rate, rel=1e-9, abs=1e-9)
    summary = plan.summary()
    assert sum(summary.reserve_for.values()) == pytest.approx(summary.reserve_value, rel=1e-9)


def test_shapley_is_the_mean_over_all_orders_of_letting_the_causes_in():
    """By its definition, one permutation after the other; the parts of the anatomy are these."""
    known = drawn(5, 6)
    active, parts = active_causes(known), anatomy_of(known).parts
    worth = {}
    for place in range(6):
        there = [cause for at, cause in enumerate(CAUSES) if active[place] >> at & 1]
        orders = list(permutations(there))
        mean = dict.fromkeys(CAUSES, 0.0)
        for order in orders:
            for at, cause in enumerate(order):
                with_it, without = frozenset(order[: at + 1]), frozenset(order[:at])
                for some in (with_it, without):
                    if some not in worth:
                        worth[some] = reserve_with(known, some)
                mean[cause] += (worth[with_it][place] - worth[without][place]) / len(orders)
        assert parts[place, :6] == pytest.approx(np.array([mean[cause] for cause in CAUSES]), rel=1e-9, abs=1e-9)
        assert parts[place, 6] == pytest.approx(worth[frozenset()][place], rel=1e-9, abs=1e-6)  # what is left without any cause


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
