"""Workstations: queues before machines, loops of constant work, and stock that hedges against stops."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.sizing.classic.limits import not_negative, positive, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats


@dataclass(frozen=True, slots=True)
class Queue:
    """
    Work waiting before a machine. Columns as the inputs broadcast.

    Parameters
    ----------
    utilization : [fraction]
    queue_time, cycle_time : [time]
        Waiting, and waiting with processing.
    queue_wip : [jobs]
    """

    utilization: Floats
    queue_time: Floats
    cycle_time: Floats
    queue_wip: Floats


def vut_queue(effective_mean: ArrayLike, arrival_scv: ArrayLike, effective_scv: ArrayLike, arrival_rate: ArrayLike) -> Queue:
    """
    Waiting time before one machine, as variability times utilization times time.

    Parameters
    ----------
    effective_mean : [time]
        Mean time of a job with the machine's stops in it, above 0.
    arrival_scv, effective_scv
        Squared coefficients of variation of times between arrivals and of that time.
    arrival_rate : [jobs/time]
        Below ``1 / effective_mean``.

    Notes
    -----
    ``(c_a^2 + c_e^2) / 2 * u / (1 - u) * t_e`` (Kingman 1961; Hopp & Spearman, *Factory Physics*, ch. 8); exact for
    exponential times. Jobs waiting by Little's law.

    Examples
    --------
    >>> print(vut_queue(20, 1.0, 6.25, 0.04375).queue_time)
    507.5
    """
    time, rate = positive(effective_mean=effective_mean, arrival_rate=arrival_rate)
    arrival, effective = not_negative(arrival_scv=arrival_scv, effective_scv=effective_scv)
    busy = rate * time
    refuse(busy >= 1.0, "arrival_rate * effective_mean is 1 or more, so the queue grows without end; expected less than 1")
    wait = 0.5 * (arrival + effective) * busy / (1.0 - busy) * time
    return Queue(busy + np.zeros_like(wait), wait, wait + time, wait * rate)


@dataclass(frozen=True, slots=True)
class Conwip:
    """
    A loop with a fixed number of jobs.

    Parameters
    ----------
    throughput : (...) [jobs/time]
    cycle_time : (...) [time]
        From release to release.
    station_wip : (..., k) [jobs]
    bottleneck_rate : (...) [jobs/time]
    raw_process_time : (...) [time]
    critical_wip : (...) [jobs]
        Jobs that would keep the bottleneck busy if nothing varied.
    best_case_throughput, pwc_throughput : (...) [jobs/time]
        Without any variation, and in the practical worst case of a balanced exponential line.
    """

    throughput: Floats
    cycle_time: Floats
    station_wip: Floats
    bottleneck_rate: Floats
    raw_process_time: Floats
    critical_wip: Floats
    best_case_throughput: Floats
    pwc_throughput: Floats


def conwip_exponential(mean_process_time: ArrayLike, wip_cap: int) -> Conwip:
    """
    Throughput of a CONWIP loop of exponential single-server stations, exactly.

    Parameters
    ----------
    mean_process_time : (..., k) [time]
        Above 0.
    wip_cap : [jobs]
        At least 1.

    Notes
    -----
    Mean value analysis of the closed product-form network (Gordon & Newell 1967; Reiser & Lavenberg 1980). Best and
    practical worst case as in Hopp & Spearman, *Factory Physics*, ch. 7.

    Examples
    --------
    >>> loop = conwip_exponential([2, 2, 2, 2], 4)
    >>> print(round(float(loop.throughput), 4), loop.cycle_time)
    0.2857 14.0
    """
    (time,) = positive(mean_process_time=mean_process_time)
    if time.ndim == 0 or time.shape[-1] == 0:
        raise ValueError(f"mean_process_time must have one entry a station on its last axis, got shape {time.shape}")
    if np.ndim(wip_cap) or not math.isfinite(wip_cap) or wip_cap != int(wip_cap) or wip_cap < 1:
        raise ValueError(f"wip_cap must be one whole number of at least 1, got {wip_cap}")
    cap = int(wip_cap)
    wip = np.zeros_like(time)
    for jobs in range(1, cap + 1):
        stay = time * (1.0 + wip)
        whole = stay.sum(axis=-1, keepdims=True)
        wip = jobs * stay / whole
    rate, raw = 1.0 / time.max(axis=-1), time.sum(axis=-1)
    critical = rate * raw
    cycle = whole[..., 0]
    return Conwip(
        throughput=cap / cycle,
        cycle_time=cycle,
        station_wip=wip,
        bottleneck_rate=rate,
        raw_process_time=raw,
        critical_wip=critical,
        best_case_throughput=np.minimum(cap / raw, rate),
        pwc_throughput=cap / (cap + critical - 1.0) * rate,
    )


def zero_buffer_line(mtbf: ArrayLike, mttr: ArrayLike) -> Floats:
    """
    Efficiency of a line without buffers, in which one stop stops all.

    Parameters
    ----------
    mtbf, mttr : (..., k) [time]
        Mean working time to a failure, above 0, and mean repair.

    Returns
    -------
    (...) [fraction]
        ``1 / (1 + sum(mttr / mtbf))`` (Buzacott 1967). More than the product of availabilities: a machine does not fail
        while another's stop holds it.

    Examples
    --------
    >>> print(zero_buffer_line([90.0, 90.0], [5.0, 5.0]).round(6))
    0.9
    """
    (up,), (down,) = positive(mtbf=mtbf), not_negative(mttr=mttr)
    return np.asarray(1.0 / (1.0 + (down / up).sum(axis=-1)))


@dataclass(frozen=True, slots=True)
class Hedge:
    """
    Finished stock that carries an item through its machine's stops. Columns as the inputs broadcast.

    Parameters
    ----------
    availability : [fraction]
    hedging_stock : [units]
        The level at which the machine slows to the pace of demand.
    prob_at_hedging_point, prob_backlog : [fraction]
        Share of time at that level, and with demand waiting.
    mean_on_hand : [units]
    deficit_decay_rate : [1/unit]
        The shortfall below the hedging point is exponential at this rate, where it is not zero.
    """

    availability: Floats
    hedging_stock: Floats
    prob_at_hedging_point: Floats
    prob_backlog: Floats
    mean_on_hand: Floats
    deficit_decay_rate: Floats


def hedging_point(
    max_rate: ArrayLike, demand_rate: ArrayLike, mtbf_up: ArrayLike, mttr: ArrayLike, holding_cost: ArrayLike, backlog_cost: ArrayLike
) -> Hedge:
    """
    Cheapest stock ahead of steady demand, made on one machine that stops.

    Parameters
    ----------
    max_rate, demand_rate : [units/time]
        What the machine makes at most, and what is wanted.
    mtbf_up, mttr : [time]
        Exponential; the machine also fails while it is slowed to the pace of demand.
    holding_cost, backlog_cost : [cost/unit/time]

    Notes
    -----
    ``lam = r / d - p / (mu - d)``, ``K = mu p / ((p + r)(mu - d))``, ``Z = max(0, ln(K (c+ + c-) / c+) / lam)`` (Akella
    & Kumar 1986; Bielecki & Kumar 1988).

    Examples
    --------
    >>> print(round(float(hedging_point(1.0, 0.7, 100, 10, 1, 19).hedging_stock), 4))
    16.4513
    >>> print(round(float(hedging_point(1.0, 0.7, 400, 40, 1, 19).hedging_stock), 4))  # as available, stops four times longer
    65.8052
    """
    most, wanted, up, down = positive(max_rate=max_rate, demand_rate=demand_rate, mtbf_up=mtbf_up, mttr=mttr)
    (holding, backlog) = positive(holding_cost=holding_cost, backlog_cost=backlog_cost)
    p, r = 1.0 / up, 1.0 / down
    available = r / (p + r)
    refuse(available * most <= wanted, "the machine makes no more than is wanted, stops included; expected a lower demand_rate")
    spare = np.maximum(most - wanted, np.finfo(float).tiny)
    decay = r / wanted - p / spare
    short = most * p / ((p + r) * spare)  # probability of being below the hedging point
    stock = np.maximum(0.0, np.log(short * (holding + backlog) / holding) / decay)
    under = np.exp(-decay * stock)
    none = np.zeros_like(stock)
    return Hedge(available + none, stock, 1.0 - short + none, short * under, stock - short / decay * (1.0 - under), decay + none)
