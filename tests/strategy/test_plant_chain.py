"""A plant's bill of materials as a network: quantities, times, costs, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.errors import NetworkError
from justenough.domain.plant import Plant
from justenough.strategy.decide import decided
from justenough.strategy.plant_chain import chain_of
from justenough.strategy.settings import Settings

SETTINGS = Settings(holding_rate=0.2, review_days=7.0, target_cycle_service=0.95)


def bicycles(bom, *, items=("BIKE", "FRAME", "TUBE", "WHEEL"), **changed):
    """Bicycles sold every day, built of frames and wheels; frames are made of tube."""
    rng = np.random.default_rng(3)
    said = {
        "item": list(items),
        "source": ["make" if item in ("BIKE", "FRAME") else "buy" for item in items],
        "unit_cost": [{"BIKE": 200.0, "FRAME": 60.0, "TUBE": 4.0, "WHEEL": 25.0}[item] for item in items],
        "lead_time_days": [{"BIKE": 2.0, "FRAME": 5.0, "TUBE": 30.0, "WHEEL": 12.0}[item] for item in items],
    }
    frame = pl.DataFrame({**said, **changed})
    days = [date(2025, 1, 6) + timedelta(days=day) for day in range(200)]
    demand = pl.concat(
        pl.DataFrame({"item": [item] * 200, "date": days, "quantity": times * rng.poisson(10, 200).astype(float)})
        for item, times in (("BIKE", 1.0), ("FRAME", 1.0), ("TUBE", 3.0), ("WHEEL", 2.0))
    )
    table = pl.DataFrame(bom, schema=["parent", "component", "quantity"], orient="row")
    return Plant.from_frames(items=frame, demand=demand, bom=table, currency="EUR", demand_period="day", label="bicycles")


BOM = [("BIKE", "FRAME", 1.0), ("BIKE", "WHEEL", 2.0), ("FRAME", "TUBE", 3.0)]


def chain(plant):
    return chain_of(plant, decided(plant, SETTINGS))


def test_a_bill_of_materials_is_a_network():
    found = chain(bicycles(BOM))
    network = found.described.network
    assert network.name == "bicycles"
    assert network.stages == ("BIKE", "FRAME", "TUBE", "WHEEL")
    per = {(network.stages[g], network.stages[t]): p for (g, t), p in zip(network.links.tolist(), network.per.tolist(), strict=True)}
    assert per == {("FRAME", "BIKE"): 1.0, ("WHEEL", "BIKE"): 2.0, ("TUBE", "FRAME"): 3.0}
    assert network.kinds == ("made", "made", "bought", "bought")
    assert network.time_days.tolist() == [9.0, 12.0, 37.0, 19.0]  # lead time and one review
    assert network.cost_added.tolist() == [90.0, 48.0, 4.0, 25.0]
    assert network.total_cost.tolist() == [200.0, 60.0, 4.0, 25.0]
    assert found.unit_holding.tolist() == [40.0, 12.0, 0.8, 5.0]


def test_only_what_goes_into_nothing_serves_customers():
    plant = bicycles(BOM)
    made = decided(plant, SETTINGS)
    network = chain_of(plant, made).described.network
    assert network.outer.tolist() == [0]
    assert network.promise_days.tolist() == [0.0, np.inf, np.inf, np.inf]
    assert network.service[0] == pytest.approx(made.plan["BIKE"].stated_cycle_service)
    assert network.demand_mean[0] == pytest.approx(10, rel=0.15)


def test_a_circular_bill_is_refused_with_its_circle():
    with pytest.raises(NetworkError, match="in a circle: (BIKE -> TUBE -> FRAME|FRAME -> BIKE -> TUBE|TUBE -> FRAME -> BIKE)"):
        chain(bicycles([*BOM, ("TUBE", "BIKE", 1.0)]))


def test_without_a_bill_a_file_is_asked_for():
    with pytest.raises(NetworkError, match="no bill of materials; expected a `bom` table of parent, component and quantity"):
        chain(bicycles([]))


def test_an_item_on_the_bill_only_is_named():
    with pytest.raises(NetworkError, match="SADDLE on the bill of materials only"):
        chain(bicycles([*BOM, ("BIKE", "SADDLE", 1.0)]))


@pytest.mark.parametrize(("column", "word"), [("unit_cost", "unit cost"), ("lead_time_days", "lead time")])
def test_what_an_item_lacks_is_named(column, word):
    with pytest.raises(
        NetworkError, match=f"no {word} of WHEEL; .* for every item on the bill of materials: fill it in and import again, or leave"
    ):
        chain(bicycles(BOM, **{column: [5.0, 5.0, 5.0, None]}))


def test_parts_dearer_than_the_whole_are_noted():
    found = chain(bicycles([*BOM[:2], ("FRAME", "TUBE", 20.0)]))
    assert found.described.network.cost_added[1] == 0.0
    assert any("What goes into 1 item costs more than the whole" in note for note in found.described.notes)
