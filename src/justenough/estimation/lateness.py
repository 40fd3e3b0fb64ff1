"""Lateness: how often a supplier's orders come after their promise and by how much, as counted and as believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from scipy.special import betaincinv, ndtr, ndtri
from scipy.stats import binom, qmc
from scipy.stats import t as student

from justenough.estimation.contributions import NO_TAIL
from justenough.estimation.delays import Delays, FitParams, Waits, fit_delays
from justenough.estimation.pooling import Shares, pooled_shares
from justenough.estimation.receipts import order_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints

    Bools = NDArray[np.bool_]

POINTS = 512  # of what is not known of share and days together
FIT = FitParams(prior_orders=4.0, most_log_sd=2.0, rounds=60, prior_lines=1000.0, tailed=False)


@dataclass(frozen=True, slots=True)
class LatenessFigures:
    """
    Lateness of each supplier, one way of reckoning; each array is (n_suppliers,). Bounds are at 95 %.

    Parameters
    ----------
    share, share_lower, share_upper
        Share of orders that come after their promise. [fraction]
    mean_days, mean_lower_days, mean_upper_days
        Mean days late, an order in time being 0 days late; NaN where it cannot be said. [days]
    p95_days, p95_lower_days, p95_upper_days
        Days late that 95 % of orders do not exceed. [days]
    """

    share: Floats
    share_lower: Floats
    share_upper: Floats
    mean_days: Floats
    mean_lower_days: Floats
    mean_upper_days: Floats
    p95_days: Floats
    p95_lower_days: Floats
    p95_upper_days: Floats


@dataclass(frozen=True, slots=True)
class Lateness:
    """
    Lateness by supplier.

    Parameters
    ----------
    suppliers
        Names, in the order of every array.
    orders, late
        Judged orders, and those of them that came late or are overdue.
    raw
        As counted: exact bounds on the share (Clopper & Pearson 1934), Student's on the mean, order
        statistics on the 95 % point.
    shrunk
        As believed: share and days drawn to the other suppliers by as much as the own orders leave open.
    chance, days
        The distributions behind ``shrunk``.
    """

    suppliers: list[str]
    orders: Ints
    late: Ints
    raw: LatenessFigures
    shrunk: LatenessFigures
    chance: Shares
    days: Delays

    def frame(self) -> pl.DataFrame:
        """One row per supplier, most orders first; columns of ``shrunk`` start with ``shrunk_``."""
        names = LatenessFigures.__slots__
        return pl.DataFrame(
            {
                "supplier": self.suppliers,
                "orders": self.orders,
                "late": self.late,
                **{name: getattr(self.raw, name) for name in names},
                **{f"shrunk_{name}": getattr(self.shrunk, name) for name in names},
            }
        ).sort("orders", "supplier", descending=[True, False])

    def probability(self, supplier: Ints, days_late: Floats) -> Floats:
        """
        Chance that the next order of each supplier is exactly so many whole days late; 0 or less: in time. (n_orders,)

        Parameters
        ----------
        supplier : (n_orders,)
            Rows of ``suppliers``.
        days_late : (n_orders,) [days]
        """
        share, mean = self.chance.mean[supplier], self.days.mean[supplier]
        sd = np.sqrt(np.square(self.days.spread[supplier]) + self.days.variance[supplier])
        above = ndtr((np.log(np.maximum(days_late, 1.0) + 0.5) - mean) / sd)
        below = np.where(days_late > 1.0, ndtr((np.log(np.maximum(days_late - 0.5, 0.5)) - mean) / sd), 0.0)
        return np.where(days_late > 0.0, share * (above - below), 1.0 - share)


def lateness_of(plant: Plant) -> Lateness:
    """
    Lateness of every supplier that was promised for; suppliers named in neither table are left out.

    An order is as late as the last of its lines. A line still open after its promise is late by at least
    the days since; one not due yet says nothing. A line come in part is judged by its last arrival.
    """
    lines = order_lines(plant).filter(pl.col("promised").is_not_null() & pl.col("supplier").is_not_null())
    came = pl.coalesce("received", "short")
    still_open = came.is_null()
    orders = (
        lines.filter(~still_open | (pl.col("seen") > pl.col("promised")))
        .with_columns((came.fill_null(pl.col("seen")) - pl.col("promised")).dt.total_days().alias("days"))
        .group_by("order", "supplier")
        .agg(pl.col("days").max(), (still_open & (pl.col("days") == pl.col("days").max())).any().alias("open"))
        .sort("supplier", "order")
    )
    names = orders["supplier"].unique(maintain_order=True).to_list()
    codes = (orders["supplier"].rank("dense").cast(pl.Int64) - 1).to_numpy()
    return lateness_by(names, codes, orders["days"].cast(pl.Float64).to_numpy(), orders["open"].to_numpy())


def lateness_by(suppliers: list[str], supplier: Ints, days_late: Floats, still_open: Bools) -> Lateness:
    """
    Lateness of suppliers from their orders.

    The chance of an order to be late is beta-binomial; the days of a late one are log-normal, suppliers' means
    around a common one, and a late order still open has been late *at least* so long.

    Parameters
    ----------
    suppliers
        Names; those without an order get what is common to the others.
    supplier, days_late, still_open : (n_orders,)
        Row of ``suppliers``; days after the promise, below 0 if early; whether it is yet to come. [days]
    """
    n = len(suppliers)
    late = days_late > 0.0
    orders, count = np.bincount(supplier, minlength=n), np.bincount(supplier[late], minlength=n)
    days = np.where(late, days_late, 0.0)
    chance = pooled_shares(count.astype(np.float64), orders.astype(np.float64))
    delays = _delays(supplier[late], days_late[late], still_open[late], n)
    return Lateness(suppliers, orders, count, _raw(supplier, days, orders, count), _shrunk(chance, delays), chance, delays)


def _delays(supplier: Ints, days: Floats, still_open: Bools, n: int) -> Delays:
    none = np.empty(0, np.int64)
    log_days, came = np.log(days), ~still_open
    if not came.any():
        nothing = np.zeros(n)
        return Delays(nothing, nothing, nothing, NO_TAIL, 0.0, 0.0, 0.0, nothing, nothing)
    waits = Waits(supplier[came], log_days[came], supplier[still_open], log_days[still_open], none, np.empty(0), np.empty(0), 0)
    return fit_delays(waits, (np.zeros(n, np.int64), np.zeros(1, np.int64)), n, FIT)


def _raw(supplier: Ints, days: Floats, orders: Ints, late: Ints) -> LatenessFigures:
    n = np.maximum(orders, 1).astype(np.float64)
    known = orders > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        lower = np.where(late > 0, betaincinv(np.maximum(late, 1), orders - late + 1, 0.025), 0.0)
        upper = np.where(late < orders, betaincinv(late + 1, np.maximum(orders - late, 1), 0.975), 1.0)
        mean = np.bincount(supplier, days, len(orders)) / n
        square = np.bincount(supplier, np.square(days), len(orders)) / n
        sd = np.sqrt(np.maximum(square - mean * mean, 0.0) * n / np.maximum(n - 1.0, 1.0))
        half = np.where(orders > 1, student.ppf(0.975, np.maximum(n - 1.0, 1.0)) * sd / np.sqrt(n), np.nan)
    ordered = days[np.lexsort((days, supplier))]
    start = np.concatenate([[0], np.cumsum(orders)])[:-1]

    def at(rank: Any) -> Floats:
        """Order statistic of each supplier, 1 the least; NaN where there is none of that rank."""
        there = known & (rank >= 1) & (rank <= orders)
        place = np.where(there, start + np.clip(rank, 1, n).astype(np.int64) - 1, 0)
        return np.where(there, ordered[place] if len(ordered) else 0.0, np.nan)

    # P(order statistic j <= 95 % point) is that of at least j of n binomial successes (David & Nagaraja 2003, 7.1).
    p95 = at(np.ceil(0.95 * n))
    low = np.where(known, np.nan_to_num(at(binom.ppf(0.025, n, 0.95))), np.nan)
    high = at(binom.ppf(0.975, n, 0.95) + 1.0)
    unknown = np.where(known, 0.0, np.nan)
    return LatenessFigures(
        late / n + unknown, lower, upper, mean + unknown, np.maximum(mean - half, 0.0) + unknown, mean + half, p95, low, high
    )  # fmt: skip


def _shrunk(chance: Shares, delays: Delays) -> LatenessFigures:
    points = qmc.Halton(2, scramble=False).random(POINTS + 1)[1:]
    share = np.stack([chance.quantile(float(u)) for u in points[:, 0]])
    middle = delays.mean + np.sqrt(delays.variance) * ndtri(points[:, 1])[:, None]
    means, ends = share * np.exp(middle + np.square(delays.spread) / 2.0), _p95(share, middle, delays.spread)
    total = np.sqrt(np.square(delays.spread) + delays.variance)
    (mean_low, mean_high), (end_low, end_high) = (np.quantile(each, [0.025, 0.975], axis=0) for each in (means, ends))
    return LatenessFigures(
        chance.mean, chance.quantile(0.025), chance.quantile(0.975),
        chance.mean * np.exp(delays.mean + np.square(total) / 2.0), mean_low, mean_high,
        _p95(chance.mean, delays.mean, total), end_low, end_high,
    )  # fmt: skip


def _p95(share: Floats, mean: Floats, sd: Floats) -> Floats:
    """Days late not exceeded by 95 % of orders: 0 where no more than 5 % are late at all."""
    beyond = np.minimum(0.05 / np.maximum(share, 1e-12), 1.0)
    return np.where(share > 0.05, np.exp(mean - sd * ndtri(np.minimum(beyond, 1.0 - 1e-12))), 0.0)
