"""A second look at a saved plan: the command's and the page's one way to do it."""

from __future__ import annotations

from datetime import date

import pytest

from justenough.archive.decisions import Decisions
from justenough.archive.second_look import looked_again
from justenough.archive.workspace import Workspace
from justenough.domain.errors import UnknownPlan
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder
from justenough.strategy.decide import recommend
from justenough.strategy.rehearse import known_before
from justenough.strategy.settings import Settings


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    with Workspace.open(tmp_path_factory.mktemp("look") / "w") as kept:
        kept.import_(import_from(sample_folder("bearings"), "canonical"))
        settings = Settings(holding_rate=0.25, anatomy_items=0, coming_items=0)
        kept.save(recommend(known_before(kept.plant(), date(2025, 7, 1)), settings))
        yield kept


def test_what_is_found_is_queued(workspace):
    steps: list[str] = []
    found, receipt = looked_again(workspace, since=date(2025, 7, 1), author="Ana", step=steps.append)
    assert receipt.queued == found.queue.height == Decisions(workspace).queue().height > 0
    assert len(steps) == 3
    assert looked_again(workspace, since=date(2025, 7, 1))[1].outcome == "unchanged"


def test_by_default_it_begins_after_the_plans_records(workspace):
    found, _ = looked_again(workspace)
    assert found.since > found.known_to, "the plan was made from an import that ends as the records do"


def test_an_unknown_plan_is_refused(workspace):
    with pytest.raises(UnknownPlan):
        looked_again(workspace, "nothing")
