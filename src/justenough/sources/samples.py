"""Samples: plants that come with the package, two invented and two real."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from justenough.domain.errors import UnknownSample

if TYPE_CHECKING:
    from justenough.domain.plant import Plant


def sample_names() -> tuple[str, ...]:
    """
    Names that `sample` knows.

    Examples
    --------
    >>> sample_names()
    ('bearings', 'brackets', 'deliveries', 'retail')
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

    ``bearings`` and ``brackets`` are invented plants, the second with machines that decide its stock. ``retail`` and ``deliveries`` are
    extracts of real, public data, attributed in the README beside their files.

    Examples
    --------
    >>> plant = sample("bearings")
    >>> plant.terms.label
    'Bearings: an invented plant'
    """
    from justenough.sources.read import read

    return read(sample_folder(name), "canonical")


def _bundled() -> Path:
    return Path(str(files("justenough.sources") / "bundled"))
