"""Stage costs: what each stage of a network pays for every pair of service times, as arrays for the kernels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import NetworkError
from justenough.kernels.guaranteed import Lattice

if TYPE_CHECKING:
    from justenough.domain.network import Network
    from justenough.domain.ragged import Floats, Ints
    from justenough.sizing.pooled import DemandBound

TINY = 1e-9  # grains by which a time may miss a whole number of them
MOST_PAIRS = 50_000_000  # of service times whose cost is kept, all stages together: 0.4 GB


@dataclass(frozen=True, slots=True)
class Net:
    """Net replenishment times: ``max(0, inbound + stage time - promised)``, mean and spread (n,) [days]."""

    mean_days: Floats
    sd_days: Floats


def net_times(network: Network, stage: Ints, ahead_days: Floats) -> Net:
    """
    Mean and spread of the time a stage must cover itself.

    Parameters
    ----------
    stage : (n,)
    ahead_days : (n,) [days]
        Inbound service time less promised service time.
    """
    points = network.times.lengths[stage]
    first = network.times.offsets[:-1][stage]
    mean, square = np.zeros(len(stage)), np.zeros(len(stage))
    for turn in range(int(points.max(initial=0))):
        there = np.flatnonzero(points > turn)
        place = first[there] + turn
        exposed = np.maximum(ahead_days[there] + network.times.values[place], 0.0)
        mean[there] += network.shares.values[place] * exposed
        square[there] += network.shares.values[place] * np.square(exposed)
    variance = square - np.square(mean)
    return Net(mean, np.where(points > 1, np.sqrt(np.maximum(variance, 0.0)), 0.0))


def lattice_of(network: Network, bound: DemandBound, yearly: Floats, grain_days: float) -> Lattice:
    """
    Cost by service times of each stage, and between what limits they may be chosen.

    Parameters
    ----------
    yearly : (k,) [currency/unit/year]
        Cost of a unit held.
    grain_days
        Service times are whole numbers of these; stage times need not be.

    Raises
    ------
    NetworkError
        More grains than memory holds: a time typed in another unit, or grains too fine.
    """
    k = len(network.stages)
    _refuse_endless(network, grain_days)
    least = -np.floor(network.longest_days / grain_days + TINY).astype(np.int64)
    i_low = np.ceil(network.inbound_days / grain_days - TINY).astype(np.int64)
    with np.errstate(invalid="ignore"):
        most = np.where(np.isinf(network.promise_days), 2.0**40, np.floor(network.promise_days / grain_days + TINY)).astype(np.int64)
    i_high, s_high = _highest(network, least, i_low, most)
    lengths = i_high - least + 1
    if lengths.sum() > MOST_PAIRS:
        raise _endless(network, grain_days)
    at = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    stage = np.repeat(np.arange(k), lengths)
    ahead = np.asarray((np.arange(at[-1]) - at[stage] + least[stage]) * grain_days, dtype=np.float64)
    net = net_times(network, stage, ahead)
    cost = yearly[stage] * bound(stage, net.mean_days, net.sd_days)
    same = np.append(False, stage[1:] == stage[:-1])
    for j in np.unique(stage[1:][same[1:] & (np.diff(cost) < 0)]):  # a longer time is never given a smaller reserve
        cost[at[j] : at[j + 1]] = np.maximum.accumulate(cost[at[j] : at[j + 1]])
    return Lattice(
        cost=cost,
        at=at,
        least=least,
        i_low=i_low,
        i_high=i_high,
        s_low=np.zeros(k, dtype=np.int64),
        s_high=s_high,
        i_at=np.concatenate([[0], np.cumsum(i_high + 1)]).astype(np.int64),
        s_at=np.concatenate([[0], np.cumsum(s_high + 1)]).astype(np.int64),
    )


def _refuse_endless(network: Network, grain_days: float) -> None:
    """Where even a single stage has more grains than all may have; beyond that, counting them would not fit a whole number."""
    if (np.maximum(network.longest_days, network.inbound_days) / grain_days > MOST_PAIRS).any():
        raise _endless(network, grain_days)


def _endless(network: Network, grain_days: float) -> NetworkError:
    days = network.longest_days + network.inbound_days
    slowest = int(days.argmax())
    found = f"service times too many to count, {days[slowest]:g} days at stage {network.stages[slowest]!r} in grains of {grain_days:g}"
    return NetworkError(network.name, found, "shorter times or coarser grains (--grain-days)")


def _highest(network: Network, least: Ints, i_low: Ints, most: Ints) -> tuple[Ints, Ints]:
    """Longest times that can matter: the sum of stage times before, cut where a promise is limited."""
    givers: list[list[int]] = [[] for _ in network.stages]
    for giver, taker in network.links.tolist():
        givers[taker].append(giver)
    inbound, promised = i_low.tolist(), [0] * len(network.stages)
    for j in network.order.tolist():
        inbound[j] = max([inbound[j], *(promised[giver] for giver in givers[j])])
        promised[j] = min(int(most[j]), inbound[j] - int(least[j]))
    return np.array(inbound, dtype=np.int64), np.array(promised, dtype=np.int64)
