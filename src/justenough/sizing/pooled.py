"""Pooled: the demand that reaches every stage of a network, and how much of it a stage must be ready for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from justenough.domain.network import Network
    from justenough.domain.ragged import Floats, Ints


class DemandBound(Protocol):
    """How far above its mean demand may rise in a net replenishment time and still be served."""

    def __call__(self, stage: Ints, mean_days: Floats, sd_days: Floats) -> Floats:
        """Reserve of ``stage`` (n,) over times of this mean and spread (n,) [days]: (n,) [units]."""


@dataclass(frozen=True, slots=True)
class StageDemand:
    """
    Demand as it reaches each stage; every column is (k,).

    Parameters
    ----------
    mean, sd : [units/day], [units/sqrt(day)]
        Of all demand that the stage has a part in, the ways added up before the spread is taken.
    factor : [1]
        Standard deviations of a time's demand that are covered.
    """

    mean: Floats
    sd: Floats
    factor: Floats

    def __call__(self, stage: Ints, mean_days: Floats, sd_days: Floats) -> Floats:
        """
        ``k sqrt(sigma^2 E[X] + mu^2 Var[X])`` of a net replenishment time X.

        Graves & Willems (2000), eq. 1, for a certain time; Humair, Ruark, Tomlin & Willems (2013) for one that varies.
        """
        variance = np.square(self.sd[stage]) * mean_days + np.square(self.mean[stage] * sd_days)
        return np.asarray(np.maximum(self.factor[stage], 0.0) * np.sqrt(variance))


def stage_demand(network: Network) -> StageDemand:
    """
    What of the demand outside reaches each stage, independent between places.

    Bounds are pooled as Graves & Willems (2000) do: the reserve for a stage's demand is the root of the summed squares of
    its customers' reserves (their p = 2), where a stage states no service of its own.
    """
    from scipy.special import ndtri

    outer = network.outer
    needs = requirements(network, outer)
    factor = ndtri(network.service[outer])
    mean = np.asarray(needs @ network.demand_mean[outer])
    squared = needs.multiply(needs)
    sd = np.sqrt(np.asarray(squared @ np.square(network.demand_sd[outer])))
    pooled = np.sqrt(np.asarray(squared @ np.square(np.maximum(factor, 0.0) * network.demand_sd[outer])))
    with np.errstate(divide="ignore", invalid="ignore"):
        by_mean = np.asarray(needs @ (factor * network.demand_mean[outer])) / mean
        ours = np.where(sd > 0, pooled / sd, np.where(mean > 0, by_mean, 0.0))
    return StageDemand(
        mean, sd, np.where(np.isnan(network.service), ours, ndtri(np.where(np.isnan(network.service), 0.5, network.service)))
    )


def requirements(network: Network, outer: Ints) -> Any:
    """Units of each stage in one unit of demand at each of the ``outer`` stages, all ways added up. Sparse (k, n_outer)."""
    from scipy.sparse import csr_array

    k = len(network.stages)
    ones = csr_array((np.ones(len(outer)), (outer, np.arange(len(outer)))), shape=(k, len(outer)))
    step = csr_array((network.per, (network.links[:, 0], network.links[:, 1])), shape=(k, k))
    total, reach = ones, step @ ones
    while reach.nnz:  # ends: there is no circle
        total, reach = total + reach, step @ reach
    return total
