"""Chosen: which plan or import a person means by what they typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justenough.archive.place import WorkspaceError
from justenough.domain.errors import UnknownPlan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from justenough.archive.entries import ImportEntry, PlanEntry

SHOWN = 10
LIVE = "live-"  # begins the id of what machines said on a day; it comes from no file


def named_plan(entries: Sequence[PlanEntry], plan_id: str, where: Path) -> PlanEntry:
    """
    Give the plan of that id, the only one whose id begins so, or the one saved last for ``latest``.

    Raises
    ------
    UnknownPlan
        Lists the plans there are.
    """
    if plan_id == "latest" and entries:
        return entries[-1]
    found = [one for one in entries if one.plan_id == plan_id] or [one for one in entries if plan_id and one.plan_id.startswith(plan_id)]
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} plans begin with {plan_id!r}" if found else f"no plan {plan_id!r}"
    there = _listed([one.plan_id for one in entries])
    raise UnknownPlan(
        f"{where}: {what}. " + (f"Saved plans: {there}." if there else "No plan was saved yet; make one: justenough recommend.")
    )


def named_import(entries: Sequence[ImportEntry], import_id: str, where: Path) -> ImportEntry:
    """
    Give the import of that id, or for ``latest`` the last one made from files.

    Raises
    ------
    WorkspaceError
        Lists the imports there are.
    """
    files = [entry for entry in entries if not entry.corrects and not entry.import_id.startswith(LIVE)]
    found = files[-1:] if import_id == "latest" else [entry for entry in entries if entry.import_id == import_id]
    if found:
        return found[0]
    there = _listed([one.import_id for one in entries])
    nothing = "Nothing was imported yet; import an export: justenough import FOLDER --profile P."
    raise WorkspaceError(f"{where}: no import {import_id!r}. " + (f"Imports: {there}." if there else nothing))


def _listed(ids: Sequence[str]) -> str:
    older = f" and {len(ids) - SHOWN} older" if len(ids) > SHOWN else ""
    return ", ".join(ids[-SHOWN:]) + older
