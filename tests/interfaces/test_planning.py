"""Planning: recommend from a workspace and directly from an export."""

from __future__ import annotations

import json
from pathlib import Path


def test_a_plan_made_directly_is_the_plan_made_in_a_workspace_and_is_not_saved(demo: Path, tmp_path: Path, monkeypatch, run) -> None:
    from justenough.sources.samples import sample_folder

    monkeypatch.chdir(tmp_path)
    direct = json.loads(run("recommend", sample_folder("bearings"), "-p", "canonical", "--json").stdout)
    kept = json.loads(run("recommend", "-w", demo, "--anew", "--json").stdout)
    assert direct["rows"] == kept["rows"]
    assert list(tmp_path.iterdir()) == []


def test_a_class_target_is_taken_by_the_items_that_lacked_one(demo: Path, run) -> None:
    without = json.loads(run("recommend", "-w", demo, "--anew", "--json").stdout)["summary"]
    given = json.loads(run("recommend", "-w", demo, "--class", "C=0.9", "--json").stdout)["summary"]
    assert not any("class C" in what for what in without["assumed"])
    (said,) = (what for what in given["assumed"] if "class C" in what)
    assert given["assumed"][said] >= 1


def test_a_plan_goes_on_with_the_settings_of_the_latest_one_and_says_so(tmp_path: Path, run) -> None:
    """The next command an import names has no flags: it must not undo what a person decided; flags, --settings and --anew do."""
    from justenough.archive.workspace import Workspace

    folder, kept = tmp_path / "export", tmp_path / "w"
    folder.mkdir()
    (folder / "items.csv").write_text("item,unit_cost,lead_time_days,criticality\nA,2,5,C\n")
    days = "".join(f"A,2026-{1 + day // 28:02d}-{1 + day % 28:02d},{3 + day % 4}\n" for day in range(168))
    (folder / "demand.csv").write_text("item,date,quantity\n" + days)
    (folder / "plant.toml").write_text('currency = "EUR"\ndemand_period = "day"\n')
    run("import", folder, "-p", "canonical", "-w", kept)

    first = run("recommend", "-w", kept, "--holding-rate", "0.2", "--class", "C=0.9").stdout
    assert "Sized as" not in first
    again = run("recommend", "-w", kept).stdout
    plans = [one.plan_id for one in Workspace.open(kept).plans()]
    said = " ".join(again.split())
    assert said.startswith(f"Sized as plan {plans[0]} was (holding rate 20 % a year, cycle service of class C: 90 %). To change it give")
    assert "cannot be decided" not in said

    told = json.loads(run("recommend", "-w", kept, "--holding-rate", "0.3", "--json").stdout)
    assert (told["sized_as"], told["settings"]["holding_rate"], told["settings"]["criticality_targets"]) == (plans[1], 0.3, {"C": 0.9})
    more = " ".join(run("recommend", "-w", kept, "--class", "C=0.95").stdout.split())
    assert "C: 90 %), but for cycle service of class C: 95 %. To change" in more

    (tmp_path / "s.toml").write_text("holding_rate = 0.25\n")
    filed = json.loads(run("recommend", "-w", kept, "--settings", tmp_path / "s.toml", "--json").stdout)
    assert (filed["sized_as"], filed["settings"]["criticality_targets"]) == (None, {})
    bare = json.loads(run("recommend", "-w", kept, "--anew", "--json").stdout)
    assert (bare["sized_as"], bare["settings"]["holding_rate"]) == (None, None)
    assert "Sized as" not in run("recommend", "-w", kept).stdout  # nothing was set by anybody: nothing to say


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


def test_what_to_do_next_follows_from_what_is_missing(plan) -> None:
    from dataclasses import replace

    import polars as pl

    from justenough.interfaces.planning import next_steps

    assert "justenough audit" in next_steps(plan, "")
    bare = plan.rows.with_columns(decision=pl.lit("cannot_decide"), today_mean_stock_value=pl.lit(None, pl.Float64))
    rate = replace(plan, figures=bare.with_columns(missing=pl.lit(["no holding rate", "no demand history"])))
    assert next_steps(rate, " -w x") == "Next: justenough recommend -w x --holding-rate 0.2"
    unused = replace(plan, figures=bare.with_columns(missing=pl.lit(["no demand history"])))
    assert next_steps(unused, "").startswith("Next: import what was used, issued or sold (item, date, quantity)")


def test_a_plan_made_again_says_how_many_items_it_sized(monkeypatch, tmp_path: Path, run) -> None:
    """A target changes the item that has it, another rate all of them, another look nothing."""
    from justenough.interfaces import planning

    monkeypatch.setattr(planning, "WAITED_FOR", 2)
    folder, kept = tmp_path / "export", tmp_path / "w"
    folder.mkdir()

    def imported(target: str) -> None:
        items = f"A,2,5,0.9\nB,3,5,{target}\nC,4,9,0.9\n"
        (folder / "items.csv").write_text("item,unit_cost,lead_time_days,target_cycle_service\n" + items)
        run("import", folder, "-p", "canonical", "-w", kept)

    days = [f"2026-{1 + day // 28:02d}-{1 + day % 28:02d}" for day in range(168)]
    rows = "".join(f"{item},{day},{3 + (at * (7 + ord(item))) % 5}\n" for item in "ABC" for at, day in enumerate(days))
    (folder / "demand.csv").write_text("item,date,quantity\n" + rows)
    (folder / "plant.toml").write_text('currency = "EUR"\ndemand_period = "day"\n')

    def said(rate: str = "0.2") -> str:
        return " ".join(run("recommend", "-w", kept, "--holding-rate", rate, "--ordering-cost", "5").stdout.split())

    imported("0.9")
    assert "Sized anew" not in said()  # by the first plan all are
    assert "Nothing that any of the 3 items is sized by has changed" in said()
    imported("0.95")
    assert "Sized anew: 1 of 3 items; nothing that the others are sized by has changed." in said()
    assert "Sized anew: all 3 items, since what they have in common has changed: the settings" in said("0.25")
