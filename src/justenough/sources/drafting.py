"""Drafting: a first profile for an export nobody has described, and the questions its files cannot answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from justenough.domain.errors import ProfileError
from justenough.sources.folder import ENDINGS, root_of
from justenough.sources.looking import Look, Question, quoted
from justenough.sources.profiles import Profile

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Draft", "Question", "answered", "draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """
    A profile in TOML with ``"<key>"`` where a question is open.

    ``unused_files`` and ``unused_columns`` (``FILE: COLUMN``) were not recognised; the TOML names them in comments.
    """

    toml: str
    questions: tuple[Question, ...]
    unused_files: tuple[str, ...] = ()
    unused_columns: tuple[str, ...] = ()

    @property
    def unused(self) -> str:
        """How much of the export the profile passes over, in words; empty where it takes everything."""
        return _unused(len(self.unused_files), len(self.unused_columns))


def draft(path: str | Path, *, header_rows: int = 1) -> Draft:
    """
    Draft a profile from the files themselves.

    Parameters
    ----------
    path
        One file, or a folder with the files of one export.
    header_rows
        Rows of the header; several are joined.

    Raises
    ------
    ImportFailed
        Where a file cannot be opened, or none looks like items, demand or receipts.
    """
    path = Path(path)
    root = root_of(path)
    paths = sorted(one for one in path.iterdir() if one.is_file() and one.name.lower().endswith(ENDINGS)) if path.is_dir() else [path]
    asked = [
        Question("currency", "Which currency is all money in? Three letters such as EUR, or unknown."),
        Question("demand_period", "In which periods should demand be looked at?", ("day", "week", "month")),
    ]
    looks = [Look(one, one.relative_to(root).as_posix(), header_rows) for one in paths]
    takes = _takes(looks)
    found = {table for _, said in takes for table in said}
    tables = [look.table(table) for look, said in takes for table in said]  # before the files' lines: they find out what is open
    formats: list[str] = []
    for look, _ in takes:
        formats += [date_format for date_format in look.formats if date_format not in formats]
        asked += [question for question in look.questions if question.key not in {other.key for other in asked}]
    if any(look.decimal for look, _ in takes):
        for look, _ in takes:
            look.decimal |= look.grouped  # 1.000 beside a file with 2,50 is a thousand
    if any(look.workdays for look, _ in takes):
        hint = "In which periods should demand be looked at? Hardly any is on Saturdays and Sundays: as days, every item would look "
        asked[1] = Question("demand_period", f"{hint}intermittent; week fits better.", ("day", "week", "month"))
    if not found:
        raise ProfileError(
            f"{path.name}: no file looks like items, demand or receipts: no column of items was recognised. "
            "Write the profile by hand; docs/import.md shows how."
        )
    if "items" not in found:
        tables.append(f'[tables.items]\nderived_from = "{"demand" if "demand" in found else "receipts"}"')
    head = [f"name = {quoted(path.name.partition('.')[0])}", 'currency = "<currency>"', 'demand_period = "<demand_period>"']
    if any(question.key == "returns" for question in asked):
        head.append('returns = "<returns>"')
    if formats:
        head.append(f"date_formats = [{', '.join(map(quoted, formats))}]")
    passed = [look for look in looks if look not in [taken for taken, _ in takes]]
    columns = [f"{look.name}: {name}" for look, _ in takes for name in look.unused()]
    files = ["[files]", *(look.file() for look, _ in takes)]
    if passed or columns:
        rest = [*(f"{look.name}: {', '.join(look.rows.columns)}" for look in passed), *columns]
        said = [f"# {_unused(len(passed), len(columns))}; map by hand what is meant:"]
        said += [f"#   {' '.join(line.split())}" for line in rest]
        head = [*said, *head]
    text = "\n\n".join(["\n".join(head), "\n".join(files), *tables]) + "\n"
    return Draft(text, tuple(asked), tuple(look.name for look in passed), tuple(columns))


def _takes(looks: list[Look]) -> list[tuple[Look, list[str]]]:
    """Which tables are made of which file; the items come from the file most like a list of items, not from the first with codes."""
    said = {at: look.tables() for at, look in enumerate(looks)}
    masters = [at for at, tables in said.items() if "items" in tables]
    moves = any(table in tables for tables in said.values() for table in ("demand", "receipts"))
    # Codes that repeat are lines of something, not a list of items.
    masters = [at for at in masters if not moves or len(said[at]) > 1 or looks[at].as_master()[0]]
    master = max(masters, key=lambda at: looks[at].as_master(), default=-1)
    takes: list[tuple[Look, list[str]]] = []
    found: set[str] = set()
    for at, look in enumerate(looks):
        mine = [table for table in said[at] if table not in found and (table != "items" or at == master)]
        found |= set(mine)
        if mine:
            takes.append((look, mine))
    return takes


def _unused(n_files: int, n_columns: int) -> str:
    counts = ((n_files, "file"), (n_columns, "column"))
    said = " and ".join(f"{n:,} {word if n == 1 else word + 's'}" for n, word in counts if n)
    return f"{said} not used" if said else ""


def answered(drafted: Draft, answers: Mapping[str, str]) -> str:
    """
    The profile's TOML with the answers filled in.

    Raises
    ------
    ProfileError
        For questions left open, answers outside the choices, and answers to nothing asked.
    """
    wrong = [f"{question.key}: {question.text}{_choices(question)}" for question in drafted.questions if question.key not in answers]
    if wrong:
        raise ProfileError("Not answered:\n" + "\n".join(f"  {line}" for line in wrong))
    text = drafted.toml
    known = {question.key: question for question in drafted.questions}
    for key, answer in answers.items():
        if key not in known:
            raise ProfileError(f"{key}: nobody asked; expected {', '.join(known)}.")
        if known[key].choices and answer not in known[key].choices:
            raise ProfileError(f"{key} is {answer!r}; expected {' or '.join(known[key].choices)}.")
        text = text.replace(f'"<{key}>"', quoted(answer))
        if key == "decimal":
            text = text.replace('"<thousands>"', quoted("," if answer == "." else "."))
    Profile.from_toml(text, "draft")
    return text


def _choices(question: Question) -> str:
    return f" ({', '.join(question.choices)})" if question.choices else ""
