"""Shelves: made once by whoever asks first, and told apart from plans there are none of."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from justenough.archive import shelves as module
from justenough.archive.shelves import BeingLaidOut, Shelves, totals_of
from justenough.archive.workspace import Workspace
from justenough.domain.errors import UnknownPlan
from justenough.sources.samples import sample
from justenough.strategy.decide import recommend
from justenough.strategy.exchange import exchange_of


@pytest.fixture(scope="module")
def plan():
    return recommend(sample("bearings"))


@pytest.fixture
def kept(plan, tmp_path):
    with Workspace.open(tmp_path / "w", database="") as workspace:
        workspace.save(plan)
        yield workspace


def test_what_is_said_of_the_whole_is_what_the_plan_says(kept, plan):
    totals = totals_of(Shelves(kept).shelf())
    assert totals.summary == plan.summary()
    assert totals.exchange == exchange_of(plan)


def test_many_readers_make_one(kept, plan, monkeypatch):
    made = []
    real = module.lay_out
    monkeypatch.setattr(module, "lay_out", lambda *given: (made.append(1), real(*given)))
    shelves, found = Shelves(kept), []
    readers = [threading.Thread(target=lambda: found.append(shelves.shelf(plan.plan_id).n_items)) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert found == [len(plan)] * 8
    assert len(made) == 1


def test_a_large_plan_does_not_keep_its_reader_waiting(kept, plan, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 1)
    go = threading.Event()
    real = module.lay_out
    monkeypatch.setattr(module, "lay_out", lambda *given: (go.wait(60), real(*given)))
    shelves = Shelves(kept)
    for _ in range(2):
        with pytest.raises(BeingLaidOut, match="52 items is being laid out"):
            shelves.shelf()
    go.set()
    assert shelves.shelf(wait=True).n_items == len(plan)
    assert shelves.shelf().n_items == len(plan)


def test_what_went_wrong_is_told_and_tried_again(kept, monkeypatch):
    real = module.lay_out

    def broken(*_given):
        raise OSError(28, "no space left")

    monkeypatch.setattr(module, "lay_out", broken)
    shelves = Shelves(kept)
    with pytest.raises(OSError, match="no space left"):
        shelves.shelf()
    monkeypatch.setattr(module, "lay_out", real)
    assert shelves.shelf().n_items == 52


@pytest.mark.parametrize("name", ["none", "../w", "..", "", "20", "2\0"])
def test_plans_there_are_none_of(kept, plan, name):
    kept.save(replace(plan, plan_id=f"20{plan.plan_id}"))
    with pytest.raises(UnknownPlan):
        Shelves(kept).shelf(name)


def test_forgotten_shelves_are_gone(kept, plan):
    shelves = Shelves(kept)
    shelves.shelf()
    shelves.forget({plan.plan_id})
    assert Shelves(kept)._found(plan.plan_id) is not None
    shelves.forget(set())
    assert Shelves(kept)._found(plan.plan_id) is None
