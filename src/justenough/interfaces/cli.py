"""The command line: `justenough`, every door from a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from justenough.domain.errors import JustenoughError
from justenough.interfaces import (
    auditing,
    bringing,
    budgeting,
    buying,
    correcting,
    deciding,
    explaining,
    filling,
    foretelling,
    improving,
    keeping,
    lasting,
    lining,
    listening,
    measuring,
    networking,
    planning,
    rehearsing,
    reviewing,
    serving,
    sourcing,
    supplying,
    supposing,
    unmasking,
)
from justenough.interfaces.answering import refuse
from justenough.interfaces.reusing import reuse_memory

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
    buying.orders,
    explaining.explain,
    rehearsing.rehearse,
    budgeting.budget,
    networking.network,
    auditing.audit,
    unmasking.masking,
    reviewing.review,
    deciding.approve,
    deciding.reject,
    deciding.defer,
    deciding.override,
    deciding.undo,
    deciding.decisions,
    supplying.suppliers,
    foretelling.forecasts,
    sourcing.sources,
    filling.minmax,
    measuring.oee,
    lasting.reliability,
    improving.roadmap,
    supposing.whatif,
    keeping.plans,
    keeping.diff,
    keeping.export,
    keeping.report,
    listening.listen,
    listening.machines,
    serving.serve,
    bringing.profiles,
    bringing.sample,
):
    app.command()(command)
app.command("import")(bringing.import_)
quarantine.command("list")(correcting.quarantine_list)
quarantine.command("export")(correcting.quarantine_export)
quarantine.command("import")(correcting.quarantine_import)
app.add_typer(quarantine, name="quarantine")
app.add_typer(lining.line, name="line")
app.add_typer(serving.users, name="user")


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
    """Run a command; what it refuses is one plain sentence (or, with --json, one object) on standard error and exit code 2."""
    reuse_memory()
    words = sys.argv[1:] if arguments is None else list(arguments)
    as_json = "--json" in words
    try:
        code = app(args=words, standalone_mode=not as_json)
        if code:
            sys.exit(code)
    except JustenoughError as error:
        refuse(error, as_json=as_json)
        sys.exit(REFUSED)
    except typer.Abort:
        sys.exit(1)
    except TyperException as error:  # a word or a value the command does not know
        refuse(error, error.format_message(), as_json=True)
        sys.exit(REFUSED)
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if error.filename is None:
            raise
        text = f"{error.filename}: {error.strerror}. Nothing more was done; check the name and the rights to it."
        refuse(error, text, as_json=as_json)
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
