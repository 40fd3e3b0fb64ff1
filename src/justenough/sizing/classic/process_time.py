"""Process time: how long a unit of work really takes on a machine that stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.sizing.classic.limits import not_negative, positive, real

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from justenough.domain.ragged import Floats


@dataclass(frozen=True, slots=True)
class EffectiveTime:
    """
    Work time with the stops in it. Columns as the inputs broadcast.

    Parameters
    ----------
    availability
        Share of time the machine is up.
    effective_time : [time]
        Mean time a unit occupies the machine.
    effective_scv
        Squared coefficient of variation of that time.
    """

    availability: Floats
    effective_time: Floats
    effective_scv: Floats


def effective_process_time_with_failures(
    natural_time: ArrayLike, natural_scv: ArrayLike, mtbf_up: ArrayLike, mttr: ArrayLike, repair_scv: ArrayLike
) -> EffectiveTime:
    """
    Mean and variability of process time on a machine that fails while it works.

    Parameters
    ----------
    natural_time : [time]
        Mean time of a unit without stops, above 0.
    natural_scv, repair_scv
        Squared coefficients of variation of that time and of a repair, at least 0.
    mtbf_up : [time]
        Mean running time between failures, exponential, above 0.
    mttr : [time]
        Mean repair time, at least 0.

    Notes
    -----
    ``A = m_f / (m_f + m_r)``, ``t_e = t_0 / A``, ``c_e^2 = c_0^2 + (1 + c_r^2) A (1 - A) m_r / t_0`` (Hopp & Spearman,
    *Factory Physics*, ch. 8): at equal availability rare long stops vary more than frequent short ones.

    Examples
    --------
    >>> answer = effective_process_time_with_failures(15, 0.05, 744, 248, 1)
    >>> print(answer.availability, answer.effective_time, answer.effective_scv)
    0.75 20.0 6.25
    """
    natural_time, mtbf_up = positive(natural_time=natural_time, mtbf_up=mtbf_up)
    natural_scv, mttr, repair_scv = not_negative(natural_scv=natural_scv, mttr=mttr, repair_scv=repair_scv)
    availability = mtbf_up / (mtbf_up + mttr)
    stops = (1.0 + repair_scv) * availability * (1.0 - availability) * mttr / natural_time
    scv = natural_scv + stops
    none = np.zeros_like(scv)
    return EffectiveTime(availability + none, natural_time / availability + none, scv)


@dataclass(frozen=True, slots=True)
class BatchReserve:
    """
    Safety stock of an item that is made in batches on a machine that stops. Columns as the inputs broadcast.

    Parameters
    ----------
    lead_time_mean, lead_time_variance : [time], [time^2]
        Of one batch.
    demand_sd : [units]
        Standard deviation of demand over it.
    safety_stock, without_stops, for_stops : [units]
        For this machine, for one that never stops, and the difference.
    """

    lead_time_mean: Floats
    lead_time_variance: Floats
    demand_sd: Floats
    safety_stock: Floats
    without_stops: Floats
    for_stops: Floats


def batch_lead_time_safety_stock(
    batch: ArrayLike,
    cycle: ArrayLike,
    fixed_time: ArrayLike,
    mtbf_up: ArrayLike,
    mttr: ArrayLike,
    repair_scv: ArrayLike,
    demand_mean: ArrayLike,
    demand_sd: ArrayLike,
    safety_factor: ArrayLike,
) -> BatchReserve:
    """
    Lead time of a batch on a machine that fails while it works, and the textbook's safety stock for it.

    Parameters
    ----------
    batch, cycle : [units], [time/unit]
        Work of a batch is their product; above 0.
    fixed_time : [time]
        What it takes besides, at least 0.
    mtbf_up, mttr : [time]
        Mean running time between failures, exponential, above 0; mean repair, at least 0.
    repair_scv
        Squared coefficient of variation of a repair.
    demand_mean, demand_sd : [units/time], [units/sqrt(time)]
        Of a unit of time, independent from one to the next.
    safety_factor
        Standard deviations to hold, such as 1.645.

    Notes
    -----
    For work S: mean ``S (1 + m_r / m_f)``, variance ``S m_r^2 (1 + c_r^2) / m_f`` (Gaver 1962: a compound Poisson sum of
    repairs). ``z sqrt(E[L] sigma^2 + d^2 Var L)`` as if demand over it were normal, which it is not: its tail is
    heavier (`justenough.estimation.throughput`).

    Examples
    --------
    >>> often = batch_lead_time_safety_stock(200, 1.0, 0, 480, 60, 1, 0.5, 0.4, 1.645)
    >>> seldom = batch_lead_time_safety_stock(200, 1.0, 0, 1920, 240, 1, 0.5, 0.4, 1.645)  # as available
    >>> print(often.safety_stock.round(1), seldom.safety_stock.round(1), often.without_stops.round(1))
    46.1 90.6 9.3
    """
    batch, cycle, mtbf_up = positive(batch=batch, cycle=cycle, mtbf_up=mtbf_up)
    fixed_time, mttr, repair_scv = not_negative(fixed_time=fixed_time, mttr=mttr, repair_scv=repair_scv)
    demand_mean, demand_sd = not_negative(demand_mean=demand_mean, demand_sd=demand_sd)
    (factor,) = real(safety_factor=safety_factor)
    work = batch * cycle
    mean = fixed_time + work * (1.0 + mttr / mtbf_up)
    variance = work * mttr**2 * (1.0 + repair_scv) / mtbf_up
    spread = np.sqrt(mean * demand_sd**2 + demand_mean**2 * variance)
    without = factor * np.sqrt((fixed_time + work) * demand_sd**2)
    none = np.zeros_like(spread + factor)
    return BatchReserve(mean + none, variance + none, spread + none, factor * spread, without + none, factor * spread - without)
