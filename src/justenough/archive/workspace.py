"""Workspace: everything kept of one plant, in a folder several processes may use at once."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import polars as pl
import sqlalchemy as sql

from justenough.archive import ledger
from justenough.archive.corrections import counts_of, sorted_out
from justenough.archive.entries import ImportEntry, ImportReceipt, PlanEntry, stored
from justenough.archive.facts import Facts
from justenough.archive.place import Place, WorkspaceError
from justenough.archive.plans import Plans
from justenough.archive.records import IMPORTS, PLANS, Records
from justenough.domain.errors import UnknownPlan
from justenough.domain.plant import Plant, Terms
from justenough.domain.schema import TABLES
from justenough.strategy.plan import Plan
from justenough.strategy.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justenough.sources.read import Imported


class Workspace:
    """Imports, quarantine and plans of one plant.

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
        self._place = place
        self._records = records
        self._facts = Facts(place.facts)
        self._plans = Plans(place.plans)
        self._planted: tuple[str, ...] = ()

    @classmethod
    def open(cls, path: str | Path, *, create: bool = True) -> Workspace:
        """Open the workspace in a folder.

        Parameters
        ----------
        path
            The folder.
        create
            Make the workspace where the folder is new or empty; otherwise that is an error.

        Raises
        ------
        WorkspaceError
            The folder is not a workspace, cannot be written to, or was written by a newer version.
        """
        place = Place(Path(path))
        if not place.is_workspace and not create:
            what = "is not a workspace" if place.folder.is_dir() else "no such workspace"
            raise WorkspaceError(f"{place.folder}: {what}. Make one by importing into it: justenough import FOLDER --profile P.")
        if place.folder.exists() and not place.folder.is_dir():
            raise WorkspaceError(f"{place.folder}: is a file; a workspace is a folder. Name a folder.")
        place.claim()
        records = Records(place.records)
        try:
            if not place.is_workspace or not records.is_up_to_date():
                with place.alone():
                    # The records come last: a workspace without them is still being made.
                    Facts(place.facts).create()
                    Plans(place.plans).create()
                    records.bring_up_to_date()
        except BaseException:
            records.close()
            raise
        return cls(place, records)

    def import_(self, imported: Imported, *, author: str = "", source: str = "") -> ImportReceipt:
        """Keep what was read from an export; it replaces the earlier import of the same source, in all tables at once.

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
        profile = json.dumps(asdict(imported.profile), default=str, sort_keys=True)
        digest = _digest(imported, profile)
        tables = _heights(imported.tables)
        with self._place.writing():
            with self._records.reading() as connection:
                known = ledger.same(connection, source, digest)
                if known:
                    return known
                ledger.refuse_misfit(connection, source, imported.terms, imported.files, tables)
            import_id = _new_id()
            self._facts.append(import_id, imported.tables)
            with self._records.writing() as connection:
                # Asked again: another process may have imported while this one wrote its rows.
                known = ledger.same(connection, source, digest)
                if known:
                    return known
                ledger.refuse_misfit(connection, source, imported.terms, imported.files, tables)
                superseded = ledger.supersede(connection, source)
                row = {
                    "import_id": import_id,
                    "source": source,
                    "digest": digest,
                    "profile": profile,
                    **_signed(author),
                    **asdict(imported.terms),
                }
                ledger.record(connection, row, imported.files, tables, imported.quarantine)
        counts = (sum(one.rows_in for one in imported.files), sum(one.accepted for one in imported.files))
        return ImportReceipt("imported", import_id, source, *counts, sum(one.quarantined for one in imported.files), superseded)

    def correct(self, corrected: Imported, import_id: str = "latest", *, author: str = "") -> ImportReceipt:
        """Add corrected rows to the source they came from; they leave the quarantine, rows still wrong stay in it.

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
        entry = self._live_import(import_id)
        with self._place.writing():
            family = [one.import_id for one in self.imports() if one.status == "live" and one.source == entry.source]
            before = self.quarantine(entry.import_id)
            done = sorted_out(corrected, before, {name: self._facts.read(name, family) for name in {"items", *corrected.tables}})
            fresh = _new_id()
            self._facts.append(fresh, done.tables)
            with self._records.writing() as connection:
                if not ledger.is_live(connection, entry.import_id) or not ledger.quarantined(connection, entry.import_id).equals(before):
                    raise WorkspaceError(
                        f"import {entry.import_id} was changed by someone else meanwhile; nothing was corrected. Try again."
                    )
                if done.right:
                    row = {"import_id": fresh, "source": entry.source, "digest": "", "profile": entry.profile, "corrects": entry.import_id}
                    files = counts_of(done.right)
                    ledger.record(connection, {**row, **_signed(author), **asdict(_terms(entry))}, files, _heights(done.tables), None)
                    ledger.take_out(connection, entry.import_id, done.right, fresh)
                ledger.drop(connection, entry.import_id, done.wrong)
                ledger.put_in(connection, entry.import_id, done.problems)
        n_right, n_wrong = len(done.right), len(done.wrong)
        return ImportReceipt("corrected", fresh if n_right else entry.import_id, entry.source, n_right + n_wrong, n_right, n_wrong)

    def plant(self) -> Plant:
        """Build the plant that all live imports together describe.

        Where two sources give the same row of a table that has a key (an item, a supplier), the value of the
        later import counts, column by column, and an empty one hides nothing. Tables without a key are added up.
        """
        live = [entry for entry in self.imports() if entry.status == "live"]
        if not live:
            raise WorkspaceError(f"{self.path}: nothing was imported yet. Import an export first: justenough import FOLDER --profile P.")
        tables = {name: self._merged(name, [entry.import_id for entry in live if name in entry.tables]) for name in TABLES}
        self._planted = tuple(entry.import_id for entry in live)
        return Plant.of(_terms(live[-1]), tables)

    def save(self, plan: Plan, *, made_from: Sequence[str] | None = None) -> str:
        """Keep a plan; saving the same plan again changes nothing.

        Parameters
        ----------
        plan
            The plan.
        made_from
            Imports its plant was made from; by default those of this object's last `plant`.

        Returns
        -------
        str
            The plan's id.
        """
        with self._place.writing():
            with self._records.reading() as connection:
                if ledger.has_plan(connection, plan.plan_id):
                    return plan.plan_id
            self._plans.append(plan.plan_id, plan.rows, plan.curves)
            row = {
                "plan_id": plan.plan_id,
                "created": stored(plan.created),
                "author": plan.author,
                "version": plan.version,
                "settings": json.dumps(plan.settings.to_dict(), sort_keys=True),
                "n_items": plan.rows.height,
                **asdict(plan.terms),
            }
            with self._records.writing() as connection:
                ledger.record_plan(connection, row, self._planted if made_from is None else made_from)
        return plan.plan_id

    def plans(self) -> list[PlanEntry]:
        """Every saved plan, oldest first."""
        with self._records.reading() as connection:
            return ledger.plan_entries(connection)

    def plan(self, plan_id: str = "latest") -> Plan:
        """Give a saved plan.

        Parameters
        ----------
        plan_id
            Its id, the beginning of it if no other begins so, or ``latest``: the one saved last.

        Raises
        ------
        UnknownPlan
            Lists the plans there are.
        """
        entries = self.plans()
        found = entries[-1:] if plan_id == "latest" else [one for one in entries if one.plan_id == plan_id]
        found = found or [one for one in entries if plan_id and one.plan_id.startswith(plan_id)]
        if len(found) != 1:
            there = ", ".join(one.plan_id for one in entries[-10:]) or "none; make one first: justenough recommend"
            more = f" and {len(entries) - 10} older" if len(entries) > 10 else ""
            what = f"{len(found)} plans begin with {plan_id!r}" if found else f"no plan {plan_id!r}"
            raise UnknownPlan(f"{self.path}: {what}. Saved plans: {there}{more}.")
        entry = found[0]
        rows, curves = (self._plans.read(name, entry.plan_id) for name in ("rows", "curves"))
        return Plan(
            rows, curves, _terms(entry), Settings.from_dict(entry.settings), entry.version, entry.created, entry.author, entry.plan_id
        )

    def imports(self) -> list[ImportEntry]:
        """Every import, oldest first."""
        with self._records.reading() as connection:
            return ledger.import_entries(connection)

    def quarantine(self, import_id: str = "latest") -> pl.DataFrame:
        """Rows an import could not accept and nobody has corrected yet, one row a problem.

        Parameters
        ----------
        import_id
            The import, or ``latest``: the last one made from files.
        """
        entry = self._import(import_id)
        with self._records.reading() as connection:
            return ledger.quarantined(connection, entry.import_id)

    def sweep(self) -> int:
        """Delete rows that killed processes left behind unrecorded; gives how many, 0 while another process writes."""
        with self._place.nobody_writing() as free:
            if not free:
                return 0
            with self._records.reading() as connection:
                imports = list(connection.execute(sql.select(IMPORTS.c.import_id)).scalars())
                plans = list(connection.execute(sql.select(PLANS.c.plan_id)).scalars())
            return self._facts.forget(imports) + self._plans.forget(plans)

    def close(self) -> None:
        """Give the records back; the workspace itself stays."""
        self._records.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _import(self, import_id: str) -> ImportEntry:
        entries = self.imports()
        files = [entry for entry in entries if not entry.corrects]
        found = files[-1:] if import_id == "latest" else [entry for entry in entries if entry.import_id == import_id]
        if not found:
            there = ", ".join(entry.import_id for entry in entries[-10:]) or "none yet"
            raise WorkspaceError(f"{self.path}: no import {import_id!r}. Imports: {there}.")
        return found[0]

    def _live_import(self, import_id: str) -> ImportEntry:
        entry = self._import(import_id)
        if entry.status != "live":
            raise WorkspaceError(
                f"import {entry.import_id} of {entry.source} was superseded by a newer one; correct that one, or the export itself."
            )
        return entry

    def _merged(self, name: str, import_ids: list[str]) -> pl.DataFrame:
        key = TABLES[name].key
        frame = self._facts.read(name, import_ids)
        if key and len(import_ids) > 1:
            turn = {import_id: turn for turn, import_id in enumerate(import_ids)}
            ordered = frame.sort(pl.col("import_id").replace_strict(turn), maintain_order=True)
            frame = ordered.group_by(key, maintain_order=True).agg(pl.all().drop_nulls().last())
        return frame.select(TABLES[name].names)


def _heights(tables: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    return {name: frame.height for name, frame in tables.items() if frame.height}


def _new_id() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def _signed(author: str) -> dict[str, Any]:
    from justenough import __version__

    return {"author": author, "created": stored(datetime.now(UTC)), "version": __version__}


def _terms(entry: ImportEntry | PlanEntry) -> Terms:
    given: dict[str, Any] = {name: getattr(entry, name) for name in ("currency", "demand_period", "returns", "label")}
    return Terms(**given)


def _digest(imported: Imported, profile: str) -> str:
    files = sorted((one.file, one.sha256) for one in imported.files)
    said = json.dumps([files, profile, asdict(imported.terms)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
