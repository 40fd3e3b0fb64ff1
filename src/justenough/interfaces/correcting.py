"""Correcting: the commands about rows that could not be believed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from justenough.domain.errors import JustenoughError, ProfileError
from justenough.domain.figures import count
from justenough.interfaces.answering import refuse_overwrite, say, say_json
from justenough.interfaces.bringing import SHOWN, show_receipt
from justenough.interfaces.options import (
    DEFAULT_WORKSPACE,
    AuthorOption,
    ForceOption,
    JsonOption,
    ProfileOption,
    WorkspaceOption,
    at,
    opened,
)

if TYPE_CHECKING:
    from justenough.archive.entries import ImportEntry
    from justenough.archive.workspace import Workspace
    from justenough.sources.read import Imported

ImportOption = Annotated[str, typer.Option("--import", help="Id of the import, or latest.")]


def quarantine_list(
    import_id: ImportOption = "latest",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    top: Annotated[int, typer.Option("--top", min=1, help="Kinds of complaint shown; --json holds every row.")] = SHOWN,
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
    from justenough.interfaces.causes import grouped

    groups = grouped(problems)
    for group in groups[:top]:
        say(str(group))
    if len(groups) > top:
        say(f"... and {len(groups) - top:,} more kinds of complaint; --top or --json shows them.")
    which = f" --import {import_id}" if import_id != "latest" else ""
    first = f" --file {quote(groups[0].file)}" if problems["file"].n_unique() > 1 else ""
    say(f"To correct them: justenough quarantine export FILE.csv{first}{which}{at(workspace)}")


def quarantine_export(
    output: Annotated[Path, typer.Argument(help="CSV to write.")],
    import_id: ImportOption = "latest",
    file: Annotated[
        str | None, typer.Option("--file", help="The file whose rows to write, where several have some.", show_default=False)
    ] = None,
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
        known = _profile(kept, _entry(kept, import_id))
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
        which = f" --import {import_id}" if import_id != "latest" else ""
        profile = "" if known else " --profile PROFILE.toml"
        say(f"Mend the cells, then: justenough quarantine import {quote(str(output))}{which}{profile}{at(workspace)}")


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

    Example: justenough quarantine import wrong.csv
    """
    with opened(workspace) as kept:
        corrected = _corrected(kept, path, import_id, profile)
        receipt = kept.correct(corrected, import_id, author=author)
    if as_json:
        show_receipt(receipt, corrected, workspace, as_json=True)
        return
    say(f"{count(receipt.rows_in, 'row')} looked at: {receipt.rows_accepted:,} taken in, {receipt.rows_quarantined:,} still wrong.")
    if receipt.followed:
        say(f"{count(receipt.followed, 'row')} of these had only waited for an item that is now in.")
    if receipt.rows_quarantined:
        say(f"See why: justenough quarantine list{at(workspace)}")
    say(f"Next: justenough recommend{at(workspace)}")


def _corrected(kept: Workspace, path: Path, import_id: str, profile: str | None) -> Imported:
    import tempfile
    from dataclasses import replace

    from justenough.domain.plant import Terms
    from justenough.interfaces.exports import raw_cells
    from justenough.sources.profiles import Profile
    from justenough.sources.quarantine import import_quarantine, read_sheet

    entry = _entry(kept, import_id)
    read_with = profile or _profile(kept, entry)
    if not read_with:
        raise ProfileError(f"{path}: say with --profile which profile {entry.source} was imported with.")
    terms: dict[str, Any] = {name: getattr(entry, name) for name in ("currency", "demand_period", "returns", "label")}
    read_as = replace(Profile.load(read_with), terms=Terms(**terms), terms_file="")
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / path.name
        raw_cells(read_sheet(path)).write_csv(bare)
        return import_quarantine(bare, read_as)


def _entry(kept: Workspace, import_id: str) -> ImportEntry:
    made = [entry for entry in kept.imports() if entry.import_id == import_id or (import_id == "latest" and not entry.corrects)]
    if not made:
        raise JustenoughError(f"No import {import_id!r} is in this workspace, so no row of it can be corrected.")
    return made[-1]


def _profile(kept: Workspace, entry: ImportEntry) -> str:
    """The profile of an import, where it can be had without asking: a shipped one, or the very same one kept here or in a file here."""
    from justenough.archive.incoming import NAME, kept_profile
    from justenough.archive.stamps import profile_text
    from justenough.sources.profiles import Profile, shipped

    if entry.source in shipped():
        return entry.source
    for here in ([kept_profile(kept, entry.source)] if NAME.fullmatch(entry.source) else []) + [Path(f"{entry.source}.toml")]:
        with suppress(ProfileError):
            if here.is_file() and profile_text(Profile.load(here)) == entry.profile:
                return str(here)
    return ""
