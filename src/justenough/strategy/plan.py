"""Plan: one row and one curve for every item, with the settings, version and author behind them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from justenough.domain.errors import UnknownItem
from justenough.strategy.plan_diff import PlanDiff, diff_of
from justenough.strategy.recommendation import Recommendation, row_schema
from justenough.strategy.summary import summary_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from justenough.domain.plant import Terms
    from justenough.strategy.settings import Settings
    from justenough.strategy.summary import Summary

CURVE_COLUMNS = (
    "reorder_point",
    "safety_stock",
    "mean_stock_value",
    "cycle_service",
    "fill_rate",
    "holding_cost",
    "stockout_cost",
    "ordering_cost",
    "total_cost",
)
# Kept of every curve, in 32 bits; the other columns follow from these and the item's row.
DRAWN_COLUMNS = ("reorder_point", "mean_stock_value", "cycle_service", "fill_rate", "stockout_cost", "total_cost")


def _no_levers() -> pl.DataFrame:
    import polars as pl

    from justenough.strategy.lever import lever_schema

    return pl.DataFrame(schema=lever_schema())


def _no_coming() -> pl.DataFrame:
    import polars as pl

    from justenough.strategy.coming_rows import coming_schema

    return pl.DataFrame(schema=coming_schema())


@dataclass(frozen=True)
class Plan:
    """
    What to hold of every item of a plant.

    Parameters
    ----------
    figures
        One row per item, sorted by item: the attributes of `Recommendation` but its reasons, and, with an underscore, the
        evidence the reasons are put into words from.
    curves
        ``item`` and list columns of 32 points from just-in-time to just-in-case (`DRAWN_COLUMNS`), seven digits of each.
    terms, settings
        What the plant and the person declared.
    version
        Version of this package that made the plan.
    created
        When, UTC.
    author
        Who asked for it; empty when nobody said.
    plan_id
        Sorts by time, never repeats.
    levers
        What would let each reserve be stripped, one row an item and lever, dearest first
        (`justenough.strategy.lever.lever_schema`).
    coming
        Levels of items whose demand moves, one row an item and coming period
        (`justenough.strategy.coming_rows.coming_schema`).
    """

    figures: pl.DataFrame = field(repr=False)
    curves: pl.DataFrame = field(repr=False)
    terms: Terms
    settings: Settings
    version: str
    created: datetime
    author: str
    plan_id: str
    levers: pl.DataFrame = field(default_factory=_no_levers, repr=False)
    coming: pl.DataFrame = field(default_factory=_no_coming, repr=False)

    @classmethod
    def of(
        cls,
        rows: pl.DataFrame,
        curves: pl.DataFrame,
        terms: Terms,
        settings: Settings,
        *,
        levers: pl.DataFrame | None = None,
        coming: pl.DataFrame | None = None,
        author: str = "",
        created: datetime | None = None,
    ) -> Plan:
        """Build a plan from rows and curves that may lack columns; those become null, lists empty."""
        from justenough import __version__

        made = created or datetime.now(UTC)
        plan_id = f"{made:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        pulled = _no_levers() if levers is None else levers
        ahead = _no_coming() if coming is None else coming
        return cls(_whole_rows(rows), _whole_curves(curves), terms, settings, __version__, made, author, plan_id, pulled, ahead)

    @cached_property
    def rows(self) -> pl.DataFrame:
        """One row per item, sorted by item, with its reasons; the columns are the attributes of `Recommendation`."""
        return self._worded(self.figures)

    def _worded(self, figures: pl.DataFrame) -> pl.DataFrame:
        """Some of the figures as rows; reasons are put into words only now, from figures and evidence."""
        import polars as pl

        if "reasons" not in figures.columns:
            from justenough.strategy.explain import reasons_of

            own = pl.col("item").is_in(figures["item"].implode())
            levers, coming = (frame if len(figures) == len(self) else frame.filter(own) for frame in (self.levers, self.coming))
            words = reasons_of(figures, levers, coming, self.settings, self.terms.currency)
            figures = figures.with_columns(words.alias("reasons"))
        return figures.select(list(row_schema()))

    def __len__(self) -> int:
        return self.figures.height

    def __getitem__(self, item: str) -> Recommendation:
        import polars as pl

        worded: pl.DataFrame | None = self.__dict__.get("rows")  # where all are in words already, one is not worded again
        found = (self.figures if worded is None else worded).filter(pl.col("item") == item)
        if not found.height:
            raise UnknownItem(f"{item!r} is not in this plan of {len(self):,} items.{self._near(item)}")
        values: dict[str, Any] = (self._worded(found) if worded is None else found).row(0, named=True)
        return Recommendation(**values, currency=self.terms.currency)

    def curve(self, item: str) -> pl.DataFrame:
        """The item's curve, one row a point; no rows where it could not be drawn."""
        import polars as pl

        row = self.figures.filter(pl.col("item") == item)
        if not row.height:
            raise UnknownItem(f"{item!r} is not in this plan of {len(self):,} items.{self._near(item)}")
        return points_of(self.curves.filter(pl.col("item") == item), row.row(0, named=True))

    def levers_of(self, item: str) -> pl.DataFrame:
        """What would let the item's reserve be stripped, dearest first; no rows where nothing would."""
        import polars as pl

        if item not in self.figures["item"]:
            raise UnknownItem(f"{item!r} is not in this plan of {len(self):,} items.{self._near(item)}")
        return self.levers.filter(pl.col("item") == item).drop("item")

    def coming_of(self, item: str) -> pl.DataFrame:
        """The item's levels by coming period, in their order; no rows where one level is for all times."""
        import polars as pl

        if item not in self.figures["item"]:
            raise UnknownItem(f"{item!r} is not in this plan of {len(self):,} items.{self._near(item)}")
        return self.coming.filter(pl.col("item") == item).drop("item")

    def _near(self, item: str) -> str:
        import difflib

        near = difflib.get_close_matches(item, self.figures["item"].head(20_000).to_list(), n=3)
        return f" Near it: {', '.join(near)}." if near else ""

    def summary(self) -> Summary:
        """Totals of the plan."""
        return summary_of(self.figures, self.terms.currency)

    def diff(self, other: Plan) -> PlanDiff:
        """What changes when this plan follows ``other``, the earlier one."""
        return diff_of(self.figures, other.figures)

    def to_polars(self) -> pl.DataFrame:
        """The rows as a Polars frame."""
        return self.rows

    def to_pandas(self) -> Any:
        """The rows as a pandas frame (pandas must be installed)."""
        return self.rows.to_pandas()

    def to_arrow(self) -> Any:
        """The rows as an Arrow table."""
        return self.rows.to_arrow()


def points_of(found: pl.DataFrame, row: Mapping[str, Any]) -> pl.DataFrame:
    """
    An item's curve with all of `CURVE_COLUMNS` that are known, one row a point.

    Parameters
    ----------
    found
        Its row of a plan's curves; no row gives no points.
    row
        Its row of the plan.
    """
    import polars as pl

    drawn = [name for name in DRAWN_COLUMNS if found.height and found[name][0] is not None]
    if not drawn:
        return pl.DataFrame(schema=dict.fromkeys(CURVE_COLUMNS, pl.Float64()))
    points = found.select(drawn).explode(drawn).cast(pl.Float64)
    follow = {
        "safety_stock": ("reorder_point", pl.col("reorder_point") + _less(row.get("safety_stock"), row.get("reorder_point"))),
        "holding_cost": ("mean_stock_value", pl.col("mean_stock_value") * _known(row.get("holding_rate"))),
        "ordering_cost": ("total_cost", _known(row.get("ordering_cost"))),
    }
    whole = points.with_columns(figure.alias(name) for name, (needs, figure) in follow.items() if needs in drawn)
    return whole.select(name for name in CURVE_COLUMNS if name in whole.columns)


def _known(figure: float | None) -> pl.Expr:
    import polars as pl

    return pl.lit(figure, pl.Float64)


def _less(figure: float | None, other: float | None) -> pl.Expr:
    return _known(None if figure is None or other is None else figure - other)


def _whole_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Every column of the schema, and the evidence; rows that say neither reasons nor evidence have no reasons."""
    import polars as pl

    schema = row_schema()
    evidence = [name for name in rows.columns if name.startswith("_")]
    unknown = [name for name in rows.columns if name not in schema and name not in evidence]
    if unknown:
        raise ValueError(f"a plan has no column {', '.join(unknown)}; it has {', '.join(schema)}")
    if evidence and "reasons" not in rows.columns:
        del schema["reasons"]
    columns = []
    for name, kind in schema.items():
        column = pl.col(name).cast(kind) if name in rows.columns else pl.lit(None, dtype=kind).alias(name)
        columns.append(column.fill_null([]) if kind == pl.List(pl.String()) else column)
    whole = rows.select(*columns, *evidence)
    return whole if whole["item"].is_sorted() else whole.sort("item", maintain_order=True)


def _whole_curves(curves: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    kind = pl.List(pl.Float32)
    columns = [pl.col(c).cast(kind) if c in curves.columns else pl.lit(None, dtype=kind).alias(c) for c in DRAWN_COLUMNS]
    whole = curves.select(pl.col("item").cast(pl.String), *columns)
    return whole if whole["item"].is_sorted() else whole.sort("item")
