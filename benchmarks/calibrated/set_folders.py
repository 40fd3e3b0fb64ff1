"""Set folders: where the known sets lie in a folder, by their files' names or else by what these hold."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import polars as pl

from calibrated.sets import KNOWN, Source
from justenough.domain.errors import JustenoughError
from justenough.sources.opening import delimiter_of, header_of
from justenough.sources.profiles import Profile

if TYPE_CHECKING:
    from pathlib import Path

ENDINGS = (".csv", ".csv.gz", ".parquet")
_HEAD = 1 << 17  # bytes that a header may take


def sources_in(folder: Path) -> list[Source]:
    """Known sets in a folder and all folders below it: files named as a shipped profile says, and others with all its columns."""
    files = sorted(each for each in folder.rglob("*") if each.is_file() and each.name.lower().endswith(ENDINGS))
    places = sorted({folder, *(each for each in folder.rglob("*") if each.is_dir())})
    found = []
    for name, terms in KNOWN.items():
        profile = Profile.load(name)
        patterns = [file.path for file in profile.files.values()]
        named = [place for place in places if all(any(place.glob(pattern)) for pattern in patterns)]
        held = [file for file in files if file.parent not in named and fits(profile, file)]
        for path in (paths := [*named, *held]):
            called = name if len(paths) == 1 else f"{name}:{path.relative_to(folder).as_posix()}"
            found.append(Source(called, path, name, *terms))
    return found


def fits(profile: Profile, file: Path) -> bool:
    """Whether a file has all columns that a profile reads, and periods where it reads them side by side."""
    (spec,), tables = profile.files.values(), profile.tables.values()
    try:
        if file.name.lower().endswith(".parquet"):
            header = list(pl.read_parquet_schema(file))
        else:
            with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as text:
                head = text.read(_HEAD)
            header, _, _ = header_of(head, file.name, spec, spec.delimiter or delimiter_of(head, spec))
    except (pl.exceptions.PolarsError, OSError, JustenoughError):
        return False  # not one of ours; whoever names it with --set is told why
    columns = {source.column for table in tables for sources in table.columns.values() for source in sources if source.column}
    wide = [table.wide.columns for table in tables if table.wide is not None]
    return columns <= set(header) and all(any(re.search(periods, column) for column in header) for periods in wide)
