"""Exports: a plan as a file that opens well elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from justenough.domain.errors import JustenoughError
from justenough.interfaces.wording import summary_sentence

if TYPE_CHECKING:
    from justenough.strategy.plan import Plan

FORMATS = ("csv", "xlsx", "parquet")
# A cell that a spreadsheet would run: it starts like a formula and is not just a signed number.
_FORMULA = r"^'*[=+\-@\t\r\n]"
_NUMBER = r"^[+-]?(\d[\d.,\u00a0 ]*)([eE][+-]?\d+)?$"
_MONEY = ("value", "cost")
_WIDTHS = {"item": 18, "lever": 18, "description": 32, "reasons": 60, "missing": 40, "assumed": 40, "supplier": 18}


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
        ``parquet``: rows as they are, settings in the file's metadata.
    csv
        Delimiter and decimal sign of a CSV.
    """
    if form == "csv":
        how = csv or Csv()
        rows = safe_cells(flat(shortened(plan.rows)))
        text = rows.select(pl.exclude("reasons"), "reasons").write_csv(separator=how.delimiter, decimal_comma=how.decimal == ",")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    elif form == "xlsx":
        _write_excel(plan, path)
    else:
        plan.rows.write_parquet(path, metadata={"justenough": json.dumps(notes(plan), default=str)})


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
        "demand period": plan.terms.demand_period,
        "returns": plan.terms.returns,
    }
    for name, value in plan.settings.to_dict().items():
        if isinstance(value, dict):
            said.update({f"setting {name}.{key}": one for key, one in value.items()})
        else:
            said[f"setting {name}"] = "not set" if value is None else value
    return said


def _write_excel(plan: Plan, path: Path) -> None:
    import xlsxwriter

    # Text stays text: neither formulas nor links are made of it.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        formats = {one: book.add_format({"num_format": one}) for one in ("#,##0", "#,##0.##", "0.0%", "#,##0.0")}
        for title, rows in (("Plan", flat(plan.rows)), ("Levers", plan.levers), ("Coming", plan.coming)):
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 1)
            sheet.set_row(0, 48)
            for at, (name, kind) in enumerate(rows.schema.items()):
                sheet.set_column(at, at, _WIDTHS.get(name, 12), formats[_number_format(name)] if kind.is_numeric() else None)
                sheet.write_string(0, at, _heading(name, plan.terms.currency), head)
                for line, value in enumerate(rows[name].to_list(), start=1):
                    if isinstance(value, str):
                        sheet.write_string(line, at, value)
                    elif isinstance(value, date):
                        sheet.write_datetime(line, at, value, day)
                    elif value is not None and value == value:  # noqa: PLR0124  NaN is not itself
                        sheet.write_number(line, at, value)
            if rows.height:
                sheet.autofilter(0, 0, rows.height, rows.width - 1)
        page = book.add_worksheet("Notes")
        page.set_column(0, 0, 34, head)
        page.set_column(1, 1, 90)
        page.write_string(0, 0, "summary")
        page.write_string(0, 1, summary_sentence(plan.summary()))
        for line, (name, value) in enumerate(notes(plan).items(), start=1):
            page.write_string(line, 0, name)
            page.write_string(line, 1, str(value))


def _number_format(name: str) -> str:
    if name == "unit_cost":
        return "#,##0.##"
    if name.endswith(("cycle_service", "fill_rate")):
        return "0.0%"
    if name.endswith(_MONEY):
        return "#,##0"
    return "#,##0.0" if name.endswith("days") else "#,##0.##"


def _heading(name: str, currency: str) -> str:
    words = name.replace("_", " ")
    code = currency if currency != "unknown" else "money"
    if name == "unit_cost":
        return f"{words} [{code}/unit]"
    if name.startswith("anatomy_"):
        return f"reserve for {words.removeprefix('anatomy ')} [units]"
    if name == "holding_rate":
        return f"{words} [1/year]"
    if name.endswith("cost"):
        return f"{words} [{code}/year]"
    if name.endswith("value"):
        return f"{words} [{code}]"
    if name.endswith(("safety_stock", "reorder_point", "order_up_to", "order_quantity", "released_units", "demand")):
        return f"{words} [units]"
    return f"{words} [days]" if name.endswith("days") else words
