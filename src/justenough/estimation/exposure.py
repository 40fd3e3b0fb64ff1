"""Exposure: the demand that can arrive before we are able to answer it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.demand import Demand
    from justenough.estimation.lead_time import LeadTime
    from justenough.estimation.supplier import Outages

HORIZONS = (0.0, 0.5, 1.0)  # of a review, after the lead time: start, middle and end of a cycle


@dataclass(frozen=True, slots=True)
class Causes:
    """
    What may go wrong; a cause switched off keeps its mean and loses its variance.

    Parameters
    ----------
    demand
        Demand of one day differs from the next.
    lead_time
        Orders arrive sooner or later than their mean.
    outage
        The supplier stops delivering for a time. Off: no order meets an outage.
    machine
        The machines that make the item stop. Off: they never do, and their queues are those of machines that do not.
    estimate
        The level itself is not well known and drifts.
    """

    demand: bool = True
    lead_time: bool = True
    outage: bool = True
    machine: bool = True
    estimate: bool = True


EVERY_CAUSE = Causes()


@dataclass(frozen=True, slots=True)
class Answering:
    """
    How long it takes to answer, as a mixture of most orders and late ones; each array is (n_items,).

    Parameters
    ----------
    mean_days, sd_days : [days]
        Of most orders.
    probability : [fraction]
        Of an order that is late: its supplier or its machines stop.
    wait_days, wait_sd_days : [days]
        What such an order takes longer, and its spread on top.
    """

    mean_days: Floats
    sd_days: Floats
    probability: Floats
    wait_days: Floats
    wait_sd_days: Floats


def answering(lead_time: LeadTime, outages: Outages, causes: Causes = EVERY_CAUSE) -> Answering:
    """
    Lead time with the stops of suppliers and machines in it, as far as these may happen.

    An order that meets an outage of its supplier or a stop of its machines is late; where both may happen, each does on its
    own, and the late part has the moments of all three cases. Machine stops without other variation of the lead time: its
    distribution drawn together to the variance that the stops add.
    """
    stops = lead_time.stops
    outage = outages.probability if causes.outage else np.zeros_like(outages.probability)
    steady = np.where(np.isnan(lead_time.sd_days), np.nan, 0.0)
    if stops is None:
        sd = lead_time.sd_days if causes.lead_time else steady
        return Answering(lead_time.mean_days, sd, outage, outages.wait_days, outages.wait_sd_days)
    if not causes.machine:
        sd = np.where(stops.work_days > 0.0, stops.calm_sd_days, lead_time.sd_days) if causes.lead_time else steady
        return Answering(lead_time.mean_days + stops.mean_days - stops.saved_days, sd, outage, outages.wait_days, outages.wait_sd_days)
    mean, sd = lead_time.mean_days, lead_time.sd_days
    if not causes.lead_time:
        left = np.where(stops.work_days > 0.0, stops.share_of_spread(sd), 0.0)
        mean, sd = mean + (1.0 - left) * stops.mean_days, sd * left
        stops = replace(stops, wait_days=left * stops.wait_days, wait_sd_days=left * stops.wait_sd_days)
    stop = stops.probability
    cases = (outage * (1.0 - stop), stop * (1.0 - outage), outage * stop)
    waits = (outages.wait_days, stops.wait_days, outages.wait_days + stops.wait_days)
    spreads = [np.square(each) for each in (outages.wait_sd_days, stops.wait_sd_days)]
    late = np.where(sum(cases) > 0.0, sum(cases), 1.0)
    wait = sum(case * each for case, each in zip(cases, waits, strict=True)) / late
    square = sum(
        case * (spread + np.square(each)) for case, each, spread in zip(cases, waits, (*spreads, spreads[0] + spreads[1]), strict=True)
    )
    spread = np.sqrt(np.maximum(square / late - np.square(wait), 0.0))
    return Answering(mean, sd, np.asarray(sum(cases)), np.asarray(wait), np.asarray(spread))


@dataclass(frozen=True, slots=True)
class Exposure:
    """
    Demand over a lead time, a lead time and half a review, a lead time and a review (axis 1).

    Parameters
    ----------
    mean, variance : (n_items, 3) [units], [units^2]
        In ordinary times; NaN where the lead time is missing.
    idle : (n_items, 3) [fraction]
        Probability of no demand at all.
    outage_mean, outage_variance, outage_idle : (n_items, 3)
        The same for an order that meets an outage of its supplier.
    outage_probability : (n_items,) [fraction]
    form : (n_items,)
        `Form` of the distribution.
    step : (n_items,) [units]
        1 where the item is counted in whole units, else 0.
    rate : (n_items,) [units/day]
    review_days, lead_days : (n_items,) [days]
    lot : (n_items,) [units]
        Demand is a multiple of it, and so are positions; None: 1 of all items.
    """

    mean: Floats
    variance: Floats
    idle: Floats
    outage_mean: Floats
    outage_variance: Floats
    outage_idle: Floats
    outage_probability: Floats
    form: Ints
    step: Floats
    rate: Floats
    review_days: Floats
    lead_days: Floats
    lot: Floats | None = None


def exposure_over(demand: Demand, lead_time: LeadTime, outages: Outages, review_days: Floats, causes: Causes = EVERY_CAUSE) -> Exposure:
    """
    Demand over the time in which nothing can be done, with everything that can go wrong in it.

    For a time of mean ``h`` and variance ``V`` days, a rate ``r``, a day's variance ``s2`` and a
    relative drift ``tau`` of the level: mean ``r h``, variance ``s2 h + r^2 V + (tau r h)^2`` (Hadley &
    Whitin 1963, ch. 3, for the first two terms). The probability of no demand is that of a Poisson
    process whose expected count is gamma distributed with the relative variance ``tau^2 + V / h^2``. Where
    demand has a season, ``tau^2`` is the drift's and the season's together: one level for the whole year.

    Parameters
    ----------
    review_days : (n_items,) [days]
    causes
        Those switched off add nothing.

    Returns
    -------
    Exposure
    """
    review = np.broadcast_to(np.asarray(review_days, dtype=np.float64), demand.mean.shape)
    days = answering(lead_time, outages, causes)
    lead_variance = np.square(days.sd_days)
    ahead = days.mean_days[:, None] + review[:, None] * np.array(HORIZONS)
    wait_variance = lead_variance + np.square(days.wait_sd_days)
    mean, variance, idle = _over(demand, ahead, lead_variance, causes)
    late_mean, late_variance, late_idle = _over(demand, ahead + days.wait_days[:, None], wait_variance, causes)
    lot = None if demand.lot is None else np.maximum(demand.lot, 1.0)
    return Exposure(
        mean, variance, idle, late_mean, late_variance, late_idle, days.probability,
        demand.form, demand.step, demand.mean, np.array(review), days.mean_days, lot,
    )  # fmt: skip


def _over(demand: Demand, days: Floats, days_variance: Floats, causes: Causes) -> tuple[Floats, Floats, Floats]:
    rate, none = demand.mean[:, None], np.zeros((len(demand.mean), 1))
    noise = demand.variance[:, None] if causes.demand else none
    drift2 = np.square(demand.drift[:, None]) if causes.estimate else none
    drift2 = drift2 + np.square(demand.swing[:, None]) if causes.demand else drift2
    spread = days_variance[:, None]
    mean = rate * days
    variance = noise * days + np.square(rate) * spread + drift2 * np.square(mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = drift2 + np.where(days > 0.0, spread / np.square(days), 0.0)
        count = -np.log(np.clip(demand.idle, 1e-12, 1.0))[:, None] * days / demand.period_days
        idle = np.where(relative > 1e-9, np.power(1.0 + relative * count, -1.0 / np.maximum(relative, 1e-9)), np.exp(-count))
        # More than this and the variance would have to be larger than it is.
        idle = np.where(variance > 0.0, np.minimum(idle, variance / (variance + np.square(mean))), np.where(mean > 0.0, 0.0, 1.0))
    return mean, variance, np.where(np.isnan(mean), np.nan, idle)
