"""Insights: what the pages show of audit, roadmap and scenarios is what the package says, and follows the facts."""

from __future__ import annotations

import pytest

from justenough.archive.insights import Insights
from justenough.archive.workspace import Workspace
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder
from justenough.strategy.audit import audit
from justenough.strategy.decide import recommend
from justenough.strategy.moves import Figure, Move
from justenough.strategy.settings import Settings
from justenough.strategy.whatif import Scenario


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    with Workspace.open(tmp_path_factory.mktemp("insights") / "w") as kept:
        kept.import_(import_from(sample_folder("bearings"), "canonical"))
        kept.save(recommend(kept.plant(), Settings(holding_rate=0.25, anatomy_items=0, coming_items=0)))
        yield kept


def test_the_audit_is_that_of_the_latest_plan(workspace):
    found = Insights(workspace).audit(wait=True)
    said = audit(workspace.plant(), workspace.plan(), seed=0)
    assert [one.items.equals(other.items) for one, other in zip(found.value.mistakes, said.mistakes, strict=True)] == [True] * 4


def test_a_scenario_is_worked_out_and_can_be_kept(workspace):
    insights = Insights(workspace)
    insights.suppose(Scenario("dearer", (Move(Figure.HOLDING_RATE, "", 1.5),)), wait=True)
    found = insights.supposed()
    assert not found.why
    assert found.value.scenario.name == "dearer"
    assert found.value.then.holding_cost > found.value.now.holding_cost
    assert insights.scenarios.names() == []


def test_a_scenario_that_cannot_be_says_why(workspace):
    insights = Insights(workspace)
    insights.suppose(Scenario("x", (Move(Figure.AVAILABILITY, "no such machine", 1.5),)), wait=True)
    assert "no such machine" in insights.supposed().why
