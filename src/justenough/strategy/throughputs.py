"""Throughputs: what a machine's improvement lets its line, or the machine itself where it stands alone, make more of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import LineError
from justenough.sizing.paces import decomposed
from justenough.strategy.moves import Figure
from justenough.strategy.plant_line import line_of, lines_of
from justenough.strategy.situation import improved

if TYPE_CHECKING:
    from justenough.domain.line import Line
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats
    from justenough.estimation.machines_measured import Machines
    from justenough.strategy.moves import Move

HOURS = 24.0


@dataclass(frozen=True)
class Throughputs:
    """
    The lines that machines stand in, with the machines as measured.

    Parameters
    ----------
    machines
        As measured; None where none is.
    lines
        By the name of each machine that stands in one.
    """

    machines: Machines | None
    lines: dict[str, Line] = field(repr=False)

    def share(self, move: Move) -> float:
        """
        Throughput gained by a move of one machine, as a share of what there is; NaN for what no machine does. [fraction]

        Of a line: by its decomposition, before and after. Of a machine alone: what it can make, ``pace A quality``.
        """
        if self.machines is None or move.where not in self.machines.names:
            return float("nan")
        at = self.machines.at(move.where)
        line = self.lines.get(move.where)
        then = improved(self.machines, move)
        if line is None or move.figure == Figure.SCRAP:
            now, new = (float(_capacity(each)[at]) for each in (self.machines, then))
            return new / now - 1.0
        return decomposed(_moved(line, move.where, self.machines, then)).throughput / decomposed(line).throughput - 1.0

    def per_hour(self, move: Move) -> float:
        """The same in parts an hour, where the machine stands in a line; else NaN. [parts/hour]"""
        line = self.lines.get(move.where)
        return float("nan") if line is None else self.share(move) * decomposed(line).throughput / HOURS


def throughputs_of(plant: Plant, machines: Machines | None) -> Throughputs:
    """The plant's lines by machine; a line that cannot stand as described is left out, and its machines count as alone."""
    found: dict[str, Line] = {}
    for name in lines_of(plant) if machines is not None else []:
        try:
            line = line_of(plant, name).line
        except LineError:
            continue
        found |= dict.fromkeys(line.machines, line)
    return Throughputs(machines, found)


def _capacity(machines: Machines) -> Floats:
    """What each machine makes of its planned time: pace, availability and quality. (k,) [of its own pace as measured]"""
    return np.asarray(machines.speed * machines.availability * machines.quality)


def _moved(line: Line, machine: str, now: Machines, then: Machines) -> Line:
    """The line with one machine changed by as much as the measured one."""
    at, place = now.at(machine), line.machines.index(machine)
    up = float(np.mean(then.mtbf_days[at]) / np.mean(now.mtbf_days[at]))
    down = float(np.mean(then.mttr_days[at]) / np.mean(now.mttr_days[at]))
    pace = float(then.speed[at] / now.speed[at])

    def times(values: Floats, factor: float) -> Floats:
        out = values.astype(np.float64).copy()
        out[place] *= factor
        return out

    return replace(
        line, up_days=times(line.up_days, up), down_days=times(line.down_days, down), cycle_days=times(line.cycle_days, 1.0 / pace)
    )
