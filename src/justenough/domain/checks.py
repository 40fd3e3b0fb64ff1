"""Checks: which rows of a table may be believed, and what is wrong with the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justenough.domain.columns import Column, Table
from justenough.domain.errors import Complaint

if TYPE_CHECKING:
    import polars as pl

FILE, ROW = "__file__", "__row__"  # where a row came from; carried beside the canonical columns


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows in = ``len(accepted)`` + ``len(quarantined)``; each quarantined row has at least one complaint."""

    accepted: pl.DataFrame
    quarantined: pl.DataFrame
    complaints: tuple[Complaint, ...]


def check(table: Table, frame: pl.DataFrame) -> Checked:
    """
    Split the rows of a typed frame into those that keep the table's rules and those that do not.

    Parameters
    ----------
    table
        The canonical table the frame claims to be.
    frame
        Canonical column names and types (see `typed`), with ``__file__`` and ``__row__``.

    Returns
    -------
    Checked
        Of several rows with the same key the first is kept.
    """
    import polars as pl

    faults = [fault for column in table.columns if column.name in frame.columns for fault in _column_faults(column)]
    faults += _order_faults(frame)
    faults += _part_faults(frame)
    bad = pl.Series("bad", [False]).new_from_index(0, frame.height) if frame.height else pl.Series("bad", [], dtype=pl.Boolean)
    complaints: list[Complaint] = []
    for fault in faults:
        broken = frame.select(fault.broken.fill_null(False)).to_series()
        bad = bad | broken
        complaints += _complaints(fault, table, frame.filter(broken))
    if table.key and frame.height:
        fresh = frame.filter(~bad)
        again = fresh.select(~pl.struct(table.key).is_first_distinct()).to_series()
        if again.any():
            key = " and ".join(table.key)
            remedy = f"Keep one row for each {key} and delete or rename the others."
            fault = _Fault(table.key[0], pl.lit(value=True), f"no second row with the same {key}", remedy)
            repeats = fresh.filter(again)
            complaints += _complaints(fault, table, repeats)
            bad = bad | frame.select(pl.concat_str([FILE, ROW], separator="\n").is_in(_places(repeats))).to_series()
    return Checked(frame.filter(~bad), frame.filter(bad), tuple(complaints))


def typed(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Cast the canonical columns of a frame to their types; polars errors name the value that does not fit."""
    import polars as pl

    types: dict[str, pl.DataType] = {
        "text": pl.String(),
        "number": pl.Float64(),
        "date": pl.Date(),
        "moment": pl.Datetime("us"),
        "flag": pl.Boolean(),
    }
    present = [column for column in table.columns if column.name in frame.columns]
    extra = [name for name in (FILE, ROW) if name in frame.columns]
    return frame.select(*(pl.col(column.name).cast(types[column.kind]) for column in present), *extra)


def untyped(table: Table, frame: pl.DataFrame) -> list[Complaint]:
    """One complaint for each canonical column that `typed` cannot cast: its first bad row and how to convert it."""
    complaints = []
    for column in table.columns:
        if column.name in frame.columns and not _casts(table, frame.select(column.name)):
            known = frame.select(column.name).with_row_index(ROW).drop_nulls()
            least, most = 0, known.height  # the first `least` rows can be cast, the first `most` cannot
            while most - least > 1:
                middle = (least + most) // 2
                least, most = (middle, most) if _casts(table, known.select(column.name).head(middle)) else (least, middle)
            row = int(known[ROW][least]) + 1 if known.height else 0
            found = _shown(known[column.name][least]) if known.height else f"an empty column of {frame.schema[column.name]}"
            item = str(frame["item"][row - 1] or "") if row and "item" in frame.columns else ""
            remedy = _CONVERT[column.kind].format(column.name)
            complaints.append(Complaint(table.name, row, column.name, found, column.expects, remedy, item))
    return complaints


_CONVERT = {
    "text": "Convert `{0}` to text first: pl.col('{0}').cast(pl.String).",
    "number": "Convert `{0}` to numbers first, e.g. pl.col('{0}').str.replace(',', '.').cast(pl.Float64).",
    "date": "Convert `{0}` to dates first, in the format it is written in: pl.col('{0}').str.to_date('%Y-%m-%d').",
    "moment": "Convert `{0}` to dates and times first, in the format it is written in: pl.col('{0}').str.to_datetime('%Y-%m-%d %H:%M').",
    "flag": "Convert `{0}` to true and false first, e.g. pl.col('{0}') == 'yes'.",
}


def _casts(table: Table, frame: pl.DataFrame) -> bool:
    import polars as pl

    try:
        typed(table, frame)
    except pl.exceptions.PolarsError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Fault:
    column: str
    broken: pl.Expr
    expected: str
    remedy: str


def _column_faults(column: Column) -> list[_Fault]:
    import polars as pl

    value = pl.col(column.name)
    fix = f"Correct `{column.name}` in the file, or its unit in the profile."
    faults = []
    nullable = {"quantity"}  # an empty quantity is a period nobody recorded
    if column.required and column.name not in nullable:
        empty = value.is_null() | (value.str.strip_chars() == "") if column.kind == "text" else value.is_null()
        faults.append(_Fault(column.name, empty, column.expects, f"Fill in `{column.name}`, or leave the row out."))
    if column.kind == "number":
        wrong = value.is_nan() | value.is_infinite()
        if column.least is not None:
            wrong = wrong | (value < column.least)
        if column.above is not None:
            wrong = wrong | (value <= column.above)
        if column.most is not None:
            wrong = wrong | (value > column.most)
        faults.append(_Fault(column.name, wrong, column.expects, fix))
    if column.choices:
        remedy = f"Map the word in the profile: [tables.*.words.{column.name}]."
        faults.append(_Fault(column.name, ~value.is_in(column.choices), column.expects, remedy))
    return faults


def _order_faults(frame: pl.DataFrame) -> list[_Fault]:
    import polars as pl

    faults = []
    for first, last in (("start", "end"), ("ordered", "received")):
        if first in frame.columns and last in frame.columns:
            remedy = f"Are the two columns swapped? See `{last}` and `{first}` in the profile."
            faults.append(_Fault(last, pl.col(last) < pl.col(first), f"{last} on or after {first}", remedy))
    return faults


def _part_faults(frame: pl.DataFrame) -> list[_Fault]:
    import polars as pl

    faults = []
    for part in ("good", "rework"):
        if part in frame.columns and "total" in frame.columns:
            remedy = f"Are the two columns swapped, or is `{part}` counted over a longer time?"
            faults.append(_Fault(part, pl.col(part) > pl.col("total"), "no more than the total", remedy))
    if {"good", "rework", "total"} <= set(frame.columns):
        both = (pl.col("good") <= pl.col("total")) & (pl.col("good") + pl.col("rework") > pl.col("total"))
        faults.append(
            _Fault("rework", both, "no more than the total without the good ones", "Count a part as good or as rework, not as both.")
        )
    return faults


def _complaints(fault: _Fault, table: Table, rows: pl.DataFrame) -> list[Complaint]:
    item = rows["item"].to_list() if "item" in rows.columns else [""] * rows.height
    found = rows[fault.column].to_list()
    return [
        Complaint(file, row, fault.column, _shown(value), fault.expected, fault.remedy, item=code or "")
        for file, row, value, code in zip(_files(rows, table), _rows(rows), found, item, strict=True)
    ]


def _files(rows: pl.DataFrame, table: Table) -> list[str]:
    return rows[FILE].to_list() if FILE in rows.columns else [table.name] * rows.height


def _rows(rows: pl.DataFrame) -> list[int]:
    return rows[ROW].to_list() if ROW in rows.columns else [0] * rows.height


def _places(rows: pl.DataFrame) -> list[str]:
    return [f"{file}\n{row}" for file, row in zip(rows[FILE].to_list(), rows[ROW].to_list(), strict=True)]


def _shown(value: object, most: int = 60) -> str:
    if value is None:
        return "nothing"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return repr(text) if len(text) <= most else f"{text[:most]!r}... ({len(text):,} characters)"
