"""Survival: whether an item's stock outlives its supplier's outage (Simchi-Levi et al. 2015)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import gammainc

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.estimation.demand import Demand
    from justenough.estimation.supplier import Recovery
    from justenough.strategy.trace import Known

NODES = 12  # lengths of outage that its distribution is looked at


@dataclass(frozen=True, slots=True)
class Survival:
    """
    Time to survive against time to recover of each item; each array is (n_items,), NaN where not known.

    Parameters
    ----------
    stock, pipeline : [units]
        On hand today, or else the plan's mean stock; mean quantity on its way.
    survive_days, survive_pipeline_days : [days]
        How long the stock lasts at mean demand, alone and if all that is on its way still comes.
    recover_days, recover_lower_days, recover_upper_days : [days]
        Mean time to recover and its 95 % bounds; NaN where no disruption of anyone is on record.
    recover_p95_days, recover_p95_lower_days, recover_p95_upper_days : [days]
        Time within which an outage is over with 95 %, and bounds.
    survives : [fraction]
        Probability that the stock outlives an outage that begins today, both being random.
    survives_p95 : [fraction]
        Probability that it outlives one as long as ``recover_p95_days``.
    """

    stock: Floats
    pipeline: Floats
    survive_days: Floats
    survive_pipeline_days: Floats
    recover_days: Floats
    recover_lower_days: Floats
    recover_upper_days: Floats
    recover_p95_days: Floats
    recover_p95_lower_days: Floats
    recover_p95_upper_days: Floats
    survives: Floats
    survives_p95: Floats

    @property
    def gap_days(self) -> Floats:
        """Days by which the 95 % recovery outlasts the stock; below 0 where the stock lasts longer. (n_items,)"""
        return self.recover_p95_days - self.survive_days

    def frame(self, items: pl.Series) -> pl.DataFrame:
        """One row per item, the largest gap first, items without one last."""
        columns = {name: getattr(self, name) for name in self.__slots__}
        table = pl.DataFrame({"item": items, **columns, "gap_days": self.gap_days})
        return table.with_columns(pl.exclude("item").fill_nan(None)).sort("gap_days", "item", descending=[True, False], nulls_last=True)


def survival_of(rows: pl.DataFrame, known: Known, recovery: Recovery, *, on_hand: pl.Series | None = None) -> Survival:
    """
    Time to survive against time to recover of every item of a plan.

    While the supplier is down nothing comes, what is on its way included, as in `outages_of`;
    ``survive_pipeline_days`` says what would be if it came. Demand over the outage is gamma distributed with
    the variance of the exposure, ``s2 d + (tau r d)^2``.

    Parameters
    ----------
    rows
        Of the plan, in the order of ``known``; `mean_stock_units` is read.
    known
        What the plan was made from; ``known.demand`` and ``known.lead_time`` are read.
    recovery
        Of the same items.
    on_hand
        Stock today; null where not known. (n_items,) [units]

    Raises
    ------
    ValueError
        If the columns are of different lengths.
    """
    demand, rate = known.demand, known.demand.mean
    planned = rows["mean_stock_units"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    today = np.full(len(rate), np.nan) if on_hand is None else on_hand.cast(pl.Float64).fill_null(np.nan).to_numpy()
    if not len(planned) == len(today) == len(rate) == len(recovery.mean_days):
        lengths = f"{len(planned)} rows, {len(rate)} items known, {len(recovery.mean_days)} recoveries, {len(today)} on hand"
        raise ValueError(f"all columns must be of the same items, got {lengths}")
    stock = np.maximum(np.where(np.isnan(today), planned, today), 0.0)
    pipeline = rate * known.lead_time.mean_days
    wanted = np.where(rate > 0, rate, np.nan)
    told = recovery.mean_days > 0

    def said(days: Floats) -> Floats:
        return np.where(told, days, np.nan)

    at, weight = np.polynomial.legendre.leggauss(NODES)
    survives = np.zeros(len(rate))
    for u, w in zip((at + 1.0) / 2.0, weight / 2.0, strict=True):
        survives += w * outlives(stock, recovery.over_within(float(u)), demand)
    return Survival(
        stock,
        pipeline,
        stock / wanted,
        (stock + pipeline) / wanted,
        said(recovery.mean_days),
        said(recovery.mean_lower_days),
        said(recovery.mean_upper_days),
        said(recovery.p95_days),
        said(recovery.p95_lower_days),
        said(recovery.p95_upper_days),
        said(survives),
        said(outlives(stock, recovery.p95_days, demand)),
    )


def outlives(stock: Floats, days: Floats, demand: Demand) -> Floats:
    """Probability that no more than the stock is wanted within so many days. (n_items,)"""
    mean = demand.mean * days
    variance = demand.variance * days + (np.square(demand.drift) + np.square(demand.swing)) * np.square(mean)
    # A unit counted whole is not there in part: half a step is the usual correction.
    level = stock + demand.step / 2.0
    random = (mean > 0) & (variance > 1e-12 * np.square(mean))
    shape = np.where(random, np.square(mean) / np.where(random, variance, 1.0), 1.0)
    chance = gammainc(shape, np.where(random, level * shape / np.where(random, mean, 1.0), 0.0))
    sure = np.where(np.isnan(mean + level), np.nan, (mean <= level).astype(np.float64))
    return np.where(random & ~np.isnan(level), chance, sure)
