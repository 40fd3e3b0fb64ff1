"""The command line: `justenough`, every door from a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from justenough.domain.errors import JustenoughError
from justenough.interfaces import bringing, correcting, keeping, planning
from justenough.interfaces.answering import complain

REFUSED = 2  # exit code of anything refused; 0 is success, 1 a fault of ours

app = typer.Typer(
    name="justenough",
    help="Decide, item by item, how little stock a plant can safely hold.\n\nBegin with: justenough demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
quarantine = typer.Typer(
    help="List, export, correct and import again the rows that could not be believed.\n\nExample: justenough quarantine list",
    no_args_is_help=True,
    rich_markup_mode=None,
)

for command in (
    bringing.demo,
    bringing.init,
    planning.recommend,
    planning.explain,
    planning.rehearse,
    keeping.plans,
    keeping.diff,
    keeping.export,
    keeping.report,
    bringing.profiles,
    bringing.sample,
):
    app.command()(command)
app.command("import")(bringing.import_)
quarantine.command("list")(correcting.quarantine_list)
quarantine.command("export")(correcting.quarantine_export)
quarantine.command("import")(correcting.quarantine_import)
app.add_typer(quarantine, name="quarantine")


def _version(*, asked: bool) -> None:
    if asked:
        from justenough import __version__

        typer.echo(f"justenough {__version__}")
        raise typer.Exit


@app.callback()
def _everywhere(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=lambda asked: _version(asked=asked))
    ] = False,
) -> None:
    del version


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; what it refuses is one plain sentence on standard error and exit code 2."""
    try:
        app(args=None if arguments is None else list(arguments))
    except JustenoughError as error:
        complain(str(error))
        sys.exit(REFUSED)
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if error.filename is None:
            raise
        complain(f"{error.filename}: {error.strerror}. Nothing more was done; check the name and the rights to it.")
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
