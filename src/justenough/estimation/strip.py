"""Strip: what machines did, as a row of equal parts of time, each named by its greatest use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.machine import DAY, Use

if TYPE_CHECKING:
    from justenough.domain.machine import Codes
    from justenough.estimation.floor import Floor


@dataclass(frozen=True, slots=True)
class Strip:
    """
    Uses of machines over time.

    Parameters
    ----------
    machines : k names
    use : (k, n_slots)
        The `Use` that took most of each slot; of equal ones the first.
    since, until [microseconds since 1970, UTC]
    """

    machines: tuple[str, ...]
    use: Codes
    since: int
    until: int


def strip_of(floor: Floor, slots: int = 96, *, days: float = 1.0) -> Strip:
    """
    The last days of every machine in equal slots, by the tally that OEE is made of.

    Parameters
    ----------
    slots
        Parts that the time is cut into.
    days
        How much of the end of the floor's time is shown, all of it at most. [days]
    """
    since = max(floor.since, floor.until - round(days * DAY))
    totals, *_ = floor.tallied(replace(floor, since=since).pieces(slots=slots))
    use = totals.reshape(len(floor.machines), slots, len(Use)).argmax(axis=2).astype(np.int8)
    return Strip(floor.machines, use, since, floor.until)
