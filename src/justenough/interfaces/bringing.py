"""Bringing: the commands that take exports in, and the demo."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from justenough.domain.errors import JustenoughError, ProfileError
from justenough.domain.figures import count
from justenough.interfaces.advancing import advancing
from justenough.interfaces.afterwards import after
from justenough.interfaces.answering import complain, plain, refuse_overwrite, say, say_json, show, width, working
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
    from justenough.archive.entries import ImportReceipt
    from justenough.archive.standing_review import StandingReview
    from justenough.sources.drafting import Question
    from justenough.sources.read import Imported

SHOWN = 20


def demo(
    workspace: WorkspaceOption = Path("demo"),
    items: Annotated[int, typer.Option("--items", min=1, help="Items drawn in the report.")] = 20,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Run the whole job on the bundled sample of an invented plant: import, size, print, save, report.

    Example: justenough demo
    """
    from justenough.interfaces import explaining, keeping, planning
    from justenough.interfaces.printing import biggest
    from justenough.sources.read import import_from
    from justenough.sources.samples import sample_folder
    from justenough.strategy import decide

    with opened(workspace, create=True) as kept, working("Running the demo", 4) as step:
        step("Importing the sample `bearings`")
        receipt = kept.import_(import_from(sample_folder("bearings"), "canonical"))
        plant = kept.plant()
        step(f"Sizing {len(plant):,} items")
        plan = decide.recommend(plant, author="demo")
        step("Saving the plan")
        kept.save(plan)
        step("Drawing the report")
        page = workspace / "report.html"
        keeping.write_report(kept, plan, page, items)
    if as_json:
        say_json({**plain(planning.plan_json(plan)), "import": plain(receipt), "workspace": str(workspace), "report": str(page)})
        return
    say(plan.terms.label)
    say(str(receipt))
    say()
    planning.show_plan(plan, SHOWN, plant)
    first = biggest(plan.figures, 1)["item"].to_list()
    for item in first:
        explaining.show_item(plan, item)
        say()
    say(f"Saved as plan {plan.plan_id} in {workspace}.")
    say(f"Open {page} in a browser: it holds the curves, and needs no network.")
    say(f"Next: justenough explain {first[0] if first else 'ITEM'} -w {workspace}, or your own export: justenough init FILE")


def init(
    file: Annotated[Path, typer.Argument(help="The export: one file, or the folder of its files.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Profile to write; left out: NAME.toml here.", show_default=False)
    ] = None,
    answers: Annotated[
        list[str] | None, typer.Option("--answer", "-a", metavar="KEY=WORD", help="An answer, e.g. -a currency=EUR; may be repeated.")
    ] = None,
    header_rows: Annotated[int, typer.Option("--header-rows", min=1, help="Rows that the header takes; several are joined.")] = 1,
    *,
    anew: Annotated[bool, typer.Option("--draft", help="Draft a profile even where one that comes with the package fits.")] = False,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Draft a profile for an export by looking at it; ask for what must not be guessed.

    Where a profile that comes with the package fits the files, it is named instead; --draft drafts one all the same.
    Without a terminal every question needs its --answer; the refusal lists them.

    Example: justenough init exports/ -a currency=EUR -a demand_period=week
    """
    from justenough.sources.drafting import answered, draft

    path = output or Path(f"{file.resolve().name.partition('.')[0]}.toml")
    refuse_overwrite(path, force=force)
    given = dict(_answer(text) for text in answers or [])
    drafted = draft(file, header_rows=header_rows, said=given)
    if drafted.ready and not (given or anew):
        _name_ready(file, drafted.ready, as_json=as_json)
        return
    open_questions = [question for question in drafted.questions if question.key not in given and not question.said]
    if open_questions and sys.stdin.isatty() and not as_json:
        given |= {question.key: _ask(question) for question in open_questions}
    elif open_questions:
        listed = "\n".join(f"  --answer {one.key}={'|'.join(one.choices) or '...'}   {one.text}" for one in open_questions)
        raise ProfileError(f"{file}: these cannot be guessed; answer each:\n{listed}")
    text = answered(drafted, given)
    path.write_text(text, encoding="utf-8")
    if as_json:
        say_json(
            {
                "profile": str(path),
                "toml": text,
                "answers": given,
                "unused": [*drafted.unused_files, *drafted.unused_columns],
                "notes": drafted.notes,
            }
        )
    else:
        _show_mapping(text)
        for note in drafted.notes:
            say(f"{note}.")
        if drafted.unused:
            say(f"{drafted.unused}; comments in {path} name them, to be mapped by hand where they matter (docs/import.md).")
        say(f"Wrote {path}. Read it through, then: justenough import {file} --profile {path}")


def _name_ready(file: Path, ready: tuple[str, ...], *, as_json: bool) -> None:
    """Say which profile that comes with the package fits the export as it is."""
    from justenough.sources.profiles import Profile

    if as_json:
        say_json({"ready": ready})
        return
    say(f"This looks like {ready[0]}: {Profile.load(ready[0]).about}")
    if len(ready) > 1:
        say(f"Also fitting: {', '.join(ready[1:])}.")
    say("No profile needs to be drafted, and none was written; to draft one all the same: --draft.")
    say(f"Next: justenough import {file} --profile {ready[0]}")


def _show_mapping(text: str) -> None:
    """Show which column of the export was taken for what, so that a wrong one is seen before the import."""
    from justenough.interfaces.printing import frame_table
    from justenough.sources.profiles import Profile

    profile = Profile.from_toml(text)
    rows = []
    for table in profile.tables.values():
        taken = [f"{column} = {sources[0]}" for column, sources in table.columns.items()]
        taken += [f"date, quantity = the columns like {table.wide.columns}"] if table.wide else []
        made = f"derived from {table.derived_from}" if table.derived_from else profile.files[table.file].path
        rows.append({"table": table.name, "file": made, "columns": "\n".join(taken)})
    show(frame_table("What was recognised", rows, width=width()))


def import_(
    source: Annotated[Path, typer.Argument(metavar="FOLDER_OR_FILE", help="The export: a folder of files, or one file.")],
    profile: ProfileOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    author: AuthorOption = "",
    *,
    review: Annotated[
        bool, typer.Option("--review/--no-review", help="Test the latest plan on what was imported, and queue what changed.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """
    Take an export into the workspace; rows that cannot be believed go into quarantine.

    Example: justenough import exports/ --profile adventureworks_erp
    """
    if profile is None:
        raise ProfileError(
            f"{source}: say how to read it with --profile; `justenough profiles` lists them, `justenough init {source}` drafts one."
        )
    from justenough.archive.standing_review import StandingReview
    from justenough.interfaces.taking_in import taken_in

    with advancing("Importing") as advance, taken_in(source, profile, workspace, author, advance) as (kept, receipt, imported):
        mended = sum(one.rows_accepted for one in kept.imports() if one.corrects == receipt.import_id and one.status == "live")
        advance.step("Testing the latest plan on it")
        queued = _queued(StandingReview(kept)) if review else 0
    show_receipt(receipt, imported, workspace, as_json=as_json)
    if queued and not as_json:
        say(f"{count(queued, 'level')} no longer {'fits' if queued == 1 else 'fit'} what is on record: justenough review -w {workspace}")
    if mended and receipt.outcome == "unchanged" and not as_json:
        say(f"The {count(mended, 'corrected row')} of it still {'counts' if mended == 1 else 'count'}.")


def _queued(standing: StandingReview) -> int:
    """Proposals that the import gave rise to; what cannot be reviewed is said, and the import stands."""
    try:
        done = standing.look()
    except JustenoughError as error:
        complain(f"The latest plan could not be tested on this import: {error}")
        return 0
    return done.queued if done is not None else 0


def profiles(*, as_json: JsonOption = False) -> None:
    """
    List the profiles that come with the package.

    Example: justenough profiles
    """
    from justenough.sources.profiles import Profile, shipped

    known = [(name, Profile.load(name)) for name in shipped()]
    rows = [{"profile": name, "for": one.about} for name, one in known]
    if as_json:
        say_json([{**row, "cannot_know": one.cannot_know} for row, (_, one) in zip(rows, known, strict=True)])
        return
    from justenough.interfaces.printing import frame_table

    show(frame_table("Profiles", rows, width=width()))


def sample(
    name: Annotated[str, typer.Argument(help="Name of the sample; left out: list them.")] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Folder to copy the sample's files to.", show_default=False)] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    List the bundled samples, count one's rows, or copy its files.

    Example: justenough sample bearings --output bearings
    """
    from justenough.sources.samples import sample as read_sample
    from justenough.sources.samples import sample_folder, sample_names

    if not name:
        rows: list[dict[str, Any]] = [{"sample": one, "what": read_sample(one).terms.label} for one in sample_names()]
    else:
        rows = [{"table": table, "rows": frame.height} for table, frame in read_sample(name).tables.items() if frame.height]
    if name and output is not None:
        from shutil import copytree

        refuse_overwrite(output, force=False)
        copytree(sample_folder(name), output)
    if as_json:
        say_json(rows)
        return
    from justenough.interfaces.printing import frame_table

    show(frame_table(f"Sample {name}" if name else "Samples", rows, {"rows": lambda n: f"{n:,}"}, width()))
    if name and output is not None:
        say(f"Copied to {output}. Next: justenough import {output} --profile canonical")


def show_receipt(receipt: ImportReceipt, imported: Imported, workspace: Path, *, as_json: bool) -> None:
    """Print what an import did, and what to do next."""
    if as_json:
        say_json({"receipt": receipt, "files": imported.files, "notices": imported.notices, "workspace": str(workspace)})
        return
    if receipt.outcome != "unchanged":
        say(str(imported))
    say(str(receipt))
    if receipt.rows_quarantined and receipt.outcome != "unchanged":
        complain(f"In quarantine: {count(receipt.rows_quarantined, 'row')}. See them with: justenough quarantine list{at(workspace)}")
    say(f"Next: justenough {after(receipt, imported, at(workspace))}")


def _answer(text: str) -> tuple[str, str]:
    key, equals, word = text.partition("=")
    if not equals:
        raise ProfileError(f"--answer {text}: expected a key and a word, such as --answer currency=EUR.")
    return key.strip(), word.strip()


def _ask(question: Question) -> str:
    words = f" ({', '.join(question.choices)})" if question.choices else ""
    while True:
        answer = str(typer.prompt(f"{question.text}{words}", err=True)).strip()
        if question.key == "currency" and not _is_currency(answer):
            complain("Please answer three capital letters such as EUR, or unknown.")
        elif not question.choices or answer in question.choices:
            return answer
        else:
            complain(f"Please answer {', '.join(question.choices)}.")


def _is_currency(answer: str) -> bool:
    return answer == "unknown" or (len(answer) == 3 and answer.isascii() and answer.isalpha() and answer.isupper())
