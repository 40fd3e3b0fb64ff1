"""Ready: which of the profiles that come along already fits an export, by its files and columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from justenough.domain.errors import JustenoughError
from justenough.domain.schema import TABLES
from justenough.sources.folder import files_of, root_of
from justenough.sources.mapping import columns_needed
from justenough.sources.opening import LIMITS, open_file
from justenough.sources.profiles import Profile, shipped
from justenough.sources.read import with_terms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PLACES = ("__file__", "__row__")
MOST_PARTS = 12  # files of one table whose heads are looked at


def ready_for(path: Path, seen: Mapping[str, list[str]]) -> tuple[str, ...]:
    """
    Names of the profiles that would read an export as it is, the one that takes most files first.

    Parameters
    ----------
    path
        The export's folder or file.
    seen
        Columns of its files, by name, as far as they were looked at with a plain head.
    """
    fits = {}
    for name in shipped():
        taken = _taken(path, Profile.load(name), seen)
        if taken:
            fits[name] = taken
    return tuple(sorted(fits, key=lambda name: -fits[name]))


def _taken(path: Path, profile: Profile, seen: Mapping[str, list[str]]) -> int:
    """How many files of the export the profile takes; 0 where one lacks what it names."""
    root = root_of(path)
    try:
        there = files_of(path, with_terms(profile, root))
    except JustenoughError:
        return 0
    heads: dict[str, set[str]] = {}
    for key, paths in there.items():
        spec, heads[key] = profile.files[key], set()
        for one in paths[:MOST_PARTS]:  # parts of one table need not have the same columns
            name = one.relative_to(root).as_posix()
            if name in seen and spec.header_rows == 1 and not spec.skip_rows:
                heads[key] |= set(seen[name])
                continue
            try:
                heads[key] |= set(open_file(one, name, spec, LIMITS).frame.columns) - set(PLACES)
            except JustenoughError:
                return 0
    for table in profile.tables.values():
        if table.file not in heads:
            continue
        joined = {f"{join.file}.{name}" for join in table.joins for name in heads.get(join.file, ())}
        names = heads[table.file] | joined
        if table.same_names:
            known = TABLES[table.name]
            if not set(known.required) <= names <= set(known.names):
                return 0
            continue
        if not set(columns_needed(table)) <= names:
            return 0
        if table.wide is not None and not any(re.search(table.wide.columns, name) for name in names):
            return 0
    return sum(len(paths) for paths in there.values())
