"""Elsewhere: which records and tables belong to which folder, where they do not lie in it."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sql
from deltalake import DeltaTable

from justenough.archive.facts import Facts
from justenough.archive.place import WorkspaceError
from justenough.archive.plans import Plans
from justenough.archive.records import IDENTITY, Records
from justenough.domain.address import Address, said

if TYPE_CHECKING:
    from justenough.archive.place import Place

VARIABLE = "JUSTENOUGH_DATABASE"
TABLES_VARIABLE = "JUSTENOUGH_TABLES"
KEPT = " kept"  # said in the folder once the database has its identity


def records_of(place: Place, database: str | None = None) -> Records:
    """
    The records of a workspace: SQLite in its folder, or the PostgreSQL database that is named.

    Parameters
    ----------
    database
        Address of the database; by default what ``JUSTENOUGH_DATABASE`` says. Empty: SQLite.

    Raises
    ------
    WorkspaceError
        The folder's records are not there.
    """
    address = os.environ.get(VARIABLE, "") if database is None else database
    if address and place.records.is_file():
        raise WorkspaceError(f"{place.folder}: keeps its records in its own folder (SQLite), not in a database. Unset {VARIABLE}.")
    if not address and place.elsewhere.is_file():
        raise WorkspaceError(f"{place.folder}: keeps its records in a PostgreSQL database. Say where: {VARIABLE}=postgresql://...")
    records = Records(place.records, address)
    if address:
        records.reach()
    return records


def made_ready(place: Place, records: Records) -> None:
    """Make the tables and records of a new workspace, bring those of an older version up to date, and see that they belong together."""
    if place.is_workspace and records.is_up_to_date():
        bind(place, records)
        return
    with place.alone():
        # The records come last: a workspace without them is still being made.
        bind_tables(place)
        Facts(place.facts).create()
        Plans(place.plans).create()
        records.bring_up_to_date()
        bind(place, records)


def bind(place: Place, records: Records) -> None:
    """
    See that a database and a folder belong together; a new pair is bound. The caller holds the creation lock.

    Raises
    ------
    WorkspaceError
        One of them belongs to another.
    """
    if not records.elsewhere:
        return
    said = place.elsewhere.read_text(encoding="utf-8").strip() if place.elsewhere.is_file() else ""
    mine, finished = said.removesuffix(KEPT), said.endswith(KEPT)
    with records.reading() as connection:
        found = connection.execute(sql.select(IDENTITY.c.workspace_id)).scalar() or ""
    if found and found == mine:
        return
    if found:
        raise WorkspaceError(f"{place.folder}: the database belongs to another workspace. Name another database, or that workspace.")
    if finished:
        raise WorkspaceError(
            f"{place.folder}: the database holds none of this workspace's records. Name the right one; nothing was changed."
        )
    mine = mine or secrets.token_hex(16)
    place.elsewhere.write_text(mine + "\n", encoding="utf-8")
    with records.writing() as connection:
        connection.execute(sql.insert(IDENTITY), {"workspace_id": mine})
    place.elsewhere.write_text(f"{mine}{KEPT}\n", encoding="utf-8")


def with_tables(place: Place, tables: str | None = None) -> Place:
    """
    The place with its facts and plans where they are: in the folder, or at the address in an object store that it was made with.

    Parameters
    ----------
    tables
        Address for a workspace that is being made; by default what ``JUSTENOUGH_TABLES`` says. Empty: in the folder.

    Raises
    ------
    WorkspaceError
        The workspace keeps them elsewhere.
    AddressError
        Not an address, or one with a password in it.
    """
    asked = os.environ.get(TABLES_VARIABLE, "") if tables is None else tables
    bound = place.tables_elsewhere.read_text(encoding="utf-8").strip() if place.tables_elsewhere.is_file() else ""
    wanted = Address(asked) if asked else None
    if wanted is not None and str(wanted) != bound and (bound or place.is_workspace):
        raise WorkspaceError(f"{place.folder}: keeps its tables in {bound or 'its own folder'}, not at {wanted}. Unset {TABLES_VARIABLE}.")
    return replace(place, tables=Address(bound) if bound else wanted)


def bind_tables(place: Place) -> None:
    """
    Write down where a new workspace's tables lie. The caller holds the creation lock.

    Raises
    ------
    WorkspaceError
        There are tables at that address already, or it cannot be reached.
    """
    if place.tables is None or place.tables_elsewhere.is_file():
        return
    try:
        taken = DeltaTable.is_deltatable(str(place.facts / "items"))
    except OSError as error:
        raise WorkspaceError(
            f"{place.tables}: cannot be reached ({said(error)}). Keys belong into the environment; see docs/cluster.md."
        ) from error
    if taken:
        raise WorkspaceError(f"{place.tables}: holds the tables of a workspace already. Name a folder of its own for this one.")
    place.tables_elsewhere.write_text(f"{place.tables}\n", encoding="utf-8")
