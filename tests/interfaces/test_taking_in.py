"""Taking in: a long export by the command, interrupted and gone on, and what cannot be read part by part."""

from __future__ import annotations

from functools import partial

import pytest
from long_exports import write_export

from justenough.archive import arriving
from justenough.archive.workspace import Workspace
from justenough.sources import by_parts


@pytest.fixture
def short(monkeypatch):
    """Everything counts as long, and parts are small."""
    monkeypatch.setattr(by_parts, "long_export", partial(by_parts.long_export, least=1))
    monkeypatch.setattr(arriving, "arrived", partial(arriving.arrived, part_rows=300))


def test_a_long_export_is_told_like_any_other(tmp_path, run, short):
    export = write_export(tmp_path / "export", "csv")
    done = run("import", export, "-p", "canonical", "-w", tmp_path / "kept")
    assert done.exit_code == 0, done.output
    said = " ".join(done.output.split())
    assert "demand.csv: 3,010 rows in = 3,001 accepted + 9 quarantined." in said
    assert "In quarantine: 9 rows" in said
    assert "rows like an earlier one in every column" in said
    listed = run("quarantine", "list", "-w", tmp_path / "kept")
    assert "BOLT-001" in listed.output
    assert "unchanged" in run("import", export, "-p", "canonical", "-w", tmp_path / "kept").output
    assert run("recommend", "-w", tmp_path / "kept", "--holding-rate", "0.2").exit_code == 0


def test_ctrl_c_keeps_what_was_checked(tmp_path, run, short, monkeypatch):
    export = write_export(tmp_path / "export", "csv")
    whole = by_parts._Checks._kept

    def struck(checks, raw, place):
        if place.name.endswith("5"):
            raise KeyboardInterrupt
        whole(checks, raw, place)

    with monkeypatch.context() as once:
        once.setattr(by_parts._Checks, "_kept", struck)
        stopped = run("import", export, "-p", "canonical", "-w", tmp_path / "kept")
    assert stopped.exit_code == 130
    assert "Interrupted; nothing was imported. What was checked is kept: the same command goes on from there." in stopped.output
    with Workspace.open(tmp_path / "kept") as kept:
        assert kept.imports() == []
    before = len(list((tmp_path / "kept" / "arriving").glob("*/*/said.json")))
    assert before >= 4
    done = run("import", export, "-p", "canonical", "-w", tmp_path / "kept")
    assert "3,010 rows in = 3,001 accepted" in " ".join(done.output.split())


def test_lines_that_are_too_long_are_read_whole(tmp_path, run, short):
    export = write_export(tmp_path / "export", "csv")
    with (export / "demand.csv").open("a") as file:
        file.write("BOLT-001,2025-01-06,5,6\n")
    done = run("import", export, "-p", "canonical", "-w", tmp_path / "kept")
    assert done.exit_code == 0, done.output
    said = " ".join(done.output.split())
    assert "demand.csv is read as a whole, not part by part" in said
    assert "3,011 rows in = 3,001 accepted + 10 quarantined" in said
