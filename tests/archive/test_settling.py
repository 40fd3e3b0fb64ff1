"""Settling: a death between any two steps neither loses nor doubles a row."""

from __future__ import annotations

import pytest

from justenough.archive import settling as module
from justenough.archive.facts import Facts
from justenough.archive.place import WorkspaceError
from justenough.archive.workspace import Workspace
from justenough.domain.plant import Terms
from justenough.sources.live.readings import Kind, Reading

pytestmark = pytest.mark.usefixtures("on_both")


class Death(BaseException):
    """The process dies here."""


@pytest.fixture
def kept(tmp_path):
    with Workspace.open(tmp_path / "w") as workspace:
        yield workspace


def settling_of(kept):
    live = kept.live()
    return module.Settling(live.place, live.records, Facts(live.place.facts), Terms("EUR", "day"))


def say(kept, first, n):
    told = [Reading("M1", "mqtt:c", Kind.RUNNING, 1000 * at, 1000 * at, total=float(at), good=float(at)) for at in range(first, first + n)]
    told += [Reading("M1", "mqtt:c", Kind.STATE, 1000 * at, 1000 * at, state=at % 2) for at in range(first, first + n)]
    return kept.live().journal.keep(told, [])


@pytest.mark.parametrize("step", ["before events", "after events", "after counts"])
def test_a_death_on_the_way(kept, monkeypatch, step):
    """Batches of ten; each second one dies at the step and is taken up again by the next."""
    real = module.appended_once

    def mortal(path, name, *rest):
        if step == "before events" and name == "events":
            raise Death
        done = real(path, name, *rest)
        if step == f"after {name}":
            raise Death
        return done

    for batch in range(6):
        say(kept, 10 * batch, 10)
        if batch % 2:
            monkeypatch.setattr(module, "appended_once", mortal)
            with pytest.raises(Death):
                settling_of(kept).settle(2**62)
            monkeypatch.setattr(module, "appended_once", real)
        while settling_of(kept).settle(2**62).n_readings:
            pass
    tables = kept.plant().tables
    assert tables["events"].height == 60
    assert tables["counts"]["total"].sum() == 59.0
    assert tables["counts"].height == 59
    (entry,) = kept.imports()
    assert entry.rows_in == 120
    assert entry.tables == {"events": 60, "counts": 59}


def test_only_what_is_ripe_is_settled(kept):
    say(kept, 0, 10)
    assert settling_of(kept).settle(5000).n_readings == 10  # five moments, a state and a count each
    assert settling_of(kept).settle(5000).n_readings == 0
    assert settling_of(kept).settle(2**62).n_readings == 10


def test_counters_go_on_over_what_was_forgotten(kept):
    say(kept, 0, 10)
    settling_of(kept).settle(2**62)
    journal = kept.live().journal
    assert journal.forget(2**61) == 18  # the last of each kind in a stream stays
    assert journal.forgotten() == 2**61
    say(kept, 15, 1)
    settling_of(kept).settle(2**62)
    assert kept.plant().tables["counts"]["total"].sum() == 15.0


def test_the_latest_import_is_one_from_files(kept):
    say(kept, 0, 3)
    settling_of(kept).settle(2**62)
    with pytest.raises(WorkspaceError, match="no import 'latest'"):
        kept.quarantine()


def test_settled_rows_outlive_a_sweep(kept):
    say(kept, 0, 3)
    settling_of(kept).settle(2**62)
    assert kept.sweep() == 0
    assert kept.plant().tables["events"].height == 3
