"""Items that run out before their next receipt: by hand, item by item."""

from __future__ import annotations

from datetime import date

import polars as pl

from justenough.domain.plant import Plant, Terms
from justenough.strategy.plan import Plan
from justenough.strategy.settings import Settings
from justenough.strategy.shortage import running_out

TODAY = date(2026, 3, 1)


def plant_of(on_hand, orders):
    items = pl.DataFrame({"item": list(on_hand), "on_hand": [float(one) for one in on_hand.values()], "unit_cost": 1.0})
    demand = pl.DataFrame({"item": list(on_hand), "date": TODAY, "quantity": 1.0})
    receipts = pl.DataFrame(
        [
            {"order": f"o{at}", "item": item, "ordered": ordered, "promised": promised, "received": received, "quantity_ordered": 5.0}
            for at, (item, ordered, promised, received) in enumerate(orders)
        ],
        schema_overrides={"promised": pl.Date, "received": pl.Date, "ordered": pl.Date},
    )
    return Plant.from_frames(items=items, demand=demand, receipts=receipts, currency="EUR", demand_period="day")


def plan_of(*items):
    rows = pl.DataFrame(
        {
            "item": items,
            "demand_per_day": 2.0,
            "lead_time_days": 10.0,
            "stockout_cost": [float(len(items) - at) for at in range(len(items))],
            "decision": "lean",
        }
    )
    curves = pl.DataFrame({"item": items, "reorder_point": [[1.0] * 32] * len(items)})
    return Plan.of(rows, curves, Terms("EUR", "day"), Settings(holding_rate=0.2))


def test_who_runs_out_before_what_comes():
    """Two a day. A: 10 on hand, promised in 8 days. B: promised in 4. C: nothing on order, ten days away. D: came. E: overdue."""
    orders = [
        ("A", date(2026, 2, 20), date(2026, 3, 9), None),
        ("B", date(2026, 2, 20), date(2026, 3, 5), None),
        ("D", date(2026, 2, 1), date(2026, 2, 10), date(2026, 2, 12)),
        ("E", date(2026, 2, 1), date(2026, 2, 10), None),
        ("F", date(2026, 2, 25), None, None),
    ]
    plant = plant_of({"A": 10, "B": 10, "C": 30, "D": 12, "E": 1, "F": 10}, orders)
    found = running_out(plant, plan_of(*"ABCDEF"), TODAY)
    assert found.select("item", "lasts_days", "receipt_days", "ordered").rows() == [
        ("A", 5.0, 8, True),
        ("D", 6.0, 10, False),
        ("F", 5.0, 6, True),
    ]


def test_stock_below_nothing_lasts_no_day():
    plant = plant_of({"A": -4}, [("A", date(2026, 2, 20), date(2026, 3, 5), None)])
    assert running_out(plant, plan_of("A"), TODAY)["lasts_days"].to_list() == [0.0]


def test_what_is_not_known_is_not_claimed():
    plant = plant_of({"A": 1}, [("A", date(2026, 2, 20), None, None)])
    unknown = Plant(plant.terms, {**plant.tables, "items": plant.items.with_columns(on_hand=pl.lit(None, pl.Float64))})
    assert running_out(unknown, plan_of("A"), TODAY).is_empty()
