"""Uptimes: how long machines operated until they failed, and how long their repairs took, from what they recorded.

The rules, on the states made disjoint and on the calendar:

1. The clock of a life is operating time: running, planned or not. Starved, blocked, idle and set-up time and minor stops
   do not wear a machine out; the clock stands.
2. A breakdown ends a life and begins a repair. The repair lasts until the machine runs again, and counts the planned time
   it was down; a machine that goes down again before it has run is still broken.
3. Planned work renews the machine: the life was not seen to end (censored), a new one begins.
4. Planned time that nobody recorded ends what it meets unseen; what is found after it has an unknown age. A machine that
   is first seen down did not fail then.
5. Where failures are moments without a duration and no running is recorded, machines are taken to have operated from the
   first moment to the last; repair times are unknown, and a planned replacement renews only the part it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.machine import DAY, State
from justenough.domain.ragged import Ragged
from justenough.estimation.lifetimes import Lives
from justenough.estimation.trends import Watch
from justenough.kernels import cycles

if TYPE_CHECKING:
    from justenough.domain.machine import Bools, States
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.floor import Floor

NO_REASON_TOLD = "no reason told"


@dataclass(frozen=True, slots=True)
class Uptimes:
    """
    Lives and repairs of ``k`` machines, and of ``r`` reasons over all machines.

    Parameters
    ----------
    machines, reasons : k, r names
        The reasons that ended a life.
    lives
        Of each machine.
    reason : (n,)
        Place in ``reasons`` of what ended each life; -1 where it was not seen to end.
    seen : (n,)
        Whether its beginning was seen: else it was older than it looks.
    clock : (n,) [days]
        The machine's operating time as it ended.
    repairs
        Of each machine; one not seen to end was still going on.
    repair_reason : (m,)
    operated_days : (k,) [days]
    by_reason
        Lives of each reason: those that another reason ended are censored (competing risks), or, for moments without
        durations, the lives of the part itself from one replacement to the next.
    moments
        Whether failures are moments without a duration: machines are then taken to have operated all the time.
    """

    machines: tuple[str, ...]
    reasons: tuple[str, ...]
    lives: Lives
    reason: Ints
    seen: Bools
    clock: Floats
    repairs: Lives
    repair_reason: Ints
    operated_days: Floats
    by_reason: Lives
    moments: bool

    @property
    def watch(self) -> Watch:
        """The machines' failures on the clock of their operation."""
        failed = self.lives.failed
        offsets = np.concatenate([[0], np.cumsum(self.lives.failures)]).astype(np.int64)
        return Watch(Ragged(self.clock[failed], offsets), self.operated_days, np.zeros(len(self.machines), dtype=bool))

    def __len__(self) -> int:
        return len(self.machines)


def uptimes_of(floor: Floor) -> Uptimes:
    """
    Lives and repairs of a floor's machines by the rules above.

    Parameters
    ----------
    floor
        Its states, disjoint, and its calendar.
    """
    raw = floor.recorded.states
    lasting = raw.end > raw.start
    broke = (raw.state == State.DOWN) & ~raw.planned
    if bool((broke & ~lasting).any()) and not bool((lasting & (broke | (raw.state == State.RUNNING))).any()):
        return _from_moments(raw, floor.since, floor.until)
    states, pieces = floor.disjoint.states, floor.pieces()
    calendar = (pieces.group, pieces.offsets, pieces.start, pieces.end, pieces.plan)
    lives, repairs, life_offsets, repair_offsets, operated = cycles.walked(
        states.start, states.end, floor.use, states.reason, states.offsets, *calendar
    )
    days = lives[:, cycles.LASTED] / DAY, lives[:, cycles.CLOCK] / DAY
    told = Lives(days[0], lives[:, cycles.ENDED] == 1, life_offsets)
    fixed = Lives(repairs[:, cycles.LASTED] / DAY, repairs[:, cycles.ENDED] == 1, repair_offsets)
    names, reason, repair_reason = _named(states.reasons, lives[:, cycles.REASON], told.failed, repairs[:, cycles.REASON])
    r, n = len(names), len(told.days)
    pooled = Lives(
        np.tile(told.days, r),
        (np.tile(reason, r) == np.repeat(np.arange(r), n)) & np.tile(told.failed, r),
        np.arange(r + 1, dtype=np.int64) * n,
    )
    seen = lives[:, cycles.FRESH] == 1
    return Uptimes(states.machines, names, told, reason, seen, days[1], fixed, repair_reason, operated / DAY, pooled, moments=False)


def _named(words: tuple[str, ...], code: Ints, failed: Bools, repair_code: Ints) -> tuple[tuple[str, ...], Ints, Ints]:
    """The reasons that ended lives, and the places among them; breakdowns without a reason have one of their own."""
    used = np.unique(code[failed])
    names = tuple(words[one] if one >= 0 else NO_REASON_TOLD for one in used)
    place = np.searchsorted(used, code)
    repaired = np.minimum(np.searchsorted(used, repair_code), max(len(used) - 1, 0))
    return names, np.where(failed, place, -1), repaired


def _from_moments(raw: States, since: int, until: int) -> Uptimes:
    """Lives between moments: of machines from failure to failure, of parts from replacement to replacement."""
    k, span = len(raw.machines), (until - since) / DAY
    within = (raw.start >= since) & (raw.start <= until) & (raw.state == State.DOWN)
    machine, start, reason, planned = raw.machine[within], raw.start[within], raw.reason[within], raw.planned[within]
    broke = ~planned
    failures = np.unique(np.column_stack([machine[broke], start[broke]]), axis=0)
    lives, clock = _between(failures[:, 0], (failures[:, 1] - since) / DAY, np.ones(len(failures), dtype=bool), k, span)
    # Several parts that fail at one moment are one failure of the machine, by the first of them.
    first = {(m, t): code for m, t, code in zip(machine[broke][::-1], start[broke][::-1], reason[broke][::-1], strict=True)}
    code = np.full(len(lives.days), -1)
    code[lives.failed] = [first[m, t] for m, t in failures.tolist()]
    used = np.unique(reason[broke])
    names = tuple(raw.reasons[one] if one >= 0 else NO_REASON_TOLD for one in used)
    place = np.where(lives.failed, np.searchsorted(used, code), -1)
    parts = []
    for one in used:  # a part of each machine is a life's owner of its own
        mine = reason == one
        moments, where = np.unique(np.column_stack([machine[mine], start[mine]]), axis=0, return_inverse=True)
        ended = np.bincount(where.ravel(), broke[mine], minlength=len(moments)) > 0
        part, _ = _between(moments[:, 0], (moments[:, 1] - since) / DAY, ended, k, span)
        parts.append((part.days, part.failed))
    nothing = Lives(np.empty(0), np.empty(0, dtype=bool), np.zeros(k + 1, np.int64))
    seen = np.ones(len(lives.days), dtype=bool)
    seen[lives.offsets[:-1]] = False
    empty = np.empty(0, np.int64)
    return Uptimes(
        raw.machines, names, lives, place, seen, clock, nothing, empty, np.full(k, span), Lives.of(parts), moments=True
    )  # fmt: skip


def _between(machine: Ints, at: Floats, ended: Bools, k: int, span: float) -> tuple[Lives, Floats]:
    """Lives from the first moment to each event and on to the last moment, and when each ended."""
    counts = np.bincount(machine, minlength=k) + 1
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    clock, failed = np.empty(offsets[-1]), np.zeros(offsets[-1], dtype=bool)
    rows = np.arange(len(machine)) + machine  # every machine before has one life more than events
    clock[rows], failed[rows] = at, ended
    clock[offsets[1:] - 1] = span
    days = np.diff(clock, prepend=0.0)
    days[offsets[:-1]] = clock[offsets[:-1]]
    return Lives(days, failed, offsets), clock
