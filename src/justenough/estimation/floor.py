"""Floor: everything measured of a plant's machines, disjoint and by moment, from which every figure is added up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.errors import JustenoughError
from justenough.domain.machine import SECOND, UNMAPPED, USE_OF_LOSS, USE_OF_STATE, Loss, State, Use
from justenough.estimation.clocks import midnights, moments_of
from justenough.estimation.intervals import Disjoint, Recorded, Rules, disjoint, recorded
from justenough.estimation.made import Made, made_of
from justenough.estimation.shifts import Pieces, pieces_of
from justenough.kernels import tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.domain.machine import Codes
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Ints

Moment = int | dt.datetime


class NothingMeasured(JustenoughError):
    """There are no records of machines to reckon with."""


@dataclass(frozen=True)
class Floor:
    """
    Everything measured of a plant's machines from ``since`` to ``until`` [microseconds since 1970, UTC], disjoint and by moment.

    Made once by `floor_of`; `oee_by` and `losses_of` add it up in different ways, so that they cannot disagree.
    """

    plant: Plant = field(repr=False)
    recorded: Recorded = field(repr=False)
    disjoint: Disjoint = field(repr=False)
    made: Made = field(repr=False)
    rules: Rules
    since: int
    until: int

    @property
    def machines(self) -> tuple[str, ...]:
        """The machines, declared or not, by name."""
        return self.disjoint.states.machines

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Reasons that were told and that the plant's `reasons` table does not name."""
        states = self.recorded.states
        return tuple(name for name, loss in zip(states.reasons, states.losses, strict=True) if loss == UNMAPPED)

    @property
    def zone(self) -> str:
        """Zone of the plant's clock: the one most machines have."""
        return plant_zone(self.plant)

    @cached_property
    def uses(self) -> Codes:
        """Use of a state for a reason (row 0: none), unplanned and planned. (n_reasons + 1, n_states, 2)"""
        return uses_for(self.disjoint.states.losses)

    @property
    def limit(self) -> int:
        """Longest minor stop; below 0 there is none. [microseconds]"""
        return round(self.rules.minor_stop_minutes * 60 * SECOND) if self.rules.minor_stop_minutes >= 0 else -1

    @cached_property
    def use(self) -> Codes:
        """What each disjoint interval is used for in planned time. (n,)"""
        one = self.disjoint.states
        return tally.uses_of(one.start, one.end, one.state, one.reason, one.planned.view(np.int8), self.uses, self.limit)

    def tallied(self, pieces: Pieces) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """Time of every machine by cell of its calendar and by use, and its stops by reason: `justenough.kernels.tally.tallied`."""
        one = self.disjoint.states
        cut = (pieces.group, pieces.offsets, pieces.start, pieces.end, pieces.plan, pieces.cell, pieces.rows)
        found: tuple[Ints, Ints, Ints, Ints, Ints] = tally.tallied(
            one.start, one.end, self.use, one.reason, one.offsets, len(one.reasons), *cut
        )
        return found

    @cached_property
    def without_calendar(self) -> tuple[str, ...]:
        """Machines for which no shift is declared: all their recorded time is taken as planned."""
        pieces = self.pieces()
        return tuple(name for name, group in zip(self.machines, pieces.group, strict=True) if not pieces.planned[group])

    def pieces(self, by: Sequence[str] = (), *, slots: int = 0) -> Pieces:
        """The machines' calendars, cut for a roll-up, or into equal parts of time."""
        products = self.made.products if "product" in by else None
        zones = self.recorded.zones
        return pieces_of(self.plant, self.machines, zones, self.since, self.until, by=by, products=products, slots=slots)


def uses_for(losses: Codes) -> Codes:
    """
    What a state is used for, by the loss of its reason; the declared rules.

    Running, unknown and engineering time are what they are. A stop is what its reason is mapped to, else what its state
    says; a stop declared as planned is a planned stop, but for a set-up, which is lost however well it was planned.
    """
    table = np.empty((len(losses) + 1, len(State), 2), np.int8)
    for row, loss in enumerate([UNMAPPED, *losses]):
        for state in State:
            use = USE_OF_STATE[state]
            if state not in (State.RUNNING, State.UNKNOWN, State.ENGINEERING):
                use = use if loss == UNMAPPED else USE_OF_LOSS[Loss(loss)]
                table[row, state] = (use, use if use == Use.SETUP else Use.PLANNED_STOP)
            else:
                table[row, state] = use
    return table


def floor_of(plant: Plant, *, since: Moment | None = None, until: Moment | None = None, rules: Rules | None = None) -> Floor:
    """
    The machines' states and counts, by moment.

    Parameters
    ----------
    plant
        Machines, calendar, events, counts, reasons and routing.
    since, until [microseconds since 1970, UTC; or a date and time on the plant's clock]
        What to look at; left out, from the midnight before the first record to the last moment any record names.
    rules
        The limit of minor stops, and which state counts where records overlap.

    Raises
    ------
    NothingMeasured
        Where there is neither an event nor a count, or nothing between ``since`` and ``until``.
    """
    rules = rules or Rules()
    zone = plant_zone(plant)
    begin, stop = (_tick(moment, zone) for moment in (since, until))
    told = recorded(plant, until=stop)
    made = made_of(plant, told.states.machines, told.zones)
    if not len(told.states) and not len(made.start):
        raise NothingMeasured("There are neither events nor counts of machines. Import them: justenough import FOLDER --profile P.")
    edges = [(one.start.min(), one.end.max()) for one in (told.states, made) if len(one.start)]
    if begin is None:
        first = int(min(low for low, _ in edges))
        begin = int(midnights(zone, first, first + 1)[0][0])
    stop = int(max(high for _, high in edges)) if stop is None else stop
    if stop <= begin:
        raise NothingMeasured("There is no time between the first moment asked for and the last; ask for a longer time.")
    return Floor(plant, told, disjoint(told, rules), made, rules, begin, stop)


def plant_zone(plant: Plant) -> str:
    """Zone of the plant's clock: the one that most of its machines have; empty for a clock that is never changed."""
    zones = plant.tables["machines"]["time_zone"].fill_null("").to_list()
    return max(sorted(set(zones)), key=zones.count, default="")


def _tick(moment: Moment | None, zone: str) -> int | None:
    if isinstance(moment, dt.datetime):
        return int(moments_of(pl.Series([moment]), pl.Series([zone])).at[0])
    return moment
