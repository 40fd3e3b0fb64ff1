"""Supposing: the command that makes the plan again under what is supposed, and says what breaks first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from justenough.interfaces.answering import plain, say, say_json, show, width, working
from justenough.interfaces.options import (
    DEFAULT_WORKSPACE,
    AddressOption,
    CertificatesOption,
    EngineOption,
    JsonOption,
    TopOption,
    WorkspaceOption,
    at,
    engine_over,
    opened,
)
from justenough.interfaces.scenario_wording import beside_table, breaks_table, changes_table, whatif_sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from justenough.strategy.moves import Figure, Move
    from justenough.strategy.whatif import Scenario, WhatIf

Several = list[str] | None
OutageOption = Annotated[
    Several, typer.Option("--outage", metavar="SUPPLIER=DAYS", help="The supplier delivers nothing for so many days; may be repeated.")
]
FromOption = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="First day of the outages; left out: the day after the records end.")
]
DemandOption = Annotated[
    Several,
    typer.Option(
        "--demand", metavar="[CLASS=]+10%", help="Change of demand: of a class, of an item or, without a name, of all; may be repeated."
    ),
]
LeadOption = Annotated[
    Several,
    typer.Option("--lead-time", metavar="SUPPLIER=-20%", help="Change of the supplier's lead time and of its spread; may be repeated."),
]
MachineOption = Annotated[
    Several, typer.Option("--machine", metavar="MACHINE=-5%", help="Change of the machine's availability; may be repeated.")
]
HoldingOption = Annotated[str | None, typer.Option("--holding", metavar="+10%", help="Change of the holding rate of all items.")]
SourceOption = Annotated[
    Several, typer.Option("--second-source", metavar="SUPPLIER", help="A second supplier like this one stands by; may be repeated.")
]
NameOption = Annotated[str, typer.Option("--name", help="Name of the scenario; --save keeps it under this name.")]
SaveOption = Annotated[bool, typer.Option("--save", help="Keep the scenario and what came of it in the workspace.")]
AgainstOption = Annotated[Several, typer.Option("--against", metavar="NAME", help="A kept scenario to compare with; may be repeated.")]
ListOption = Annotated[bool, typer.Option("--list", help="Only say which scenarios are kept.")]


def whatif(
    outage: OutageOption = None,
    since: FromOption = None,
    demand: DemandOption = None,
    lead_time: LeadOption = None,
    machine: MachineOption = None,
    holding: HoldingOption = None,
    second_source: SourceOption = None,
    name: NameOption = "what if",
    against: AgainstOption = None,
    engine: EngineOption = None,
    address: AddressOption = None,
    certificates: CertificatesOption = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    top: TopOption = 12,
    *,
    save: SaveOption = False,
    listed: ListOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Make the plan again under a supposition: what becomes of money and service, which items run out first and when.

    Example: justenough whatif --outage "Osaka Seiki=30" --demand A=+10%
    """
    from justenough.archive.scenarios import Scenarios
    from justenough.strategy.moves import Figure
    from justenough.strategy.whatif import Scenario, compared
    from justenough.strategy.whatif import whatif as supposed

    changes = {Figure.DEMAND: demand, Figure.LEAD_TIME: lead_time, Figure.AVAILABILITY: machine}
    moves = [move for figure, texts in changes.items() for move in changes_from(texts or [], figure)]
    moves += changes_from([holding] if holding else [], Figure.HOLDING_RATE)
    moves += sources_from(second_source or [])
    scenario = Scenario(name, tuple(moves), tuple(outages_from(outage or [], since)))
    scenarios = Scenarios(workspace / "scenarios")
    with working("Supposing", 3) as step:
        step("Opening the workspace")
        with opened(workspace) as kept:
            if listed:
                _show_names(scenarios.names(), at(workspace), as_json=as_json)
                return
            _refuse_nothing(scenario, against or [])
            plant, settings = kept.plant(), kept.plan_entry().sized_by
            others = [scenario_from(scenarios.read(one)["scenario"]) for one in against or []]
            step(f"Sizing {len(plant):,} items")
            from justenough.strategy.cluster import engaged
            from justenough.strategy.decide import decided

            asked = ([scenario] if scenario.moves or scenario.outages else []) + others
            with engaged(replace(settings, engine=engine_over(settings.engine, engine, address, certificates))) as spread:
                made = decided(plant, settings, spread)
                step("Living through it")
                found = [supposed(made, plant, one, settings, spread) for one in asked]
            if save and (scenario.moves or scenario.outages):
                scenarios.save(name, whatif_json(found[0]))
    beside = compared(found)
    if as_json:
        say_json({"compared": beside, "scenarios": [whatif_json(one) for one in found]})
        return
    for one in found:
        for sentence in whatif_sentences(one):
            say(sentence)
        say()
    show(beside_table(beside, found[0].currency, width()))
    for one in found:
        if one.breaks.height:
            show(breaks_table(one, top, width()))
        if one.rows.height:
            show(changes_table(one, top, width()))
    if save:
        say(f"Kept as {name!r}. Beside another: justenough whatif --against {name!r}{at(workspace)}")


def _show_names(names: list[str], where: str, *, as_json: bool) -> None:
    if as_json:
        say_json(names)
    elif names:
        say("\n".join(names))
    else:
        say(f"No scenario is kept yet. Keep one: justenough whatif --holding +10% --name dearer --save{where}")


def changes_from(texts: Sequence[str], figure: Figure) -> list[Move]:
    """
    Moves from texts such as ``A=+10%`` or ``-5%``.

    Raises
    ------
    SettingsError
        For what is no such text.
    """
    from justenough.domain.errors import SettingsError
    from justenough.strategy.moves import Move

    moves = []
    for text in texts:
        where, _, amount = (one.strip() for one in text.rpartition("="))
        if _is_number(amount):  # 60 may be 60 % more or 60 days
            more, of = amount.lstrip("+-"), f"{where}=" if where else ""
            ways = f"{of}+{more}% for so much more or {of}-{more}% for so much less"
            raise SettingsError(
                f"{figure.label} {text!r}: {amount} is percent or a new value? Write {ways}; "
                "a new value is written as its change: from 40 to 60 is +50%."
            )
        try:
            share = float(amount.removesuffix("%").strip()) / 100.0
            moves.append(Move(figure, where, 1.0 + share))
        except ValueError:
            raise SettingsError(f"{figure.label} {text!r}: expected a change in percent, such as A=+10% or -5%.") from None
    return moves


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def sources_from(suppliers: Sequence[str]) -> list[Move]:
    """A second source for each of these suppliers."""
    from justenough.strategy.moves import Figure, Move

    return [Move(Figure.SECOND_SOURCE, supplier) for supplier in suppliers]


def outages_from(texts: Sequence[str], since: str | None) -> list[Any]:
    """Outages from texts such as ``Osaka Seiki=30``, all from the same day."""
    from justenough.domain.errors import SettingsError
    from justenough.strategy.whatif import Outage

    try:
        start = date.fromisoformat(since) if since else None
    except ValueError:
        raise SettingsError(f"--from {since}: expected a day such as 2026-03-01.") from None
    found = []
    for text in texts:
        supplier, _, days = text.rpartition("=")
        try:
            found.append(Outage(supplier.strip(), float(days), start))
        except ValueError as error:
            raise SettingsError(f'--outage {text!r}: expected a supplier and days, such as "Osaka Seiki=30" ({error}).') from None
    return found


def scenario_from(told: Mapping[str, Any]) -> Scenario:
    """A scenario as it was kept."""
    from justenough.strategy.moves import Figure, Move
    from justenough.strategy.whatif import Outage, Scenario

    moves = tuple(Move(Figure[one["figure"]], one["where"], one["factor"]) for one in told["moves"])
    starts = [date.fromisoformat(one["start"]) if one["start"] else None for one in told["outages"]]
    outages = tuple(Outage(one["supplier"], one["days"], start) for one, start in zip(told["outages"], starts, strict=True))
    return Scenario(told["name"], moves, outages)


def whatif_json(found: WhatIf) -> dict[str, Any]:
    """A scenario and what came of it as the API returns it."""
    scenario = found.scenario
    told: dict[str, Any] = plain(
        {
            "scenario": {
                "name": scenario.name,
                "moves": [{"figure": move.figure.name, "where": move.where, "factor": move.factor} for move in scenario.moves],
                "outages": list(scenario.outages),
            },
            "today": found.today,
            "currency": found.currency,
            "now": found.now,
            "then": found.then,
            "short_cost": found.short_cost,
            "rows": found.rows,
            "breaks": found.breaks,
            "stock": found.stock,
        }
    )
    return told


def _refuse_nothing(scenario: Scenario, against: Sequence[str]) -> None:
    from justenough.domain.errors import SettingsError

    if not (scenario.moves or scenario.outages or against):
        raise SettingsError("nothing is supposed: say for example --outage SUPPLIER=30, --demand A=+10% or --holding +10%.")
