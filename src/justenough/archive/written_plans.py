"""Written plans: saved plans as files that open well elsewhere, each written once, in another process, and kept beside its shelf."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from justenough.archive.aside import aside
from justenough.archive.shelves import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable

    from justenough.archive.workspace import Workspace

INSTEAD = "no file was written. Write it by a command: justenough export."


class WrittenPlans:
    """The files of one workspace's plans; safe to ask from several threads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._turns: dict[Path, threading.Lock] = {}

    def file(self, plan_id: str, ending: str, write: Callable[[str, str, str, str], None]) -> Path:
        """
        The file of a plan whose shelf is there.

        Parameters
        ----------
        plan_id
            The plan's whole id; a plan does not change, so neither do its files.
        ending
            ``csv``, ``xlsx``, ``parquet``, or ``STATE.html``: of a report that tells of a state of the records too, the last is kept.
        write
            A function of a module: writes a workspace's plan (its folder, its database, the plan's id) to a path.
        """
        path = self._workspace.path / FOLDER / plan_id / f"plan.{ending}"
        if path.is_file():
            return path
        with self._turns.setdefault(path, threading.Lock()):  # two who ask at once wait for one file, and nobody for another's
            if not path.is_file():
                making = path.with_name(f"making.{ending}")
                aside(write, str(self._workspace.path), self._workspace.records.database, plan_id, str(making), instead=INSTEAD)
                making.rename(path)
                for old in path.parent.glob(f"plan.*.{ending.rpartition('.')[2]}"):  # a report of what was on record before
                    if old != path:
                        old.unlink(missing_ok=True)
        return path
