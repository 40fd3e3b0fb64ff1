"""Chains: a network lived day by day, each stage serving from its own stock what its customers ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.kernels.passing import in_order, served
from justenough.simulation.draws import seeds_of

if TYPE_CHECKING:
    from justenough.domain.network import Network
    from justenough.domain.ragged import Floats

LAWS = ("normal", "gamma")
STRETCH = 4.0  # longest stage times for which a drawn stage time lasts


@dataclass(frozen=True, slots=True)
class LivedChain:
    """
    What each stage of a network came to, one row a life; all columns are (lives, k).

    Parameters
    ----------
    on_time : [fraction]
        Days whose demand left whole when it was due.
    fill_rate : [fraction]
        Units that were there when they were due.
    stock : [units]
        On hand when the day's demand had left, mean.
    own_on_time : [fraction]
        As ``on_time``, had every supplier kept its promise: what the stage's own stock is there for.
    """

    on_time: Floats
    fill_rate: Floats
    stock: Floats
    own_on_time: Floats

    def mean(self, column: str) -> Floats:
        """Mean of a column over the lives. (k,)"""
        return np.asarray(getattr(self, column).mean(axis=0))

    def standard_error(self, column: str) -> Floats:
        """Standard error of that mean. (k,)"""
        lives = len(self.on_time)
        return (
            np.asarray(getattr(self, column).std(axis=0, ddof=1) / np.sqrt(lives)) if lives > 1 else np.full(self.on_time.shape[1], np.nan)
        )


def live_chain(
    network: Network,
    *,
    promised_days: Floats,
    inbound_days: Floats,
    base_stock: Floats,
    seed: int,
    lives: int = 8,
    days: int = 10_000,
    warm_up: int = 1_000,
    law: str = "gamma",
    grain_days: float = 1.0,
) -> LivedChain:
    """
    Live a network under base stocks and promised service times.

    Demand of a day is known at its end and ordered at every stage at once. A stage that runs out delivers late, which
    makes its customers late; nobody expedites, so what is lived is harsher than a model whose promises are always kept.
    A stage time that varies stays as it is for a stretch of days and then changes; what is under way is not overtaken.
    (Drawn anew each day without overtaking, every batch would wait for the slowest before it.)

    Parameters
    ----------
    promised_days, inbound_days : (k,) [days]
    base_stock : (k,) [units]
    seed
        With the name of each stage, fixes its demand and its stage times.
    law
        Of a day's demand outside: ``normal`` (days below zero are returns) or ``gamma`` (no day below zero).
    grain_days : [days]
        Length of a day of this life.

    Raises
    ------
    ValueError
        For a law nobody knows or a warm-up that leaves no day.
    """
    if law not in LAWS:
        raise ValueError(f"law must be one of {', '.join(LAWS)}, got {law!r}")
    if not 0 <= warm_up < days:
        raise ValueError(f"warm_up must be below days = {days}, got {warm_up}")
    k = len(network.stages)
    lived = LivedChain(*(np.zeros((lives, k)) for _ in range(4)))
    into: list[list[int]] = [[] for _ in range(k)]
    out_of: list[list[int]] = [[] for _ in range(k)]
    for link, (giver, taker) in enumerate(network.links.tolist()):
        into[taker].append(giver)
        out_of[giver].append(link)
    clock = np.arange(days) * grain_days
    own_seeds = seeds_of(network.stages, seed)
    for life in range(lives):
        draws = [np.random.default_rng([life, int(own)]) for own in own_seeds]
        demand = _asked(network, draws, out_of, days, grain_days, law)
        left = np.empty((k, days))
        for j in network.order.tolist():
            took = _took(draws[j], network.times[j], network.shares[j], days, grain_days)
            arrives = clock + network.inbound_days[j]
            for giver in into[j]:
                arrives = np.maximum(arrives, left[giver])
            kept, late = clock + inbound_days[j] + took, np.maximum(arrives, 0.0) + took
            for ready, column in ((kept, None), (late, lived.on_time)):
                tally = np.zeros(4)
                in_order(ready)
                served(demand[j], grain_days, ready, float(base_stock[j]), float(promised_days[j]), warm_up, left[j], tally)
                share = tally[0] / (days - warm_up)
                if column is None:
                    lived.own_on_time[life, j] = share
                else:
                    column[life, j] = share
                    lived.fill_rate[life, j] = tally[1] / tally[2] if tally[2] > 0 else 1.0
                    lived.stock[life, j] = tally[3] / (days - warm_up)
    return lived


def _took(draw: np.random.Generator, times: Floats, shares: Floats, days: int, grain_days: float) -> Floats:
    """Stage time of each day's batch. (days,) [days]"""
    if len(times) == 1:
        return np.full(days, times[0])
    stretch = max(int(np.ceil(STRETCH * times.max() / grain_days)), 1)
    return np.repeat(draw.choice(times, size=days // stretch + 1, p=shares), stretch)[:days]


def _asked(network: Network, draws: list[np.random.Generator], out_of: list[list[int]], days: int, grain_days: float, law: str) -> Floats:
    """Units each stage is asked for, day by day. (k, days)"""
    demand = np.zeros((len(network.stages), days))
    for j in reversed(network.order.tolist()):
        mean, sd = network.demand_mean[j] * grain_days, network.demand_sd[j] * np.sqrt(grain_days)
        if sd > 0 and law == "gamma" and mean > 0:
            demand[j] += draws[j].gamma((mean / sd) ** 2, sd**2 / mean, size=days)
        elif sd > 0:
            demand[j] += draws[j].normal(mean, sd, size=days)
        else:
            demand[j] += mean
        for link in out_of[j]:
            demand[j] += network.per[link] * demand[network.links[link, 1]]
    return demand
