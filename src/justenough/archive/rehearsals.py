"""Rehearsals: what a plan promised and gave, lived once in the background and kept beside its shelf."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from justenough.archive.apart import apart
from justenough.archive.aside import TurnsTaken
from justenough.archive.shelves import FOLDER
from justenough.domain.errors import JustenoughError

if TYPE_CHECKING:
    from pathlib import Path

    from justenough.archive.workspace import Workspace

UNASKED = 2_000  # items up to which a plan is rehearsed without being asked


@dataclass(frozen=True, slots=True)
class Kept:
    """
    A rehearsal as it is kept.

    Parameters
    ----------
    since
        First day that was kept back from sizing.
    by_kind
        Rows of `justenough.strategy.rehearse.Rehearsal.by`.
    why
        Why there is none; empty where there is one.
    """

    since: str
    by_kind: list[dict[str, Any]]
    why: str = ""


class Rehearsals:
    """The rehearsals of one workspace's plans; safe to ask from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._folder = workspace.path / FOLDER
        self._busy: set[str] = set()
        self._turn = threading.Lock()

    def kept(self, plan_id: str) -> Kept | None:
        """The rehearsal of a plan whose shelf is there; None where it was not rehearsed."""
        try:
            return Kept(**json.loads((self._folder / plan_id / "rehearsal.json").read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def lived(self, plan_id: str, item: str) -> list[dict[str, Any]]:
        """How one item was lived: a row for the plan and, where they are known, one for today's levels."""
        path = self._folder / plan_id / "rehearsal.parquet"
        return pl.scan_parquet(path).filter(pl.col("item") == item).collect().to_dicts() if path.is_file() else []

    def working(self, plan_id: str) -> bool:
        """Whether it is being done."""
        with self._turn:
            return plan_id in self._busy

    def begin(self, plan_id: str, *, wait: bool = False) -> None:
        """Rehearse a plan whose shelf is there, unless that is done or being done."""
        with self._turn:
            if plan_id in self._busy or self.kept(plan_id) is not None:
                return
            self._busy.add(plan_id)
        worker = threading.Thread(target=self._live, args=(plan_id,), name="rehearsing", daemon=True)
        worker.start()
        if wait:
            worker.join()

    def _live(self, plan_id: str) -> None:
        folder = self._folder / plan_id
        try:
            try:
                kept = apart(self._workspace, _lived, plan_id, folder)
            except TurnsTaken:
                return  # whoever asks next begins it again
            except JustenoughError as error:
                kept = Kept("", [], str(error))
            written = folder / "rehearsal.making"
            written.write_text(json.dumps(asdict(kept)), encoding="utf-8")
            written.rename(folder / "rehearsal.json")
        finally:
            with self._turn:
                self._busy.discard(plan_id)


def _lived(workspace: Workspace, plan_id: str, folder: Path) -> Kept:
    from justenough.strategy.rehearse import rehearse  # half a second of libraries that a server need not wait for

    found = rehearse(workspace.plant(), workspace.plan_entry(plan_id).sized_by)
    found.rows.sort("item").write_parquet(folder / "rehearsal.parquet", row_group_size=20_000)
    return Kept(f"{found.since:%Y-%m-%d}", found.by("kind").to_dicts())
