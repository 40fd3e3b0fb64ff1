"""Summary: a plan in a dozen figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from justenough.strategy.daily_look import DAILY_SERVED, DAILY_TODAY, DAILY_VALUE, ORDERED_EVERY, unreviewed
from justenough.strategy.recommendation import PARTS
from justenough.strategy.settings import NO_ORDERING_COST

if TYPE_CHECKING:
    import polars as pl

OUTLIVES = 0.5  # chance to outlive an outage below which an item is more likely than not to run out
NAMED = 3  # items of a plant that are named


@dataclass(frozen=True, slots=True)
class Summary:
    """
    A plan in a dozen figures.

    Parameters
    ----------
    by_decision
        Items by decision, every decision named; items nobody wants any more are ``ended``.
    stock_value, total_cost
        Sums over the decided items. [money], [money/year]
    n_compared
        Items whose levels of today are known; only these enter the four figures below.
    compared_stock_value, compared_total_cost
        The plan's own sums over the compared items. [money], [money/year]
    today_stock_value, today_total_cost
        Today's sums over the compared items. [money], [money/year]
    change_value
        ``compared_stock_value - today_stock_value``. [money]
    n_freed, freed_value, n_tied, tied_value
        Compared items that hold less than today, and more, and the money: ``change_value`` is ``tied_value - freed_value``. [money]
    undecided
        Items by what they lack; an item lacking two things counts in both.
    assumed
        Items by what Settings filled in for them.
    n_split
        Items whose reserve was split by cause and is above nothing; only these enter the two figures below.
    reserve_value
        Money in these reserves. [money]
    reserve_for
        The same by cause (`justenough.strategy.recommendation.PARTS`); adds up to ``reserve_value``. [money]
    expiry_cost
        Of what is thrown away at the end of its shelf life; part of ``total_cost``. [money/year]
    n_faced
        Items of which it is known how likely their stock outlives an outage of their supplier.
    n_run_out
        Those that are more likely than not to run out, were it to begin today.
    run_out
        The first of them, those of which most money is wanted a day first.
    fill_rate, compared_fill_rate, today_fill_rate
        Share of what is wanted, in money, that comes from the shelf: the plan's, the plan's of the compared items, and today's of
        these; None where nobody knows. [fraction]
    n_unreviewed
        Sized items whose time between two looks nobody declared.
    daily_stock_value, daily_change_value
        What ``stock_value`` and ``change_value`` would be if these were looked at every day; None where that was not tried. [money]
    daily_today_fill_rate
        ``today_fill_rate`` if stock were looked at every day; None where that was not tried. [fraction]
    ordered_every
        Days between two looks that the days of past orders speak for; None where they do not say, or nobody asked. [days]
    n_least_lots, n_single
        Items ordered in the least lots there are because nobody said what an order costs, and those of them ordered one at a time.
    n_at_end
        Items whose stockouts cost so much that they ask for more than the safest point of their curve.
    at_end
        The first of them, dearest stockouts left first.
    """

    n_items: int
    by_decision: dict[str, int]
    stock_value: float
    total_cost: float
    n_compared: int
    compared_stock_value: float
    compared_total_cost: float
    today_stock_value: float
    today_total_cost: float
    change_value: float
    undecided: dict[str, int]
    assumed: dict[str, int]
    currency: str
    n_split: int = 0
    reserve_value: float = 0.0
    reserve_for: dict[str, float] = field(default_factory=dict)
    expiry_cost: float = 0.0
    n_faced: int = 0
    n_run_out: int = 0
    run_out: tuple[str, ...] = ()
    n_at_end: int = 0
    at_end: tuple[str, ...] = ()
    n_freed: int = 0
    freed_value: float = 0.0
    n_tied: int = 0
    tied_value: float = 0.0
    fill_rate: float | None = None
    compared_fill_rate: float | None = None
    today_fill_rate: float | None = None
    n_unreviewed: int = 0
    daily_stock_value: float | None = None
    daily_change_value: float | None = None
    daily_today_fill_rate: float | None = None
    ordered_every: float | None = None
    n_least_lots: int = 0
    n_single: int = 0


def summary_of(rows: pl.DataFrame, currency: str) -> Summary:
    """Totals of a plan's rows; money in ``currency``."""
    import polars as pl

    decided = rows.filter(pl.col("decision") != "cannot_decide")
    compared = decided.filter(pl.col("today_mean_stock_value").is_not_null())
    freed, tied = compared.filter(pl.col("change_value") < 0.0), compared.filter(pl.col("change_value") > 0.0)

    def total(frame: pl.DataFrame, column: str) -> float:
        return float(frame[column].sum())

    split = decided.filter(pl.col("anatomy_rounding").is_not_null() & (pl.col("safety_stock") > 0))
    live = decided.filter(pl.col("gate").is_not_null())
    faced = live.filter(pl.col("survives").is_not_null())
    out = faced.filter(pl.col("survives") < OUTLIVES).sort(
        (pl.col("demand_per_day") * pl.col("unit_cost")).fill_null(0.0), "item", descending=[True, False]
    )
    asking = pl.col("_enough").is_not_null() if "_enough" in rows.columns else pl.lit(value=False)
    at_end = live.filter(asking).sort("stockout_cost", "item", descending=[True, False], nulls_last=True)
    both = live.drop_nulls(["stated_fill_rate", "today_stated_fill_rate"])
    tried = DAILY_VALUE in rows.columns and rows[DAILY_VALUE].null_count() < rows.height
    free = decided.filter(pl.col("assumed").list.contains(NO_ORDERING_COST) & (pl.col("order_quantity") > 0))
    return Summary(
        n_items=rows.height,
        by_decision=_by_decision(rows),
        stock_value=total(decided, "mean_stock_value"),
        total_cost=total(decided, "total_cost"),
        n_compared=compared.height,
        compared_stock_value=total(compared, "mean_stock_value"),
        compared_total_cost=total(compared, "total_cost"),
        today_stock_value=total(compared, "today_mean_stock_value"),
        today_total_cost=total(compared, "today_total_cost"),
        change_value=total(compared, "change_value"),
        undecided=_counts(rows, "missing"),
        assumed=_counts(rows, "assumed"),
        currency=currency,
        n_split=split.height,
        reserve_value=float((split["safety_stock"] * split["unit_cost"]).sum()),
        reserve_for={cause: float((split[f"anatomy_{cause}"] * split["unit_cost"]).sum()) for cause in PARTS},
        expiry_cost=total(live, "expiry_cost"),
        n_faced=faced.height,
        n_run_out=out.height,
        run_out=tuple(out["item"].head(NAMED).to_list()),
        n_at_end=at_end.height,
        at_end=tuple(at_end["item"].head(NAMED).to_list()),
        n_freed=freed.height,
        freed_value=-total(freed, "change_value"),
        n_tied=tied.height,
        tied_value=total(tied, "change_value"),
        fill_rate=shelf_share(live, "stated_fill_rate"),
        compared_fill_rate=shelf_share(both, "stated_fill_rate"),
        today_fill_rate=shelf_share(both, "today_stated_fill_rate"),
        n_unreviewed=live.filter(unreviewed()).height,
        daily_stock_value=total(decided, DAILY_VALUE) if tried else None,
        daily_change_value=total(compared, DAILY_VALUE) - total(compared, DAILY_TODAY) if tried else None,
        daily_today_fill_rate=shelf_share(both, DAILY_SERVED) if DAILY_SERVED in rows.columns else None,
        ordered_every=rows.select(pl.col(ORDERED_EVERY).max()).item() if ORDERED_EVERY in rows.columns else None,
        n_least_lots=free.height,
        n_single=free.filter(pl.col("order_quantity") == 1).height,
    )


def _by_decision(rows: pl.DataFrame) -> dict[str, int]:
    import polars as pl

    # Plans of earlier versions called ended items just-in-time; they are known by having no gate.
    ended = (pl.col("decision") == "JIT") & pl.col("gate").is_null() & (pl.col("order_quantity") == 0)
    called = pl.when(ended).then(pl.lit("ended")).otherwise("decision").alias("decision")
    counted = dict(rows.select(called).group_by("decision").len().iter_rows())
    return {word: counted.get(word, 0) for word in ("JIT", "lean", "buffered", "JIC", "ended", "cannot_decide")}


def shelf_share(rows: pl.DataFrame, column: str) -> float | None:
    """Share of what is wanted, in money, that comes from the shelf by this column; None where nobody knows it of any item. [fraction]"""
    import polars as pl

    wanted = (pl.col("unit_cost") * pl.col("demand_per_day")).fill_null(0.0)
    known = rows.filter(pl.col(column).is_not_null()).select(wanted.alias("wanted"), served=wanted * pl.col(column))
    money = float(known["wanted"].sum())
    return float(known["served"].sum()) / money if money > 0.0 else None


def _counts(rows: pl.DataFrame, column: str) -> dict[str, int]:
    import polars as pl

    counted = rows.select(pl.col(column).explode(empty_as_null=False).drop_nulls()).to_series().value_counts(name="n")
    return dict(counted.sort(pl.col("n"), column, descending=[True, False]).iter_rows())
