"""Taking in: an export brought into a workspace, whole or, where it is too long to hold, part by part."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from justenough.interfaces.answering import complain
from justenough.interfaces.options import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from justenough.archive.entries import ImportReceipt
    from justenough.archive.workspace import Workspace
    from justenough.interfaces.advancing import Advance
    from justenough.sources.read import Imported

INTERRUPTED = 130  # what a shell expects of a command that was interrupted


@contextmanager
def taken_in(
    source: Path, profile: str, workspace: Path, author: str, advance: Advance
) -> Iterator[tuple[Workspace, ImportReceipt, Imported]]:
    """The workspace with the export in it, what became of it, and what was found."""
    from justenough.archive.arriving import arrived
    from justenough.sources.by_parts import long_export
    from justenough.sources.raw_parts import NotInParts
    from justenough.sources.read import import_from

    advance.step("Reading and checking")
    long = long_export(source, profile)
    if long is not None:
        advance.step(f"Checking some {long.rows:,} rows of demand")
        with opened(workspace, create=True) as kept:
            try:
                receipt, imported = arrived(kept, long, author=author, told=advance.checked)
            except NotInParts as why:
                complain(f"{long.demand[0].name} is read as a whole, not part by part: {why}")
            except KeyboardInterrupt:
                complain("Interrupted; nothing was imported. What was checked is kept: the same command goes on from there.")
                raise typer.Exit(INTERRUPTED) from None
            else:
                _keep_profile(kept, receipt.source, profile)
                yield kept, receipt, imported
                return
    imported = import_from(source, profile)
    advance.step("Keeping")
    with opened(workspace, create=True) as kept:
        receipt = kept.import_(imported, author=author)
        _keep_profile(kept, receipt.source, profile)
        yield kept, receipt, imported


def _keep_profile(kept: Workspace, source: str, profile: str) -> None:
    """Keep a profile that was given as a file: corrected rows are read by it, wherever that file is then."""
    from pathlib import Path

    from justenough.archive.incoming import NAME, keep_profile
    from justenough.sources.profiles import shipped

    if profile not in shipped() and NAME.fullmatch(source):
        keep_profile(kept, source, Path(profile).read_text(encoding="utf-8"))
