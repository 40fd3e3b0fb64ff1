"""Machine: the words for what a machine does and loses, and its states as columns.

Moments are whole microseconds since 1970 in UTC, so that times add up exactly and no clock change can
stretch an hour; `DAY` of them are a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Coded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Ints

    Bools = NDArray[np.bool_]
    Codes = NDArray[np.int8]  # of one of the words below
    Reasons = NDArray[np.int32]

SECOND = 1_000_000  # [microseconds]
HOUR = 3600 * SECOND
DAY = 24 * HOUR
NO_REASON = -1
UNMAPPED = -1  # the loss of a reason that the plant's `reasons` table does not name


class State(Coded):
    """What a machine says it does; the words of `events.state`."""

    RUNNING = 0
    DOWN = 1
    IDLE = 2
    STARVED = 3  # nothing comes in: the line's loss, not the machine's
    BLOCKED = 4  # nothing can leave: the line's loss
    SETUP = 5
    UNKNOWN = 6
    ENGINEERING = 7  # trials


class Loss(Coded):
    """What a stop reason costs; the words of `reasons.loss`: Nakajima's six big losses, then what is not the machine's own."""

    BREAKDOWN = 0
    SETUP = 1
    MINOR_STOP = 2
    SPEED = 3
    STARTUP_REJECT = 4
    REJECT = 5
    PLANNED = 6
    STARVED = 7
    BLOCKED = 8


class Planned(Coded):
    """What a calendar has planned of a moment; where two rows overlap, the higher code counts."""

    OUTSIDE = 0  # of every shift
    SHIFT = 1
    BREAK = 2
    PLANNED_STOP = 3


class Use(Coded):
    """
    What a moment of calendar time was used for.

    Every moment has exactly one use, so the uses of a machine add up to the calendar exactly. `RUNNING` and those
    after it are planned production time; `UNKNOWN` is planned time that nobody recorded.
    """

    OUTSIDE = 0  # nothing was planned, and the machine did not run
    OVERTIME = 1  # nothing was planned, and it ran
    BREAK = 2
    PLANNED_STOP = 3
    ENGINEERING = 4
    UNKNOWN = 5
    RUNNING = 6
    MINOR_STOP = 7  # an own stop no longer than the declared limit
    BREAKDOWN = 8
    SETUP = 9
    IDLE = 10  # stood, and nobody said why
    STARVED = 11
    BLOCKED = 12


class SemiState(Coded):
    """The basic states of SEMI E10; `UNKNOWN` is ours, for time that nobody recorded."""

    PRODUCTIVE = 0
    STANDBY = 1
    ENGINEERING = 2
    SCHEDULED_DOWN = 3
    UNSCHEDULED_DOWN = 4
    NON_SCHEDULED = 5
    UNKNOWN = 6


# Overlapping records: the first of these that any record tells counts. A stop beats running, so that no loss hides.
PRECEDENCE = (
    State.DOWN,
    State.SETUP,
    State.BLOCKED,
    State.STARVED,
    State.ENGINEERING,
    State.IDLE,
    State.RUNNING,
    State.UNKNOWN,
)

USE_OF_STATE: dict[State, Use] = {
    State.RUNNING: Use.RUNNING,
    State.DOWN: Use.BREAKDOWN,
    State.IDLE: Use.IDLE,
    State.STARVED: Use.STARVED,
    State.BLOCKED: Use.BLOCKED,
    State.SETUP: Use.SETUP,
    State.UNKNOWN: Use.UNKNOWN,
    State.ENGINEERING: Use.ENGINEERING,
}

USE_OF_LOSS: dict[Loss, Use] = {  # of a stop whose reason is mapped; running time stays running
    Loss.BREAKDOWN: Use.BREAKDOWN,
    Loss.SETUP: Use.SETUP,
    Loss.MINOR_STOP: Use.MINOR_STOP,
    Loss.SPEED: Use.MINOR_STOP,  # a stop cannot be a slow run; it is lost from performance all the same
    Loss.STARTUP_REJECT: Use.SETUP,
    Loss.REJECT: Use.BREAKDOWN,
    Loss.PLANNED: Use.PLANNED_STOP,
    Loss.STARVED: Use.STARVED,
    Loss.BLOCKED: Use.BLOCKED,
}

SEMI_OF_USE: dict[Use, SemiState] = {
    Use.OUTSIDE: SemiState.NON_SCHEDULED,
    Use.OVERTIME: SemiState.PRODUCTIVE,  # E10 follows the equipment, not the plan
    Use.BREAK: SemiState.NON_SCHEDULED,
    Use.PLANNED_STOP: SemiState.SCHEDULED_DOWN,
    Use.ENGINEERING: SemiState.ENGINEERING,
    Use.UNKNOWN: SemiState.UNKNOWN,
    Use.RUNNING: SemiState.PRODUCTIVE,
    Use.MINOR_STOP: SemiState.UNSCHEDULED_DOWN,
    Use.BREAKDOWN: SemiState.UNSCHEDULED_DOWN,
    Use.SETUP: SemiState.SCHEDULED_DOWN,
    Use.IDLE: SemiState.STANDBY,
    Use.STARVED: SemiState.STANDBY,
    Use.BLOCKED: SemiState.STANDBY,
}


@dataclass(frozen=True, slots=True)
class States:
    """
    What machines did, record by record: machine ``i`` has the records ``offsets[i]:offsets[i + 1]``, by their start.

    Records of one machine may overlap or leave gaps until `justenough.estimation.intervals` made them disjoint.

    Parameters
    ----------
    machines : k names
    offsets : (k + 1,)
    start, end : (n,) [microseconds since 1970, UTC]
        First moment, and the moment it was over.
    state : (n,)
        Code of `State`.
    reason : (n,)
        Place in ``reasons``, or `NO_REASON`.
    planned : (n,)
        Whether the record itself says that the stop was planned.
    reasons : r names
    losses : (r,)
        Code of the `Loss` each reason belongs to, or `UNMAPPED`.

    Raises
    ------
    ValueError
        Where columns differ in length, or a record ends before it starts.
    """

    machines: tuple[str, ...]
    offsets: Ints
    start: Ints
    end: Ints
    state: Codes
    reason: Reasons
    planned: Bools
    reasons: tuple[str, ...]
    losses: Codes

    def __post_init__(self) -> None:
        n = len(self.start)
        for name in ("end", "state", "reason", "planned"):
            if len(getattr(self, name)) != n:
                raise ValueError(f"{name} must have {n} values as start has, got {len(getattr(self, name))}")
        if len(self.offsets) != len(self.machines) + 1 or self.offsets[0] != 0 or self.offsets[-1] != n:
            raise ValueError(f"offsets must rise from 0 to {n} over {len(self.machines)} machines, got {self.offsets!r}")
        if len(self.losses) != len(self.reasons):
            raise ValueError(f"losses must have {len(self.reasons)} values, one a reason, got {len(self.losses)}")
        if n and bool((self.end < self.start).any()):
            at = int(np.argmax(self.end < self.start))
            raise ValueError(f"end must not lie before start, got {self.end[at]} before {self.start[at]} in record {at}")

    @property
    def machine(self) -> Ints:
        """Place of the machine of each record. (n,)"""
        return np.repeat(np.arange(len(self.machines)), np.diff(self.offsets))

    def __len__(self) -> int:
        return len(self.start)
