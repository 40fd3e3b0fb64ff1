"""Exchange: stock against service of a whole plan, beside the same service for every item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from justenough.domain.ragged import Floats
    from justenough.strategy.plan import Plan

GRID = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.999)


@dataclass(frozen=True, slots=True)
class Exchange:
    """
    Stock against service of a whole plan.

    Parameters
    ----------
    alike
        (money, service) of giving every item the same service, from little to much.
    plan, today
        (money, service) of the plan and of today's levels; today None where it is not known.
    n_items
        Items in all of these sums.
    """

    alike: tuple[tuple[float, float], ...]
    plan: tuple[float, float]
    today: tuple[float, float] | None
    n_items: int
    currency: str


def exchange_of(plan: Plan) -> Exchange | None:
    """
    Stock against service of the whole plan, beside the same service for every item.

    Service is the share of demand, in money, served from the shelf. Where levels of today are known of
    some items, only these enter; ended items have no curve and
    enter neither sum. None where no item has a curve.
    """
    wanted = [
        "item",
        "mean_stock_value",
        "unit_cost",
        "demand_per_day",
        "stated_fill_rate",
        "today_mean_stock_value",
        "today_stated_fill_rate",
    ]
    rows = plan.figures.select(wanted).join(
        plan.curves.select("item", curve_value="mean_stock_value", curve_service="cycle_service", curve_fill="fill_rate"), on="item"
    )
    rows = rows.drop_nulls(["mean_stock_value", "stated_fill_rate", "demand_per_day", "curve_value", "curve_service", "curve_fill"])
    compared = rows.drop_nulls(["today_mean_stock_value", "today_stated_fill_rate"])
    known = bool(compared.height)
    rows = compared if known else rows
    if not rows.height:
        return None
    value, service, fill = (np.stack(rows[name].to_list()) for name in ("curve_value", "curve_service", "curve_fill"))
    weight = (rows["unit_cost"].fill_null(0.0) * rows["demand_per_day"]).to_numpy()
    weight = weight / weight.sum() if weight.sum() > 0 else np.full(rows.height, 1 / rows.height)

    def shelf(fills: Floats) -> float:
        return float((weight * np.nan_to_num(fills)).sum())

    alike = []
    for target in GRID:
        enough = service >= target
        first = np.where(enough.any(axis=1), enough.argmax(axis=1), service.shape[1] - 1)[:, None]
        alike.append((float(np.take_along_axis(value, first, 1).sum()), shelf(np.take_along_axis(fill, first, 1)[:, 0])))
    here = (float(rows["mean_stock_value"].sum()), shelf(rows["stated_fill_rate"].to_numpy()))
    today = (float(rows["today_mean_stock_value"].sum()), shelf(rows["today_stated_fill_rate"].to_numpy())) if known else None
    return Exchange(tuple(alike), here, today, rows.height, plan.terms.currency)
