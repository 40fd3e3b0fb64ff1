"""Drawn items: what may be known of items of every form, with and without each cause, promise and charge."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from typing import Any

import numpy as np

from justenough.domain.item import DemandKind, Form, LeadTimeBasis, StockoutBasis
from justenough.estimation.demand import Demand
from justenough.estimation.lead_time import LeadTime
from justenough.estimation.stops import Stops
from justenough.estimation.supplier import Outages
from justenough.sizing.single import Economics
from justenough.strategy.trace import Known


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
