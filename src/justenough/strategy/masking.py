"""Masking: what each buffer of a line is for, whose stops it absorbs, and what it hides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.line import LEAST_CAPACITY
from justenough.simulation.lines import LineLives, live

if TYPE_CHECKING:
    from collections.abc import Callable

    from justenough.domain.line import Line
    from justenough.domain.ragged import Floats, Ints

_HOURS = 24.0
MOST_TAKEN_APART = 50  # machines up to which a line is lived without each buffer and with each machine better


@dataclass(frozen=True, slots=True)
class Effort:
    """
    How long lines are lived.

    Parameters
    ----------
    seed
        One for all lines of a study, so that they meet the same failures.
    lives, parts, warm_up
        Lives of each line, parts counted in each, and parts before those.
    """

    seed: int = 0
    lives: int = 32
    parts: int = 20_000
    warm_up: int = 2_000


USUAL = Effort()


@dataclass(frozen=True, slots=True)
class Hidden:
    """
    What one buffer does.

    Parameters
    ----------
    name
        The machines it lies between.
    capacity, content : [parts]
        Most, and mean parts waiting in it.
    money : [currency]
        In those parts; NaN where nobody said what a part is worth.
    masked_loss, masked_error : [parts/hour]
        What the line would lose without the buffer, and the standard error of that.
    masked_share : [fraction]
        Of the line's throughput.
    absorbed : (k,) [fraction]
        Share of the masked loss that is each machine's stops; they sum to 1 where there is any.
    downstream_shown, downstream_without : [fraction]
        Time the machine after it works, with the buffer and without.
    """

    name: str
    capacity: int
    content: float
    money: float
    masked_loss: float
    masked_error: float
    masked_share: float
    absorbed: Floats
    downstream_shown: float
    downstream_without: float


@dataclass(frozen=True, slots=True)
class LineStudy:
    """
    What a line does and what its buffers hide.

    Parameters
    ----------
    line
        As given.
    lives
        The line as it is, lived; rates a day.
    alone : (k,) [parts/hour]
        What each machine would make alone.
    bottleneck
        Place of the machine whose small gain of speed gives the line most.
    speed_gain : (k,) [parts/hour]
        What one in a hundred more speed of each machine gives the line.
    buffers
        One for each buffer of the line.
    """

    line: Line
    lives: LineLives
    alone: Floats
    bottleneck: int
    speed_gain: Floats
    buffers: tuple[Hidden, ...]

    @property
    def throughput(self) -> float:
        """Good parts of the last machine. [parts/hour]"""
        return self.lives.mean / _HOURS

    @property
    def apart(self) -> bool:
        """Whether it was short enough to be taken apart."""
        return len(self.line.machines) <= MOST_TAKEN_APART

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Bounds of the throughput from the lives. [parts/hour]"""
        low, high = self.lives.interval(confidence)
        return low / _HOURS, high / _HOURS


def study(line: Line, effort: Effort = USUAL, *, whose: bool = True, progress: Callable[[float], None] = lambda _: None) -> LineStudy:
    """
    Live a line as it is, without each buffer, and with each machine made perfect.

    Parameters
    ----------
    whose
        Whether to find out whose stops each buffer absorbs, for which the line is lived once more for each machine
        and buffer.
    progress
        Told the share done, from 0 to 1.

    Notes
    -----
    A buffer's masked loss is the throughput with it less that without it, everything else as it is. A
    machine's share of it is by how much the loss would be smaller if that machine never stopped, against the
    same of all machines. All lines are lived with the same failures, so the differences are sharp. A line of more than
    `MOST_TAKEN_APART` machines is lived as it is and not taken apart: its bottleneck is the machine that waits least,
    and what its buffers hide stays NaN.
    """
    machines, buffers = range(len(line.machines)), range(len(line.links))
    apart = len(machines) <= MOST_TAKEN_APART
    whole, done = 1 + apart * (len(machines) + len(buffers) + whose * len(machines) * (1 + len(buffers))), 0

    def lived(tried: Line) -> LineLives:
        nonlocal done
        done += 1
        progress(done / whole)
        return live(tried, seed=effort.seed, lives=effort.lives, parts=effort.parts, warm_up=effort.warm_up)

    as_it_is = lived(line)
    alone = line.availability / line.cycle_days * (1.0 - line.rework) / _HOURS
    if not apart:
        waits = (as_it_is.starved + as_it_is.blocked).mean(axis=0)
        unknown = np.full(len(machines), np.nan)
        return LineStudy(line, as_it_is, alone, int(np.argmin(waits)), unknown, tuple(_unknown(line, as_it_is, j) for j in buffers))
    gain = np.array([lived(_quicker(line, i)).mean - as_it_is.mean for i in machines]) / _HOURS
    perfect = [replace(line, up_days=_with(line.up_days, i, np.inf)) for i in machines if whose]
    made_perfect = [lived(better).mean for better in perfect]
    hidden = []
    for j in buffers:
        without = lived(_without(line, j))
        loss = (as_it_is.throughput - without.throughput) / _HOURS
        still = np.array([made - lived(_without(better, j)).mean for made, better in zip(made_perfect, perfect, strict=True)]) / _HOURS
        spared = np.maximum(0.0, loss.mean() - still) if whose else np.zeros(len(machines))
        hidden.append(
            replace(
                _unknown(line, as_it_is, j),
                masked_loss=float(loss.mean()),
                masked_error=float(loss.std(ddof=1) / np.sqrt(len(loss))),
                masked_share=float(loss.mean() * _HOURS / as_it_is.mean),
                absorbed=spared / spared.sum() if spared.sum() > 0 else np.zeros(len(machines)),
                downstream_without=float(without.working[:, int(line.links[j, 1])].mean()),
            )
        )
    return LineStudy(line, as_it_is, alone, int(np.argmax(gain)), gain, tuple(hidden))


def _unknown(line: Line, lives: LineLives, buffer: int) -> Hidden:
    """What a buffer holds, before anybody took it away."""
    content = float(lives.content[:, buffer].mean())
    return Hidden(
        name=line.buffer_name(buffer),
        capacity=int(line.capacity[buffer]),
        content=content,
        money=content * float(line.part_value[buffer]),
        masked_loss=np.nan,
        masked_error=np.nan,
        masked_share=np.nan,
        absorbed=np.full(len(line.machines), np.nan),
        downstream_shown=float(lives.working[:, int(line.links[buffer, 1])].mean()),
        downstream_without=np.nan,
    )


@dataclass(frozen=True, slots=True)
class Cut:
    """
    What a smaller buffer sets free and what it costs.

    Parameters
    ----------
    released : [parts]
        Mean parts that no longer wait.
    money : [currency]
        In them.
    lost, lost_error : [parts/hour]
        Throughput that goes, and its standard error.
    lost_share : [fraction]
    """

    released: float
    money: float
    lost: float
    lost_error: float
    lost_share: float


def cut(line: Line, buffer: int, capacity: int, effort: Effort = USUAL) -> Cut:
    """What it means to give one buffer another capacity, everything else as it is."""
    smaller = line.capacity.copy()
    smaller[buffer] = capacity
    before, after = (
        live(tried, seed=effort.seed, lives=effort.lives, parts=effort.parts, warm_up=effort.warm_up)
        for tried in (line, replace(line, capacity=smaller))
    )
    lost = (before.throughput - after.throughput) / _HOURS
    released = float((before.content[:, buffer] - after.content[:, buffer]).mean())
    return Cut(
        released=released,
        money=released * float(line.part_value[buffer]),
        lost=float(lost.mean()),
        lost_error=float(lost.std(ddof=1) / np.sqrt(len(lost))),
        lost_share=float(lost.mean() * _HOURS / before.mean),
    )


def _quicker(line: Line, machine: int) -> Line:
    return replace(line, cycle_days=_with(line.cycle_days, machine, line.cycle_days[machine] / 1.01))


def _without(line: Line, buffer: int) -> Line:
    capacity: Ints = line.capacity.copy()
    capacity[buffer] = LEAST_CAPACITY
    return replace(line, capacity=capacity)


def _with(values: Floats, place: int, value: float) -> Floats:
    changed = values.copy()
    changed[place] = value
    return changed
