"""The watch tells what is new once, and goes on after a fault."""

from __future__ import annotations

import pytest

from justenough.archive.alerts import Alert, Alerts
from justenough.archive.watch import Watch
from justenough.archive.workspace import Workspace
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder

ONE = Alert("shortage:A:1", "shortage", "A", "A: stock lasts 2 days.")


class Door:
    name = "webhook"

    def __init__(self):
        self.taken = []

    def send(self, told):
        self.taken.append(told.said)


@pytest.fixture
def workspace(tmp_path):
    with Workspace.open(tmp_path / "w") as kept:
        yield kept


def test_it_looks_again_only_where_something_changed(workspace, monkeypatch):
    looks = []
    monkeypatch.setattr(Alerts, "look", lambda _self: looks.append(1) or [ONE])
    door = Door()
    watch = Watch(workspace, [door])
    assert (watch.look(), watch.look(), len(looks)) == (1, 0, 1)
    assert door.taken == [ONE.said]
    workspace.import_(import_from(sample_folder("retail"), "canonical"))
    assert (watch.look(), len(looks)) == (0, 2)


def test_a_fault_does_not_end_it(workspace, monkeypatch, caplog):
    found = iter([ZeroDivisionError, None])

    def look(_self):
        fault = next(found)
        if fault:
            raise fault
        return [ONE]

    monkeypatch.setattr(Alerts, "look", look)
    watch = Watch(workspace, every=0.01)
    watch.start()
    while not Alerts(workspace).told():
        pass
    watch.stop()
    assert "tried again" in caplog.text


def test_an_empty_workspace_has_nothing_to_tell(workspace):
    assert Watch(workspace).look() == 0
