"""Plain JSON: messages whose values lie where a listen file says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from justenough.domain.machine import SECOND
from justenough.sources.live.readings import Fault, Heard, Kind, Reading, Unbelievable

if TYPE_CHECKING:
    from justenough.sources.live.believing import Belief
    from justenough.sources.live.endpoints import Message

KINDS = {"state": Kind.STATE, "running": Kind.RUNNING, "each": Kind.EACH, "alive": Kind.ALIVE}
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_SECONDS = 253_402_300_800  # the year 10000


@dataclass(frozen=True, slots=True)
class JsonReader:
    """Reads the messages of one topic; knows which machine the topic names."""

    message: Message
    belief: Belief

    def readings(self, heard: Heard) -> list[Reading]:
        """
        Readings of one payload: an object, or a list of them.

        Raises
        ------
        Unbelievable
            Where it is not JSON, or a value is missing or cannot be meant.
        """
        told = parsed(heard.payload)
        machine = self.named_by(heard.stream)
        return [self.reading(one, heard.stream, heard.received, machine) for one in (told if isinstance(told, list) else [told])]

    def reading(self, told: Any, stream: str, received: int, machine: str = "") -> Reading:
        """Give the reading that one object tells."""
        message, belief = self.message, self.belief
        name = belief.machine(machine or _at(told, message.machine))
        moment = _at(told, message.time) if message.time else None
        if moment is None and message.clock == "machine":
            raise Unbelievable(Fault.MALFORMED, f"no time at {message.time!r}", name)
        stamp = None if moment is None else moment_of(moment, message.time_form, name)
        kind = KINDS[message.kind]
        found: dict[str, Any] = {}
        if kind is Kind.STATE:
            found["state"] = int(belief.state(_at(told, message.state), name))
            found["reason"] = str(_at(told, message.reason) or "").strip()
            found["planned"] = _at(told, message.planned) is True
        elif kind in (Kind.RUNNING, Kind.EACH):
            counts = {one: _at(told, getattr(message, one)) for one in ("total", "good", "rework")}
            if counts["total"] is None:
                raise Unbelievable(Fault.MALFORMED, f"no total at {message.total!r}", name)
            found |= belief.parts(name, **counts)
            found["item"] = str(_at(told, message.item) or "").strip()
            since = _at(told, message.since)
            if since is not None and kind is Kind.EACH:
                found["since"] = moment_of(since, message.time_form, name)
        sequence = _at(told, message.sequence) if message.sequence else None
        if sequence is not None and (isinstance(sequence, bool) or not isinstance(sequence, int) or not 0 <= sequence < 2**62):
            raise Unbelievable(Fault.MALFORMED, f"message number {sequence!r}", name)
        by_arrival = message.clock == "arrival"
        return Reading(
            name,
            stream if machine else f"{stream}:{name}",
            kind,
            received if by_arrival or stamp is None else stamp,
            received,
            told=stamp if by_arrival else None,
            sequence=-1 if sequence is None else sequence,
            **found,
        )

    def named_by(self, stream: str) -> str:
        """Name of the machine in the topic; empty where the payload tells it."""
        if "{machine}" not in self.message.topic:
            return ""
        level = self.message.topic.split("/").index("{machine}")
        return stream.partition(":")[2].split("/")[level]


def topic_filter(topic: str) -> str:
    """MQTT filter of a topic of the listen file."""
    return topic.replace("{machine}", "+")


def topic_pattern(topic: str) -> re.Pattern[str]:
    """
    Pattern that tells whether a topic is meant.

    Examples
    --------
    >>> bool(topic_pattern("plant/{machine}/#").fullmatch("plant/M1/state"))
    True
    """
    levels = [{"+": "[^/]*", "{machine}": "[^/]+", "#": ".*"}.get(one, re.escape(one)) for one in topic.split("/")]
    text = "/".join(levels)
    return re.compile(text.removesuffix("/.*") + "(/.*)?" if text.endswith("/.*") else text)


def parsed(payload: bytes) -> Any:
    """What JSON says; refuses what is not JSON."""
    try:
        return json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Unbelievable(Fault.MALFORMED, f"not JSON: {error}") from error


def moment_of(value: Any, form: str, machine: str = "") -> int:
    """
    Give a time stamp in microseconds since 1970, UTC.

    Examples
    --------
    >>> moment_of("1970-01-01T00:00:01+00:00", "iso"), moment_of(1500, "ms")
    (1000000, 1500000)
    """
    try:
        if form == "iso":
            stamp = datetime.fromisoformat(value)
            stamp = stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)
            gone = stamp - _EPOCH
            return (gone.days * 86_400 + gone.seconds) * SECOND + gone.microseconds
        value = None if isinstance(value, bool) else value
        per = _PER_SECOND[form]
        at = value * SECOND // per if isinstance(value, int) else round(float(value) * SECOND / per)
    except (TypeError, ValueError, OverflowError) as error:
        raise Unbelievable(Fault.MALFORMED, f"time {value!r} is not {form}", machine) from error
    if not 0 <= at < _MOST_SECONDS * SECOND:
        raise Unbelievable(Fault.MALFORMED, f"time {value!r} lies outside 1970 to 9999", machine)
    return int(at)


def _at(told: Any, path: str) -> Any:
    """Value at a path; None where it leads nowhere."""
    if not path:
        return None
    for step in path.split("."):
        if not isinstance(told, dict):
            return None
        told = told.get(step)
    return told
