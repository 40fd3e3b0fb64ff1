"""Apart: what a small plan is asked is answered here, what a large one is by another process that gives way to pages."""

from __future__ import annotations

import os
import pickle

import pytest
from harmful import where

from justenough.archive import apart as module
from justenough.archive.apart import apart, is_small
from justenough.archive.aside import _behind
from justenough.archive.insights import Insights
from justenough.archive.rehearsals import Rehearsals
from justenough.archive.shelves import Shelves
from justenough.archive.standing_review import StandingReview
from justenough.archive.watch import Watch
from justenough.archive.workspace import Workspace
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder
from justenough.strategy.audit import Audit
from justenough.strategy.decide import recommend
from justenough.strategy.moves import Figure, Move
from justenough.strategy.roadmap import Roadmap
from justenough.strategy.settings import Settings
from justenough.strategy.whatif import Scenario


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    with Workspace.open(tmp_path_factory.mktemp("apart") / "w", database="") as workspace:
        workspace.import_(import_from(sample_folder("bearings"), "canonical"))
        workspace.save(recommend(workspace.plant(), Settings(anatomy_items=0, coming_items=0, gate_items=0)))
        yield workspace


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(module, "SMALL", 0)


def test_a_small_plan_is_worked_on_here(kept):
    assert is_small(kept)
    assert apart(kept, where, "told") == (os.getpid(), os.nice(0), kept.latest(), "told")


def test_a_large_plan_is_worked_on_elsewhere_and_gives_way(kept, large):
    process, nice, latest, told = apart(kept, where, "told")
    assert process != os.getpid()
    assert (nice, latest, told) == (min(os.nice(0) + 10, 19), kept.latest(), "told")


def test_a_look_for_alerts_does_not_wait_for_a_rehearsal_and_is_tried_again(kept, large):
    watch = Watch(kept)
    with _behind:
        watch.look()
        assert watch._state != watch._changed(), "not looked at yet"
    watch.look()
    assert watch._state == watch._changed()


def test_all_that_a_server_works_on_behind_its_pages_goes_there(kept, large, monkeypatch):
    """The shelf, the rehearsal, the audit, the roadmap, the alerts and the standing review; what each is given and gives can be sent."""
    went = []

    def sent(work, *given, **how):
        went.append(given[2].__name__)
        assert how["background"] == (went[-1] != "_laid_out"), "somebody waits for a shelf"
        assert how["patient"] == (went[-1] != "_looked"), "alerts of machines do not wait"
        return pickle.loads(pickle.dumps(work(*pickle.loads(pickle.dumps(given)))))

    monkeypatch.setattr(module, "aside", sent)
    shelf = Shelves(kept).shelf()
    assert shelf.n_items == len(kept.plan())
    rehearsals = Rehearsals(kept)
    rehearsals.begin(kept.latest(), wait=True)
    assert rehearsals.kept(kept.latest()).why == ""
    assert rehearsals.lived(kept.latest(), shelf.listing["item"][0])
    insights = Insights(kept)
    assert type(insights.audit(wait=True).value) is Audit
    assert type(insights.roadmap(wait=True).value) is Roadmap
    insights.suppose(Scenario("dearer", (Move(Figure.HOLDING_RATE, "", 1.5),)), wait=True)
    assert insights.supposed().value.scenario.name == "dearer"
    Watch(kept).look()
    standing = StandingReview(kept, served=True)
    assert standing.look() is None, "the plan knows all there is"
    monkeypatch.setattr(StandingReview, "_due", lambda *_: True)
    assert standing.look().queued == 0
    assert went == ["_laid_out", "_lived", "_audited", "_improved", "_supposed", "_looked", "_reviewed"]
