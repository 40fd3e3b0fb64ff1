"""Possible years at the terminal: one table of four policies, and what the plan saves against each."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from justenough.interfaces.cli import app
from justenough.interfaces.living import ROWS


def test_four_policies_are_told_side_by_side(demo, run):
    result = run("rehearse", "-w", demo, "--holding-rate", "0.25", "--years", "4", "--seed", "3")
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    for words in ("pure JIT", "pure JIC", "one policy", "line hours lost", "lived through 4 possible years", "3 months of demand"):
        assert words in said
    assert said.count("The plan costs") == 3
    told = json.loads(run("rehearse", "-w", demo, "--holding-rate", "0.25", "--years", "4", "--seed", "3", "--json").stdout)
    assert (told["years"], told["seed"], told["cover_months"]) == (4, 3, 3.0)
    totals = {(row["policy"], row["measure"]): row for row in told["totals"]}
    for policy in ("pure JIT", "pure JIC", "one policy", "plan"):
        mine = [row["cost"] for row in told["items"] if row["policy"] == policy]
        assert totals[policy, "cost"]["mean"] == pytest.approx(sum(mine))


@pytest.mark.parametrize("width", ["80", "100", "120"])
def test_four_policies_and_the_names_of_rows_fit(demo, width):
    words = ["rehearse", "-w", str(demo), "--holding-rate", "0.25", "--years", "2"]
    lines = CliRunner().invoke(app, words, env={"COLUMNS": width}).stdout.splitlines()
    assert [line for line in lines if str(demo) not in line and len(line) > int(width)] == []
    assert [name for _, name in ROWS if not any(line.startswith(f"{name}  ") for line in lines)] == []
    assert next(line for line in lines if "pure JIT" in line and "pure JIC" in line).rstrip().endswith("plan")
    assert ">100" not in "".join(lines)


def test_years_without_a_price_of_stockouts_say_so(tmp_path, run):
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "plant.toml").write_text('currency = "EUR"\ndemand_period = "day"\n')
    (tmp_path / "e" / "items.csv").write_text("item,unit_cost,lead_time_days\nA,2,7\n")
    rows = "".join(f"A,2026-{month:02}-{day:02},{1 + day % 5}\n" for month in range(1, 7) for day in range(1, 29))
    (tmp_path / "e" / "demand.csv").write_text(f"item,date,quantity\n{rows}")
    run("import", tmp_path / "e", "--profile", "canonical", "-w", tmp_path / "w")
    said = run("rehearse", "-w", tmp_path / "w", "--holding-rate", "0.2", "--target-cycle-service", "0.9", "--years", "2").stdout
    row = next(line for line in said.splitlines() if line.startswith("  stockouts"))
    assert row.split()[1:] == ["\u2013"] * 4
    assert "1 item has no stockout cost, so running out of it costs nothing above" in " ".join(said.split())
