"""Network: stages that buy, make and move things, and who supplies whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import NetworkError
from justenough.domain.ragged import Ragged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats, Ints

SLICES = 24  # equally likely stage times that stand for a mean and a spread


@dataclass(frozen=True, slots=True)
class Network:
    """
    Stages of a chain, any number of suppliers and customers each, without a circle.

    Parameters
    ----------
    name
        What the plant calls it.
    stages : k names
    links : (m, 2)
        Stage ``links[a, 0]`` supplies stage ``links[a, 1]``.
    per : (m,) [units/unit]
        Units of the supplier that go into one of the customer.
    times, shares : k series [days], [fraction]
        Times a stage may take once everything it needs is there, and how often each happens.
    cost_added : (k,) [currency/unit]
        Cost that the stage itself adds to a unit.
    inbound_days : (k,) [days]
        Service time that suppliers outside the network promise.
    promise_days : (k,) [days]
        Longest service time the stage may promise; infinity where nobody limits it.
    demand_mean, demand_sd : (k,) [units/day], [units/sqrt(day)]
        Demand from outside the network; 0 where there is none.
    service : (k,) [fraction]
        Share of exposed times in which demand stays within its bound; NaN where it follows from the customers'.
    kinds : k words
        What each stage is, such as ``part``; may be empty.

    Raises
    ------
    NetworkError
        For what no chain can have, with the stage named; a circle is told stage by stage.
    """

    name: str
    stages: tuple[str, ...]
    links: Ints
    per: Floats
    times: Ragged
    shares: Ragged
    cost_added: Floats
    inbound_days: Floats
    promise_days: Floats
    demand_mean: Floats
    demand_sd: Floats
    service: Floats
    kinds: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.stages:
            raise NetworkError(self.name, "no stage", "at least one stage")
        if len(set(self.stages)) < len(self.stages):
            twice = next(one for one in self.stages if self.stages.count(one) > 1)
            raise NetworkError(self.name, f"two stages called {twice!r}", "a name of its own for each")
        self._check_figures()
        self._check_links()
        circle = circle_in(len(self.stages), self.links)
        if circle:
            told = " -> ".join(self.stages[i] for i in circle)
            raise NetworkError(self.name, f"stages that supply themselves in a circle: {told}", "a chain in which nothing goes into itself")

    @classmethod
    def of(
        cls,
        name: str,
        stages: Sequence[str],
        *,
        links: ArrayLike,
        time_days: ArrayLike,
        cost_added: ArrayLike,
        demand_mean: ArrayLike = 0.0,
        demand_sd: ArrayLike = 0.0,
        time_sd_days: ArrayLike = 0.0,
        per: ArrayLike = 1.0,
        inbound_days: ArrayLike = 0.0,
        promise_days: ArrayLike = np.nan,
        service: ArrayLike = 0.95,
        kinds: Iterable[str] | None = None,
        times: Mapping[int, tuple[Sequence[float], Sequence[float]]] | None = None,
    ) -> Network:
        """
        A network from figures given once for all stages or one by one.

        Parameters
        ----------
        time_sd_days
            Spread of the stage time, gamma distributed about ``time_days``.
        promise_days
            NaN: 0 where there is demand from outside, no limit elsewhere.
        service
            Counts where there is demand from outside; a figure at any other stage is left out when given once for all.
        times
            By place of the stage: its possible times [days] and their shares, instead of mean and spread.
        """
        k = len(stages)
        joined = np.array(links, dtype=np.int64).reshape(-1, 2)

        def column(values: ArrayLike, size: int) -> Floats:
            return np.array(np.broadcast_to(np.asarray(values, dtype=np.float64), size))

        mean, spread, outside = column(time_days, k), column(time_sd_days, k), column(demand_mean, k)
        drawn = [(times or {}).get(i) or sliced(float(mean[i]), float(spread[i])) for i in range(k)]
        promised = column(promise_days, k)
        promised = np.where(np.isnan(promised), np.where((outside > 0) | (column(demand_sd, k) > 0), 0.0, np.inf), promised)
        wanted = column(service, k)
        if np.ndim(service) == 0:
            wanted = np.where((outside > 0) | (column(demand_sd, k) > 0), wanted, np.nan)
        return cls(
            name=name,
            stages=tuple(stages),
            links=joined,
            per=column(per, len(joined)),
            times=Ragged.of([one[0] for one in drawn]),
            shares=Ragged.of([one[1] for one in drawn]),
            cost_added=column(cost_added, k),
            inbound_days=column(inbound_days, k),
            promise_days=promised,
            demand_mean=outside,
            demand_sd=column(demand_sd, k),
            service=wanted,
            kinds=tuple(kinds) if kinds is not None else ("",) * k,
        )

    def _check_figures(self) -> None:
        for label, values, unit in (
            ("added cost", self.cost_added, ""),
            ("inbound service time", self.inbound_days, " days"),
            ("promise", self.promise_days, " days"),
            ("mean demand", self.demand_mean, " a day"),
            ("demand spread", self.demand_sd, " a root day"),
        ):
            endless = np.isinf(values) if label != "promise" else np.zeros(len(values), dtype=np.bool_)
            for i in np.flatnonzero(~(values >= 0) | endless):
                raise NetworkError(self.name, f"stage {self.stages[i]!r} with {label} {values[i]:g}{unit}", "a number, 0 or more")
        for i in np.flatnonzero((self.service <= 0) | (self.service >= 1)):
            found = f"stage {self.stages[i]!r} with service {self.service[i]:g}"
            raise NetworkError(self.name, found, "more than 0 and less than 1: no finite stock gives 1")
        for i in np.flatnonzero(((self.demand_mean > 0) | (self.demand_sd > 0)) & np.isnan(self.service)):
            raise NetworkError(self.name, f"stage {self.stages[i]!r} with demand and no service", "the share of exposed times to cover")
        for stage, times, shares in zip(self.stages, self.times, self.shares, strict=True):
            if not len(times) or not (times >= 0).all() or not np.isfinite(times).all():
                raise NetworkError(self.name, f"stage {stage!r} with times {times.tolist()} days", "finite numbers, 0 or more")
            if not (shares > 0).all() or abs(shares.sum() - 1.0) > 1e-6:
                raise NetworkError(self.name, f"stage {stage!r} with shares {shares.tolist()}", "shares above 0 that add up to 1")

    def _check_links(self) -> None:
        k, seen = len(self.stages), set()
        for (giver, taker), per in zip(self.links.tolist(), self.per, strict=True):
            if not (0 <= giver < k and 0 <= taker < k):
                raise NetworkError(self.name, f"a link from place {giver} to place {taker}", f"places from 0 to {k - 1}")
            between = f"{self.stages[giver]} -> {self.stages[taker]}"
            if not 0 < per < np.inf:
                raise NetworkError(self.name, f"link {between} of {per:g} units", "more than 0 units a unit")
            if (giver, taker) in seen:
                raise NetworkError(self.name, f"link {between} twice", "one link with the sum of both quantities")
            seen.add((giver, taker))

    @property
    def time_days(self) -> Floats:
        """Mean stage time. (k,) [days]"""
        return np.asarray(np.add.reduceat(self.times.values * self.shares.values, self.times.offsets[:-1]))

    @property
    def time_sd_days(self) -> Floats:
        """Standard deviation of the stage time. (k,) [days]"""
        square = np.add.reduceat(np.square(self.times.values) * self.shares.values, self.times.offsets[:-1])
        return np.asarray(np.sqrt(np.maximum(square - np.square(self.time_days), 0.0)))

    @property
    def longest_days(self) -> Floats:
        """Longest stage time that can happen. (k,) [days]"""
        return np.asarray(np.maximum.reduceat(self.times.values, self.times.offsets[:-1]))

    @property
    def order(self) -> Ints:
        """Stages so that every supplier comes before its customers. (k,)"""
        return _sorted(len(self.stages), self.links)

    @property
    def outer(self) -> Ints:
        """Stages with demand from outside."""
        return np.flatnonzero((self.demand_mean > 0) | (self.demand_sd > 0))

    @property
    def total_cost(self) -> Floats:
        """Cost of a unit as it leaves the stage, all that went into it counted. (k,) [currency/unit]"""
        total = self.cost_added.copy()
        into: list[list[int]] = [[] for _ in self.stages]
        for link, taker in enumerate(self.links[:, 1]):
            into[int(taker)].append(link)
        for stage in self.order:
            for link in into[stage]:
                total[stage] += self.per[link] * total[self.links[link, 0]]
        return total

    @property
    def is_tree(self) -> bool:
        """Whether no two stages are joined by more than one way, whatever the direction."""
        group = list(range(len(self.stages)))
        for giver, taker in self.links.tolist():
            first, second = _head(group, giver), _head(group, taker)
            if first == second:
                return False
            group[first] = second
        return True


def sliced(mean: float, sd: float) -> tuple[list[float], list[float]]:
    """
    Equally likely values with this mean and standard deviation, cut from a gamma distribution.

    Parameters
    ----------
    mean, sd : [days]
        Without a spread the answer is one certain value.

    Returns
    -------
    values, shares
        Means of `SLICES` slices of equal probability, drawn apart about the mean until the spread is right.
    """
    if sd <= 0.0 or mean <= 0.0:
        return [max(mean, 0.0)], [1.0]
    from scipy.special import gammainc, gammaincinv

    shape = (mean / sd) ** 2
    edges = gammaincinv(shape, np.arange(SLICES + 1) / SLICES)
    means = mean * SLICES * np.diff(gammainc(shape + 1.0, edges))
    wide = mean + (means - mean) * sd / max(float(means.std()), 1e-300)
    if wide.min() < 0.0:  # a spread beyond the mean: the low end stays where it is, at no time at all
        wide = means
    return wide.tolist(), [1.0 / SLICES] * SLICES


def circle_in(k: int, links: Ints) -> list[int]:
    """Places of one circle, the first one again at the end; empty where there is none."""
    done = set(_sorted(k, links).tolist())
    if len(done) == k:
        return []
    before = {int(taker): int(giver) for giver, taker in links if int(giver) not in done and int(taker) not in done}
    place, seen = next(iter(before)), list[int]()
    while place not in seen:
        seen.append(place)
        place = before[place]
    return [place, *reversed(seen[seen.index(place) :])]


def _sorted(k: int, links: Ints) -> Ints:
    """Places so that givers come first; those in or behind a circle are left out."""
    waiting = np.bincount(links[:, 1], minlength=k).tolist() if len(links) else [0] * k
    after: list[list[int]] = [[] for _ in range(k)]
    for giver, taker in links.tolist():
        after[giver].append(taker)
    ready = [i for i in range(k) if waiting[i] == 0]
    for place in ready:  # grows while it is read
        for taker in after[place]:
            waiting[taker] -= 1
            if waiting[taker] == 0:
                ready.append(taker)
    return np.array(ready, dtype=np.int64)


def _head(group: list[int], place: int) -> int:
    while group[place] != place:
        group[place] = group[group[place]]
        place = group[place]
    return place
