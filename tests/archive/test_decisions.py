"""Decisions: what is approved is in force, what is undone is not, what is rejected stays away; nobody decides twice, nothing is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import polars as pl
import pytest

from justenough.archive.by_hand import Levels
from justenough.archive.decisions import Decisions
from justenough.archive.place import WorkspaceError
from justenough.archive.workspace import Workspace
from justenough.estimation.changes import SCHEMA, Changes
from justenough.sources.read import import_from
from justenough.strategy.plan import Plan
from justenough.strategy.review import Review, ReviewParams
from justenough.strategy.settings import Settings

LATER = datetime.now(UTC) + timedelta(days=30)


def export(folder, reorder):
    """An export of three items with today's reorder points and maxima (twice as high), and one day of demand."""
    folder.mkdir(exist_ok=True)
    rows = [f"{item},1.5,{level},{2 * level}" for item, level in zip("ABC", reorder, strict=True)]
    (folder / "items.csv").write_text("item,unit_cost,current_reorder_point,current_max\n" + "\n".join(rows) + "\n")
    (folder / "demand.csv").write_text("item,date,quantity\nA,2026-01-31,3\n")
    (folder / "plant.toml").write_text('currency = "EUR"\ndemand_period = "day"\nreturns = "undo_demand"\nlabel = "three"\n')
    return import_from(folder, "canonical")


@pytest.fixture
def kept(tmp_path):
    with Workspace.open(tmp_path / "w") as workspace:
        workspace.import_(export(tmp_path / "x", [10, 20, 30]))
        levels = {"reorder_point": [11.0, 21.0, 31.0], "order_up_to": [22.0, 42.0, 62.0]}
        plan = Plan.of(pl.DataFrame({"item": ["A", "B", "C"], **levels}), pl.DataFrame({"item": []}), workspace.plant().terms, Settings())
        workspace.save(plan)
        yield SimpleNamespace(workspace=workspace, decisions=Decisions(workspace), plan=plan, folder=tmp_path / "x")


def proposed(plan, levels, *, known_to=date(2026, 3, 31), params=None):
    """A review that proposes a reorder point for each of these items."""
    rows = [
        {"item": item, "cause": f"demand higher of {item}", "old_decision": "lean", "new_decision": "buffered", "old_reorder_point": 1.0,
         "new_safety_stock": 5.0, "new_reorder_point": level, "new_order_up_to": level + 9, "new_order_quantity": 9.0,
         "change_value": level}
        for item, level in levels.items()
    ]  # fmt: skip
    lacking = {"old_safety_stock": None, "old_order_up_to": None, "old_order_quantity": None, "change_total_cost": 2.0}
    queue = pl.DataFrame([{**one, **lacking} for one in rows], schema_overrides={"old_order_up_to": pl.Float64})
    told = pl.DataFrame(
        [{"assumption": "demand", "subject": i, "direction": "higher", "changed_on": date(2026, 2, 10), "evidence": 9.0} for i in levels],
        schema=SCHEMA,
    )
    tested = pl.DataFrame({"assumption": ["demand"], "streams": [3], "observations": [99]})
    causes = told.select(pl.col("subject").alias("item"), *told.columns)
    return Review(queue, causes, Changes(told, tested, 0.01), plan, date(2026, 2, 1), known_to, len(levels), 0, params or ReviewParams())


def today(kept, item):
    row = kept.workspace.plant().items.filter(pl.col("item") == item).row(0, named=True)
    return row["current_reorder_point"], row["current_max"]


def test_an_approved_level_is_todays_until_it_is_undone(kept):
    kept.decisions.record(proposed(kept.plan, {"A": 50.0, "B": 60.0}), kept.plan.plan_id)
    (one,) = kept.decisions.approve(["A"], author="Ana", reason="agreed")
    assert today(kept, "A") == (50.0, 59.0)
    assert today(kept, "B") == (20.0, 40.0)
    assert kept.workspace.plant().items.filter(pl.col("item") == "A")["last_reviewed"][0] == date(2026, 3, 31)
    assert kept.decisions.queue()["item"].to_list() == ["B"]
    row = kept.decisions.history("A").row(0, named=True)
    assert (row["decision_id"], row["author"], row["reason"], row["cause"]) == (one, "Ana", "agreed", "demand higher of A")
    assert (row["imported_reorder_point"], row["old_reorder_point"], row["new_reorder_point"], row["change_value"]) == (
        10.0,
        10.0,
        50.0,
        50.0,
    )

    undone = kept.decisions.undo("A", author="Bo")
    assert today(kept, "A") == (10.0, 20.0)
    assert set(kept.decisions.queue()["item"]) == {"A", "B"}
    assert kept.decisions.history("A")["undone_by"].to_list() == [None, undone]
    assert kept.decisions.history("A")["change_value"].to_list() == [-50.0, 50.0]
    kept.decisions.undo(undone)  # the undo itself is taken back
    assert today(kept, "A") == (50.0, 59.0)
    assert kept.decisions.queue()["item"].to_list() == ["B"]
    with pytest.raises(WorkspaceError, match="nothing to undo"):
        kept.decisions.undo("C")


def test_decisions_follow_one_another(kept):
    kept.decisions.record(proposed(kept.plan, {"A": 50.0}), kept.plan.plan_id)
    kept.decisions.approve(["A"])
    kept.decisions.override("A", Levels(70.0, 80.0), reason="strike", author="Bo", expires=LATER)
    assert today(kept, "A") == (70.0, 80.0)
    row = kept.decisions.history("A").row(0, named=True)
    assert (row["imported_reorder_point"], row["old_reorder_point"], row["new_reorder_point"]) == (10.0, 50.0, 70.0)
    assert kept.decisions.in_force(LATER - timedelta(minutes=1))["reorder_point"].to_list() == [70.0]
    after = LATER + timedelta(minutes=1)
    assert kept.decisions.in_force(after)["reorder_point"].to_list() == [50.0]  # the override has expired
    assert kept.decisions.expired(after)["item"].to_list() == ["A"]
    assert kept.decisions.expired().height == 0
    kept.decisions.undo("A")
    kept.decisions.undo("A")
    assert today(kept, "A") == (10.0, 20.0)


def test_a_level_changed_elsewhere_counts(kept):
    """The export may lag behind the decision or follow it; any other level was set by somebody since."""
    kept.decisions.record(proposed(kept.plan, {"A": 50.0}), kept.plan.plan_id)
    kept.decisions.approve(["A"])
    kept.workspace.import_(export(kept.folder, [50, 20, 30]))  # typed in, but the maximum not yet
    assert today(kept, "A") == (50.0, 100.0)
    kept.workspace.import_(export(kept.folder, [10, 20, 30]))  # an older export again
    assert today(kept, "A") == (50.0, 59.0)
    kept.workspace.import_(export(kept.folder, [99, 20, 30]))
    assert today(kept, "A") == (99.0, 198.0)


def test_a_rejected_proposal_needs_a_reason_and_is_remembered(kept):
    kept.decisions.record(proposed(kept.plan, {"A": 50.0}), kept.plan.plan_id)
    with pytest.raises(WorkspaceError, match="needs its reason"):
        kept.decisions.reject(["A"], reason=" ")
    assert kept.decisions.history().height == 0
    kept.decisions.reject(["A"], reason="phased out", author="Ana")
    assert today(kept, "A") == (10.0, 20.0)
    assert kept.decisions.queue().height == 0
    assert kept.decisions.answered().rows() == [("A", 50.0, 59.0, False)]
    kept.decisions.undo("A")
    assert (kept.decisions.queue()["item"].to_list(), kept.decisions.answered().height) == (["A"], 0)


def test_a_proposal_put_off_waits_again_on_its_day(kept):
    kept.decisions.record(proposed(kept.plan, {"A": 50.0}), kept.plan.plan_id)
    kept.decisions.defer(["A"], until=LATER)
    assert kept.decisions.queue().height == 0
    assert kept.decisions.answered()["put_off"].to_list() == [True]
    assert kept.decisions.queue(now=LATER)["item"].to_list() == ["A"]
    assert kept.decisions.answered(LATER).height == 0
    with pytest.raises(WorkspaceError, match="is over"):
        kept.decisions.defer(["A"], until=datetime(2020, 1, 1, tzinfo=UTC))


def test_nothing_is_decided_where_one_item_cannot_be(kept):
    kept.decisions.record(proposed(kept.plan, {"A": 50.0, "B": 60.0}), kept.plan.plan_id)
    with pytest.raises(WorkspaceError, match="No proposal waits for C; nothing was decided"):
        kept.decisions.approve(["A", "C"])
    kept.decisions.approve(["A"])
    with pytest.raises(WorkspaceError, match="No proposal waits for A"):  # the second of two people
        kept.decisions.approve(["A"])
    with pytest.raises(WorkspaceError, match="Q is not an item"):
        kept.decisions.override("Q", Levels(1.0, 2.0), reason="x")
    assert kept.decisions.history().height == 1


def test_a_plans_own_levels_can_be_put_in_force(kept):
    kept.decisions.record(proposed(kept.plan, {"A": 50.0}), kept.plan.plan_id)
    kept.decisions.adopt(kept.plan, author="Ana")
    assert [today(kept, item)[0] for item in "ABC"] == [11.0, 21.0, 31.0]
    assert kept.decisions.queue().height == 0  # answered by the plan
    assert kept.decisions.sized_on().select("item", "since").rows() == [(item, date(2026, 2, 1)) for item in "ABC"]
    with pytest.raises(WorkspaceError, match="no level for Q"):
        kept.decisions.adopt(kept.plan, ["A", "Q"])


def test_what_an_item_was_sized_on_begins_with_its_change(kept):
    kept.decisions.record(proposed(kept.plan, {"A": 50.0}), kept.plan.plan_id)
    kept.decisions.approve(["A"])
    assert kept.decisions.sized_on().rows() == [("A", date(2026, 4, 1), date(2026, 2, 10), None)]


def test_the_same_review_twice_changes_nothing_and_a_newer_one_overtakes(kept):
    first = kept.decisions.record(proposed(kept.plan, {"A": 50.0, "B": 60.0}), kept.plan.plan_id)
    assert (first.outcome, first.queued) == ("recorded", 2)
    again = kept.decisions.record(proposed(kept.plan, {"A": 50.0, "B": 60.0}), kept.plan.plan_id)
    assert (again.outcome, again.review_id, again.waiting) == ("unchanged", first.review_id, 2)
    newer = kept.decisions.record(proposed(kept.plan, {"A": 50.0, "C": 70.0}, known_to=date(2026, 4, 30)), kept.plan.plan_id)
    assert (newer.queued, newer.waiting, newer.overtaken) == (1, 1, 1)
    waiting = kept.decisions.queue()
    assert dict(waiting.select("item", "review_id").iter_rows()) == {"C": newer.review_id, "A": first.review_id}
    assert kept.decisions.queue(every=True).filter(pl.col("item") == "B")["status"].to_list() == ["overtaken"]
    told = kept.decisions.causes(waiting["entry_id"].to_list())
    assert sorted(told["subject"]) == ["A", "C"]
    assert kept.decisions.reviews()["n_queued"].to_list() == [1, 2]


def test_a_decision_survives_closing(kept):
    kept.decisions.override("B", Levels(7.0, 8.0), reason="x")
    kept.workspace.close()
    with Workspace.open(kept.workspace.path) as again:
        assert Decisions(again).in_force()["item"].to_list() == ["B"]
