"""Feeding: whose hour an empty shelf stops."""

import numpy as np
import polars as pl

import justenough as je
from justenough.domain.plant import Plant
from justenough.estimation.feeding import feeding_of


def plant(**more):
    return Plant.from_frames(
        items=pl.DataFrame({"item": ["bolt", "end", "part", "pump", "screw"], "line": [None, None, "L", None, None]}),
        machines=pl.DataFrame({"machine": ["A", "B", "C"], "line": ["L", "L", "K"], "hour_value": [90.0, 240.0, 400.0]}),
        routing=pl.DataFrame({"item": ["end", "part"], "machine": ["B", "C"], "cycle_seconds": [9.0, 9.0]}),
        bom=pl.DataFrame({"parent": ["end", "end", "part"], "component": ["screw", "part", "bolt"], "quantity": [1.0, 1.0, 1.0]}),
        spares=pl.DataFrame({"item": ["pump", "pump"], "machine": ["A", "B"], "quantity": [1.0, 4.0]}),
        currency="EUR", demand_period="day", **more,
    )  # fmt: skip


def test_lines_are_declared_or_found_through_what_is_made_there():
    found = feeding_of(plant())
    assert found.lines.to_list() == ["K", None, "L", None, "L"]  # what is made on L does not feed it
    np.testing.assert_array_equal(found.hour_value, [400, np.nan, 240, np.nan, 240])


def test_a_spare_part_holds_up_the_dearest_machine_in_its_hours():
    np.testing.assert_array_equal(feeding_of(plant()).waiting_hour, [np.nan] * 3 + [240.0, np.nan])
    shift = pl.DataFrame({"start": ["2026-03-02T06:00:00"], "end": ["2026-03-02T18:00:00"], "kind": ["shift"]})
    half = feeding_of(plant(calendar=shift.with_columns(pl.col("start", "end").str.to_datetime())))
    assert half.waiting_hour[3] == 120.0


def test_components_of_the_sample_are_priced_by_their_line():
    plan = je.recommend(je.sample("brackets"))
    assert "stockout_cost 310.0 per_line_hour, of the line it feeds" in plan["PLT-1"].assumed
    assert not any("per_line_hour" in said for said in plan["ACT-7"].assumed)  # it has a target of its own
    assert plan["PLT-1"].stated_cycle_service > 0.98
