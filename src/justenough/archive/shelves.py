"""Shelves: the plans of a workspace laid out to be looked up, each once, by whichever process asks first."""

from __future__ import annotations

import shutil
import threading
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from justenough.archive.apart import apart
from justenough.archive.place import WorkspaceError
from justenough.archive.plan_shelf import Shelf, lay_out, opened_shelf
from justenough.strategy.exchange import Exchange, exchange_of
from justenough.strategy.summary import Summary

if TYPE_CHECKING:
    from pathlib import Path

    from justenough.archive.workspace import Workspace
    from justenough.strategy.plan import Plan

FOLDER = "shelves"
AT_ONCE = 50_000  # items of a plan that is laid out while its reader waits
OPEN = 4  # shelves kept open


class BeingLaidOut(WorkspaceError):
    """The plan is large and is being laid out; ask again in a while."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What is said of a plan as a whole."""

    summary: Summary
    exchange: Exchange | None


class Shelves:
    """The shelves of one workspace; safe to ask from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._folder = workspace.path / FOLDER
        self._open: dict[str, Shelf] = {}
        self._making: dict[str, threading.Thread] = {}
        self._faults: dict[str, Exception] = {}
        self._turn = threading.Lock()

    def shelf(self, plan_id: str = "latest", *, wait: bool = False) -> Shelf:
        """
        The shelf of a plan.

        Raises
        ------
        UnknownPlan
            There is no such plan.
        BeingLaidOut
            It is large and was not asked for before; another thread lays it out now.
        """
        found = self._found(plan_id if plan_id != "latest" else self._workspace.latest())
        if found is not None:
            return found
        entry = self._workspace.plan_entry(plan_id)
        with self._turn:
            if fault := self._faults.pop(entry.plan_id, None):
                raise fault
            making = self._making.get(entry.plan_id)
            if making is None:
                making = threading.Thread(target=partial(self._make, entry.plan_id), name="laying out", daemon=True)
                self._making[entry.plan_id] = making
                making.start()
        if not wait and entry.n_items > AT_ONCE:
            raise BeingLaidOut(
                f"Plan {entry.plan_id} of {entry.n_items:,} items is being laid out for reading; it is ready in a minute or two."
            )
        making.join()
        return self.shelf(entry.plan_id)

    def forget(self, kept: set[str]) -> None:
        """Delete the shelves of all other plans."""
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def _found(self, plan_id: str) -> Shelf | None:
        if not plan_id or plan_id.startswith(".") or any(sign in plan_id for sign in "/\0"):
            return None
        with self._turn:
            if plan_id not in self._open:
                shelf = opened_shelf(self._folder / plan_id)
                if shelf is None:
                    return None
                self._open = dict([*self._open.items(), (plan_id, shelf)][-OPEN:])
            return self._open[plan_id]

    def _make(self, plan_id: str) -> None:
        try:
            apart(self._workspace, _laid_out, plan_id, self._folder / plan_id, awaited=True)
        except Exception as error:  # noqa: BLE001  told to whoever asks next
            self._faults[plan_id] = error
        finally:
            with self._turn:
                self._making.pop(plan_id, None)


def _laid_out(workspace: Workspace, plan_id: str, folder: Path) -> None:
    plan = workspace.plan(plan_id)
    lay_out(plan, _about(plan), folder)


def totals_of(shelf: Shelf) -> Totals:
    """What was kept of the plan as a whole."""
    told, exchange = shelf.about["summary"], shelf.about["exchange"]
    summary = Summary(**{**told, "run_out": tuple(told["run_out"]), "at_end": tuple(told.get("at_end", ()))})
    if exchange is None:
        return Totals(summary, None)
    pairs = {"alike": tuple(map(tuple, exchange["alike"])), "plan": tuple(exchange["plan"])}
    today = tuple(exchange["today"]) if exchange["today"] else None
    return Totals(summary, Exchange(**{**exchange, **pairs, "today": today}))


def _about(plan: Plan) -> dict[str, Any]:
    exchange = exchange_of(plan)
    return {
        "plan_id": plan.plan_id,
        "created": plan.created.isoformat(),
        "author": plan.author,
        "version": plan.version,
        "terms": asdict(plan.terms),
        "settings": plan.settings.to_dict(),
        "summary": asdict(plan.summary()),
        "exchange": None if exchange is None else asdict(exchange),
    }
