"""Drafting: a first profile for an export nobody has described, and the questions its files cannot answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from justenough.domain.errors import ProfileError
from justenough.domain.figures import count
from justenough.sources.arrival_drafts import arrivals
from justenough.sources.besides import besides
from justenough.sources.floor_drafts import FLOOR, floor_draft
from justenough.sources.folder import ENDINGS, root_of
from justenough.sources.looking import Look, Question, looks_at, quoted
from justenough.sources.own_tables import OWN, own_draft, own_table
from justenough.sources.plant_drafts import PLANT, plant_draft, plant_table
from justenough.sources.profiles import Profile
from justenough.sources.ready import ready_for
from justenough.sources.table_drafts import table_draft
from justenough.sources.vocabulary import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.domain.plant import Terms

LISTS = ("movements",)  # questions that several words may answer
CANONICAL = {column for columns in WORDS.values() for column in columns}
SAY_RECEIVED = "say which is it with --answer received='ITS COLUMN'; where receipts are a file of their own, join it (docs/import.md)"
MONEY = {"items", "demand", "receipts", "buffers"}  # tables that bring money, or what a plan holds of it

__all__ = ["Draft", "Question", "answered", "draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """
    A profile in TOML with ``"<key>"`` where a question is open.

    ``unused_files`` and ``unused_columns`` (``FILE: COLUMN``) were not recognised; the TOML names them in comments. ``notes`` say
    what was left out on purpose. ``ready`` names the profiles that come along and fit the export as it is. ``samples`` are the first
    values of each column as they are written.
    """

    toml: str
    questions: tuple[Question, ...]
    unused_files: tuple[str, ...] = ()
    unused_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ready: tuple[str, ...] = ()
    samples: Mapping[str, str] = field(default_factory=dict)

    @property
    def unused(self) -> str:
        """How much of the export the profile passes over, in words; empty where it takes everything."""
        return _unused(len(self.unused_files), len(self.unused_columns))


def draft(path: str | Path, terms: Terms | None = None, *, header_rows: int = 1, said: Mapping[str, str] = MappingProxyType({})) -> Draft:
    """
    Draft a profile from the files themselves.

    Parameters
    ----------
    path
        One file, or a folder with the files of one export.
    terms
        Of the plant whose other sources are known: what they declare is not asked again.
    header_rows
        Rows of the header; several are joined.
    said
        Which column of the export is which, by its canonical name; other keys are answers to questions, and not looked at.

    Raises
    ------
    ImportFailed
        Where a file cannot be opened, or none looks like items, demand or receipts.
    """
    path = Path(path)
    root = root_of(path)
    paths = sorted(one for one in path.iterdir() if one.is_file() and one.name.lower().endswith(ENDINGS)) if path.is_dir() else [path]
    seen = [looks_at(one, one.relative_to(root).as_posix(), header_rows, said.get("encoding", "")) for one in paths]
    looks, empty = [look for some, _ in seen for look in some], [note for _, notes in seen for note in notes]
    ready = ready_for(path, {look.name: look.rows.columns for look in looks if not look.skip_rows}) if header_rows == 1 else ()
    for look in looks:
        look.said = {column: name for column, name in said.items() if column in CANONICAL and name in look.rows.columns}
    if lost := [f"{key} = {said[key]!r}" for key in said if key in CANONICAL and not any(key in look.said for look in looks)]:
        raise ProfileError(f"{path.name}: no column of that name for {', '.join(lost)}. {_seen(looks)}")
    takes = _takes(looks)
    found = {table for _, mine in takes for table in mine}
    if not found:
        if ready:
            return Draft("", (), ready=ready)
        raise ProfileError(
            f"{path.name}: no file looks like items, demand, receipts or machine events: no column of items or machines was recognised.\n"
            f"{_seen(looks)}\nSay which is which, such as --answer item='ONE OF THEM' with date and quantity, or unit_cost and on_hand; or "
            "write the profile by hand as docs/import.md shows."
        )
    tables = _tables(looks, takes, found)  # before the files' lines: they find out what is open
    used = [look for look, _ in takes]
    for look in used:
        look.decimal |= look.grouped  # 1.250 is a thousand where decimals have a comma
    asked = _asked(used, found, terms)
    head = [f"name = {quoted(path.name.partition('.')[0])}", *_terms(found, terms)]
    if any(question.key == "returns" for question in asked):
        head.append('returns = "<returns>"')
        asked = tuple(replace(one, said=terms.returns) if terms and one.key == "returns" else one for one in asked)
    elif terms is not None:
        head.append(f"returns = {quoted(terms.returns)}")
    formats = dict.fromkeys(one for look in used for one in look.formats)
    if formats:
        head.append(f"date_formats = [{', '.join(map(quoted, formats))}]")
    passed = [look for look in looks if look not in used]
    columns = [f"{look.name}: {name}" for look in used for name in look.unused()]
    notes = (*empty, *(note for look in used for note in look.notes))
    files = ["[files]", *(look.file() for look in used)]
    if passed or columns:
        rest = [*(f"{look.name}: {', '.join(look.rows.columns)}" for look in passed), *columns]
        comments = [f"# {_unused(len(passed), len(columns))}; map by hand what is meant:"]
        comments += [f"#   {' '.join(line.split())}" for line in rest]
        head = [*comments, *head]
    head = [*(f"# {' '.join(note.split())}." for note in notes), *head]
    text = "\n\n".join(["\n".join(head), "\n".join(files), *tables]) + "\n"
    samples = {name: values for look in reversed(looks) for name, values in look.samples().items()}
    return Draft(text, asked, tuple(look.name for look in passed), tuple(columns), notes, ready, samples)


def _seen(looks: list[Look]) -> str:
    return "\n".join(f"{look.name} has the columns {', '.join(look.rows.columns)}." for look in looks)


def _asked(used: list[Look], found: set[str], terms: Terms | None) -> tuple[Question, ...]:
    """What only a person can say of the plant, then of its files; each once."""
    asked = []
    if found & MONEY:
        said = terms.currency if terms else ""
        asked.append(Question("currency", "Which currency is all money in? Three letters such as EUR, or unknown.", (), said))
    if "demand" in found:
        hint = ""
        if any(look.workdays for look in used):
            hint = " Hardly any is on Saturdays and Sundays: as days, every item would look intermittent; week fits better."
        text, said = f"In which periods should demand be looked at?{hint}", terms.demand_period if terms else ""
        asked.append(Question("demand_period", text, ("day", "week", "month"), said))
    return tuple({question.key: question for question in (*asked, *(one for look in used for one in look.questions))}.values())


def _terms(found: set[str], terms: Terms | None) -> list[str]:
    """Currency and demand period; where there is no money or no demand yet, what is known already or stands in until there is."""
    currency = '"<currency>"' if found & MONEY else '"unknown"  # no money is in these files'
    if terms is not None and not found & MONEY:
        currency = quoted(terms.currency)
    if terms is not None and "demand" not in found:
        return [f"currency = {currency}", f"demand_period = {quoted(terms.demand_period)}"]
    period = '"<demand_period>"' if "demand" in found else '"month"  # no demand is in these files; say day or week where some is added'
    return [f"currency = {currency}", f"demand_period = {period}"]


def _takes(looks: list[Look]) -> list[tuple[Look, list[str]]]:
    """Which tables are made of which file; the items come from the file most like a list of items, not from the first with codes."""
    said = {at: [known] if (known := own_table(look) or plant_table(look)) else look.tables() for at, look in enumerate(looks)}
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


def _tables(looks: list[Look], takes: list[tuple[Look, list[str]]], found: set[str]) -> list[str]:
    """What the profile says of each table; files that the items are joined with are added to ``takes``."""
    tables: list[str] = []
    for look, mine in takes:
        for table in mine:
            if table in OWN and own_table(look):
                tables.append(own_draft(look, table))
            elif table in PLANT:
                tables.append(plant_draft(look, table))
            elif table in FLOOR:
                tables.append(floor_draft(look, table))
            elif table == "items":
                more = besides(look, (one for one in looks if one not in [taken for taken, _ in takes]))
                takes += [(one, []) for one in more.looks]
                tables.append(table_draft(look, table, more.columns, more.joins))
            else:
                came = None
                if table == "receipts" and "received" not in look.columns(table):
                    came = arrivals(look, (one for one in looks if one not in [taken for taken, _ in takes]))
                if came is not None:
                    takes.append((came.look, []))
                    tables.append(table_draft(look, table, came.columns, (came.join,), came.leave_out))
                    continue
                tables.append(table_draft(look, table))
                if table == "receipts" and "received" not in look.columns(table):
                    look.notes.append(
                        f"No column of {look.name} is known as the day of receipt, so every order would be open: {SAY_RECEIVED}"
                    )
    if found & {"demand", "receipts"} and "items" not in found:
        tables.append(f'[tables.items]\nderived_from = "{"demand" if "demand" in found else "receipts"}"')
    if found & {"events", "counts"} and "machines" not in found:
        tables.append(f'[tables.machines]\nderived_from = "{"events" if "events" in found else "counts"}"')
    return tables


def _unused(n_files: int, n_columns: int) -> str:
    counts = ((n_files, "file"), (n_columns, "column"))
    said = " and ".join(count(n, word) for n, word in counts if n)
    return f"{said} not used" if said else ""


def answered(drafted: Draft, answers: Mapping[str, str]) -> str:
    """
    The profile's TOML with the answers filled in.

    Raises
    ------
    ProfileError
        For questions left open, answers outside the choices, and answers to nothing asked.
    """
    answers = {**{question.key: question.said for question in drafted.questions if question.said}, **answers}
    wrong = [f"{question.key}: {question.text}{_choices(question)}" for question in drafted.questions if question.key not in answers]
    if wrong:
        raise ProfileError("Not answered:\n" + "\n".join(f"  {line}" for line in wrong))
    text = drafted.toml
    known = {question.key: question for question in drafted.questions}
    for key, answer in answers.items():
        if key in CANONICAL and key not in known:
            continue  # it said which column is which when the profile was drafted
        if key not in known:
            raise ProfileError(f"{key}: nobody asked; expected {', '.join(known)}.")
        if known[key].choices and answer not in known[key].choices:
            raise ProfileError(f"{key} is {answer!r}; expected {' or '.join(known[key].choices)}.")
        said = ", ".join(quoted(one.strip()) for one in answer.split(",")) if key in LISTS else quoted(answer)
        text = text.replace(f'"<{key}>"', said)
        if key == "decimal":
            text = text.replace('"<thousands>"', quoted("," if answer == "." else "."))
    Profile.from_toml(text, "draft")
    return text


def _choices(question: Question) -> str:
    return f" ({', '.join(question.choices)})" if question.choices else ""
