"""Problems: what is wrong with raw rows, as a table; the quarantine is made of it."""

from __future__ import annotations

import json

import polars as pl

from justenough.domain.checks import FILE, ROW
from justenough.domain.errors import Complaint, ImportFailed
from justenough.sources.opening import SPILL

PROBLEM = {"table": pl.String, "file": pl.String, "row": pl.Int64, "item": pl.String, "column": pl.String}
PROBLEM |= {"found": pl.String, "expected": pl.String, "remedy": pl.String}
PLACE = [FILE, ROW]
MOST_SIGNS = 60  # of a raw value that is shown
MOST_COMPLAINTS = 1000  # of a file that failed whole; a screen shows twenty


def problems_at(table: str, rows: pl.DataFrame, item: pl.Expr, column: str, found: pl.Expr, expected: str, remedy: str) -> pl.DataFrame:
    """Quarantine rows for the raw rows given."""
    return rows.select(
        pl.lit(table).alias("table"),
        pl.col(FILE).alias("file"),
        pl.col(ROW).cast(pl.Int64).alias("row"),
        item.cast(pl.String).fill_null("").alias("item"),
        pl.lit(column).alias("column"),
        found.alias("found"),
        pl.lit(expected).alias("expected"),
        pl.lit(remedy).alias("remedy"),
    )


def shown(value: pl.Expr) -> pl.Expr:
    """A raw value in quotation marks; a long one cut, with its length."""
    words = value.cast(pl.String)
    cut = pl.format("'{}'... ({} characters)", words.str.slice(0, MOST_SIGNS), words.str.len_chars())
    long = words.str.len_chars() > MOST_SIGNS
    return pl.when(words.is_null()).then(pl.lit("nothing")).when(long).then(cut).otherwise(pl.format("'{}'", words))


def raw_json(raw: pl.DataFrame, places: pl.DataFrame, most: int) -> pl.DataFrame:
    """``file``, ``row`` and the raw row as JSON text of the places given; cells beyond ``most`` characters are cut."""
    rows = raw.join(places, on=PLACE, how="semi").drop(SPILL, strict=False)
    names = [name for name in rows.columns if name not in PLACE]
    cut = (
        pl.when(pl.col(pl.String).str.len_bytes() > most)
        .then(pl.col(pl.String).str.slice(0, 1000))
        .otherwise(pl.col(pl.String))
        .name.keep()
    )
    texts = rows.select(names).cast(dict.fromkeys([name for name in names if rows[name].dtype.is_temporal()], pl.String)).with_columns(cut)
    said = [json.dumps(row, ensure_ascii=False) for row in texts.iter_rows(named=True)]
    return rows.select(pl.col(FILE).alias("file"), pl.col(ROW).cast(pl.Int64).alias("row")).with_columns(
        pl.Series("raw", said, dtype=pl.String)
    )


def row_hashes(raw: pl.DataFrame) -> pl.Series:
    """A number for each raw row that rows alike in every column share, wherever they stand."""
    return raw.drop(PLACE).hash_rows(seed=0)


def failed(quarantine: pl.DataFrame, advice: str = "") -> ImportFailed:
    """The error that says what a quarantine holds where nothing is taken in for it."""
    rows = quarantine.head(MOST_COMPLAINTS).select("file", "row", "column", "found", "expected", "remedy", "item")
    complaints = [Complaint(*row) for row in rows.iter_rows()]
    return ImportFailed(complaints, beyond=quarantine.height - rows.height, advice=advice)


def as_problems(table: str, complaints: tuple[Complaint, ...]) -> pl.DataFrame:
    """Complaints about a table as quarantine rows."""
    rows = [(table, one.file, one.row, one.item, one.column, one.found, one.expected, one.remedy) for one in complaints]
    return pl.DataFrame(rows, schema=PROBLEM, orient="row")
