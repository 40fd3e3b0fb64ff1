"""The review view: pages of proposals with their causes, the plan's moves nobody decided, the last decisions."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from justenough.archive.decisions import Decisions
from justenough.archive.errands import Found
from justenough.archive.second_look import looked_again
from justenough.archive.shelves import Shelves
from justenough.archive.workspace import Workspace
from justenough.interfaces.views.review_view import review_view
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder
from justenough.strategy.decide import recommend
from justenough.strategy.rehearse import known_before
from justenough.strategy.settings import Settings

SINCE = date(2025, 7, 1)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    with Workspace.open(tmp_path_factory.mktemp("view") / "w") as kept:
        kept.import_(import_from(sample_folder("bearings"), "canonical"))
        kept.save(recommend(known_before(kept.plant(), SINCE), Settings(holding_rate=0.25, anatomy_items=0, coming_items=0)))
        looked_again(kept, since=SINCE)
        yield kept


def test_proposals_moves_and_decisions(workspace):
    shelf = Shelves(workspace).shelf("latest")
    view = review_view(workspace, shelf, Found(("Tested.",)), 1)
    assert view.n_waiting == len(view.proposals) == Decisions(workspace).queue().height
    assert all(one.causes and one.causes[0].assumption for one in view.proposals)
    assert (view.looked, view.working, view.decided) == (("Tested.",), False, ())
    moves = [abs(one.change_value) for one in view.moves]
    assert moves == sorted(moves, reverse=True)
    item = view.moves[0].item
    Decisions(workspace).adopt(workspace.plan(), [item], author="Ana")
    after = review_view(workspace, shelf, Found(), 1)
    assert item not in {one.item for one in after.moves}
    assert (after.decided[0].item, after.decided[0].action, after.decided[0].undone) == (item, "approve", False)


def test_a_page_beyond_the_last_is_empty(workspace):
    view = review_view(workspace, None, Found(working=True), 99)
    assert (view.proposals, view.moves, view.plan, view.working) == ((), (), None, True)


def test_first_levels_wait_too(tmp_path):
    """An export that says no level of today moves nothing; what its plan would set first is offered, dearest first."""
    with Workspace.open(tmp_path / "w") as kept:
        kept.import_(import_from(sample_folder("retail"), "canonical"))
        kept.save(recommend(kept.plant(), Settings(holding_rate=0.25, target_cycle_service=0.95, anatomy_items=0, coming_items=0)))
        rows = kept.plan().rows.filter(pl.col("reorder_point").is_not_null())
        assert rows["change_value"].null_count() == rows.height
        shelf = Shelves(kept).shelf("latest")
        view = review_view(kept, shelf, Found(), 1)
        dearest = rows.sort("mean_stock_value", descending=True)["mean_stock_value"].to_list()
        assert [one.mean_stock_value for one in view.moves] == dearest[: len(view.moves)]
        assert view.n_sized == rows.height
        first = [one.item for one in view.moves[:3]]
        Decisions(kept).adopt(kept.plan(), first, author="Ana")
        assert not {one.item for one in review_view(kept, shelf, Found(), 1).moves} & set(first)
