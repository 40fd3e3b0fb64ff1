"""Settling: readings of the journal into the tables of facts, each exactly once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sql

from justenough.archive.chosen import LIVE
from justenough.archive.entries import stored
from justenough.archive.facts import appended_once
from justenough.archive.journal import KINDS, frame_of
from justenough.archive.live_records import BATCHES, READINGS
from justenough.archive.live_rows import rows_of
from justenough.archive.packing import packed
from justenough.archive.records import IMPORTS
from justenough.archive.stamps import signed
from justenough.domain.machine import SECOND
from justenough.sources.live.readings import Kind, this_moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from justenough.archive.facts import Facts
    from justenough.archive.place import Place
    from justenough.archive.records import Records
    from justenough.domain.plant import Terms

SOURCE = "machines (live)"
MOST = 500_000  # readings of one batch
APPLICATION = "justenough-live"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one settlement did; nothing where ``batch`` is 0."""

    batch: int
    n_readings: int
    restarts: int


@dataclass(frozen=True, slots=True)
class Settling:
    """
    Settles the journal of one workspace.

    A batch is chosen in one SQL transaction, and from then on always means the same readings and the same rows. The rows
    go to each Delta table in one commit that carries the batch's number, so a table that has the number has the rows.
    Then the batch is recorded as settled. Whoever is killed in between is taken up again by the next one.

    Parameters
    ----------
    place, records, facts
        The workspace's.
    terms
        Currency and period under which the rows are recorded.
    """

    place: Place
    records: Records
    facts: Facts
    terms: Terms

    def settle(self, before: int, *, silent_after: int = 0, now: int | None = None) -> Settlement:
        """
        Finish a batch that was begun, or settle the readings of moments before one.

        Parameters
        ----------
        before, silent_after : [microseconds]
            Later readings wait; see `justenough.archive.live_rows.rows_of`.
        now : [microseconds since 1970, UTC]
            Names the day whose import the rows belong to; left out, this computer's clock does.
        """
        with self.place.writing():
            chosen = self._begun() or self._chosen(before, silent_after, this_moment() if now is None else now)
            if chosen is None:
                return Settlement(0, 0, 0)
            batch, import_id, silent = chosen
            with self.records.reading() as connection:
                readings = frame_of(connection, sql.select(*_COLUMNS).where(READINGS.c.batch == batch).order_by(READINGS.c.seq))
                earlier = _earlier(connection, batch)
            rows = rows_of(readings, earlier, silent_after=silent)
            for name, frame in (("events", rows.events), ("counts", rows.counts)):
                appended_once(self.facts.folder / name, name, frame, import_id, (f"{APPLICATION}-{name}", batch))
            with self.records.writing() as connection:
                done = sql.update(BATCHES).where(BATCHES.c.batch == batch, ~BATCHES.c.settled).values(settled=True)
                if connection.execute(done).rowcount:
                    self._count(connection, import_id, readings.height, {"events": rows.events.height, "counts": rows.counts.height})
        return Settlement(batch, readings.height, rows.restarts)

    def pack(self) -> int:
        """Pack the files that settlements left; gives how many."""
        with self.place.writing():
            return sum(packed(self.facts.folder / name) for name in ("events", "counts"))

    def _begun(self) -> tuple[int, str, int] | None:
        with self.records.reading() as connection:
            return _row(connection.execute(_WANTED.where(~BATCHES.c.settled).order_by(BATCHES.c.batch)).first())

    def _chosen(self, before: int, silent_after: int, moment: int) -> tuple[int, str, int] | None:
        """Give the readings that are ripe a batch number."""
        with self.records.writing() as connection:
            begun = _row(connection.execute(_WANTED.where(~BATCHES.c.settled).order_by(BATCHES.c.batch)).first())
            if begun:  # by another process, a moment ago
                return begun
            ripe = sql.select(READINGS.c.seq).where(READINGS.c.batch.is_(None), READINGS.c.at < before).order_by(READINGS.c.at).limit(MOST)
            batch = (connection.execute(sql.select(sql.func.max(BATCHES.c.batch))).scalar() or 0) + 1
            n = connection.execute(sql.update(READINGS).where(READINGS.c.seq.in_(ripe)).values(batch=batch)).rowcount
            if not n:
                return None
            now = datetime.fromtimestamp(moment / SECOND, UTC)
            import_id = f"{LIVE}{now:%Y%m%d}"
            self._record(connection, import_id)
            row = {"batch": batch, "import_id": import_id, "created": stored(now), "settled": False}
            connection.execute(sql.insert(BATCHES), row | {"silent_after": silent_after, "n_readings": n})
            return batch, import_id, silent_after

    def _record(self, connection: sql.Connection, import_id: str) -> None:
        """Let the day's rows count; one import a day, so that their files can be made one when the day is over."""
        if connection.execute(sql.select(IMPORTS.c.seq).where(IMPORTS.c.import_id == import_id)).first():
            return
        from justenough.archive.ledger import record

        terms = self.terms
        said = {"currency": terms.currency, "demand_period": terms.demand_period, "returns": terms.returns, "label": terms.label}
        row = {"import_id": import_id, "source": SOURCE, "digest": "", "profile": "{}", **signed("listen"), **said}
        record(connection, row, (), {}, None)
        from justenough.archive.records import IMPORT_TABLES

        connection.execute(
            sql.insert(IMPORT_TABLES), [{"import_id": import_id, "table_name": name, "n_rows": 0} for name in ("events", "counts")]
        )

    def _count(self, connection: sql.Connection, import_id: str, n: int, rows: Mapping[str, int]) -> None:
        from justenough.archive.records import IMPORT_TABLES

        more = {"rows_in": IMPORTS.c.rows_in + n, "rows_accepted": IMPORTS.c.rows_accepted + n}
        connection.execute(sql.update(IMPORTS).where(IMPORTS.c.import_id == import_id).values(**more))
        for name, height in rows.items():
            mine = sql.update(IMPORT_TABLES).where(IMPORT_TABLES.c.import_id == import_id, IMPORT_TABLES.c.table_name == name)
            connection.execute(mine.values(n_rows=IMPORT_TABLES.c.n_rows + height))


_COLUMNS = tuple(READINGS.c[name] for name in KINDS)
_WANTED = sql.select(BATCHES.c.batch, BATCHES.c.import_id, BATCHES.c.silent_after)


def _row(found: Any) -> tuple[int, str, int] | None:
    return None if found is None else (found.batch, found.import_id, found.silent_after)


def _earlier(connection: sql.Connection, batch: int) -> pl.DataFrame:
    """Readings of earlier batches that those of one follow or fall between, as far back as `rows_of` needs."""
    new, old = READINGS.alias("new"), READINGS.alias("old")
    kinds = [new.c[name] for name in ("machine", "stream", "kind")]
    first = sql.select(*kinds, sql.func.min(new.c.at).label("at")).where(new.c.batch == batch).group_by(*kinds).subquery("first")
    of_machine = (old.c.machine == first.c.machine, old.c.batch < batch, old.c.at <= first.c.at)
    counted = (first.c.kind.in_([Kind.RUNNING, Kind.EACH]), old.c.stream == first.c.stream, old.c.kind == first.c.kind)
    alike, any_kind = (
        sql.select(sql.func.max(old.c.at)).where(*wanted).scalar_subquery() for wanted in ((*of_machine, *counted), of_machine)
    )
    begun = sql.select(first.c.machine, sql.func.coalesce(alike, any_kind, first.c.at).label("at")).subquery("begun")
    since = sql.select(begun.c.machine, sql.func.min(begun.c.at).label("at")).group_by(begun.c.machine).subquery("since")
    rows = sql.select(*_COLUMNS).join_from(since, READINGS, READINGS.c.machine == since.c.machine)
    return frame_of(connection, rows.where(READINGS.c.at >= since.c.at, READINGS.c.batch < batch))
