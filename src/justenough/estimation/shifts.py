"""Shifts: the calendar of every machine cut into pieces that are planned alike and count in one cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.machine import Planned
from justenough.estimation.clocks import local_texts, midnights, moments_of
from justenough.kernels import timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.domain.machine import Bools, Codes
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Ints

CELL_KEYS = ("day", "week", "shift", "product")  # what splits time; line and plant only add machines up
NO_SHIFT, NO_PRODUCT = "no shift", "no product told"


@dataclass(frozen=True, slots=True)
class Spans:
    """Disjoint stretches of each calendar with a word: calendar ``g`` has ``offsets[g]:offsets[g + 1]``."""

    offsets: Ints
    start: Ints
    end: Ints
    code: Ints
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pieces:
    """
    Calendars without a gap from ``since`` to ``until``, and the cells that their time is added up in.

    Where pieces overlap, a planned stop counts before a break, a break before a shift. A machine without any shift has no
    planned calendar: all its time is then taken as planned, so that only what it recorded is judged.

    Parameters
    ----------
    since, until [microseconds since 1970, UTC]
    group : (k,)
        Calendar of each machine.
    offsets : (g + 1,)
    start, end, plan, cell : (p,)
        Cells are counted from 0 in each calendar.
    cell_base : (g + 1,)
        Cells of the calendars before each.
    keys : frame of n_cells rows
        The day, week, shift and product of each cell, as far as they were asked for.
    planned : (g,)
        Whether the calendar has a shift.
    """

    since: int
    until: int
    group: Ints
    offsets: Ints
    start: Ints
    end: Ints
    plan: Codes
    cell: Ints
    cell_base: Ints
    keys: pl.DataFrame
    planned: Bools

    @property
    def rows(self) -> Ints:
        """First cell of each machine where all machines' cells follow each other. (k + 1,)"""
        cells = np.diff(self.cell_base)[self.group]
        return np.concatenate([[0], np.cumsum(cells)]).astype(np.int64)

    @property
    def cell_of_row(self) -> Ints:
        """Row of ``keys`` of each of those cells."""
        rows = self.rows
        return np.arange(rows[-1]) - np.repeat(rows[:-1] - self.cell_base[self.group], np.diff(rows))


def pieces_of(
    plant: Plant,
    machines: Sequence[str],
    zones: Sequence[str],
    since: int,
    until: int,
    *,
    by: Sequence[str] = (),
    products: Spans | None = None,
    slots: int = 0,
) -> Pieces:
    """
    The machines' calendars from ``since`` to ``until``.

    Parameters
    ----------
    plant
        Its `calendar`; rows without a machine hold for all machines, on the clock of each.
    machines, zones : k names
        The machines, and the zone of each one's clock.
    by
        Which of day, week, shift and product tell cells apart.
    products
        What each machine made when, a calendar a machine; needed for ``product``.
    slots
        Equal parts that all time is cut into, each a cell; 0 for none.
    """
    group, rows, group_zones = _rows_of(plant.tables["calendar"], machines, zones, apart=products is not None)
    groups = len(group_zones)
    moments = [moments_of(rows[name], pl.Series(group_zones, dtype=pl.String).gather(rows["group"])).at for name in ("start", "end")]
    told = pl.DataFrame({"group": rows["group"], "start": moments[0], "end": moments[1], "kind": rows["kind"], "shift": rows["shift"]})
    plan = _spans(told.select("group", "start", "end", word="kind"), groups, {name: code for code, name in enumerate(Planned.labels())})
    layers: dict[str, Spans] = {}
    if "shift" in by:
        layers["shift"] = _shift_spans(told.filter(pl.col("kind") == "shift"), groups, group_zones)
    for name in ("day", "week"):
        if name in by:
            layers[name] = _day_spans(group_zones, since, until, weekly=name == "week")
    if products is not None:
        layers["product"] = products
    if slots:
        edges = since + (until - since) * np.arange(slots + 1) // slots
        every = np.tile(np.arange(slots), groups)
        layers["slot"] = Spans(np.arange(groups + 1) * slots, edges[every], edges[every + 1], every, tuple(map(str, range(slots))))
    offsets, start, end = _cut(groups, since, until, [plan, *layers.values()])
    lasting = rows.filter((pl.col("kind") == "shift") & (pl.col("end") > pl.col("start")))["group"]  # an empty shift is none
    planned = np.bincount(lasting.to_numpy(), minlength=groups) > 0
    of_piece = np.repeat(np.arange(groups), np.diff(offsets))
    code = _code_at(plan, start, offsets, Planned.OUTSIDE)
    kinds: Codes = np.where((code == Planned.OUTSIDE) & ~planned[of_piece], Planned.SHIFT, code).astype(np.int8)
    found = np.column_stack([of_piece, *(_code_at(layer, start, offsets, -1) for layer in layers.values())])
    cells, cell = np.unique(found, axis=0, return_inverse=True)
    base = np.searchsorted(cells[:, 0], np.arange(groups + 1))
    keys = pl.DataFrame({name: _words(layer, cells[:, 1 + at], name) for at, (name, layer) in enumerate(layers.items())})
    return Pieces(since, until, group, offsets, start, end, kinds, cell.reshape(-1) - base[of_piece], base, keys, planned)


def spans_of(frame: pl.DataFrame, groups: int, words: Sequence[str]) -> Spans:
    """Disjoint spans of rows ``group, start, end, code``; where they overlap the one that began last counts."""
    return _disjoint(frame.with_columns(rank=pl.lit(0)), groups, tuple(words))


def _rows_of(calendar: pl.DataFrame, machines: Sequence[str], zones: Sequence[str], *, apart: bool) -> tuple[Ints, pl.DataFrame, list[str]]:
    """The calendar of each machine, the calendar rows of each calendar, and its zone; machines that share both share a calendar."""
    owned = set(calendar["machine"].drop_nulls())
    kinds = [(zone, name if apart or name in owned else "") for name, zone in zip(machines, zones, strict=True)]
    known = {kind: at for at, kind in enumerate(dict.fromkeys(kinds))}
    groups = pl.DataFrame(
        {"group": list(known.values()), "machine": [name for _, name in known]}, schema={"group": pl.Int64, "machine": pl.String}
    )
    wanted = ("group", "start", "end", "kind", "shift")
    shared = groups.join(calendar.filter(pl.col("machine").is_null()).drop("machine"), how="cross").select(wanted)
    own = groups.join(calendar, on="machine", how="inner").select(wanted)
    return np.array([known[kind] for kind in kinds], np.int64), pl.concat([shared, own]), [zone for zone, _ in known]


def _shift_spans(shifts: pl.DataFrame, groups: int, zones: Sequence[str]) -> Spans:
    """Shifts by name; one without a name is called by the local time it starts at."""
    names = shifts["shift"].to_list()
    for zone in dict.fromkeys(zones):
        nameless = shifts.with_row_index("at").filter(
            pl.col("shift").is_null() & (pl.Series(zones, dtype=pl.String).gather(shifts["group"]) == zone)
        )
        for at, text in zip(nameless["at"], local_texts(nameless["start"].to_numpy(), zone, "from %H:%M"), strict=True):
            names[at] = text
    words = {name: code for code, name in enumerate(sorted(set(names)))}
    told = shifts.select("group", "start", "end").with_columns(word=pl.Series(names, dtype=pl.String))
    return _spans(told.with_columns(rank=pl.lit(0)), groups, words)


def _day_spans(zones: Sequence[str], since: int, until: int, *, weekly: bool) -> Spans:
    """Local days, or weeks of ISO 8601 called by their Monday's week."""
    parts: list[Ints] = []
    words: dict[str, int] = {}
    for group, zone in enumerate(zones):
        at, days = midnights(zone, since, until)
        if weekly:
            days = pl.Series(days).str.to_date().dt.strftime("%G-W%V").to_list()
        codes = [words.setdefault(day, len(words)) for day in days]
        parts.append(np.column_stack([np.full(len(at), group), at, np.append(at[1:], until), codes]))
    all_parts = np.concatenate(parts) if parts else np.empty((0, 4), np.int64)
    offsets = np.searchsorted(all_parts[:, 0], np.arange(len(zones) + 1))
    return Spans(offsets, all_parts[:, 1].copy(), all_parts[:, 2].copy(), all_parts[:, 3].copy(), tuple(words))


def _spans(told: pl.DataFrame, groups: int, words: dict[str, int]) -> Spans:
    code = pl.col("word").replace_strict(words, return_dtype=pl.Int64)
    rank = pl.col("rank") if "rank" in told.columns else code
    return _disjoint(told.select("group", "start", "end", code=code, rank=rank), groups, tuple(words))


def _disjoint(frame: pl.DataFrame, groups: int, words: tuple[str, ...]) -> Spans:
    frame = frame.filter(pl.col("end") > pl.col("start")).sort("group", "start", maintain_order=True)
    # Writable, as machines' records are: a kernel is compiled anew for what may not be written.
    start, end, rank, code = (frame[name].cast(pl.Int64).to_numpy(writable=True) for name in ("start", "end", "rank", "code"))
    offsets = np.searchsorted(frame["group"].to_numpy(), np.arange(groups + 1))
    nothing = np.zeros(len(start), np.int8)
    first, last, source, made, _ = timeline.made_disjoint(start, end, rank, nothing, code.astype(np.int32), nothing, offsets)
    return Spans(made, first, last, code[source], words)


def _cut(groups: int, since: int, until: int, layers: Sequence[Spans]) -> tuple[Ints, Ints, Ints]:
    """Pieces between every two moments at which anything changes."""
    which, when = [np.arange(groups)], [np.full(groups, since)]
    for layer in layers:
        of = np.repeat(np.arange(groups), np.diff(layer.offsets))
        for at in (layer.start, layer.end):
            inside = (at > since) & (at < until)
            which.append(of[inside])
            when.append(at[inside])
    edges = np.unique(np.column_stack([np.concatenate(which), np.concatenate(when)]), axis=0)
    start, offsets = edges[:, 1].copy(), np.searchsorted(edges[:, 0], np.arange(groups + 1))
    end = np.append(start[1:], until)
    end[offsets[1:] - 1] = until
    return offsets, start, end


def _code_at(layer: Spans, start: Ints, offsets: Ints, otherwise: int) -> Ints:
    at = timeline.found_at(layer.start, layer.end, layer.offsets, start, offsets)
    return np.where(at >= 0, layer.code[at] if len(layer.code) else otherwise, otherwise)


def _words(layer: Spans, codes: Ints, name: str) -> list[str]:
    none = {"shift": NO_SHIFT, "product": NO_PRODUCT}.get(name, "")
    return [layer.words[code] if code >= 0 else none for code in codes]
