"""Plant view: totals, moves and what is known of the promise."""

from __future__ import annotations

from justenough.archive.rehearsals import Kept
from justenough.interfaces.views.plant_view import plant_view, promise_of
from justenough.strategy.exchange import exchange_of

ROW = {
    "policy": "plan", "kind": "all", "items": 3, "stated_cycle_service": 0.9, "cycle_service": 0.91, "stated_fill_rate": 0.9,
    "fill_rate": 0.9, "occasions": 1.0,
}  # fmt: skip


def test_the_four_states_of_a_promise():
    assert promise_of(None).state == "none"
    assert promise_of(None, working=True).state == "working"
    assert promise_of(Kept("", [], "too short")).why == "too short"
    kept = promise_of(Kept("2025-01-01", [ROW]))
    assert (kept.state, kept.since, kept.lines[0].cycle_service) == ("kept", "2025-01-01", 0.91)


def test_the_whole_is_the_plan(stocked):
    plan = stocked.workspace.plan()
    view = plant_view(stocked.shelves.shelf(), promise_of(None), 1)
    assert view.summary == plan.summary()
    assert view.exchange == exchange_of(plan)
    assert all(one.decision != "cannot_decide" for one in view.moves)
    assert sum(value for _, value in view.shares) <= sum(abs(value) for value in plan.summary().reserve_for.values()) + 1
