"""Paces: a real line's machines as the fluid line that stands for them, and what that line makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.line import LEAST_CAPACITY
from justenough.kernels import fluid_lines
from justenough.kernels.pair import LEAST_CHANCE

if TYPE_CHECKING:
    from justenough.domain.line import Line
    from justenough.domain.ragged import Floats


@dataclass(frozen=True, slots=True)
class Paces:
    """
    Machines as `justenough.kernels.fluid_lines` knows them.

    Parameters
    ----------
    speed : (k,) [parts/day]
    failing, repaired : (k,) [1/day]
    """

    speed: Floats
    failing: Floats
    repaired: Floats


@dataclass(frozen=True, slots=True)
class FluidFigures:
    """
    What the decomposed line does.

    Parameters
    ----------
    throughput : [parts/day]
    level : (b,) [parts]
        Mean content of each buffer.
    """

    throughput: float
    level: Floats


def paces_of(line: Line) -> Paces:
    """
    Machines with exponential stops that make as much as the line's and vary as much in the long run.

    Repairs of squared variation c are made exponential by stretching up and down times alike by ``(1 + c) / 2``: that
    keeps the availability, and the asymptotic variance of what the machine makes. Rework is time; scrap is not seen.
    """
    speed = (1.0 - line.rework) / line.cycle_days
    stretch = (1.0 + line.repair_scv) / 2.0
    stops = np.isfinite(line.up_days) & (line.down_days > 0.0)
    failing = 1.0 / np.where(stops, line.up_days * stretch, 1.0)
    repaired = 1.0 / np.where(stops, line.down_days * stretch, 1.0)
    return Paces(speed, np.where(stops, failing, LEAST_CHANCE * speed), np.where(stops, repaired, speed))


def decomposed(line: Line, paces: Paces | None = None) -> FluidFigures:
    """
    A line by decomposition, uncorrected; ``docs/lines.md`` says how far off that is.

    Each buffer has room for the places between its two machines, what they hold in their fixtures being held in
    step; and for the share of a cycle by which the quicker of the two is ahead of the slowest machine of all, which
    absorbs its shortest stops even where there is no place. (Found by trial: it takes the worst of 160 random lines
    with few places from 25 % to 13 %.)

    Parameters
    ----------
    paces
        Of the line's machines where they are known already; its buffers are read from the line.
    """
    paces = paces_of(line) if paces is None else paces
    if len(line.links) == 0:
        return FluidFigures(float((paces.speed * paces.repaired / (paces.repaired + paces.failing))[0]), np.empty(0))
    out = np.empty((len(line.links), 5))
    ahead = 1.0 - paces.speed.min() / paces.speed[line.links].max(axis=1)
    room = line.capacity - LEAST_CAPACITY + ahead
    fluid_lines.decomposed(paces.speed, paces.failing, paces.repaired, line.links, room, out)
    return FluidFigures(float(out[:, fluid_lines.MADE].mean()), out[:, fluid_lines.LEVEL].copy())
