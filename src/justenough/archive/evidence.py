"""Evidence: what the facts say of one item, read without reading those of the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sql
from deltalake import DeltaTable

from justenough.archive.entries import utc
from justenough.archive.facts import BUCKET, BUCKETS, IMPORT, bucket_of
from justenough.archive.ledger import live_with
from justenough.archive.plans import PLAN
from justenough.archive.records import PLANS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from justenough.archive.workspace import Workspace
    from justenough.domain.address import Address

MOST_BARS = 120  # of demand that are told; longer histories are added up by coarser periods
RECEIPTS = 60  # the last ones
SIZINGS = 24  # the last plans
COARSER = (("1d", 1), ("1w", 7), ("1mo", 30), ("1q", 91), ("1y", 365))


@dataclass(frozen=True, slots=True)
class Receipt:
    """An order line of the item: what was promised and what came; ``received`` is None while it is open."""

    order: str | None
    supplier: str | None
    ordered: date | None
    promised: date | None
    received: date | None
    quantity_ordered: float | None
    quantity_received: float | None
    quantity_rejected: float | None


@dataclass(frozen=True, slots=True)
class Sizing:
    """What one plan said of the item."""

    plan_id: str
    created: datetime
    author: str
    decision: str | None
    safety_stock: float | None
    reorder_point: float | None
    order_quantity: float | None
    mean_stock_value: float | None
    stated_cycle_service: float | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What is on record of one item.

    Parameters
    ----------
    period
        Length of a period of ``demand``: ``1d``, ``1w``, ``1mo``, ``1q`` or ``1y``.
    starts, demand
        First day of each period, and units wanted in it. Periods nobody recorded anything in are None.
    receipts
        The last order lines, the oldest first.
    sizings
        What the last plans said of it, the newest first.
    """

    period: str = "1mo"
    starts: tuple[date, ...] = ()
    demand: tuple[float | None, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    sizings: tuple[Sizing, ...] = field(default=())


def evidence_of(workspace: Workspace, item: str, rows: Mapping[str, Mapping[str, Any]] | None = None) -> Evidence:
    """
    What the live imports and the saved plans say of one item.

    Parameters
    ----------
    rows
        The item's row of plans that are at hand, by plan; those of the others are looked up.
    """
    with workspace.records.reading() as connection:
        live = live_with(connection, ("demand", "receipts"))
        query = sql.select(PLANS.c.plan_id, PLANS.c.created, PLANS.c.author).order_by(PLANS.c.seq.desc()).limit(SIZINGS)
        plans = {plan_id: (utc(created), author) for plan_id, created, author in connection.execute(query)}
    facts = {table: _of_item(workspace.place.facts / table, IMPORT, imports, item) for table, imports in live.items()}
    missing = dict.fromkeys(Receipt.__dataclass_fields__)
    lines = facts["receipts"]
    receipts: tuple[Receipt, ...] = ()
    if lines.height:
        told = lines.select(name for name in missing if name in lines.columns).sort("ordered", nulls_last=False).tail(RECEIPTS)
        receipts = tuple(Receipt(**{**missing, **row}) for row in told.to_dicts())
    return Evidence(*_demand(facts["demand"]), receipts, _sizings(workspace, item, plans, rows or {}))


def _of_item(path: Path | Address, tag: str, values: Sequence[str], item: str, columns: Sequence[str] = ()) -> pl.DataFrame:
    """The item's rows of these tags; all columns, or those named."""
    bucket = int(bucket_of(pl.Series([item]), BUCKETS)[0])  # a small table is one bucket, 0
    files = _files(path, tag, tuple(values), bucket)
    if not files:
        return pl.DataFrame()
    found = pl.scan_parquet(list(files), hive_partitioning=True, missing_columns="insert", extra_columns="ignore")
    mine = found.filter(pl.col("item") == item)
    return (mine.select(tag, *columns) if columns else mine).collect()


@lru_cache(maxsize=256)
def _files(path: Path | Address, tag: str, values: tuple[str, ...], bucket: int) -> tuple[str, ...]:
    """
    Files of a table in which an item of a bucket may be.

    Asked of the table once: what an import of files or a plan wrote is never written again.
    """
    if not values:
        return ()
    named = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    wanted = f"{tag} IN ({named}) AND {BUCKET} IN (0, {bucket})"
    return tuple(reversed(DeltaTable(str(path)).file_uris(file_pruning_predicate=wanted)))


def _demand(rows: pl.DataFrame) -> tuple[str, tuple[date, ...], tuple[float | None, ...]]:
    if not rows.height:
        return "1mo", (), ()
    days = rows.drop_nulls(["date"]).group_by("date").agg(pl.col("quantity").sum()).sort("date")
    if not days.height:
        return "1mo", (), ()
    dates = days["date"]
    span = (dates[-1] - dates[0]).days + 1
    gaps = dates.diff().drop_nulls()
    usual = int(gaps.dt.total_days().min() or 1) if len(gaps) else 30  # type: ignore[arg-type]
    period = next((name for name, length in COARSER if length >= usual * 0.9 and span / length <= MOST_BARS), COARSER[-1][0])
    told = days.group_by_dynamic("date", every=period).agg(pl.col("quantity").sum()).upsample("date", every=period)
    return period, tuple(told["date"]), tuple(told["quantity"])


def _sizings(
    workspace: Workspace, item: str, plans: Mapping[str, tuple[datetime, str]], rows: Mapping[str, Mapping[str, Any]]
) -> tuple[Sizing, ...]:
    """What plans said of an item, in their order; ``rows`` are known already."""
    names = ("decision", "safety_stock", "reorder_point", "order_quantity", "mean_stock_value", "stated_cycle_service")
    told = {plan_id: {name: row[name] for name in names} for plan_id, row in rows.items()}
    found = _of_item(workspace.place.plans / "rows", PLAN, [plan_id for plan_id in plans if plan_id not in told], item, names)
    for row in found.to_dicts():
        told[row[PLAN]] = {name: row[name] for name in names}
    return tuple(Sizing(plan_id, *made, **told[plan_id]) for plan_id, made in plans.items() if plan_id in told)
