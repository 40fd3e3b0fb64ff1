"""How a record of demand is read, from the plant's tables to the sentence a planner sees: empty shelves and returns."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.strategy.decide import recommend
from justenough.strategy.settings import Settings

START, DAYS = date(2024, 1, 1), 364


def plant_of(returns="undo_demand", *, stock=True):
    """A: Poisson demand lost on an empty shelf, filled up every second Monday. B: never out. C: every tenth unit comes back."""
    rng = np.random.default_rng(2)
    days = [START + timedelta(days=day) for day in range(DAYS)]
    rows, closing = [], []
    shelf = 0
    for day in range(DAYS):
        shelf = 24 if day % 14 == 0 else shelf
        sold = min(int(rng.poisson(2.5)), shelf)
        shelf -= sold
        rows.append(("A", days[day], float(sold)))
        closing.append(("A", days[day], float(shelf)))
        rows.append(("B", days[day], float(rng.poisson(2.5))))
        closing.append(("B", days[day], 50.0))
        wanted = float(rng.poisson(4.0))
        rows.append(("C", days[day], wanted))
        if day % 5 == 4:
            rows.append(("C", days[day], -2.0))
    items = {"item": ["A", "B", "C"], "unit_cost": [5.0] * 3, "lead_time_days": [14.0] * 3}
    tables = {"stock": pl.DataFrame(closing, schema=["item", "date", "on_hand"], orient="row")} if stock else {}
    demand = pl.DataFrame(rows, schema=["item", "date", "quantity"], orient="row")
    plant = Plant.from_frames(items=pl.DataFrame(items), demand=demand, currency="EUR", demand_period="day", returns=returns, **tables)
    return plant, rows, closing


SETTINGS = Settings(holding_rate=0.2, target_cycle_service=0.95)


def test_the_plan_sees_what_an_empty_shelf_hid_and_says_so():
    """Beside the likeliest rate of a Poisson process watched while there is stock, in plain Python."""
    plant, rows, closing = plant_of()
    plan, blind = recommend(plant, SETTINGS), recommend(plant_of(stock=False)[0], SETTINGS)
    sold = {day: quantity for item, day, quantity in rows if item == "A"}
    hidden = sum((0.5 if sold[day] else 1.0) for item, day, on_hand in closing if item == "A" and on_hand == 0.0)
    rate = sum(sold.values()) / (DAYS - hidden)
    assert hidden > 40
    assert plan["A"].demand_per_day == pytest.approx(rate, abs=2.0 * (rate / (DAYS - hidden)) ** 0.5)  # two errors of such a record
    assert blind["A"].demand_per_day < 0.9 * rate
    assert plan["A"].reorder_point > blind["A"].reorder_point
    (said,) = (reason for reason in plan["A"].reasons if "the shelf was empty" in reason)
    assert said.startswith(f"On {hidden:g} days of the record the shelf was empty; what was wanted then is put back")
    for other in (plan["B"], blind["A"]):
        assert not any("the shelf was empty" in reason for reason in other.reasons)


@pytest.mark.parametrize("rule", ["undo_demand", "ignore"])
def test_returns_are_read_by_the_declared_rule_and_the_plan_says_so(rule):
    plant, rows, _ = plant_of(rule)
    plan = recommend(plant, SETTINGS)
    wanted = [quantity for item, _, quantity in rows if item == "C"]
    by_day = {day: sum(quantity for item, at, quantity in rows if item == "C" and at == day) for _, day, _ in rows}
    beyond, back = -sum(min(net, 0.0) for net in by_day.values()), -sum(min(quantity, 0.0) for quantity in wanted)
    told = {
        "undo_demand": f"{beyond:g} came back beyond what their own period sold, and are taken off the latest demand before.",
        "ignore": f"{back:g} came back and are left out.",
    }
    net = sum(wanted) if rule == "undo_demand" else sum(quantity for quantity in wanted if quantity > 0)
    assert plan["C"].demand_per_day == pytest.approx(net / DAYS, rel=0.03)
    (said,) = (reason for reason in plan["C"].reasons if "came back" in reason)
    assert said == told[rule]
    assert not any("came back" in reason for reason in plan["B"].reasons)


@pytest.mark.parametrize(
    ("column", "one", "many"),
    [
        (
            "_undone",
            "1 came back beyond what its own period sold, and is taken",
            "2 came back beyond what their own period sold, and are taken",
        ),
        ("_left_out", "1 came back and is left out.", "2 came back and are left out."),
        ("_hidden_days", "On 1 day of the record", "On 2 days of the record"),
    ],
)
def test_words_agree_with_one_and_with_many(plan, column, one, many):
    for value, words in ((1.0, one), (2.0, many)):
        nothing = dict.fromkeys(("_undone", "_left_out", "_hidden_days"), pl.lit(None, pl.Float64))
        told = replace(plan, figures=plan.figures.with_columns(**{**nothing, column: pl.lit(value)}))
        assert any(words in reason for reason in told["A"].reasons)
