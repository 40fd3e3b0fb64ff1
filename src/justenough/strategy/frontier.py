"""Frontier: the best service each sum of stock can give a whole plant, and how far inside it today lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.sizing.budget import Options, chosen_at
from justenough.sizing.single import DAYS_PER_YEAR

if TYPE_CHECKING:
    import polars as pl

    from justenough.domain.ragged import Floats
    from justenough.strategy.plan import Plan

PRICES = np.geomspace(1e3, 1e-5, 161)  # money of demand short a year for which one of stock is given up
APART = 0.01  # share of the whole way from leanest to safest by which points that are kept differ


@dataclass(frozen=True, slots=True)
class Standing:
    """
    One way to stock a plant.

    Parameters
    ----------
    stock_value : [money]
    served
        Share of demand, in money, from the shelf. [fraction]
    stockout_cost : [money/year]
    """

    stock_value: float
    served: float
    stockout_cost: float


@dataclass(frozen=True, slots=True)
class Frontier:
    """
    The exchange curve of a plant: stock against service against stockout money.

    Parameters
    ----------
    best
        From least stock to most; no choice among the points of the items' curves serves more with as much.
    price
        Of each of them: demand a year that one more of stock would serve. [1/year]
    plan, today
        Where the plan and today's levels stand; today None where its levels are not known.
    freed
        Stock that today's service does not need: today's less that of the curve at the same service. [money]
    gained
        Service that today's stock could give more. [fraction]
    n_items
        Items in all of these sums: those with levels of today, where any has them.
    """

    best: tuple[Standing, ...]
    price: tuple[float, ...]
    plan: Standing
    today: Standing | None
    freed: float | None
    gained: float | None
    n_items: int
    currency: str


def frontier_of(plan: Plan) -> Frontier | None:
    """
    The exchange curve of a plan's items, from the 32 points kept of each; None where no item has a curve.

    For a price of stock every item takes the point that leaves least demand short, stock paid for; whatever the price,
    no other choice with as little stock serves more (Everett 1963). The curve itself ignores floors.
    """
    rows = _compared(plan)
    if not rows.height:
        return None
    value, fill, lost = (np.stack(rows[name].to_list()).astype(np.float64) for name in ("curve_value", "curve_fill", "curve_lost"))
    price, units = rows["unit_cost"].to_numpy(), rows["demand_per_day"].to_numpy() * DAYS_PER_YEAR
    wanted = price * units
    total = float(wanted.sum())
    known = np.isfinite(value) & np.isfinite(fill)
    short = np.where(known, (1.0 - fill) * wanted[:, None], np.inf)
    options = Options(short, np.where(known, value, 0.0)[None], ("money",))
    at = np.arange(len(wanted))
    best, prices = [], []
    for one in PRICES:
        choice = chosen_at(options, np.array([one]))
        stock, served = float(choice.used[0]), 1.0 - choice.cost / total
        best.append(Standing(stock, served, float(np.nansum(lost[at, choice.option]))))
        prices.append(float(one))
    kept = _thinned(best)
    here = _standing(rows, wanted, "mean_stock_value", "stated_fill_rate", "stockout_cost")
    has_today = rows["today_mean_stock_value"].null_count() == 0
    today = _standing(rows, wanted, "today_mean_stock_value", "today_stated_fill_rate", "today_stockout_cost") if has_today else None
    curve = tuple(best[i] for i in kept)
    freed, gained = _inside(curve, today) if today else (None, None)
    return Frontier(curve, tuple(prices[i] for i in kept), here, today, freed, gained, rows.height, plan.terms.currency)


def _compared(plan: Plan) -> pl.DataFrame:
    """Rows with a curve; only those with levels of today, where any has them."""
    import polars as pl

    own = ["mean_stock_value", "stated_fill_rate", "stockout_cost", "demand_per_day", "unit_cost"]
    today = ["today_mean_stock_value", "today_stated_fill_rate", "today_stockout_cost"]
    drawn = plan.curves.select("item", curve_value="mean_stock_value", curve_fill="fill_rate", curve_lost="stockout_cost")
    rows = plan.figures.select("item", *own, *today).with_columns(pl.col("stockout_cost", "today_stockout_cost").fill_null(0.0))  # unpriced
    rows = rows.join(drawn, on="item").drop_nulls([*own, "curve_value", "curve_fill", "curve_lost"])
    compared = rows.drop_nulls(today)
    return compared if compared.height else rows


def _standing(rows: pl.DataFrame, wanted: Floats, value: str, fill: str, lost: str) -> Standing:
    served = float((rows[fill].to_numpy() * wanted).sum() / wanted.sum())
    return Standing(float(rows[value].sum()), served, float(rows[lost].sum()))


def _thinned(best: list[Standing]) -> list[int]:
    """Which of the points to keep: the ends, and those a step of `APART` from the one before."""
    span = best[-1].stock_value - best[0].stock_value
    kept = [0]
    for i in range(1, len(best)):
        further = best[i].stock_value - best[kept[-1]].stock_value
        if further >= APART * span > 0.0:
            kept.append(i)
    if best[-1].stock_value > best[kept[-1]].stock_value:
        kept.append(len(best) - 1)
    return kept


def _inside(best: tuple[Standing, ...], today: Standing) -> tuple[float, float]:
    """Stock today's service does not need, and service today's stock could give; straight between points, flat beyond the ends."""
    stock, served = np.array([one.stock_value for one in best]), np.array([one.served for one in best])
    return (
        today.stock_value - float(np.interp(today.served, served, stock)),
        float(np.interp(today.stock_value, stock, served)) - today.served,
    )
