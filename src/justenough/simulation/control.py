"""Control: the same line under push, kanban, CONWIP and base stock, against the same demand and failures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import LineError
from justenough.domain.line import LEAST_CAPACITY
from justenough.kernels import chance, release
from justenough.simulation.lines import laws_of

if TYPE_CHECKING:
    from justenough.domain.line import Line
    from justenough.domain.ragged import Floats
    from justenough.simulation.lines import Laws

_MANY = 2**12  # parts: room that never fills


@dataclass(frozen=True, slots=True)
class Control:
    """
    One way to let parts into a line; leave out what does not hold.

    Parameters
    ----------
    name
        Shown in tables.
    release_days : [days]
        Push: one part is released every so often, to a forecast.
    cap : [parts]
        CONWIP: most parts from release to delivery.
    cards : one a machine [parts]
        Kanban cards of each stage.
    base_stock : one a machine [parts]
        Echelon base stock: parts from this stage on, finished ones included, that demand draws down.
    buffers_limit
        Whether the line's own buffer capacities hold as well.
    """

    name: str
    release_days: float = 0.0
    cap: int = 0
    cards: tuple[int, ...] = field(default=())
    base_stock: tuple[int, ...] = field(default=())
    buffers_limit: bool = True


@dataclass(frozen=True, slots=True)
class ControlLives:
    """
    What a line did under a control; every column (n_lives,).

    Parameters
    ----------
    throughput : [parts/day]
    in_line, finished, waiting : [parts]
        Mean parts between release and finish, finished parts, and demands that wait.
    at_once : [fraction]
        Share of demands met from finished parts.
    lead_days : [days]
        Mean time from release to finish.
    """

    throughput: Floats
    in_line: Floats
    finished: Floats
    waiting: Floats
    at_once: Floats
    lead_days: Floats


def live_under(
    line: Line,
    control: Control,
    *,
    demand_days: float,
    seed: int,
    demand_scv: float = 1.0,
    laws: Laws | None = None,
    parts: int = 20_000,
    warm_up: int = 2_000,
    lives: int = 16,
) -> ControlLives:
    """
    Live a serial line under a control.

    Controls lived with one seed meet the same demands and the same failures.

    Parameters
    ----------
    demand_days : [days]
        Mean time between demands of one part.
    demand_scv
        Squared coefficient of variation of that time: 1 for a Poisson stream, 0 for a steady one.

    Raises
    ------
    LineError
        For a line that is not serial, or loses parts, or whose machines fail by the clock; for numbers that no
        control can have, such as a stage without a card.
    """
    _refuse_impossible(line, control, demand_days, demand_scv)
    if not line.serial or line.scrap.any() or line.rework.any() or line.by_clock.any():
        raise LineError(line.name, "branches, scrap, rework or failures by the clock", "a serial line that keeps its parts, for control")
    k = len(line.machines)
    for what, given in (("cards", control.cards), ("base stocks", control.base_stock)):
        if given and len(given) != k:
            raise LineError(line.name, f"{len(given)} {what} in control {control.name!r}", f"one for each of its {k} machines")
    laws = laws_of(line) if laws is None else laws
    order = line.order
    room = np.full(max(k - 1, 1), _MANY, dtype=np.int64)
    if control.buffers_limit and k > 1:
        before = {int(giver): j for j, (giver, _) in enumerate(line.links)}
        room = np.array([line.capacity[before[int(machine)]] - LEAST_CAPACITY for machine in order[:-1]])
    if demand_scv <= 0.0:
        law, figures = chance.CONSTANT, np.array([demand_days, 0.0])
    else:
        law, figures = chance.GAMMA, np.array([demand_days * demand_scv, 1.0 / demand_scv])
    keys = [np.random.SeedSequence((seed, life)).generate_state(k + 1, np.uint64) for life in range(lives)]
    out = np.zeros((lives, release.FIGURES))
    release.lived(
        laws.code[order], laws.figure[order], room, law, figures, control.release_days, control.cap,
        np.array(control.cards or (0,) * k), np.array(control.base_stock or (-1,) * k), parts, warm_up,
        np.array(keys, dtype=np.uint64), out,
    )  # fmt: skip
    return ControlLives(*out.T.copy())


def _refuse_impossible(line: Line, control: Control, demand_days: float, demand_scv: float) -> None:
    """Refuse what the recursion would take for something else, as no cards for no limit."""
    for what, found, possible, expected in (
        ("days between demands", demand_days, demand_days > 0.0, "more than 0"),
        ("as squared variation of the time between demands", demand_scv, demand_scv >= 0.0, "0 or more"),
        ("days between releases", control.release_days, control.release_days >= 0.0, "0 (none) or more"),
        ("parts as cap", control.cap, control.cap >= 0, "0 (none) or more"),
        ("cards", control.cards, min(control.cards, default=1) >= 1, "1 or more for each machine: without a card it never works"),
        ("parts of base stock", control.base_stock, min(control.base_stock, default=0) >= 0, "0 or more for each machine"),
    ):
        if not possible:
            raise LineError(line.name, f"{found} {what} in control {control.name!r}", expected)
