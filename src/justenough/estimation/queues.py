"""Queues: how long an order waits before machines that stop, with all that is routed to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaincinv

from justenough.estimation.lifetimes import Law
from justenough.estimation.uncertainty import seeds_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats
    from justenough.estimation.machines_measured import Machines
    from justenough.estimation.routes import Routes

    Bools = NDArray[np.bool_]


def waits_of(machines: Machines, routes: Routes, rate: Floats, units: Floats, given: Bools, possible: Floats) -> Floats:
    """
    Possible waits of an order before each place. (p, n) [days of planned time]

    Parameters
    ----------
    rate, units : (n_items,) [units/day], [units]
        Demand, and one order of each item.
    given : (s,), possible : (m, n) [days]
        Stages whose time of one order is known in every history; read for lines only.

    Notes
    -----
    Orders find a place at moments that know nothing of each other, one after the other: M/G/1, for the mean Kingman's
    ``(c_a^2 + c_e^2) / 2 u / (1 - u) t_e`` (Hopp & Spearman, *Factory Physics*, ch. 8), exact for c_a = 1 (Pollaczek 1930,
    Khinchine 1932); the second moment is Takacs' (1962). A wait is nothing with probability 1 - u, else gamma with these
    moments. A machine's moments are those of Gaver's (1962) completion time in each history's own machine; those of a
    line are the mean over the histories, one order leaving it before the next begins. Above
    `MachineParams.busiest` no queue has an end: there it is taken to be so busy.
    """
    n = machines.mtbf_days.shape[1]
    first = routes.machine[routes.offsets[:-1]]
    clocks = np.array([clock.share for clock in machines.clocks])
    arrivals = rate[routes.item] / units[routes.item] / clocks[first]  # orders a day of planned time
    one, two, three = np.zeros((3, len(routes.places), n))
    alone = routes.stations == 1
    _add_machines(machines, routes, units, arrivals, alone, (one, two, three))
    line = np.flatnonzero(~alone)
    if len(line):
        time = possible[np.searchsorted(np.flatnonzero(given), line)]
        for power, moment in enumerate((one, two, three), start=1):
            np.add.at(moment, routes.place[line], (arrivals[line] * np.mean(time**power, axis=1))[:, None])
    busy = np.minimum(one, machines.params.busiest)
    idle = 1.0 - busy
    with np.errstate(divide="ignore", invalid="ignore"):
        scv = np.where(one > 0.0, two * _total(routes, arrivals)[:, None] / np.square(one) - 1.0, 0.0)
        kingman = (machines.params.arrival_scv + scv) / (1.0 + scv)
        mean = two / (2.0 * idle) * kingman
        square = 2.0 * np.square(mean) + three / (3.0 * idle) * kingman**2
        # Given that there is a wait: mean / u and square / u.
        relative = np.maximum(square * busy / np.square(mean) - 1.0, 1e-6)
        scale = mean / busy * relative
    out = np.zeros((len(routes.places), n))
    seeds = seeds_of(routes.places, machines.params.seed)
    for place in np.flatnonzero(one.max(axis=1) > 0.0):
        rng = np.random.default_rng([int(seeds[place]), 5])
        chance = (rng.permutation(n) + rng.random(n)) / n - idle[place]
        waits = chance > 0.0
        form = 1.0 / relative[place, waits]
        out[place, waits] = gammaincinv(form, chance[waits] / busy[place, waits]) * scale[place, waits]
    return out


def unit_days(machines: Machines, routes: Routes) -> Floats:
    """Operating time of each station for one good unit at the end of its stage. (t,) [days]"""
    m, stage = routes.machine, routes.stage
    log_quality = np.log(machines.quality[m])
    upto = np.cumsum(log_quality)
    last = upto[routes.offsets[1:] - 1][stage]
    passed = last - upto + log_quality  # of this station and those behind it
    return np.asarray(routes.cycle_days * (1.0 + machines.slowed[m]) / machines.speed[m] * np.exp(-passed))


def _total(routes: Routes, arrivals: Floats) -> Floats:
    return np.asarray(np.bincount(routes.place, arrivals, len(routes.places)), dtype=np.float64)


def _add_machines(
    machines: Machines, routes: Routes, units: Floats, arrivals: Floats, alone: Bools, moments: tuple[Floats, Floats, Floats]
) -> None:
    """Add arrivals times the first three moments of the completion time of every order on a machine that stands alone."""
    s = np.flatnonzero(alone)
    station = routes.offsets[s]
    m, order = routes.machine[station], units[routes.item[s]]
    work = unit_days(machines, routes)[station] * order
    setups = np.where(np.isnan(routes.batch[s]), 1.0, np.ceil(order / routes.batch[s] - 1e-9))
    setup = routes.setup_days[station] * machines.setup[m] * setups
    # Moments are powers of set-up and work, weighed by what the machine does in each history: items are added up first.
    place, n_places = routes.place[s], len(routes.places)

    def total(setups: int, works: int) -> Floats:
        return np.asarray(np.bincount(place, arrivals[s] * setup**setups * work**works, n_places)[used, None], dtype=np.float64)

    used, chosen = np.unique(place, return_index=True)
    at = m[chosen]
    up, down, scv = machines.mtbf_days[at], machines.mttr_days[at], machines.repair_scv[at]
    bell = (machines.repair_law[at] == Law.LOGNORMAL)[:, None]
    third = down**3 * (1.0 + scv) * np.where(bell, np.square(1.0 + scv), 1.0 + 2.0 * scv)
    slower, spread, skew = 1.0 + down / up, down**2 * (1.0 + scv) / up, third / up
    one, two, three = moments
    one[used] += total(1, 0) + slower * total(0, 1)
    two[used] += spread * total(0, 1) + total(2, 0) + 2.0 * slower * total(1, 1) + slower**2 * total(0, 2)
    three[used] += skew * total(0, 1) + 3.0 * spread * (total(1, 1) + slower * total(0, 2))
    three[used] += total(3, 0) + 3.0 * slower * total(2, 1) + 3.0 * slower**2 * total(1, 2) + slower**3 * total(0, 3)
