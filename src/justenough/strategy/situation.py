"""Situation: what a plan rests on, who supplies and makes each item, and what would be known after moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import UnknownPlace
from justenough.estimation.lanes import supplier_names
from justenough.strategy.linking import ordered_anew
from justenough.strategy.moves import OF_MACHINE, OF_SUPPLIER, Figure, moved
from justenough.strategy.spread import part

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.machines_measured import Machines
    from justenough.estimation.throughput import Link
    from justenough.strategy.decide import Decided
    from justenough.strategy.moves import Move
    from justenough.strategy.trace import Known

MOST_AVAILABLE = 0.9999  # a machine that is up more is not believed [fraction]


@dataclass(frozen=True)
class Situation:
    """
    The items of a plan that were sized, in its order, and what they rest on.

    Parameters
    ----------
    items, supplier, criticality : (n_items,)
        Names; null where there is none.
    rows : (n_items,)
        Of the plant.
    known
        As estimated, rejects not yet read.
    link
        What ties made items to machines; None where no machine is measured.
    """

    items: pl.Series
    supplier: pl.Series
    criticality: pl.Series
    rows: Ints
    known: Known
    link: Link | None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def suppliers(self) -> list[str]:
        """Names of all suppliers of these items, sorted."""
        return sorted(str(name) for name in self.supplier.drop_nulls().unique())

    @property
    def machines(self) -> list[str]:
        """Names of the measured machines that make any of these items, sorted."""
        if self.link is None:
            return []
        return sorted(name for name in self.link.machines.names if np.isin(self.link.items_of(name), self.rows).any())

    def touched(self, move: Move) -> Ints:
        """
        Places of the items a move touches.

        Raises
        ------
        UnknownPlace
            Where no such supplier, machine, class or item is; says which are.
        """
        if move.figure in OF_MACHINE:
            if self.link is None or (move.where and move.where not in self.link.machines.names):
                known = () if self.link is None else self.link.machines.names
                raise UnknownPlace("measured machine", move.where, known)
            of = self.link.routes.items if not move.where else self.link.items_of(move.where)
            return np.flatnonzero(np.isin(self.rows, of))
        if not move.where:
            return np.arange(len(self))
        if move.figure in OF_SUPPLIER:
            return self._named(self.supplier, move.where, "supplier")
        if move.where in self.criticality:
            return self._named(self.criticality, move.where, "class")
        return self._named(self.items, move.where, "class or item")

    def among(self, places: Ints, moves: Sequence[Move]) -> Situation:
        """Of the items at ``places`` only, with machines only if a move is of one; as little as another process needs."""
        items, supplier, criticality = (column.gather(places) for column in (self.items, self.supplier, self.criticality))
        link = self.link if any(move.figure in OF_MACHINE for move in moves) else None
        return Situation(items, supplier, criticality, self.rows[places], part(self.known, places), link)

    def after(self, moves: Sequence[Move], places: Ints, machines: Machines | None = None, link: Link | None = None) -> Known:
        """
        What would be known of the items at ``places`` after these moves, rejects not yet read.

        Parameters
        ----------
        machines
            Moved in place of the measured ones.
        link
            In place of the plan's.
        """
        known: Known = part(self.known, places)
        asked = [move for move in moves if move.figure in OF_MACHINE]
        tie = link or self.link
        if tie is not None and (asked or machines is not None or link is not None):
            then = machines or tie.machines
            for move in asked:
                then = improved(then, move)
            time = tie.lead_time(then, items=self.rows[places], bound=False)
            known = replace(known, lead_time=part(time, self.rows[places]))
        for move in moves:
            if move.figure not in OF_MACHINE:
                factor = np.where(np.isin(places, self.touched(move)), _factor(move), 1.0)
                known = moved(known, move.figure, factor)
        return known

    def sized_after(self, moves: Sequence[Move], places: Ints) -> Known:
        """
        `after`, for whoever sizes these items again: where holding costs otherwise they are made in other lots, which take otherwise long.

        Items elsewhere that share their machines are made as they were.
        """
        known = self.after(moves, places)
        if self.link is None or not any(move.figure == Figure.HOLDING_RATE for move in moves):
            return known
        return self.after(moves, places, link=ordered_anew(self.link, known, self.rows[places]))

    def _named(self, column: pl.Series, name: str, kind: str) -> Ints:
        found = np.flatnonzero((column == name).fill_null(value=False).to_numpy())
        if not len(found):
            raise UnknownPlace(kind, name, sorted(str(one) for one in column.drop_nulls().unique()))
        return found


def situation_of(decided: Decided, plant: Plant) -> Situation:
    """The sized items of a plan, with all that moves may change."""
    rows = np.flatnonzero(decided.plan.figures["gate"].is_not_null().to_numpy())
    items = plant.items
    return Situation(
        items["item"].gather(rows),
        supplier_names(plant).gather(rows),
        items["criticality"].gather(rows),
        rows,
        part(decided.known, rows),
        decided.link,
    )


def improved(machines: Machines, move: Move) -> Machines:
    """Machines after one move of one of them (or, with an empty ``where``, of all)."""
    where, by = move.where or None, move.factor
    if move.figure == Figure.AVAILABILITY:
        return replace(machines, mttr_days=machines.mttr_days * _shorter_repairs(machines, where, by)[:, None])
    name = {Figure.MTBF: "mtbf", Figure.MTTR: "mttr", Figure.SETUP: "setup", Figure.SPEED: "speed", Figure.SCRAP: "scrap"}[move.figure]
    return machines.as_if(where, **{name: by})


def _shorter_repairs(machines: Machines, where: str | None, by: float) -> Floats:
    """Factor on repair times that multiplies the mean availability."""
    now = machines.availability
    then = np.clip(now * by, 1e-3, MOST_AVAILABLE)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(now < 1.0, (1.0 / then - 1.0) / (1.0 / now - 1.0), 1.0)
    on = np.ones(len(now), dtype=bool) if where is None else np.arange(len(now)) == machines.at(where)
    return np.where(on, factor, 1.0)


def _factor(move: Move) -> float:
    # Anything but 1 says that there is a second source.
    return 0.0 if move.figure == Figure.SECOND_SOURCE else move.factor
