"""Lead time: how long an order takes, from receipts where there are any and with what is still open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import log_ndtr

from justenough.domain.item import LeadTimeBasis

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats, Ints


@dataclass(frozen=True, slots=True)
class LeadTimeParams:
    """
    Knobs of `lead_time_of`.

    Parameters
    ----------
    prior_orders
        Orders' worth of belief that an item's spread is its supplier's, and a supplier's the plant's.
    least_days
        A shorter lead time is taken as this; an order received the day it was placed has no logarithm. [days]
    most_log_sd
        Upper limit of the spread of the logarithm; above it a mean no longer means much.
    forgotten_factor
        An open order that has waited longer than this many times the plant's longest receipt is taken as
        never closed in the books, and left out.
    assumed_cv
        Relative spread of a planned lead time at a plant without any receipts. 0 takes the plan at its word.
    rounds
        Passes of the expectation-maximisation.
    """

    prior_orders: float = 4.0
    least_days: float = 0.5
    most_log_sd: float = 1.2
    forgotten_factor: float = 3.0
    assumed_cv: float = 0.0
    rounds: int = 40


DEFAULT_PARAMS = LeadTimeParams()


@dataclass(frozen=True, slots=True)
class LeadTime:
    """
    Time from order to shelf of many items; each array is (n_items,).

    Parameters
    ----------
    mean_days, sd_days
        Of the next order, our ignorance of the mean included; NaN when nothing is known. [days]
    receipts, open_orders
        Order lines received and still open that were counted.
    basis
        `LeadTimeBasis`.
    planned_days
        The items table's figure; NaN when not given. [days]
    mean_upper_days
        95 % upper bound of the mean; NaN where no receipt speaks for it. [days]
    late_share
        Share of promised order lines that came, or are already, after the promise; NaN without promises.
    """

    mean_days: Floats
    sd_days: Floats
    receipts: Ints
    open_orders: Ints
    basis: Ints
    planned_days: Floats
    mean_upper_days: Floats
    late_share: Floats


@dataclass(frozen=True, slots=True)
class _Orders:
    """One row per order line: its item, log days waited, whether it is still open."""

    item: Ints
    log_days: Floats
    open: np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class _Hierarchy:
    """Log lead time: item within supplier within plant; means, their variances, and the spread of one order."""

    item_mean: Floats
    item_variance: Floats  # of the estimate of the item's mean
    spread: Floats  # sd of one order around its item's mean


def lead_time_of(plant: Plant, params: LeadTimeParams = DEFAULT_PARAMS) -> LeadTime:
    """
    Lead time of every item, in the order of ``plant.items``.

    The logarithm of an order's lead time is normal around its item's mean, the items' means around their
    supplier's, the suppliers' around the plant's; each mean is drawn to the one above it by as much as its
    own orders leave open. An open order is not missing data: it has taken *at least* this long, and enters
    by expectation-maximisation. Several receipts of one order line count once, when the last has arrived. An
    order that was open during a known disruption of its supplier is left out: `outages_of` counts it.

    What is pooled is how long an order took against the item's planned lead time, so that a supplier's quick
    seals do not shorten its slow castings; an item without a plan is taken to be planned like its supplier's others.
    """
    n = len(plant)
    planned = plant.items["lead_time_days"].fill_null(np.nan).to_numpy()
    supplier = _supplier_codes(plant)
    lines = order_lines(plant)
    orders = _orders(lines, params)
    late_share = _late_share(lines, n)
    received = np.bincount(orders.item[~orders.open], minlength=n)
    still_open = np.bincount(orders.item[orders.open], minlength=n)
    basis = np.where(np.isnan(planned), LeadTimeBasis.MISSING, LeadTimeBasis.PLANNED)
    mean, sd = planned.copy(), planned * params.assumed_cv
    upper = np.full(n, np.nan)
    if len(orders.item) and not orders.open.all():
        usual = _usual_log_days(planned, supplier, params)
        fit = _fit(replace(orders, log_days=orders.log_days - usual[orders.item]), supplier, n, params)
        item_mean = fit.item_mean + usual
        supplier_received = np.bincount(np.maximum(supplier, 0), np.where(supplier >= 0, received, 0), supplier.max(initial=0) + 1)
        by_supplier = (supplier >= 0) & (supplier_received[np.maximum(supplier, 0)] > 0)
        basis = np.where(received > 0, LeadTimeBasis.RECEIPTS, np.where(by_supplier, LeadTimeBasis.SUPPLIER, basis))
        total = np.minimum(np.square(fit.spread) + fit.item_variance, params.most_log_sd**2)
        speaks = (basis == LeadTimeBasis.RECEIPTS) | (basis == LeadTimeBasis.SUPPLIER)
        relative = np.sqrt(np.expm1(total))
        mean = np.where(speaks, np.exp(item_mean + total / 2.0), planned)
        sd = mean * relative
        upper = np.where(speaks, np.exp(item_mean + 1.645 * np.sqrt(fit.item_variance) + np.square(fit.spread) / 2.0), np.nan)
        upper = np.fmax(upper, np.where(speaks, mean, np.nan))
    return LeadTime(mean, sd, received, still_open, basis.astype(np.int64), planned, upper, late_share)


def _usual_log_days(planned: Floats, supplier: Ints, params: LeadTimeParams) -> Floats:
    """Log of each item's planned days; without a plan the mean of its supplier's, else of the plant's, else 0."""
    known = ~np.isnan(planned)
    if not known.any():
        return np.zeros(len(planned))
    own = np.log(np.maximum(np.where(known, planned, 1.0), params.least_days))
    group = supplier + 1
    count = np.bincount(group, known)
    by_supplier = np.bincount(group, np.where(known, own, 0.0)) / np.maximum(count, 1.0)
    fallback = np.where((supplier >= 0) & (count[group] > 0), by_supplier[group], own[known].mean())
    return np.where(known, own, fallback)


def order_lines(plant: Plant) -> pl.DataFrame:
    """
    One row per order line of known items: ``code`` (row in ``plant.items``), ``ordered``, ``promised``,
    ``received`` (null: open), ``seen`` (last day the records speak of).

    Rows of the same order, line, item and order day are one line, received when the last of them is.
    """
    items = plant.items.select("item", pl.int_range(pl.len(), dtype=pl.Int64).alias("code"), pl.col("supplier").alias("usual"))
    rows = plant.receipts.join(items, on="item", how="inner")
    return (
        rows.group_by("order", "order_line", "code", "ordered", maintain_order=True)
        .agg(
            pl.col("promised").max(),
            pl.when(pl.col("received").is_null().any()).then(None).otherwise(pl.col("received").max()).alias("received"),
            pl.col("supplier").fill_null(pl.col("usual")).first(),
        )
        .with_columns(pl.lit(_last_day(plant), dtype=pl.Date).alias("seen"))
        .with_columns(_disrupted(plant).alias("disrupted"))
    )


def _disrupted(plant: Plant) -> pl.Expr:
    struck = pl.lit(value=False)
    for row in plant.tables["disruptions"].iter_rows(named=True):
        during = pl.col("received").fill_null(pl.col("seen")) >= row["start"]
        if row["end"] is not None:
            during &= pl.col("ordered") <= row["end"]
        struck = struck | ((pl.col("supplier") == row["supplier"]) & during).fill_null(value=False)
    return struck


def _last_day(plant: Plant) -> date | None:
    days = [
        plant.receipts["received"].max(),
        plant.receipts["ordered"].max(),
        plant.demand["date"].max(),
        plant.tables["stock"]["date"].max(),
    ]
    return max((day for day in days if isinstance(day, date)), default=None)


def _supplier_codes(plant: Plant) -> Ints:
    """Supplier of each item as a number, -1 when nobody says: the items table's, else its latest order's."""
    latest = (
        plant.receipts.filter(pl.col("supplier").is_not_null())
        .sort("ordered")
        .group_by("item")
        .agg(pl.col("supplier").last().alias("seen"))
    )
    named = plant.items.select("item", "supplier").join(latest, on="item", how="left", maintain_order="left")
    codes = named.select(pl.col("supplier").fill_null(pl.col("seen")).rank("dense").cast(pl.Int64) - 1).to_series()
    return codes.fill_null(-1).to_numpy()


def _orders(lines: pl.DataFrame, params: LeadTimeParams) -> _Orders:
    waited = (pl.col("received").fill_null(pl.col("seen")) - pl.col("ordered")).dt.total_days()
    timed = lines.filter(~pl.col("disrupted")).select(
        "code", waited.cast(pl.Float64).alias("days"), pl.col("received").is_null().alias("open")
    )
    longest = timed.filter(~pl.col("open"))["days"].max()
    if isinstance(longest, float):
        timed = timed.filter(~pl.col("open") | (pl.col("days") <= params.forgotten_factor * max(longest, params.least_days)))
    days = timed["days"].to_numpy()
    return _Orders(timed["code"].to_numpy(), np.log(np.maximum(days, params.least_days)), timed["open"].to_numpy())


def _late_share(lines: pl.DataFrame, n: int) -> Floats:
    due = lines.filter(pl.col("promised").is_not_null())
    late = (pl.col("received").fill_null(pl.col("seen")) > pl.col("promised")).cast(pl.Float64)
    judged = due.filter(pl.col("received").is_not_null() | (pl.col("seen") > pl.col("promised"))).select("code", late.alias("late"))
    codes = judged["code"].to_numpy()
    count = np.bincount(codes, minlength=n)
    with np.errstate(invalid="ignore"):
        return np.where(count > 0, np.bincount(codes, judged["late"].to_numpy(), n) / np.maximum(count, 1), np.nan)


def _fit(orders: _Orders, supplier: Ints, n: int, params: LeadTimeParams) -> _Hierarchy:
    """
    Fit the hierarchy by expectation-maximisation (Dempster, Laird & Rubin 1977).

    Items without a supplier form one group of their own below the plant.
    """
    groups = int(supplier.max(initial=-1)) + 2
    group = np.where(supplier >= 0, supplier, groups - 1)
    item, y = orders.item, orders.log_days
    weight = np.bincount(item, minlength=n).astype(np.float64)
    seen = weight > 0
    full, second = y.copy(), np.zeros_like(y)  # expected log days of each order and their leftover variance
    centre = float(y.mean())
    mean, spare = np.full(n, centre), np.zeros(n)
    spread2 = np.full(n, max(float(y.var()), 1e-4))
    group_mean, group_spare = np.full(groups, centre), np.zeros(groups)
    within = between = max(float(y.var()) / 2.0, 1e-4)
    for _ in range(params.rounds):
        # Expectation: an open order has taken at least y; its log time is a normal cut off there.
        sd = np.sqrt(spread2[item[orders.open]])
        z = (y[orders.open] - mean[item[orders.open]]) / sd
        hazard = np.exp(-0.5 * z * z - 0.5 * np.log(2.0 * np.pi) - log_ndtr(-z))
        full[orders.open] = mean[item[orders.open]] + sd * hazard
        second[orders.open] = np.maximum(sd * sd * (1.0 + z * hazard - hazard * hazard), 0.0)
        # Items within suppliers.
        own = np.bincount(item, full, n) / np.maximum(weight, 1.0)
        precision = weight / spread2
        trust = within * precision / (1.0 + within * precision)
        mean = trust * own + (1.0 - trust) * group_mean[group]
        spare = within * (1.0 - trust)
        # Suppliers within the plant: each seen item says its mean with variance within + spread2 / weight.
        say = np.where(seen, 1.0 / (within + spread2 / np.maximum(weight, 1.0)), 0.0)
        said = np.bincount(group, say, groups)
        centre = float(np.average(own[seen], weights=say[seen] / (1.0 + between * said[group[seen]])))
        group_own = np.bincount(group, say * own, groups) / np.maximum(said, 1e-300)
        group_trust = between * said / (1.0 + between * said)
        group_mean = group_trust * group_own + (1.0 - group_trust) * centre
        group_spare = between * (1.0 - group_trust)
        # Variances: expected squares, each level drawn to the one above.
        rest = np.bincount(item, np.square(full - mean[item]) + second, n) + weight * spare * trust
        plant_spread = rest.sum() / weight.sum()
        group_weight = np.bincount(group, weight, groups)
        k = params.prior_orders
        group_spread = (np.bincount(group, rest, groups) + k * plant_spread) / (group_weight + k)
        spread2 = np.clip((rest + k * group_spread[group]) / (weight + k), 1e-6, params.most_log_sd**2)
        within = max(float((np.square(mean - group_mean[group]) + spare)[seen].mean()), 1e-6)
        told = said > 0
        between = max(float((np.square(group_mean - centre) + group_spare)[told].mean()), 1e-6)
    mean = np.where(seen, mean, group_mean[group])
    trust = within * weight / spread2 / (1.0 + within * weight / spread2)
    variance = within * (1.0 - trust) + np.square(1.0 - trust) * group_spare[group]
    return _Hierarchy(mean, variance, np.sqrt(spread2))
