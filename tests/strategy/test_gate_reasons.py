"""Gate reasons: the sentence says what the columns say, and the columns what the gate found."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from justenough.domain.figures import figure, percent
from justenough.strategy.decide import recommend
from justenough.strategy.footing import Suspect
from justenough.strategy.settings import Settings


def _said(plan, item):
    return next(sentence for sentence in plan[item].reasons if sentence.startswith(("JIT: not", "JIT: the evidence", "JIT: no evidence")))


def test_a_supplier_is_named_with_figure_bound_need_and_evidence(bearings):
    suppliers = bearings[0].tables["suppliers"].with_columns(outages_since=pl.lit(None, pl.Date))  # two years of records, no more
    plant = replace(bearings[0], tables={**bearings[0].tables, "suppliers": suppliers})
    plan = recommend(plant, replace(Settings(), anatomy_items=0, coming_items=0))
    rows = plan.rows.filter((pl.col("gate_figure") == "chance of an outage") & pl.col("gate_observations").is_not_null())
    assert rows.height
    for row in rows.iter_rows(named=True):
        told = _said(plan, row["item"])
        assert told.startswith(f"JIT: not yet, because of {row['supplier']}: the chance that an order meets an outage may be")
        assert row["gate_because"] == row["supplier"]
        for share in (row["gate_bound"], row["gate_estimate"], row["gate_needed"]):
            assert percent(int(share * 1e4 + 1e-6) / 1e4)[:3] in told
        assert f"{row['gate_observations']:,.0f} more year" in told
        assert row["gate_estimate"] < row["gate_needed"] < row["gate_bound"]


def test_what_no_observation_settles_says_so(bearings):
    plan = bearings[1].plan
    rows = plan.rows.filter((pl.col("gate") == "not yet") & pl.col("gate_observations").is_null() & pl.col("gate_needed").is_not_null())
    assert rows.height
    for row in rows.iter_rows(named=True):
        told = _said(plan, row["item"])
        assert "Never at this figure, however long it is watched." in told
        if row["gate_figure"] == "mean lead time":
            assert f"a lead time of {figure(row['gate_estimate'])} days" in told
            assert row["gate_needed"] < row["gate_estimate"]


def test_what_is_made_here_is_not_laid_to_a_supplier(bearings):
    plant, decided = bearings
    made = plant.items.filter((pl.col("source") == "make") & pl.col("supplier").is_null())["item"].to_list()
    rows = decided.plan.rows.filter(pl.col("item").is_in(made) & pl.col("gate_figure").is_in(["spread of the lead time", "mean lead time"]))
    assert rows.height
    assert set(rows["gate_because"]) == {"our own production"}
    assert all("its supplier" not in _said(decided.plan, item) for item in rows["item"])


def test_every_sized_item_has_a_sentence_and_only_withheld_ones_a_figure(bearings):
    plan = bearings[1].plan
    sized = plan.rows.filter(pl.col("gate").is_not_null())
    for row in sized.iter_rows(named=True):
        assert _said(plan, row["item"])
        assert (row["gate_figure"] is not None) == (row["gate"] == "not yet")
        if row["gate_figure"] in (Suspect.DEMAND.label, Suspect.FORECAST.label):
            assert row["gate_because"] == "demand"
    assert set(sized["gate_figure"].drop_nulls()) <= set(Suspect.labels())
    assert sized.filter(pl.col("gate") == "no evidence")["gate_cycle_service"].is_null().all()


def test_beyond_the_items_asked_for_the_services_at_the_bounds_are_said(bearings):
    plan = recommend(bearings[0], replace(Settings(), gate_items=0, anatomy_items=0, coming_items=0))
    rows = plan.rows.filter(pl.col("gate") == "not yet")
    assert rows["gate_figure"].is_null().all()
    for item in rows["item"].head(5):
        assert _said(plan, item).startswith("JIT: not yet, because with the whole supply at its 95 % bounds, the ")


def test_a_plan_with_every_tolerance_passes_all_it_has_evidence_for(bearings):
    """What may be lost without end is kept by anything, so that only the amount of stock still says no."""
    plan = recommend(bearings[0], replace(Settings(), gate_tolerance=0.999, anatomy_items=0, coming_items=0))
    assert set(plan.rows["gate"].drop_nulls()) - {"no evidence"} == {"passed"}
    assert (plan.rows["decision"] == "JIT").sum() >= 4


@pytest.mark.parametrize("tolerance", [-0.1, 0.0, 1.0])
def test_a_tolerance_that_cannot_be_meant_is_refused(tolerance):
    from justenough.domain.errors import SettingsError

    with pytest.raises(SettingsError, match="gate_tolerance"):
        Settings(gate_tolerance=tolerance)
