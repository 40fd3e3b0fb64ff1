"""Source names: what an export is kept as, so that a newer one replaces it and nothing else."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

from justenough.sources.folder import whole_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.archive.entries import ImportEntry


TERMS = "plant.toml"  # every export may have one


def source_of(names: Sequence[str], live: Sequence[ImportEntry]) -> str:
    """
    What files are an export of: the source that has files of these names already, or else a name of their own.

    Examples
    --------
    >>> source_of(["material.csv", "verbrauch.csv.gz"], [])
    'material'
    """
    for entry in reversed(live):
        if not entry.corrects and ({whole_file(one.file) for one in entry.files} - {TERMS}) & set(names):
            return entry.source
    stem = (
        re.sub(r"[^\w .,()+-]", "", min((name for name in names if name != TERMS), default="export").partition(".")[0]).strip() or "export"
    )
    taken = {entry.source for entry in live}
    return next(name for n in count(1) if (name := stem if n == 1 else f"{stem} {n}") not in taken)
