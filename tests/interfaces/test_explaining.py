"""Explaining: one item, its curve, its reserve by cause, in words and as JSON."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest


def test_json_of_an_item_holds_its_curve(demo: Path, run) -> None:
    said = json.loads(run("explain", "BRG-6204", "-w", demo, "--json").stdout)
    assert said["item"] == "BRG-6204"
    levels = [point["reorder_point"] for point in said["curve"]]
    assert len(levels) > 10
    assert levels == sorted(levels)
    assert levels[0] <= said["reorder_point"] <= levels[-1]


@pytest.mark.parametrize(
    ("name", "is_a", "asks"),
    [
        ("PRS-4", "machine", ("reliability", "oee", "roadmap")),
        ("B", "line", ("line show",)),
        ("Osaka Seiki", "supplier", ("whatif", "roadmap", "suppliers")),
    ],
)
def test_what_is_no_item_is_sent_to_the_command_that_answers(demo: Path, run, name, is_a, asks) -> None:
    """Each command named is asked as it stands, and answers."""
    refused = run("explain", name, "-w", demo)
    assert refused.exit_code
    said = str(refused.exception)
    assert f"{name!r} is a {is_a}, not an item." in said
    commands = [shlex.split(part.partition(";")[0].rstrip(".")) for part in said.split("justenough ")[1:]]
    assert [" ".join(words[: len(ask.split())]) for words, ask in zip(commands, asks, strict=True)] == list(asks)
    for words in commands:
        few = ["--tried", "1", "--draws", "0"] if words[0] == "roadmap" else ["--parts", "500"] if words[0] == "line" else []
        answer = run(*words, *few)
        assert answer.exit_code == 0, answer.output


def test_what_is_nothing_at_all_is_an_unknown_item(demo: Path, run) -> None:
    assert "'XX-1' is not in this plan of 52 items." in str(run("explain", "XX-1", "-w", demo).exception)


def test_where_a_plan_outlived_its_imports_a_mistyped_code_is_still_an_unknown_item(tmp_path: Path, plan, run) -> None:
    from justenough.archive.workspace import Workspace

    with Workspace.open(tmp_path / "kept") as kept:
        kept.save(plan)
    assert "'XX-1' is not in this plan of " in str(run("explain", "XX-1", "-w", tmp_path / "kept").exception)


def test_leading_zeros_of_a_code_may_be_left_out(plan) -> None:
    import polars as pl

    from justenough.interfaces.explaining import code_in

    class Coded:
        figures = pl.DataFrame({"item": ["000100", "00200", "200", "0300", "00300"]})

    assert code_in(Coded, "100") == "000100"
    assert [code_in(Coded, one) for one in ("200", "00200", "300", "000", "x")] == ["200", "00200", "300", "000", "x"]


def test_json_of_an_item_holds_its_anatomy_and_levers(demo: Path, run) -> None:
    said = json.loads(run("explain", "BRG-6204", "-w", demo, "--json").stdout)
    assert sum(part["units"] for part in said["anatomy"]) == said["safety_stock"]
    assert {"cause", "units", "value", "holding_cost", "yearly_cost"} == set(said["anatomy"][0])
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
