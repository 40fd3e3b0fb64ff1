"""Planning: the command that sizes every item, and how a plan is told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from justenough.interfaces.advancing import advancing
from justenough.interfaces.answering import complain, plain, say, say_json, show, width
from justenough.interfaces.direct import planned_directly, target_of, written
from justenough.interfaces.options import (
    DEFAULT_WORKSPACE,
    AddressOption,
    AuthorOption,
    CertificatesOption,
    ClassTargets,
    EngineOption,
    FolderArgument,
    HoldingRate,
    JsonOption,
    OrderingCost,
    ProfileOption,
    ReviewDays,
    SettingsFile,
    TargetCycleService,
    TargetFillRate,
    TopOption,
    WorkspaceOption,
    at,
    opened,
    settings_from,
    sized_like,
    usual_of,
)

if TYPE_CHECKING:
    from justenough.archive.workspace import Workspace
    from justenough.domain.plant import Plant
    from justenough.interfaces.advancing import Advance
    from justenough.strategy.kept import Progress
    from justenough.strategy.plan import Plan
    from justenough.strategy.settings import Settings

ToOption = Annotated[
    str | None,
    typer.Option("--to", help="Where a plan made directly is written as Delta tables: a folder or an address.", show_default=False),
]
AnewOption = Annotated[bool, typer.Option("--anew", help="Start from the usual settings, not from those of the latest plan.")]
WAITED_FOR = 10_000  # items: sizing fewer takes no time that anybody asks about
INTERRUPTED = 130  # what a shell expects of a command that was interrupted


def recommend(
    folder: FolderArgument = None,
    profile: ProfileOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    settings: SettingsFile = None,
    holding_rate: HoldingRate = None,
    ordering_cost: OrderingCost = None,
    review_days: ReviewDays = None,
    target_cycle_service: TargetCycleService = None,
    target_fill_rate: TargetFillRate = None,
    classes: ClassTargets = None,
    author: AuthorOption = "",
    engine: EngineOption = None,
    address: AddressOption = None,
    certificates: CertificatesOption = None,
    to: ToOption = None,
    top: TopOption = 20,
    *,
    anew: AnewOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Say what to hold of every item, and save the plan.

    Settings that no flag gives are those of the latest plan; with --settings or --anew, the usual ones.

    Example: justenough recommend --holding-rate 0.25 --class A=0.99
    """
    over = partial(
        settings_from,
        settings,
        holding_rate=holding_rate,
        ordering_cost=ordering_cost,
        review_days=review_days,
        target_cycle_service=target_cycle_service,
        target_fill_rate=target_fill_rate,
        classes=classes,
        engine=engine,
        address=address,
        certificates=certificates,
    )
    from justenough.archive.long_plant import plant_to_size

    target = target_of(folder, to)
    chosen = over()  # what is wrong with the flags is said before anything is read
    usual = plant = None
    goes_on = sized_anew = ""
    with advancing("Recommending") as advance:
        if folder is not None:
            plan = planned_directly(folder, profile, chosen, author, advance)
            if target is not None:
                advance.step("Writing the plan")
                written(plan, target)
        else:
            advance.step("Opening the workspace")
            with opened(workspace) as kept:
                usual = None if anew or settings else usual_of(kept)
                chosen, goes_on = over(usual=usual), kept.latest() if usual else ""
                plant = plant_to_size(kept, told=advance.read)
                plan, sized_anew = _sized(kept, plant, chosen, author, advance)
    if as_json:
        say_json({**plan_json(plan), "sized_as": goes_on or None})
        return
    if usual is not None and (sentence := sized_like(goes_on, usual, chosen)):
        say(f"{sentence} To change it give flags or --settings; to start without it, --anew.")
    if sized_anew:
        say(sized_anew)
    show_plan(plan, top, plant)
    if target is not None:
        say(f"Written as {plan.plan_id} to {target}.")
    elif folder is not None:
        say("Not saved: this plan was made directly from an export. To keep plans, import it: justenough import FOLDER --profile P")
    else:
        say(f"Saved as {plan.plan_id} in {workspace}.")
        say(next_steps(plan, at(workspace)))


def _sized(kept: Workspace, plant: Plant, chosen: Settings, author: str, advance: Advance) -> tuple[Plan, str]:
    """The plan, saved, and how many of its items had to be sized anew."""
    from justenough.strategy import decide
    from justenough.strategy.kept import Kept
    from justenough.strategy.spread import serially

    before = kept.latest()
    advance.step(f"Sizing {len(plant):,} items")
    found = Kept(kept.found, told=advance.sized)
    # What a cluster's workers find lies with them and not here: it is gathered, but not kept between runs.
    here = found if chosen.engine.name == "here" else serially
    try:
        plan = decide.recommend(plant, chosen, here, author=author)
    except KeyboardInterrupt:
        kept_here = " What was sized is kept: the same command goes on from there." if here is found else ""
        complain(f"Interrupted; no plan was saved.{kept_here}")
        raise typer.Exit(INTERRUPTED) from None
    advance.step("Saving the plan")
    kept.save(plan)
    if here is not found:
        return plan, ""
    found.tidy()
    return plan, anew_sentence(found.most, planned=bool(before))


def anew_sentence(sized: Progress, *, planned: bool) -> str:
    """
    How many items a plan had to size, and why; empty of a plant so small that nobody waits, and of one not ``planned`` before.

    Examples
    --------
    >>> from justenough.strategy.kept import Progress
    >>> anew_sentence(Progress(99_998, 99_498, 99_998), planned=True)
    'Sized anew: 500 of 99,998 items; nothing that the others are sized by has changed.'
    """
    anew = sized.of - sized.kept
    if sized.of < WAITED_FOR or not (planned or sized.kept):
        return ""
    if not anew:
        return f"Nothing that any of the {sized.of:,} items is sized by has changed: all were found as they were sized before."
    if sized.kept:
        return f"Sized anew: {anew:,} of {sized.of:,} items; nothing that the others are sized by has changed."
    return (
        f"Sized anew: all {sized.of:,} items, since what they have in common has changed: the settings, the periods on record, or a price "
        "or lead time of the items that it is learned from."
    )


def next_steps(plan: Plan, where: str) -> str:
    """What a planner does after a plan was made; the flags to give where it decided nothing."""
    from justenough.interfaces.lacking import flags_for
    from justenough.strategy.estimates import NO_HISTORY
    from justenough.strategy.in_hand import week_of

    summary = plan.summary()
    flags = flags_for(summary.undecided)
    if summary.by_decision["cannot_decide"] == summary.n_items and flags:
        return f"Next: justenough recommend{where} {flags.replace(', ', ' ').replace(' and ', ' ')}"
    if summary.by_decision["cannot_decide"] == summary.n_items and NO_HISTORY in summary.undecided:
        return (
            f"Next: import what was used, issued or sold (item, date, quantity): justenough init FILE, then justenough import FILE{where}"
        )
    told = [f"justenough explain ITEM{where} (why)", f"justenough rehearse{where} (is the promise kept)"]
    if week_of(plan.figures).n_known:
        told.insert(0, f"justenough orders{where} (what to order now, by supplier)")
    if summary.n_compared:
        told.append(f"justenough audit{where} (mistakes in today's levels)")
    told.append(f"justenough roadmap{where} (what would free stock)")
    return "Next:\n" + "\n".join(f"  {one}" for one in (*told, f"justenough review{where} (what has changed, after the next import)"))


def show_plan(plan: Plan, top: int, plant: Plant | None = None) -> None:
    """Print a plan: the sentences (who holds the stock, where the plant is at hand), the biggest moves, what is missing."""
    from justenough.interfaces.lacking import flags_for
    from justenough.interfaces.parts import holders_sentence, reserves_sentence
    from justenough.interfaces.printing import plan_table, undecided_table
    from justenough.interfaces.undeclared import headline
    from justenough.interfaces.wording import end_sentence, outage_sentence, week_sentence
    from justenough.strategy.in_hand import week_of

    summary = plan.summary()
    for sentence in headline(summary):
        say(sentence)
    held = ""
    if plant is not None and summary.n_split:
        from justenough.strategy.holders import holders_of

        held = holders_sentence(holders_of(plan, plant), summary.stock_value, summary.currency)
    week = week_sentence(week_of(plan.figures), summary.currency)
    for sentence in (week, reserves_sentence(summary), held, outage_sentence(summary), end_sentence(summary)):
        if sentence:
            say(sentence)
    say()
    if summary.by_decision["cannot_decide"] < summary.n_items:
        show(plan_table(plan, top, width()))
        say()
    lacks = undecided_table(plan, width())
    if lacks is not None:
        show(lacks)
        say()
    flags = flags_for(summary.undecided)
    if flags and summary.by_decision["cannot_decide"] < summary.n_items:  # else the first sentence says it
        say(f"To decide more of them add {flags}, with your own figures.")
        say()


def plan_json(plan: Plan) -> dict[str, Any]:
    """A plan as the API returns it: who, when, with what settings, the totals, every row with what to order now, lever and coming level."""
    from justenough.interfaces.exports import as_leaving
    from justenough.interfaces.undeclared import headline

    summary = plan.summary()
    told: dict[str, Any] = plain(
        {
            "plan": plan.plan_id,
            "created": plan.created,
            "author": plan.author,
            "version": plan.version,
            "terms": plan.terms,
            "settings": plan.settings.to_dict(),
            "headline": headline(summary),
            "summary": summary,
            "rows": as_leaving(plan),
            "levers": plan.levers,
            "coming": plan.coming,
        }
    )
    return told
