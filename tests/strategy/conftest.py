"""A small plant that holds one item of every fate."""

from __future__ import annotations

import pickle
from dataclasses import MISSING, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from justenough.domain.item import Form, StockoutBasis
from justenough.domain.plant import Plant, Terms
from justenough.estimation.demand import Demand
from justenough.estimation.lead_time import LeadTime
from justenough.estimation.supplier import Outages
from justenough.sizing.single import Economics
from justenough.strategy.plan import Plan
from justenough.strategy.settings import Settings
from justenough.strategy.trace import Known

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = date(2025, 1, 6)
DAYS = 300


def _demand() -> list[tuple[str, date, float | None]]:
    rng = np.random.default_rng(1)
    rows: list[tuple[str, date, float | None]] = []
    for item, mean, chance in (("A", 5.0, 1.0), ("B", 3.0, 0.1), ("C", 50.0, 1.0), ("J", 20.0, 1.0)):
        days = [day for day in range(DAYS) if rng.random() < chance]
        rows += [(item, FIRST + timedelta(days=day), float(1 + rng.poisson(mean))) for day in days]
    rows += [("Z", FIRST, 0.0), ("Z", FIRST + timedelta(days=30), 0.0)]
    rows += [("E", FIRST + timedelta(days=day), 4.0) for day in range(60)]
    return rows


@pytest.fixture(scope="session")
def small_plant() -> Plant:
    """
    A: receipts and a supplier with an outage. B: charged per stockout, never received. C: planned lead time.
    E: ended. J: many steady receipts, nobody says from whom, cheap to run short. N, P, Z: cannot be decided.
    """
    rng = np.random.default_rng(2)
    nothing = None
    items = pl.DataFrame(
        {
            "item": ["Z", "A", "B", "C", "E", "J", "N", "P"],  # the plant sorts them
            "supplier": [nothing, "S1", "S1", "S2", "S3", nothing, nothing, nothing],
            "unit_cost": [2.0, 10.0, 200.0, 1.0, 3.0, 50.0, 5.0, 0.0],
            "criticality": [nothing, "X", nothing, "X", "X", nothing, "Q", nothing],
            "lead_time_days": [3.0, 10.0, 40.0, 5.0, 5.0, 4.0, nothing, 0.0],
            "stockout_cost": [nothing, nothing, 500.0, nothing, nothing, nothing, nothing, 5.0],
            "stockout_basis": [nothing, nothing, "per_occasion", nothing, nothing, nothing, nothing, nothing],
            "target_cycle_service": [nothing, nothing, nothing, nothing, nothing, 0.6, nothing, nothing],
            "current_reorder_point": [1.0, 100.0, 5.0, nothing, nothing, 900.0, 1.0, 1.0],
            "current_max": [2.0, 200.0, 8.0, nothing, nothing, 900.0, 2.0, 2.0],
        }
    )
    receipts = [(f"a{k}", "A", 20 * k, 20 * k + int(rng.integers(8, 20))) for k in range(12)]
    receipts += [(f"j{k}", "J", 3 * k, 3 * k + 4) for k in range(95)]
    return Plant.from_frames(
        items=items,
        demand=pl.DataFrame(_demand(), schema=["item", "date", "quantity"], orient="row"),
        receipts=pl.DataFrame(
            [(order, item, FIRST + timedelta(days=start), FIRST + timedelta(days=end)) for order, item, start, end in receipts],
            schema=["order", "item", "ordered", "received"],
            orient="row",
        ),
        disruptions=pl.DataFrame({"supplier": ["S1"], "start": [FIRST + timedelta(days=50)], "end": [FIRST + timedelta(days=80)]}),
        currency="EUR",
        demand_period="day",
        label="invented",
    )


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(holding_rate=0.25, ordering_cost=20.0, criticality_targets={"X": 0.98}, rehearsals=5)


@pytest.fixture(scope="session")
def plan(small_plant, settings):
    from justenough.strategy.decide import recommend

    return recommend(small_plant, settings, author="a test")


def _columns(kind, n, **given):
    blank = {each.name: np.zeros(n) for each in fields(kind) if each.default is MISSING}
    return kind(**{**blank, **given})


def _refused(n=90, seed=5):
    """Counted items with certain lead times; between 3 and 30 % of what comes is refused, unevenly."""
    random = np.random.default_rng(seed)
    rate = np.exp(random.uniform(0.0, 3.0, n))
    demand = _columns(
        Demand, n, mean=rate, variance=rate * random.uniform(1.0, 4.0, n), idle=np.exp(-rate), period_days=1.0,
        form=np.full(n, int(Form.NEGATIVE_BINOMIAL)), step=np.ones(n),
    )  # fmt: skip
    nothing = np.full(n, np.nan)
    lead_time = _columns(LeadTime, n, mean_days=random.integers(5, 40, n).astype(float), mean_upper_days=nothing)
    economics = Economics(
        unit_cost=np.full(n, 10.0), holding_rate=np.full(n, 0.25), ordering_cost=random.choice([0.0, 30.0], n), stockout_cost=nothing,
        stockout_basis=np.full(n, int(StockoutBasis.NONE)), target_cycle_service=nothing, target_fill_rate=np.full(n, 0.97),
        moq=nothing, lot_multiple=nothing, shelf_life_days=np.full(n, np.inf),
    )  # fmt: skip
    review, share = random.integers(1, 10, n).astype(float), random.uniform(0.7, 0.97, n)
    lots = np.full(n, 30)
    return Known(
        demand, lead_time, _columns(Outages, n), economics, review, nothing, nothing, nothing, share, random.uniform(0.02, 0.1, n), lots
    )


@pytest.fixture(scope="session")
def refused_items():
    """Make so many invented items, by a seed."""
    return _refused


@pytest.fixture(scope="session")
def brackets():
    """The sample plant with machines, its plan and what that rests on."""
    from justenough.sources.samples import sample
    from justenough.strategy.decide import decided

    plant = sample("brackets")
    return plant, decided(plant, Settings())


@pytest.fixture(scope="session")
def bearings():
    """The sample plant with suppliers that stop, its plan and what that rests on."""
    from justenough.sources.samples import sample
    from justenough.strategy.decide import decided

    plant = sample("bearings")
    return plant, decided(plant, Settings())


class Carried:
    """A spread that sends work, blocks and results as other processes get them, last block first, and counts the blocks."""

    def __init__(self):
        self.blocks = 0

    def __call__(self, work, blocks, /):
        self.blocks += len(blocks)
        sent = pickle.dumps(work)
        found = {i: pickle.dumps(pickle.loads(sent)(pickle.loads(pickle.dumps(blocks[i])))) for i in range(len(blocks))[::-1]}
        return [pickle.loads(found[i]) for i in range(len(blocks))]


@pytest.fixture
def carried():
    return Carried()


@pytest.fixture(scope="session")
def made() -> Callable[..., Plan]:
    """A plan of the columns given."""
    nothing = pl.DataFrame({"item": []}, schema={"item": pl.String})
    return lambda **columns: Plan.of(pl.DataFrame(columns), nothing, Terms("EUR", "day"), Settings())


@pytest.fixture
def two(made: Callable[..., Plan]) -> Plan:
    """Two decided items and one that cannot be."""
    return made(
        item=["B", "A", "C"],
        decision=["JIT", "lean", "cannot_decide"],
        reorder_point=[3.0, 5.0, None],
        order_quantity=[2.0, 2.0, None],
        mean_stock_value=[10.0, 30.0, None],
        total_cost=[1.0, 2.0, None],
        today_mean_stock_value=[14.0, None, None],
        today_total_cost=[4.0, None, None],
        change_value=[-4.0, None, None],
        missing=[[], [], ["no lead time", "no unit cost"]],
    )
