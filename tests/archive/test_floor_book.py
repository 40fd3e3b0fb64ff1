"""The floor book: what pages show of machines is what the commands say, live and by the records."""

from __future__ import annotations

import pytest

from justenough.archive.errands import Found
from justenough.archive.floor_book import FloorBook
from justenough.archive.workspace import Workspace
from justenough.domain.machine import HOUR, SECOND
from justenough.estimation.floor import floor_of
from justenough.estimation.oee import oee_by
from justenough.sources.live.readings import Kind, Reading
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder

NOW = 1_782_799_200_000_000  # 2026-06-30 06:00 UTC, within a shift


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    with Workspace.open(tmp_path_factory.mktemp("floor") / "w") as kept:
        kept.import_(import_from(sample_folder("brackets"), "canonical"))
        yield kept


def test_the_records_are_measured_as_by_the_command(workspace):
    book = FloorBook(workspace)
    found = book.measured(wait=True)
    assert not found.why
    assert found.value.machines.frame().equals(oee_by(floor_of(workspace.plant()), "machine").frame())
    assert found.value.findings["machine"].to_list() == list(found.value.floor.machines)
    assert book.measured() is found, "nothing new was told"
    assert book.lines() == list(found.value.lines) == ["F"]


def test_a_line_is_lived_with_its_bounds(workspace):
    lived = FloorBook(workspace).lived("F", wait=True).value
    assert [hidden.name for hidden in lived.study.buffers] == ["PRS-4 to WLD-1", "WLD-1 to PNT-1", "PNT-1 to ASM-1"]
    assert lived.bounds.throughput.low < lived.study.throughput < lived.bounds.throughput.high
    assert lived.currency == "EUR"


def test_an_unknown_line_says_so(workspace):
    assert "no such line among the stations" in FloorBook(workspace).lived("G", wait=True).why


def test_the_running_shift_is_seen_as_it_is_told(workspace):
    book = FloorBook(workspace)
    assert book.running(NOW).is_empty(), "nobody ever listened"
    journal = workspace.live().journal
    told = [Reading("PRS-1", "mqtt:s", Kind.STATE, NOW, NOW, state=0)]
    told += [Reading("PRS-1", "mqtt:c", Kind.RUNNING, NOW + at * 60 * SECOND, NOW, total=float(at), good=float(at)) for at in range(61)]
    journal.keep(told, [])
    journal.listening(NOW + HOUR, 0)
    rows = {row["machine"]: row for row in book.running(NOW + HOUR).to_dicts()}
    assert (rows["PRS-1"]["state"], rows["PRS-1"]["total"]) == ("running", 60.0)
    assert rows["PRS-2"]["state"] is None, "it said nothing"


def test_an_empty_workspace_has_neither_machines_nor_lines(tmp_path):
    with Workspace.open(tmp_path / "w") as kept:
        book = FloorBook(kept)
        assert book.lines() == []
        assert book.running(NOW).is_empty()
        assert book.measured() == Found(), "nothing is begun; the page says what to do"
