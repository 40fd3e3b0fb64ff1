"""Folder: which files of an export a profile means, none of them outside it."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from justenough.domain.errors import Complaint, ImportFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.sources.profiles import Profile

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", *WORKBOOKS, ".parquet")


def root_of(path: Path) -> Path:
    """The folder of an export that is given as a folder or as one of its files."""
    if not path.exists():
        raise ImportFailed([Complaint(str(path), 0, "", "no such file or folder", "the export's folder or file", "Check the path.")])
    return path if path.is_dir() else path.parent


def files_of(path: Path, profile: Profile) -> Mapping[str, list[Path]]:
    """
    Paths of each of the profile's files that there are, in order of name.

    Raises
    ------
    ImportFailed
        For files the profile's tables need and the export lacks, and for links out of the folder.
    """
    root = root_of(path)
    found: dict[str, list[Path]] = {}
    complaints: list[Complaint] = []
    for key, spec in profile.files.items():
        if path.is_dir():
            there = [one for one in sorted(root.glob(spec.path)) if one.is_file() or one.is_symlink()]
        else:
            there = [path] if len(profile.files) == 1 or fnmatch(path.name, Path(spec.path).name) else []
        there = [one for one in there if one.name.lower().endswith(ENDINGS)]
        complaints += [_outside(one, root) for one in there if not one.resolve().is_relative_to(root.resolve())]
        stems = [one.name.partition(".")[0] for one in there]
        if len(set(stems)) < len(stems):
            names = " and ".join(one.name for one in there)
            complaints.append(
                Complaint(names, 0, "", "the same table in several forms", "one of them", "Leave one and move the others away.")
            )
        if there:
            found[key] = there
    for name, table in profile.tables.items():
        lacking = [key for key in (table.file, *(join.file for join in table.joins)) if key not in found]
        if lacking and not table.optional:
            wanted = profile.files[lacking[0]].path
            alone = profile.name == "canonical" and name != "machines" and "machines" in found
            remedy = (
                "Machines alone, without items? Use --profile machines." if alone else "Is this the right folder, and the right profile?"
            )
            complaints.append(
                Complaint(
                    str(path),
                    0,
                    "",
                    f"no file like {wanted} for the table {name}",
                    f"one below this folder, for profile {profile.name}",
                    remedy,
                )
            )
    if complaints:
        raise ImportFailed(list(dict.fromkeys(complaints)))
    return found


def named_files(found: Mapping[str, list[Path]], root: Path, profile: Profile) -> dict[str, list[tuple[Path, str]]]:
    """
    Each of the files found, with the name its rows are known by.

    Where several of the profile's files lie in one workbook, the sheet stands behind it: ``export.xlsx [Stock]``; a row's place must
    tell them apart.
    """
    shared = [path for paths in found.values() for path in paths]
    named: dict[str, list[tuple[Path, str]]] = {}
    for key, paths in found.items():
        sheet = profile.files[key].sheet
        alike = sum(profile.files[other].sheet == sheet and paths == several for other, several in found.items())
        part = sheet if sheet and alike == 1 else key
        for path in paths:
            name = path.relative_to(root).as_posix()
            named.setdefault(key, []).append((path, f"{name} [{part}]" if shared.count(path) > 1 else name))
    return named


def whole_file(name: str) -> str:
    """The file of which a name of `named_files` means a part."""
    return re.sub(r"(\.\w+) \[.*\]$", r"\1", name)


def part_named(name: str) -> str:
    """The sheet, or the profile's name for the file, that stands behind a workbook; empty where the whole file is meant."""
    return name.removeprefix(whole_file(name)).strip(" ")[1:-1]


def _outside(path: Path, root: Path) -> Complaint:
    name = path.relative_to(root).as_posix()
    return Complaint(name, 0, "", "a link to a place outside the folder", "a file inside it", "Copy the file into the folder.")
