"""Line control: one line under four ways of letting parts in, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.simulation.control import Control, live_under
from justenough.strategy.masking import USUAL, Effort

if TYPE_CHECKING:
    from justenough.domain.line import Line

_HOURS = 24.0


@dataclass(frozen=True, slots=True)
class Controlled:
    """
    One way of control and what it did.

    Parameters
    ----------
    name, rule
        What it is called, and what it lets in when.
    throughput : [parts/hour]
    in_line, finished, waiting : [parts]
        Means: between release and finish, finished and not yet wanted, wanted and not yet finished.
    at_once : [fraction]
        Share of demands met from finished parts.
    lead_hours : [hours]
        Mean time from release to finish.
    errors
        Standard error of each figure, by name.
    """

    name: str
    rule: str
    throughput: float
    in_line: float
    finished: float
    waiting: float
    at_once: float
    lead_hours: float
    errors: dict[str, float]


def compared(
    line: Line, demand: float, forecast: float, stock: int | None = None, *, demand_scv: float = 1.0, effort: Effort = USUAL
) -> list[Controlled]:
    """
    Live a serial line under push, kanban, CONWIP and base stock, with the same demands and failures.

    The three ways of pull get the same number of parts in the system, so that they differ in where they let
    them lie and not in how many there are.

    Parameters
    ----------
    demand, forecast : [parts/hour]
        What is wanted, and the pace at which push releases.
    stock : [parts]
        Parts in the system under pull; room of the line's buffers and one for each machine where not given.
    demand_scv
        Squared coefficient of variation of the time between demands.
    """
    k = len(line.machines)
    whole = int(line.capacity.sum() - len(line.links) + 1) if stock is None else stock
    whole = max(whole, k)
    share = np.diff(np.round(np.linspace(0, whole, k + 1)).astype(int))
    echelon = np.cumsum(share[::-1])[::-1]
    cards, stages = tuple(int(n) for n in share), tuple(int(n) for n in echelon)
    controls = {
        f"one part every {60 / forecast:.3g} min, to a forecast": Control(
            "push", release_days=1 / (forecast * _HOURS), buffers_limit=False
        ),
        f"{whole} cards, {share.min()} to {share.max()} a stage": Control("kanban", cards=cards, buffers_limit=False),
        f"{whole} parts between release and delivery": Control("CONWIP", cap=whole, buffers_limit=False),
        f"each demand at every stage, {whole} in all": Control("base stock", base_stock=stages, buffers_limit=False),
    }
    rows = []
    for rule, control in controls.items():
        lives = live_under(
            line, control, demand_days=1 / (demand * _HOURS), demand_scv=demand_scv,
            seed=effort.seed, parts=effort.parts, warm_up=effort.warm_up, lives=effort.lives,
        )  # fmt: skip
        columns = {
            "throughput": lives.throughput / _HOURS,
            "in_line": lives.in_line,
            "finished": lives.finished,
            "waiting": lives.waiting,
            "at_once": lives.at_once,
            "lead_hours": lives.lead_days * _HOURS,
        }
        errors = {name: float(column.std(ddof=1) / np.sqrt(len(column))) for name, column in columns.items()}
        rows.append(Controlled(control.name, rule, **{name: float(column.mean()) for name, column in columns.items()}, errors=errors))
    return rows
