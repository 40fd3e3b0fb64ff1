"""Attempts: improvements tried by sizing again the items they touch, each a block that any process may do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import SettingsError, UnknownPlace
from justenough.strategy.doubts import doubted
from justenough.strategy.moves import OF_MACHINE, OF_SUPPLIER, Figure, Move
from justenough.strategy.resizing import Resized, replanned, unless_dearer
from justenough.strategy.spread import Cut
from justenough.strategy.trace import difference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justenough.domain.ragged import Floats, Ints
    from justenough.strategy.situation import Situation
    from justenough.strategy.spread import Spread


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    The items that something touches, and what is moved.

    Parameters
    ----------
    situation
        Of these items alone.
    moves
        Made one after the other.
    """

    situation: Situation
    moves: tuple[Move, ...]


def every_move(
    situation: Situation, factors: Mapping[Figure, float], at: Mapping[tuple[Figure, str], float] = MappingProxyType({})
) -> list[Move]:
    """
    Every figure at every supplier and machine of the plan, by ``at`` where it says so.

    Raises
    ------
    SettingsError
        Where ``at`` names a place that the plan does not have.
    """
    places = {OF_SUPPLIER: situation.suppliers, OF_MACHINE: situation.machines}
    for figure, where in at:
        known = next((names for kind, names in places.items() if figure in kind), ())
        if where not in known:
            raise SettingsError(
                f"{figure.label} of {where!r}: no such {kind_of(figure)} is in the plan; there are {', '.join(known) or 'none'}."
            )
    return [
        Move(figure, where, at.get((figure, where), by))
        for figure, by in factors.items()
        for kind, names in places.items()
        if figure in kind
        for where in names
    ]


def moves_of(situation: Situation, moves: Sequence[Move], names: Sequence[str]) -> list[Move]:
    """
    The moves of some places only, in their order.

    Parameters
    ----------
    names
        Machines, suppliers, ``machines`` or ``suppliers``, or items: of an item all moves that touch it.

    Raises
    ------
    UnknownPlace
        Where a name is none of these.
    """
    kinds, where = {"machines", "suppliers"}, {move.where for move in moves}
    for name in names:
        if name not in kinds | where and name not in situation.items:
            raise UnknownPlace("machine, supplier or item with an improvement", name, [*sorted(where), *situation.items.head(3).to_list()])
    rows = np.flatnonzero(situation.items.is_in(list(names)).to_numpy())
    return [
        move
        for move in moves
        if move.where in names or f"{kind_of(move.figure)}s" in names or (len(rows) and np.isin(situation.touched(move), rows).any())
    ]


def kind_of(figure: Figure) -> str:
    """Whose figure it is: a ``machine``'s or a ``supplier``'s."""
    return "machine" if figure in OF_MACHINE else "supplier"


def sized_after(situation: Situation, moves: Sequence[Sequence[Move]], places: Sequence[Ints], spread: Spread) -> list[Resized]:
    """
    What the plan's rule gives the items at each of ``places`` after the moves that belong to them.

    Moves of suppliers that touch none of the items are left out; they would change nothing.
    """

    def attempt(i: int) -> Attempt:
        felt = tuple(move for move in moves[i] if move.figure in OF_MACHINE or np.isin(situation.touched(move), places[i]).any())
        return Attempt(situation.among(places[i], felt), felt)

    return spread(_sized, Cut(attempt, len(places)))


def freed_in_doubt(
    situation: Situation, moves: Sequence[Move], places: Sequence[Ints], draws: int, seed: int, spread: Spread
) -> list[Floats]:
    """Money that each move releases in each draw of what is not known of its supplier or machine. (draws,) each [money]"""
    attempts = Cut(lambda i: Attempt(situation.among(places[i], moves[i : i + 1]), (moves[i],)), len(moves))
    return spread(partial(_freed, draws=draws, seed=seed), attempts)


def _sized(attempt: Attempt) -> Resized:
    return replanned(attempt.situation.after(attempt.moves, np.arange(len(attempt.situation))))


def _freed(attempt: Attempt, draws: int, seed: int) -> Floats:
    n = len(attempt.situation)
    now, then = doubted(attempt.situation, attempt.moves[0], np.arange(n), draws, seed)
    before = replanned(now)
    after = unless_dearer(replanned(then), before, attempt.moves[0])
    return np.asarray(difference(before.value, after.value).reshape(-1, n).sum(axis=1))
