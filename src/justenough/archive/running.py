"""Running: OEE of the shift that is on, from the journal, so that whatever is kept is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.archive.journal import KINDS
from justenough.archive.live import zones_of
from justenough.archive.live_rows import rows_of, still_silent
from justenough.domain.machine import DAY
from justenough.domain.plant import Plant
from justenough.estimation.clocks import midnights, moments_of
from justenough.estimation.oee import oee_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.archive.journal import Journal
    from justenough.estimation.intervals import Rules

BACK = DAY  # how far before the shift a state or a counter may have been told last


class Running:
    """
    Follows the journal of a workspace, from any process; reads only what is new.

    Parameters
    ----------
    journal
        Where readings are kept.
    plant
        Its machines, calendar, reasons and routing.
    silent_after : [microseconds]
        As in `justenough.archive.live_rows.rows_of`.
    rules
        As in `justenough.estimation.oee.oee_of`.
    """

    def __init__(self, journal: Journal, plant: Plant, *, silent_after: int = 0, rules: Rules | None = None) -> None:
        self._journal = journal
        self._plant = plant
        self._silent_after = silent_after
        self._rules = rules
        self._zones = zones_of(plant)
        self._readings = pl.DataFrame(schema=KINDS)
        self._seq = 0
        self._from: int | None = None

    def oee(self, now: int) -> pl.DataFrame:
        """
        One row a machine, from the start of its shift until now [microseconds]: the columns of `Oee.frame`, since, state and reason.

        A machine that no shift has on now is shown since its midnight; nothing is shown before anything was heard.
        """
        begun = self.shift_starts(now)
        self._follow(min(begun.values(), default=now))
        rows = rows_of(self._readings, self._readings.clear(), silent_after=self._silent_after, zones=self._zones)
        silent = still_silent(self._readings, self._silent_after, now, self._zones)
        events = pl.concat([rows.events, silent])
        state = events.sort("start", maintain_order=True).group_by("machine").agg(pl.col("state", "reason").last())
        found = []
        for since in sorted(set(begun.values())):
            mine = [name for name, at in begun.items() if at == since]
            live = {"events": _of(events, mine), "counts": _of(rows.counts, mine), "machines": _of(self._plant.tables["machines"], mine)}
            if since >= now or not live["events"].height + live["counts"].height:
                continue  # the shift begins this moment, or nothing was heard of these machines yet
            plant = Plant(self._plant.terms, {**self._plant.tables, **live})
            measured = oee_of(plant, "machine", since=since, until=now, rules=self._rules)
            found.append(measured.frame().with_columns(since=pl.lit(since)))
        return pl.concat(found).join(state, on="machine", how="left", maintain_order="left") if found else pl.DataFrame()

    def shift_starts(self, now: int) -> dict[str, int]:
        """Moment at which the shift that is on began, machine by machine. [microseconds since 1970, UTC]"""
        machines = self._plant.tables["machines"]["machine"].to_list()
        shifts = self._plant.tables["calendar"].filter(pl.col("kind") == "shift")
        zones_used = sorted({self._zones.get(name, "") for name in machines})
        midnight = {zone: int(midnights(zone, now - DAY, now)[0].max(initial=now - DAY)) for zone in zones_used}
        starts = {name: midnight[self._zones.get(name, "")] for name in machines}
        for zone in zones_used:
            zones = pl.Series([zone]).new_from_index(0, shifts.height)
            start, end = (moments_of(shifts[name], zones).at for name in ("start", "end"))
            on = (start <= now) & (now < end)
            for row in np.flatnonzero(on)[np.argsort(start[on], kind="stable")]:
                of = shifts["machine"][int(row)]
                for name in machines if of is None else [of]:
                    if self._zones.get(name, "") == zone and name in starts:
                        starts[name] = int(start[row])
        return starts

    def _follow(self, since: int) -> None:
        """Read what was kept since the last time, and forget what came long before the shift."""
        if self._from is None or since < self._from:
            self._readings, self._seq = pl.DataFrame(schema=KINDS), 0
            self._from = since
        fresh = self._journal.since(self._seq, at_least=self._from - BACK)
        if fresh.height:
            self._seq = int(fresh["seq"].max() or 0)  # type: ignore[arg-type]
            self._readings = pl.concat([self._readings, fresh])
        if since > self._from:
            self._from = since
            old = pl.col("at") < since
            last = pl.col("at") == pl.col("at").filter(old).max().over("machine", "stream", "kind")
            self._readings = self._readings.filter(~old | last)


def _of(frame: pl.DataFrame, machines: list[str]) -> pl.DataFrame:
    return frame.filter(pl.col("machine").is_in(machines))


def states_now(found: pl.DataFrame) -> Mapping[str, int]:
    """How many machines are in each state."""
    return dict(found["state"].fill_null("unknown").value_counts().sort("state").iter_rows()) if found.height else {}
