"""Foretelling: the command that holds forecasts of one's own beside ours on what has come since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from justenough.domain.figures import figure
from justenough.interfaces.answering import say, say_json, show, width, working
from justenough.interfaces.options import (
    DEFAULT_WORKSPACE,
    JsonOption,
    ReviewDays,
    SettingsFile,
    WorkspaceOption,
    opened,
    settings_from,
    usual_of,
)

if TYPE_CHECKING:
    from typing import Any

    from rich.table import Table

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats
    from justenough.estimation.forecasts import Scores
    from justenough.strategy.settings import Settings

FEW = 30  # exposed times up to which a difference says next to nothing


def forecasts(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    held_back: Annotated[
        float, typer.Option("--held-back", min=0.05, max=0.5, help="Share of the record, at its end, on which both are judged.")
    ] = 0.2,
    library: Annotated[
        str | None,
        typer.Option("--library", metavar="MODEL", help="Judge this model of statsforecast, e.g. AutoETS, instead of forecasts on record."),
    ] = None,
    settings: SettingsFile = None,
    review_days: ReviewDays = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """
    Compare your own forecasts with ours: which foretold the latest part of the record better, by kind of demand.

    A plan goes by your forecasts (table forecasts) for every item that they reach far enough ahead for.

    Example: justenough forecasts --held-back 0.25
    """
    from justenough.estimation.forecasts import scores_of
    from justenough.estimation.history import history_of

    with working("Looking at forecasts", 3) as step:
        step("Opening the workspace")
        with opened(workspace) as kept:
            usual = usual_of(kept)
            plant, chosen = kept.plant(), settings_from(settings, review_days=review_days, usual=usual)
        history = history_of(plant)
        if library is not None:
            step(f"Fitting {library} to smooth and seasonal items")
            plant = forecast_by(library, plant, past=max(round(history.n_periods * held_back), 1))
        if not plant.tables["forecasts"].height:
            _say_none(library, held_back, as_json=as_json)
            return
        step(f"Foretelling the last {held_back:.0%} of {history.n_periods:,} periods")
        scores = scores_of(plant, history, exposed_days_of(plant, chosen), chosen.demand, held_back=held_back)
    rows = rows_of(scores)
    if as_json:
        say_json({"held_back": held_back, "library": library, "by_kind": rows})
        return
    if not rows:
        say("No forecast reaches over a whole exposed time (lead time and review) of the part held back, so none can be judged.")
        return
    show(score_table(rows, library or "yours", width()))
    for sentence in verdicts(rows, library or "yours"):
        say(sentence)


def forecast_by(model: str, plant: Plant, past: int) -> Plant:
    """The plant with a library's forecasts of the last ``past`` periods, made before them, in place of those on record."""
    from dataclasses import replace

    import polars as pl

    from justenough.estimation.library import library_forecasts

    told = library_forecasts(plant, model=model, periods=0, past=past)
    empty = plant.tables["forecasts"].clear()
    return replace(plant, tables={**plant.tables, "forecasts": pl.concat([empty, told], how="diagonal_relaxed")})


def exposed_days_of(plant: Plant, settings: Settings) -> Floats:
    """Lead time and review of each item. (n_items,) [days]"""
    from justenough.estimation.lead_time import lead_time_of

    review = plant.items["review_days"].fill_null(settings.usual_review_days).to_numpy()
    found: Floats = lead_time_of(plant, settings.lead_time).mean_days + review
    return found


def rows_of(scores: Scores) -> list[dict[str, Any]]:
    """One row a kind that was judged. Losses in units; ``ratio`` is theirs over ours."""
    from justenough.domain.item import DemandKind

    columns = zip(DemandKind, scores.windows.tolist(), scores.ours.tolist(), scores.theirs.tolist(), strict=True)
    return [
        {"kind": kind.label, "exposed_times": n, "loss_ours": ours, "loss_theirs": theirs, "ratio": theirs / ours if ours > 0.0 else None}
        for kind, n, ours, theirs in columns
        if n
    ]


def score_table(rows: list[dict[str, Any]], whose: str, width: int) -> Table:
    """Both losses by kind of demand."""
    from justenough.interfaces.tables import Column, laid_out

    columns = (
        Column("demand", [row["kind"] for row in rows]),
        Column("exposed times\njudged", [f"{row['exposed_times']:,}" for row in rows], number=True),
        Column("loss of ours\n[units]", [figure(row["loss_ours"]) for row in rows], number=True, rank=1),
        Column(f"loss of {whose}\n[units]", [figure(row["loss_theirs"]) for row in rows], number=True, rank=1),
        Column(f"{whose}\nover ours", [_ratio(row["ratio"]) for row in rows], number=True),
    )
    return laid_out("Forecasts held against what came (below 1: less lost than by ours)", columns, width)


def verdicts(rows: list[dict[str, Any]], whose: str) -> list[str]:
    """What the table says, and how it was judged."""
    told = [row for row in rows if row["ratio"] is not None and row["exposed_times"] > FEW]
    better = [row["kind"] for row in told if row["ratio"] < 1.0]
    worse = [row["kind"] for row in told if row["ratio"] >= 1.0]
    few = [row["kind"] for row in rows if row["exposed_times"] <= FEW]
    said = ["Loss is the mean pinball loss at 90, 95, 98 and 99 % of demand over lead time and review: where stock is decided."]
    said += [f"Of {', '.join(better)} items {whose} foretold more than ours."] if better else []
    said += [f"Of {', '.join(worse)} items ours foretold as much or more: leave them out, and the plan goes by ours."] if worse else []
    said += [f"Of {', '.join(few)} items {FEW} exposed times or fewer were judged: too few to tell."] if few else []
    return said


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _say_none(library: str | None, held_back: float, *, as_json: bool) -> None:
    if as_json:
        say_json({"held_back": held_back, "library": library, "by_kind": []})
    elif library is not None:
        say(f"{library} has nothing to forecast: no smooth or seasonal item has a record long enough and without holes.")
    else:
        say(
            "No forecast of your own is on record, so the plan goes by ours. To bring one, import a table forecasts with your export: "
            "item, date and mean [units], perhaps q80, q90, q95, q98 or q99; of past periods too, so that it can be judged."
        )
