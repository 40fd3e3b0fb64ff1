"""Correcting: the commands about rows that could not be believed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from justenough.domain.errors import JustenoughError, ProfileError
from justenough.interfaces.answering import refuse_overwrite, say, say_json
from justenough.interfaces.bringing import SHOWN, show_receipt
from justenough.interfaces.figures import count
from justenough.interfaces.options import DEFAULT_WORKSPACE, AuthorOption, ForceOption, JsonOption, ProfileOption, WorkspaceOption, opened

if TYPE_CHECKING:
    from justenough.archive.workspace import Workspace
    from justenough.sources.read import Imported

ImportOption = Annotated[str, typer.Option("--import", help="Id of the import, or latest.")]


def quarantine_list(
    import_id: ImportOption = "latest",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    top: Annotated[int, typer.Option("--top", min=1, help="Problems shown; --json holds all.")] = SHOWN,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    List the rows in quarantine: where, what was found, what was expected, what to do.

    Example: justenough quarantine list
    """
    with opened(workspace) as kept:
        problems = kept.quarantine(import_id)
    if as_json:
        say_json(problems)
        return
    if not problems.height:
        say("Nothing is in quarantine.")
        return
    from justenough.domain.errors import Complaint

    names = ("file", "row", "column", "found", "expected", "remedy", "item")
    for row in problems.head(top).select(names).iter_rows(named=True):
        texts = {name: row[name] or "" for name in names if name != "row"}
        say(str(Complaint(row=row["row"] or 0, **texts)))
    if problems.height > top:
        say(f"... and {problems.height - top:,} more.")
    say("To correct them: justenough quarantine export FILE.csv, mend the cells, justenough quarantine import FILE.csv")


def quarantine_export(
    output: Annotated[Path, typer.Argument(help="CSV to write.")],
    import_id: ImportOption = "latest",
    file: Annotated[str | None, typer.Option("--file", help="Which file's rows, where several have some.", show_default=False)] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    *,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Write one file's quarantined rows as CSV, to be corrected and imported again.

    Example: justenough quarantine export wrong.csv --file demand.csv
    """
    from justenough.interfaces.exports import safe_cells
    from justenough.sources.quarantine import to_correct

    refuse_overwrite(output, force=force)
    with opened(workspace) as kept:
        problems = kept.quarantine(import_id)
    files = sorted(set(problems["file"].to_list()))
    if not files:
        raise JustenoughError("Nothing is in quarantine, so there is nothing to correct.")
    if (file is None and len(files) > 1) or (file is not None and file not in files):
        raise JustenoughError(f"Rows of {', '.join(files)} are in quarantine; say which with --file.")
    sheet = to_correct(problems, file or files[0])
    output.write_bytes(safe_cells(sheet).write_csv().encode())
    if as_json:
        say_json({"file": str(output), "rows": sheet.height, "of": file or files[0]})
    else:
        say(f"Wrote {count(sheet.height, 'row')} of {file or files[0]} to {output}.")
        say(f"Mend the cells, then: justenough quarantine import {output}")


def quarantine_import(
    path: Annotated[Path, typer.Argument(help="The CSV that `quarantine export` wrote, corrected.")],
    import_id: ImportOption = "latest",
    profile: ProfileOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    author: AuthorOption = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Take corrected rows in; those still wrong stay in quarantine.

    Example: justenough quarantine import wrong.csv --profile canonical
    """
    with opened(workspace) as kept:
        corrected = _corrected(kept, path, import_id, profile)
        receipt = kept.correct(corrected, import_id, author=author)
    show_receipt(receipt, corrected, workspace, as_json=as_json)


def _corrected(kept: Workspace, path: Path, import_id: str, profile: str | None) -> Imported:
    import tempfile
    from dataclasses import replace

    import polars as pl

    from justenough.domain.plant import Terms
    from justenough.interfaces.exports import raw_cells
    from justenough.sources.profiles import Profile, shipped
    from justenough.sources.quarantine import import_quarantine

    made = [entry for entry in kept.imports() if entry.import_id == import_id or (import_id == "latest" and not entry.corrects)]
    if not made:
        raise JustenoughError(f"No import {import_id!r} is in this workspace, so no row of it can be corrected.")
    entry = made[-1]
    if profile is None and entry.source not in shipped():
        raise ProfileError(f"{path}: say with --profile which profile {entry.source} was imported with.")
    terms: dict[str, Any] = {name: getattr(entry, name) for name in ("currency", "demand_period", "returns", "label")}
    read_as = replace(Profile.load(profile or entry.source), terms=Terms(**terms), terms_file="")
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / path.name
        if path.is_file() and path.stat().st_size:
            raw_cells(pl.read_csv(path, infer_schema=False)).write_csv(bare)
        return import_quarantine(bare, read_as)
