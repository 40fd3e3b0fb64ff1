"""Declarations: what a profile may say about a file, a table, a column and a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

RATES = {"parts_per_hour": 3600.0, "parts_per_minute": 60.0}  # the time of one part is this over the figure [seconds]
DAYS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25, "hours": 1 / 24}
UNITS: dict[str, dict[str, float]] = {
    "days": DAYS,
    "1/year": {"per_year": 1.0, "percent_per_year": 0.01, "per_month": 12.0, "percent_per_month": 0.12},
    "fraction": {"fraction": 1.0, "percent": 0.01},
    "seconds/part": {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, **RATES},
    "seconds/unit": {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, **RATES},
    "minutes/batch": {"minutes": 1.0, "hours": 60.0, "seconds": 1 / 60},
}
IN_SHIFTS = "running_in_shifts"  # what machines did between their stops: they ran while their calendar planned it
MINUTES = {"minutes": 1.0, "hours": 60.0, "seconds": 1 / 60}
PICKS = ("first", "last", "most_common", "median", "sum", "least", "most")


@dataclass(frozen=True, slots=True)
class FileSpec:
    """
    One file of an export and how to open it.

    ``path`` is a pattern below the folder; ``skip_rows`` lie above the header, ``skip_after_header`` below it; of several
    ``header_rows`` the words of each column are joined by a blank. Empty ``delimiter`` and ``encoding`` are looked for.
    """

    path: str
    header_rows: int = 1
    skip_rows: int = 0
    skip_after_header: int = 0
    delimiter: str = ""
    encoding: str = ""
    decimal: str = "."
    thousands: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """Rows that hold one of some words, match a pattern, are empty (or not), or are at most a number."""

    column: str
    any_of: tuple[str, ...] = ()
    matches: str = ""
    empty: bool | None = None
    at_most: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """
    Columns of another file, found by a shared code; they are called ``FILE.COLUMN`` from then on.

    Of several rows with one code, ``sum`` adds up the named columns, ``least`` keeps the row with the least number, and ``every``
    makes a row of each, such as of an order line and its receipts. ``also``: columns of one name in both files that must agree too.
    """

    file: str
    on: str
    to: str = ""
    also: tuple[str, ...] = ()
    sum: tuple[str, ...] = ()
    least: str = ""
    every: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """
    Where one canonical column comes from.

    ``per`` and ``times`` divide and multiply by another column, ``per_units`` divides by a number (a price of 100 units);
    ``when`` takes the value on some rows only; ``pick`` chooses one of several rows when a table has fewer rows than its file.
    ``value`` is a word of the profile's own. Of a moment, ``time`` is the column of its time of day; ``plus_minutes``, or what the
    column ``plus`` says in ``plus_unit``, is added to it. ``letters`` reads times written as a formula (3W, 15D), by what each stands for.
    """

    column: str = ""
    value: str = ""
    unit: str = ""
    per: str = ""
    times: str = ""
    case: str = ""
    pick: str = "first"
    date_formats: tuple[str, ...] = ()
    when: Filter | None = None
    time: str = ""
    plus_minutes: float = 0.0
    plus: str = ""
    plus_unit: str = ""
    per_units: float = 1.0
    letters: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        words = [repr(self.value) if self.value else f"{self.column}"]
        words += [f"at {self.time}"] if self.time else []
        words += [f"per {self.per or format(self.per_units, 'g')}"] if self.per or self.per_units != 1.0 else []
        words += [f"plus {self.plus} [{self.plus_unit}]"] if self.plus else []
        words += [f"[{self.unit}]"] if self.unit else []
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Wide:
    """
    Periods side by side: the headers that match ``columns`` are periods.

    Their dates are read from the header by ``period_format``, or counted from ``first_period`` in the declared ``order``.
    """

    columns: str
    order: str
    period_format: str = ""
    first_period: str = ""
    unreliable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stops:
    """
    Lost time side by side: the headers that match ``columns`` are reasons, their cells how long each stopped the machine.

    Nobody says when. The stops are laid end to end from the row's start, and what is left of the row is of the state ``rest``.
    """

    columns: str
    unit: str
    state: str = "down"
    rest: str = "running"


@dataclass(frozen=True, slots=True)
class TableSpec:
    """
    One canonical table: its file, its columns and its rows.

    ``day_of`` says of rows that end before they start, as times of day past midnight do, whose day is named: that of the
    ``start`` or of the ``end``. ``between`` is what a machine did between its rows, where they are a list of its stops
    (`IN_SHIFTS`: it ran while that was planned).
    ``repeats`` says what becomes of rows like an earlier one in every column: ``keep`` or ``quarantine``; left out, they are kept,
    but for receipts that name their order's line: a line comes once.
    """

    name: str
    file: str
    columns: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    same_names: bool = False
    optional: bool = False
    derived_from: str = ""
    one_row_for: str = ""
    joins: tuple[Join, ...] = ()
    only: tuple[Filter, ...] = ()
    leave_out: tuple[Filter, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    wide: Wide | None = None
    stops: Stops | None = None
    day_of: str = ""
    between: str = ""
    empty: str = ""
    demand_sign: str = "positive"
    repeats: str = ""
