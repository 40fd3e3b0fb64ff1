"""Arriving: a long export taken into a workspace part by part, so that what was checked is not checked again."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from typing import TYPE_CHECKING

from justenough.archive import ledger
from justenough.archive.place import WorkspaceError
from justenough.archive.stamps import digest_of, profile_text
from justenough.sources.by_parts import PART_ROWS, import_by_parts
from justenough.sources.read import QUARANTINE, FileCount, Imported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justenough.archive.entries import ImportReceipt
    from justenough.archive.workspace import Workspace
    from justenough.sources.by_parts import LongExport, Told

KEPT_SECONDS = 7 * 86_400.0  # parts of an import that nobody went on with


def arrived(
    workspace: Workspace,
    export: LongExport,
    *,
    author: str = "",
    source: str = "",
    told: Told | None = None,
    part_rows: int = PART_ROWS,
) -> tuple[ImportReceipt, Imported]:
    """
    Take in a long export as `justenough.archive.workspace.Workspace.import_` does one that was read whole.

    Parts that were checked lie in the workspace, under a hash of all files, the profile and the version, until the import is
    recorded; nothing else looks there. Killed at any moment it leaves nothing half imported, and the same call does only the rest.

    Returns
    -------
    receipt, imported
        What became of it, and what was found; nothing but the files where they were here already.

    Raises
    ------
    WorkspaceError
        Another process takes in the same export, or as for ``import_``.
    ImportFailed, NotInParts
        As for `justenough.sources.by_parts.import_by_parts`.
    """
    from justenough import __version__

    source, profile = source or export.profile.name, profile_text(export.profile)
    bare = _bare(export, export.files)
    digest = digest_of(bare, profile)
    with workspace.records.reading() as connection:
        known = ledger.same(connection, source, digest)
    if known:
        mine = next(one for one in workspace.imports() if one.import_id == known.import_id).files
        files = [FileCount(one.file, one.sha256, one.rows_in, one.rows_accepted, one.rows_quarantined) for one in mine]
        return known, _bare(export, files)
    key = hashlib.sha256(json.dumps([digest, __version__, part_rows]).encode()).hexdigest()[:16]
    place = workspace.place
    with place.writing(), place.receiving() as free:
        if not free:
            raise WorkspaceError(f"{place.folder}: somebody else is taking in a long export; nothing was imported. Wait until it is done.")
        folder = place.arriving / key
        for other in place.arriving.iterdir() if place.arriving.is_dir() else ():
            if other != folder and other.stat().st_mtime < time.time() - KEPT_SECONDS:
                shutil.rmtree(other)
        imported = import_by_parts(export, folder, part_rows=part_rows, told=told)
        receipt = workspace.import_(imported, author=author, source=source)
        shutil.rmtree(folder)
        return receipt, imported


def _bare(export: LongExport, files: Sequence[FileCount]) -> Imported:
    import polars as pl

    terms = export.profile.terms
    assert terms is not None  # a long export has them
    return Imported(terms, {}, pl.DataFrame(schema=QUARANTINE), tuple(files), export.profile)
