"""Spares: demand for parts that repairs use up, from where they are installed and how often that fails."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.item import DemandKind, Form
from justenough.domain.machine import DAY
from justenough.estimation.trends import Trend

if TYPE_CHECKING:
    from justenough.domain.machine import Bools
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.demand import Demand
    from justenough.estimation.history import History
    from justenough.estimation.machines_measured import Machines

EPOCH = dt.date(1970, 1, 1)
COVERED = 0.8  # of the machines' time that use must be on record to be held against their failures
PRIOR_FAILURES = 0.5  # failures' worth of belief: Jeffreys' for a Poisson rate


@dataclass(frozen=True)
class Spares:
    """
    Places of spare parts in machines; each array has one entry a row of the `spares` table.

    Parameters
    ----------
    item, machine
        Rows of the item and of the machine.
    installed : [units]
    quantity : [units/failure]
    failures
        Of that machine for that reason, as recorded.
    place_days : [days]
        Operating time on record times the places installed.
    use : [fraction]
        Operating time of a machine for each day of the calendar.
    taken
        Of these failures, those that took one by the part's own record of use; all where the table says which do.
    shape, place_rate : [-], [failures/place and operating day]
        Of the gamma posterior of the rate, and its mean.
    machines
        What they rest on.
    """

    item: Ints
    machine: Ints
    installed: Floats
    quantity: Floats
    failures: Ints
    taken: Floats
    place_days: Floats
    use: Floats
    shape: Floats
    place_rate: Floats
    machines: Machines = field(repr=False)

    def wanted(self, n: int) -> Bools:
        """Which of ``n`` items are spare parts whose machines may fail, used before or not. (n,)"""
        return np.asarray(np.bincount(self.item, self.place_rate * self.use, n) > 0.0)

    def failures_a_day(self, machines: Machines | None = None) -> Floats:
        """Failures of each row a calendar day; ``machines``: as if these failed more or less often than those on record."""
        rate = self.place_rate * self.installed * self.use
        if machines is None:
            return rate
        often = [(1.0 / one.mtbf_days).mean(axis=1) for one in (machines, self.machines)]
        factor = np.divide(often[0], often[1], out=np.ones(len(often[0])), where=often[1] > 0.0)
        return np.asarray(rate * factor[self.machine])

    def waiting_worth(self, machine_worth: Floats, shortage_days: Floats) -> Floats:
        """
        Worth of the machines that stand, on average, while a part is short. (n_items,) [as ``machine_worth``]

        A shortage begins with a machine that fails and finds no part, which is as likely this one as its share of the failures. Each
        other machine joins it when it fails, and stands till the end: of ``w`` days a share of ``1 - (1 - exp(-f w)) / (f w)``.

        Parameters
        ----------
        machine_worth : (k,)
            Of one machine standing.
        shortage_days : (n_items,) [days]
            ``w``.
        """
        n, k = len(shortage_days), len(machine_worth)
        failures = np.bincount(self.item * k + self.machine, self.failures_a_day(), n * k)
        asked = np.flatnonzero(failures)  # an item and one of its machines each
        item, worth, often = asked // k, machine_worth[asked % k], failures[asked]
        seen = often * np.nan_to_num(shortage_days[item])
        joins = np.where(seen > 0.0, 1.0 + np.expm1(-seen) / np.where(seen > 0.0, seen, 1.0), 0.0)
        first = often / np.bincount(item, often, n)[item]
        return np.bincount(item, worth * (first + (1.0 - first) * joins), n).astype(np.float64)


def spares_of(plant: Plant, machines: Machines) -> Spares | None:
    """
    How often each place of a spare part fails; None where no machine of the `spares` table is on record.

    Failures are those of the row's machine that its reason ended (every breakdown where none is named), against the time the
    machine operated. The rate of one place is gamma distributed given the failures (Poisson), with half a failure's worth of
    belief that it is that of all places of the part, in whatever machine. A place that has not failed yet therefore has a rate
    above zero, the lower the longer it has run.

    A row with neither a reason nor a quantity says only where the part is installed. Where fewer were used than its machines
    failed, so many failures took one (`_uses`): a press that failed 35 times and used one roller does not need 35.

    Parameters
    ----------
    plant
        Its `spares`.
    machines
        From `justenough.estimation.machines_measured.machines_of`.
    """
    codes = {item: row for row, item in enumerate(plant.items["item"])}
    rows = {name: row for row, name in enumerate(machines.names)}
    table = plant.tables["spares"].select("item", "machine", "installed", "reason", "quantity")
    kept = [row for row in table.iter_rows() if row[0] in codes and row[1] in rows]
    if not kept:
        return None
    up = machines.measured.uptimes
    places = {reason: at for at, reason in enumerate(up.reasons)}
    failed = up.lives.failed
    counts = np.zeros((len(machines), len(up.reasons) + 1))
    np.add.at(counts, (up.lives.machine[failed], up.reason[failed]), 1.0)
    item = np.array([codes[row[0]] for row in kept])
    machine = np.array([rows[row[1]] for row in kept])
    installed = np.array([1.0 if row[2] is None else row[2] for row in kept])
    quantity = np.array([1.0 if row[4] is None else row[4] for row in kept])
    failures = np.array(
        [
            counts[at].sum() if row[3] is None else counts[at, places[row[3]]] if row[3] in places else 0.0
            for at, row in zip(machine, kept, strict=True)
        ]
    )
    exposed = up.operated_days[machine] * installed
    n = len(plant)
    said = np.bincount(item, [row[3] is not None or row[4] is not None for row in kept], n)[item] > 0
    total, uses = np.bincount(item, failures, n)[item], _uses(plant, machines, [row[0] for row in kept])
    share = np.divide(np.minimum(uses, total), total, out=np.ones(len(item)), where=~said & (total > 0.0))
    taken = failures * share
    every = (np.bincount(item, column, n)[item] for column in (taken, exposed))  # of the part, wherever it is installed
    with np.errstate(divide="ignore", invalid="ignore"):
        belief = PRIOR_FAILURES / ((next(every) + PRIOR_FAILURES) / next(every))  # [place days]
        shape = taken + PRIOR_FAILURES
        rate = np.where(exposed + belief > 0.0, shape / (exposed + belief), 0.0)
    return Spares(
        item,
        machine,
        installed,
        quantity,
        failures.astype(np.int64),
        taken,
        exposed,
        up.operated_days[machine] / machines.span_days,
        shape,
        rate,
        machines,
    )


def _uses(plant: Plant, machines: Machines, parts: list[str]) -> Floats:
    """Units of each part used while the machines were watched; infinite where that is not on record."""
    unknown = np.full(len(parts), np.inf)
    first, last = ((day - EPOCH).days for day in _watched(machines))
    days, rows = plant.demand["date"].cast(pl.Int64).to_numpy(), plant.demand.filter(pl.col("item").is_in(parts))
    if not rows.height:  # use of spare parts is not booked
        return unknown
    begun, ended = max(int(days.min()), first), min(int(days.max()), last)
    whole, covered = last - first + 1, ended - begun + 1
    if covered < COVERED * whole:
        return unknown
    inside = rows.filter(pl.col("date").cast(pl.Int64).is_between(begun, ended)).group_by("item").agg(pl.col("quantity").sum())
    used = dict(inside.iter_rows())
    return np.array([max(used.get(part, 0.0), 0.0) for part in parts]) * whole / covered


def spare_demand(spares: Spares, demand: Demand, history: History, machines: Machines | None = None) -> Demand:
    """
    Demand of all items, that of spare parts from failures joined with what was used.

    Units a day are ``failures x quantity`` over the rows of an item, a compound Poisson stream, plus what the time of the machines'
    records saw used beyond those failures. Use before that time is other evidence of the same rate: the two are weighed by
    their precision. Use within it is of the same failures and does not count again; nor does earlier use of a machine
    whose failures have a trend. Where its own use says which failures take a part (`spares_of`), both are counts of the same and
    are added up, and an occasion takes as many units as it did.

    Parameters
    ----------
    demand, history
        Of all items, from their own use.
    machines
        As if these were the plant's: their failures change what is expected of both sources alike.
    """
    n = len(demand.mean)
    now, then = spares.failures_a_day(machines), spares.failures_a_day()
    units, past = (np.bincount(spares.item, rate * spares.quantity, n) for rate in (now, then))
    noise = np.bincount(spares.item, now * np.square(spares.quantity), n)
    doubt = np.bincount(spares.item, np.square(then * spares.quantity) / spares.shape, n)  # variance of the level as recorded
    trend = spares.machines.measured.trending
    taken, by_use = (np.bincount(spares.item, column, n) for column in (spares.taken, spares.taken < spares.failures))
    moved = np.bincount(spares.item, np.isin(trend[spares.machine], (Trend.IMPROVING, Trend.WORSENING)), n) > 0
    mean, variance, spread = units.copy(), noise.copy(), np.zeros(n)
    for at in np.unique(spares.item):
        inside, days_inside, before, days_before = _used(history, int(at), spares.machines)
        lump = noise[at] / units[at] if units[at] > 0.0 else 1.0
        level, unsure = past[at], doubt[at]
        if by_use[at]:
            lump = max(lump, _lump(history.series[at]))
            earlier = (0.0, 0.0) if moved[at] else (before, days_before)
            occasions = (taken[at] + earlier[0]) / lump + PRIOR_FAILURES
            level = lump * occasions / (spares.machines.span_days + earlier[1])
            unsure = level**2 / occasions
        elif days_before > 0.0 and not moved[at]:
            other = lump * max(before, 0.5 * lump) / days_before**2
            level = (level / unsure + before / days_before / other) / (1.0 / unsure + 1.0 / other)
            unsure = 1.0 / (1.0 / unsure + 1.0 / other)
        recorded = float((spares.failures * spares.quantity)[spares.item == at].sum())
        beyond = max(inside - recorded, 0.0) / days_inside if days_inside > 0.0 else 0.0
        factor = units[at] / past[at] if past[at] > 0.0 else 1.0
        mean[at] = level * factor + beyond
        variance[at] = (level * factor + beyond) * lump
        spread[at] = unsure * factor**2 + (beyond / days_inside if beyond > 0.0 else 0.0)
    told = np.zeros(n, dtype=bool)
    told[spares.item] = True
    some = np.where(mean > 0.0, mean, 1.0)
    drift = np.where(told, np.sqrt(spread) / some, demand.drift)
    streams = np.where(mean > 0.0, np.square(mean) / np.where(variance > 0.0, variance, 1.0), 0.0)
    idle = np.where(told, np.exp(-streams * demand.period_days), demand.idle)
    return replace(
        demand,
        kind=np.where(told, DemandKind.INTERMITTENT, demand.kind).astype(np.int64),
        mean=np.where(told, mean, demand.mean),
        variance=np.where(told, variance, demand.variance),
        drift=drift,
        swing=np.where(told, 0.0, demand.swing),
        idle=idle,
        form=np.where(told, Form.NEGATIVE_BINOMIAL, demand.form).astype(np.int64),
        step=np.where(told, 1.0, demand.step),
        lot=None if demand.lot is None else np.where(told, 1.0, demand.lot),
    )


def _lump(values: Floats) -> float:
    """Units of one occasion, as the mean unit met it; 1 where none was used."""
    used = values[values > 0.0]
    return float(np.square(used).sum() / used.sum()) if len(used) else 1.0


def _used(history: History, item: int, machines: Machines) -> tuple[float, float, float, float]:
    """Units used and days known within the time of the machines' records, and before it."""
    first, last = _watched(machines)
    values = history.series[item]
    begun = int(history.first_period[item])
    starts = np.array(history.starts[begun : begun + len(values)])
    known = ~np.isnan(values)
    before = known & (starts < first)
    within = known & (starts >= first) & (starts <= last)
    days = history.period_days
    return float(values[within].sum()), float(within.sum() * days), float(values[before].sum()), float(before.sum() * days)


def _watched(machines: Machines) -> tuple[dt.date, dt.date]:
    """First and last day of the machines' records."""
    first, last = (EPOCH + dt.timedelta(days=moment // DAY) for moment in (machines.since, machines.until - 1))
    return first, last
