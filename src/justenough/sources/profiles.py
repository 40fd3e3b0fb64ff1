"""Profile: what an export cannot say of itself, declared once in a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from justenough.domain.errors import ProfileError
from justenough.domain.plant import PERIOD_DAYS, Terms
from justenough.domain.schema import TABLES
from justenough.sources.declarations import FileSpec, TableSpec
from justenough.sources.toml_specs import file_spec, table_spec

if TYPE_CHECKING:
    from collections.abc import Mapping

DATE_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M")
MACHINE_TABLES = {"machines", "calendar", "events", "counts", "reasons", "stations", "buffers", "routing"}  # no item need be known
_TOP = (
    "name",
    "about",
    "label",
    "currency",
    "demand_period",
    "returns",
    "date_formats",
    "nulls",
    "cannot_know",
    "terms_file",
    "constants",
    "files",
    "tables",
)


@dataclass(frozen=True, slots=True)
class Profile:
    """
    How to read one kind of export.

    Parameters
    ----------
    name, about
        What people call it and what it is for.
    terms
        Currency, demand period and returns rule; None when ``terms_file`` (a TOML in the export's folder) says them.
    files, tables
        What to open and which canonical tables to make of it.
    constants
        Figures that hold for every item, in canonical units, where the export has no column for them.
    date_formats
        How the export writes dates (strftime words), tried in turn.
    nulls
        Words the export writes where it means nothing.
    cannot_know
        What such an export does not tell, in sentences; said to whoever reads one.
    """

    name: str
    files: Mapping[str, FileSpec]
    tables: Mapping[str, TableSpec]
    terms: Terms | None = None
    terms_file: str = ""
    about: str = ""
    constants: Mapping[str, Any] = field(default_factory=dict)
    date_formats: tuple[str, ...] = DATE_FORMATS
    nulls: tuple[str, ...] = ()
    cannot_know: tuple[str, ...] = ()

    @classmethod
    def load(cls, name_or_path: str | Path | Profile) -> Profile:
        """
        The profile of that name (see `shipped`) or in that TOML file.

        Raises
        ------
        ProfileError
            Where the profile leaves out a unit, a currency, a meaning of empty, or uses a word that is not known.
        """
        if isinstance(name_or_path, Profile):
            return name_or_path
        if str(name_or_path) in shipped():
            return cls.from_toml(shipped_text(str(name_or_path)), f"{name_or_path}.toml")
        path = Path(name_or_path)
        if not path.is_file():
            raise ProfileError(f"{name_or_path}: no such profile; expected a TOML file or one of {', '.join(shipped())}.")
        return cls.from_toml(path.read_text(encoding="utf-8"), path.name)

    @classmethod
    def from_toml(cls, text: str, place: str = "profile") -> Profile:
        """The profile written in a TOML text; ``place`` is what complaints call it."""
        try:
            given = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ProfileError(f"{place}: not a TOML file: {error}.") from error
        for word in given:
            if word not in _TOP:
                raise ProfileError(f"{place}: {word!r} is not known; expected {', '.join(_TOP)}.")
        files = {key: file_spec(f"{place}: files.{key}", one) for key, one in given.get("files", {}).items()}
        tables = {key: table_spec(f"{place}: tables.{key}", key, one) for key, one in given.get("tables", {}).items()}
        if not tables:
            raise ProfileError(f"{place}: declares no tables; write at least [tables.items] or [tables.receipts].")
        tables |= {name: _derived(place, table, tables) for name, table in tables.items() if table.derived_from}
        for name, table in tables.items():
            for key in (table.file, *(join.file for join in table.joins)):
                if key not in files:
                    raise ProfileError(f"{place}: tables.{name}: file {key!r} is not declared; expected one of {', '.join(files)}.")
            _whole(f"{place}: tables.{name}", table)
        if "items" not in tables and not tables.keys() <= MACHINE_TABLES:
            raise ProfileError(
                f'{place}: tables.items is missing; write derived_from = "demand" in it where the export has no list of items.'
            )
        terms_file = str(given.get("terms_file", ""))
        return cls(
            name=str(given.get("name", Path(place).stem)),
            about=str(given.get("about", "")),
            files=files,
            tables=tables,
            terms=None if terms_file else terms_from(given, place),
            terms_file=terms_file,
            constants=constants_from(place, given.get("constants", {})),
            date_formats=tuple(given.get("date_formats", DATE_FORMATS)),
            nulls=tuple(given.get("nulls", ())),
            cannot_know=tuple(given.get("cannot_know", ())),
        )


def terms_from(given: Mapping[str, Any], place: str) -> Terms:
    """The plant's terms as a profile or a plant.toml declares them; nothing has a default that could be wrong."""
    currency = given.get("currency")
    if currency is None:
        raise ProfileError(f'{place}: currency is missing; write currency = "EUR" (or the like), or "unknown" where nobody can say.')
    if not isinstance(currency, str) or not (currency == "unknown" or (len(currency) == 3 and currency.isalpha() and currency.isupper())):
        raise ProfileError(f"{place}: currency is {currency!r}; expected three capital letters such as EUR, or unknown.")
    period = given.get("demand_period")
    if period is None:
        raise ProfileError(f'{place}: demand_period is missing; write demand_period = "day", "week" or "month".')
    if period not in PERIOD_DAYS:
        raise ProfileError(f"{place}: demand_period is {period!r}; expected day, week or month.")
    returns = given.get("returns", "undo_demand")
    if returns not in ("undo_demand", "ignore"):
        raise ProfileError(f"{place}: returns is {returns!r}; expected undo_demand or ignore.")
    return Terms(currency, period, returns, str(given.get("label", "")))


def shipped_text(name: str) -> str:
    """The text of a profile that comes with the package."""
    return (resources.files("justenough.sources") / "shipped" / f"{name}.toml").read_text(encoding="utf-8")


def shipped() -> list[str]:
    """Names of the profiles that come with the package."""
    folder = resources.files("justenough.sources") / "shipped"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def _derived(place: str, table: TableSpec, tables: Mapping[str, TableSpec]) -> TableSpec:
    if table.derived_from not in tables:
        raise ProfileError(f"{place}: tables.{table.name}: derived_from is {table.derived_from!r}; expected one of {', '.join(tables)}.")
    source = tables[table.derived_from]
    key = TABLES[table.name].key[0]
    columns = {key: source.columns[key], **table.columns} if key in source.columns else table.columns
    return replace(
        table, columns=columns, file=source.file, joins=source.joins, only=source.only, leave_out=source.leave_out, one_row_for=key
    )


def _whole(place: str, table: TableSpec) -> None:
    if table.same_names:
        return
    given = {*table.columns, *(("date", "quantity") if table.wide else ()), *(("state",) if table.stops else ())}
    lacking = [name for name in TABLES[table.name].required if name not in given]
    if lacking:
        raise ProfileError(f"{place}.columns: {' and '.join(lacking)} missing; say which column of the file holds it.")


def constants_from(place: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Figures that hold for every item, checked against the items table."""
    for name, value in given.items():
        if name not in TABLES["items"].names:
            raise ProfileError(f"{place}: constants.{name}: no such column; items has {', '.join(TABLES['items'].names)}.")
        kind = TABLES["items"].column(name).kind
        if not isinstance(value, (int, float) if kind == "number" else str):
            raise ProfileError(f"{place}: constants.{name} is {value!r}; expected {TABLES['items'].column(name).expects}.")
    return dict(given)
