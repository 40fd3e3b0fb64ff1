"""Lining: the commands that show a line of machines, size its buffers, and say what they hide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from justenough.interfaces.answering import refuse_overwrite, say, say_json, show, width, working
from justenough.interfaces.line_sources import FolderOption, LineArgument, described_line
from justenough.interfaces.options import DEFAULT_WORKSPACE, ForceOption, JsonOption, ProfileOption, WorkspaceOption, at

if TYPE_CHECKING:
    from justenough.sources.line_file import DescribedLine
    from justenough.strategy.line_bounds import LineBounds
    from justenough.strategy.line_gradients import Lever
    from justenough.strategy.masking import Effort, LineStudy

MOST_LIVED = 12  # machines up to which every small change is lived and not decomposed
MOST_LEVERS = 6  # shown on a terminal; --json holds all

line = typer.Typer(
    help="Show a line of machines, what its buffers hide, and how much room they need.\n\nExample: justenough line show press_shop",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SeedOption = Annotated[int, typer.Option("--seed", help="Seed of the failures; all lines that are compared meet the same ones.")]
PartsOption = Annotated[int, typer.Option("--parts", min=100, help="Parts counted in each life; more are surer and slower.")]
SvgOption = Annotated[Path | None, typer.Option("--svg", help="Write the line as a picture to this file.", dir_okay=False)]


@line.command("show")
def line_show(
    source: LineArgument,
    seed: SeedOption = 0,
    parts: PartsOption = 20_000,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    folder: FolderOption = None,
    profile: ProfileOption = None,
    svg: SvgOption = None,
    *,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """
    Say what a line makes, which machine holds it back, and what lies between the machines.

    Example: justenough line show press_shop --svg line.svg
    """
    described = described_line(source, workspace, folder, profile)
    if svg is not None:
        refuse_overwrite(svg, force=force)
    from justenough.strategy.line_bounds import bounded

    effort = _effort(seed, parts)
    study = _studied(described, effort, whose=False)
    bounds, levers = bounded(study, described.failures), _levers(study, effort)
    if svg is not None:
        from justenough.interfaces.line_drawing import line_chart, line_picture

        svg.write_text(line_chart(line_picture(study)), encoding="utf-8")
    if as_json:
        say_json({**study_json(study, bounds), "levers": levers, "notes": list(described.notes)})
        return
    from justenough.interfaces.line_wording import lever_table, line_sentences, machine_table

    say("\n".join([*line_sentences(study, bounds), *described.notes]))
    show(machine_table(study, width()))
    if levers:
        show(lever_table(levers[:MOST_LEVERS], width()))
    if svg is not None:
        say(f"Drawn in {svg}.")
    where = at(workspace) if folder is None else f" --folder {folder} --profile {profile}"
    say(f"Next: justenough line mask {source}{where}, or justenough line size {source}{where} --target RATE")


@line.command("mask")
def line_mask(
    source: LineArgument,
    seed: SeedOption = 0,
    parts: PartsOption = 20_000,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    folder: FolderOption = None,
    profile: ProfileOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Say what each buffer is for: what the line would lose without it, and whose stops it absorbs.

    Example: justenough line mask press_shop
    """
    from justenough.domain.errors import LineError
    from justenough.strategy.line_bounds import bounded
    from justenough.strategy.masking import MOST_TAKEN_APART

    described = described_line(source, workspace, folder, profile)
    if len(described.line.machines) > MOST_TAKEN_APART:
        found = f"{len(described.line.machines)} machines"
        raise LineError(described.line.name, found, f"{MOST_TAKEN_APART} at most to be taken apart; describe the part around the buffer")
    study = _studied(described, _effort(seed, parts), whose=True)
    bounds = bounded(study, described.failures)
    if as_json:
        say_json(study_json(study, bounds))
        return
    from justenough.interfaces.line_wording import buffer_sentences, buffer_table

    show(buffer_table(study, described.currency, width()))
    say("\n".join(buffer_sentences(study, bounds, described.currency)))


@line.command("cut")
def line_cut(
    source: LineArgument,
    buffer: Annotated[int, typer.Argument(min=1, help="Which buffer, counted from 1 as `line mask` lists them.")],
    places: Annotated[int, typer.Argument(min=0, help="Places it would keep between the machines.")],
    seed: SeedOption = 0,
    parts: PartsOption = 20_000,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    folder: FolderOption = None,
    profile: ProfileOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Say what another size of one buffer sets free and what it costs; a cut is never called free.

    Example: justenough line cut press_shop 1 4
    """
    from justenough.domain.errors import LineError
    from justenough.domain.line import LEAST_CAPACITY
    from justenough.strategy.masking import cut

    described = described_line(source, workspace, folder, profile)
    if buffer > len(described.line.links):
        raise LineError(described.line.name, f"buffer {buffer}", f"one of 1 to {len(described.line.links)}")
    found = cut(described.line, buffer - 1, places + LEAST_CAPACITY, _effort(seed, parts))
    if as_json:
        say_json(found)
        return
    from justenough.interfaces.line_wording import cut_sentence

    say(cut_sentence(described.line, buffer - 1, places, found, described.currency))


@line.command("size")
def line_size(
    source: LineArgument,
    target: Annotated[float | None, typer.Option("--target", help="Find the least room that makes this [good parts/hour].")] = None,
    total: Annotated[int | None, typer.Option("--total", min=0, help="Find the best use of this many places in all.")] = None,
    margin: Annotated[float | None, typer.Option("--margin", help="Find the most profit at this margin [money/part].")] = None,
    holding_rate: Annotated[
        float, typer.Option("--holding-rate", help="With --margin: yearly cost of money tied up in parts [1/year].")
    ] = 0.25,
    seed: SeedOption = 0,
    parts: PartsOption = 20_000,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    folder: FolderOption = None,
    profile: ProfileOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Find room for every buffer: least for a target, best for a total, or most profit.

    Example: justenough line size press_shop --target 92
    """
    import numpy as np

    from justenough.domain.line import LEAST_CAPACITY
    from justenough.strategy.buffering import USUAL_MOST, Goal, buffered

    described = described_line(source, workspace, folder, profile)
    whole = None if total is None else total + LEAST_CAPACITY * len(described.line.links)
    goal = Goal(target, whole, margin, holding_rate)
    usual = np.maximum(USUAL_MOST, described.line.capacity)
    most = np.where(described.most < 0, usual, described.most)
    with working("Searching", 1) as step:
        step(f"Sizing {len(described.line.links)} buffers")
        found = buffered(described.line, goal, lower=described.least, upper=most, effort=_effort(seed, parts))
    if as_json:
        say_json(
            {
                "line": described.line.name,
                "places": found.line.capacity - LEAST_CAPACITY,
                "places_today": described.line.capacity - LEAST_CAPACITY,
                "throughput_per_hour": found.lives.mean / 24.0,
                "throughput_error_per_hour": found.lives.standard_error / 24.0,
                "throughput_today_per_hour": found.before.mean / 24.0,
                "decomposed_per_hour": found.raw,
                "factor": found.factor,
                "rounds": found.rounds,
                "tried": found.tried,
            }
        )
        return
    from justenough.interfaces.line_wording import size_sentences, size_table

    show(size_table(described.line, found, width()))
    say("\n".join(size_sentences(described.line, found)))


@line.command("control")
def line_control(
    source: LineArgument,
    demand: Annotated[float, typer.Option("--demand", min=1e-9, help="Parts wanted [parts/hour].")],
    forecast: Annotated[float | None, typer.Option("--forecast", min=1e-9, help="Pace of push [parts/hour]; left out: the demand.")] = None,
    stock: Annotated[int | None, typer.Option("--stock", min=1, help="Parts in the system under pull; left out: today's buffers.")] = None,
    demand_scv: Annotated[
        float, typer.Option("--demand-scv", min=0.0, help="Squared coefficient of variation of the time between demands.")
    ] = 1.0,
    seed: SeedOption = 0,
    parts: PartsOption = 20_000,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    folder: FolderOption = None,
    profile: ProfileOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Live the same line under push, kanban, CONWIP and base stock, against the same demand.

    Example: justenough line control press_shop --demand 85
    """
    from justenough.strategy.line_control import compared

    described = described_line(source, workspace, folder, profile)
    effort = _effort(seed, parts)
    with working("Living the line", 1) as step:
        step("Under four controls")
        rows = compared(described.line, demand, forecast or demand, stock, demand_scv=demand_scv, effort=effort)
    if as_json:
        say_json(rows)
        return
    from justenough.interfaces.line_wording import control_sentence, control_table

    show(control_table(rows, width()))
    say(control_sentence(rows, demand))


def _effort(seed: int, parts: int) -> Effort:
    from justenough.strategy.masking import Effort

    return Effort(seed=seed, parts=parts)


def _studied(described: DescribedLine, effort: Effort, *, whose: bool) -> LineStudy:
    from justenough.strategy.masking import study

    steps = 100
    with working(f"Living {described.line.name}", steps) as step:
        told = 0

        def progress(share: float) -> None:
            nonlocal told
            while told < int(share * steps):
                told += 1
                step(f"Living {described.line.name}")

        return study(described.line, effort, whose=whose, progress=progress)


def _levers(study: LineStudy, effort: Effort) -> list[Lever]:
    """What small changes would gain, biggest first: lived where that is quick, decomposed where not."""
    from dataclasses import replace

    from justenough.sizing.paces import decomposed
    from justenough.strategy.line_gradients import gradients, lived_gradients, ranked
    from justenough.strategy.masking import MOST_TAKEN_APART

    machines = len(study.line.machines)
    if machines > MOST_TAKEN_APART:
        return []
    if machines <= MOST_LIVED:
        slopes = lived_gradients(study.line, effort)
    else:
        slopes = gradients(study.line, factor=study.lives.mean / decomposed(study.line).throughput)
    return ranked(study.line, replace(slopes, speed=100.0 * study.speed_gain))


def study_json(study: LineStudy, bounds: LineBounds | None) -> dict[str, object]:
    """A study as one object, rates an hour."""
    lives, names = study.lives, study.line.machines
    machines = [
        {
            "machine": name,
            "alone_per_hour": study.alone[i],
            "speed_gain_per_hour": study.speed_gain[i],
            **{state: float(getattr(lives, state)[:, i].mean()) for state in ("working", "down", "starved", "blocked")},
        }
        for i, name in enumerate(names)
    ]
    return {
        "line": study.line.name,
        "throughput_per_hour": study.throughput,
        "throughput_interval_per_hour": list(study.interval()),
        "bottleneck": names[study.bottleneck],
        "machines": machines,
        "buffers": list(study.buffers),
        "bounds": bounds,
        "would_narrow_most": bounds.most_telling(study.line) if bounds else None,
    }
