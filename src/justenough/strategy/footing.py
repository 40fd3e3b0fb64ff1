"""Footing: what a just-in-time item would earn if each figure of its supply stood so far from its estimate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import unique
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import Coded
from justenough.domain.policy import Levels
from justenough.estimation.exposure import exposure_over
from justenough.sizing.curve import mean_exposure
from justenough.sizing.single import outcome_at

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.lead_time import LeadTime
    from justenough.estimation.supply_bounds import SupplyBounds
    from justenough.strategy.trace import Known

DAYS_PER_YEAR = 365.25


@unique
class Suspect(Coded):
    """A figure that may keep an item from running just-in-time."""

    LEAD_TIME = 0  # its mean [days]
    SPREAD = 1  # sd of an order around it [days]
    OUTAGES = 2  # chance that an order meets an outage [fraction]
    RECOVERY = 3  # mean wait of an order that does [days]
    MTBF = 4  # of the machine that may weigh most [days]
    MTTR = 5  # of the same [days]
    DEMAND = 6  # sd of a day's demand [units]
    FORECAST = 7  # error of its level, relative to it [fraction]

    @property
    def label(self) -> str:
        """The word in the plan's ``gate_figure`` column."""
        return (
            "mean lead time",
            "spread of the lead time",
            "chance of an outage",
            "time to recover",
            "MTBF",
            "MTTR",
            "spread of demand",
            "error of the forecast",
        )[self]


OF_SUPPLY = (Suspect.LEAD_TIME, Suspect.SPREAD, Suspect.OUTAGES, Suspect.RECOVERY, Suspect.MTBF, Suspect.MTTR)


def only(way: Floats, suspect: Ints | Suspect, value: Floats | float) -> Floats:
    """The same ways, but for one figure of each item."""
    changed = way.copy()
    changed[np.arange(len(way)), suspect] = value
    return changed


def calmer(known: Known, noise: Floats | float, drift: Floats | float) -> Known:
    """Demand with so much of its daily spread and of its forecast's error."""
    demand = known.demand
    return replace(known, demand=replace(demand, variance=demand.variance * np.square(noise), drift=demand.drift * drift))


@dataclass(frozen=True, slots=True)
class Service:
    """Cycle service and fill rate of many items. (n_items,) each [fraction]"""

    cycle_service: Floats
    fill_rate: Floats


@dataclass(frozen=True, slots=True)
class Served:
    """What is earned with orders that stray as far as asked, and with orders that stray no further than believed."""

    wide: Service
    narrow: Service

    @property
    def cycle_service(self) -> Floats:
        """Of the worse. (n_items,) [fraction]"""
        return np.fmin(self.wide.cycle_service, self.narrow.cycle_service)

    @property
    def fill_rate(self) -> Floats:
        """Of the worse. (n_items,) [fraction]"""
        return np.fmin(self.wide.fill_rate, self.narrow.fill_rate)


def served(known: Known, way: Floats, levels: Levels, least: Floats) -> Served:
    """
    What just-in-time would earn if each figure of the supply were so far on its way; the worse of both counts.

    A wider spread of the same mean brings more orders early as well as late, so that it can serve a lean level better.

    Parameters
    ----------
    way : (n_items, 6)
        -1 nothing (of an MTBF: no failures), 0 the estimate, 1 the bound.
    """
    wide = _earned(known, way, levels, least)
    straying = way[:, Suspect.SPREAD] > 0.0
    if not straying.any():
        return Served(wide, wide)
    return Served(wide, _earned(known, only(way, Suspect.SPREAD, np.minimum(way[:, Suspect.SPREAD], 0.0)), levels, least))


def _earned(known: Known, way: Floats, levels: Levels, least: Floats) -> Service:
    """
    What just-in-time earns: the chosen level or, where that is more, the most that just-in-time may hold.

    A lead time is known with a machine's figures as measured, with slow repairs, with more failures as well, and without
    stops; between them service is taken to go straight, since the split of a lead time in two parts does not.
    """
    bounds = known.bounds
    machines = bounds.machines if bounds is not None else None
    mtbf, mttr = way[:, Suspect.MTBF], way[:, Suspect.MTTR]
    so = _as_if(known, way)
    if machines is None or not (mtbf.any() or mttr.any()):
        return _service(so, levels, least)
    made = machines.made
    slower, more, spared = np.maximum(mttr, 0.0), np.maximum(mtbf, 0.0), np.maximum(-np.minimum(mtbf, mttr), 0.0)
    share = {"now": 1.0 - slower - spared, "slow": slower - more, "bad": more, "calm": spared}
    times = {"now": so.lead_time, "slow": _instead(so, known, machines.slow), "bad": _instead(so, known, machines.bad)}
    times["calm"] = _without_stops(so.lead_time)
    cycle, fill = np.zeros(len(made)), np.zeros(len(made))
    for name, time in times.items():
        weight = np.where(made, share[name], 1.0 if name == "now" else 0.0)
        if weight.any():
            one = _service(replace(so, lead_time=time), levels, least)
            cycle += np.where(weight != 0.0, weight * one.cycle_service, 0.0)
            fill += np.where(weight != 0.0, weight * one.fill_rate, 0.0)
    return Service(cycle, fill)


def _service(so: Known, levels: Levels, least: Floats) -> Service:
    exposure = exposure_over(so.demand, so.lead_time, so.outages, so.review_days)
    lowest = np.minimum(levels.lowest_position, _whole(mean_exposure(exposure) + least, exposure.step))
    outcome = outcome_at(exposure, so.economics, Levels(lowest - exposure.step, levels.order_quantity, exposure.step))
    return Service(outcome.cycle_service, outcome.fill_rate)


def _instead(so: Known, known: Known, time: LeadTime) -> LeadTime:
    """What machines at their bounds make of a lead time; what was moved beside them stays moved."""
    days = so.lead_time.mean_days - known.lead_time.mean_days
    more = known.lead_time.mean_days - known.bounds.mean_days if known.bounds is not None else 0.0  # what rejects add
    return replace(time, mean_days=np.maximum(time.mean_days + days + more, 0.0))


def _without_stops(time: LeadTime) -> LeadTime:
    stops = time.stops
    if stops is None:
        return time
    made = stops.work_days > 0.0
    mean = np.where(made, np.maximum(time.mean_days + stops.mean_days - stops.saved_days, 0.0), time.mean_days)
    none = np.where(made, 0.0, stops.probability)
    return replace(time, mean_days=mean, sd_days=np.where(made, stops.calm_sd_days, time.sd_days), stops=replace(stops, probability=none))


def _whole(units: Floats, step: Floats) -> Floats:
    return np.where(step > 0.0, np.floor(units + 1e-9), units)


def _as_if(known: Known, way: Floats) -> Known:
    """What would be known if each figure were so far on its way and certain."""
    bounds = known.bounds
    assert bounds is not None
    mean, sd, chance, wait = (_along(*_ends(bounds, one), way[:, one]) for one in OF_SUPPLY[:4])
    time, outages = known.lead_time, known.outages
    # What rejects add to the lead time is no figure of it.
    days = np.maximum(time.mean_days + mean - bounds.mean_days, 0.0)
    return replace(
        known,
        lead_time=replace(time, mean_days=days, sd_days=sd),
        outages=replace(outages, probability=chance, wait_days=wait, wait_sd_days=wait),
    )


def _along(estimate: Floats, bound: Floats, way: Floats) -> Floats:
    return np.where(way < 0.0, estimate * (1.0 + way), estimate + way * (bound - estimate))


def _ends(bounds: SupplyBounds, suspect: Suspect) -> tuple[Floats, Floats]:
    """Estimate and bound of one figure."""
    if suspect in (Suspect.MTBF, Suspect.MTTR):
        machines = bounds.machines
        if machines is None:
            return np.zeros_like(bounds.mean_days), np.zeros_like(bounds.mean_days)
        if suspect == Suspect.MTBF:
            return machines.mtbf_days, machines.mtbf_lower_days
        return machines.mttr_days, machines.mttr_upper_days
    return {
        Suspect.LEAD_TIME: (bounds.mean_days, bounds.mean_upper_days),
        Suspect.SPREAD: (bounds.order_sd_days, bounds.order_sd_upper_days),
        Suspect.OUTAGES: (bounds.chance, bounds.chance_upper),
        Suspect.RECOVERY: (bounds.wait_days, bounds.wait_upper_days),
    }[suspect]


def figures_of(known: Known, suspect: Ints) -> tuple[Floats, Floats, Floats]:
    """Estimate, bound and evidence of each item's suspect."""
    bounds = known.bounds
    assert bounds is not None
    demand = np.sqrt(known.demand.variance)
    ends = [_ends(bounds, one) for one in OF_SUPPLY]
    none = np.zeros_like(demand)
    machines = bounds.machines
    records = [none, none] if machines is None else [np.maximum(machines.failures, 1), np.maximum(machines.repairs, 1)]
    evidence = [bounds.receipts, bounds.receipts, bounds.watched_days / DAYS_PER_YEAR, bounds.recoveries, *records, none, none]
    row = np.arange(len(suspect))
    estimates = np.stack([*(estimate for estimate, _ in ends), demand, known.demand.drift], axis=1)
    uppers = np.stack([*(upper for _, upper in ends), demand, known.demand.drift], axis=1)
    return estimates[row, suspect], uppers[row, suspect], np.stack(evidence, axis=1)[row, suspect].astype(np.float64)
