"""Work clock: how much calendar time a machine's planned time takes, nights and weekends between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.machine import DAY, Planned

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.estimation.floor import Floor

WEEK_DAYS = 7


@dataclass(frozen=True)
class WorkClock:
    """
    One calendar that repeats itself.

    Parameters
    ----------
    at : (p,) [days]
        Moments from 0 on, in order; the last is the calendar's length.
    worked : (p,) [days]
        Planned time until each of them.
    """

    at: Floats
    worked: Floats

    @property
    def share(self) -> float:
        """Planned time of all time. [fraction]"""
        return float(self.worked[-1] / self.at[-1])

    def elapsed(self, work: Floats, start: Floats) -> Floats:
        """
        Calendar time from a moment until so much planned time has passed.

        Parameters
        ----------
        work : (n, m) [days]
            Planned time.
        start : (m,) [fraction]
            Where in the calendar it begins.
        """
        if self.share >= 1.0:
            return work
        begin = start * self.at[-1]
        until = np.interp(begin, self.at, self.worked) + work
        rounds = np.ceil(until / self.worked[-1]) - 1.0
        within = until - rounds * self.worked[-1]
        # The first moment by which so much is done: work that ends with a shift ends there, not the next morning.
        after = np.maximum(np.searchsorted(self.worked, within - 1e-12), 1)
        over = np.minimum(self.worked[after] - within, np.diff(self.worked)[after - 1])
        return np.asarray(rounds * self.at[-1] + self.at[after] - over - begin)


ALWAYS = WorkClock(np.array([0.0, 1.0]), np.array([0.0, 1.0]))


def work_clocks(floor: Floor) -> list[WorkClock]:
    """
    Calendar of each machine of a floor, over as many whole weeks as were recorded; (k,).

    A machine without a shift on record is taken to be there at all times. A calendar that ends a week or more before the record
    does, as when machines are heard long after an export, says nothing of what came after it; nor one that begins so late, of before.
    """
    pieces = floor.pieces()
    found = []
    for group in range(len(pieces.offsets) - 1):
        of = slice(pieces.offsets[group], pieces.offsets[group + 1])
        planned = pieces.plan[of] == Planned.SHIFT
        at = (np.append(pieces.start[of], pieces.end[of][-1:]) - pieces.since) / DAY
        worked = np.concatenate([[0.0], np.cumsum(np.where(planned, np.diff(at), 0.0))])
        at, worked = _told(at, worked)
        weeks = np.floor(at[-1] / WEEK_DAYS + 1e-9) * WEEK_DAYS
        if weeks > 0.0:
            worked = np.append(worked[at < weeks], np.interp(weeks, at, worked))
            at = np.append(at[at < weeks], weeks)
        found.append(WorkClock(at, worked) if pieces.planned[group] and worked[-1] > 0.0 else ALWAYS)
    return [found[group] for group in pieces.group]


def _told(at: Floats, worked: Floats) -> tuple[Floats, Floats]:
    """A calendar without the time before its first shift and after its last, where that is a week or more."""
    planned = np.flatnonzero(np.diff(worked) > 0.0)
    if not len(planned):
        return at, worked
    first, last = at[planned[0]], at[planned[-1] + 1]
    begin = first if first >= WEEK_DAYS else 0.0
    inside = (at >= begin) & (at <= (last if at[-1] - last >= WEEK_DAYS else at[-1]))
    return at[inside] - begin, worked[inside]
