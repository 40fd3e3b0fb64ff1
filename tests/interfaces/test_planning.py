"""Planning: recommend, explain and rehearse from a workspace and directly from an export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def test_json_of_an_item_holds_its_curve(demo: Path, run) -> None:
    said = json.loads(run("explain", "BRG-6204", "-w", demo, "--json").stdout)
    assert said["item"] == "BRG-6204"
    assert len(said["curve"]) > 10
    assert said["reorder_point"] in [point["reorder_point"] for point in said["curve"]] or said["reorder_point"] > 0


def test_a_plan_made_directly_is_the_plan_made_in_a_workspace_and_is_not_saved(demo: Path, tmp_path: Path, monkeypatch, run) -> None:
    from justenough.sources.samples import sample_folder

    monkeypatch.chdir(tmp_path)
    direct = json.loads(run("recommend", sample_folder("bearings"), "-p", "canonical", "--json").stdout)
    kept = json.loads(run("recommend", "-w", demo, "--json").stdout)
    assert direct["rows"] == kept["rows"]
    assert list(tmp_path.iterdir()) == []


def test_a_class_target_is_taken_by_the_items_that_lacked_one(demo: Path, run) -> None:
    without = json.loads(run("recommend", "-w", demo, "--json").stdout)["summary"]
    given = json.loads(run("recommend", "-w", demo, "--class", "C=0.9", "--json").stdout)["summary"]
    assert not any("class C" in what for what in without["assumed"])
    (said,) = (what for what in given["assumed"] if "class C" in what)
    assert given["assumed"][said] >= 1


def test_a_class_target_decides_an_item_that_could_not_be_decided(tmp_path: Path, run) -> None:
    """An item of class C that feeds no line and has neither a cost nor a target: undecided until its class has one."""
    (tmp_path / "items.csv").write_text("item,unit_cost,lead_time_days,criticality,holding_rate\nA,2,5,C,0.2\n")
    days = "".join(f"A,2026-{1 + day // 28:02d}-{1 + day % 28:02d},{3 + day % 4}\n" for day in range(168))
    (tmp_path / "demand.csv").write_text("item,date,quantity\n" + days)
    (tmp_path / "plant.toml").write_text('currency = "EUR"\ndemand_period = "day"\n')
    asked = ("recommend", tmp_path, "-p", "canonical", "--json")
    without, given = json.loads(run(*asked).stdout), json.loads(run(*asked, "--class", "C=0.9").stdout)
    assert without["summary"]["undecided"] == {"no target for criticality class C": 1}
    assert given["summary"]["undecided"] == {}


def test_a_rehearsal_says_what_was_promised_and_lived(demo: Path, run) -> None:
    said = json.loads(run("rehearse", "-w", demo, "--json").stdout)
    everything = [row for row in said["by_kind"] if row["policy"] == "plan" and "all" in row.values()]
    assert len(everything) == 1
    assert 0 < everything[0]["cycle_service"] <= 1
    assert "Promised against lived" in run("rehearse", "-w", demo).stdout


def test_a_rehearsal_is_sized_as_the_latest_plan_was(tmp_path: Path, run, refused) -> None:
    """What the plan was told by flags need not be told again; where nobody told it, that is said."""
    (tmp_path / "items.csv").write_text("item,unit_cost,lead_time_days\nA,2,5\n")
    days = "".join(f"A,2026-{1 + day // 28:02d}-{1 + day % 28:02d},{3 + day % 4}\n" for day in range(168))
    (tmp_path / "demand.csv").write_text("item,date,quantity\n" + days)
    (tmp_path / "plant.toml").write_text('currency = "EUR"\ndemand_period = "day"\n')
    run("init", "-w", tmp_path / "w")
    run("import", tmp_path, "-p", "canonical", "-w", tmp_path / "w")
    assert "none of 1 items could be sized" in " ".join(refused("rehearse", "-w", tmp_path / "w").split())
    run("recommend", "-w", tmp_path / "w", "--holding-rate", "0.2", "--target-cycle-service", "0.98")
    said = json.loads(run("rehearse", "-w", tmp_path / "w", "--json").stdout)
    assert said["settings"]["holding_rate"] == 0.2
    assert {row["policy"] for row in said["rows"]} == {"plan"}


def test_leading_zeros_of_a_code_may_be_left_out(plan) -> None:
    import polars as pl

    from justenough.interfaces.planning import code_in

    class Coded:
        rows = pl.DataFrame({"item": ["000100", "00200", "200", "0300", "00300"]})

    assert code_in(Coded, "100") == "000100"
    assert [code_in(Coded, one) for one in ("200", "00200", "300", "000", "x")] == ["200", "00200", "300", "000", "x"]


def test_json_of_an_item_holds_its_anatomy_and_levers(demo: Path, run) -> None:
    said = json.loads(run("explain", "BRG-6204", "-w", demo, "--json").stdout)
    assert sum(part["units"] for part in said["anatomy"]) == said["safety_stock"]
    assert {"cause", "units", "value", "holding_cost"} == set(said["anatomy"][0])
    assert said["levers"]
    assert all(lever["saved_cost"] > 0 for lever in said["levers"])
    whole = json.loads(run("recommend", "-w", demo, "--json").stdout)
    assert {lever["item"] for lever in whole["levers"]} <= {row["item"] for row in whole["rows"]}
    assert sum(whole["summary"]["reserve_for"].values()) == pytest.approx(whole["summary"]["reserve_value"])


def test_an_item_is_explained_cause_by_cause(demo: Path, run, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    said = run("explain", "BRG-6204", "-w", demo).stdout
    assert "The reserve, cause by cause" in said
    assert "What would let you strip it, one at a time" in said
    assert max(map(len, said.splitlines())) <= 100
