"""A line named on the command line, from each place it can come from."""

from __future__ import annotations

import json
from pathlib import Path

PARTS = ("--parts", "500")


def test_a_line_of_the_import_is_shown_with_its_workspace(demo: Path, run, refused) -> None:
    said = run("line", "show", "B", *PARTS, "-w", demo).stdout
    assert "Bottleneck: ASM-2" in said
    assert f"justenough line mask B -w {demo}" in " ".join(said.split())
    assert "expected one of those imported (A, B)" in " ".join(refused("line", "show", "Q", *PARTS, "-w", demo).split())
    assert "10 to 2 places" in run("line", "cut", "B", "1", "2", *PARTS, "-w", demo).stdout


def test_a_file_goes_before_the_workspace(demo: Path, run) -> None:
    assert json.loads(run("line", "mask", "press_shop", *PARTS, "--json", "-w", demo).stdout)["line"] == "press shop"


def test_an_export_is_read_directly(tmp_path: Path, run) -> None:
    run("sample", "bearings", "--output", tmp_path / "export")
    said = json.loads(run("line", "show", "B", *PARTS, "--folder", tmp_path / "export", "--profile", "canonical", "--json").stdout)
    assert said["line"] == "B"
    assert [machine["machine"] for machine in said["machines"]] == ["ASM-2", "TST-2"]
    assert any("Set-ups" in note for note in said["notes"])


def test_without_a_workspace_the_lines_that_come_along_are_named(tmp_path: Path, run, refused, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "press_shop" in refused("line", "show", "A")
