"""Line sources: where a line named on the command line comes from: a file, the package, an import, an export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from justenough.interfaces.options import DEFAULT_WORKSPACE, opened

if TYPE_CHECKING:
    from justenough.sources.line_file import DescribedLine

LineArgument = Annotated[
    str, typer.Argument(metavar="LINE", help="TOML file of a line, the bundled one (press_shop), or a line of the import.")
]
FolderOption = Annotated[
    Path | None, typer.Option("--folder", help="Export to read the line from directly (with --profile); nothing is saved.")
]


def described_line(source: str, workspace: Path, folder: Path | None, profile: str | None) -> DescribedLine:
    """
    The line that a command names.

    A file, or the bundled line, goes before a line of the workspace by the same name; an export given as a
    folder before both.
    """
    from justenough.sources.line_file import read_line, shipped_lines

    if folder is not None:
        from justenough.interfaces.direct import directly
        from justenough.strategy.plant_line import line_of

        return line_of(directly(folder, profile), source)
    nowhere = workspace == DEFAULT_WORKSPACE and not workspace.exists()
    if source in shipped_lines() or Path(source).is_file() or nowhere:
        return read_line(source)
    from justenough.strategy.plant_line import line_of

    with opened(workspace) as kept:
        return line_of(kept.plant(), source)
