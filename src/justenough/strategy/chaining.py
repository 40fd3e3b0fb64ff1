"""Chaining: all stages of a network together, where stock is placed, what it costs, and what is lived of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from justenough.domain.errors import NetworkError
from justenough.domain.figures import count
from justenough.simulation.chains import live_chain
from justenough.sizing.echelon import everywhere, guaranteed
from justenough.sizing.pooled import stage_demand
from justenough.sizing.serial_stages import serial_of
from justenough.sources.chain_file import USUAL_HOLDING_RATE, DescribedChain
from justenough.strategy.decide import USUAL, decided
from justenough.strategy.plant_chain import chain_of
from justenough.strategy.spread import serially
from justenough.strategy.stage_exposure import StageExposure

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats
    from justenough.simulation.chains import LivedChain
    from justenough.sizing.echelon import Placement
    from justenough.sizing.pooled import DemandBound
    from justenough.sizing.serial_stages import EchelonBounds, EchelonStock
    from justenough.strategy.settings import Settings
    from justenough.strategy.spread import Spread

Bounded = Literal["normal", "exposure"]
DAYS_PER_YEAR = 365.25
CALM = "The chain is lived with demand of a known level and suppliers that never stop; the reserves also cover drift and outages."
NORMAL, EXPOSURE = "normal", "exposure"


@dataclass(frozen=True, slots=True)
class Lives:
    """How a chain is lived: ``lives`` times over ``days`` days each, after a fifth as many that do not count."""

    lives: int = 8
    days: int = 10_000
    seed: int = 0


USUAL_LIVES = Lives()


@dataclass(frozen=True, slots=True)
class Chained:
    """
    A network with its reserves.

    Parameters
    ----------
    placement
        Cheapest service times, reserves and their cost.
    alone
        The same with every stage holding its own.
    stated : (k,) [fraction]
        Share of exposed times that each reserve covers.
    lived
        What came of it; None where it was not lived.
    bounded
        ``normal``: reserves are ``k sigma sqrt(t)``; ``exposure``: from each item's own exposure.
    holding_rate : [1/year]
        NaN where each item has its own.
    """

    described: DescribedChain
    placement: Placement
    alone: Placement
    stated: Floats
    lived: LivedChain | None
    bounded: str
    holding_rate: float

    @property
    def saving(self) -> float:
        """Holding cost saved against every stage holding its own [fraction]."""
        alone = self.alone.total_cost
        return 1.0 - self.placement.total_cost / alone if alone > 0 else 0.0

    def rows(self) -> list[dict[str, object]]:
        """One row a stage, suppliers first."""
        network, placement = self.described.network, self.placement
        lived = {name: self.lived.mean(name) for name in ("own_on_time", "on_time", "fill_rate", "stock")} if self.lived else {}
        return [
            {
                "stage": network.stages[i],
                "kind": network.kinds[i],
                "holds": bool(placement.holds[i]),
                "stage_days": network.time_days[i],
                "stage_sd_days": network.time_sd_days[i],
                "inbound_days": placement.inbound_days[i],
                "promised_days": placement.promised_days[i],
                "net_days": placement.net_days[i],
                "safety_stock": placement.reserve[i],
                "base_stock": placement.base_stock[i],
                "pipeline": placement.pipeline[i],
                "unit_cost": placement.unit_cost[i],
                "holding_cost": placement.holding_cost[i],
                "holding_cost_alone": self.alone.holding_cost[i],
                "stated_service": self.stated[i],
                **{f"lived_{name}": values[i] for name, values in lived.items()},
            }
            for i in network.order.tolist()
        ]


def chained(
    described: DescribedChain,
    *,
    holding_rate: float | None = None,
    unit_holding: Floats | None = None,
    bound: DemandBound | None = None,
    grain_days: float = 1.0,
    lives: Lives | None = USUAL_LIVES,
) -> Chained:
    """
    Place stock in a described network, and live it.

    Parameters
    ----------
    holding_rate : [1/year]
        Beats the file's own; 0.25 where neither says.
    unit_holding : (k,) [currency/unit/year]
        Instead of a rate.
    bound
        Reserve over a net replenishment time; ``k sigma sqrt(t)`` without one.
    grain_days
        Service times are whole numbers of these.
    lives
        None: not lived.
    """
    network = described.network
    said = USUAL_HOLDING_RATE if np.isnan(described.holding_rate) else described.holding_rate
    rate = said if holding_rate is None else holding_rate
    placement = guaranteed(network, holding_rate=rate, unit_holding=unit_holding, bound=bound, grain_days=grain_days)
    alone = everywhere(network, holding_rate=rate, unit_holding=unit_holding, bound=bound)
    from scipy.special import ndtr

    lived = None
    if lives is not None:
        lived = live_chain(
            network,
            promised_days=placement.promised_days,
            inbound_days=placement.inbound_days,
            base_stock=placement.base_stock,
            seed=lives.seed,
            lives=lives.lives,
            days=lives.days + lives.days // 5,
            warm_up=lives.days // 5,
            grain_days=1.0,
        )
    stated, bounded = ndtr(stage_demand(network).factor), NORMAL if bound is None else EXPOSURE
    return Chained(described, placement, alone, stated, lived, bounded, rate if unit_holding is None else np.nan)


@dataclass(frozen=True, slots=True)
class InSeries:
    """
    Stages in a row as if promises could fail (Clark & Scarf), beside the bounds of Shang & Song.

    ``shortage`` is the cost of a unit waited for [currency/unit/day]; ``yearly_cost`` [currency/year].
    """

    optimum: EchelonStock
    bounds: EchelonBounds
    shortage: float
    yearly_cost: float


def in_series(found: Chained, shortage: float) -> InSeries:
    """
    The check that guaranteed service cannot make on itself: the same stages with delays that pass on.

    Raises
    ------
    NetworkError
        For a cost of 0 or less, items with a holding rate of their own, and stages that do not stand in a row.
    """
    network = found.described.network
    if not shortage > 0 or np.isnan(found.holding_rate):
        what = f"a shortage cost of {shortage:g}" if not shortage > 0 else "a plant's items, each with its own holding rate"
        raise NetworkError(network.name, what, "a chain from a file, with one holding rate, and a cost above 0 a unit and day")
    optimum, bounds = serial_of(network, shortage, holding_rate=found.holding_rate)
    return InSeries(optimum, bounds, shortage, optimum.cost * DAYS_PER_YEAR)


def network(
    plant: Plant,
    settings: Settings = USUAL,
    spread: Spread = serially,
    *,
    bounded: Bounded = "exposure",
    grain_days: float = 1.0,
    lives: Lives | None = USUAL_LIVES,
) -> Chained:
    """
    Where the stages of a plant's bill of materials hold stock, decided together.

    `recommend` measures and sizes each item alone; here the items of the bill of materials are looked at together, and an
    item may run just-in-time on the reserve of those before or after it. The exposure of every item is drawn again for
    every net replenishment time it could have, so one round is exact: no estimate depends on what is chosen.

    Parameters
    ----------
    bounded
        ``exposure``: an item's reserve over a net replenishment time is read off its own exposure, drift, form and outages
        in it; ``normal``: ``k sigma sqrt(t)`` of what follows from the end items' demand.
    grain_days
        Service times are whole numbers of these.
    lives
        How it is lived; None: not at all.

    Raises
    ------
    NetworkError
        Where the plant has no bill of materials, or one that goes in a circle (told item by item).
    """
    bare = replace(settings, anatomy_items=0, coming_items=0, gate_items=0)  # explanations that nobody sees here
    found = chain_of(plant, decided(plant, bare, spread))
    from scipy.special import ndtr

    described, own = found.described, None
    if bounded == EXPOSURE:
        derived = stage_demand(described.network)
        own = StageExposure(found.known, ndtr(derived.factor), derived)
        unseen = int((~own.recorded).sum())
        notes = [f"No usage is on record of {count(unseen, 'item')}: there reserves follow from the end items."] if unseen else []
        described = replace(described, notes=(*described.notes, *notes, *([CALM] if lives else [])))
    return chained(described, unit_holding=found.unit_holding, bound=own, grain_days=grain_days, lives=lives)
