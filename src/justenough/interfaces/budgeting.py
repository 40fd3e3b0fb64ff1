"""Budgeting: the command that fits a plant's levels into limits and shows what they cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from justenough.domain.figures import count, figure, in_currency, money, percent
from justenough.interfaces.answering import refuse_overwrite, say, say_json, show, width, working
from justenough.interfaces.options import (
    DEFAULT_WORKSPACE,
    AuthorOption,
    ClassTargets,
    ForceOption,
    HoldingRate,
    JsonOption,
    OrderingCost,
    ReviewDays,
    SettingsFile,
    TargetCycleService,
    TargetFillRate,
    WorkspaceOption,
    at,
    class_fractions,
    opened,
    settings_from,
    sized_like,
    usual_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.table import Table

    from justenough.archive.workspace import Workspace
    from justenough.domain.plant import Plant
    from justenough.sizing.shared_limits import Limits
    from justenough.strategy.decide import Decided
    from justenough.strategy.frontier import Frontier
    from justenough.strategy.plan import Plan
    from justenough.strategy.settings import Settings
    from justenough.strategy.shared_out import Purse

UNITS = {"money": "{currency}", "volume": "m3", "orders_per_day": "a day", "items_reviewed": "items"}
WORDS = {"money": "stock", "volume": "room", "orders_per_day": "orders", "items_reviewed": "items changed"}


def budget(
    money_limit: Annotated[
        float | None, typer.Option("--money", min=0, help="Most money that mean stock may tie up [plant currency].")
    ] = None,
    volume: Annotated[float | None, typer.Option("--volume", min=0, help="Most room mean stock may take [m3].")] = None,
    orders_per_day: Annotated[float | None, typer.Option("--orders-per-day", min=0, help="Most orders placed [1/day].")] = None,
    items_reviewed: Annotated[
        int | None, typer.Option("--items-reviewed", min=0, help="Most items given other levels than today's.")
    ] = None,
    aim: Annotated[
        str,
        typer.Option("--aim", help="cost: least cost that keeps the targets. service: least demand short; targets are then only wishes."),
    ] = "cost",
    floors: Annotated[
        list[str] | None,
        typer.Option("--floor", metavar="CLASS=FRACTION", help="With --aim service: least cycle service of a class; may be repeated."),
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    settings: SettingsFile = None,
    holding_rate: HoldingRate = None,
    ordering_cost: OrderingCost = None,
    review_days: ReviewDays = None,
    target_cycle_service: TargetCycleService = None,
    target_fill_rate: TargetFillRate = None,
    classes: ClassTargets = None,
    author: AuthorOption = "",
    svg: Annotated[Path | None, typer.Option("--svg", help="Write the exchange curve to this file.", dir_okay=False)] = None,
    *,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Fit all items into limits they share, at the least cost or with the best service, and save the plan.

    Settings that no flag gives are those of the latest plan, or of the settings file; limits are those given
    here. Without a limit the exchange curve of the latest plan is shown: stock against service, and how far inside it today lies.

    Example: justenough budget --money 250000 --aim service --floor A=0.95
    """
    if svg is not None:
        refuse_overwrite(svg, force=force)
    from functools import partial

    from justenough.domain.errors import SettingsError
    from justenough.sizing.shared_limits import Limits
    from justenough.strategy.frontier import frontier_of

    given = class_fractions(floors or [], "--floor")
    over = partial(
        settings_from,
        settings,
        holding_rate=holding_rate,
        ordering_cost=ordering_cost,
        review_days=review_days,
        target_cycle_service=target_cycle_service,
        target_fill_rate=target_fill_rate,
        classes=classes,
    )
    limits = over().limits
    flags = {"money": money_limit, "volume": volume, "orders_per_day": orders_per_day, "items_reviewed": items_reviewed}
    asked = {name: value for name, value in flags.items() if value is not None}
    if asked:
        limits = Limits(**asked, aim=aim, floors=given)  # type: ignore[arg-type]  # checked by Limits itself
    elif given or aim != "cost":
        raise SettingsError("--aim and --floor say how the limits given beside them are kept: add --money, --volume or another.")
    found: Decided | None = None
    goes_on = ""
    with working("Fitting into limits", 3) as step, opened(workspace) as kept:
        if limits.binding:
            found, goes_on = _fitted(kept, over, limits, given, author, step)
            plan = found.plan
        else:
            step("Opening the latest plan")
            plan = kept.plan("latest")
        frontier = frontier_of(plan)
    if svg is not None and frontier is not None:
        from justenough.interfaces.frontier_chart import frontier_chart

        svg.write_text(frontier_chart(frontier), encoding="utf-8")
    purse = found.purse if found else None
    if as_json:
        say_json({"plan": plan.plan_id, "saved": found is not None, "purse": purse, "prices": _prices(purse), "exchange": frontier})
        return
    if goes_on:
        say(goes_on)
    if purse is not None:
        _tell(purse)
    if frontier is not None:
        _show(frontier)
    elif not found:
        say("No item of the plan has a curve; `justenough recommend` says what they lack.")
    if svg is not None and frontier is not None:
        say(f"Drawn in {svg}.")
    if found:
        say(f"Saved as {plan.plan_id} in {workspace}.")
        say(f"Next: justenough explain ITEM{at(workspace)}, or justenough diff{at(workspace)}")
    elif frontier is not None:
        less = figure(0.9 * frontier.plan.stock_value).replace(",", "")
        say(f"Next: justenough budget --money {less}{at(workspace)}")


def _fitted(
    kept: Workspace, over: Callable[..., Settings], limits: Limits, floors: Mapping[str, float], author: str, step: Callable[[str], None]
) -> tuple[Decided, str]:
    """The plan within the limits, saved, and which settings of the latest plan it goes on with."""
    from dataclasses import replace

    from justenough.strategy import decide

    step("Opening the workspace")
    plant, usual, latest = kept.plant(), usual_of(kept), kept.latest()
    chosen = replace(over(usual=usual), limits=limits)
    _refuse_unknown(plant, floors)
    step(f"Sizing {len(plant):,} items together")
    found = decide.decided(plant, chosen, author=author)
    _refuse_undecided(found.plan)
    step("Saving the plan")
    kept.save(found.plan)
    return found, sized_like(latest, usual, chosen)


def _show(frontier: Frontier) -> None:
    from justenough.interfaces.frontier_chart import frontier_signs

    say("\n".join(frontier_sentences(frontier)))
    say()
    show(frontier_signs(frontier))


def _refuse_unknown(plant: Plant, floors: Mapping[str, float]) -> None:
    """A floor for a class that no item has would be kept by nobody."""
    from justenough.domain.errors import UnknownPlace

    classes = sorted(plant.items["criticality"].drop_nulls().unique().to_list())
    for name in floors:
        if name not in classes:
            raise UnknownPlace("class", name, classes)


def _refuse_undecided(plan: Plan) -> None:
    """What is lacking of every item is lacking of the question: a plan of nothing is not saved as the latest."""
    from justenough.domain.errors import SettingsError
    from justenough.interfaces.lacking import flags_for

    summary = plan.summary()
    if summary.by_decision["cannot_decide"] == summary.n_items:
        flags = flags_for(summary.undecided)
        ways = f"Add {flags}" if flags else "See what each lacks: justenough recommend"
        raise SettingsError(f"none of {count(summary.n_items, 'item')} can be decided, so nothing was fitted or saved. {ways}.")


def frontier_sentences(frontier: Frontier) -> list[str]:
    """What the exchange curve says of today and of the plan."""
    told = [f"Exchange curve of {count(frontier.n_items, 'item')}: the plan ties up {_standing(frontier, 'plan')}."]
    today = frontier.today
    if today is None or frontier.freed is None or frontier.gained is None:
        return [*told, "Today's levels are not known, so its place on the curve is not either."]
    told.append(f"Today ties up {_standing(frontier, 'today')}.")
    if frontier.freed <= 0 and frontier.gained <= 0:
        return [*told, "Today lies on the curve."]
    share = percent(frontier.freed / today.stock_value) if today.stock_value > 0 else "all of it"
    told.append(
        f"The same service could be had with {money(frontier.freed, frontier.currency)} less ({share} of it); "
        f"the same money could serve {percent(today.served + frontier.gained)}."
    )
    return told


def _standing(frontier: Frontier, name: str) -> str:
    one = frontier.plan if name == "plan" else frontier.today
    assert one is not None  # the caller looked
    lost = f", stockouts {money(one.stockout_cost, frontier.currency)} a year" if one.stockout_cost > 0 else ""
    return f"{money(one.stock_value, frontier.currency)} and serves {percent(one.served)} of demand from the shelf{lost}"


def _prices(purse: Purse | None) -> list[str]:
    from justenough.strategy.shared_out import prices_said

    return prices_said(purse) if purse is not None else []


def _tell(purse: Purse) -> None:
    short = [use for use in purse.uses if use.price > 0]
    if not purse.n_moved:
        say("All limits are kept without giving any item up: the plan is what every item would choose alone.")
    else:
        binding = " and ".join(WORDS[use.name] for use in short) or "nothing"
        take = "takes" if purse.n_moved == 1 else "take"
        say(f"{count(purse.n_moved, 'item')} of {purse.n_items:,} {take} other levels than alone; what binds is {binding}.")
    for one in _prices(purse):
        say(f"- {one}")
    say()
    show(limit_table(purse))
    show(totals_table(purse))
    if purse.gap > 0:
        aim = "cost a year" if purse.aim == "cost" else "demand short a year"
        say(
            f"No whole levels within these limits bring the {aim} below {money(purse.bound, purse.currency)}; "
            f"the plan's is {money(purse.cost, purse.currency)}, at most {figure(100 * purse.gap, 2)} % from the best."
        )
    if purse.n_without_volume:
        say(f"{count(purse.n_without_volume, 'item')} without a volume counted as taking no room.")
    say()


def limit_table(purse: Purse) -> Table:
    """Each limit: what there is, what is used, what items alone would use."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, title="Limits", title_justify="left", width=min(width(), 76))
    for name in ("", "there is", "used", "each alone", "unit"):
        table.add_column(name, justify="left" if name in ("", "unit") else "right")
    for use in purse.uses:
        unit = UNITS[use.name].format(currency=in_currency(purse.currency))
        table.add_row(WORDS[use.name], figure(use.most), figure(use.used), figure(use.alone), unit)
    return table


def totals_table(purse: Purse) -> Table:
    """The plant alone and together: what the limits cost."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, title="What the limits cost", title_justify="left", width=min(width(), 76))
    for name in ("", "each alone", "within limits", "unit"):
        table.add_column(name, justify="left" if name in ("", "unit") else "right")
    currency = in_currency(purse.currency)
    rows = (
        ("stock", "stock_value", currency),
        ("holding", "holding_cost", f"{currency} a year"),
        ("stockouts", "stockout_cost", f"{currency} a year"),
        ("all costs", "total_cost", f"{currency} a year"),
        ("demand short", "short_value", f"{currency} a year"),
    )
    for word, name, unit in rows:
        table.add_row(word, figure(getattr(purse.alone, name)), figure(getattr(purse.together, name)), unit.strip())
    table.add_row("from the shelf", percent(purse.alone.served), percent(purse.together.served), "of demand")
    return table
