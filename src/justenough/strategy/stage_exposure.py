"""Stage exposure: the reserve of every item over any net replenishment time, from its own exposed demand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.item import DemandKind
from justenough.estimation.exposure import exposure_over
from justenough.kernels import loss
from justenough.strategy.spread import part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.ragged import Floats, Ints
    from justenough.estimation.exposure import Exposure
    from justenough.sizing.pooled import DemandBound
    from justenough.strategy.trace import Known

    Bools = NDArray[np.bool_]

FAR = 40.0  # standard deviations above the mean within which the reserve is sought
CLOSE = 1e-6  # share of that range to which a divisible reserve is told
MOST_ROWS = 200_000  # exposures drawn in one go


@dataclass(frozen=True, slots=True)
class StageExposure:
    """
    Reserve over a net replenishment time by the item's own exposure: drift, form, outages and stops in it.

    Parameters
    ----------
    known
        Estimates of the items that are stages, in their order.
    service : (k,) [fraction]
        Share of exposed times to be covered.
    derived
        Reserve by the demand that follows from the customers', for stages with no usage of their own on record.
    """

    known: Known
    service: Floats
    derived: DemandBound

    @property
    def recorded(self) -> Bools:
        """Whether a stage's own usage is on record and goes on. (k,)"""
        demand = self.known.demand
        return np.asarray((demand.n_positive > 0) & (demand.kind != DemandKind.ENDED))

    def __call__(self, stage: Ints, mean_days: Floats, sd_days: Floats) -> Floats:
        """
        Least stock that covers ``service`` of the exposures, less their mean.

        The exposure is that of `exposure_over` with the net time in place of lead time and review; a time of no length
        needs nothing.
        """
        reserve = self.derived(stage, mean_days, sd_days)
        own = np.flatnonzero(self.recorded[stage])
        for begin in range(0, len(own), MOST_ROWS):
            rows = own[begin : begin + MOST_ROWS]
            reserve[rows] = self._reserve(stage[rows], mean_days[rows], sd_days[rows])
        return reserve

    def _reserve(self, stage: Ints, mean_days: Floats, sd_days: Floats) -> Floats:
        lead_time = replace(part(self.known.lead_time, stage), mean_days=mean_days, sd_days=sd_days)
        exposure = exposure_over(part(self.known.demand, stage), lead_time, part(self.known.outages, stage), np.zeros(len(stage)))
        mean = (1.0 - exposure.outage_probability) * exposure.mean[:, 2] + exposure.outage_probability * exposure.outage_mean[:, 2]
        wide = np.sqrt(np.maximum(exposure.variance[:, 2], exposure.outage_variance[:, 2]))
        level = _least_covering(exposure, self.service[stage], np.maximum(mean, exposure.outage_mean[:, 2]) + FAR * wide)
        waits = (mean_days > 0.0) | (sd_days > 0.0)
        return np.asarray(np.where(waits & (mean > 0.0), np.maximum(level - mean, 0.0), 0.0))


def _least_covering(exposure: Exposure, service: Floats, most: Floats) -> Floats:
    """Least stock, whole where the item is counted in units, that covers the service; found by halving."""
    whole = exposure.step > 0
    low, high = np.where(whole, -1.0, 0.0), np.where(whole, np.ceil(most) + 1.0, most)
    close = np.where(whole, 1.0, CLOSE * most)
    while (high - low > close).any():
        middle = np.where(whole, np.floor(0.5 * (low + high)), 0.5 * (low + high))
        enough = _covered(exposure, middle) >= service
        open_still = high - low > close
        low, high = np.where(open_still & ~enough, middle, low), np.where(open_still & enough, middle, high)
    return high


def _covered(exposure: Exposure, stock: Floats) -> Floats:
    calm = loss.cdf(exposure.form, exposure.mean[:, 2], exposure.variance[:, 2], exposure.idle[:, 2], exposure.step, stock)
    met = exposure.outage_probability > 0
    if not met.any():
        return calm
    late = loss.cdf(
        exposure.form, exposure.outage_mean[:, 2], exposure.outage_variance[:, 2], exposure.outage_idle[:, 2], exposure.step, stock
    )
    return np.asarray(np.where(met, (1.0 - exposure.outage_probability) * calm + exposure.outage_probability * late, calm))
