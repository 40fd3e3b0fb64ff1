"""Answering: everything a command knows as JSON, and paragraphs that keep their indent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from justenough.domain.errors import Complaint, ImportFailed, JustenoughError
from justenough.interfaces import answering
from justenough.interfaces.tables import Column, laid_out


@dataclass(frozen=True, slots=True)
class _Thing:
    day: date
    share: float


def test_all_a_command_knows_is_json() -> None:
    value = {
        "thing": _Thing(date(2026, 1, 2), float("nan")),
        "when": datetime(2026, 1, 2, tzinfo=UTC),
        "frame": pl.DataFrame({"a": [1, None], "b": [[0.5], []]}),
        "array": np.array([1.0, np.inf]),
        "path": Path("x"),
        "tuple": (True, None, "y"),
    }
    assert json.loads(json.dumps(answering.plain(value), allow_nan=False)) == {
        "thing": {"day": "2026-01-02", "share": None},
        "when": "2026-01-02T00:00:00+00:00",
        "frame": [{"a": 1, "b": [0.5]}, {"a": None, "b": []}],
        "array": [1.0, None],
        "path": "x",
        "tuple": [True, None, "y"],
    }


def test_a_paragraph_wraps_under_its_own_indent(capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    answering.say("  - one two three four five six seven\nnext")
    assert capsys.readouterr().out == "  - one two three four five\n    six seven\nnext\n"


def test_a_table_in_a_file_has_all_its_columns(capsys, monkeypatch) -> None:
    """Fifteen columns of ten signs: a terminal of 100 columns holds nine of them and says which it does not."""
    columns = [Column(f"column {at:02}", ["0123456789"], number=True, rank=at) for at in range(15)]
    answering.show(laid_out("Wide", columns, answering.width()))
    shown = capsys.readouterr().out
    assert "No room for column 08, column 09" in shown
    assert max(map(len, shown.splitlines())) <= 100
    monkeypatch.delenv("COLUMNS")  # what pytest reads is no terminal
    answering.show(laid_out("Wide", columns, answering.width()))
    answering.say("word " * 60)
    head, *rest = capsys.readouterr().out.splitlines()[1:]
    assert all(f"column {at:02}" in head for at in range(15))
    assert not [line for line in rest if "No room" in line]
    assert max(len(line) for line in rest if "word" in line) <= 100


def test_working_is_silent_without_a_terminal(capsys) -> None:
    with answering.working("Working", 2) as step:
        step("one")
    assert capsys.readouterr() == ("", "")


def test_a_file_is_not_overwritten_unasked(tmp_path) -> None:
    there = tmp_path / "there"
    answering.refuse_overwrite(there, force=False)
    there.touch()
    answering.refuse_overwrite(there, force=True)
    with pytest.raises(JustenoughError, match="say --force"):
        answering.refuse_overwrite(there, force=False)


def test_a_refusal_is_a_sentence_or_an_object(capsys) -> None:
    complaint = Complaint("items.csv", 3, "unit_cost", "'x'", "a number", "Correct it.", "A")
    answering.refuse(ImportFailed([complaint]), as_json=False)
    assert capsys.readouterr().err.startswith("1 problem in 1 file; nothing was imported.\nitems.csv row 3, item A")
    answering.refuse(ImportFailed([complaint]), as_json=True)
    said = json.loads(capsys.readouterr().err)["error"]
    assert said["kind"] == "ImportFailed"
    assert said["complaints"][0]["row"] == 3
    answering.refuse(JustenoughError("no"), "not now", as_json=True)
    assert json.loads(capsys.readouterr().err) == {"error": {"kind": "JustenoughError", "message": "not now", "complaints": []}}


@pytest.mark.parametrize(
    "asked",
    [
        ("sources", "BRG-6204", "--second-lead-time", "7", "--second-cost", "6"), ("plans",), ("orders",), ("audit",),
        ("explain", "BRG-6204"), ("budget", "--money", "200000"),
    ],
)  # fmt: skip
def test_a_table_in_a_file_is_as_wide_as_what_it_says(demo, asked):
    """No line is padded to the width that a file allows."""
    from typer.testing import CliRunner

    from justenough.interfaces.cli import app

    told = CliRunner().invoke(app, [*asked, "-w", str(demo)], env={"COLUMNS": None})
    assert told.exit_code == 0, told.output
    assert max(len(line) for line in told.stdout.splitlines()) < 300
