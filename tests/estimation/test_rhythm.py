"""Rhythm: plants that are looked at in a known rhythm, their stock lived day by day, and the same chance counted pair by pair."""

from datetime import date, timedelta
from itertools import combinations

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.estimation.rhythm import _alike, looked_every

MONDAY = date(2023, 1, 2)


def plant_of(orders):
    """Orders are (supplier, day)."""
    names = sorted({name for name, _ in orders}) or ["S0"]
    rows = [(str(k), f"I-{name}", MONDAY + timedelta(days=int(day))) for k, (name, day) in enumerate(orders)]
    return Plant.from_frames(
        items=pl.DataFrame({"item": [f"I-{name}" for name in names], "supplier": names}),
        receipts=pl.DataFrame(rows, schema={"order": pl.String, "item": pl.String, "ordered": pl.Date}, orient="row"),
        currency="EUR",
        demand_period="day",
    )


def lived(every, seed, days=728):
    """Eight suppliers of ten items each, demand on working days, lots, a look at every item each ``every`` days, one phase a supplier."""
    draws = np.random.default_rng(seed)
    orders = []
    for s in range(8):
        phase = draws.integers(5)  # a working day
        stock, lots = draws.integers(40, 200, 10), draws.integers(100, 400, 10)
        for day in range(days):
            if day % 7 < 5:
                stock = stock - draws.poisson(4.0, 10)
                if (day - phase) % every == 0 or every == 1:
                    due = stock <= 40
                    orders += [(f"S{s}", day)] * int(due.sum())
                    stock = stock + lots * due
    return orders


@pytest.mark.parametrize("every", [1, 7, 14, 28])
def test_the_rhythm_that_was_lived_is_found(every):
    assert [looked_every(plant_of(lived(every, seed))) for seed in range(5)] == [float(every)] * 5


def test_a_tenth_of_the_orders_out_of_turn_hides_no_week():
    draws = np.random.default_rng(1)
    orders = [(name, day + (draws.integers(1, 5) if draws.random() < 0.1 else 0)) for name, day in lived(7, 2)]
    assert looked_every(plant_of(orders)) == 7.0


def test_where_a_third_is_out_of_turn_nothing_is_said():
    draws = np.random.default_rng(1)
    orders = [("S0", 7 * k + (draws.integers(0, 5) if k % 3 else 0)) for k in range(100)]
    assert looked_every(plant_of(orders)) == 1.0
    most = [("S0", 7 * k + (0 if k % 10 < 7 else 1 + k % 4)) for k in range(100)]
    assert looked_every(plant_of(most)) is None


def test_few_orders_say_nothing():
    assert looked_every(plant_of([("S0", 7 * k) for k in range(29)])) is None
    assert looked_every(plant_of([(f"S{k}", 7 * k) for k in range(60)])) is None  # one of each
    assert looked_every(plant_of([])) is None


@pytest.mark.parametrize("grid", [7, 14])
def test_the_chance_is_that_of_all_pairs(grid):
    draws = np.random.default_rng(9)
    days = {name: draws.choice(400, n, replace=False).tolist() for name, n in (("S", 12), ("T", 30), ("U", 5))}
    shares = {name: np.mean([(a - b) % grid == 0 for a, b in combinations(own, 2)]) for name, own in days.items()}
    found = _alike(pl.DataFrame([(n, d) for n, own in days.items() for d in own], schema=["supplier", "day"], orient="row"), grid)
    assert found == pytest.approx(sum(shares[name] * len(own) for name, own in days.items()) / 47)
