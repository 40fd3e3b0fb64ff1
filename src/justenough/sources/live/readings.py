"""Readings: what a machine said at one moment, and what could not be believed of what was heard."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from justenough.domain.errors import JustenoughError

if TYPE_CHECKING:
    from collections.abc import Callable

PAYLOAD_KEPT = 65_536  # bytes of a refused payload that are kept


def this_moment() -> int:
    """The moment it is by this computer's clock. [microseconds since 1970, UTC]"""
    return time.time_ns() // 1000


class ListenError(JustenoughError):
    """The machines cannot be listened to as the file describes."""


class Kind(IntEnum):
    """What a reading tells."""

    STATE = 0
    RUNNING = 1  # counters that only rise until they start again from zero
    EACH = 2  # parts made since the last such message
    ALIVE = 3  # nothing but that the machine can be heard


class Fault(StrEnum):
    """Why something heard was refused."""

    MALFORMED = "malformed payload"
    TOO_LARGE = "payload too large"
    UNMAPPED = "unmapped topic"
    UNKNOWN_STATE = "unmapped state"
    UNDECLARED = "undeclared machine"
    CLOCK_AHEAD = "clock ahead"
    CLOCK_BACK = "clock jumped back"
    FORGOTTEN = "older than what is remembered"
    COUNT = "impossible count"
    NO_BIRTH = "no birth heard"


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What a machine said of one moment.

    Parameters
    ----------
    machine
        Canonical name.
    stream
        Where it came from, such as ``mqtt:plant/M1/count``; running counters are compared within a machine's stream.
    kind
        What is told.
    at
        The moment it speaks of. [microseconds since 1970, UTC]
    told
        The machine's own time stamp, where it gave one; differs from ``at`` only for machines whose clock is not believed. [microseconds]
    sequence
        The machine's own number of the message; -1 where it gives none.
    state
        Code of `justenough.domain.machine.State`; -1 where no state is told.
    reason, planned
        Why it stopped, and whether that was planned.
    total, good, rework
        Parts; None where not told. [parts]
    item
        What was made.
    since
        When the parts of an `Kind.EACH` reading began; None: not told. [microseconds]
    received
        When we heard it. [microseconds since 1970, UTC]
    """

    machine: str
    stream: str
    kind: Kind
    at: int
    received: int
    told: int | None = None
    sequence: int = -1
    state: int = -1
    reason: str = ""
    planned: bool = False
    total: float | None = None
    good: float | None = None
    rework: float | None = None
    item: str = ""
    since: int | None = None

    @property
    def key(self) -> bytes:
        """Sixteen bytes that are the same for the same message, however often and whenever it is delivered."""
        told = self.at if self.told is None else self.told
        words = (self.machine, self.stream, self.kind.value, told, self.sequence, self.state, self.reason, self.planned)
        parts = (self.total, self.good, self.rework, self.item, self.since)
        return hashlib.blake2b(repr((words, parts)).encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something heard that cannot be believed: where it came from, why, what was found, and the bytes themselves."""

    stream: str
    fault: Fault
    found: str
    payload: bytes
    received: int
    machine: str = ""

    @property
    def kept(self) -> bytes:
        """As much of the payload as is kept."""
        return self.payload[:PAYLOAD_KEPT]


class Unbelievable(Exception):
    """Raised while a message is read; the collector turns it into a `Refusal`."""

    def __init__(self, fault: Fault, found: str, machine: str = "") -> None:
        super().__init__(f"{fault.value}: {found}")
        self.fault = fault
        self.found = found
        self.machine = machine


@dataclass(frozen=True, slots=True)
class Heard:
    """
    One message as it came in, unread.

    Parameters
    ----------
    stream
        Channel and topic.
    payload
        Its bytes.
    received
        When. [microseconds since 1970, UTC]
    read
        Turns it into readings; may raise `Unbelievable`.
    done
        Called once the readings (or the refusal) are on the disk; acknowledges the message to its sender.
    """

    stream: str
    payload: bytes
    received: int
    read: Callable[[Heard], list[Reading]]
    done: Callable[[bool], None] = field(default=lambda _kept: None)
