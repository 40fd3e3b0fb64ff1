"""Sourcing: the command that weighs a second, faster source for one item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from justenough.domain.figures import count, figure, in_currency, money, percent, units
from justenough.interfaces.answering import WIDTH, say, say_json, show, width, working
from justenough.interfaces.options import (
    DEFAULT_WORKSPACE,
    HoldingRate,
    JsonOption,
    OrderingCost,
    SettingsFile,
    TargetCycleService,
    WorkspaceOption,
    at,
    opened,
    settings_from,
    sized_like,
    usual_of,
)

if TYPE_CHECKING:
    from rich.table import Table

    from justenough.sizing.two_sources import Compared
    from justenough.strategy.second_source import Weighed

WORDS = {
    "slow": "usual source alone",
    "fast": "second source alone",
    "dual_index": "both, each up to a level",
    "base_surge": "both, usual one constant",
}


def sources(
    item: Annotated[str, typer.Argument(help="Code of the item.")],
    second_lead_time: Annotated[float, typer.Option("--second-lead-time", min=0, help="Of the second source [days].")],
    second_cost: Annotated[float, typer.Option("--second-cost", min=0, help="A unit from it [money/unit].")],
    outage_share: Annotated[
        float | None,
        typer.Option("--outage-share", min=0, max=0.9, help="Share of time the usual source is stopped; left out: as recorded."),
    ] = None,
    outage_days: Annotated[
        float | None, typer.Option("--outage-days", min=0, help="Mean days a stop lasts; left out: as recorded.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Fixes the demand and the stops that all policies live through.")] = 0,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    settings: SettingsFile = None,
    holding_rate: HoldingRate = None,
    ordering_cost: OrderingCost = None,
    target_cycle_service: TargetCycleService = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Weigh a second, faster and dearer source for one item: how to use both, and what that saves.

    Settings that no flag gives are those of the latest plan, or of the settings file.

    Example: justenough sources BRG-6204 --second-lead-time 7 --second-cost 60
    """
    import numpy as np

    from justenough.domain.errors import JustenoughError
    from justenough.interfaces.explaining import code_in
    from justenough.strategy import decide
    from justenough.strategy.second_source import Second, weigh
    from justenough.strategy.spread import part

    with working("Weighing two sources", 3) as step:
        step("Opening the workspace")
        with opened(workspace) as kept:
            plant, usual, latest = kept.plant(), usual_of(kept), kept.latest()
        chosen = settings_from(
            settings, holding_rate=holding_rate, ordering_cost=ordering_cost, target_cycle_service=target_cycle_service, usual=usual
        )
        step("Sizing the item alone")
        found = decide.decided(plant, chosen)
        item = code_in(found.plan, item)
        row = found.plan[item]
        if row.gate is None:
            raise JustenoughError(f"{item} cannot be weighed: {'; '.join(row.missing) or 'nobody wants it any more'}.")
        step("Living both sources")
        place = np.array([found.plan.figures["item"].to_list().index(item)])
        nothing = np.array([np.nan])
        offer = Second(
            np.array([second_lead_time]),
            np.array([second_cost]),
            nothing if outage_share is None else np.array([outage_share]),
            nothing if outage_days is None else np.array([outage_days]),
        )
        weighed = weigh([item], part(found.known, place), np.array([row.stated_cycle_service]), offer, seed=seed)
    currency = row.currency
    if as_json:
        say_json({"item": item, "currency": currency, **_plain(weighed)})
        return
    if sentence := sized_like(latest, usual, chosen):
        say(sentence)
    say("\n".join(sourcing_sentences(item, weighed, currency, row.supplier or "the usual source")))
    say()
    show(sourcing_table(weighed.stopping, row.unit_cost or 0.0, currency))
    say(f"Next: justenough explain {item}{at(workspace)}")


def sourcing_sentences(item: str, weighed: Weighed, currency: str, supplier: str) -> list[str]:
    """What to do, what it saves, and how much of that is for outages."""
    from justenough.strategy.second_source import best_of

    found, calm = weighed.stopping, weighed.calm
    best, worth, quiet = best_of(found, 0), float(found.worth[0]), float(calm.worth[0])
    one = getattr(found, best)
    if best in ("slow", "fast"):
        told = [f"{item}: {WORDS[best]} costs least; a second source beside it saves nothing."]
    elif best == "dual_index":
        told = [
            f"{item}: order up to {units(one.fast_level[0])} from the second source, then up to {units(one.slow_level[0])} from {supplier}."
        ]
    else:
        told = [
            f"{item}: order {units(one.base[0])} a review from {supplier}, and up to {units(one.fast_level[0])} from the second source."
        ]
    if worth > 0:
        share = one.fast_units[0] / max(found.fast.fast_units[0], 1e-300)
        told.append(
            f"It saves {money(worth, currency)} a year against the better source alone, with {percent(share)} of units from the second."
        )
    if weighed.outage_share[0] > 0:
        lasting = count(float(weighed.outage_days[0]), "day")
        told.append(
            f"The usual source is stopped {percent(float(weighed.outage_share[0]))} of the time, {lasting} at a time; "
            f"were it never, the second would save {money(quiet, currency)} a year."
        )
    else:
        told.append("No outage of the usual source is on record; --outage-share and --outage-days try one.")
    basis = "its own stockout cost" if weighed.charged[0] else "what the plan's stated service implies"
    told.append(
        f"Lived with lead times of {figure(float(weighed.slow_reviews[0]))} and {figure(float(weighed.fast_reviews[0]))} reviews; "
        f"a unit short is charged {money(float(weighed.shortage[0]), currency)} a review, {basis}. "
        "Costs a year: stock held, units short, and what units from the second source cost more than the usual one's."
    )
    return told


def sourcing_table(found: Compared, unit_cost: float, currency: str) -> Table:
    """The four ways to source an item."""
    from rich.table import Table

    code = in_currency(currency, " {}")
    table = Table(
        box=None, pad_edge=False, width=min(width(), WIDTH), title="Ways to source it, orders and demand alike", title_justify="left"
    )
    names = ("", "second\nup to", "usual\nup to", "usual\na review", f"stock\n[{code.strip() or 'money'}]", "nobody\nwaits", "cost a year")
    for name in names:
        table.add_column(name, justify="left" if not name else "right")
    for name, words in WORDS.items():
        one = getattr(found, name)
        levels = [units(float(column[0])) for column in (one.fast_level, one.slow_level, one.base)]
        stock = figure(float(one.mean_stock[0]) * unit_cost)
        table.add_row(words, *levels, stock, percent(float(one.covered[0])), figure(float(one.cost[0])))
    return table


def _plain(weighed: Weighed) -> dict[str, object]:
    """The one item's figures without their columns."""
    from dataclasses import fields, is_dataclass

    def one(value: object) -> object:
        if is_dataclass(value):
            return {column.name: one(getattr(value, column.name)) for column in fields(value)}
        return value[0]  # type: ignore[index]  # a column of one item

    told = {column.name: one(getattr(weighed, column.name)) for column in fields(weighed)}
    worth = {"worth_a_year": float(weighed.stopping.worth[0]), "worth_a_year_without_outages": float(weighed.calm.worth[0])}
    return worth | told
