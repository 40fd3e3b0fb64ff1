"""Throughput: how long an order takes on its own machines, stops, queue, set-ups and calendar in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from justenough.domain.item import LeadTimeBasis
from justenough.estimation.machines_measured import Machines, machines_of
from justenough.estimation.queues import unit_days, waits_of
from justenough.estimation.routes import Routes, routes_of
from justenough.estimation.shortfalls import shortfalls
from justenough.estimation.stops import Stops, two_parts
from justenough.estimation.uncertainty import seeds_of
from justenough.kernels.completion import completions

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.lead_time import LeadTime

Column = TypeVar("Column", "Floats", "Ints")

LUMPS = 60  # an order passes a line in at most so many transfers
BLOCK = 1024  # items whose possible completions are held at once
Z95 = 1.6448536269514722


@dataclass(frozen=True)
class Completion:
    """
    Possible lead times of made items, in calendar days, from their machines alone.

    Parameters
    ----------
    items : (m,)
        Their rows.
    possible : (m, n) [days]
        In each of n histories.
    calm : (m, n) [days]
        As if no machine ever stopped; what is left is the queue, and where in the calendar the order begins.
    work_days : (m,) [days]
        Planned time on machines without stops and queues.
    """

    items: Ints
    possible: Floats = field(repr=False)
    calm: Floats = field(repr=False)
    work_days: Floats = field(repr=False)


@dataclass(frozen=True)
class Link:
    """
    What ties items to machines; replace the machines, and the items' lead times follow.

    Parameters
    ----------
    machines
        As measured.
    routes
    other
        Lead times of all items without machines in them: receipts, plans.
    rate : (n_items,) [units/day]
        Demand.
    units : (n_items,) [units]
        Of one order.
    rest_mean_days, rest_sd_days : (n_items,) [days]
        What an item's own receipts or its plan say beyond its machines: release, transport, inspection.
    measured
        `lead_time` of the machines as measured.
    """

    machines: Machines
    routes: Routes
    other: LeadTime = field(repr=False)
    rate: Floats = field(repr=False)
    units: Floats = field(repr=False)
    rest_mean_days: Floats = field(repr=False)
    rest_sd_days: Floats = field(repr=False)
    measured: LeadTime | None = field(repr=False, default=None)

    def items_of(self, machine: str) -> Ints:
        """Rows of the items that pass a machine."""
        return self.routes.items_of(self.machines.at(machine))

    @property
    def continuous(self) -> Ints:
        """Rows of the items that are made as they are wanted, not by the order."""
        return self.routes.item[self.routes.continuous]

    def lead_time(self, machines: Machines | None = None, *, items: Ints | None = None, bound: bool = True) -> LeadTime:
        """
        Lead times of all items; those of bought ones are as they were.

        Parameters
        ----------
        machines
            As if these were the plant's; None: as measured.
        items
            Rows of the made items to work out; the others are as measured. None: all.
        bound
            Whether the upper bound of the mean is asked for, which takes as long again; without it that stays as it was.
        """
        if machines is None and self.measured is not None:
            return self.measured
        base = self.other if self.measured is None or items is None else self.measured
        machines = machines or self.machines
        wanted = self.routes.items if items is None else np.intersect1d(items, self.routes.items)
        bad = machines.bounded() if bound else None
        for some in self._blocks(wanted):
            worst = None if bad is None else completion_of(bad, self.routes, self.rate, self.units, some).possible.mean(axis=1)
            base = self._with(base, completion_of(machines, self.routes, self.rate, self.units, some), worst)
        return base

    def _blocks(self, items: Ints) -> list[Ints]:
        """Items of one place together, so that its queue is worked out for few blocks."""
        place = np.zeros(int(self.routes.item.max()) + 1, dtype=np.int64)
        place[self.routes.item[::-1]] = self.routes.place[::-1]  # of their first stage
        ordered = items[np.argsort(place[items], kind="stable")]
        return [np.sort(ordered[start : start + BLOCK]) for start in range(0, len(ordered), BLOCK)]

    def utilisation(self, machines: Machines | None = None) -> Floats:
        """Share of its planned time that each machine is busy or broken with all that is routed to it. (k,) [fraction]"""
        machines = machines or self.machines
        routes = self.routes
        item, stage = routes.item[routes.stage], routes.stage
        share = np.array([clock.share for clock in machines.clocks])[routes.machine]
        batch = np.where(np.isnan(routes.batch), self.units[routes.item], routes.batch)[stage]
        work = unit_days(machines, routes)
        busy = work * (1.0 + machines.stop_share.mean(axis=1)[routes.machine]) + routes.setup_days * machines.setup[routes.machine] / batch
        load = np.nan_to_num(self.rate[item] * busy / share)
        return np.bincount(routes.machine, load, len(machines)).astype(np.float64)

    def asked(self, machines: Machines | None = None) -> Floats:
        """
        Share of its planned time that each place of the routes is asked for: a machine alone, or a line, an order at a time.

        (p,) [fraction]; above `MachineParams.busiest` its queue is that of a place as busy as that.
        """
        machines, routes = machines or self.machines, self.routes
        first = routes.machine[routes.offsets[:-1]]
        asked = self.utilisation(machines)[first]
        lines = np.flatnonzero(routes.stations > 1)
        if len(lines):
            on = routes.only(routes.stations > 1)
            days, _ = worked_days(machines, on, self.units)
            share = np.array([clock.share for clock in machines.clocks])[first[lines]]
            load = self.rate[on.item] / self.units[on.item] / share * days.mean(axis=1)
            asked[lines] = np.bincount(on.place, load, len(routes.places))[on.place]
        out = np.zeros(len(routes.places))
        out[routes.place] = asked
        return out

    def _with(self, base: LeadTime, found: Completion, worst: Floats | None) -> LeadTime:
        """``base`` with the lead times of some made items, and with their bounds where the worst is known."""
        at, rest, spread = found.items, self.rest_mean_days[found.items], self.rest_sd_days[found.items]
        parts = two_parts(found.possible, np.isin(at, self.continuous))
        mean, calm = found.possible.mean(axis=1), found.calm.mean(axis=1)
        told = base.basis[at] == LeadTimeBasis.RECEIPTS
        known = np.where(told, np.nan_to_num(self.other.mean_upper_days[at] - self.other.mean_days[at]), 0.0)
        upper = base.mean_upper_days[at] if worst is None else rest + parts.mean + np.hypot(known, np.maximum(worst - mean, 0.0))
        p95 = rest + mean + np.hypot(np.quantile(found.possible, 0.95, axis=1) - mean, Z95 * spread)
        sd = np.hypot(parts.sd, spread)
        columns = {
            "mean_days": rest + parts.mean, "sd_days": sd, "effective_sd_days": sd, "mean_upper_days": upper, "p95_days": p95,
        }  # fmt: skip
        stops = {
            "probability": parts.probability, "wait_days": parts.wait, "wait_sd_days": parts.wait_sd,
            "saved_days": mean - calm, "calm_sd_days": np.hypot(found.calm.std(axis=1), spread), "work_days": found.work_days,
        }  # fmt: skip
        before = base.stops or Stops.none(len(base.mean_days))
        return replace(
            base,
            basis=_put(base.basis, at, np.where(told, LeadTimeBasis.RECEIPTS, LeadTimeBasis.MACHINES).astype(np.int64)),
            **{name: _put(getattr(base, name), at, values) for name, values in columns.items()},
            stops=Stops(**{name: _put(getattr(before, name), at, values) for name, values in stops.items()}),
        )


def link_of(plant: Plant, lead_time: LeadTime, rate: Floats, order_units: Floats, machines: Machines | None = None) -> Link | None:
    """
    Tie a plant's made items to its measured machines; None where nothing is routed over them, or no repair was ever seen to end.

    What an item's own production orders took (receipts), or its planned lead time, holds the machines' time; what it says
    beyond that is kept as a rest that no machine changes, and where it says less the machines are believed.

    Parameters
    ----------
    plant
        Its routing, lines, machines and their records.
    lead_time
        Of all items, from `justenough.estimation.lead_time.lead_time_of`.
    rate : (n_items,) [units/day]
        Demand of each item.
    order_units : (n_items,) [units]
        Of one order; an item without demand or order is not tied.
    machines
        From `machines_of`, if at hand.
    """
    machines = machines or machines_of(plant)
    if machines is None or not plant.tables["routing"].height or not machines.repairs.any():
        return None
    return tied(machines, routes_of(plant, machines.names), lead_time, rate, order_units)


def tied(machines: Machines, routes: Routes, lead_time: LeadTime, rate: Floats, order_units: Floats) -> Link | None:
    """`link_of`, of routes that are at hand."""
    wanted = (rate[routes.item] > 0.0) & (order_units[routes.item] > 0.0)
    routes = routes.only(np.isin(routes.item, routes.item[~wanted], invert=True))
    if not len(routes):
        return None
    n = len(lead_time.mean_days)
    mean, sd = np.zeros(n), np.zeros(n)
    for start in range(0, len(routes.items), BLOCK):
        found = completion_of(machines, routes, rate, order_units, routes.items[start : start + BLOCK])
        at = found.items
        mean[at] = np.maximum(np.nan_to_num(lead_time.mean_days[at]) - found.possible.mean(axis=1), 0.0)
        told = lead_time.basis[at] == LeadTimeBasis.RECEIPTS
        left = np.square(np.nan_to_num(lead_time.sd_days[at])) - np.where(told, found.possible.var(axis=1), 0.0)
        sd[at] = np.sqrt(np.maximum(left, 0.0))
    link = Link(machines, routes, lead_time, rate, order_units, mean, sd)
    return replace(link, measured=link.lead_time())


def completion_of(machines: Machines, routes: Routes, rate: Floats, units: Floats, items: Ints) -> Completion:
    """
    Possible lead times of some made items on these machines.

    Every stage is a queue and then the order's own work: each machine's operating time with the repairs that fall in it, as
    many of them and as long as one possible history of it has (a compound distribution); on a line the pieces follow each
    other through its stations and their room. The queue of a stage is that of all items routed there (`waits_of`). Nights
    and weekends are put in at the end, the order starting at any time. An item that has a machine to itself and needs no
    set-ups is not made by the order: for it the time is its shortfall, in days of its demand (`shortfalls`).

    Parameters
    ----------
    rate, units
        Of all items, as in `Link`. (n_items,)
    items : (m,)
        Rows of the items asked for.
    """
    near = routes.only(np.isin(routes.place, routes.place[np.isin(routes.item, items)]))
    # Lines need everything that passes them to know their queue; a machine alone has a closed form.
    needed = np.isin(near.item, items) | (near.stations > 1)
    worked = near.only(needed)
    possible, calm = worked_days(machines, worked, units)
    waits = waits_of(machines, near, rate, units, needed, possible)
    calm_waits = waits_of(machines.never_stopping(), near, rate, units, needed, np.repeat(calm[:, None], possible.shape[1], axis=1))
    row = np.searchsorted(items, worked.item)
    own = np.isin(worked.item, items)
    total, peaceful, work = (np.zeros((len(items), width)) for width in (possible.shape[1], possible.shape[1], 1))
    np.add.at(total, row[own], (possible + waits[worked.place])[own])
    np.add.at(peaceful, row[own], (calm[:, None] + calm_waits[worked.place])[own])
    np.add.at(work, row[own], calm[own, None])
    last = np.zeros(len(items), dtype=np.int64)
    last[row[own]] = worked.machine[worked.offsets[1:] - 1][own]
    for at in np.unique(last):
        some, clock = last == at, machines.clocks[at]
        start = _spread_evenly(machines, int(at), total.shape[1])
        total[some], peaceful[some] = clock.elapsed(total[some], start), clock.elapsed(peaceful[some], start)
    steady = near.only(near.continuous & np.isin(near.item, items))
    if len(steady):
        at = np.searchsorted(items, steady.item)
        total[at], peaceful[at] = shortfalls(machines, steady, rate), 0.0
    return Completion(items, total, peaceful, work[:, 0])


def worked_days(machines: Machines, routes: Routes, units: Floats, most_lumps: int = LUMPS) -> tuple[Floats, Floats]:
    """Planned time of each stage without its queue, in every history, and without stops. (s, n), (s,) [days]"""
    order, stage = units[routes.item], routes.stage
    lumps = np.where(routes.stations > 1, np.clip(np.ceil(order), 1, most_lumps), 1).astype(np.int64)
    setups = np.where(np.isnan(routes.batch), 1.0, np.ceil(order / routes.batch - 1e-9))
    cycle = unit_days(machines, routes) * (order / lumps)[stage]
    setup = routes.setup_days * machines.setup[routes.machine] * (setups / lumps)[stage]
    room = np.floor(routes.room / (order / lumps)[stage]).astype(np.int64)
    columns = (routes.offsets, routes.machine, cycle, setup, room, lumps)
    figures, law, seeds = machines.figures()
    longest = machines.params.longest_stop_days
    possible, calm = np.empty((len(routes), figures.shape[1])), np.empty((len(routes), 1))
    completions(*columns, figures, law, longest, seeds, possible)
    still = np.full((len(machines), 1, 5), np.inf)
    completions(*columns, still, law, longest, seeds, calm)
    return possible, calm[:, 0]


def _spread_evenly(machines: Machines, machine: int, n: int) -> Floats:
    """Moments of the calendar at which orders begin, one a history. (n,) [fraction]"""
    rng = np.random.default_rng([int(seeds_of([machines.names[machine]], machines.params.seed)[0]), 7])
    return np.asarray((rng.permutation(n) + 0.5) / n)


def _put(column: Column, at: Ints, values: Column) -> Column:
    out = column.copy()
    out[at] = values
    return out
