"""Standing review: the latest plan is tested again whenever facts came, by whoever notices first and by nobody else."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from justenough.archive.apart import apart
from justenough.archive.aside import TurnsTaken
from justenough.archive.chosen import LIVE
from justenough.domain.errors import JustenoughError

if TYPE_CHECKING:
    from pathlib import Path

    from justenough.archive.review_queue import ReviewReceipt
    from justenough.archive.workspace import Workspace

LIVE_SECONDS = 3600.0  # between two reviews where nothing but the machines' own readings came
AUTHOR = "standing review"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the last standing review rested on: files that were imported, what machines told, and when. [seconds since 1970]"""

    files: str = ""
    live: str = ""
    at: float = 0.0


class StandingReview:
    """
    Reviews of one workspace that nobody has to ask for.

    Server, listener and commands may each have one: a lock of the operating system lets one of them review, and what it
    rested on is noted in the workspace's folder, so that the same facts are tested once.

    Parameters
    ----------
    workspace
    live_seconds
        Time between two reviews of what machines tell by themselves; imports are reviewed at once. [seconds]
    served
        Pages are served by this process: a review of many items is done by another, so that nobody waits for a page.
    """

    def __init__(self, workspace: Workspace, *, live_seconds: float = LIVE_SECONDS, served: bool = False) -> None:
        self._workspace = workspace
        self._served = served
        self._live_seconds = live_seconds
        self._worker: threading.Thread | None = None

    def look(self) -> ReviewReceipt | None:
        """Review what came since the last one; None where nothing did, no plan is saved, or somebody else is at it."""
        with self._workspace.live().place.reviewing() as ours:
            if not ours:
                return None
            now = self._state()
            if not self._due(now):
                return None
            try:
                receipt = apart(self._workspace, _reviewed) if self._served else _reviewed(self._workspace)
            except TurnsTaken:
                raise  # these facts were not looked at
            except JustenoughError:  # what these facts do not allow they do not allow the next minute either
                self._note(now)
                raise
            self._note(now)
            return receipt

    def begin(self) -> None:
        """Look in a thread of its own, unless one still looks."""
        if self._worker is None or not self._worker.is_alive():
            self._worker = threading.Thread(target=self._try, name="standing review", daemon=True)
            self._worker.start()

    def end(self) -> None:
        """Wait until what was begun is done."""
        if self._worker is not None:
            self._worker.join()

    def _note(self, now: _Seen) -> None:
        self._mark.write_text(json.dumps(asdict(now)), encoding="utf-8")

    @property
    def _mark(self) -> Path:
        return self._workspace.live().place.folder / "reviewed.json"

    def _try(self) -> None:
        log = logging.getLogger("justenough")
        try:
            done = self.look()
        except JustenoughError as error:
            log.warning("standing review: %s", error)
        except Exception:
            log.exception("the standing review failed; it is tried again when more facts have come")
        else:
            if done is not None and done.queued:
                log.info("standing review: %s proposals queued", done.queued)

    def _state(self) -> _Seen:
        files: list[str] = []
        live: list[str] = []
        for one in self._workspace.imports():
            if one.status == "live":
                (live if one.import_id.startswith(LIVE) else files).append(f"{one.import_id} {one.rows_accepted}")
        return _Seen(_digest(files), _digest(live), time.time())

    def _due(self, now: _Seen) -> bool:
        if not self._workspace.latest():
            return False
        try:
            before = _Seen(**json.loads(self._mark.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return self._unplanned()
        if now.files != before.files:
            return True
        return now.live != before.live and now.at - before.at >= self._live_seconds

    def _unplanned(self) -> bool:
        """Whether the latest plan knows less than there is."""
        known = set(self._workspace.plan_entry("latest").imports)
        return any(one.import_id not in known for one in self._workspace.imports() if one.status == "live")


def _reviewed(workspace: Workspace) -> ReviewReceipt:
    from justenough.archive.second_look import looked_again

    return looked_again(workspace, author=AUTHOR)[1]


def _digest(rows: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()
