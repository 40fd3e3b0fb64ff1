"""Watch: looks again and again for what somebody should know and what should be reviewed, and carries it out."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from justenough.archive.alerts import Alerts
from justenough.archive.apart import apart
from justenough.archive.aside import TurnsTaken
from justenough.archive.standing_review import StandingReview
from justenough.domain.errors import JustenoughError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from justenough.archive.alerts import Alert, Channel
    from justenough.archive.workspace import Workspace

EVERY_SECONDS = 5.0


class Watch:
    """
    A thread beside a server.

    Parameters
    ----------
    workspace
        Whose plans, proposals and stock are looked at.
    channels
        Ways out of the house beside the page.
    every
        Time between two looks. [seconds]
    running
        Gives the shift that is on (`justenough.archive.running.Running.oee`); it is asked where machines are listened to.
    """

    def __init__(
        self,
        workspace: Workspace,
        channels: Sequence[Channel] = (),
        *,
        every: float = EVERY_SECONDS,
        running: Callable[[], pl.DataFrame] | None = None,
    ) -> None:
        self._alerts = Alerts(workspace)
        self._review = StandingReview(workspace, served=True)
        self._workspace = workspace
        self._channels = tuple(channels)
        self._every = every
        self._running = running
        self._state: object = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, once what is being carried out has arrived or not."""
        self._ending.set()
        self._thread.join()
        self._review.end()

    def look(self) -> int:
        """Tell what is new and carry out what waits; gives how many were new."""
        told = self._tell(self._stopped())
        state = self._changed()
        if state != self._state:
            with suppress(TurnsTaken):  # alerts of machines do not wait for a rehearsal; the next look tries again
                told += self._tell(apart(self._workspace, _looked, patient=False))
                self._state = state
        if self._channels:
            self._alerts.deliver(self._channels)
        return told

    def _tell(self, alerts: list[Alert]) -> int:
        return len(self._alerts.tell(alerts, [one.name for one in self._channels])) if alerts else 0

    def _stopped(self) -> list[Alert]:
        """Machines that are down; nothing is loaded for them where nobody listens."""
        if self._running is None or not self._workspace.live().journal.listened():
            return []
        return self._alerts.stopped(self._running())

    def _changed(self) -> object:
        """What is looked at again only if it is another: the facts, the plan, the queue, and the day."""
        from datetime import UTC, datetime

        from justenough.archive.decisions import Decisions

        imports = tuple((one.import_id, one.rows_accepted) for one in self._workspace.imports() if one.status == "live")
        reviews = Decisions(self._workspace).reviews()
        last = reviews["review_id"][0] if reviews.height else ""
        return imports, self._workspace.latest(), last, datetime.now(UTC).date()

    def _run(self) -> None:
        while True:
            try:
                self._review.begin()
                self.look()
            except JustenoughError as error:
                logging.getLogger("justenough").warning("alerts: %s", error)
            except Exception:
                logging.getLogger("justenough").exception("alerts could not be looked for; it is tried again")
            if self._ending.wait(self._every):
                return


def _looked(workspace: Workspace) -> list[Alert]:
    return Alerts(workspace).look()
