"""Line gradients: what a line gains for a little more MTBF, less MTTR, more speed, one more place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.simulation.lines import live
from justenough.sizing.paces import decomposed
from justenough.strategy.masking import USUAL, Effort

if TYPE_CHECKING:
    from collections.abc import Callable

    from justenough.domain.line import Line
    from justenough.domain.ragged import Floats

    Made = Callable[[Line], Floats]

_HOURS, _MINUTES = 24.0, 1440.0
_SMALL, _LIVED = 1e-3, 0.1  # steps as shares of a figure: of the decomposition, of lives


@dataclass(frozen=True, slots=True)
class LineGradients:
    """
    Throughput gained for each small change alone.

    Parameters
    ----------
    mtbf : (k,) [parts/hour / day]
        For a longer time between failures; 0 for a machine that never fails.
    mttr : (k,) [parts/hour / day]
        For a longer repair, so below 0.
    speed : (k,) [parts/hour]
        For a speed twice as high, were it to go on like its first small part.
    place : (b,) [parts/hour / part]
        For one more place.
    errors
        Standard error of each of the four, by name; 0 where they were calculated and not lived.
    """

    mtbf: Floats
    mttr: Floats
    speed: Floats
    place: Floats
    errors: dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Lever:
    """
    One change that can be asked for on the floor.

    Parameters
    ----------
    what
        ``MTBF``, ``MTTR``, ``speed`` or ``places``.
    where
        Machine or buffer.
    step
        The change in words: ``one minute less``.
    gains : [parts/hour]
        For that step.
    tenth : [parts/hour]
        For a tenth of the figure as it is, so that unlike figures can be ranked; of a buffer, a tenth of its places and at least one.
    """

    what: str
    where: str
    step: str
    gains: float
    tenth: float


def gradients(line: Line, *, factor: float = 1.0) -> LineGradients:
    """
    Gradients of the decomposed line, times the factor of the lived one.

    Parameters
    ----------
    factor
        Lived throughput over the decomposed, as `justenough.strategy.line_correction.corrected` finds it.
    """
    return _differences(line, lambda tried: np.array([factor * decomposed(tried).throughput / _HOURS]), _SMALL)


def lived_gradients(line: Line, effort: Effort = USUAL) -> LineGradients:
    """
    Gradients of the lived line, by lives that meet the same failures a tenth up and a tenth down.

    Slower than `gradients`, and right where the decomposition is not; each comes with its standard error.
    """

    def made(tried: Line) -> Floats:
        return live(tried, seed=effort.seed, lives=effort.lives, parts=effort.parts, warm_up=effort.warm_up).throughput / _HOURS

    return _differences(line, made, _LIVED)


def ranked(line: Line, slopes: LineGradients) -> list[Lever]:
    """Every change that gains anything, what gains most for a tenth of its figure first."""
    levers = []
    for i, machine in enumerate(line.machines):
        if np.isfinite(line.up_days[i]):
            gain = float(slopes.mtbf[i])
            levers.append(Lever("MTBF", machine, "one hour more", gain / _HOURS, gain * float(line.up_days[i]) / 10))
            gain = -float(slopes.mttr[i])
            levers.append(Lever("MTTR", machine, "one minute less", gain / _MINUTES, gain * float(line.down_days[i]) / 10))
        gain = float(slopes.speed[i])
        levers.append(Lever("speed", machine, "one in a hundred more", gain / 100, gain / 10))
    for j in range(len(line.links)):
        gain = float(slopes.place[j])
        levers.append(Lever("places", line.buffer_name(j), "one more", gain, gain * max(1.0, (int(line.capacity[j]) - 2) / 10)))
    return sorted((lever for lever in levers if lever.gains > 0.0), key=lambda lever: -lever.tenth)


def _differences(line: Line, made: Made, share: float) -> LineGradients:
    machines, buffers = len(line.machines), len(line.links)
    here = made(line)
    slopes: dict[str, Floats] = {}
    errors: dict[str, Floats] = {}

    def keep(name: str, place: int, size: int, slope: Floats) -> None:
        slopes.setdefault(name, np.zeros(size))[place] = slope.mean()
        spread = slope.std(ddof=1) / np.sqrt(len(slope)) if len(slope) > 1 else 0.0
        errors.setdefault(name, np.zeros(size))[place] = spread

    for i in range(machines):
        up, down, cycle = float(line.up_days[i]), float(line.down_days[i]), float(line.cycle_days[i])
        zero = np.zeros_like(here)
        keep("mtbf", i, machines, _slope(line, made, "up_days", i, share * up) if np.isfinite(up) else zero)
        if not np.isfinite(up):
            keep("mttr", i, machines, zero)
        elif down > 0.0:
            keep("mttr", i, machines, _slope(line, made, "down_days", i, share * down))
        else:
            keep("mttr", i, machines, (made(_moved(line, "down_days", i, share * cycle)) - here) / (share * cycle))
        # A speed is one over a cycle: to first order, what a share more of it gives is what that share less cycle gives.
        keep("speed", i, machines, -cycle * _slope(line, made, "cycle_days", i, min(share, 0.02) * cycle))
    for j in range(buffers):
        keep("place", j, buffers, made(_moved(line, "capacity", j, 1)) - here)
    empty = np.empty(0)
    return LineGradients(slopes["mtbf"], slopes["mttr"], slopes["speed"], slopes.get("place", empty), {"place": empty} | errors)


def _slope(line: Line, made: Made, field: str, place: int, step: float) -> Floats:
    return np.asarray((made(_moved(line, field, place, step)) - made(_moved(line, field, place, -step))) / (2.0 * step))


def _moved(line: Line, field: str, place: int, step: float) -> Line:
    values = getattr(line, field).copy()
    values[place] += step
    return replace(line, **{field: values})
