"""Listener: ears, journal and settlement at work together for as long as it is started."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from justenough.archive.running import Running
from justenough.archive.settling import MOST
from justenough.archive.standing_review import StandingReview
from justenough.archive.trimming import trimmed
from justenough.domain.machine import DAY, SECOND, State
from justenough.sources.live.believing import Belief
from justenough.sources.live.collector import Collector
from justenough.sources.live.readings import Heard, Kind, Reading, this_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from justenough.archive.settling import Settlement
    from justenough.archive.workspace import Workspace
    from justenough.sources.live.listen_file import ListenFile

NOTICES = 200  # the last ones kept in memory
TIDY_SECONDS = 600.0
ALIVE_SECONDS = 5.0  # between two notes that somebody listens
NOBODY_KEEPS = ("mqtt:spBv1.0/", "opcua:")  # streams that no broker keeps for us while we are away
CLOCK_BEHIND_SECONDS = 60.0


class Ear(Protocol):
    """Something that listens by itself between `start` and `stop`."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a listener has heard since it started, and what it noticed."""

    messages: int
    readings: int
    duplicates: int
    refused: Mapping[str, int]
    numbers_missed: int
    settled: int
    restarts: int
    silent: tuple[str, ...]
    clocks_behind: Mapping[str, float]
    notices: tuple[str, ...]


class Listener:
    """
    Listens for one workspace.

    Parameters
    ----------
    workspace
        Must hold the plant's machines; a machine it does not name is refused.
    file
        Where to listen, and what is meant.
    notice
        Told in words of what goes wrong or right again.
    clock
        The moment it is. [microseconds since 1970, UTC]

    Raises
    ------
    WorkspaceError
        Nothing was imported yet, or another process listens.
    """

    def __init__(
        self,
        workspace: Workspace,
        file: ListenFile,
        notice: Callable[[str], None] | None = None,
        *,
        clock: Callable[[], int] = this_moment,
    ) -> None:
        self.file = file
        self.notices: deque[str] = deque(maxlen=NOTICES)
        self._say = notice or (lambda _text: None)
        self._clock = clock
        self._live = workspace.live()
        self._plant = workspace.plant()
        self._silent_after = round(file.patience.silent_seconds * SECOND)
        declared = frozenset(self._plant.tables["machines"]["machine"])
        self._last = self._live.journal.last_moments()
        until = {stream: at for (stream, _), at in self._last.items()}
        journal = self._live.journal
        self._belief = Belief(declared, file.states, file.names, file.patience, journal.forgotten(), until, journal.last_numbers())
        self.collector = Collector(self._live.journal, self._belief, largest_bytes=file.largest_bytes, notice=self.notice)
        self.running = Running(self._live.journal, self._plant, silent_after=self._silent_after)
        self.ears = self._ears()
        self._settled = self._restarts = 0
        self._review = StandingReview(workspace)
        self._ending = threading.Event()
        self._settler = threading.Thread(target=self._settle_now_and_then, name="settler", daemon=True)
        self._held = ExitStack()

    def start(self) -> None:
        """Begin to listen; a batch that was begun before is settled first."""
        self._held.enter_context(self._live.listening())
        self.collector.start()
        self._own_up()
        for ear in self.ears:
            ear.start()
        self._settler.start()

    def stop(self) -> None:
        """Keep and acknowledge what waits, settle what is ripe, and end."""
        for ear in reversed(self.ears):
            ear.stop()
        self.collector.stop()
        self._ending.set()
        self._settler.join()
        self._review.end()
        self._held.close()

    def notice(self, text: str) -> None:
        """Remember and tell something a person should know."""
        at = datetime.fromtimestamp(self._clock() / SECOND, UTC)
        self.notices.append(f"{at:%Y-%m-%d %H:%M:%S} {text}")
        self._say(text)

    def settle(self, before: int | None = None) -> Settlement:
        """Settle readings of moments before one [microseconds]; left out, what is old enough."""
        now = self._clock()
        ripe = now - round(self.file.patience.late_seconds * SECOND) if before is None else before
        done = self._live.settling(self._plant).settle(ripe, silent_after=self._silent_after, now=now)
        self._settled += done.n_readings
        self._restarts += done.restarts
        return done

    def tidy(self) -> None:
        """Forget readings that are settled and old enough, pack the files of the days, and give back room on the disk and in memory."""
        before = self._clock() - round(self.file.patience.remember_days * DAY)
        if self._live.journal.forget(before):
            self._belief.forgotten = self._live.journal.forgotten()
        self._live.settling(self._plant).pack()
        self._live.records.give_back()
        trimmed()

    def status(self) -> Status:
        """What was heard, what is silent, and whose clock is behind."""
        tally, now = self.collector.tally, self._clock()
        silent = [name for name, last in tally.last_heard.copy().items() if self._silent_after and now - last > self._silent_after]
        behind = {name: delay / SECOND for name, delay in tally.clock_behind.copy().items() if delay / SECOND > CLOCK_BEHIND_SECONDS}
        return Status(
            tally.messages,
            tally.readings,
            tally.duplicates,
            dict(tally.refused),
            self._belief.numbers_missed,
            self._settled,
            self._restarts,
            tuple(sorted(silent)),
            behind,
            tuple(self.notices),
        )

    def _own_up(self) -> None:
        """Say that machines whose messages nobody keeps for us are unknown since we listened last."""
        since, received = self._live.journal.listened(), self._clock()
        lost = [one for one in self._last if since and one[0].startswith(NOBODY_KEEPS)]
        unknown = [Reading(machine, stream, Kind.STATE, since, received, state=int(State.UNKNOWN)) for stream, machine in lost]
        if unknown:
            self.collector.put(Heard("listener", b"", received, lambda _heard: unknown))

    def _ears(self) -> list[Ear]:
        file, found = self.file, list[Ear]()
        common: tuple[Any, ...] = (self._belief, self.collector, self.notice)
        if file.broker:
            from justenough.sources.live.mqtt import MqttEar

            found.append(MqttEar(file.broker, *common))
        if file.servers:
            from justenough.sources.live.opcua import OpcEar

            found += [OpcEar(server, *common) for server in file.servers]
        if file.rest:
            from justenough.sources.live.posting import PostEar

            found.append(PostEar(file.rest, *common))
        return found

    def _settle_now_and_then(self) -> None:
        known_silent: set[str] = set()
        known_behind: set[str] = set()
        tidied = time.monotonic()
        settled = time.monotonic()
        while True:
            ending = self._ending.wait(min(self.file.patience.settle_seconds, ALIVE_SECONDS))
            try:
                self._live.journal.listening(self._clock(), self._silent_after)
                if not ending and time.monotonic() - settled < self.file.patience.settle_seconds:
                    continue
                settled = time.monotonic()
                full = 1 if ending else MOST  # what ripens while a batch is settled is for the next turn
                while self.settle().n_readings >= full:
                    pass
                self._review.begin()
                if time.monotonic() - tidied > TIDY_SECONDS:
                    tidied = time.monotonic()
                    self.tidy()
            except Exception as error:  # noqa: BLE001  # the journal has everything; the next turn tries again
                self.notice(f"settling failed: {type(error).__name__}: {error}; it is tried again, the journal keeps everything")
            status = self.status()
            known_silent = self._changed(
                set(status.silent), known_silent, "has been silent for too long; unknown from now on", "is heard again"
            )
            known_behind = self._changed(
                set(status.clocks_behind), known_behind, "stamps its messages late: clock wrong?", "keeps time again"
            )
            if ending:
                return

    def _changed(self, now: set[str], known: set[str], begun: str, over: str) -> set[str]:
        for names, what in ((now - known, begun), (known - now, over)):
            for name in sorted(names):
                self.notice(f"{name} {what}")
        return now
