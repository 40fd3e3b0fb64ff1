"""Entries: what a workspace says of its imports and plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from justenough.domain.figures import count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.strategy.settings import Settings

Status = Literal["live", "superseded"]


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of an import; ``rows_in`` = ``rows_accepted`` + ``rows_quarantined`` on the day."""

    file: str
    sha256: str
    rows_in: int
    rows_accepted: int
    rows_quarantined: int


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """
    One import.

    Parameters
    ----------
    source
        What it is an export of; the newest import of a source replaces the ones before.
    status
        ``live``: its rows count. ``superseded``: a newer import of its source replaced it.
    corrects
        The import whose quarantined rows these are, corrected; empty for an import from files.
    n_quarantined_now
        Rows still in quarantine; ``rows_quarantined`` is what there was on the day.
    created
        When it was recorded, UTC.
    tables
        Accepted rows by canonical table.
    profile
        The profile it was read with, as JSON.
    """

    import_id: str
    source: str
    status: Status
    corrects: str
    rows_in: int
    rows_accepted: int
    rows_quarantined: int
    n_quarantined_now: int
    author: str
    created: datetime
    version: str
    currency: str
    demand_period: str
    returns: str
    label: str
    files: tuple[FileEntry, ...]
    tables: Mapping[str, int]
    profile: str


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One saved plan; ``imports`` are the imports its plant was made from, where that is known."""

    plan_id: str
    created: datetime
    author: str
    version: str
    settings: Mapping[str, Any]
    currency: str
    demand_period: str
    returns: str
    label: str
    n_items: int
    imports: tuple[str, ...]

    @property
    def sized_by(self) -> Settings:
        """Its settings; none of its rows is read for them."""
        from justenough.strategy.settings import Settings

        return Settings.from_saved(self.settings)


@dataclass(frozen=True, slots=True)
class ImportReceipt:
    """
    What an import did to the workspace.

    Parameters
    ----------
    outcome
        ``imported``: its rows count from now on. ``unchanged``: the very same files, read the same way, are
        already live, and nothing was written. ``corrected``: quarantined rows were added to their source.
    import_id
        The import that holds these rows.
    superseded
        Imports that no longer count since this one does.
    followed
        Of the accepted rows, those that were right all along and had only waited for an item corrected now.
    """

    outcome: Literal["imported", "unchanged", "corrected"]
    import_id: str
    source: str
    rows_in: int
    rows_accepted: int
    rows_quarantined: int
    superseded: tuple[str, ...] = ()
    followed: int = 0

    def __str__(self) -> str:
        if self.outcome == "unchanged":
            return f"{self.source}: unchanged; the same files are already here as import {self.import_id}."
        counted = f"{self.rows_in:,} rows in = {self.rows_accepted:,} accepted + {self.rows_quarantined:,} quarantined"
        replaced = f"; replaces {', '.join(self.superseded)}" if self.superseded else ""
        waited = count(self.followed, "row that waited for an item", "rows that waited for these items")
        followed = f"; with them {waited}" if self.followed else ""
        return f"{self.source}: {self.outcome} as {self.import_id}: {counted}{followed}{replaced}."


def utc(moment: datetime) -> datetime:
    """The moment with its time zone, which SQLite does not keep."""
    return moment.replace(tzinfo=UTC)


def stored(moment: datetime) -> datetime:
    """The moment as it is stored: UTC, without a time zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)
