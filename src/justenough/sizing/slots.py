"""Slots: the machines of a real line as synchronous ones, so that exact and decomposed models can speak of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels.pair import LEAST_CHANCE

if TYPE_CHECKING:
    from justenough.domain.line import Line
    from justenough.domain.ragged import Floats


@dataclass(frozen=True, slots=True)
class Slots:
    """
    Machines of one pace.

    Parameters
    ----------
    failing, repaired : (k,) [1/slot]
    days : [days]
        Length of a slot: the cycle of the quickest machine.
    """

    failing: Floats
    repaired: Floats
    days: float


def slots_of(line: Line) -> Slots:
    """
    Synchronous machines that make as much as the line's and vary as much in the long run.

    A slow machine becomes a quick one that stops more: its two probabilities are those that give its mean rate
    alone and the asymptotic variance of its output (for repairs of any variation, the renewal-reward variance
    ``u^2 d^2 (1 + c) / (u + d)^3`` of time up). Machines of one pace with exponential repairs come out as
    ``p = cycle / MTBF``, ``r = cycle / MTTR`` up to terms of their product. Rework is time; scrap is not seen.
    """
    cycle = line.cycle_days / (1.0 - line.rework)
    slot = float(cycle.min())
    up, down = line.up_days, line.down_days
    pace = slot / cycle
    share = line.availability * pace  # parts a slot, alone
    ratio = np.where(np.isfinite(up), down / np.where(np.isfinite(up), up, 1.0), 0.0)
    variance = (
        np.square(pace) * np.square(down) * (1.0 + line.repair_scv) / (np.where(np.isfinite(up), up, 1.0) * (1.0 + ratio) ** 3) / slot
    )
    variance = np.where(ratio > 0.0, variance, 0.0)
    stop = share * (1.0 - share)
    with np.errstate(divide="ignore", invalid="ignore"):
        both = np.where(stop > 0.0, 2.0 * stop / (variance + stop), 1.0)  # p + r
    repaired = np.minimum(both * share, 1.0)
    failing = np.clip(repaired * (1.0 - share) / share, LEAST_CHANCE, 1.0 - LEAST_CHANCE)
    return Slots(failing, repaired, slot)
