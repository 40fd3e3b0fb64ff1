"""Corrections: which corrected rows leave the quarantine and join their source, and what is still wrong with the others."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from justenough.archive import ledger
from justenough.archive.entries import ImportEntry, ImportReceipt
from justenough.archive.place import WorkspaceError
from justenough.archive.stamps import new_id, signed, terms_of
from justenough.domain.checks import FILE, ROW
from justenough.domain.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from justenough.archive.facts import Facts
    from justenough.archive.place import Place as Folder
    from justenough.archive.records import Records
    from justenough.sources.read import FileCount, Imported

Place = tuple[str, int]


@dataclass(frozen=True)
class Corrections:
    """
    Corrected rows, sorted out.

    Parameters
    ----------
    tables
        Canonical rows that may join their source.
    right, wrong
        Places (file, row) of the raw rows that leave the quarantine, and that stay.
    problems
        What is wrong with those that stay, in the columns of a quarantine.
    """

    tables: Mapping[str, pl.DataFrame]
    right: tuple[Place, ...]
    wrong: tuple[Place, ...]
    problems: pl.DataFrame


def corrected_in(folder: Folder, records: Records, facts: Facts, entry: ImportEntry, corrected: Imported, author: str) -> ImportReceipt:
    """
    Add corrected rows, and those that only waited for their items, to the source of an import; see `Workspace.correct`.

    Parameters
    ----------
    folder, records, facts
        The workspace.
    entry
        The import in whose quarantine the rows are.
    """
    if entry.status != "live":
        raise WorkspaceError(f"import {entry.import_id} of {entry.source} was superseded by a newer one. Correct that one instead.")
    with folder.writing():
        with records.reading() as connection:
            imports = ledger.import_entries(connection)
            before = ledger.quarantined(connection, entry.import_id)
            settled = ledger.corrected_places(connection, entry.import_id)
        family = [one.import_id for one in imports if one.status == "live" and one.source == entry.source]
        # Of a table without a key, such as demand, nothing there can stand in the way, and there may be very much.
        present = {name: facts.read(name, family) for name in {"items", *corrected.tables} if TABLES[name].key}
        whole = with_waiting(corrected, before, settled, present)
        present |= {name: facts.read(name, family) for name in whole.tables if TABLES[name].key and name not in present}
        done = sorted_out(whole, before, settled, present)
        if not done.right and not done.wrong:
            return ImportReceipt("unchanged", entry.import_id, entry.source, 0, 0, 0)
        fresh = new_id()
        facts.append(fresh, done.tables)
        with records.writing() as connection:
            if not (ledger.is_live(connection, entry.import_id) and ledger.quarantined(connection, entry.import_id).equals(before)):
                raise WorkspaceError(f"import {entry.import_id} was changed meanwhile; nothing was corrected. Try again.")
            if done.right:
                row = {"import_id": fresh, "source": entry.source, "digest": "", "profile": entry.profile, "corrects": entry.import_id}
                row |= {**signed(author), **asdict(terms_of(entry))}
                tables = {name: frame.height for name, frame in done.tables.items()}
                ledger.record(connection, row, counts_of(done, whole), tables, None)
                ledger.take_out(connection, entry.import_id, done.right, fresh)
            ledger.drop(connection, entry.import_id, done.wrong)
            ledger.put_in(connection, entry.import_id, done.problems)
    right, wrong, followed = len(done.right), len(done.wrong), len(set(done.right) - places_of(corrected))
    return ImportReceipt("corrected", fresh if right else entry.import_id, entry.source, right + wrong, right, wrong, (), followed)


def sorted_out(
    corrected: Imported, quarantine: pl.DataFrame, settled: AbstractSet[Place], present: Mapping[str, pl.DataFrame]
) -> Corrections:
    """
    Split corrected rows into those that may join their source and those that may not.

    Parameters
    ----------
    corrected
        The corrected rows as read again; ``__file__`` and ``__row__`` are the places they had when they were quarantined.
    quarantine
        What is in quarantine now.
    settled
        Places of rows corrected before; they are passed over.
    present
        What the source holds already, by table: a key must not come twice, an item must be known.

    Raises
    ------
    WorkspaceError
        A row that is not in the quarantine.
    """
    waiting = set(quarantine.select("file", "row").iter_rows())
    given = places_of(corrected)
    strange = sorted(given - waiting - settled)
    if strange:
        file, row = strange[0]
        raise WorkspaceError(
            f"{file} row {row} is not in this import's quarantine ({len(strange)} such rows); only quarantined rows can be corrected. "
            "Import the whole export again to change rows that were accepted."
        )
    old = pl.DataFrame(sorted(settled), schema={FILE: pl.String, ROW: pl.Int64}, orient="row")
    fresh = {name: frame.join(old, on=[FILE, ROW], how="anti") for name, frame in corrected.tables.items()}
    fresh |= {name: _not_there(fresh[name], name, present) for name in fresh.keys() & present.keys() & _derived(corrected)}
    still = corrected.quarantine.join(old, left_on=["file", "row"], right_on=[FILE, ROW], how="anti")
    raw = dict(quarantine.select(pl.concat_str("file", "row", separator="\n"), "raw").iter_rows())
    problems = [still.select(quarantine.columns), *_clashes(fresh, present, raw)]
    said = pl.concat(problems, how="vertical_relaxed")
    wrong = set(said.select("file", "row").iter_rows())
    bad = said.select(pl.col("file").alias(FILE), pl.col("row").cast(pl.Int64).alias(ROW)).unique()
    # A raw row may feed several tables; it joins all of them or none.
    tables = {name: frame.join(bad, on=[FILE, ROW], how="anti") for name, frame in fresh.items()}
    return Corrections({n: f for n, f in tables.items() if f.height}, tuple(sorted(given - wrong - settled)), tuple(sorted(wrong)), said)


def places_of(corrected: Imported) -> set[Place]:
    """Where the rows were when they were quarantined."""
    frames = [corrected.quarantine.select("file", "row"), *(frame.select(FILE, ROW) for frame in corrected.tables.values())]
    return {place for frame in frames for place in frame.iter_rows()}


def waiting_for(quarantine: pl.DataFrame, items: AbstractSet[str], but: AbstractSet[Place]) -> pl.DataFrame:
    """
    Rows in quarantine with nothing wrong but that their items were unknown, and the items are known now.

    Parameters
    ----------
    quarantine
        What is in quarantine now, one row a problem.
    items
        Items the source knows.
    but
        Places to pass over: rows corrected by hand in this turn.

    Returns
    -------
    rows : ``file``, ``row``, ``raw``, each row once
    """
    only = pl.col("expected").str.starts_with("an item of ") & pl.col("column").is_in(["item", "parent", "component"])
    ready = (only & pl.col("item").is_in(list(items))).all().over("file", "row")
    rows = quarantine.filter(ready).select("file", "row", "raw").unique(["file", "row"], keep="first", maintain_order=True)
    passed = pl.DataFrame(sorted(but), schema={"file": pl.String, "row": pl.Int64}, orient="row")
    return rows.join(passed, on=["file", "row"], how="anti", maintain_order="left")


def with_waiting(
    corrected: Imported, quarantine: pl.DataFrame, settled: AbstractSet[Place], present: Mapping[str, pl.DataFrame]
) -> Imported:
    """The corrected rows, and after them the quarantined rows that waited for no more than the items among these."""
    from justenough.sources.quarantine import read_again

    done = sorted_out(corrected, quarantine, settled, present)
    if "items" not in done.tables:
        return corrected
    known = {*done.tables["items"]["item"], *(present["items"]["item"] if "items" in present else ())}
    rows = waiting_for(quarantine, known, {*done.right, *done.wrong})
    if not rows.height:
        return corrected
    more = read_again(rows, corrected.profile, "quarantine")
    names = dict.fromkeys([*corrected.tables, *more.tables])
    tables = {
        name: pl.concat([one.tables[name] for one in (corrected, more) if name in one.tables], how="diagonal_relaxed") for name in names
    }
    return replace(
        corrected, tables=tables, quarantine=pl.concat([corrected.quarantine, more.quarantine]), files=corrected.files + more.files
    )


def counts_of(done: Corrections, corrected: Imported) -> tuple[FileCount, ...]:
    """Rows that joined, by the file they were quarantined from; the digest is that of the file that corrects them."""
    from justenough.sources.read import FileCount

    digests = {one.file: one.sha256 for one in corrected.files}
    counted = Counter(file for file, _ in done.right)
    return tuple(FileCount(file, digests.get(file, ""), n, n, 0) for file, n in sorted(counted.items()))


def _derived(corrected: Imported) -> set[str]:
    """Tables without a file of their own: a row of another names the item again, and that is no second item."""
    return {name for name, spec in corrected.profile.tables.items() if spec.derived_from}


def _not_there(frame: pl.DataFrame, name: str, present: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    key = list(TABLES[name].key)
    return frame.join(present[name].select(key), on=key, how="anti")


def _clashes(tables: Mapping[str, pl.DataFrame], present: Mapping[str, pl.DataFrame], raw: Mapping[str, str]) -> list[pl.DataFrame]:
    found = []
    known = [frame.select("item") for frame in (tables.get("items"), present.get("items")) if frame is not None]
    for name, frame in tables.items():
        key = list(TABLES[name].key)
        if key and name in present:
            again = frame.join(present[name].select(key), on=key, how="semi")
            which = " and ".join(key)
            remedy = f"Change the {which}, or leave the row in quarantine."
            found.append(_problems(name, again, key[0], f"no second row with the same {which}", remedy, raw))
        if name in ("demand", "receipts", "stock") and known:
            lost = frame.join(pl.concat(known), on="item", how="anti")
            remedy = "Correct the code, or correct the item's own row as well."
            found.append(_problems(name, lost, "item", "an item of the items table", remedy, raw))
    return [frame for frame in found if frame.height]


def _problems(name: str, rows: pl.DataFrame, column: str, expected: str, remedy: str, raw: Mapping[str, str]) -> pl.DataFrame:
    names = ("table", "file", "row", "item", "column", "found", "expected", "remedy", "raw")
    said = [
        (name, one[FILE], one[ROW], one.get("item"), column, repr(one[column]), expected, remedy, raw.get(f"{one[FILE]}\n{one[ROW]}", ""))
        for one in rows.iter_rows(named=True)
    ]
    return pl.DataFrame(said, schema={n: pl.Int64 if n == "row" else pl.String for n in names}, orient="row")
