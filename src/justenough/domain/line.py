"""Line: machines that fail, and the buffers between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import LineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from justenough.domain.ragged import Floats, Ints

    Bools = NDArray[np.bool_]

LEAST_CAPACITY = 2


@dataclass(frozen=True, slots=True)
class Line:
    """
    A serial line or an assembly tree.

    Parameters
    ----------
    name
        What the plant calls it.
    machines : k names
    cycle_days : (k,) [days/part]
        Time of one part on each machine while it runs.
    up_days, down_days : (k,) [days]
        Mean operating time between failures and mean time to repair.
    repair_scv : (k,) [1]
        Squared coefficient of variation of repair times.
    by_clock : (k,)
        Whether the machine also fails while it has nothing to do.
    scrap, rework : (k,) [fraction]
        Share of the machine's parts that are thrown away; that go through it again.
    links : (b, 2)
        Buffer j takes parts from machine ``links[j, 0]`` and gives them to ``links[j, 1]``.
    capacity : (b,) [parts]
        Most parts between the two machines, the one in each machine's fixture counted: places between them
        and 2 more. 2 is no buffer at all.
    part_value : (b,) [currency/part]
        Value of a part in each buffer; NaN where nobody said.

    Raises
    ------
    LineError
        For what no line can have, with the machine or buffer named.
    """

    name: str
    machines: tuple[str, ...]
    cycle_days: Floats
    up_days: Floats
    down_days: Floats
    repair_scv: Floats
    by_clock: Bools
    scrap: Floats
    rework: Floats
    links: Ints
    capacity: Ints
    part_value: Floats

    def __post_init__(self) -> None:
        if len(self.machines) < 1:
            raise LineError(self.name, "no machine", "at least one machine")
        for machine, cycle, up, down in zip(self.machines, self.cycle_days, self.up_days, self.down_days, strict=True):
            if not cycle > 0:
                raise LineError(self.name, f"machine {machine!r} with a cycle time of {cycle:g} days", "more than 0")
            if not up > 0:
                raise LineError(self.name, f"machine {machine!r} with an MTBF of {up:g} days", "more than 0; infinity where it never fails")
            if not 0 <= down < np.inf:
                raise LineError(self.name, f"machine {machine!r} with an MTTR of {down:g} days", "0 or more")
        for label, shares in (("scrap", self.scrap), ("rework", self.rework)):
            for machine, share in zip(self.machines, shares, strict=True):
                if not 0 <= share < 1:
                    raise LineError(self.name, f"machine {machine!r} with {label} of {share:g}", "a share from 0 to below 1")
        for j, capacity in enumerate(self.capacity):
            if capacity < LEAST_CAPACITY:
                found = f"buffer {self.buffer_name(j)} of {capacity}"
                raise LineError(self.name, found, "2 parts or more: one in each machine's fixture counts, so 2 is no buffer")
        self._check_tree()

    @classmethod
    def of(
        cls,
        name: str,
        machines: Sequence[str],
        *,
        cycle_days: ArrayLike,
        up_days: ArrayLike,
        down_days: ArrayLike,
        capacity: ArrayLike,
        links: ArrayLike | None = None,
        repair_scv: ArrayLike = 1.0,
        by_clock: ArrayLike = False,
        scrap: ArrayLike = 0.0,
        rework: ArrayLike = 0.0,
        part_value: ArrayLike = np.nan,
    ) -> Line:
        """
        A line from figures given once for all machines or one by one.

        Parameters
        ----------
        links
            Without them the machines stand one after the other.
        """
        k = len(machines)
        joined = np.array([(i, i + 1) for i in range(k - 1)] if links is None else links, dtype=np.int64).reshape(-1, 2)

        def column(values: ArrayLike, size: int) -> Floats:
            return np.array(np.broadcast_to(np.asarray(values, dtype=np.float64), size))

        return cls(
            name=name,
            machines=tuple(machines),
            cycle_days=column(cycle_days, k),
            up_days=column(up_days, k),
            down_days=column(down_days, k),
            repair_scv=column(repair_scv, k),
            by_clock=np.array(np.broadcast_to(np.asarray(by_clock, dtype=np.bool_), k)),
            scrap=column(scrap, k),
            rework=column(rework, k),
            links=joined,
            capacity=np.array(np.broadcast_to(np.asarray(capacity, dtype=np.int64), len(joined))),
            part_value=column(part_value, len(joined)),
        )

    def _check_tree(self) -> None:
        """Every pair of machines joined by one path: no loop, nothing apart."""
        group = list(range(len(self.machines)))
        for j, (giver, taker) in enumerate(self.links):
            first, second = _head(group, int(giver)), _head(group, int(taker))
            if first == second:
                found = f"buffer {self.buffer_name(j)} that closes a loop"
                raise LineError(self.name, found, "a line or a tree, with one way between any two machines")
            group[first] = second
        if len({_head(group, i) for i in range(len(group))}) > 1:
            raise LineError(self.name, "machines that no buffer joins to the others", "one line, every machine joined")

    def buffer_name(self, place: int) -> str:
        """The two machines a buffer lies between."""
        giver, taker = self.links[place]
        return f"{self.machines[giver]} to {self.machines[taker]}"

    @property
    def serial(self) -> bool:
        """Whether each machine has at most one before and one after it."""
        givers, takers = self.links[:, 0], self.links[:, 1]
        return len(set(givers.tolist())) == len(givers) and len(set(takers.tolist())) == len(takers)

    @property
    def order(self) -> Ints:
        """Machines so that every giver comes before its takers. (k,)"""
        waiting = np.bincount(self.links[:, 1], minlength=len(self.machines))
        ready = [int(i) for i in np.flatnonzero(waiting == 0)]
        for machine in ready:  # grows while it is read
            for taker in self.links[self.links[:, 0] == machine, 1]:
                waiting[taker] -= 1
                if waiting[taker] == 0:
                    ready.append(int(taker))
        return np.array(ready, dtype=np.int64)

    @property
    def availability(self) -> Floats:
        """Share of time each machine would run alone. (k,) [fraction]"""
        return np.asarray(1.0 / (1.0 + self.down_days / self.up_days))


def _head(group: list[int], place: int) -> int:
    while group[place] != place:
        place = group[place]
    return place
