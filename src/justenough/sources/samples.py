"""Samples: plants that come with the package, one invented and two real, to try everything on."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from justenough.domain.errors import UnknownSample
from justenough.domain.plant import Plant
from justenough.domain.schema import TABLES, Table

if TYPE_CHECKING:
    import polars as pl


def sample_names() -> tuple[str, ...]:
    """
    Names that `sample` knows.

    Examples
    --------
    >>> sample_names()
    ('bearings', 'deliveries', 'retail')
    """
    return tuple(sorted(folder.name for folder in _bundled().iterdir() if (folder / "plant.toml").is_file()))


def sample_folder(name: str) -> Path:
    """
    Folder of a sample's files: one CSV a table in canonical names, and ``plant.toml`` with its terms.

    Raises
    ------
    UnknownSample
        With the names there are.
    """
    if name not in sample_names():
        raise UnknownSample(f"There is no sample {name!r}; there are {', '.join(sample_names())}.")
    return _bundled() / name


def sample(name: str) -> Plant:
    """
    Read a sample as a plant.

    ``bearings`` is an invented plant with every table filled. ``retail`` and ``deliveries`` are
    extracts of real, public data, attributed in the README beside their files.

    Examples
    --------
    >>> plant = sample("bearings")
    >>> plant.terms.label
    'Bearings: an invented plant'
    """
    folder = sample_folder(name)
    terms = tomllib.loads((folder / "plant.toml").read_text(encoding="utf-8"))
    return Plant.from_frames(**terms, **{table.name: frame for table in TABLES.values() for frame in _frames(folder, table)})


def _frames(folder: Path, table: Table) -> list[pl.DataFrame]:
    import polars as pl

    types = {"text": pl.String, "number": pl.Float64, "date": pl.Date, "moment": pl.Datetime("us"), "flag": pl.Boolean}
    schema = {column.name: types[column.kind] for column in table.columns}
    return [pl.read_csv(path, schema_overrides=schema) for path in sorted(folder.glob(f"{table.name}.csv*"))]


def _bundled() -> Path:
    return Path(str(files("justenough.sources") / "bundled"))
