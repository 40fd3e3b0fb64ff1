"""Second look: a saved plan tested on what came since it was made, and what changed queued."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from justenough.archive.decisions import Decisions
from justenough.archive.place import WorkspaceError
from justenough.strategy.review import Review, ReviewParams, review

if TYPE_CHECKING:
    from collections.abc import Callable

    from justenough.archive.review_queue import ReviewReceipt
    from justenough.archive.workspace import Workspace


def looked_again(
    workspace: Workspace,
    plan_id: str = "latest",
    since: date | None = None,
    params: ReviewParams | None = None,
    *,
    author: str = "",
    step: Callable[[str], None] = lambda _text: None,
) -> tuple[Review, ReviewReceipt]:
    """
    Test a saved plan's assumptions on newer records, size again what changed, and queue it.

    Parameters
    ----------
    since
        First day to test; by default the one after the last that the plan's records speak of.
    step
        Told in words what is done next.

    Raises
    ------
    WorkspaceError
        It is not known which records the plan was made from, and no day was named.
    """
    decisions = Decisions(workspace)
    step("Opening the workspace")
    entry = workspace.plan_entry(plan_id)
    if since is None:
        last = workspace.last_day(entry.imports)
        if last is None:
            raise WorkspaceError(f"Plan {entry.plan_id} does not say which records it was made from. Name the first day to test: --since.")
        since = last + timedelta(days=1)
    plant, made = workspace.plant(), workspace.plan(entry.plan_id)
    step(f"Testing {len(plant):,} items and sizing again what changed")
    found = review(plant, made, since, params=params or ReviewParams(), later=decisions.sized_on(), answered=decisions.answered())
    step("Queueing")
    return found, decisions.record(found, entry.plan_id, author=author)
