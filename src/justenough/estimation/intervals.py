"""Intervals: what machines recorded, made disjoint by stated rules, and all that had to be settled on the way.

The rules, in their turn:

1. A record without an end lasts until the machine's next record begins; the last one until the records end.
2. A record that ends as it begins took no time and says nothing.
3. Where records overlap, the state that comes first in `Rules.precedence` counts; of equal states one with a reason
   before one without, an unplanned before a planned one, then the one that began last. So of equal records one counts.
4. Records that touch and are alike are one.
5. Time without a record is unknown: neither running nor down.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.machine import NO_REASON, PRECEDENCE, UNMAPPED, Loss, State, States
from justenough.estimation.clocks import UTC, Moments, moments_of
from justenough.kernels import timeline

if TYPE_CHECKING:
    from justenough.domain.machine import Bools
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Ints


@dataclass(frozen=True, slots=True)
class Rules:
    """
    What is declared of the record of states.

    Parameters
    ----------
    minor_stop_minutes
        An own stop no longer than this is a minor stop, whatever its reason; a longer one is none. Negative: reasons alone decide.
    precedence
        States in the order in which they count where records overlap.

    Raises
    ------
    ValueError
        Where the precedence does not name each state once.
    """

    minor_stop_minutes: float = 5.0
    precedence: tuple[State, ...] = field(default=PRECEDENCE)

    def __post_init__(self) -> None:
        if sorted(self.precedence) != sorted(State):
            raise ValueError(f"precedence must name each state once, got {', '.join(state.label for state in self.precedence)}")


@dataclass(frozen=True, slots=True)
class Settled:
    """
    What had to be settled, machine by machine; every column (k,).

    Parameters
    ----------
    records
        Records there were.
    duplicates
        Records like another one in everything.
    empty
        Records that end as they begin.
    overlapping
        Records that lost time to one that counts before them.
    overlap [microseconds]
        Time those records lost, duplicates included.
    open_closed
        Records without an end that ended as the next began.
    still_open
        Records without an end that last until the records end.
    """

    records: Ints
    duplicates: Ints
    empty: Ints
    overlapping: Ints
    overlap: Ints
    open_closed: Ints
    still_open: Ints


@dataclass(frozen=True, slots=True)
class Recorded:
    """
    The records of machines, which may overlap, with what reading them had to settle.

    ``undeclared`` are machines with records that the plant's `machines` table does not name; ``clock_twice`` and
    ``clock_never`` count local moments that a change of the clock made come twice, or not at all.
    """

    states: States
    open_closed: Ints
    still_open: Ints
    zones: tuple[str, ...]
    undeclared: tuple[str, ...] = ()
    clock_twice: int = 0
    clock_never: int = 0


@dataclass(frozen=True, slots=True)
class Disjoint:
    """The states of machines of which no two overlap; what is not covered is unknown."""

    states: States
    settled: Settled


def recorded(plant: Plant, *, until: int | None = None) -> Recorded:
    """
    The plant's `events`, in moments that no clock change moves.

    Parameters
    ----------
    plant
        Machines, events, counts (for machines that only count) and reasons.
    until
        When the records end; left out, the last moment that events or counts name. [microseconds since 1970, UTC]
    """
    declared = plant.tables["machines"]
    events = plant.tables["events"]
    names = sorted({*declared["machine"], *events["machine"].unique(), *plant.tables["counts"]["machine"].unique()})
    zone_of = dict(declared.filter(pl.col("time_zone").is_not_null()).select("machine", "time_zone").iter_rows())
    zones = tuple(zone_of.get(name, "") for name in names)
    machine = coded(events["machine"], names).astype(np.int64)
    start, end = (local_moments(events, name, machine, zones) for name in ("start", "end"))
    order = np.arange(len(machine))
    if len(machine) and bool(((np.diff(machine) < 0) | ((np.diff(machine) == 0) & (np.diff(start.at) < 0))).any()):
        order = np.lexsort((start.at, machine))
    offsets = np.searchsorted(machine[order], np.arange(len(names) + 1))
    reasons = sorted(events["reason"].drop_nulls().unique())
    loss_of = dict(plant.tables["reasons"].select("reason", "loss").iter_rows())
    losses = np.array([Loss.labels().index(loss_of[name]) if name in loss_of else UNMAPPED for name in reasons], np.int8)
    last = until if until is not None else last_moment(plant, start, end, zones, names)
    ends, closed, still = _closed(start.at[order], end.at[order], end.known[order], machine[order], last)
    states = States(
        tuple(names),
        offsets,
        start.at[order],
        np.maximum(ends, start.at[order]),  # a moment within the hour that a clock was put forward never came
        coded(events["state"], State.labels())[order].astype(np.int8),
        coded(events["reason"], reasons)[order].astype(np.int32),
        events["planned"].fill_null(value=False).to_numpy()[order],
        tuple(reasons),
        losses,
    )
    strange = tuple(sorted(set(names) - set(declared["machine"])))
    counted = [np.bincount(machine[order][which], minlength=len(names)) for which in (closed, still)]
    return Recorded(states, counted[0], counted[1], zones, strange, start.twice + end.twice, start.never + end.never)


def disjoint(given: Recorded | States, rules: Rules | None = None) -> Disjoint:
    """
    The states of machines by the rules above.

    Parameters
    ----------
    given
        Records by machine and start; `States` alone have no open ends left.
    rules
        The precedence.
    """
    states = given if isinstance(given, States) else given.states
    nothing = np.zeros(len(states.machines), np.int64)
    opened = (nothing, nothing) if isinstance(given, States) else (given.open_closed, given.still_open)
    columns = (states.state, states.reason, states.planned.view(np.int8))
    records = np.diff(states.offsets)
    if timeline.already_disjoint(states.start, states.end, *columns, states.offsets).all():
        return Disjoint(states, Settled(records, nothing, nothing, nothing, nothing, *opened))
    rank = _ranks(states, rules or Rules())
    start, end, source, offsets, kept = timeline.made_disjoint(states.start, states.end, rank, *columns, states.offsets)
    length = states.end - states.start
    machine = states.machine
    told = pl.DataFrame([machine, states.start, states.end, states.state, states.reason, states.planned])
    again = ~told.select(pl.struct(pl.all()).is_last_distinct()).to_series().to_numpy()
    duplicates, empty, cut = (np.bincount(machine[one], minlength=len(records)) for one in (again, length == 0, (kept < length) & ~again))
    lost = np.zeros(len(records), np.int64)
    np.add.at(lost, machine, length - kept)
    of = (states.state[source], states.reason[source], states.planned[source], states.reasons, states.losses)
    found = States(states.machines, offsets, start, end, *of)
    return Disjoint(found, Settled(records, duplicates, empty, cut, lost, *opened))


def coded(words: pl.Series, known: list[str]) -> Ints:
    """Place of each word among the known ones, `NO_REASON` where it is empty."""
    if not known:
        return np.full(len(words), NO_REASON)
    return words.cast(pl.Enum(known)).to_physical().cast(pl.Int64).fill_null(NO_REASON).to_numpy()


def local_moments(rows: pl.DataFrame, name: str, machine: Ints, zones: tuple[str, ...]) -> Moments:
    """Moments of a column of local times, each on the clock its row names (``time_zone``), else on that of its machine."""
    local, own = rows[name], rows["time_zone"]
    if (own.eq_missing(UTC) if any(zones) else own.eq_missing(UTC) | own.is_null()).all():
        at = local.cast(pl.Datetime("us")).cast(pl.Int64)
        return Moments(at.fill_null(0).to_numpy(), at.is_not_null().to_numpy())
    return moments_of(local, pl.select(pl.coalesce(own, pl.Series(zones, dtype=pl.String).gather(machine))).to_series())


def last_moment(plant: Plant, start: Moments, end: Moments, zones: tuple[str, ...], names: list[str]) -> int:
    """The last moment that events or counts name; 0 where there are none."""
    counts = plant.tables["counts"]
    counted = local_moments(counts, "end", coded(counts["machine"], names), zones)
    return max((int(one.at[one.known].max()) for one in (start, end, counted) if one.known.any()), default=0)


def _closed(start: Ints, end: Ints, known: Bools, machine: Ints, last: int) -> tuple[Ints, Bools, Bools]:
    """Ends with the open ones settled, and which of them the next record closed, and which are still open."""
    if known.all():
        return end, ~known, ~known
    n = len(start)
    fresh = np.append(np.flatnonzero((np.diff(machine) != 0) | (np.diff(start) != 0)) + 1, n)  # records that begin after the one before
    following = fresh[np.searchsorted(fresh, np.arange(n), side="right")]
    inside = np.minimum(following, n - 1)
    closed = ~known & (following < n) & (machine[inside] == machine)
    ends = np.where(closed, start[inside], np.maximum(last, start))
    return np.where(known, end, ends), closed, ~known & ~closed


def _ranks(states: States, rules: Rules) -> Ints:
    place = np.empty(len(State), np.int64)
    place[list(rules.precedence)] = np.arange(len(State))[::-1]
    ranks: Ints = place[states.state] * 4 + 2 * (states.reason >= 0) + 1 * ~states.planned
    return ranks
