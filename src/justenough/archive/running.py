"""Running: OEE of the shift that is on, from the journal, so that whatever is kept is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.archive.journal import KINDS
from justenough.archive.live_rows import rows_of, still_silent
from justenough.domain.machine import DAY, SECOND
from justenough.domain.plant import Plant
from justenough.estimation.clocks import midnights, moments_of
from justenough.estimation.oee import oee_of

if TYPE_CHECKING:
    from justenough.archive.journal import Journal
    from justenough.estimation.intervals import Rules

MINUTE = 60 * SECOND
BACK = DAY  # how far before the shift a state or a counter may have been told last
QUARTER = 15 * MINUTE  # parts made within one are put together, or within less where a calendar's edges fall closer
LATE = 5 * MINUTE  # a reading of a moment longer ago than this before the newest has its machine's shift made again from the journal
AGAIN = 4  # machines whose shifts are made again at once: of a day and a shift, so that a plant late as a whole is not loaded as one
PAGE = 100_000  # readings taken at once
_ALIKE = ("machine", "stream", "kind")
_STATE = ("state", "reason", "planned")


class Running:
    """
    Follows the journal of a workspace, from any process; reads only what is new.

    Readings are made into rows as they come and then let go, but for those of the last `LATE` and the last of each stream:
    a reading between two of these still finds its place. Rows that are older are put together, states told again and
    the parts of a `QUARTER`, so that what is kept in memory grows with the stops and quarters of a shift, not with messages.

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
        self._zones = dict(plant.tables["machines"].select("machine", "time_zone").drop_nulls().iter_rows())
        self._grain = self._finest()
        self._begin(None)

    def oee(self, now: int) -> pl.DataFrame:
        """
        One row a machine, from the start of its shift until now [microseconds]: the columns of `Oee.frame`, since, state and reason.

        A machine that no shift has on now is shown since its midnight; nothing is shown before anything was heard.
        """
        begun = self.shift_starts(now)
        self._follow(min(begun.values(), default=now))
        silent = still_silent(self._recent, self._silent_after, now)
        events = pl.concat([self._events, silent])
        state = events.sort("start", maintain_order=True).group_by("machine").agg(pl.col("state", "reason").last())
        found = []
        for since in sorted(set(begun.values())):
            mine = [name for name, at in begun.items() if at == since]
            live = {"events": _of(events, mine), "counts": _of(self._counts, mine), "machines": _of(self._plant.tables["machines"], mine)}
            if since >= now or not live["events"].height + live["counts"].height:
                continue  # the shift begins this moment, or nothing was heard of these machines yet
            plant = Plant(self._plant.terms, {**self._plant.tables, **live})
            measured = oee_of(plant, "machine", since=since, until=now, rules=self._rules)
            found.append(measured.frame().with_columns(since=pl.lit(since)))
        return pl.concat(found).join(state, on="machine", how="left", maintain_order="left") if found else pl.DataFrame()

    @property
    def held(self) -> int:
        """Readings and rows that are kept in memory."""
        return self._recent.height + self._events.height + self._counts.height

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

    def _finest(self) -> int:
        """
        Longest time, up to a `QUARTER`, of which every edge of the calendar is a multiple. [microseconds]

        Whole minutes; a shift that ends at 13:59:59 ends at 14:00. Zones differ by quarters of an hour, so that local edges say it.
        """
        calendar = self._plant.tables["calendar"]
        edges = pl.concat([calendar["start"], calendar["end"]]).drop_nulls().cast(pl.Datetime("us")).cast(pl.Int64).to_numpy()
        return int(np.gcd.reduce((edges + SECOND) // MINUTE, initial=QUARTER // MINUTE)) * MINUTE

    def _begin(self, since: int | None) -> None:
        """Know nothing yet."""
        self._from = since
        self._seq = self._young = self._tidied = 0
        self._recent = pl.DataFrame(schema=KINDS)
        rows = rows_of(self._recent, self._recent, silent_after=0)
        self._events, self._counts = rows.events, rows.counts

    def _follow(self, since: int) -> None:
        """Take what was kept since the last time, and let go of what is no longer needed."""
        if self._from is None or since < self._from:
            self._begin(since)
        full = True
        while full:  # what comes while a page is taken is for the next look: under a steady stream there would be no end
            fresh = self._journal.since(self._seq, at_least=since - BACK, most=PAGE)
            full = fresh.height == PAGE
            if not fresh.height:
                return
            self._seq = fresh["seq"].item(-1)
            late = fresh.filter(pl.col("at") < self._young)["machine"].unique().to_list()
            if late:
                fresh = fresh.filter(~pl.col("machine").is_in(late))
                self._make_again(late, since)
            self._take(fresh)
            if fresh.height:  # by their own time: what a broker kept while we were away comes in order, and is not late
                self._young = max(self._young, int(fresh["at"].max()) - LATE)  # type: ignore[arg-type]
            if since != self._from or self._young - self._tidied >= MINUTE:
                self._tidy(since)

    def _take(self, fresh: pl.DataFrame) -> None:
        if not fresh.height:
            return
        needed = _last_of(self._recent, pl.col("at") < fresh["at"].min(), "at", _ALIKE)
        rows = rows_of(fresh, needed, silent_after=self._silent_after)
        self._recent = pl.concat([self._recent, fresh])
        self._events, self._counts = pl.concat([self._events, rows.events]), pl.concat([self._counts, rows.counts])

    def _make_again(self, machines: list[str], since: int) -> None:
        """Make the rows of machines again whose readings came too late to find their place."""
        others = ~pl.col("machine").is_in(machines)
        self._recent, self._events, self._counts = (one.filter(others) for one in (self._recent, self._events, self._counts))
        for at in range(0, len(machines), AGAIN):
            self._take(self._journal.since(0, until=self._seq, machines=machines[at : at + AGAIN], at_least=since - BACK))
            self._tidy(since)

    def _tidy(self, since: int) -> None:
        """Let go of readings that are no longer needed, and put rows together."""
        self._from, self._tidied = since, self._young
        # Each look adds a piece to the frames; without being put together these would grow with looks, however few rows are left.
        self._recent = _last_of(self._recent, pl.col("at") < self._young, "at", _ALIKE).rechunk()
        begun, ripe = (pl.lit(at).cast(pl.Datetime("us")) for at in (since, self._young))
        events = _last_of(self._events, pl.col("start") < begun, "start", ("machine",)).sort("machine", "start", maintain_order=True)
        told_again = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in ("machine", *_STATE))
        self._events = events.filter(~(told_again & (pl.col("start") < ripe)))
        counts = self._counts.filter(pl.col("end") > begun)
        grain = f"{self._grain}us"
        inside = pl.col("start").dt.truncate(grain)
        apart = (pl.col("end") >= ripe) | (inside != pl.col("end").dt.truncate(grain))
        parts = pl.col("total", "good", "rework")
        summed = pl.when(parts.is_not_null().any()).then(parts.sum())
        within = counts.filter(~apart).group_by("machine", "item", inside.alias("inside"), maintain_order=True)
        together = within.agg(pl.col("start").min(), pl.col("end").max(), summed, pl.col("time_zone").first())
        self._counts = pl.concat([together.select(counts.columns), counts.filter(apart)], rechunk=True)


def _last_of(frame: pl.DataFrame, old: pl.Expr, at: str, alike: tuple[str, ...]) -> pl.DataFrame:
    """The frame without what is old, but for the last of it in each group."""
    last = pl.col(at) == pl.col(at).filter(old).max().over(alike)
    return frame.filter(~old | last)


def _of(frame: pl.DataFrame, machines: list[str]) -> pl.DataFrame:
    return frame.filter(pl.col("machine").is_in(machines))
