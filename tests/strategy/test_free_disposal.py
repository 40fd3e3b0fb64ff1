"""
Free of a cause, lived: items whose own sizing says that they cost more without a cause, as the simulation sees them.

The anatomy takes such an item to be run as if the cause were still there. The simulation knows nothing of sizing: it lives
every level with the cause and without, and says what the least is.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn_items import columns, drawn

from justenough.domain.item import Form, StockoutBasis
from justenough.domain.policy import Levels
from justenough.estimation.demand import Demand
from justenough.estimation.exposure import Causes, exposure_over
from justenough.estimation.lead_time import LeadTime
from justenough.estimation.supplier import Outages
from justenough.simulation.draws import Futures
from justenough.simulation.policies import Supply, live_drawn
from justenough.sizing.single import DAYS_PER_YEAR, cheapest, outcome_at
from justenough.strategy.anatomy import CONTINUOUS_DAYS, worths_of
from justenough.strategy.recommendation import CAUSES
from justenough.strategy.spread import part
from justenough.strategy.trace import Known

SUPPLIER, REVIEW = 1 << CAUSES.index("supplier"), 1 << CAUSES.index("review_lot")
LEVELS, LIVES, DAYS = 13, 30, 2000


def known_of(form, rate, variance, lead, spread, review, outage, wait, charge, basis, lot, unit_cost) -> Known:
    """Items counted in whole units, one of each column; nothing drifts and orders cost nothing."""
    n, one = len(rate), np.ones(len(rate))
    demand = columns(Demand, n, mean=rate, variance=variance, idle=np.exp(-rate), period_days=1.0, form=form, step=1.0)
    economics = replace(
        drawn(1, n).economics, unit_cost=unit_cost, ordering_cost=0.0 * one, stockout_cost=charge, stockout_basis=basis,
        target_cycle_service=np.nan * one, target_fill_rate=np.nan * one, moq=lot, lot_multiple=np.nan * one,
    )  # fmt: skip
    return replace(
        drawn(1, n), demand=demand, lead_time=columns(LeadTime, n, mean_days=lead, sd_days=spread), review_days=review,
        outages=columns(Outages, n, probability=outage, wait_days=wait), economics=economics,
    )  # fmt: skip


def least_lived(known: Known, supply: Supply, review: np.ndarray, lot: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Least cost of a year over a dozen levels around ``most``, each lived."""
    n, money = len(review), known.economics
    row = np.repeat(np.arange(n), LEVELS)
    lows = np.rint(most[:, None] * np.linspace(0.4, 1.2, LEVELS)).ravel()
    levels = Levels(lows - 1.0, lot[row], np.ones(len(row)))
    futures: Futures = part(Futures.of(known.demand), row)
    found = live_drawn(
        [f"I{i}" for i in row], levels, futures, part(supply, row), review[row], days=DAYS, lives=LIVES, warm_up_days=300, seed=6
    )
    years = found.days / DAYS_PER_YEAR
    by_basis = [
        0.0 * years, found.units_short / years, found.mean_backorders * DAYS_PER_YEAR, found.occasions, (1.0 - found.ready_rate) * 8766.0
    ]  # fmt: skip
    charged = money.stockout_cost[row] * np.choose(money.stockout_basis[row], by_basis)
    cost = (money.unit_cost * money.holding_rate)[row] * found.mean_stock + charged
    return cost.reshape(n, LEVELS).min(axis=1)


@pytest.fixture(scope="module")
def met():
    """Lead times of much spread, and outages of a fixed length: a gamma fitted to the longer time is less skewed than without."""
    charged = [int(basis) for basis in (StockoutBasis.PER_UNIT_DAY, StockoutBasis.PER_UNIT_DAY, StockoutBasis.PER_LINE_HOUR)]
    one = np.ones(3)
    return known_of(
        form=np.full(3, int(Form.GAMMA)), rate=5.0 * one, variance=6.0 * one, lead=10.0 * one, spread=8.0 * one,
        review=one, outage=0.35 * one, wait=np.array([10.0, 20.0, 20.0]), charge=np.array([3.0, 10.0, 15.0]), basis=np.array(charged),
        lot=100.0 * one, unit_cost=10.0 * one,
    )  # fmt: skip


def test_without_outages_the_least_cost_that_is_lived_is_lower(met):
    """
    Own sizing says 2 to 5 % more without outages; lived it is a tenth less.

    An order held back by the days an outage would have taken is the same life as an order that meets one, so what is lived with
    outages can be had without.
    """
    known, none = met, np.zeros(3)
    sized = [exposure_over(known.demand, known.lead_time, known.outages, known.review_days, Causes(outage=on)) for on in (True, False)]
    levels = [cheapest(exposure, known.economics, known.economics.moq).levels for exposure in sized]
    stated, alone = (outcome_at(exposure, known.economics, at).total_cost for exposure, at in zip(sized, levels, strict=True))
    assert (alone > 1.015 * stated).all()
    worths = worths_of(known)
    assert (worths.cost[int(worths.active[0]) & ~SUPPLIER] <= stated).all()
    time, late = known.lead_time, known.outages
    supply = Supply(time.mean_days, time.sd_days, late.probability, late.wait_days, none, none, none, none)
    lot, most = known.economics.moq, levels[0].lowest_position
    lived = least_lived(known, supply, known.review_days, lot, most)
    without = least_lived(known, replace(supply, wait_days=none), known.review_days, lot, most)  # the same draws
    assert (without < lived).all()
    assert (without / lived).mean() < 0.95  # 0.91 on the mean of five seeds, from 0.87 to 0.98


def test_whoever_is_free_of_lots_keeps_them_where_units_cost_more_lived():
    """Charged by the occasion, an order a day of a unit or two leaves somebody waiting day after day; a lot does so once."""
    one = np.ones(1)
    known = known_of(
        np.array([int(Form.NEGATIVE_BINOMIAL)]), 10.0 * one, 52.0 * one, 30.0 * one, 7.5 * one, 7.0 * one, 0.06 * one, 42.0 * one,
        200.0 * one, np.array([int(StockoutBasis.PER_OCCASION)]), 370.0 * one, 12.8 * one,
    )  # fmt: skip
    watched = exposure_over(known.demand, known.lead_time, known.outages, np.full(1, CONTINUOUS_DAYS))
    alone = outcome_at(watched, known.economics, cheapest(watched, known.economics, one).levels).total_cost
    worths = worths_of(known)
    plan = worths.cost[int(worths.active[0])]
    assert alone > 1.5 * plan
    assert worths.cost[int(worths.active[0]) & ~REVIEW] == plan
    supply = Supply.of(known.lead_time, known.outages)
    most = np.full(1, 1200.0)
    lots = least_lived(known, supply, known.review_days, known.economics.moq, most)
    assert lots == pytest.approx(plan, rel=0.12)
    assert least_lived(known, supply, one, one, most) > 1.05 * lots
