"""Networking: the command that says where in a chain of stages stock is held."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from justenough.interfaces.answering import refuse_overwrite, say, say_json, show, width, working
from justenough.interfaces.options import (
    DEFAULT_WORKSPACE,
    ForceOption,
    JsonOption,
    ProfileOption,
    SettingsFile,
    WorkspaceOption,
    opened,
    settings_from,
    usual_of,
)

if TYPE_CHECKING:
    from justenough.strategy.chaining import Chained, Lives

PICTURED = 24  # stages up to which the chain is also drawn in text

FileOption = Annotated[
    str | None,
    typer.Option(
        "--file", help="A chain in TOML or in Willems' two sheets, or the bundled one (pumps); left out: the workspace's parts lists."
    ),
]
ChainOption = Annotated[str, typer.Option("--chain", help="Which chain of a workbook that holds several, e.g. 03.")]
BoundOption = Annotated[
    Literal["exposure", "normal"],
    typer.Option("--bound", help="Reserve of a plant's item: from its own exposure, or k sigma sqrt(t). A file's chain is always normal."),
]
GrainOption = Annotated[float, typer.Option("--grain-days", help="Service times are whole multiples of this [days].")]
LivesOption = Annotated[
    int, typer.Option("--lives", min=0, help="How often the chain is lived, to see whether it achieves what is stated; 0: not at all.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Fixes the demand and the stage times that are lived.")]
ShortageOption = Annotated[
    float | None,
    typer.Option(
        "--shortage-cost", help="Cost of a unit waited for [money/day]: a row of stages is then also sized as if promises could fail."
    ),
]
SvgOption = Annotated[Path | None, typer.Option("--svg", help="Write the chain as a picture to this file.", dir_okay=False)]
HoldingOption = Annotated[float | None, typer.Option("--holding-rate", help="Yearly cost of money in stock [1/year]; beats the file's.")]
TopOption = Annotated[int, typer.Option("--top", min=1, help="Stages shown, dearest reserve first; --json always holds all.")]


def network(
    file: FileOption = None,
    chain: ChainOption = "",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    folder: Annotated[Path | None, typer.Option("--folder", help="Export to read directly (with --profile); nothing is saved.")] = None,
    profile: ProfileOption = None,
    settings: SettingsFile = None,
    bound: BoundOption = "exposure",
    holding_rate: HoldingOption = None,
    grain_days: GrainOption = 1.0,
    lives: LivesOption = 8,
    seed: SeedOption = 0,
    shortage_cost: ShortageOption = None,
    svg: SvgOption = None,
    top: TopOption = 30,
    *,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Say which stages of a chain hold stock and which run just-in-time.

    For a workspace's items, settings that no flag gives are those of the latest plan, or of the settings file.

    Example: justenough network --file pumps --svg pumps.svg
    """
    from justenough.domain.errors import NetworkError
    from justenough.strategy.chaining import Lives, in_series

    if not grain_days > 0:
        raise NetworkError(file or "plant", f"--grain-days {grain_days:g}", "more than 0")
    if svg is not None:
        refuse_overwrite(svg, force=force)
    lived = Lives(lives=lives, seed=seed) if lives else None
    with working("Placing stock", 1) as step:
        if file is not None:
            step(f"Placing stock in {file}")
            found = _described(file, chain, holding_rate, grain_days, lived)
        else:
            step("Sizing the items, then all of them together")
            found = _plant(workspace, folder, profile, settings, holding_rate, bound, grain_days, lived)
    serial = in_series(found, shortage_cost) if shortage_cost is not None else None
    if svg is not None:
        from justenough.interfaces.network_drawing import network_chart

        svg.write_text(network_chart(found), encoding="utf-8")
    if as_json:
        say_json({**network_json(found), "serial": serial})
        return
    from justenough.interfaces.network_wording import network_picture, network_sentences, serial_sentences, stage_table

    say("\n".join([*network_sentences(found), *found.described.notes]))
    show(stage_table(found, width(), top))
    if len(found.placement.holds) <= PICTURED:
        say("\n".join(network_picture(found, width())))
    if serial is not None:
        say("\n".join(serial_sentences(found, serial)))
    if svg is not None:
        say(f"Drawn in {svg}.")


def network_json(found: Chained) -> dict[str, object]:
    """A network's answer as one object."""
    placement = found.placement
    return {
        "network": found.described.network.name,
        "currency": found.described.currency,
        "bound_by": found.bounded,
        "stages_holding": int(placement.holds.sum()),
        "holding_cost": placement.total_cost,
        "holding_cost_alone": found.alone.total_cost,
        "saving": found.saving,
        "least_possible_cost": placement.bound,
        "gap": placement.gap,
        "proven": placement.proven,
        "stages": found.rows(),
        "links": [
            {"from": found.described.network.stages[giver], "to": found.described.network.stages[taker], "per": float(per)}
            for (giver, taker), per in zip(found.described.network.links.tolist(), found.described.network.per, strict=True)
        ],
        "notes": list(found.described.notes),
    }


def _described(file: str, chain: str, holding_rate: float | None, grain_days: float, lives: Lives | None) -> Chained:
    from justenough.sources.chain_file import read_chain
    from justenough.strategy.chaining import chained

    return chained(read_chain(file, chain), holding_rate=holding_rate, grain_days=grain_days, lives=lives)


def _plant(
    workspace: Path,
    folder: Path | None,
    profile: str | None,
    settings: Path | None,
    holding_rate: float | None,
    bound: Literal["exposure", "normal"],
    grain_days: float,
    lives: Lives | None,
) -> Chained:
    from justenough.interfaces.direct import directly
    from justenough.strategy import chaining

    usual = None
    if folder is not None:
        plant = directly(folder, profile)
    else:
        with opened(workspace) as kept:
            plant, usual = kept.plant(), usual_of(kept)
    chosen = settings_from(settings, holding_rate=holding_rate, usual=usual)
    return chaining.network(plant, chosen, bounded=bound, grain_days=grain_days, lives=lives)
