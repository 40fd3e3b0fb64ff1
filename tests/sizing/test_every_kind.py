"""Every policy on 200 random items of every kind: what is stated is what is lived, within the simulation's standard error.

Kinds are those of Syntetos, Boylan & Croston (2005), of counted demand, and two of divisible demand. Each policy is one
whose formula is exact for independent days and known lead times; what is approximated (crossing orders, drifting levels,
several orders under way where sales are lost, spoilage) has its stated errors in tests of its own.
"""

import numpy as np
import pytest
from invented_items import assert_only_chance
from scipy import stats

from justenough.domain.item import Form
from justenough.domain.policy import Levels
from justenough.estimation.exposure import HORIZONS, Exposure
from justenough.simulation.draws import Futures
from justenough.simulation.policies import Rules, live_drawn
from justenough.simulation.supply import Supply
from justenough.sizing.ddmrp import service_of, zones_of
from justenough.sizing.kanban import cards_for
from justenough.sizing.lost_sales import lost_sales_outcome
from justenough.sizing.order_up_to import min_max_outcome
from justenough.sizing.single import DAYS_PER_YEAR, Economics, order_quantity, outcome_at

N, LIVES, DAYS = 200, 24, 800
# Mean of a day, and what its variance is: so many times the mean, or the mean and its square over so much.
COUNTED = {
    "smooth": ((4.0, 12.0), lambda mean, random: mean * random.uniform(1.0, 1.6, N)),
    "erratic": ((5.0, 12.0), lambda mean, random: mean + np.square(mean) / random.uniform(1.1, 1.5, N)),
    "intermittent": ((0.3, 0.8), lambda mean, random: mean * random.uniform(1.0, 1.1, N)),
    "lumpy": ((0.5, 1.5), lambda mean, random: mean * random.uniform(5.0, 9.0, N)),
}
DIVISIBLE = {"steady": Form.NORMAL, "skewed": Form.GAMMA}


def days_of(kind, seed):
    """Form, mean and variance of a day of 200 items of one kind."""
    random = np.random.default_rng(seed)
    if kind in DIVISIBLE:
        mean = random.uniform(1.0, 20.0, N)
        spread = random.uniform(0.05, 0.2, N) if kind == "steady" else random.uniform(0.5, 2.0, N)
        return DIVISIBLE[kind], mean, np.square(spread * mean)
    span, variance_of = COUNTED[kind]
    mean = random.uniform(*span, N)
    return Form.NEGATIVE_BINOMIAL, mean, variance_of(mean, random)


def exposed(kind, lead, review, seed=3):
    form, mean, variance = days_of(kind, seed)
    days = lead[:, None] + review[:, None] * np.array(HORIZONS)
    over = (mean[:, None] * days, variance[:, None] * days, np.zeros((N, 3)))
    step = np.full(N, 1.0 if form is Form.NEGATIVE_BINOMIAL else 0.0)
    return Exposure(*over, *over, np.zeros(N), np.full(N, int(form)), step, mean, review, lead), variance


def prices(**given):
    """An order costs one, so that the ordering cost is how many there are."""
    blank = {name: np.full(N, np.nan) for name in Economics.__slots__}
    usual = {"unit_cost": 1.0, "holding_rate": 0.2, "ordering_cost": 1.0, "shelf_life_days": np.inf}
    columns = {name: np.broadcast_to(np.asarray(value, dtype=float), (N,)) for name, value in {**usual, **given}.items()}
    return Economics(**{**blank, "stockout_basis": np.zeros(N, np.int64), **columns})


def lived(exposure, variance, levels, **rules):
    nothing = np.zeros(N)
    futures = Futures(exposure.form, exposure.rate[:, None], variance[:, None], nothing, nothing)
    names = [f"ITEM-{k}" for k in range(N)]
    return live_drawn(names, levels, futures, Supply.constant(exposure.lead_days), exposure.review_days, days=DAYS, lives=LIVES,
                      rules=Rules(**rules), warm_up_days=150, seed=5)  # fmt: skip


def agree(found, **stated):
    """
    Shares: gaps over their errors are standard normal where a life sees stockouts enough for that, and small at the far end.

    Orders: each within the largest error of 200 (Bonferroni, 0.1 %) and half an order a life, which is no whole number of
    regular orders; all together within a fiftieth of a percent.
    """
    for measure, ours in stated.items():
        theirs, error = getattr(found, measure), found.error_of(measure)
        if measure == "orders":
            most = stats.t.ppf(1.0 - 0.0005 / N, LIVES - 1)
            assert (np.abs(theirs - ours) <= most * error + 0.5 * DAYS_PER_YEAR / DAYS).all(), measure
            assert abs((theirs - ours).sum()) <= 4.0 * np.sqrt(np.square(error).sum()) + 2e-4 * ours.sum(), measure
            continue
        seen = (ours < 0.995) & (ours > 0.02) & (error > 0.0)
        assert_only_chance(ours[seen], theirs[seen], error[seen], LIVES, measure, at_least=50)
        assert (np.abs(theirs - ours) <= 6.0 * error + 1e-3)[~seen].all(), measure


def low_of(exposure, random, kind, *, lots=True):
    """Positions low enough for a life to see stockouts: of regular demand a lot leaves few."""
    span = (-2.5, 0.3) if lots and kind in ("smooth", "steady") else (-0.3, 1.0)
    low = exposure.mean[:, 2] + random.uniform(*span, N) * np.sqrt(exposure.variance[:, 2])
    return np.where(exposure.step > 0.0, np.round(low), low)


@pytest.mark.parametrize("kind", COUNTED)
def test_items_are_of_their_kind(kind):
    """Mean gap between days that sell below or above 1.32, squared variation of what they sell below or above 0.49."""
    _, mean, variance = days_of(kind, 3)
    ratio = variance / mean
    with np.errstate(divide="ignore", invalid="ignore"):
        idle = np.where(ratio > 1.0 + 1e-9, np.exp(-mean * np.log(ratio) / (ratio - 1.0)), np.exp(-mean))
    size = mean / (1.0 - idle)
    variation = (variance + np.square(mean)) / (1.0 - idle) / np.square(size) - 1.0
    assert ((1.0 / (1.0 - idle) < 1.32) == (kind in ("smooth", "erratic"))).all()
    assert ((variation < 0.49) == (kind in ("smooth", "intermittent"))).all()


@pytest.mark.parametrize("policy", ["(R, S)", "(r, Q)", "MOQ and multiple"])
@pytest.mark.parametrize("kind", [*COUNTED, *DIVISIBLE])
def test_customers_wait(kind, policy):
    random = np.random.default_rng(11)
    lead, review = random.integers(1, 12, N).astype(float), random.integers(1, 6, N).astype(float)  # a base stock where it is 1
    exposure, variance = exposed(kind, lead, review)
    moq, multiple = np.ceil(exposure.rate * random.uniform(1.0, 9.0, N)), np.ceil(exposure.rate * random.uniform(0.2, 2.0, N))
    if policy == "MOQ and multiple":
        quantity = order_quantity(exposure, prices(moq=moq, lot_multiple=multiple))
        assert (quantity >= moq).all()
        assert np.allclose(quantity % multiple, 0.0)
    else:
        one = np.where(exposure.step > 0.0, 1.0, 0.01 * exposure.rate)
        quantity = np.ceil(exposure.rate * random.uniform(2.0, 20.0, N)) if policy == "(r, Q)" else one
    levels = Levels(low_of(exposure, random, kind, lots=policy != "(R, S)") - exposure.step, quantity, exposure.step)
    stated, found = outcome_at(exposure, prices(), levels), lived(exposure, variance, levels)
    agree(found, fill_rate=stated.fill_rate, cycle_service=stated.cycle_service, orders=stated.ordering_cost)


@pytest.mark.parametrize("kind", COUNTED)
def test_s_S(kind):  # noqa: N802
    random = np.random.default_rng(12)
    exposure, variance = exposed(kind, random.integers(0, 12, N).astype(float), random.integers(1, 8, N).astype(float))
    low = low_of(exposure, random, kind)
    high = low + np.ceil(exposure.rate * exposure.review_days * random.uniform(0.5, 4.0, N))
    stated = min_max_outcome(exposure, prices(), low, high)
    found = lived(exposure, variance, Levels(low, exposure.step, exposure.step), order_up_to=high)
    agree(found, fill_rate=stated.fill_rate, cycles_served=stated.cycle_service, orders=stated.ordering_cost)


@pytest.mark.parametrize("kind", COUNTED)
def test_nobody_waits(kind):
    """One order under way at a time, where the chain of stocks is solved exactly."""
    random = np.random.default_rng(13)
    lead, review = random.integers(0, 5, N).astype(float), random.integers(5, 8, N).astype(float)
    exposure, variance = exposed(kind, lead, review)
    low = np.ceil(exposure.mean[:, 2] * random.uniform(0.4, 1.3, N))
    levels = Levels(low, np.ceil(exposure.rate * review * random.uniform(0.3, 3.0, N)), exposure.step)
    stated, found = lost_sales_outcome(exposure, prices(), levels), lived(exposure, variance, levels, lost_sales=True)
    assert stated.exact.all()
    agree(found, fill_rate=stated.fill_rate, orders=stated.orders)


@pytest.mark.parametrize("kind", COUNTED)
def test_kanban(kind):
    when_emptied = kind in ("erratic", "intermittent")
    random = np.random.default_rng(14)
    exposure, variance = exposed(kind, random.integers(1, 10, N).astype(float), random.integers(1, 5, N).astype(float))
    container = np.ceil(exposure.rate * random.uniform(0.1, 1.0, N) * exposure.review_days)
    found = cards_for(exposure, prices(), container, cycle_service=random.uniform(0.3, 0.85, N), when_emptied=when_emptied)
    life, stated = lived(exposure, variance, found.levels), found.outcome
    agree(life, fill_rate=stated.fill_rate, cycle_service=stated.cycle_service, orders=stated.ordering_cost)


@pytest.mark.parametrize("kind", COUNTED)
def test_ddmrp(kind):
    random = np.random.default_rng(15)
    lead, review = random.integers(2, 15, N).astype(float), np.where(random.random(N) < 0.7, 1.0, random.integers(2, 6, N))
    exposure, variance = exposed(kind, lead, review)
    moq = np.where(random.random(N) < 0.3, np.ceil(exposure.rate * random.uniform(1.0, 12.0, N)), 0.0)
    zones = zones_of(exposure.rate, lead, random.uniform(0.1, 0.4, N), random.uniform(0.0, 0.2, N), moq=moq)
    stated = service_of(exposure, prices(), zones)
    low, high = np.floor(zones.top_of_yellow + 1e-9), np.ceil(zones.top_of_green - 1e-9)
    found = lived(exposure, variance, Levels(low, exposure.step, exposure.step), order_up_to=high)
    agree(found, fill_rate=stated.fill_rate, cycles_served=stated.cycle_service, orders=stated.ordering_cost)
