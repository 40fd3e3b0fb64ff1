"""Rehearsing: the command that lives a plan through history it has not seen, or through possible years."""

from __future__ import annotations

from typing import Annotated

import typer

from justenough.interfaces.answering import say, say_json, show, width, working
from justenough.interfaces.direct import directly
from justenough.interfaces.options import (
    DEFAULT_WORKSPACE,
    AddressOption,
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
    WorkspaceOption,
    at,
    opened,
    settings_from,
    sized_like,
    usual_of,
)


def rehearse(
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
    years: Annotated[
        int | None,
        typer.Option(
            "--years",
            min=2,
            help="Live so many possible years instead, under pure JIT, pure JIC, one policy for all and the plan.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the possible years: the same seed draws the same.")] = 0,
    engine: EngineOption = None,
    address: AddressOption = None,
    certificates: CertificatesOption = None,
    cover_months: Annotated[float, typer.Option("--cover-months", min=0.01, help="Reserve of pure JIC [months of demand].")] = 3.0,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Live the plan through the last part of history, which sizing does not see, or through possible years.

    Settings that no flag gives are those of the latest plan, or of the settings file.

    Example: justenough rehearse --years 50 --seed 1
    """
    from justenough.strategy.rehearse import rehearse as live

    with working("Rehearsing", 2) as step:
        step("Reading")
        if folder is not None:
            plant, usual, latest = directly(folder, profile), None, None
        else:
            with opened(workspace) as kept:
                plant = kept.plant()
                usual, latest = usual_of(kept), kept.latest()
        chosen = settings_from(
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
            usual=usual,
        )
        if years is not None:
            from justenough.interfaces.living import show_years
            from justenough.strategy.possible_years import possible_years

            step(f"Sizing {len(plant):,} items and living {years} possible years under four policies")
            lived = possible_years(plant, chosen, years=years, seed=seed, cover_months=cover_months)
            if not as_json and (sentence := sized_like(latest, usual, chosen)):
                say(sentence)
            show_years(lived, as_json=as_json)
            if not as_json and folder is None:
                say(f"Next: justenough audit{at(workspace)}, or justenough roadmap{at(workspace)}")
            return
        step(f"Sizing {len(plant):,} items on the first part of history and living the rest")
        rehearsal = live(plant, chosen)
    if as_json:
        counted = {"since": rehearsal.since, "n_periods": rehearsal.n_periods, "n_held_back": rehearsal.n_held_back}
        say_json({**counted, "settings": chosen.to_dict(), "by_kind": rehearsal.by("kind"), "rows": rehearsal.rows})
        return
    from justenough.interfaces.printing import rehearsal_table

    if sentence := sized_like(latest, usual, chosen):
        say(sentence)
    say(f"Sized on what was known before {rehearsal.since}.")
    say(f"Lived through the last {rehearsal.n_held_back:,} of {rehearsal.n_periods:,} periods.")
    say()
    show(rehearsal_table(rehearsal, width()))
    if folder is None:
        say(f"Next: justenough rehearse --years 20{at(workspace)}, or justenough roadmap{at(workspace)}")
