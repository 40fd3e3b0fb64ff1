"""Workbook: tables as an Excel file that opens well: frozen heads, units, widths, number formats, and no cell that runs."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from justenough.domain.figures import in_currency

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

MOST_ROWS = 1_048_575  # what a sheet holds below its head
_MONEY = ("value", "cost")
_FRACTIONS = ("cycle_service", "fill_rate", "usable_share", "survives")
_UNITS = ("safety_stock", "reorder_point", "order_up_to", "order_quantity", "released_units", "demand", "on_hand", "on_order", "order_now")
_WHOLE, _PARTS = "#,##0", "#,##0.00"
_NAMED = {
    "unit_cost": "unit cost [money/unit]", "holding_rate": "holding rate [1/year]", "demand_per_day": "demand [units/day]",
    "days_of_cover": "cover [days]", "mean_stock_units": "mean stock [units]",
}  # fmt: skip
_WIDTHS = {
    "item": 18, "lever": 18, "description": 32, "reasons": 60, "missing": 40, "assumed": 40, "supplier": 18, "reason": 40, "decided": 16,
    "this_week": 18,
}  # fmt: skip


def write_workbook(
    path: Path, sheets: Sequence[tuple[str, pl.DataFrame]], said: Mapping[str, Any], currency: str, *, exact: bool = False
) -> None:
    """
    Write tables, each as a sheet, and what is said of them as a last one.

    Parameters
    ----------
    sheets
        Title and rows; columns are called as in a plan, so that their units are known. A column that is not is headed as it is.
    said
        Lines of the last sheet, ``Notes``.
    currency
        Of all money.
    exact
        Heads are the columns' names letter by letter, for a file that another system is to read.
    """
    import xlsxwriter

    # Text stays text: neither formulas nor links are made of it.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(str(path), options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        days = {date: book.add_format({"num_format": "yyyy-mm-dd"}), datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"})}
        formats = {one: book.add_format({"num_format": one}) for one in (_WHOLE, _PARTS, "0.00%", "#,##0.0")}
        for title, rows in sheets:
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 1)
            sheet.set_row(0, 48)
            for at, (name, kind) in enumerate(rows.schema.items()):
                sheet.set_column(at, at, _WIDTHS.get(name, 12), formats[_number_format(name, rows[name])] if kind.is_numeric() else None)
                sheet.write_string(0, at, name if exact else _heading(name, currency), head)
                for line, value in enumerate(rows[name].to_list(), start=1):
                    if isinstance(value, str):
                        sheet.write_string(line, at, value)
                    elif isinstance(value, date):
                        plain = value.replace(tzinfo=None) if isinstance(value, datetime) else value
                        sheet.write_datetime(line, at, plain, days[type(value)])
                    elif value is not None and value == value:  # noqa: PLR0124  NaN is not itself
                        sheet.write_number(line, at, value)
            if rows.height:
                sheet.autofilter(0, 0, rows.height, rows.width - 1)
        page = book.add_worksheet("Notes")
        page.set_column(0, 0, 34, head)
        page.set_column(1, 1, 90)
        for line, (name, value) in enumerate(said.items()):
            page.write_string(line, 0, name)
            page.write_string(line, 1, str(value))


def _number_format(name: str, values: pl.Series) -> str:
    if name == "unit_cost":
        return _PARTS
    if name.endswith(_FRACTIONS):
        return "0.00%"
    if name.endswith(_MONEY):
        return _WHOLE
    if name.endswith("days"):
        return "#,##0.0"
    known = values.drop_nulls().cast(float)
    return _WHOLE if (known == known.round()).all() else _PARTS  # one that leaves decimals open would end whole numbers in a point


def _heading(name: str, currency: str) -> str:
    words = name.replace("_", " ")
    code = in_currency(currency, unnamed="money")
    if name.startswith("anatomy_") and name.endswith("cost"):
        return f"cost of {words.removeprefix('anatomy ').removesuffix(' cost')} [{code}/year]"
    if name.startswith("anatomy_"):
        return f"reserve for {words.removeprefix('anatomy ')} [units]"
    if name in _NAMED:
        return _NAMED[name].replace("money", code)
    if name.endswith("cost"):
        return f"{words} [{code}/year]"
    if name.endswith("value"):
        return f"{words} [{code}]"
    if name.endswith(_UNITS):
        return f"{words} [units]"
    return f"{words.removesuffix(' days')} [days]" if name.endswith("days") else words
