"""Plant: everything an export says about one plant, in canonical tables and declared units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from justenough.domain.checks import FILE, ROW, check, typed, untyped
from justenough.domain.errors import Complaint, ImportFailed
from justenough.domain.schema import TABLES

if TYPE_CHECKING:
    import polars as pl

    from justenough.domain.recorded import Recorded

Period = Literal["day", "week", "month"]
Returns = Literal["undo_demand", "ignore"]

DAYS_PER_YEAR = 365.25
PERIOD_DAYS: dict[Period, float] = {"day": 1.0, "week": 7.0, "month": DAYS_PER_YEAR / 12}


@dataclass(frozen=True, slots=True)
class Terms:
    """
    What a plant's tables cannot say of themselves; declared by the profile or the caller.

    Parameters
    ----------
    currency
        Three-letter code of all money, or ``unknown``.
    demand_period
        Length of the periods demand is looked at in.
    returns
        ``undo_demand``: a return takes back the latest earlier demand. ``ignore``: returns are dropped.
    label
        What the plant is called on screens; samples say here that they are invented.
    """

    currency: str
    demand_period: Period
    returns: Returns = "undo_demand"
    label: str = ""

    def __post_init__(self) -> None:
        if self.demand_period not in PERIOD_DAYS:
            raise ValueError(f"demand_period must be one of {', '.join(PERIOD_DAYS)}, got {self.demand_period!r}")
        if self.returns not in ("undo_demand", "ignore"):
            raise ValueError(f"returns must be undo_demand or ignore, got {self.returns!r}")

    @property
    def period_days(self) -> float:
        """Mean length of a demand period. [days]"""
        return PERIOD_DAYS[self.demand_period]


@dataclass(frozen=True)
class Plant:
    """
    Canonical tables (`justenough.domain.schema.TABLES`) as Polars frames, checked.

    Every table is present with all its columns; what the export did not give is empty or null.

    Parameters
    ----------
    recorded
        Demand too long to keep as rows (`scan`): the demand table is then empty, and this in its place.
    """

    terms: Terms
    tables: Mapping[str, pl.DataFrame] = field(repr=False)
    recorded: Recorded | None = field(default=None, repr=False)

    @classmethod
    def from_frames(
        cls,
        *,
        currency: str,
        demand_period: Period,
        returns: Returns = "undo_demand",
        label: str = "",
        **tables: Any,
    ) -> Plant:
        """
        Build a plant from data frames that already have canonical names and units.

        Parameters
        ----------
        currency, demand_period, returns, label
            See `Terms`.
        **tables
            ``items=``, ``demand=``, ``receipts=`` ... as Polars or pandas frames or Arrow tables.

        Raises
        ------
        ImportFailed
            With every problem of every table at once: unknown tables or columns, missing columns,
            values outside their bounds, repeated keys.

        Examples
        --------
        >>> import datetime, polars
        >>> items = polars.DataFrame({"item": ["A"], "unit_cost": [2.0]})
        >>> demand = polars.DataFrame({"item": ["A"], "date": [datetime.date(2026, 1, 1)], "quantity": [3]})
        >>> plant = Plant.from_frames(items=items, demand=demand, currency="EUR", demand_period="day")
        >>> plant.items.height
        1
        """
        complaints: list[Complaint] = []
        accepted: dict[str, pl.DataFrame] = {}
        for name, given in tables.items():
            frame, found = _checked(name, _polars(given))
            complaints += found
            accepted[name] = frame
        if complaints:
            raise ImportFailed(complaints)
        return cls.of(Terms(currency, demand_period, returns, label), accepted)

    @classmethod
    def of(cls, terms: Terms, tables: Mapping[str, pl.DataFrame]) -> Plant:
        """Build a plant from checked frames, adding the tables and columns they lack as empty."""
        return cls(terms, {name: _whole(name, tables.get(name)) for name in TABLES})

    @property
    def items(self) -> pl.DataFrame:
        """The items table, sorted by item."""
        return self.tables["items"]

    @property
    def demand(self) -> pl.DataFrame:
        """The demand table, sorted by item and date."""
        return self.tables["demand"]

    @property
    def receipts(self) -> pl.DataFrame:
        """The receipts table."""
        return self.tables["receipts"]

    def first_wanted(self) -> pl.DataFrame:
        """``item, first, last``: first and last day each item has a row of demand on; of a recorded plant the last of any item."""
        import polars as pl

        if self.recorded is None:
            return self.demand.group_by("item").agg(pl.col("date").min().alias("first"), pl.col("date").max().alias("last"))
        days = {"first": self.recorded.first_day, "last": np.full(self.items.height, self.recorded.last_day)}
        found = pl.DataFrame({"item": self.items["item"], **days}).filter(pl.col("first") <= pl.col("last"))
        return found.with_columns(pl.col("first", "last").cast(pl.Int32).cast(pl.Date))

    def only(self, items: list[str]) -> Plant:
        """The same plant with these items only; suppliers, machines and lines stay."""
        import polars as pl

        kept = {
            name: frame.filter(pl.col("item").is_in(items)) if name in ("items", "demand", "receipts", "stock", "forecasts") else frame
            for name, frame in self.tables.items()
        }
        recorded = self.recorded
        if recorded is not None:
            recorded = recorded.of(self.items.select(pl.col("item").is_in(items)).to_series().arg_true().cast(pl.Int64).to_numpy())
        return replace(self, tables=kept, recorded=recorded)

    def __len__(self) -> int:
        return self.items.height


def _checked(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Complaint]]:
    import polars as pl

    def whole(found: str, expected: str, remedy: str, column: str = "") -> Complaint:
        return Complaint(name, 0, column, found, expected, remedy)

    if name not in TABLES:
        return frame, [whole("this table", "one of " + ", ".join(TABLES), "Rename or leave out the table.")]
    table = TABLES[name]
    unknown = [column for column in frame.columns if column not in table.names]
    missing = [column for column in table.required if column not in frame.columns]
    complaints = [whole(f"column {column!r}", "one of " + ", ".join(table.names), "Rename or drop the column.") for column in unknown]
    complaints += [whole("no such column", table.column(column).expects, f"Add `{column}`.", column) for column in missing]
    if complaints:
        return frame, complaints
    try:
        frame = typed(table, frame)
    except pl.exceptions.PolarsError:
        return frame, untyped(table, frame)
    numbered = frame.with_columns(pl.lit(name).alias(FILE), pl.int_range(1, pl.len() + 1).alias(ROW))
    checked = check(table, numbered)
    return checked.accepted.drop(FILE, ROW), list(checked.complaints)


def _polars(given: Any) -> pl.DataFrame:
    import polars as pl

    if isinstance(given, pl.DataFrame):
        return given
    if isinstance(given, pl.LazyFrame):
        return given.collect()
    if type(given).__module__.startswith("pandas"):
        frame: pl.DataFrame = pl.from_pandas(given)
        return frame
    return pl.DataFrame(pl.from_arrow(given))


def _whole(name: str, frame: pl.DataFrame | None) -> pl.DataFrame:
    import polars as pl

    empty = _empty(name)
    if frame is None or (frame.is_empty() and frame.schema == empty.schema):
        return empty.clone()
    keys = ("item", "supplier", "machine", "line", "date", "ordered", "start", "position")
    order = [column for column in keys if column in frame.columns]
    return pl.concat([empty, typed(TABLES[name], frame)], how="diagonal").sort(order, maintain_order=True)


@cache
def _empty(name: str) -> pl.DataFrame:
    """The canonical table without a row; whoever hands it on hands on a copy."""
    import polars as pl

    names = TABLES[name].names
    return typed(TABLES[name], pl.DataFrame({column: [] for column in names}, schema=dict.fromkeys(names, pl.String)))
