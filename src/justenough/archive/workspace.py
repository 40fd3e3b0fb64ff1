"""Workspace: everything kept of one plant, in a folder several processes may use at once."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Self

import polars as pl
import sqlalchemy as sql

from justenough.archive import ledger
from justenough.archive.chosen import named_import, named_plan
from justenough.archive.corrections import corrected_in
from justenough.archive.elsewhere import made_ready, records_of, with_tables
from justenough.archive.entries import ImportEntry, ImportReceipt, PlanEntry
from justenough.archive.facts import Facts
from justenough.archive.in_force import levels_in_force, with_levels_in_force
from justenough.archive.live import Live
from justenough.archive.place import Place, WorkspaceError
from justenough.archive.plans import Plans
from justenough.archive.records import IMPORTS, PLANS, Records
from justenough.archive.stamps import digest_of, filled, new_id, plan_row, profile_text, signed, terms_of
from justenough.domain.plant import Plant
from justenough.domain.schema import TABLES
from justenough.strategy.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from justenough.sources.read import Imported


class Workspace:
    """
    Imports, quarantine and plans of one plant.

    Rows are written first and recorded last, in one SQL transaction: what was not recorded does not count,
    so a process killed at any moment leaves nothing half written, and whatever a method returned is kept.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Workspace.open(folder.name) as workspace:
    ...     workspace.plans()
    []
    >>> folder.cleanup()
    """

    def __init__(self, place: Place, records: Records) -> None:
        self.path = place.folder
        self.place = place
        self._records = records
        self._facts = Facts(place.facts)
        self._plans = Plans(place.plans)
        self._planted: tuple[str, ...] = ()

    @classmethod
    def open(cls, path: str | Path, *, create: bool = True, database: str | None = None, tables: str | None = None) -> Workspace:
        """
        Open the workspace in a folder.

        Parameters
        ----------
        path, create
            The folder, and whether one that is new or empty becomes a workspace; otherwise that is an error.
        database, tables
            Addresses of its records (PostgreSQL) and, for a new workspace, of its facts and plans (object store); by default
            those of ``JUSTENOUGH_DATABASE`` and ``JUSTENOUGH_TABLES``. Empty: in the folder.

        Raises
        ------
        WorkspaceError
            Not a workspace, not to be written to, or of a newer version.
        """
        place = with_tables(Place(Path(path)), tables)
        if not place.is_workspace and not create:
            what = "is not a workspace" if place.folder.is_dir() else "no such workspace"
            raise WorkspaceError(f"{place.folder}: {what}. Make one by importing into it: justenough import FOLDER --profile P.")
        if place.folder.exists() and not place.folder.is_dir():
            raise WorkspaceError(f"{place.folder}: is a file; a workspace is a folder. Name a folder.")
        place.claim()
        records = records_of(place, database)
        try:
            made_ready(place, records)
        except BaseException:
            records.close()
            raise
        return cls(place, records)

    def import_(self, imported: Imported, *, author: str = "", source: str = "") -> ImportReceipt:
        """
        Keep what was read from an export; it replaces the earlier import of the same source, in all tables at once.

        Parameters
        ----------
        imported
            What `justenough.sources.read.import_from` gave.
        author
            Who asks.
        source
            What this is an export of; by default the profile's name.

        Raises
        ------
        WorkspaceError
            Its currency, period or returns rule differs from that of the other sources, or one of its files
            already counts as part of another source.
        """
        source = source or imported.profile.name
        profile = profile_text(imported.profile)
        digest = digest_of(imported, profile)
        tables = filled(imported.heights)
        with self.place.writing():
            with self._records.reading() as connection:
                if known := ledger.same(connection, source, digest):
                    return known
                ledger.refuse_misfit(connection, source, imported.terms, imported.files, tables)
            import_id = new_id()
            self._facts.append(import_id, imported.tables)
            if imported.apart is not None:
                self._facts.enter(import_id, "demand", imported.apart.parts)
            with self._records.writing() as connection:
                # Asked again: another process may have imported while this one wrote its rows.
                if known := ledger.same(connection, source, digest):
                    return known
                ledger.refuse_misfit(connection, source, imported.terms, imported.files, tables)
                superseded = ledger.supersede(connection, source)
                row = {"import_id": import_id, "source": source, "digest": digest, "profile": profile}
                row |= {**signed(author), **asdict(imported.terms)}
                ledger.record(connection, row, imported.files, tables, imported.quarantine)
                for place in imported.apart.quarantined if imported.apart is not None else ():
                    ledger.put_in(connection, import_id, pl.read_parquet(place))
        counts = (sum(one.rows_in for one in imported.files), sum(one.accepted for one in imported.files))
        return ImportReceipt("imported", import_id, source, *counts, sum(one.quarantined for one in imported.files), superseded)

    def correct(self, corrected: Imported, import_id: str = "latest", *, author: str = "") -> ImportReceipt:
        """
        Add corrected rows, and those that only waited for their items, to their source; rows still wrong stay in quarantine.

        Parameters
        ----------
        corrected
            The corrected rows read again; ``__file__`` and ``__row__`` say which quarantined row each one replaces.
        import_id
            The import in whose quarantine the rows are.
        author
            Who corrected them.

        Returns
        -------
        ImportReceipt
            Its ``rows_quarantined`` rows are still wrong; `quarantine` says why.

        Raises
        ------
        WorkspaceError
            No such import, it was superseded, or a row is not in its quarantine.
        """
        entry = named_import(self.imports(), import_id, self.path)
        return corrected_in(self.place, self._records, self._facts, entry, corrected, author)

    def plant(self, tables: Collection[str] | None = None) -> Plant:
        """
        Build the plant that all live imports together describe.

        Of ``tables`` alone where they are named; the others are empty then.

        Where two sources give the same row of a table that has a key (an item, a supplier), the value of the
        later import counts, column by column, and an empty one hides nothing. Tables without a key are added up.
        Levels that people approved or set stand as today's (`justenough.archive.in_force`).
        """
        live = [entry for entry in self.imports() if entry.status == "live"]
        if not live:
            raise WorkspaceError(f"{self.path}: nothing was imported yet. Import an export first: justenough import FOLDER --profile P.")
        wanted = TABLES if tables is None else tables
        having = {name: [entry.import_id for entry in live if name in entry.tables] if name in wanted else [] for name in TABLES}
        merged = {name: self._facts.merged(name, ids) for name, ids in having.items()}
        with self._records.reading() as connection:
            merged["items"] = with_levels_in_force(merged["items"], levels_in_force(connection))
        self._planted = tuple(entry.import_id for entry in live)
        return Plant.of(terms_of(live[-1]), merged)

    def imported_items(self, items: Sequence[str] | None = None) -> pl.DataFrame:
        """The items table as the live imports give it, whatever was decided since; only these items if named."""
        live = [entry.import_id for entry in self.imports() if entry.status == "live" and "items" in entry.tables]
        return self._facts.merged("items", live, items)

    def last_day(self, import_ids: Sequence[str]) -> date | None:
        """Last day that the records of these imports speak of; None where they hold none."""
        return self._facts.last_day(import_ids)

    def save(self, plan: Plan, *, made_from: Sequence[str] | None = None) -> str:
        """
        Keep a plan; saving the same plan again changes nothing.

        Parameters
        ----------
        plan, made_from
            The plan, and the imports its plant was made from; by default those of this object's last `plant`.

        Returns
        -------
        str
            The plan's id.
        """
        with self.place.writing():
            with self._records.reading() as connection:
                if ledger.has_plan(connection, plan.plan_id):
                    return plan.plan_id
            self._plans.append(plan.plan_id, plan.figures, plan.curves, plan.levers, plan.coming)
            with self._records.writing() as connection:
                ledger.record_plan(connection, plan_row(plan), self._planted if made_from is None else made_from)
        return plan.plan_id

    @property
    def found(self) -> Path:
        """Where `justenough.strategy.kept.Kept` may keep what it found of each item."""
        return self.place.found

    def plans(self) -> list[PlanEntry]:
        """Every saved plan, oldest first."""
        with self._records.reading() as connection:
            return ledger.plan_entries(connection)

    def plan_entry(self, plan_id: str = "latest") -> PlanEntry:
        """The record of a saved plan, named as in `plan`."""
        return named_plan(self.plans(), plan_id, self.path)

    def plan(self, plan_id: str = "latest", *, drawn: bool = True) -> Plan:
        """
        Give a saved plan; where it is not to be ``drawn``, without its curves, which are most of it.

        Parameters
        ----------
        plan_id
            Its id, the beginning of it if no other begins so, or ``latest``: the one saved last.

        Raises
        ------
        UnknownPlan
            Lists the plans there are.
        """
        entry = self.plan_entry(plan_id)
        wanted = {"rows": entry.plan_id, "curves": entry.plan_id if drawn else "", "levers": entry.plan_id, "coming": entry.plan_id}
        rows, curves, levers, coming = (self._plans.read(name, mine) for name, mine in wanted.items())
        made = entry.version, entry.created, entry.author, entry.plan_id
        return Plan(rows, curves, terms_of(entry), entry.sized_by, *made, levers, coming)

    def imports(self) -> list[ImportEntry]:
        """Every import, oldest first."""
        with self._records.reading() as connection:
            return ledger.import_entries(connection)

    def quarantine(self, import_id: str = "latest") -> pl.DataFrame:
        """Rows an import (``latest``: the last one made from files) could not accept and nobody has corrected yet, one row a problem."""
        entry = named_import(self.imports(), import_id, self.path)
        with self._records.reading() as connection:
            return ledger.quarantined(connection, entry.import_id)

    def latest(self) -> str:
        """Id of the plan saved last; empty where none was."""
        with self._records.reading() as connection:
            return connection.execute(sql.select(PLANS.c.plan_id).order_by(PLANS.c.seq.desc()).limit(1)).scalar() or ""

    @property
    def records(self) -> Records:
        """The SQL side, for what is kept beside imports and plans: people, decisions."""
        return self._records

    def live(self) -> Live:
        """What machines say while they run."""
        return Live(self.place, self._records, self._facts)

    def sweep(self) -> int:
        """Delete what killed processes left behind unrecorded; gives how many rows of tables, 0 while another process writes."""
        with self.place.nobody_writing() as free:
            if not free:
                return 0
            with self._records.reading() as connection:
                imports = list(connection.execute(sql.select(IMPORTS.c.import_id)).scalars())
                plans = list(connection.execute(sql.select(PLANS.c.plan_id)).scalars())
            shutil.rmtree(self.place.arriving, ignore_errors=True)
            return self._facts.forget(imports) + self._plans.forget(plans)

    def close(self) -> None:
        """Give the records back; the workspace itself stays."""
        self._records.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
