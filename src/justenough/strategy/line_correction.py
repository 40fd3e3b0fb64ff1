"""Line correction: a line lived once, and the decomposition that speaks of the lines near it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import LineError
from justenough.simulation.lines import LineLives, live
from justenough.sizing.paces import decomposed
from justenough.strategy.masking import USUAL, Effort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justenough.domain.line import Line

_HOURS = 24.0
# Share of a change that the decomposition may get wrong, 95 % of the time; measured over the random lines of docs/lines.md.
DRIFT = 0.4
_REACH = 1.96  # standard errors of a lived throughput to the same 95 %


@dataclass(frozen=True, slots=True)
class Stated:
    """
    A throughput and how far off it may be.

    Parameters
    ----------
    throughput : [parts/hour]
    error : [parts/hour]
        The line lived makes it within this, 95 % of the time.
    """

    throughput: float
    error: float


@dataclass(frozen=True, slots=True)
class Corrected:
    """
    A line that was lived, and the lines near it.

    Parameters
    ----------
    line
        As it was lived.
    lives
        What it did.
    factor
        By how much the lived line makes more (above 1) or less than the decomposed one.
    """

    line: Line
    lives: LineLives
    factor: float

    def throughput(self, changed: Line) -> Stated:
        """
        What the line would make with other capacities, MTBF, MTTR, cycle times, rework.

        The decomposition times the factor of the lived line. The stated error is that of the lives and a share
        (`DRIFT`) of all that was changed, each change weighed by what it does alone, so that a gain and a loss
        that cancel are two changes and not none.

        Raises
        ------
        LineError
            Where the changed line has other machines, other buffers, or loses other shares of its parts: what
            was lived says nothing of it.
        """
        if changed.machines != self.line.machines or not np.array_equal(changed.links, self.line.links):
            raise LineError(
                changed.name, "other machines or buffers than those lived", f"those of {self.line.name!r}; live the new line too"
            )
        if not np.array_equal(changed.scrap, self.line.scrap):
            raise LineError(changed.name, "another scrap than that lived", "the same, which the decomposition does not see")
        here = decomposed(self.line).throughput
        moved = sum(abs(np.log(decomposed(one).throughput / here)) for one in _one_by_one(self.line, changed))
        made = self.factor * decomposed(changed).throughput / _HOURS
        noise = _REACH * self.lives.standard_error / self.lives.mean
        return Stated(made, made * float(np.hypot(noise, DRIFT * moved)))


def corrected(line: Line, effort: Effort = USUAL) -> Corrected:
    """
    Live a line once and correct its decomposition by what came out.

    Parameters
    ----------
    effort
        More lives or parts make the stated errors of small changes smaller.
    """
    lives = live(line, seed=effort.seed, lives=effort.lives, parts=effort.parts, warm_up=effort.warm_up)
    return Corrected(line, lives, lives.mean / decomposed(line).throughput)


def _one_by_one(line: Line, changed: Line) -> Iterator[Line]:
    """The line with each single change."""
    for field in ("capacity", "up_days", "down_days", "cycle_days", "rework", "repair_scv"):
        before, after = getattr(line, field), getattr(changed, field)
        for place in np.flatnonzero(before != after):
            values = before.copy()
            values[place] = after[place]
            yield replace(line, **{field: values})
