"""The masking list at the terminal: every buffer with its next step; a plant without any says what to import."""

from __future__ import annotations

import json

import pytest

from justenough.interfaces.unmasking import step_words


def test_buffers_are_told_with_their_next_step(demo, run):
    told = json.loads(run("masking", "-w", demo, "--json").stdout)
    assert {row["kind"] for row in told["buffers"]} == {"WIP", "component"}
    assert {row["step"] for row in told["buffers"]} <= {"fix", "confirm", "strip", "watch"}
    said = " ".join(run("masking", "-w", demo, "--top", "3").stdout.split())
    assert f"Buffers that hide a loss (3 of {len(told['buffers'])})" in said
    assert step_words(told["buffers"][0]) in said


def test_a_plant_without_buffers_says_what_to_import(tmp_path, run):
    from justenough.archive.workspace import Workspace
    from justenough.sources.read import import_from
    from justenough.sources.samples import sample_folder

    with Workspace.open(tmp_path / "w") as kept:
        kept.import_(import_from(sample_folder("retail"), "canonical"))
    run("recommend", "-w", tmp_path / "w", "--holding-rate", "0.2")
    assert "No buffer is known to hide a loss" in run("masking", "-w", tmp_path / "w").stdout


WIP = {"kind": "WIP", "figure": 3.0, "bound": 4.0, "needed": 1.0}
SUPPLY = {"kind": "component", "figure": 0.01, "bound": 0.04, "needed": 0.05}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**WIP, "step": "fix"}, "fix: repairs of M take 3 hours, 1 is enough; then 9 places may go."),
        ({**WIP, "step": "watch"}, "nothing is left to strip"),
        ({**SUPPLY, "step": "strip"}, "strip 9 units: 1 % of M's orders come late"),
        ({**SUPPLY, "step": "confirm", "figure": None}, "no promised day is on record for M"),
        ({**SUPPLY, "step": "fix", "figure": None, "loss": "stops of M"}, "fix: the stops of M first"),
    ],
)
def test_steps_in_words(row, said):
    assert said in step_words({"cause": "M", "strip": 9.0, "observations": 12, "more": 4, "loss": "orders that come late", **row})
