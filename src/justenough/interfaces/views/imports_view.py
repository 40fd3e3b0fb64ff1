"""Imports view: what was imported, an export on its way in, and rows in quarantine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.checks import FILE, ROW
from justenough.interfaces.causes import grouped
from justenough.sources.profiles import shipped
from justenough.sources.quarantine import to_correct
from justenough.sources.remapping import mapping_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.archive.entries import ImportEntry
    from justenough.archive.errands import Found
    from justenough.archive.incoming import Staged
    from justenough.archive.workspace import Workspace
    from justenough.sources.read import Imported

PREVIEWED = 5  # rows of a table
MENDED = 25  # rows offered at once
COMPLAINTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLine:
    """One import; rows in = rows accepted + rows quarantined, on the day."""

    import_id: str
    source: str
    status: str
    corrects: str
    author: str
    created: datetime
    rows_in: int
    rows_accepted: int
    rows_quarantined: int
    n_quarantined_now: int
    tables: dict[str, int]


@dataclass(frozen=True, slots=True)
class ImportsView:
    """Every import, newest first, and the profiles that come along."""

    imports: tuple[ImportLine, ...]
    profiles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question only a person can answer; ``choices`` empty: any text."""

    key: str
    text: str
    choices: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A canonical column and the export's column that is taken for it; empty: none."""

    canonical: str
    column: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which columns a canonical table takes, and which there are to take, with the first values of each."""

    table: str
    choices: tuple[str, ...]
    columns: tuple[Taken, ...]
    samples: dict[str, str]


@dataclass(frozen=True, slots=True)
class FileCounted:
    """Rows of a file: in = accepted + quarantined."""

    file: str
    rows_in: int
    accepted: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a canonical table as they would be kept; ``numbers`` says which columns hold numbers."""

    table: str
    n_rows: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class DraftView:
    """
    An export on its way in.

    Parameters
    ----------
    source, sources, replaced
        What it is an export of, what there are imports of, and the one it would replace.
    profile, profiles
        By which it is to be read; empty for the drafted one, ``toml``.
    fault
        Why nothing could be drafted.
    working, why, files, complaints, previews
        What checking found.
    """

    token: str
    names: tuple[str, ...]
    source: str
    sources: tuple[str, ...]
    replaced: ImportLine | None
    profile: str
    profiles: tuple[str, ...]
    fault: str
    asked: tuple[Asked, ...]
    mapped: tuple[Mapped, ...]
    unused: tuple[str, ...]
    toml: str
    working: bool
    why: str
    files: tuple[FileCounted, ...] = ()
    complaints: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    previews: tuple[Preview, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a quarantined row as it was exported; ``wrong`` where it is complained of."""

    column: str
    value: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row in quarantine: where it is, what is wrong with it, and its cells."""

    file: str
    row: int
    problem: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class QuarantineView:
    """Rows of one import that could not be believed: the complaints in groups, and the first rows of one file to mend."""

    entry: ImportLine
    n_rows: int
    complaints: tuple[str, ...]
    files: tuple[str, ...]
    file: str
    rows: tuple[WrongRow, ...]


def imports_view(workspace: Workspace) -> ImportsView:
    """Every import there was."""
    return ImportsView(tuple(_line(one) for one in reversed(workspace.imports())), tuple(shipped()))


def draft_view(staged: Staged, found: Found, imports: Sequence[ImportEntry] = ()) -> DraftView:
    """A staged export, how it is to be read, and what checking found."""
    drafted, plan = staged.draft, staged.plan
    open_ = drafted.questions if drafted else ()
    asked = tuple(Asked(one.key, one.text, one.choices, plan.answers.get(one.key, one.said)) for one in open_)
    live = {one.source: one for one in imports if one.status == "live" and not one.corrects}
    replaced = _line(live[plan.source]) if plan.source in live else None
    head = (staged.token, staged.files, plan.source, tuple(live), replaced, plan.profile, tuple(shipped()), staged.fault)
    unused = (*drafted.unused_files, *drafted.unused_columns) if drafted else ()
    known: Imported | None = found.value
    if known is None:
        return DraftView(*head, asked, _mapped(staged), unused, plan.toml, found.working, found.why)
    files = tuple(FileCounted(one.file, one.rows_in, one.accepted, one.quarantined) for one in known.files)
    complaints = tuple(str(one) for one in grouped(known.quarantine)[:COMPLAINTS])
    notices = tuple(str(one) for one in known.notices)
    previews = tuple(_preview(name, frame) for name, frame in known.tables.items() if frame.height)
    return DraftView(*head, asked, _mapped(staged), unused, plan.toml, found.working, found.why, files, complaints, notices, previews)


def quarantine_view(workspace: Workspace, entry: ImportEntry, file: str) -> QuarantineView:
    """Rows of one import that wait to be mended."""
    problems = workspace.quarantine(entry.import_id)
    files = tuple(sorted(set(problems["file"].to_list())))
    chosen = file if file in files else files[0] if files else ""
    wrong: dict[int, set[str]] = {}
    for row, column in problems.filter(file=chosen).select("row", "column").iter_rows():
        wrong.setdefault(row, set()).add(column)
    sheet = to_correct(problems, chosen).head(MENDED) if chosen else pl.DataFrame()
    rows = []
    for one in sheet.iter_rows(named=True):
        at, said = int(one["from row"]), one["problem"]
        cells = [Cell(name, value or "", name in wrong.get(at, ())) for name, value in one.items() if name not in _PLACES]
        rows.append(WrongRow(chosen, at, said, tuple(cells)))
    complaints = tuple(str(one) for one in grouped(problems)[:COMPLAINTS]) if problems.height else ()
    n_rows = problems.select("file", "row").n_unique() if problems.height else 0
    return QuarantineView(_line(entry), n_rows, complaints, files, chosen, tuple(rows))


_PLACES = ("from file", "from row", "problem")


def _line(entry: ImportEntry) -> ImportLine:
    told = {name: getattr(entry, name) for name in ImportLine.__dataclass_fields__ if name != "tables"}
    return ImportLine(**told, tables=dict(entry.tables))


def _mapped(staged: Staged) -> tuple[Mapped, ...]:
    if staged.draft is None:
        return ()
    there = sorted({name.partition(": ")[2] for name in staged.draft.unused_columns})
    found = []
    for table, columns in mapping_of(staged.plan.toml).items():
        taken = [column for column in columns.values() if column]
        choices = tuple(dict.fromkeys([*taken, *there]))
        samples = {name: values for name in choices if (values := staged.draft.samples.get(name))}
        found.append(Mapped(table, choices, tuple(Taken(name, column) for name, column in columns.items()), samples))
    return tuple(found)


def _preview(name: str, frame: pl.DataFrame) -> Preview:
    shown = frame.drop(FILE, ROW, strict=False)
    shown = shown.select(column for column in shown.columns if shown[column].null_count() < shown.height)
    rows = tuple(tuple(_cell(cell) for cell in row) for row in shown.head(PREVIEWED).iter_rows())
    return Preview(name, frame.height, tuple(shown.columns), rows, tuple(kind.is_numeric() for kind in shown.dtypes))


def _cell(value: object) -> str:
    return "" if value is None else f"{value:,.15g}" if isinstance(value, float) else str(value)
