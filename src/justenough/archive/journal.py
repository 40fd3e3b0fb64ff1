"""Journal: readings kept row by row; each commit is on the disk before anything in it is acknowledged."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sql

from justenough.archive.live_records import BATCHES, READINGS, REFUSED, TALLY
from justenough.sources.live.collector import Kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justenough.archive.records import Records
    from justenough.sources.live.readings import Reading, Refusal

AT_ONCE = 10_000  # readings read as rows before they are made columns
MOST_REFUSED = 100_000  # refused payloads kept; of more the oldest go, their number stays
FORGOTTEN, LISTENED, SILENCE = "forgotten before", "listened until", "silent after"  # times kept beside the tally

_NAMES = (
    "key", "machine", "stream", "kind", "at", "sequence", "state", "reason", "planned",
    "total", "good", "rework", "item", "since", "received",
)  # fmt: skip
_KEEP = f"INSERT INTO live_readings ({', '.join(_NAMES)}) VALUES ({', '.join('?' * len(_NAMES))}) ON CONFLICT (key) DO NOTHING"  # noqa: S608
_REFUSE = (
    "INSERT INTO live_refused (key, stream, fault, found, machine, payload, times, first, last) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?) "
    "ON CONFLICT (key) DO UPDATE SET times = live_refused.times + 1, last = excluded.last"
)
_COUNT = "INSERT INTO live_tally (name, n) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = live_tally.n + excluded.n"
_LATER = (
    "INSERT INTO live_tally (name, n) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET "
    "n = CASE WHEN excluded.n > live_tally.n THEN excluded.n ELSE live_tally.n END"
)
_NOW = "INSERT INTO live_tally (name, n) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = excluded.n"
KINDS: dict[str, Any] = {
    "seq": pl.Int64, "machine": pl.String, "stream": pl.String, "kind": pl.Int8, "at": pl.Int64, "sequence": pl.Int64, "state": pl.Int8,
    "reason": pl.String, "planned": pl.Boolean, "total": pl.Float64, "good": pl.Float64, "rework": pl.Float64, "item": pl.String,
    "since": pl.Int64, "received": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Journal:
    """What was heard of machines, in the order it was kept; a `justenough.sources.live.collector.Keeper`."""

    records: Records

    def keep(self, readings: Sequence[Reading], refusals: Sequence[Refusal]) -> Kept:
        """
        Keep readings and refusals in one transaction; a reading that is there already is counted and changes nothing.

        Raises
        ------
        OSError
            Where the disk does not take them; nothing is kept then.
        """
        rows = [
            (
                one.key, one.machine, one.stream, int(one.kind), one.at, one.sequence, one.state, one.reason, one.planned,
                one.total, one.good, one.rework, one.item, one.since, one.received,
            )
            for one in readings
        ]  # fmt: skip
        counted = Counter(f"refused: {one.fault.value}" for one in refusals)
        try:
            with self.records.writing() as connection:
                new = _said(connection, _KEEP, rows) if rows else 0
                if refusals:
                    _said(connection, _REFUSE, [_refused_row(one) for one in refusals])
                counted |= Counter({"kept": new, "duplicates": len(rows) - new})
                _said(connection, _COUNT, [(name, n) for name, n in sorted(counted.items()) if n] or [("kept", 0)])
        except sql.exc.OperationalError as error:
            raise OSError(str(error.orig)) from error
        return Kept(new, len(rows) - new)

    def since(
        self, seq: int, *, until: int | None = None, machines: Sequence[str] | None = None, at_least: int = 0, most: int | None = None
    ) -> pl.DataFrame:
        """
        Readings kept after ``seq`` and no later than ``until``, in the order they were kept.

        Only those of some ``machines``, that speak of a moment not before ``at_least`` [microseconds], and the first ``most`` of them.
        """
        wanted = sql.select(*(READINGS.c[name] for name in KINDS)).where(READINGS.c.seq > seq, READINGS.c.at >= at_least)
        if until is not None:
            wanted = wanted.where(READINGS.c.seq <= until)
        if machines is not None:
            wanted = wanted.where(READINGS.c.machine.in_(list(machines)))
        with self.records.reading() as connection:
            return frame_of(connection, wanted.order_by(READINGS.c.seq).limit(most))

    def tally(self) -> Mapping[str, int]:
        """How many readings were kept, delivered again, and refused by reason, ever since the workspace was made."""
        with self.records.reading() as connection:
            return {
                row.name: row.n for row in connection.execute(sql.select(TALLY).where(TALLY.c.name.not_in([FORGOTTEN, LISTENED, SILENCE])))
            }

    def forgotten(self) -> int:
        """Moment before which readings were forgotten, so that a duplicate of them could not be told. [microseconds]"""
        return self._moment(FORGOTTEN)

    def listened(self) -> int:
        """Last moment at which somebody was known to listen; 0: never. [microseconds]"""
        return self._moment(LISTENED)

    def listening(self, now: int, silent_after: int) -> None:
        """Note that somebody listens now, and how long a machine may say nothing. [microseconds]"""
        with self.records.writing() as connection:
            _said(connection, _LATER, [(LISTENED, now)])
            _said(connection, _NOW, [(SILENCE, silent_after)])

    def silence(self) -> int:
        """How long a machine may say nothing, as the last listener was told; 0: for ever. [microseconds]"""
        return self._moment(SILENCE)

    def last_moments(self) -> dict[tuple[str, str], int]:
        """Last moment that each stream told of each machine, by stream and machine. [microseconds]"""
        last = sql.select(READINGS.c.stream, READINGS.c.machine, sql.func.max(READINGS.c.at)).group_by(
            READINGS.c.stream, READINGS.c.machine
        )
        with self.records.reading() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(last)}

    def last_numbers(self) -> dict[str, tuple[int, int]]:
        """Number and moment [microseconds] of the last numbered message of each stream."""
        numbered = sql.select(READINGS.c.stream, READINGS.c.sequence, READINGS.c.at).where(READINGS.c.sequence >= 0)
        newest = sql.select(READINGS.c.stream, sql.func.max(READINGS.c.at).label("at")).where(READINGS.c.sequence >= 0)
        newest_of = newest.group_by(READINGS.c.stream).subquery()
        last = numbered.join(newest_of, (newest_of.c.stream == READINGS.c.stream) & (newest_of.c.at == READINGS.c.at))
        with self.records.reading() as connection:
            found = connection.execute(last.order_by(READINGS.c.sequence))
            return {row.stream: (row.sequence, row.at) for row in found}

    def refused(self) -> pl.DataFrame:
        """What was refused: stream, fault, found, machine, payload, how often, and when first and last; the last first."""
        names = ("stream", "fault", "found", "machine", "payload", "times", "first", "last")
        with self.records.reading() as connection:
            rows = connection.execute(sql.select(*(REFUSED.c[name] for name in names)).order_by(REFUSED.c.last.desc()))
            kinds = {
                name: pl.Binary if name == "payload" else pl.Int64 if name in ("times", "first", "last") else pl.String for name in names
            }
            return pl.DataFrame([tuple(row) for row in rows], schema=kinds, orient="row")

    def forget(self, before: int) -> int:
        """
        Forget settled readings of moments before one [microseconds]; gives how many.

        The last reading of each kind in a stream stays, so that running counters go on from it.
        """
        other = READINGS.alias("other")
        alike = [other.c[name] == READINGS.c[name] for name in ("machine", "stream", "kind")]
        last = sql.select(sql.func.max(other.c.at)).where(*alike).scalar_subquery()
        settled = READINGS.c.batch.in_(sql.select(BATCHES.c.batch).where(BATCHES.c.settled))
        old = sql.select(REFUSED.c.key).order_by(REFUSED.c.last.desc()).offset(MOST_REFUSED)
        with self.records.writing() as connection:
            gone = connection.execute(sql.delete(READINGS).where(READINGS.c.at < before, settled, READINGS.c.at < last)).rowcount
            if gone:
                _said(connection, _LATER, [(FORGOTTEN, before)])
            connection.execute(sql.delete(REFUSED).where(REFUSED.c.key.in_(old)))
        return gone

    def _moment(self, name: str) -> int:
        with self.records.reading() as connection:
            return connection.execute(sql.select(TALLY.c.n).where(TALLY.c.name == name)).scalar() or 0


def frame_of(connection: sql.Connection, wanted: sql.Select[Any]) -> pl.DataFrame:
    """Readings that a query gives, as columns; never more than `AT_ONCE` of them as single rows, which take ten times as much memory."""
    found = connection.execute(wanted.execution_options(yield_per=AT_ONCE))
    parts = [pl.DataFrame([tuple(row) for row in rows], schema=KINDS, orient="row") for rows in found.partitions()]
    return pl.concat(parts) if parts else pl.DataFrame(schema=KINDS)


def _refused_row(one: Refusal) -> tuple[Any, ...]:
    said = hashlib.blake2b(repr((one.stream, one.fault, one.found)).encode() + b"\0" + one.payload, digest_size=16).digest()
    return (said, one.stream, one.fault.value, one.found[:1000], one.machine, one.kept, one.received, one.received)


def _said(connection: sql.Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Say one statement of many rows in the driver's own words, which is what makes a journal quick; gives the rows it changed."""
    spoken = statement if connection.dialect.name == "sqlite" else statement.replace("?", "%s")
    return connection.exec_driver_sql(spoken, list(rows)).rowcount
