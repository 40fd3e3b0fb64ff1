"""Stop shares: which of its machines' stops spread an item's lead time, the waits behind them included, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.estimation.queues import waits_of
from justenough.estimation.throughput import worked_days

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.machines_measured import Machines
    from justenough.estimation.routes import Routes
    from justenough.estimation.throughput import Link

    Bools = NDArray[np.bool_]

LUMPS = 20  # an order passes a line in at most so many transfers here: shares move by a hundredth
LIVES = 200_000  # of orders along lines, so far as `LEAST` histories allow
LEAST = 256


@dataclass(frozen=True, slots=True)
class StopShares:
    """
    One row an item and machine that it passes, sorted by both.

    Parameters
    ----------
    item, machine : (r,)
        Their rows, in the plant and in the link's machines.
    share : (r,) [fraction]
        Of the variance that stops add to the item's lead time; those of an item add up to 1.
    """

    item: Ints
    machine: Ints
    share: Floats


def stop_shares_of(link: Link, items: Ints) -> StopShares:
    """
    Shares of the machines in what stops add to the variance of made items' lead times.

    Parameters
    ----------
    link
    items : (m,)
        Their rows; those that are not made on measured machines have no row in what comes back.

    Notes
    -----
    Places know nothing of each other, so that the variances of the queue before each and of the work in it add up; each place is
    lived by itself, nights and weekends left out, as if one of its machines never stopped and as if it alone did. The mean of
    what the first takes away and of what the second adds is the machine's Shapley value as far as machines meet in pairs, and
    two lives a machine instead of one for each set of them. An item that passes one machine is not worked out.
    """
    passed = np.unique(np.column_stack([link.routes.item[link.routes.stage], link.routes.machine]), axis=0)
    item, machine = passed[np.isin(passed[:, 0], items)].T
    count = np.bincount(item, minlength=int(link.routes.item.max(initial=0)) + 1)
    near = link.routes.only(np.isin(link.routes.place, link.routes.place[count[link.routes.item] > 1]))
    lines = near.stations > 1
    adds = np.zeros((len(count), len(link.machines)))
    _add(adds, link.machines, link, near.only(~lines), count > 1)
    _add(adds, link.machines.coarse(max(LIVES // max(lines.sum(), 1), LEAST)), link, near.only(lines), count > 1)
    added = np.maximum(adds[item, machine], 0.0)
    total = np.bincount(item, added, len(count))[item]
    return StopShares(item, machine, np.where(total > 0.0, added / np.where(total > 0.0, total, 1.0), 1.0 / count[item]))


def _add(adds: Floats, machines: Machines, link: Link, routes: Routes, wanted: Bools) -> None:
    """Add to ``adds`` (items, machines) what the stops of each machine add to the variances of the wanted items, place by place."""
    for place in np.unique(routes.place):
        here = routes.only(routes.place == place)
        own, stations = here.item[wanted[here.item]], np.unique(here.machine)
        most, least = (_variance(one, link, here, wanted) for one in (machines, machines.never_stopping()))
        if len(stations) == 1:
            adds[own, stations[0]] += most - least
            continue
        for at in stations:
            name = machines.names[at]
            without, alone = (_variance(one, link, here, wanted) for one in (machines.never_stopping(name), machines.only_stopping(name)))
            adds[own, at] += 0.5 * (most - without + alone - least)


def _variance(machines: Machines, link: Link, here: Routes, wanted: Bools) -> Floats:
    """Of the queue before one place and of an order's way through it, of each wanted item. (m,) [days^2]"""
    own = wanted[here.item]
    given = own | (here.stations > 1)  # a line's queue is known from the ways of all items through it
    possible, _ = worked_days(machines, here.only(given), link.units, LUMPS)
    waits = waits_of(machines, here, link.rate, link.units, given, possible)[here.place[0]]
    return np.asarray(waits.var() + possible[own[given]].var(axis=1))
