"""Lateness of suppliers on the demo plant."""

from __future__ import annotations

import json
from pathlib import Path


def test_suppliers_are_listed_with_what_is_believed_of_them(demo: Path, run) -> None:
    said = run("suppliers", "-w", demo).stdout
    assert "Lateness of suppliers" in said
    rows = json.loads(run("suppliers", "-w", demo, "--json").stdout)
    assert rows == sorted(rows, key=lambda row: (-row["orders"], row["supplier"]))
    for row in rows:
        assert row["shrunk_share_lower"] <= row["shrunk_share"] <= row["shrunk_share_upper"]
        assert row["late"] <= row["orders"]
        assert row["supplier"] in said


def test_fewer_rows_are_shown_on_a_terminal_than_in_json(demo: Path, run) -> None:
    rows = json.loads(run("suppliers", "-w", demo, "--json").stdout)
    said = run("suppliers", "-w", demo, "--top", "1").stdout
    assert rows[0]["supplier"] in said
    assert f"1 of {len(rows)}" in said


def test_a_plant_without_receipts_says_so(tmp_path: Path, run) -> None:
    from justenough.archive.workspace import Workspace
    from justenough.sources.read import import_from
    from justenough.sources.samples import sample_folder

    with Workspace.open(tmp_path / "w", create=True) as kept:
        kept.import_(import_from(sample_folder("retail"), "canonical"))
    assert "lateness cannot be said" in " ".join(run("suppliers", "-w", tmp_path / "w").stdout.split())
