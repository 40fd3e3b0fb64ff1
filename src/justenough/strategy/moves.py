"""
Moves: one figure of the plant made better or worse, and what would then be known of the items it touches.

Levers of an item, the gate's bounds, the roadmap and what-if are readings of the same calculation: change what is
known, size the touched items again, compare. Here is the move.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import unique
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Coded

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.estimation.supplier import Outages
    from justenough.strategy.trace import Known

NEWTON_STEPS = 20  # the rate of stopping is found to the last bit in fewer


@unique
class Figure(Coded):
    """A figure of a supplier, of a machine, or of the items themselves."""

    LEAD_TIME = 0  # mean lead time, its spread in proportion [days]
    LEAD_TIME_SPREAD = 1  # sd of the lead time [days]
    OUTAGES = 2  # how often a supplier stops [1/day]
    OUTAGE_LENGTH = 3  # how long it then is away [days]
    SECOND_SOURCE = 4  # a supplier alike stands by: an order waits only while both are away
    MTBF = 5  # operating time between failures of a machine
    MTTR = 6  # time to repair it
    SETUP = 7  # its set-up time
    SPEED = 8  # its speed
    SCRAP = 9  # the share it spoils
    AVAILABILITY = 10  # its share of time up, by shorter repairs
    DEMAND = 11  # every quantity wanted [units]
    DEMAND_SPREAD = 12  # sd of a day's demand [units]
    FORECAST = 13  # error of the level, relative to it
    REVIEW = 14  # time between two looks [days]
    HOLDING_RATE = 15  # cost of holding money in stock [1/year]

    @property
    def label(self) -> str:
        """The word shown to people."""
        return self.name.lower().replace("_", " ")


OF_SUPPLIER = (Figure.LEAD_TIME, Figure.LEAD_TIME_SPREAD, Figure.OUTAGES, Figure.OUTAGE_LENGTH, Figure.SECOND_SOURCE)
OF_MACHINE = (Figure.MTBF, Figure.MTTR, Figure.SETUP, Figure.SPEED, Figure.SCRAP, Figure.AVAILABILITY)
_BETTER_LESS = (
    Figure.LEAD_TIME, Figure.LEAD_TIME_SPREAD, Figure.OUTAGES, Figure.OUTAGE_LENGTH, Figure.MTTR, Figure.SETUP, Figure.SCRAP,
    Figure.DEMAND_SPREAD, Figure.FORECAST, Figure.REVIEW,
)  # fmt: skip
_BETTER_MORE = (Figure.MTBF, Figure.SPEED, Figure.AVAILABILITY)


@dataclass(frozen=True, slots=True)
class Move:
    """
    One figure changed at one place.

    Parameters
    ----------
    figure
        What changes.
    where
        The supplier, the machine, or the items: a criticality class or one item. Empty: everywhere.
    factor
        The figure is multiplied by this; what it is then is stated by `Figure`. A second source takes none.
    """

    figure: Figure
    where: str
    factor: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.factor < np.inf:
            raise ValueError(f"factor must be 0 or more and finite, got {self.factor}: +10 % is 1.1, a half is 0.5")

    @property
    def relieves(self) -> bool:
        """Whether less can go wrong after it, or is sooner over: whoever has it may go on as before."""
        less, more = self.figure in _BETTER_LESS and self.factor <= 1.0, self.figure in _BETTER_MORE and self.factor >= 1.0
        return less or more or self.figure == Figure.SECOND_SOURCE


def moved(known: Known, figure: Figure, factor: Floats | float) -> Known:
    """
    What is known of a block of items when one figure of each is multiplied.

    Parameters
    ----------
    known
        As estimated. Figures of machines are not in it; they move lead times (`justenough.strategy.situation.Situation.after`).
    factor : (n_items,)
        1 changes nothing. For `Figure.SECOND_SOURCE` anything but 1 means that there is one.

    Notes
    -----
    The chance to meet an outage is that of an alternating renewal process with exponential times (`outages_of`), so
    that a shorter lead time and shorter outages lower it as well. It is worked out from the chance there is: the rate
    of stopping that gives it is looked for first.

    Raises
    ------
    ValueError
        For a figure of a machine.
    """
    time, outages, demand = known.lead_time, known.outages, known.demand
    by = np.broadcast_to(np.asarray(factor, dtype=np.float64), known.review_days.shape)
    if figure == Figure.LEAD_TIME:
        shorter = replace(
            time,
            mean_days=time.mean_days * by,
            sd_days=time.sd_days * by,
            effective_sd_days=time.effective_sd_days * by,
            mean_upper_days=time.mean_upper_days * by,
            p95_days=time.p95_days * by,
        )
        stops = stopping_rate(outages, time.mean_days)
        chance = np.where(by == 1.0, outages.probability, meeting(stops, shorter.mean_days, outages.wait_days))
        return replace(known, lead_time=shorter, outages=replace(outages, probability=chance))
    if figure == Figure.LEAD_TIME_SPREAD:
        return replace(known, lead_time=replace(time, sd_days=time.sd_days * by, effective_sd_days=time.effective_sd_days * by))
    if figure in (Figure.OUTAGES, Figure.OUTAGE_LENGTH, Figure.SECOND_SOURCE):
        return replace(known, outages=_stopped(outages, time.mean_days, figure, by))
    if figure == Figure.DEMAND:
        return replace(known, demand=replace(demand, mean=demand.mean * by, variance=demand.variance * np.square(by)))
    if figure == Figure.DEMAND_SPREAD:
        return replace(known, demand=replace(demand, variance=demand.variance * np.square(by)))
    if figure == Figure.FORECAST:
        return replace(known, demand=replace(demand, drift=demand.drift * by))
    if figure == Figure.REVIEW:
        return replace(known, review_days=known.review_days * by)
    if figure == Figure.HOLDING_RATE:
        return replace(known, economics=replace(known.economics, holding_rate=known.economics.holding_rate * by))
    raise ValueError(f"{figure.label} is a figure of a machine; what it does to lead times is worked out where machines are known")


def _stopped(outages: Outages, lead_days: Floats, figure: Figure, by: Floats) -> Outages:
    """Outages that come more seldom, are shorter, or are met only while a second supplier alike is away too."""
    stops, wait = stopping_rate(outages, lead_days), outages.wait_days
    if figure == Figure.OUTAGES:
        chance, length = meeting(stops * by, lead_days, wait), np.ones_like(by)
    elif figure == Figure.OUTAGE_LENGTH:
        chance, length = meeting(stops, lead_days, wait * by), by
    else:
        # Both alike and independent; what is left of an outage is exponential, so the shorter of two halves it.
        chance, length = np.square(outages.probability), np.where(by == 1.0, 1.0, 0.5)
    return replace(
        outages,
        probability=np.where(by == 1.0, outages.probability, chance),
        wait_days=wait * length,
        wait_sd_days=outages.wait_sd_days * length,
        worst_days=outages.worst_days * length,
    )


def meeting(stops: Floats, lead_days: Floats, wait_days: Floats) -> Floats:
    """Chance that an order meets an outage: ``1 - exp(-stop lead) / (1 + stop wait)`` (Ross 1996, ch. 3). (n_items,) [fraction]"""
    return np.asarray(-np.expm1(-stops * lead_days - np.log1p(stops * wait_days)))


def stopping_rate(outages: Outages, lead_days: Floats) -> Floats:
    """How often a supplier stops if its orders meet an outage with the chance there is. (n_items,) [1/day]"""
    wanted = -np.log1p(-np.minimum(outages.probability, 1.0 - 1e-12))
    wait = outages.wait_days
    lead = np.nan_to_num(lead_days)
    # stop lead + log(1 + stop wait) is concave and rising: Newton from the left of the root stays there.
    rate = wanted / np.maximum(lead + wait, 1e-12)
    for _ in range(NEWTON_STEPS):
        over = rate * lead + np.log1p(rate * wait) - wanted
        rate = rate - over / np.maximum(lead + wait / (1.0 + rate * wait), 1e-12)
    return np.asarray(np.where(outages.probability > 0.0, np.maximum(rate, 0.0), 0.0))
