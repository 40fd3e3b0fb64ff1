"""Machine bounds: lead times of made items if their machines were as bad as their records allow."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.lead_time import LeadTime
    from justenough.estimation.throughput import Link

CONFIDENCE = 0.95  # of every bound, one-sided


@dataclass(frozen=True, slots=True)
class MachineBounds:
    """
    What is known of the machines behind each item; each array is (n_items,).

    Parameters
    ----------
    made
        Whether a measured machine makes the item; where not, the other columns are its lead time as it is, or 0.
    mean_days : [days]
        Lead time of its ordinary orders as measured.
    slow, bad
        Lead times with every MTTR at its upper bound; and with every MTBF at its lower one too.
    machine
        Of the machines it passes, the one whose stops may weigh most; a place in ``names``, -1 for none.
    mtbf_days, mtbf_lower_days, mttr_days, mttr_upper_days : [days]
        Of that machine, in its operating and its clock time.
    failures, repairs
        Its records they rest on.
    names
        Of all machines.
    """

    made: NDArray[np.bool_]
    mean_days: Floats
    slow: LeadTime
    bad: LeadTime
    machine: Ints
    mtbf_days: Floats
    mtbf_lower_days: Floats
    mttr_days: Floats
    mttr_upper_days: Floats
    failures: Ints
    repairs: Ints
    names: tuple[str, ...] = field(repr=False)


def machine_bounds_of(link: Link, n: int) -> MachineBounds:
    """
    Bounds of the machines behind ``n`` items.

    Notes
    -----
    A stop of mean repair m on a machine that runs f between failures adds ``m^2 / f`` to the variance of each operating
    day's time, so that the machine named is the one for which this grows most from estimate to bound.
    """
    machines = link.machines
    # The mean rate, not the mean of its inverse: after two failures a few endless draws would speak for all.
    mtbf, mttr = 1.0 / (1.0 / machines.mtbf_days).mean(axis=1), machines.mttr_days.mean(axis=1)
    lower = np.quantile(machines.mtbf_days, 1.0 - CONFIDENCE, axis=1)
    upper = np.quantile(machines.mttr_days, CONFIDENCE, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        grows = np.nan_to_num(np.square(upper) / lower - np.square(mttr) / mtbf)
    named = np.full(n, -1, dtype=np.int64)
    for at in np.argsort(grows, kind="stable"):
        named[link.items_of(machines.names[at])] = at
    made = named >= 0
    bad = machines.bounded(level=CONFIDENCE)

    def of(values: Floats) -> Floats:
        return np.where(made, values[np.maximum(named, 0)], 0.0)

    return MachineBounds(
        made,
        link.lead_time().mean_days,
        link.lead_time(replace(bad, mtbf_days=machines.mtbf_days), bound=False),
        link.lead_time(bad, bound=False),
        named,
        of(mtbf),
        of(lower),
        of(mttr),
        of(upper),
        of(machines.failures.astype(np.float64)).astype(np.int64),
        of(machines.repairs.astype(np.float64)).astype(np.int64),
        machines.names,
    )
