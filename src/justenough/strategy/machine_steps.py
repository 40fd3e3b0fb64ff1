"""Machine steps: how short a machine's repairs would have to be for a part of what a reserve holds against its stops to go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from justenough.strategy.masking_plan import HOURS_A_DAY, MaskingParams, Step, more_observations, upper_factor
from justenough.strategy.moves import Figure, Move
from justenough.strategy.resizing import replanned

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.estimation.machines_measured import Machines
    from justenough.strategy.situation import Situation

SHARES = np.array([0.02, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0])  # of its repair times, at which the items of a machine are sized again


@dataclass(frozen=True, slots=True)
class Needed:
    """The largest ``share`` of a machine's repair times at which ``strip`` [units] may go; NaN where shorter repairs let nothing go."""

    share: float
    strip: float


def machine_step(machines: Machines | None, machine: str, held: float, needed: Needed | None, params: MaskingParams) -> dict[str, Any]:
    """
    The next step for one reserve from one machine whose stops it hides: ``step, figure, bound, needed, observations, more, strip``.

    Parameters
    ----------
    held : [units]
        Of the reserve, what is there for the machine's stops.
    needed
        What `needed_shares` found; None: not asked.

    Returns
    -------
    dict
        ``figure, bound, needed`` [hours]: mean repair, its upper bound, and the longest that its bound may be for ``strip``
        [units] to go; ``more``: repairs that would show it if they take `MaskingParams.aim` of that on average.

    See Also
    --------
    justenough.strategy.masking_plan.step_of : the same for a buffer between machines.
    """
    strip = (1.0 - params.strip_to) * held
    if machines is None or machine not in machines.names or not machines.repairs[machines.at(machine)]:
        return {"step": Step.FIX.label, "strip": strip}
    at = machines.at(machine)
    repairs, scv = int(machines.repairs[at]), float(machines.repair_scv[at].mean())
    mean = float(machines.mttr_days[at].mean()) * HOURS_A_DAY
    bound = mean * upper_factor(repairs / max(scv, 1e-9), params.confidence)
    told = {"figure": mean, "bound": bound if np.isfinite(bound) else None, "observations": repairs}
    if needed is None or np.isnan(needed.share):
        return {**told, "step": Step.FIX.label, "needed": None, "more": None, "strip": strip}
    more = more_observations(1.0 / params.aim, scv, params.confidence)
    return {**told, "step": Step.FIX.label, "needed": needed.share * mean, "more": more, "strip": needed.strip}


def needed_shares(situation: Situation, asked: list[tuple[str, str, float]]) -> dict[tuple[str, str], Needed]:
    """
    Share of a machine's repair times at which an item's reserve is smaller by so much, by the plan's own rule.

    Where not so much goes even if the machine hardly stops (what else is uncertain then keeps a part of it), it is half
    of what does go.

    Parameters
    ----------
    asked
        Item, machine, and what is to go. [units]

    Returns
    -------
    dict
        By item and machine: the largest share that does, between those sized, and what then goes.

    Notes
    -----
    Sized again is everything: lead times in all histories of the machines, queues among them, order quantities and levels.
    """
    place = {item: at for at, item in enumerate(situation.items)}
    found: dict[tuple[str, str], Needed] = {}
    for machine in sorted({machine for _, machine, _ in asked}):
        mine = [(item, strip) for item, name, strip in asked if name == machine and item in place]
        if not mine or situation.link is None or machine not in situation.link.machines.names:
            continue
        at = np.array(sorted({place[item] for item, _ in mine}))
        reserves = np.stack([replanned(situation.after([Move(Figure.MTTR, machine, float(by))], at)).reserve for by in SHARES])
        for item, strip in mine:
            column = reserves[:, int(np.searchsorted(at, place[item]))]
            now, least = float(column[-1]), float(column.min())
            goes = strip if strip <= now - least else 0.5 * (now - least)
            found[item, machine] = Needed(_share_at(column, now - goes) if least < now else float("nan"), goes or strip)
    return found


def _share_at(reserves: Floats, wanted: float) -> float:
    """Largest share whose reserve is within what is wanted; reserves are by rising share and in whole units."""
    within = reserves <= wanted
    last = int(np.flatnonzero(within)[-1])
    if last + 1 == len(SHARES):
        return 1.0
    low, high = reserves[last], reserves[last + 1]
    return float(SHARES[last] + (SHARES[last + 1] - SHARES[last]) * (wanted - low) / (high - low))
