"""Rehearsing: what was promised and what was lived, sized as the latest plan was."""

from __future__ import annotations

import json
from pathlib import Path


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
    for command in ("rehearse", "minmax"):
        words = " ".join(run(command, "-w", tmp_path / "w").output.split())
        assert words.startswith("Sized as plan 2"), words
        assert "(holding rate 20 % a year, target cycle service 98 %)." in words
