"""Exports: a plan as a file that opens well elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from justenough.domain.errors import JustenoughError
from justenough.interfaces.undeclared import headline
from justenough.interfaces.workbook import write_workbook
from justenough.strategy.in_hand import reserve_to_enter, with_orders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.strategy.plan import Plan

# A cell that a spreadsheet would run: it starts like a formula and is not just a signed number.
_FORMULA = r"^'*[=+\-@\t\r\n]"
_NUMBER = r"^[+-]?(\d[\d.,\u00a0 ]*)([eE][+-]?\d+)?$"


@dataclass(frozen=True, slots=True)
class Csv:
    """How a CSV is written: what parts its cells, and its decimal sign."""

    delimiter: str = ","
    decimal: str = "."

    def __post_init__(self) -> None:
        if self.decimal not in (".", ",") or len(self.delimiter.encode()) != 1 or self.delimiter in (self.decimal, '"', "\n", "\r"):
            raise JustenoughError(
                f"--delimiter {self.delimiter!r} and --decimal {self.decimal!r} do not go together; "
                "expected one sign, such as ',' or ';', and another for decimals, '.' or ','."
            )

    @classmethod
    def marked(cls, decimal: str, delimiter: str | None = None) -> Csv:
        """With this decimal sign and, unless another is asked for, the delimiter that goes with it."""
        return cls(delimiter or (";" if decimal == "," else ","), decimal)


def write_plan(plan: Plan, path: Path, form: str, *, csv: Csv | None = None) -> None:
    """
    Write a plan's rows to a file.

    Parameters
    ----------
    plan
        The plan.
    path
        Where to.
    form
        ``csv``: UTF-8 with a mark that Excel understands, lists joined with "; ", no cell that runs as a formula.
        ``xlsx``: a sheet of rows, one of levers, one of levels by coming period, one of notes.
        ``parquet``: rows with full digits, settings in the file's metadata.
    csv
        Delimiter and decimal sign of a CSV.
    """
    rows = as_leaving(plan).with_columns(reserve_to_enter())
    if form == "csv":
        write_csv(flat(shortened(rows)).select(pl.exclude("reasons"), "reasons"), path, csv or Csv())
    elif form == "xlsx":
        sheets = (("Plan", flat(rows)), ("Levers", plan.levers), ("Coming", plan.coming))
        write_workbook(path, sheets, {"summary": " ".join(headline(plan.summary())), **notes(plan)}, plan.terms.currency)
    else:
        rows.write_parquet(path, metadata={"justenough": json.dumps(notes(plan), default=str)})


def as_leaving(plan: Plan) -> pl.DataFrame:
    """A plan's rows as JSON and files hold them: what to order now beside the stock in hand it is told from."""
    rows = with_orders(plan.rows)
    asked = ("this_week", "order_now", "order_now_value")
    names = list(plan.rows.columns)
    at = names.index("on_order") + 1
    return rows.select(*names[:at], *asked, *names[at:])


def write_levels(
    levels: pl.DataFrame,
    path: Path,
    form: str,
    said: Mapping[str, Any],
    *,
    csv: Csv | None = None,
    encoding: str = "",
    exact: bool = False,
) -> None:
    """
    Write levels that go back to where they came from, as ``csv``, ``xlsx`` or ``parquet``.

    Parameters
    ----------
    levels
        From `justenough.archive.outgoing.Outgoing.levels`, under the plan's names or an export's own.
    said
        What a reader of the workbook must know, line by line.
    encoding
        Of a CSV, as the export is written; empty: UTF-8 with a mark that Excel understands.
    exact
        The columns are an export's own; a workbook heads them letter by letter.
    """
    if form == "csv":
        write_csv(shortened(levels), path, csv or Csv(), encoding)
    elif form == "xlsx":
        write_workbook(path, (("Levels", levels),), said, "", exact=exact)
    else:
        levels.write_parquet(path, metadata={"justenough": json.dumps(dict(said), default=str)})


def write_csv(rows: pl.DataFrame, path: Path, how: Csv, encoding: str = "") -> None:
    """
    Write rows so that no cell runs as a formula.

    Raises
    ------
    JustenoughError
        A text cannot be written in that encoding.
    """
    text = safe_cells(rows).write_csv(separator=how.delimiter, decimal_comma=how.decimal == ",", datetime_format="%Y-%m-%d %H:%M")
    if encoding.lower().replace("_", "-") in ("", "utf-8", "utf8", "utf-8-sig"):
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
        return
    try:
        path.write_bytes(text.encode(encoding))
    except (UnicodeEncodeError, LookupError) as error:
        raise JustenoughError(f"{path.name}: cannot be written as {encoding}, as the export is: {error}. Take the plan's names.") from error


def shortened(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows with six significant digits of every number that is not whole."""
    numbers = [name for name, kind in rows.schema.items() if kind.is_float()]
    return rows.with_columns(
        pl.when(pl.col(name) == pl.col(name).round())
        .then(pl.col(name))
        .when(pl.col(name).abs() >= 1e5)
        .then(pl.col(name).round(1))
        .otherwise(pl.col(name).round_sig_figs(6))
        .alias(name)
        for name in numbers
    )


def flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with lists of sentences joined into one text."""
    return rows.with_columns(pl.col(name).list.join("; ") for name, kind in rows.schema.items() if isinstance(kind, pl.List))


def safe_cells(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows with an apostrophe before every text a spreadsheet would run as a formula."""
    texts = [name for name, kind in rows.schema.items() if kind == pl.String]
    runs = {name: pl.col(name).str.contains(_FORMULA) & ~pl.col(name).str.contains(_NUMBER) for name in texts}
    guarded = [pl.when(runs[name]).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name) for name in texts]
    headed = {name: f"'{name}" for name in rows.columns if name[:1] in ("=", "+", "-", "@", "\t", "\r")}
    return rows.with_columns(guarded).rename(headed)


def raw_cells(rows: pl.DataFrame) -> pl.DataFrame:
    """What `safe_cells` was given."""
    texts = [name for name, kind in rows.schema.items() if kind == pl.String]
    bared = [
        pl.when(pl.col(name).str.contains("^'" + _FORMULA[1:])).then(pl.col(name).str.slice(1)).otherwise(pl.col(name)).alias(name)
        for name in texts
    ]
    return rows.with_columns(bared).rename({name: name[1:] for name in rows.columns if name[:1] == "'" and name[1:2] in tuple("=+-@\t\r")})


def notes(plan: Plan) -> dict[str, Any]:
    """What a reader of the file must know: where the figures come from and in what units they are."""
    said: dict[str, Any] = {
        "plan": plan.plan_id,
        "made": plan.created.isoformat(timespec="seconds"),
        "by": plan.author or "not said",
        "justenough": plan.version,
        "plant": plan.terms.label or "not said",
        "currency": plan.terms.currency,
        "units": "quantities in stock units, money in the plant's currency, costs a year, times in days, services as fractions",
        "safety stock": "part of the reorder point, never more; the causes of a reserve add up to what the plan holds, which may be up to "
        "one unit more, since an order is due at the reorder point and so leaves one unit above it",
        "demand period": plan.terms.demand_period,
        "returns": plan.terms.returns,
    }
    for name, value in plan.settings.to_dict().items():
        if isinstance(value, dict):
            said.update({f"setting {name}.{key}": one for key, one in value.items()})
        else:
            said[f"setting {name}"] = "not set" if value is None else value
    return said
