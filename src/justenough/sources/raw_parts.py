"""Raw parts: the rows of a long file a part after the other, every part the same whoever reads it when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from pyarrow import ArrowInvalid
from pyarrow.parquet import read_metadata

from justenough.domain.checks import FILE
from justenough.domain.errors import ImportFailed
from justenough.sources.opening import BOMS, HEAD, LIMITS, delimiter_of, header_of, is_utf8, placed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from justenough.sources.declarations import FileSpec


class NotInParts(Exception):
    """The rows have to be read whole: lines hold more values than the header has columns, or signs that are not UTF-8."""


@dataclass(frozen=True, slots=True)
class LongFile:
    """
    A file whose rows can be read part by part: Parquet, or text that Polars reads as it stands.

    Parameters
    ----------
    path, name
        Where it lies, and what it is called in the export.
    columns
        Of it, without a row.
    above
        Rows above the first one, as a spreadsheet counts them.
    lines, delimiter
        Of text: lines above the first row, and what parts its values. Empty for Parquet.
    rows
        How many it has, of text about.
    """

    path: Path
    name: str
    columns: pl.DataFrame
    above: int
    lines: int
    delimiter: str
    rows: int

    def scan(self, skipped: int = 0) -> pl.LazyFrame:
        """Its rows, nothing read yet; those of Parquet from ``skipped`` on."""
        if not self.delimiter:
            return pl.scan_parquet(self.path).slice(skipped)
        return pl.scan_csv(
            self.path,
            has_header=False,
            schema=self.columns.schema,
            separator=self.delimiter,
            skip_lines=self.lines,
            missing_columns="insert",
        )

    def parts(self, rows: int, first: int = 0) -> Iterator[tuple[int, pl.DataFrame]]:
        """
        Number and rows of each part from the ``first`` on, as `justenough.sources.opening.open_file` gives them; blank rows are left out.

        Raises
        ------
        NotInParts
            The file is not what its head says; `open_file` says more, or takes it.
        """
        begin = 0 if self.delimiter else first * rows  # lines have to be gone through to be counted
        waiting: list[pl.DataFrame] = []
        number, there = begin // rows, 0
        try:
            for batch in self.scan(begin).collect_batches(maintain_order=True):
                waiting, there = [*waiting, batch], there + batch.height
                while there >= rows:
                    whole = pl.concat(waiting)
                    yield number, self._placed(whole.head(rows), number * rows)
                    waiting, there, number = [whole.slice(rows)], there - rows, number + 1
        except pl.exceptions.PolarsError as error:
            raise NotInParts(str(error)) from error
        if there:
            yield number, self._placed(pl.concat(waiting), number * rows)

    def _placed(self, part: pl.DataFrame, before: int) -> pl.DataFrame:
        return placed(part.rechunk(), self.above + before + 1).with_columns(pl.lit(self.name).alias(FILE))


def long_file(path: Path, name: str, spec: FileSpec) -> LongFile | None:
    """The file, if its rows can be read part by part; None where it has to be opened whole, which also says what is wrong with it."""
    if path.name.lower().endswith(".parquet"):
        return _parquet(path, name)
    if not path.name.lower().endswith((".csv", ".tsv", ".txt")):
        return None
    with path.open("rb") as file:
        head = file.read(HEAD)
    encoding = next((known for mark, known in BOMS if head.startswith(mark)), "") or spec.encoding or "utf-8"
    if not is_utf8(encoding) or head.startswith((b"\x1f\x8b", b"PK\x03\x04")) or b"\n" not in head:
        return None
    delimiter = spec.delimiter or delimiter_of(head, spec)
    try:
        names, lines, records = header_of(head, name, spec, delimiter)
    except ImportFailed:
        return None
    if len(names) > LIMITS.columns:
        return None
    rows = round(path.stat().st_size / len(head) * head.count(b"\n"))
    return LongFile(path, name, pl.DataFrame(schema=dict.fromkeys(names, pl.String)), records, lines, delimiter, rows)


def _parquet(path: Path, name: str) -> LongFile | None:
    try:
        about = read_metadata(path)
        columns = pl.read_parquet(path, n_rows=0)
    except (ArrowInvalid, OSError, pl.exceptions.PolarsError):
        return None
    bytes_of = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
    if about.num_columns > LIMITS.columns or bytes_of > LIMITS.expanded_bytes:
        return None
    return LongFile(path, name, columns, 0, 0, "", about.num_rows)


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
