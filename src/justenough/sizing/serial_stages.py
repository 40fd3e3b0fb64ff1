"""Serial stages: echelon base stocks of a series of stages whose promises may be late (stochastic service).

Stage 1 serves the customers, stage 2 serves stage 1, and so on; unmet demand waits. Continuous review. Where guaranteed
service takes every promise as kept, here a stage that runs out delays the next: the two are a check on each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from justenough.domain.errors import NetworkError
from justenough.sizing.classic.tails import poisson_tails

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.network import Network
    from justenough.domain.ragged import Floats

Law = Literal["normal", "poisson"]
LAWS = ("normal", "poisson")
STEPS = 80  # grid steps in the smallest standard deviation of normal demand; the cost's error falls with their square
FAR = 8.0  # standard deviations beyond which nothing is counted


@dataclass(frozen=True, slots=True)
class EchelonStock:
    """
    Echelon base stocks, (n,) [units], and their cost a unit of time.

    The echelon stock of a stage is all at it and behind it down to the customers, less what they wait for.
    """

    echelon_base_stock: Floats
    cost: float

    @property
    def local_base_stock(self) -> Floats:
        """Base stock of each stage alone, with the same effect. (n,) [units]"""
        most = np.minimum.accumulate(self.echelon_base_stock[::-1])[::-1]
        return np.diff(most, prepend=0.0)


@dataclass(frozen=True, slots=True)
class EchelonBounds:
    """Newsvendor bounds on the cheapest echelon base stocks, and the mean of both. (n,) [units]"""

    lower: Floats
    upper: Floats

    @property
    def middle(self) -> Floats:
        """Shang & Song's own choice, rounded down to whole units by whoever counts in them."""
        return 0.5 * (self.lower + self.upper)


def serial_optimum(
    holding: ArrayLike, lead_time: ArrayLike, shortage: float, *, mean: float, sd: float = 0.0, law: Law = "normal"
) -> EchelonStock:
    """
    Cheapest echelon base stocks (Clark & Scarf 1960, in the recursion of Chen & Zheng 1994).

    Parameters
    ----------
    holding : (n,) [currency/unit/time]
        Echelon holding cost of each stage: what its unit costs to hold above the stage before it.
    lead_time : (n,) [time]
        0 where a stage answers at once: it then holds nothing its customer's stage could not hold as well.
    shortage : [currency/unit/time]
        Cost of a unit that a customer waits for.
    mean, sd : [units/time], [units/sqrt(time)]
        Of demand; ``sd`` counts for the normal law.
    law
        ``normal`` on a fine grid, or ``poisson``, exact.

    Returns
    -------
    EchelonStock
        Its cost counts what is held at and between the stages.

    Raises
    ------
    ValueError
        For costs or times that cannot be, and a law nobody knows.

    Notes
    -----
    ``C_j(y) = E[h_j (y - D_j) + C_{j-1}(min(S_{j-1}, y - D_j))]`` with ``C_0(x) = (p + sum h) max(-x, 0)``; Snyder & Shen,
    *Fundamentals of Supply Chain Theory*, 2nd ed., section 6.2.2.

    Examples
    --------
    >>> found = serial_optimum([0.25] * 4, [0.25] * 4, 9.0, mean=16, law="poisson")
    >>> found.echelon_base_stock.tolist(), round(found.cost, 3)
    ([8.0, 13.0, 18.0, 22.0], 12.688)
    """
    own, times = _checked(holding, lead_time, shortage, mean, sd, law)
    if not times.any():
        return EchelonStock(np.zeros(len(own)), 0.0)  # nothing is ever on its way
    width = 1.0 if law == "poisson" else sd * np.sqrt(times[times > 0].min()) / STEPS
    chances = [_chances(mean * time, sd * np.sqrt(time), law, width) for time in times]
    reach = sum(max(first, 0) + len(chance) for first, chance in chances)
    places = np.arange(-reach, reach + 1)
    x = places * width
    below = (shortage + own.sum()) * np.maximum(-x, 0.0)
    levels, cost, start = np.empty(len(own)), 0.0, 0
    for stage, (first, chance) in enumerate(chances):
        paid = own[stage] * x[start:] + below[start:]
        expected = np.convolve(paid, chance, mode="valid")  # from the first place all of whose demands lie on the grid
        start += first + len(chance) - 1
        expected = expected[: len(x) - start]
        x = x[: start + len(expected)]  # demand below zero would look beyond the grid's end
        best = int(expected.argmin())
        # A kink is its own place; between places lies only the least of what demand has smoothed.
        between = _beside(expected, best, law) if times[: stage + 1].any() else 0.0
        levels[stage], cost = x[start + best] + width * between, float(expected[best])
        below = np.concatenate([np.zeros(start), np.where(np.arange(len(expected)) < best, expected, cost)])
    return EchelonStock(levels, cost)


def serial_bounds(
    holding: ArrayLike, lead_time: ArrayLike, shortage: float, *, mean: float, sd: float = 0.0, law: Law = "normal"
) -> EchelonBounds:
    """
    Bounds on the cheapest echelon base stocks, one newsvendor a stage (Shang & Song 2003, Theorem 1).

    Parameters are those of `serial_optimum`. Stage j's demand is that of its lead time and of all stages after it; the
    upper bound weighs shortage against its own and earlier echelon costs, the lower one against all of them.
    """
    from scipy.special import ndtri
    from scipy.stats import poisson

    own, times = _checked(holding, lead_time, shortage, mean, sd, law)
    ahead = np.cumsum(times)
    before = own.sum() - np.cumsum(own)  # of the stages that supply it
    shares = [(shortage + before) / (shortage + own.sum()), (shortage + before) / (shortage + before + own)]
    if law == "poisson":
        lower, upper = (poisson.ppf(share, mean * ahead) for share in shares)
    else:
        lower, upper = (mean * ahead + sd * np.sqrt(ahead) * ndtri(share) for share in shares)
    return EchelonBounds(np.asarray(lower), np.asarray(upper))


def serial_of(network: Network, shortage: float, *, holding_rate: float = 0.25) -> tuple[EchelonStock, EchelonBounds]:
    """
    The same for a network whose stages stand in a row, from the customers' stage on, costs a year and times in days.

    Parameters
    ----------
    shortage : [currency/unit/day]
        Cost of a unit that a customer waits for.

    Raises
    ------
    NetworkError
        Where a stage has two suppliers or customers, demand comes from outside at another than the last, a stage time
        varies, or a link takes other than one unit: nothing exact is known there.
    """
    order = network.order[::-1]
    k = len(order)
    inner = np.ones(k, dtype=np.bool_)
    inner[order[0]] = False
    rows = (
        network.links.tolist() == []
        if k == 1
        else sorted(map(tuple, network.links.tolist())) == sorted(zip(order[1:], order[:-1], strict=True))
    )
    if not rows or (network.demand_sd[inner] > 0).any() or (network.demand_mean[inner] > 0).any():
        raise NetworkError(network.name, "stages that do not stand in a row", "one supplier and one customer each, demand at the last only")
    if (network.time_sd_days > 0).any() or (network.per != 1.0).any() or (network.time_days < 0).any():
        raise NetworkError(
            network.name, "a stage time that varies or is below 0, or a link of other than one unit", "certain times and one unit a unit"
        )
    holding = holding_rate / 365.25 * network.cost_added[order]
    lead = network.time_days[order].copy()
    lead[-1] += network.inbound_days[order[-1]]
    mean, sd = float(network.demand_mean[order[0]]), float(network.demand_sd[order[0]])
    return serial_optimum(holding, lead, shortage, mean=mean, sd=sd), serial_bounds(holding, lead, shortage, mean=mean, sd=sd)


def _checked(holding: ArrayLike, lead_time: ArrayLike, shortage: float, mean: float, sd: float, law: str) -> tuple[Floats, Floats]:
    own, times = np.atleast_1d(np.asarray(holding, dtype=np.float64)), np.atleast_1d(np.asarray(lead_time, dtype=np.float64))
    if law not in LAWS:
        raise ValueError(f"law must be one of {', '.join(LAWS)}, got {law!r}")
    if len(own) != len(times) or not len(own):
        raise ValueError(f"holding and lead_time must be of one length, got {len(own)} and {len(times)}")
    if not ((own > 0).all() and (times >= 0).all()):
        raise ValueError("holding costs must be above 0, lead times 0 or more")
    if not (shortage > 0 and mean >= 0 and (law == "poisson" or sd > 0)):
        raise ValueError(f"shortage and sd must be above 0 and mean 0 or more, got {shortage}, {sd} and {mean}")
    return own, times


def _beside(cost: Floats, best: int, law: str) -> float:
    """Where between the grid's places the least cost lies, in steps from the best of them."""
    if law == "poisson" or not 0 < best < len(cost) - 1:
        return 0.0
    before, at, after = cost[best - 1 : best + 2]
    return float(0.5 * (before - after) / (before - 2.0 * at + after))


def _chances(mean: float, sd: float, law: str, width: float) -> tuple[int, Floats]:
    """First place on the grid and the probabilities of demand from there on; what lies beyond goes to the ends."""
    from scipy.special import ndtr

    if mean == 0.0 and sd == 0.0:
        return 0, np.ones(1)  # of no time at all, or nothing is wanted
    spread = np.sqrt(mean) if law == "poisson" else sd
    low, high = int(np.floor((mean - FAR * spread) / width)), int(np.ceil((mean + FAR * spread) / width)) + 1
    if law == "poisson":
        low = 0
        up_to = poisson_tails(np.arange(low, high + 30, dtype=np.float64), np.array(mean)).below
    else:
        up_to = ndtr(((np.arange(low, high) + 0.5) * width - mean) / sd)
    up_to[-1] = 1.0
    return low, np.diff(up_to, prepend=0.0)
