"""Sheets: a CSV as a spreadsheet of any country saved it, read again as texts."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl

from justenough.domain.errors import JustenoughError

DELIMITERS = ",;\t"


def sheet_of(path: Path) -> pl.DataFrame:
    """
    The cells of a CSV as texts, empty ones null; comma, semicolon or tab, UTF-8, UTF-16 with its mark or Windows' cp1252.

    Raises
    ------
    JustenoughError
        No such file, a broken quotation mark, or a row with more cells than the head; says the line.
    """
    try:
        text = _decoded(path.read_bytes())
    except OSError as error:
        raise JustenoughError(f"{path}: cannot be read: {error.strerror}.") from error
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str | None]] = []
    try:
        for cells in reader:
            if not any(cells):
                continue  # spreadsheets leave empty lines at the end
            if rows and len(cells) > len(rows[0]) and any(cells[len(rows[0]) :]):
                raise JustenoughError(
                    f"{path} line {reader.line_num}: found {len(cells)} cells, expected {len(rows[0])} as in the head. "
                    'A cell that holds the delimiter must stand in "quotation marks".'
                )
            rows.append([cell or None for cell in cells])
    except csv.Error as error:
        raise JustenoughError(
            f'{path} line {reader.line_num}: cannot be read as CSV ({error}). Is a quotation mark open? Write "" for one inside a cell.'
        ) from error
    if not rows:
        raise JustenoughError(f"{path}: no rows. Export the quarantine again and correct its cells.")
    names = [name or "" for name in rows[0]]
    if len(set(names)) < len(names):
        raise JustenoughError(f"{path}: two columns of the same name; leave the head as it was exported.")
    padded = [[*row, *[None] * (len(names) - len(row))][: len(names)] for row in rows[1:]]
    return pl.DataFrame(padded, schema=dict.fromkeys(names, pl.String), orient="row")


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
