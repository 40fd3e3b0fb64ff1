"""Opening: a file of any kind as a table of raw values, every row with its place, or the reason it cannot be opened."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import itertools
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.checks import FILE, ROW
from justenough.domain.errors import Complaint, ImportFailed

if TYPE_CHECKING:
    from pathlib import Path

    from justenough.sources.declarations import FileSpec

SPILL = "__spill__"  # what a line holds beyond the last column of its header
HEAD = 1 << 20  # bytes looked at to know a file
DELIMITERS = ",;\t|"
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What a file may grow to before it is taken for an attack or an accident.

    ``expanded_bytes`` bounds a compressed file once unpacked; ``cell_chars`` is the most one cell may hold and ``columns`` the most a
    table may have (a spreadsheet's own limits).
    """

    expanded_bytes: int = 8 << 30
    cell_chars: int = 32_767
    columns: int = 16_384


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Opened:
    """One file: its name in the export, its fingerprint, and its rows, as text or typed, with ``__file__`` and ``__row__``."""

    name: str
    sha256: str
    frame: pl.DataFrame


def open_file(path: Path, name: str, spec: FileSpec, limits: Limits = LIMITS) -> Opened:
    """
    Read one file whole.

    Raises
    ------
    ImportFailed
        Where the file is empty, holds only a header, is not what its name says, is in another encoding, or is too large unpacked.
    """
    if path.stat().st_size == 0:
        raise _failed(name, "an empty file (0 bytes)", "a header and at least one row", "Export the file again.")
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    kind = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if kind == "parquet":
        frame = _parquet(path, name, limits)
    elif kind in ("xlsx", "xlsm", "xlsb", "xls", "ods"):
        frame = _excel(path, name, spec, limits)
    else:
        frame = _text(path, name, spec, limits)
    if frame.height == 0:
        raise _failed(name, "a header and no rows", "at least one row below the header", "Export the file again, with its rows.")
    return Opened(name, sha256, frame.with_columns(pl.lit(name).alias(FILE)))


def _failed(name: str, found: str, expected: str, remedy: str, row: int = 0) -> ImportFailed:
    return ImportFailed([Complaint(name, row, "", found, expected, remedy)])


def _too_large(name: str, limits: Limits) -> ImportFailed:
    return _failed(
        name,
        f"a compressed file that unpacks to more than {limits.expanded_bytes:,} bytes",
        "a smaller file",
        "Check where the file comes from; if it is what it should be, unpack it yourself and import the parts.",
    )


# ---- text -------------------------------------------------------------------------------------------------------


def _text(path: Path, name: str, spec: FileSpec, limits: Limits) -> pl.DataFrame:
    with path.open("rb") as file:
        head = file.read(HEAD)
    data: bytes | Path = path
    if head.startswith(b"\x1f\x8b"):
        data = _unpacked(path, name, limits)
        head = data[:HEAD]
    elif head.startswith(b"PK\x03\x04"):
        raise _failed(name, "a zip archive or an Excel workbook", "text", "Unpack the archive, or give the workbook the ending .xlsx.")
    encoding = next((known for mark, known in BOMS if head.startswith(mark)), "") or spec.encoding or "utf-8"
    bare_returns = encoding != "utf-16" and b"\r" in head and b"\n" not in head
    if is_utf8(encoding) and not bare_returns:
        return _delimited(data, head, name, spec)
    whole = data if isinstance(data, bytes) else data.read_bytes()
    if not is_utf8(encoding):
        try:
            whole = whole.decode(encoding).encode("utf-8")
        except (UnicodeDecodeError, LookupError) as error:
            raise _wrong_encoding(whole, name, encoding, error) from error
    if bare_returns or (b"\r" in whole[:HEAD] and b"\n" not in whole[:HEAD]):
        whole = whole.replace(b"\r", b"\n")
    return _delimited(whole, whole[:HEAD], name, spec)


def is_utf8(encoding: str) -> bool:
    """Whether Polars reads text of this encoding as it is."""
    return encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig", "ascii")


def _unpacked(path: Path, name: str, limits: Limits) -> bytes:
    parts = io.BytesIO()
    try:
        with gzip.open(path) as packed:
            while part := packed.read(1 << 22):
                parts.write(part)
                if parts.tell() > limits.expanded_bytes:
                    raise _too_large(name, limits)
    except (EOFError, OSError, zlib.error) as error:
        raise _failed(name, f"a damaged .gz file ({error})", "a whole .gz file", "Copy or export the file again.") from error
    return parts.getvalue()


def _wrong_encoding(data: bytes, name: str, encoding: str, error: Exception) -> ImportFailed:
    remedy = 'Set `encoding` of the file in the profile, e.g. "cp1252" (Windows) or "latin-1".'
    if isinstance(error, UnicodeDecodeError):
        before = data[: error.start].replace(b"\r\n", b"\n")
        row = before.count(b"\n") + before.count(b"\r") + 1
        return _failed(name, f"byte 0x{data[error.start]:02X}, which is not {encoding}", f"text in {encoding}", remedy, row)
    return _failed(name, f"the encoding {encoding!r} in the profile", "an encoding Python knows", remedy)


def _delimited(data: bytes | Path, head: bytes, name: str, spec: FileSpec) -> pl.DataFrame:
    delimiter = spec.delimiter or delimiter_of(head, spec)
    names, lines, records = header_of(head, name, spec, delimiter)
    _refuse_wide(name, len(names))
    try:
        frame = pl.read_csv(
            data,
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            separator=delimiter,
            skip_lines=lines,
            missing_columns="insert",
        )
        return placed(frame, records + 1)
    except pl.exceptions.NoDataError:
        return placed(pl.DataFrame(schema=dict.fromkeys(names, pl.String)), records + 1)
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
        whole = data if isinstance(data, bytes) else data.read_bytes()
        try:
            whole.decode("utf-8")
        except UnicodeDecodeError as why:
            raise _wrong_encoding(whole, name, "utf-8", why) from why
        return placed(_slowly(whole, names, delimiter, records), records + 1)


def _refuse_wide(name: str, columns: int) -> None:
    if columns > LIMITS.columns:
        raise _failed(
            name,
            f"{columns:,} columns",
            f"at most {LIMITS.columns:,}, as many as a spreadsheet has",
            "Is the delimiter right, and does the file end its lines? Export it with its rows as lines.",
        )


def delimiter_of(head: bytes, spec: FileSpec) -> str:
    """The sign that splits the header into the most columns."""
    lines = head.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()[spec.skip_rows : spec.skip_rows + spec.header_rows]
    try:
        return max(DELIMITERS, key=lambda sign: sum(len(row) for row in csv.reader(lines, delimiter=sign)))
    except csv.Error:  # the header says what is wrong with it
        return DELIMITERS[0]


def header_of(head: bytes, name: str, spec: FileSpec, delimiter: str) -> tuple[list[str], int, int]:
    """Column names, and how many lines and records lie above the first row."""
    reader = csv.reader(io.StringIO(head.decode("utf-8", "replace").removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    records = spec.skip_rows + spec.header_rows + spec.skip_after_header
    rows: list[list[str]] = []
    try:
        rows = [row for _, row in zip(range(records), reader, strict=False)]
    except csv.Error as error:
        raise _failed(name, f"a header that cannot be read ({error})", "column names", "Is a quotation mark not closed?") from error
    if len(rows) < spec.skip_rows + spec.header_rows:
        raise _failed(
            name,
            f"{len(rows)} rows",
            f"{spec.skip_rows + spec.header_rows} rows of header and rows below",
            "Correct `header_rows` of the file.",
        )
    names = rows[spec.skip_rows : spec.skip_rows + spec.header_rows]
    if any("\ufffd" in cell for row in names for cell in row):  # the rows below may be plain, and would pass
        try:
            head.decode("utf-8")
        except UnicodeDecodeError as why:
            raise _wrong_encoding(head, name, "utf-8", why) from why
    return column_names(names), reader.line_num, records


def column_names(rows: list[list[str]]) -> list[str]:
    """One name for each column from one or more header rows; blank and repeated names get a number."""
    width = max((len(row) for row in rows), default=0)
    names: dict[str, None] = {}
    numbers: dict[str, itertools.count[int]] = {}
    for at in range(width):
        words = [" ".join(row[at].split()) for row in rows if at < len(row)]
        name = plain = " ".join(word for word in words if word) or f"column {at + 1}"
        while name in names:
            name = f"{plain} ({next(numbers.setdefault(plain, itertools.count(2)))})"
        names[name] = None
    return list(names)


def _slowly(data: bytes, names: list[str], delimiter: str, records: int) -> pl.DataFrame:
    """Row by row, for files with more values in a line than columns in the header."""
    csv.field_size_limit(max(csv.field_size_limit(), len(data)))
    reader = csv.reader(io.StringIO(data.decode("utf-8").removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    rows = [row for at, row in enumerate(reader) if at >= records]
    width = len(names)
    columns = {name: [row[at] or None if at < len(row) else None for row in rows] for at, name in enumerate(names)}
    spill = [delimiter.join(row[width:]) if len(row) > width else None for row in rows]
    return pl.DataFrame({**columns, SPILL: spill}, schema=dict.fromkeys([*names, SPILL], pl.String))


def placed(frame: pl.DataFrame, first_row: int) -> pl.DataFrame:
    """Number the rows as a spreadsheet does and drop blank ones."""
    frame = frame.with_columns(pl.int_range(first_row, first_row + pl.len()).alias(ROW))
    blank = pl.all_horizontal(pl.exclude(ROW).is_null())
    return frame.filter(~blank) if frame.height and frame.select(blank.any()).item() else frame


# ---- workbooks and Parquet --------------------------------------------------------------------------------------


def _excel(path: Path, name: str, spec: FileSpec, limits: Limits) -> pl.DataFrame:
    import fastexcel

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > limits.expanded_bytes:
                raise _too_large(name, limits)
    try:
        book = fastexcel.read_excel(path)
        if spec.sheet and spec.sheet not in book.sheet_names:
            raise _failed(
                name, f"no sheet {spec.sheet!r}", f"one of {', '.join(book.sheet_names)}", "Correct `sheet` of the file in the profile."
            )
        cells = book.load_sheet(spec.sheet or 0, header_row=None, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise _failed(
            name, f"a workbook that cannot be read ({str(error).splitlines()[0]})", "an Excel workbook", "Save it again as .xlsx."
        ) from error
    top = spec.skip_rows + spec.header_rows
    if cells.height < top:
        raise _failed(name, f"{cells.height} rows", f"{top} rows of header and rows below", "Correct `header_rows` of the file.")
    header = [[value or "" for value in row] for row in cells.slice(spec.skip_rows, spec.header_rows).rows()]
    frame = cells.slice(top + spec.skip_after_header)
    frame.columns = column_names(header)
    return placed(frame, top + spec.skip_after_header + 1)


def _parquet(path: Path, name: str, limits: Limits) -> pl.DataFrame:
    import pyarrow.parquet

    try:
        about = pyarrow.parquet.read_metadata(path)
        _refuse_wide(name, about.num_columns)
        if sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups)) > limits.expanded_bytes:
            raise _too_large(name, limits)
        frame = pl.read_parquet(path)
    except (pyarrow.ArrowInvalid, pl.exceptions.PolarsError) as error:
        raise _failed(
            name, f"a Parquet file that cannot be read ({str(error).splitlines()[0]})", "a whole Parquet file", "Export it again."
        ) from error
    return placed(frame, 1)
