"""Quarantine: rows that were not believed, handed out for correction and taken in again."""

from __future__ import annotations

import hashlib
import json
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import polars as pl

from justenough.domain.checks import FILE, ROW
from justenough.domain.errors import Complaint, ImportFailed
from justenough.sources.declarations import FileSpec
from justenough.sources.folder import part_named, whole_file
from justenough.sources.opening import LIMITS, SPILL, Limits, Opened, open_file
from justenough.sources.profiles import Profile
from justenough.sources.read import Imported, assembled, with_terms

PLACES = ("from file", "from row", "problem")


def to_correct(quarantine: pl.DataFrame, file: str) -> pl.DataFrame:
    """
    A sheet to correct: one row for each quarantined row of a file, its problems in words, then its cells as exported.

    Write it as CSV, mend the cells, and give it to `import_quarantine`.
    """
    rows: dict[int, dict[str, str | None]] = {}
    for row, column, found, expected, raw in quarantine.filter(file=file).select("row", "column", "found", "expected", "raw").iter_rows():
        cells = {name: None if value is None else str(value) for name, value in json.loads(raw or "{}").items()}
        said = rows.setdefault(row, {"from file": file, "from row": str(row), "problem": "", **cells})
        said["problem"] = "; ".join([*filter(None, [said["problem"]]), f"{column or 'row'}: found {found}, expected {expected}"])
    names = list(dict.fromkeys(name for row in rows.values() for name in row)) or list(PLACES)
    return pl.DataFrame([{name: row.get(name) for name in names} for row in rows.values()], schema=dict.fromkeys(names, pl.String))


def import_quarantine(
    path: str | Path, profile: str | Path | Profile, *, terms_folder: str | Path | None = None, limits: Limits = LIMITS
) -> Imported:
    """
    Take in quarantined rows again, corrected.

    Parameters
    ----------
    path
        CSV with the columns of `to_correct` (one file's rows), or those of ``Imported.quarantine`` (``file``, ``row``, ``raw`` as JSON).
    profile
        The profile of the first import: the cells mean what they meant then.
    terms_folder
        Folder of the export, where the profile leaves currency and demand period to a file in it; the CSV's own otherwise.

    Returns
    -------
    Imported
        Only these rows, each with its place in the export. Whether their items exist is not asked here: they may
        have been accepted the first time.
    """
    path, profile = Path(path), Profile.load(profile)
    profile = with_terms(profile, Path(terms_folder) if terms_folder is not None else path.parent)
    name = path.name
    if not path.is_file() or path.stat().st_size == 0:
        raise ImportFailed([Complaint(name, 0, "", "no rows", "a corrected quarantine", "Export the quarantine again.")])
    sheet = read_sheet(path).rename({"from file": "file", "from row": "row"}, strict=False)
    lacking = [column for column in ("file", "row") if column not in sheet.columns]
    if lacking or sheet.height == 0:
        found = "no rows" if not lacking else f"no column {' or '.join(lacking)}"
        raise ImportFailed(
            [
                Complaint(
                    name,
                    0,
                    "",
                    found,
                    "the columns file and row, and the row's cells",
                    "Export the quarantine again and correct its cells only.",
                )
            ]
        )
    sheet = sheet.with_columns(pl.col("row").cast(pl.Int64, strict=False))
    if sheet["row"].null_count() or sheet["file"].null_count():
        raise ImportFailed(
            [Complaint(name, 0, "row", "a row without its place", "file and row of each", "Leave these two columns as they were exported.")]
        )
    sheet = sheet.unique(["file", "row"], keep="first", maintain_order=True)
    return read_again(sheet, profile, name, hashlib.sha256(path.read_bytes()).hexdigest(), limits=limits)


def read_again(sheet: pl.DataFrame, profile: Profile, name: str, digest: str = "", *, limits: Limits = LIMITS) -> Imported:
    """The rows of a sheet (``file``, ``row`` and their cells, or ``raw``) read as the profile says; ``name`` is for complaints."""
    opened: dict[str, list[Opened]] = {}
    for (file,), rows in sheet.group_by("file", maintain_order=True):
        key = _key_of(str(file), profile)
        if key is None:
            raise ImportFailed(
                [Complaint(name, 0, "file", repr(file), f"a file of profile {profile.name}", "Is it the profile of the first import?")]
            )
        opened.setdefault(key, []).append(Opened(str(file), digest, _cells(rows, name)))
    return assembled(profile, opened, limits=limits, whole=False)


def read_sheet(path: str | Path) -> pl.DataFrame:
    """
    The cells of a corrected quarantine as text, however a spreadsheet saved it: comma or semicolon, UTF-8 or cp1252, or a workbook.

    Raises
    ------
    ImportFailed
        Where the file cannot be read, a quotation mark is not closed, or a row has more cells than the header.
    """
    path = Path(path)
    data, encoding = path.read_bytes(), "utf-8"
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            try:
                data.decode("utf-8")
            except UnicodeDecodeError:
                encoding = "cp1252"
        if data.count(b'"') % 2:
            remedy = "Close it, or save the sheet again from the spreadsheet."
            raise ImportFailed([Complaint(path.name, 0, "", "a quotation mark that is not closed", "marks in pairs", remedy)])
    frame = open_file(path, path.name, FileSpec(path.name, encoding=encoding)).frame
    if SPILL in frame.columns:
        row = frame.filter(pl.col(SPILL).is_not_null()).item(0, ROW)
        remedy = "Is a value with a comma or semicolon in it not in quotation marks?"
        raise ImportFailed([Complaint(path.name, row, "", "more cells than the header has columns", "one cell for each column", remedy)])
    return frame.drop(FILE, ROW)


def _key_of(file: str, profile: Profile) -> str | None:
    """The profile's name for a file; the tables' own files first, a profile of one file takes any name."""
    mains = [spec.file for spec in profile.tables.values()]
    part, whole = part_named(file), PurePosixPath(whole_file(file)).name
    for key in dict.fromkeys([*mains, *profile.files]):
        spec = profile.files[key]
        if fnmatch(whole, PurePosixPath(spec.path).name) and part in ("", spec.sheet, key):
            return key
    return mains[0] if len(profile.files) == 1 else None


def _cells(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    if "raw" not in rows.columns:
        cells = rows.drop("file", "row", "problem", strict=False)
    else:
        said: list[dict[str, str | None]] = []
        for row, text in rows.select("row", "raw").iter_rows():
            try:
                said.append({key: None if value is None else str(value) for key, value in json.loads(text or "").items()})
            except (ValueError, AttributeError) as error:
                remedy = "Keep the quotation marks, braces and commas as they were."
                raise ImportFailed([Complaint(name, row, "raw", f"text that is not JSON ({error})", "the row as JSON", remedy)]) from error
        names = list(dict.fromkeys(key for row in said for key in row))
        cells = pl.DataFrame([{key: row.get(key) for key in names} for row in said], schema=dict.fromkeys(names, pl.String))
    return cells.with_columns(rows["file"].alias(FILE), rows["row"].alias(ROW))
