"""Exports sent through a page: staged under safe names, read as answered, kept whole or not at all."""

from __future__ import annotations

import io
import os
from types import SimpleNamespace

import pytest

from justenough.archive import incoming as module
from justenough.archive.incoming import KEPT_SECONDS, Incoming, kept_profile
from justenough.archive.place import WorkspaceError
from justenough.archive.workspace import Workspace

ITEMS = b"Material;Bezeichnung;Preis\nA1;Lager;2,50\nA2;Welle;3,10\n"
DEMAND = b"Material;Datum;Menge\n" + b"".join(b"A1;%02d.01.2026;%d\n" % (day, day) for day in range(1, 29)) + b"A2;01.01.2026;viele\n"
ANSWERS = {"currency": "EUR", "demand_period": "week", "decimal": ","}


@pytest.fixture
def incoming(tmp_path):
    with Workspace.open(tmp_path / "w") as workspace:
        yield Incoming(workspace)


def sent(**files):
    return [(name.replace("__", "."), io.BytesIO(content)) for name, content in files.items()]


def answers_of(staged):
    return {question.key: ANSWERS.get(question.key, (question.choices or ("x",))[0]) for question in staged.draft.questions}


def test_from_files_to_rows(incoming):
    token = incoming.stage(sent(items__csv=ITEMS, demand__csv=DEMAND))
    staged = incoming.staged(token)
    assert staged.files == ("demand.csv", "items.csv")
    incoming.answer(token, "", answers_of(staged), {})
    incoming.check(token, wait=True)
    found = incoming.checked(token)
    assert not found.why
    assert found.value.quarantine.height == 1
    receipt = incoming.keep(token, "Ana")
    assert (receipt.rows_in, receipt.rows_accepted, receipt.rows_quarantined) == (31, 30, 1)
    workspace = incoming._workspace
    assert kept_profile(workspace, receipt.source).is_file()
    assert workspace.plant().items["unit_cost"].to_list() == [2.5, 3.1]
    with pytest.raises(WorkspaceError, match="no such export"):
        incoming.staged(token)


def test_a_second_source_stands_beside_the_first_and_a_newer_one_replaces_it(incoming):
    """Machines that come in on Thursday must not take away what came on Monday; and what the plant is counted in is asked once."""
    workspace = incoming._workspace

    def came(files, source=""):
        token = incoming.stage(sent(**files))
        staged = incoming.staged(token)
        answers = {one.key: one.said or ANSWERS.get(one.key, (one.choices or ("x",))[0]) for one in staged.draft.questions}
        incoming.answer(token, "", answers, {}, source=source)
        incoming.check(token, wait=True)
        assert not incoming.checked(token).why
        return staged, incoming.keep(token, "Ana")

    _, first = came({"items__csv": ITEMS, "demand__csv": DEMAND})
    floor = {"machines__csv": b"machine,ideal_cycle_seconds\nPRS,2\n", "stations__csv": b"line,position,machine\nA,1,PRS\n"}
    staged, machines = came(floor)
    assert (first.source, machines.source, machines.superseded) == ("demand", "machines", ())
    assert {one.key: one.said for one in staged.draft.questions} == {"ideal_cycle_seconds_unit": ""}
    there = {table: n for one in workspace.imports() if one.status == "live" for table, n in one.tables.items()}
    assert {name: there[name] for name in ("items", "machines", "stations")} == {"items": 2, "machines": 1, "stations": 1}
    _, newer = came({"items__csv": ITEMS.replace(b"3,10", b"4,10"), "demand__csv": DEMAND})
    assert (newer.source, newer.superseded) == ("demand", (first.import_id,))
    assert workspace.plant().items["unit_cost"].to_list() == [2.5, 4.1]
    with pytest.raises(WorkspaceError, match="cannot be called"):
        came({"items__csv": ITEMS}, source="../x")


def test_another_column_can_be_meant(incoming):
    token = incoming.stage(sent(items__csv=b"item,unit_cost,other\nA,2,7\n", demand__csv=b"item,date,quantity\nA,2026-01-01,3\n"))
    staged = incoming.staged(token)
    incoming.answer(token, "", answers_of(staged), {"items": {"unit_cost": "other"}})
    incoming.check(token, wait=True)
    assert incoming.checked(token).value.tables["items"]["unit_cost"].to_list() == [7.0]


def test_an_open_question_is_why_it_cannot_be_read(incoming):
    token = incoming.stage(sent(items__csv=ITEMS, demand__csv=DEMAND))
    incoming.check(token, wait=True)
    assert "Not answered" in incoming.checked(token).why
    with pytest.raises(WorkspaceError, match="not checked"):
        incoming.keep(token, "")


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "..\\..\\boot.csv", "/var/a.csv"])
def test_a_path_in_a_name_leads_nowhere(incoming, name):
    token = incoming.stage([(name, io.BytesIO(ITEMS)), ("demand.csv", io.BytesIO(DEMAND))])
    folder = incoming.staged(token).folder
    assert {one.parent for one in folder.rglob("*")} == {folder}
    assert name.replace("\\", "/").rpartition("/")[2] in incoming.staged(token).files


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "No file was sent"),
        ([("a.exe", b"x")], "cannot be read"),
        ([("..", b"x")], "cannot be read"),
        ([("a.csv", b"x"), ("a.csv", b"y")], "sent twice"),
    ],
)
def test_what_cannot_be_staged_leaves_nothing(incoming, files, said):
    with pytest.raises(WorkspaceError, match=said):
        incoming.stage([(name, io.BytesIO(content)) for name, content in files])
    assert not incoming._folder.exists() or not list(incoming._folder.iterdir())


def test_what_looks_like_nothing_known_says_so(incoming):
    token = incoming.stage(sent(a__csv=b"x,y\n1,2\n"))
    assert "no column of items" in incoming.staged(token).fault
    incoming.check(token, wait=True)
    assert "no column of items" in incoming.checked(token).why


@pytest.mark.parametrize("token", ["../x", "0" * 16, "", "zz"])
def test_a_token_that_is_none(incoming, token):
    with pytest.raises(WorkspaceError, match="no such export"):
        incoming.staged(token)


def test_old_ones_are_thrown_away(incoming):
    token = incoming.stage(sent(items__csv=ITEMS))
    folder = incoming.staged(token).folder.parent
    os.utime(folder, (0, folder.stat().st_mtime - KEPT_SECONDS - 1))
    incoming.stage(sent(items__csv=ITEMS))
    assert not folder.exists()


def test_what_is_refused_does_not_say_where_it_lies(incoming):
    """A table that lacks is missed in "this export", not in a folder of the server's."""
    token = incoming.stage(sent(items__csv=ITEMS))
    incoming.answer(token, "azure_pdm", {}, {})
    incoming.check(token, wait=True)
    why = incoming.checked(token).why
    assert "This export: found no file like PdM_machines.csv" in why
    assert str(incoming._workspace.path) not in why


def test_what_waits_never_fills_the_disk(incoming, monkeypatch):
    first = incoming.stage(sent(items__csv=ITEMS))
    there = sum(one.stat().st_size for one in (incoming._folder / first).rglob("*"))
    free = there + 2 * len(ITEMS)  # what waits, and the new one, may take as much as stays free
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=free - 1))
    with pytest.raises(WorkspaceError, match="1 exports of .* no room for more; nothing was taken"):
        incoming.stage(sent(items__csv=ITEMS))
    assert [one.name for one in incoming._folder.iterdir()] == [first]
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    second = incoming.stage(sent(items__csv=ITEMS))
    monkeypatch.undo()
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    with pytest.raises(WorkspaceError, match="2 exports"):
        incoming.stage(sent(items__csv=ITEMS))
    incoming.forget(second)
    assert incoming.stage(sent(items__csv=ITEMS))
