"""Echelon: which stages of a network hold stock, and which pass on what they are given (guaranteed service)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import NetworkError
from justenough.sizing.forest import folded
from justenough.sizing.loops import FULL_EFFORT, Effort, core_of, solved
from justenough.sizing.pooled import stage_demand
from justenough.sizing.stage_costs import lattice_of, net_times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.network import Network
    from justenough.domain.ragged import Floats, Ints
    from justenough.kernels.guaranteed import Lattice
    from justenough.sizing.pooled import DemandBound, StageDemand

    Bools = NDArray[np.bool_]

HELD = 0.05  # share of the reserve for all of its exposed time below which a stage counts as just-in-time


@dataclass(frozen=True, slots=True)
class Placement:
    """
    Service times of a network and what they need; columns are (k,).

    Parameters
    ----------
    promised_days, inbound_days : [days]
        Service time each stage promises; the one it is promised.
    net_days, net_sd_days : [days]
        Time that the stage covers from its own stock, mean and spread.
    reserve : [units]
        Safety stock.
    base_stock : [units]
        Mean demand of the net time and the reserve.
    pipeline : [units]
        Mean units in work or on their way at the stage.
    unit_cost : [currency/unit]
        Cost of a unit as it leaves the stage.
    holding_cost : [currency/year]
        Of the reserve.
    holds
        Whether the stage keeps a reserve to speak of, a twentieth or more of what all of its exposed time would need; the
        others run just-in-time on what they are promised.
    bound : [currency/year]
        No plan of service times in these grains holds for less.
    searched
        Parts of the search that were looked at; 1 where no loop had to be opened.
    """

    network: Network
    promised_days: Floats
    inbound_days: Floats
    net_days: Floats
    net_sd_days: Floats
    reserve: Floats
    base_stock: Floats
    pipeline: Floats
    unit_cost: Floats
    holding_cost: Floats
    holds: Bools
    bound: float
    searched: int

    @property
    def total_cost(self) -> float:
        """Holding cost of all reserves [currency/year]."""
        return float(self.holding_cost.sum())

    @property
    def gap(self) -> float:
        """How much less another plan could cost at most [fraction]; 0 is proven best."""
        total = self.total_cost
        return 0.0 if total <= 0 else float(max(0.0, 1.0 - self.bound / total))

    @property
    def proven(self) -> bool:
        """Whether no plan is better by more than rounding."""
        return self.gap <= FULL_EFFORT.close


def guaranteed(
    network: Network,
    *,
    holding_rate: float = 0.25,
    unit_holding: Floats | None = None,
    bound: DemandBound | None = None,
    grain_days: float = 1.0,
    effort: Effort = FULL_EFFORT,
) -> Placement:
    """
    Service times of least holding cost, each promise kept as long as demand stays within its bound.

    Trees are solved exactly by dynamic programming (Graves & Willems 2000, with any cost that never falls, Lesnaia 2004).
    What lies between loops is bounded by reweighted chains and searched by branch and bound (the idea of Humair &
    Willems 2011, with a sharper bound); the answer says how far from the best it may be.

    Parameters
    ----------
    holding_rate : [1/year]
        Of a unit's cost.
    unit_holding : (k,) [currency/unit/year]
        Instead of rate times cost.
    bound
        Reserve over a net replenishment time; without it ``k sigma sqrt(t)`` of the demand outside (`stage_demand`).
    grain_days : [days]
        Service times are whole numbers of these.
    effort
        How long loops are searched.

    Raises
    ------
    NetworkError
        For a holding cost that is no cost, and service times too long to be counted in these grains.

    References
    ----------
    .. [1] Graves & Willems, *Optimizing strategic safety stock placement in supply chains*, M&SOM 2 (2000).
    .. [2] Magnanti et al., *Inventory placement in acyclic supply chain networks*, OR Letters 34 (2006).

    Examples
    --------
    >>> from justenough.domain.network import Network
    >>> chain = Network.of(
    ...     "two", ["make", "sell"], links=[(0, 1)], time_days=[9, 1], cost_added=[10, 90], demand_mean=[0, 20], demand_sd=[0, 5]
    ... )
    >>> guaranteed(chain).holds.tolist()
    [True, True]
    """
    if not grain_days > 0:
        raise ValueError(f"grain_days must be above 0, got {grain_days}")
    yearly = _held_a_year(network, holding_rate, unit_holding)
    demand = stage_demand(network)
    reserve_over = demand if bound is None else bound
    grid = lattice_of(network, reserve_over, yearly, grain_days)
    promised, inbound, least, searched = _chosen(network, grid, effort)
    promised_days, inbound_days = (np.asarray(times * grain_days, dtype=np.float64) for times in (promised, inbound))
    return placed(network, promised_days, inbound_days, yearly, demand, bound=bound, least=least, searched=searched)


def placed(
    network: Network,
    promised_days: Floats,
    inbound_days: Floats,
    yearly: Floats,
    demand: StageDemand,
    *,
    bound: DemandBound | None = None,
    least: float = 0.0,
    searched: int = 0,
) -> Placement:
    """What given service times need; no choice is made."""
    every = np.arange(len(network.stages))
    reserve_over = demand if bound is None else bound
    net, whole = net_times(network, every, inbound_days - promised_days), net_times(network, every, inbound_days)
    reserve = reserve_over(every, net.mean_days, net.sd_days)
    holding_cost = yearly * reserve
    return Placement(
        network=network,
        promised_days=promised_days,
        inbound_days=inbound_days,
        net_days=net.mean_days,
        net_sd_days=net.sd_days,
        reserve=reserve,
        base_stock=demand.mean * net.mean_days + reserve,
        pipeline=demand.mean * network.time_days,
        unit_cost=network.total_cost,
        holding_cost=holding_cost,
        holds=reserve > HELD * reserve_over(every, whole.mean_days, whole.sd_days),
        bound=min(least, float(holding_cost.sum())),
        searched=searched,
    )


def everywhere(
    network: Network, *, holding_rate: float = 0.25, unit_holding: Floats | None = None, bound: DemandBound | None = None
) -> Placement:
    """Every stage holding its own: each promises at once, or as late as outside demand allows where that is all it serves."""
    yearly = _held_a_year(network, holding_rate, unit_holding)
    k = len(network.stages)
    supplies = np.bincount(network.links[:, 0], minlength=k) > 0
    longest = network.inbound_days + network.longest_days
    promised = np.where(supplies, 0.0, np.minimum(network.promise_days, longest))
    return placed(network, promised, network.inbound_days.copy(), yearly, stage_demand(network), bound=bound)


def _held_a_year(network: Network, holding_rate: float, unit_holding: Floats | None) -> Floats:
    """Cost of a unit held at each stage. (k,) [currency/unit/year]"""
    if unit_holding is None:
        if not 0.0 < holding_rate < np.inf:
            raise NetworkError(network.name, f"a holding rate of {holding_rate:g} a year", "more than 0: 0.25 means 25 % a year")
        return np.asarray(holding_rate * network.total_cost)
    yearly = np.asarray(unit_holding, dtype=np.float64)
    for i in np.flatnonzero(~((yearly >= 0.0) & np.isfinite(yearly))):
        found = f"stage {network.stages[i]!r} held at {yearly[i]:g} a unit and year"
        raise NetworkError(network.name, found, "a number, 0 or more: less would pay for stock without end")
    return yearly


def _chosen(network: Network, grid: Lattice, effort: Effort) -> tuple[Ints, Ints, float, int]:
    """Service times in grains, the cost no plan goes below, and the parts searched."""
    k = len(network.stages)
    giver, taker = np.ascontiguousarray(network.links[:, 0]), np.ascontiguousarray(network.links[:, 1])
    forest = folded(giver, taker, grid, np.zeros(grid.i_at[-1]), np.zeros(grid.s_at[-1]))
    looped = forest.stays[giver] & forest.stays[taker]
    core = core_of(k, giver[looped], taker[looped], network.order)
    alone = forest.stays.copy()
    alone[core.order] = False
    promised, inbound, searched = np.zeros(k, dtype=np.int64), np.zeros(k, dtype=np.int64), 1
    least = forest.grow(np.flatnonzero(alone), promised, inbound)
    if len(core.order):
        found = solved(core, grid, forest.inside, forest.outside, effort, spare=least)
        promised[core.order], inbound[core.order] = found.promised[core.order], found.inbound[core.order]
        least, searched = least + found.bound, found.searched
    forest.unfold(promised, inbound)
    return promised, inbound, least, searched
