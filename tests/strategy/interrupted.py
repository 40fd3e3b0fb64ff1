"""A recommendation that stops after each block until it is told to go on: to be killed."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

import justenough as je
from justenough.strategy import decide
from justenough.strategy.kept import Kept

N_ITEMS, BLOCK = 60, 10
SETTINGS = je.Settings(holding_rate=0.25, ordering_cost=10.0, anatomy_items=0)


def plant(seed=3, days=280, costs=None, period="day"):
    """Invented items, each wanted on some days, bought by lead times of 5 to 40 days."""
    random = np.random.default_rng(seed)
    names = pl.Series("item", [f"NUT-{i:03d}" for i in range(N_ITEMS)])
    lead, price = random.integers(5, 40, N_ITEMS).astype(float), random.lognormal(1, 1, N_ITEMS)
    chance = random.uniform(0.1, 0.9, (N_ITEMS, 1))
    wanted = random.poisson(4.0, (N_ITEMS, 400)) * (random.random((N_ITEMS, 400)) < chance)
    wanted[:, 0] += 1  # every record begins on the first day
    row, day = np.nonzero(wanted[:, :days])
    dates = [date(2025, 1, 6) + timedelta(days=int(d)) for d in day]
    price = price if costs is None else price * costs
    items = pl.DataFrame({"item": names, "unit_cost": price, "lead_time_days": lead, "target_cycle_service": np.full(N_ITEMS, 0.95)})
    demand = pl.DataFrame({"item": names.gather(row), "date": dates, "quantity": wanted[row, day].astype(float)})
    return je.Plant.from_frames(items=items, demand=demand, currency="EUR", demand_period=period)


def step_by_step(work, blocks):
    """Each block's result is on disk before its number is told; the next waits for a line."""
    found = []
    for number, block in enumerate(blocks):
        found.append(work(block))
        print(number, flush=True)
        sys.stdin.readline()
    return found


if __name__ == "__main__":
    decide.BLOCK_ITEMS = BLOCK
    je.recommend(plant(), SETTINGS, Kept(Path(sys.argv[1]), step_by_step))
