"""Collector: one queue of everything heard, kept in batches before any of it is acknowledged."""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from justenough.sources.live.readings import Fault, Heard, Kind, Reading, Refusal, Unbelievable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from justenough.sources.live.believing import Belief

QUEUE = 20_000  # messages that wait to be kept; senders wait when it is full
BATCH = 5_000
GATHER_SECONDS = 0.02
RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping a batch did: readings that are new, and readings that were there already."""

    new: int
    duplicates: int


class Keeper(Protocol):
    """Keeps readings so that they survive the process; returns only when they do."""

    def keep(self, readings: Sequence[Reading], refusals: Sequence[Refusal]) -> Kept:
        """Keep a batch, all of it or nothing."""


@dataclass(slots=True)
class Tally:
    """What was heard since the start, and when each machine was heard last."""

    messages: int = 0
    readings: int = 0
    duplicates: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    batches: int = 0
    failures: int = 0
    last_heard: dict[str, int] = field(default_factory=dict)
    counted_by: dict[str, str] = field(default_factory=dict)  # the stream of each machine's running counters
    clock_behind: dict[str, int] = field(default_factory=dict)  # least delay of each machine [microseconds]


class Collector:
    """
    Takes messages from any thread and keeps them from one.

    Parameters
    ----------
    keeper
        Where readings are kept.
    belief
        The rules they must keep.
    largest_bytes
        A larger payload is refused unread.
    notice
        Told in words when something goes wrong or right again.
    """

    def __init__(
        self, keeper: Keeper, belief: Belief, *, largest_bytes: int = 1_048_576, notice: Callable[[str], None] | None = None
    ) -> None:
        self.tally = Tally()
        self._keeper = keeper
        self._belief = belief
        self.largest_bytes = largest_bytes
        self._notice = notice or (lambda _text: None)
        self._queue: queue.Queue[Heard | None] = queue.Queue(QUEUE)
        self._thread = threading.Thread(target=self._run, name="collector", daemon=True)
        self._stopping = threading.Event()
        self._doubled: set[str] = set()

    def start(self) -> None:
        """Begin to keep."""
        self._thread.start()

    def put(self, heard: Heard) -> None:
        """Hand a message over; waits while too many are waiting already."""
        self._queue.put(heard)

    def stop(self) -> None:
        """Keep what waits, and end."""
        self._stopping.set()
        self._queue.put(None)
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while True:
            batch, ended = self._gathered()
            if batch:
                self._take(batch)
            if ended:
                return

    def _gathered(self) -> tuple[list[Heard], bool]:
        """Give the next batch: what comes within a moment of its first message."""
        first = self._queue.get()
        if first is None:
            return [], True
        batch, until = [first], time.monotonic() + GATHER_SECONDS
        while len(batch) < BATCH:
            try:
                one = self._queue.get(timeout=max(until - time.monotonic(), 0.0))
            except queue.Empty:
                break
            if one is None:
                return batch, True
            batch.append(one)
        return batch, False

    def _take(self, batch: list[Heard]) -> None:
        readings: list[Reading] = []
        refusals: list[Refusal] = []
        fates: list[bool] = []
        for heard in batch:
            try:
                found = self._read(heard)
                readings += found
                fates.append(True)
            except Unbelievable as error:
                refusals.append(Refusal(heard.stream, error.fault, error.found, heard.payload, heard.received, error.machine))
                fates.append(False)
        kept = self._kept(readings, refusals)
        if kept is None:
            return  # we end while the disk refuses: nothing is acknowledged, so senders send it again
        self._count(batch, readings, refusals, kept)
        for heard, fate in zip(batch, fates, strict=True):
            heard.done(fate)

    def _read(self, heard: Heard) -> list[Reading]:
        if len(heard.payload) > self.largest_bytes:
            raise Unbelievable(Fault.TOO_LARGE, f"{len(heard.payload):,} bytes")
        found = heard.read(heard)
        for one in found:
            self._belief.check_moment(one)
        self._belief.check_order(found)
        return found

    def _kept(self, readings: list[Reading], refusals: list[Refusal]) -> Kept | None:
        while True:
            try:
                return self._keeper.keep(readings, refusals)
            except OSError as error:  # a full or broken disk: senders wait, nothing is lost
                self.tally.failures += 1
                self._notice(f"nothing can be kept: {error}; trying again, nothing is acknowledged meanwhile")
                if self._stopping.wait(RETRY_SECONDS):
                    return None

    def _count(self, batch: list[Heard], readings: list[Reading], refusals: list[Refusal], kept: Kept) -> None:
        tally = self.tally
        tally.messages += len(batch)
        tally.readings += kept.new
        tally.duplicates += kept.duplicates
        tally.batches += 1
        for refused in refusals:
            tally.refused[refused.fault.value] += 1
            if tally.refused[refused.fault.value] == 1:
                self._notice(f"{refused.stream}: {refused.fault.value}: {refused.found}; kept aside")
        for one in readings:
            tally.last_heard[one.machine] = max(one.received, tally.last_heard.get(one.machine, 0))
            if one.kind is Kind.RUNNING and one.stream != tally.counted_by.setdefault(one.machine, one.stream):
                twice = f"{one.machine} is counted by {tally.counted_by[one.machine]} and by {one.stream}: its parts may count twice"
                if one.machine not in self._doubled:
                    self._doubled.add(one.machine)
                    self._notice(twice)
            if one.told is None:
                delay = one.received - one.at
                tally.clock_behind[one.machine] = min(delay, tally.clock_behind.get(one.machine, delay))
