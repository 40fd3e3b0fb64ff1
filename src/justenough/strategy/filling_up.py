"""Filling up: min-max levels, (s, S), for the items of a plan, beside the whole lots it orders in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.policy import Levels, Reason
from justenough.estimation.exposure import exposure_over
from justenough.sizing.order_up_to import cheapest_min_max, min_max_outcome
from justenough.sizing.single import outcome_at
from justenough.strategy.rejects import with_rejects
from justenough.strategy.spread import part
from justenough.strategy.trace import difference

if TYPE_CHECKING:
    from justenough.strategy.decide import Decided

SCHEMA = {
    "item": pl.String, "reorder_point": pl.Float64, "order_up_to": pl.Float64, "reason": pl.String,
    "stated_fill_rate": pl.Float64, "stated_cycle_service": pl.Float64, "mean_stock_value": pl.Float64, "cost_a_year": pl.Float64,
    "plan_reorder_point": pl.Float64, "plan_order_up_to": pl.Float64, "plan_stock_value": pl.Float64, "plan_cost_a_year": pl.Float64,
    "saving_a_year": pl.Float64,
}  # fmt: skip


def filled_up(decided: Decided) -> pl.DataFrame:
    """
    Cheapest min-max levels of every item whose plan is whole lots of its own choice, the largest saving first.

    Returns
    -------
    DataFrame
        ``item``; ``reorder_point`` s and ``order_up_to`` S [units]; ``reason``; what they earn: ``stated_fill_rate``,
        ``stated_cycle_service`` [fraction], ``mean_stock_value`` [money], ``cost_a_year`` [money/year]; the plan's levels,
        stock and cost, by the same prices; and the difference of the costs. An item that lacks something, spoils, has no
        price or must be ordered in lots is not in it. What all items share, as a limit on money, is not looked at.

    Notes
    -----
    Both keep the same floors on service, and say the same of a cycle: what it is from the lowest position.
    """
    rows, known = decided.plan.figures, with_rejects(decided.known)
    money = known.economics
    sized = rows["gate"].is_not_null().to_numpy()
    in_lots = np.nan_to_num(money.lot_multiple) > np.where(decided.known.demand.step > 0.0, decided.known.demand.step, 0.0)
    places = np.flatnonzero(sized & ~in_lots & ~np.isfinite(money.shelf_life_days) & ~np.isnan(money.unit_cost))
    if not len(places):
        return pl.DataFrame(schema=SCHEMA)
    those = part(known, places)
    exposure = exposure_over(those.demand, those.lead_time, those.outages, those.review_days)
    low, lot = (rows[name].gather(places).to_numpy() for name in ("reorder_point", "order_quantity"))
    planned = outcome_at(exposure, those.economics, Levels(low, lot, exposure.step))
    found = cheapest_min_max(exposure, those.economics)
    earned = min_max_outcome(exposure, those.economics, found.reorder_point, found.order_up_to)
    lowest = outcome_at(exposure, those.economics, Levels(found.reorder_point, found.order_up_to - found.reorder_point, exposure.step))
    cost = those.economics.unit_cost
    columns = [
        rows["item"].gather(places), found.reorder_point, found.order_up_to, [Reason(int(code)).label for code in found.reason],
        earned.fill_rate, lowest.cycle_service, earned.mean_stock * cost, earned.total_cost,
        low, rows["order_up_to"].gather(places), planned.mean_stock * cost, planned.total_cost,
        difference(planned.total_cost, earned.total_cost),
    ]  # fmt: skip
    return pl.DataFrame(dict(zip(SCHEMA, columns, strict=True)), schema=SCHEMA).sort("saving_a_year", "item", descending=[True, False])
