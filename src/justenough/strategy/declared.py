"""Declared: what the items table says of each item, what Settings fill in, and what nobody said."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from justenough.domain.item import StockoutBasis
from justenough.domain.schema import STOCKOUT_BASES
from justenough.sizing.single import Economics
from justenough.strategy.settings import NO_ORDERING_COST, NO_REVIEW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.domain.ragged import Floats
    from justenough.estimation.feeding import Feeding
    from justenough.strategy.settings import Settings

NO_COST = "no unit cost (0 or empty)"
NO_HOLDING_RATE = "no holding rate"
NO_PROMISE = "no stockout cost and no service target"
NO_BASIS = "stockout cost without what it is charged by"
ALL_HOURS = "line meant to run all hours (no calendar)"
MACHINE_HOUR = "stockout_cost {} per_line_hour, of the machines whose repairs wait for it"
LINE_HOUR = "stockout_cost {} per_line_hour, of the line it feeds"
FILLED_UP = "current_max not above the reorder point, read as filling up to it at every review"


_BY_LINE_HOUR = pl.col("stockout_basis") == "per_line_hour"


@dataclass(frozen=True, slots=True)
class Declared:
    """
    Each item's economics, after Settings.

    Parameters
    ----------
    economics
        Columns of (n_items,); NaN where nobody said.
    review_days : (n_items,) [days]
    charge : (n_items,) [money per what the basis says]
        Of a stockout, a line's hour in full; NaN where there is none.
    missing, assumed : (n_items,) lists of text
        What a decision lacks; what Settings filled in, and what was read into a figure that can be read in two ways.
    """

    economics: Economics
    review_days: Floats
    charge: Floats
    missing: pl.Series
    assumed: pl.Series


def declared_by(items: pl.DataFrame, settings: Settings, working_share: Floats, feeding: Feeding | None = None) -> Declared:
    """
    Join the items table and the settings; a column of an item always beats a setting.

    ``working_share`` is the share of all hours in which the item's line is meant to run (NaN: not known, taken as
    all of them and said so); a stockout charged by the line's hour is charged that share of the hours it lasts.

    ``feeding`` says what an hour of the line is worth that an item feeds, and of the machines that wait for a spare part (of the
    calendar: their own hours are in it). A stockout is charged by it where neither a cost nor a target says how much to hold, and
    by the line's hour where an item says ``per_line_hour`` without a figure.

    A target of the item's own class (`Settings.criticality_targets`, `criticality_fill_rates`) beats the targets for all items,
    and all of them only speak for items that state no target themselves.
    """
    own_target = pl.col("target_cycle_service").is_not_null() | pl.col("target_fill_rate").is_not_null()
    class_cycle, class_fill = _of_class(settings.criticality_targets), _of_class(settings.criticality_fill_rates)
    lent_cycle, lent_fill = pl.when(~own_target).then(class_cycle), pl.when(~own_target).then(class_fill)
    usual = ~own_target & class_cycle.is_null() & class_fill.is_null()
    usual_target = settings.target_cycle_service is not None or settings.target_fill_rate is not None
    aimed = own_target | class_cycle.is_not_null() | class_fill.is_not_null() | pl.lit(usual_target)
    items = _charged(items.with_columns(pl.Series("working_share", working_share).fill_nan(None)), aimed, feeding)
    whole = items.with_columns(
        _or_setting("holding_rate", settings.holding_rate),
        _or_setting("ordering_cost", settings.ordering_cost or 0.0),
        _or_setting("review_days", settings.usual_review_days),
        pl.coalesce("target_cycle_service", lent_cycle, pl.when(usual).then(pl.lit(settings.target_cycle_service, pl.Float64))),
        pl.coalesce("target_fill_rate", lent_fill, pl.when(usual).then(pl.lit(settings.target_fill_rate, pl.Float64))),
    )
    assumed = items.select(
        _note("holding_rate", settings.holding_rate),
        _note("ordering_cost", settings.ordering_cost, NO_ORDERING_COST),
        _note("review_days", settings.review_days, NO_REVIEW),
        pl.format("target_cycle_service {} (class {})", lent_cycle, "criticality").alias("class cycle"),
        pl.format("target_fill_rate {} (class {})", lent_fill, "criticality").alias("class fill"),
        _note("target_cycle_service", settings.target_cycle_service, where=usual),
        _note("target_fill_rate", settings.target_fill_rate, where=usual),
        "priced",
        pl.when(_BY_LINE_HOUR & pl.col("working_share").is_null()).then(pl.lit(ALL_HOURS)).alias("working_share"),
        pl.when(pl.col("current_max") <= pl.col("current_reorder_point")).then(pl.lit(FILLED_UP)).alias("filled up"),
    )
    lists = _lists(_lacking(whole)), _lists(assumed)
    return Declared(_economics(whole), _floats(whole, "review_days"), _floats(whole, "stockout_cost"), *lists)


def _charged(items: pl.DataFrame, aimed: pl.Expr, feeding: Feeding | None) -> pl.DataFrame:
    """The items with what their stockouts cost where only the hour of a line or machine says so, and as ``priced`` that it does."""
    nobody = np.full(items.height, np.nan)
    items = items.with_columns(
        pl.Series("line_hour", nobody if feeding is None else feeding.hour_value).fill_nan(None),
        pl.Series("waiting_hour", nobody if feeding is None else feeding.waiting_hour).fill_nan(None),
    )
    uncharged, unsaid = pl.col("stockout_cost").is_null(), pl.col("stockout_basis").is_null() & ~aimed
    starves = (uncharged & (_BY_LINE_HOUR | unsaid) & pl.col("line_hour").is_not_null()).fill_null(value=False)
    holds_up = uncharged & unsaid & pl.col("waiting_hour").is_not_null() & ~starves
    return items.with_columns(
        pl.when(starves).then("line_hour").when(holds_up).then("waiting_hour").otherwise("stockout_cost").alias("stockout_cost"),
        pl.when(starves | holds_up).then(pl.lit("per_line_hour")).otherwise("stockout_basis").alias("stockout_basis"),
        pl.when(holds_up).then(1.0).otherwise("working_share").alias("working_share"),
        pl.when(starves)
        .then(pl.format(LINE_HOUR, pl.col("line_hour").round(2)))
        .when(holds_up)
        .then(pl.format(MACHINE_HOUR, pl.col("waiting_hour").round(2)))
        .alias("priced"),
    )


def _lacking(whole: pl.DataFrame) -> pl.DataFrame:
    """What each item lacks, a column a fact."""
    promised = pl.col("target_cycle_service").is_not_null() | pl.col("target_fill_rate").is_not_null()
    charged = pl.col("stockout_cost").is_not_null()
    unmapped = pl.format("no target for criticality class {}", "criticality")
    return whole.select(
        pl.when(~(pl.col("unit_cost") > 0).fill_null(value=False)).then(pl.lit(NO_COST)).alias("cost"),
        pl.when(pl.col("holding_rate").is_null()).then(pl.lit(NO_HOLDING_RATE)).alias("holding"),
        pl.when(promised | (charged & pl.col("stockout_basis").is_not_null()))
        .then(None)
        .when(charged)
        .then(pl.lit(NO_BASIS))
        .when(pl.col("criticality").is_not_null())
        .then(unmapped)
        .otherwise(pl.lit(NO_PROMISE))
        .alias("promise"),
    )


def _of_class(targets: Mapping[str, float]) -> pl.Expr:
    return pl.col("criticality").replace_strict(dict(targets) or {"": None}, default=None, return_dtype=pl.Float64)


def _or_setting(column: str, setting: float | None) -> pl.Expr:
    return pl.col(column).fill_null(pl.lit(setting, pl.Float64))


def _note(column: str, setting: float | None, otherwise: str | None = None, *, where: pl.Expr | None = None) -> pl.Expr:
    said = otherwise if setting is None else f"{column} {setting:g}"
    lacking = pl.col(column).is_null() if where is None else where
    return pl.when(lacking).then(pl.lit(said, pl.String)).alias(column)


def _economics(whole: pl.DataFrame) -> Economics:
    codes = {word: int(StockoutBasis[word.upper()]) for word in STOCKOUT_BASES}
    basis = pl.col("stockout_basis").replace_strict(codes, default=int(StockoutBasis.NONE), return_dtype=pl.Int64)
    charged = pl.col("stockout_cost").is_not_null() & pl.col("stockout_basis").is_not_null()
    whole = whole.with_columns(
        pl.when(charged).then(basis).otherwise(int(StockoutBasis.NONE)).alias("basis"),
        pl.when(charged).then(pl.col("stockout_cost") * pl.when(_BY_LINE_HOUR).then("working_share").fill_null(1.0)).alias("stockout_cost"),
        pl.col("moq").fill_null(0.0),
        pl.col("shelf_life_days").fill_null(np.inf),
    )
    columns = [f.name for f in fields(Economics) if f.name != "stockout_basis"]
    return Economics(stockout_basis=whole["basis"].to_numpy().copy(), **{name: _floats(whole, name) for name in columns})


def _floats(frame: pl.DataFrame, column: str) -> Floats:
    values: Floats = frame[column].cast(pl.Float64).fill_null(np.nan).to_numpy().copy()
    return values


def _lists(columns: pl.DataFrame) -> pl.Series:
    return columns.select(pl.concat_list(pl.all()).list.drop_nulls()).to_series()
