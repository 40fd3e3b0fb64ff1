"""Plan diff: what changes from one plan to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """
    What changed from one plan to the next.

    Parameters
    ----------
    rows
        Items whose decision, reorder point or order quantity changed, came or went, largest
        change of money first: ``item, change (changed/new/gone), was_decision, decision,
        was_reorder_point, reorder_point, was_order_quantity, order_quantity, change_value,
        change_total_cost``.
    n_same
        Items that stay as they are.
    """

    rows: pl.DataFrame
    n_same: int

    @property
    def change_value(self) -> float:
        """Money tied up, later plan less earlier [money]."""
        return float(self.rows["change_value"].sum())

    @property
    def change_total_cost(self) -> float:
        """Cost a year, later plan less earlier [money/year]."""
        return float(self.rows["change_total_cost"].sum())


def diff_of(later: pl.DataFrame, earlier: pl.DataFrame) -> PlanDiff:
    """What changes from the rows of one plan to those of the next."""
    import polars as pl

    kept = ["item", "decision", "reorder_point", "order_quantity", "mean_stock_value", "total_cost"]
    was = earlier.select(pl.col("item"), *(pl.col(c).alias(f"was_{c}") for c in kept[1:]), pl.lit(value=True).alias("before"))
    now = later.select(*kept, pl.lit(value=True).alias("after"))
    both = now.join(was, on="item", how="full", coalesce=True)
    same = pl.all_horizontal(pl.col(c).eq_missing(pl.col(f"was_{c}")) for c in kept[1:4]) & pl.col("before") & pl.col("after")
    gone = pl.when(pl.col("after").is_null()).then(pl.lit("gone")).otherwise(pl.lit("changed"))
    change = pl.when(pl.col("before").is_null()).then(pl.lit("new")).otherwise(gone)

    def moved(column: str) -> pl.Expr:
        return pl.col(column).fill_null(0.0) - pl.col(f"was_{column}").fill_null(0.0)

    changed = both.filter(~same.fill_null(value=False)).select(
        "item",
        change.alias("change"),
        *(name for column in kept[1:4] for name in (f"was_{column}", column)),
        moved("mean_stock_value").alias("change_value"),
        moved("total_cost").alias("change_total_cost"),
    )
    return PlanDiff(changed.sort(pl.col("change_value").abs(), "item", descending=[True, False]), both.height - changed.height)
