"""Position: every column of an outcome beside sums over scipy's distributions, and the bounds the search stands on."""

import math

import numpy as np
import pytest
from scipy import stats

from justenough.domain.item import Form, StockoutBasis
from justenough.kernels.instants import SHAPES
from justenough.kernels.position import (
    CYCLE,
    DAYS_PER_YEAR,
    HOURS_PER_YEAR,
    N_ITEM,
    N_OUTCOME,
    TOTAL,
    earn,
    mean_demand,
    orders_per_year,
    served_by,
    shapes_over,
    undecidable,
)
from justenough.sizing.single import OUTCOME_FIELDS

NAN = float("nan")
RATE, NOISE, LEAD, REVIEW, WAIT, OUTAGE, QUANTITY = 0.8, 2.0, 6.0, 4.0, 25.0, 0.15, 3
COST, HOLDING_RATE, ORDER_COST, PRICE = 12.0, 0.25, 7.0, 40.0


def block(rate=RATE, noise=NOISE):
    rows = []
    for extra in (0.0, WAIT):
        days = np.array([LEAD, LEAD + REVIEW / 2, LEAD + REVIEW]) + extra
        rows += [rate * days, noise * days, np.zeros(3)]
    return np.array(rows)


def item(rate=RATE, price=PRICE, quantity=float(QUANTITY), outage=OUTAGE):
    return np.array([outage, 1.0, rate, REVIEW, COST, HOLDING_RATE, ORDER_COST, price, NAN, NAN, np.inf, quantity])


def earned(basis, low, *, form=Form.NEGATIVE_BINOMIAL, one_block=None, one_item=None):
    """Outcome by name, and the two parts of the total."""
    one_block, one_item = block() if one_block is None else one_block, item() if one_item is None else one_item
    shapes, out = np.empty(SHAPES), np.empty(N_OUTCOME)
    shapes_over(int(form), one_block, shapes)
    parts = earn(shapes, one_item, int(basis), orders_per_year(int(form), one_block, one_item), float(low), out)
    return dict(zip(OUTCOME_FIELDS, out, strict=True)), parts


def plainly(low):
    """The same by sums over what may be asked, place by place: (cycle service, fill, ready, stock, backorders, occasions, orders)."""
    asked = np.arange(0, 3000)

    def chances(days):
        mean, variance = RATE * days, NOISE * days
        return stats.nbinom.pmf(asked, mean * mean / (variance - mean), mean / variance)

    def mixed(days):
        return (1 - OUTAGE) * chances(days) + OUTAGE * chances(days + WAIT)

    lead, half, full = (mixed(days) for days in (LEAD, LEAD + REVIEW / 2, LEAD + REVIEW))
    places = [low + k for k in range(QUANTITY)]
    short = [np.mean([(mass * np.maximum(asked - y, 0)).sum() for y in places]) for mass in (lead, half, full)]
    empty = [np.mean([mass[asked > y].sum() for y in places]) for mass in (lead, half, full)]
    exposed = [(mass * asked).sum() for mass in (lead, half, full)]
    backorders = np.dot(short, [1, 4, 1]) / 6
    orders = DAYS_PER_YEAR / REVIEW * (chances(REVIEW) * np.minimum(asked, QUANTITY)).sum() / QUANTITY
    return {
        "cycle_service": full[asked <= low].sum(),
        "fill_rate": 1 - (short[2] - short[0]) / (RATE * REVIEW),
        "ready_rate": 1 - np.dot(empty, [1, 4, 1]) / 6,
        "mean_stock": np.mean(places) - np.dot(exposed, [1, 4, 1]) / 6 + backorders,
        "backorders": backorders,
        "occasions": (empty[2] - empty[0]) * DAYS_PER_YEAR / REVIEW + orders * empty[0],
        "orders": orders,
    }


@pytest.mark.parametrize("low", [4, 9, 17, 40])
def test_service_stock_and_orders_are_their_sums(low):
    found, expected = earned(StockoutBasis.NONE, low)[0], plainly(low)
    for name in ("cycle_service", "fill_rate", "ready_rate", "mean_stock", "backorders", "occasions"):
        assert found[name] == pytest.approx(expected[name], rel=1e-8, abs=1e-9), name
    assert found["units_short"] == pytest.approx((1 - expected["fill_rate"]) * RATE * DAYS_PER_YEAR, rel=1e-7)
    assert found["holding_cost"] == pytest.approx(expected["mean_stock"] * COST * HOLDING_RATE, rel=1e-8)
    assert found["ordering_cost"] == pytest.approx(expected["orders"] * ORDER_COST, rel=1e-8)


@pytest.mark.parametrize("low", [4, 17])
def test_a_stockout_is_charged_by_its_basis(low):
    expected = plainly(low)
    yearly = {
        StockoutBasis.NONE: 0.0,
        StockoutBasis.PER_UNIT: (1 - expected["fill_rate"]) * RATE * DAYS_PER_YEAR,
        StockoutBasis.PER_UNIT_DAY: expected["backorders"] * DAYS_PER_YEAR,
        StockoutBasis.PER_OCCASION: expected["occasions"],
        StockoutBasis.PER_LINE_HOUR: (1 - expected["ready_rate"]) * HOURS_PER_YEAR,
    }
    assert set(yearly) == set(StockoutBasis)
    for basis, times in yearly.items():
        found, _ = earned(basis, low)
        assert found["stockout_cost"] == pytest.approx(PRICE * times, rel=1e-7), basis
        assert found["total_cost"] == pytest.approx(found["holding_cost"] + found["ordering_cost"] + found["stockout_cost"], rel=1e-12)
        assert earned(basis, low, one_item=item(price=NAN))[0]["stockout_cost"] == 0.0


@pytest.mark.parametrize("form", list(Form)[:4])
@pytest.mark.parametrize("basis", list(StockoutBasis), ids=lambda basis: basis.name.lower())
def test_the_parts_bound_the_total_from_below(form, basis):
    """What the search rules out by: a rising and a falling part, no more than the total together."""
    shapes = np.empty(SHAPES)
    shapes_over(int(form), block(), shapes)
    lean = math.floor(mean_demand(shapes, OUTAGE, 2))
    totals, rising, falling = np.array(
        [(found["total_cost"], *parts) for found, parts in (earned(basis, y, form=form) for y in range(lean, 120))]
    ).T
    slack = 1e-9 * totals.max()
    assert (rising + falling <= totals + slack).all()
    assert (np.diff(rising) >= -slack).all()
    assert (np.diff(falling) <= slack).all()


@pytest.mark.parametrize("form", list(Form)[:4])
def test_without_variance_what_is_held_is_arithmetic(form):
    """2 a day, 6 days to wait, review of 4: 20 units are asked for before help comes, 16 are there in the middle."""
    steady, one = block(2.0, 0.0), item(rate=2.0, quantity=1.0, outage=0.0)
    found, _ = earned(StockoutBasis.PER_UNIT, 20, form=form, one_block=steady, one_item=one)
    assert [found[name] for name in ("cycle_service", "fill_rate", "ready_rate", "mean_stock")] == pytest.approx([1.0, 1.0, 1.0, 4.0])
    found, _ = earned(StockoutBasis.PER_UNIT, 16, form=form, one_block=steady, one_item=one)
    assert found["cycle_service"] == 0.0
    assert found["fill_rate"] == pytest.approx(0.5)
    assert found["stockout_cost"] == pytest.approx(0.5 * 2.0 * DAYS_PER_YEAR * PRICE)


def test_every_review_orders_when_more_is_asked_than_a_lot():
    assert orders_per_year(int(Form.NORMAL), block(500.0, 1.0), item(rate=500.0)) == pytest.approx(DAYS_PER_YEAR / REVIEW)
    assert orders_per_year(int(Form.GAMMA), block(0.0, 0.0), item(rate=0.0)) == 0.0


def test_nobody_asks_and_all_are_served():
    shapes = np.empty(SHAPES)
    shapes_over(int(Form.GAMMA), block(0.0, 0.0), shapes)
    assert [served_by(shapes, item(rate=0.0), measure, 0.0) for measure in (CYCLE, 1)] == [1.0, 1.0]


def test_an_unknown_is_seen_wherever_it_stands():
    assert not undecidable(block(), item(), 3.0)
    for column in range(4):
        unknown = item()
        unknown[column] = NAN
        assert undecidable(block(), unknown, 3.0)
    assert undecidable(block(), item(), 0.0)
    outage = block()
    outage[3, 1] = NAN
    assert undecidable(outage, item(), 3.0)
    assert not undecidable(outage, item(outage=0.0), 3.0)


def test_the_columns_are_those_of_an_outcome():
    assert (len(OUTCOME_FIELDS), OUTCOME_FIELDS[CYCLE], OUTCOME_FIELDS[TOTAL]) == (N_OUTCOME, "cycle_service", "total_cost")
    assert len(item()) == N_ITEM


def test_a_year_of_an_empty_shelf_is_365_days_and_a_quarter_of_them_or_8766_hours():
    """By hand: 2 a day, all late by at least a day; every hour is charged, every unit waits."""
    steady, one = block(2.0, 0.0), item(rate=2.0, quantity=1.0, outage=0.0, price=1.0)
    empty, _ = earned(StockoutBasis.PER_LINE_HOUR, 0, one_block=steady, one_item=one, form=Form.GAMMA)
    assert empty["stockout_cost"] == pytest.approx(8766.0, rel=1e-12)
    waiting, _ = earned(StockoutBasis.PER_UNIT_DAY, 0, one_block=steady, one_item=one, form=Form.GAMMA)
    assert waiting["stockout_cost"] == pytest.approx(16.0 * 365.25, rel=1e-12)  # 12, 16 and 20 units wait


@pytest.mark.parametrize("below", [12.0, 5.0, 3.0])
def test_what_is_left_of_a_difference_is_stock_only_where_it_is_more_than_rounding(below):
    """A normal of mean 1e4 so many deviations above the place: what lies there is ``sd L(z)``, nothing where doubles cannot tell."""
    days = np.array([10.0, 10.04, 10.08])
    one_block = np.array([*[1_000.0 * days, 1_000.0 * days, np.zeros(3)], *np.zeros((3, 3))])
    one_item = np.array([0.0, 0.0, 1_000.0, 0.08, COST, HOLDING_RATE, ORDER_COST, PRICE, NAN, NAN, np.inf, 1e-3])
    low = 10_000.0 - below * 100.0
    found, _ = earned(StockoutBasis.PER_UNIT, low, form=Form.NORMAL, one_block=one_block, one_item=one_item)
    z = (low + 5e-4 - 1_000.0 * days) / np.sqrt(1_000.0 * days)
    wanted = np.dot(np.sqrt(1_000.0 * days) * (stats.norm.pdf(z) + z * stats.norm.cdf(z)), [1, 4, 1]) / 6
    if below > 10.0:
        assert wanted < 1e-20
        assert found["mean_stock"] == found["holding_cost"] == found["fill_rate"] == 0.0
        assert found["units_short"] == DAYS_PER_YEAR * 1_000.0
    else:
        assert found["mean_stock"] > 0.0
        assert found["mean_stock"] == pytest.approx(wanted, rel=1e-3)


def test_a_shelf_that_is_hardly_ever_empty_costs_what_it_costs():
    """Tails that one less them cannot tell from one, charged by the hour and by the unit; beside scipy's."""
    days, places, low = np.array([LEAD, LEAD + REVIEW / 2, LEAD + REVIEW]), np.arange(QUANTITY), 140.0
    number, chance = RATE * days[:, None] * RATE / (NOISE - RATE), RATE / NOISE
    empty = stats.nbinom.sf(low + places, number, chance).mean(axis=1) @ [1 / 6, 4 / 6, 1 / 6]
    asked = np.arange(low + QUANTITY, 400)
    short = [
        [((asked[asked > low + k] - low - k) * stats.nbinom.pmf(asked[asked > low + k], n[0], chance)).sum() for k in places]
        for n in number
    ]
    unfilled = (np.mean(short[2]) - np.mean(short[0])) / (RATE * REVIEW)
    one_item = item(outage=0.0)
    by_hour, by_unit = (earned(basis, low, one_item=one_item)[0] for basis in (StockoutBasis.PER_LINE_HOUR, StockoutBasis.PER_UNIT))
    assert 0.0 < empty < 1e-17
    assert by_hour["stockout_cost"] == pytest.approx(PRICE * HOURS_PER_YEAR * empty, rel=1e-6)
    assert by_unit["stockout_cost"] == pytest.approx(PRICE * DAYS_PER_YEAR * RATE * unfilled, rel=1e-6)
