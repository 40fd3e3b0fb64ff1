"""Apart: long works on a workspace, done in this process where the plan is small and else in another, so that pages stay quick."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from justenough.archive.aside import aside, share_of_memory
from justenough.archive.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")
SMALL = 20_000  # items of a plan; what takes a second or two is not worth the start of a process
INSTEAD = "it was not done. Do it by a command, which may take all of the memory: justenough --help."


def is_small(workspace: Workspace) -> bool:
    """Whether works on the latest plan may be done in this process."""
    return not workspace.latest() or workspace.plan_entry().n_items <= SMALL


def apart(workspace: Workspace, work: Callable[..., Value], *given: Any, awaited: bool = False, patient: bool = True) -> Value:
    """
    What ``work(workspace, *given)`` gives.

    In a process of its own, which has the processors when no page wants them, unless the latest plan `is_small`.

    Parameters
    ----------
    work
        A function of a module; what it is given and gives is sent from process to process. It is given a workspace opened there.
    awaited
        Somebody waits for it: it need not give way, nor stand in line behind what nobody waits for.
    patient
        It waits for its turn.

    Raises
    ------
    TakesTooMuch
        It took more than half of the machine's memory, or an hour of a core.
    TurnsTaken
        It did not have its turn.
    """
    if is_small(workspace):
        return work(workspace, *given)
    where = (str(workspace.path), workspace.records.database)
    most = 2 * share_of_memory()
    found: Value = aside(_there, *where, work, given, memory_bytes=most, instead=INSTEAD, background=not awaited, patient=patient)
    return found


def _there(folder: str, database: str, work: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    with Workspace.open(Path(folder), create=False, database=database) as kept:
        return work(kept, *given)
