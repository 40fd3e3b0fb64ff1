"""Standing: where machines stand whose state, reason and counters are told one by one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from justenough.domain.machine import State
from justenough.sources.live.believing import as_text
from justenough.sources.live.readings import Kind, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.sources.live.believing import Belief


@dataclass(slots=True)
class _Machine:
    state: State | None = None
    before: State | None = None  # the state it had as it was lost
    state_at: int = 0
    reason: str = ""
    reason_at: int = -1
    explained: bool = False  # whether this stop has had a reason
    parts: dict[str, float | None] = field(default_factory=dict)
    parts_at: int = 0
    item: str = ""


@dataclass(slots=True)
class Standing:
    """
    The last known state and counters of machines.

    A new state forgets the reason of the one before. The first reason of a stop that comes after its beginning is told
    again of that moment, so that the whole stop has it; a further one tells of its own moment. Counters are told once all
    of them are known, each time all together.

    Parameters
    ----------
    counters
        Which of total, good and rework the machines tell.
    """

    counters: frozenset[str] = frozenset(("total",))
    _machines: dict[str, _Machine] = field(default_factory=dict)

    def take(self, reading: Reading, told: Mapping[str, Any], belief: Belief) -> list[Reading]:
        """
        Readings from what changed of one machine at one moment.

        Parameters
        ----------
        reading
            Machine, stream and moment; the rest is filled in.
        told
            What changed: some of state, reason, total, good, rework, item.
        """
        one = self._machines.setdefault(reading.machine, _Machine())
        if "item" in told:
            one.item = as_text(told["item"])
        return [*_state(one, reading, told, belief), *_parts(one, reading, told, belief, self.counters)]

    def went_on(self, reading: Reading) -> list[Reading]:
        """Give the reading that a machine was still in its last known state; nothing where none is known."""
        one = self._machines.get(reading.machine, _Machine())
        last = one.state if one.state is not None else one.before
        if last is None:
            return []
        one.state = last
        return [replace(reading, kind=Kind.STATE, state=int(last), reason=one.reason if one.reason_at >= one.state_at else "")]

    def lose(self, reading: Reading) -> Reading:
        """Give the reading of a machine that cannot be heard any more: unknown, until it tells its state anew."""
        one = self._machines.setdefault(reading.machine, _Machine())
        one.before, one.state = one.state or one.before, None
        return replace(reading, kind=Kind.STATE, state=int(State.UNKNOWN))


def _state(one: _Machine, reading: Reading, told: Mapping[str, Any], belief: Belief) -> list[Reading]:
    found = replace(reading, kind=Kind.STATE)
    if "state" in told:
        state = belief.state(told["state"], reading.machine)
        if reading.at < one.state_at:  # late: it says what was, not what is
            return [replace(found, state=int(state), reason=as_text(told.get("reason")))]
        if state is not one.state:
            one.state, one.state_at, one.explained = state, reading.at, False
        if "reason" not in told:
            reason = one.reason if one.reason_at >= one.state_at else ""
            one.explained = one.explained or bool(reason)
            return [replace(found, state=int(state), reason=reason)]
    if "reason" not in told:
        return []
    one.reason, one.reason_at = as_text(told["reason"]), reading.at
    if one.state is None or reading.at < one.state_at:
        return []
    begun = one.state_at if one.reason and not one.explained and "state" not in told else reading.at
    one.explained = one.explained or bool(one.reason)
    return [replace(found, at=begun, state=int(one.state), reason=one.reason)]


def _parts(one: _Machine, reading: Reading, told: Mapping[str, Any], belief: Belief, counters: frozenset[str]) -> list[Reading]:
    counted = belief.parts(reading.machine, **{name: told[name] for name in ("total", "good", "rework") if name in told})
    if not counted:
        return []
    parts: dict[str, Any] = counted
    if reading.at >= one.parts_at:  # else late: what stands now was not so then
        one.parts.update(counted)
        one.parts_at = reading.at
        parts = dict(one.parts)
    if not counters <= parts.keys():
        return []
    return [replace(reading, kind=Kind.RUNNING, item=one.item, **parts)]
