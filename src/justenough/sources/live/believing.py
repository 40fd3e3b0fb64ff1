"""Believing: the rules that everything heard must keep, whatever way it came."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from justenough.domain.machine import SECOND, State
from justenough.sources.live.readings import Fault, Reading, Unbelievable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justenough.sources.live.listen_file import Patience

MOST_PARTS = 1e15  # whole numbers up to here are exact


@dataclass(slots=True)
class Belief:
    """
    What is believed of machines: who they are, what their words mean, and where each one's clock and numbers have come to.

    Parameters
    ----------
    declared
        Machines that the plant's tables name.
    states, names
        The canonical state of a word, and the canonical name of a machine's own name.
    patience
        How far a clock may go wrong.
    forgotten : [microseconds]
        Readings before this cannot be told from duplicates any more.
    heard_until : [microseconds]
        Last moment told by each stream before we began to listen.
    last_numbers
        Number and moment of each stream's last message before we began to listen.
    numbers_missed
        Messages that senders numbered and that never came.
    """

    declared: frozenset[str]
    states: Mapping[str, State]
    names: Mapping[str, str]
    patience: Patience
    forgotten: int = 0
    heard_until: Mapping[str, int] = field(default_factory=dict)
    last_numbers: dict[str, tuple[int, int]] = field(default_factory=dict)
    numbers_missed: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def machine(self, name: Any) -> str:
        """Canonical name of a machine; refuses one that nobody declared."""
        own = str(name).strip() if name is not None else ""
        found = self.names.get(own, own)
        if found not in self.declared:
            raise Unbelievable(Fault.UNDECLARED, repr(own), found)
        return found

    def state(self, word: Any, machine: str) -> State:
        """What a machine's word means; refuses a word that nobody mapped."""
        text = as_text(word)
        found = self.states.get(text)
        if found is None and text.lower() in State.labels():
            found = State(State.labels().index(text.lower()))
        if found is None:
            raise Unbelievable(Fault.UNKNOWN_STATE, repr(word), machine)
        return found

    def parts(self, machine: str, **told: Any) -> dict[str, float | None]:
        """Counts as numbers; refuses what cannot be counted, such as fewer parts than none or more good ones than all."""
        found: dict[str, float | None] = {}
        for name, value in told.items():
            number = _number(value)
            if value is not None and (number is None or not 0 <= number <= MOST_PARTS):
                raise Unbelievable(Fault.COUNT, f"{name} is {value!r}", machine)
            found[name] = number
        total, good = found.get("total"), found.get("good")
        if total is not None and good is not None and good > total:
            raise Unbelievable(Fault.COUNT, f"good {good:g} above total {total:g}", machine)
        return found

    def check_moment(self, reading: Reading) -> None:
        """Refuse a reading of the future, or of a past that cannot be told from duplicates."""
        ahead = (reading.at - reading.received) / SECOND
        if ahead > self.patience.ahead_seconds:
            raise Unbelievable(Fault.CLOCK_AHEAD, f"{ahead:.0f} s ahead of ours", reading.machine)
        if reading.at < self.forgotten:
            raise Unbelievable(Fault.FORGOTTEN, f"{-ahead / 86_400:.1f} days old", reading.machine)

    def check_order(self, readings: Sequence[Reading]) -> None:
        """
        Refuse readings whose clock went back while the sender's numbers went on; count numbers that were left out.

        A number smaller than the last one is a late message or a sender that began anew, and proves nothing.
        """
        for one in readings:
            if one.sequence < 0:
                continue
            told = one.at if one.told is None else one.told
            with self._lock:
                last = self.last_numbers.get(one.stream)
                if last is not None and one.sequence > last[0]:
                    back = (last[1] - told) / SECOND
                    if back > self.patience.back_seconds and one.told is None:
                        raise Unbelievable(Fault.CLOCK_BACK, f"{back:.0f} s back from message {last[0]} to {one.sequence}", one.machine)
                    self.numbers_missed += one.sequence - last[0] - 1
                if last is None or one.sequence > last[0] or told > last[1]:
                    self.last_numbers[one.stream] = (one.sequence, told)


def as_text(value: Any) -> str:
    """A machine's word as text: 3.0 is 3, and nothing is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _number(value: Any) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
