"""In force: the levels people have approved or set, and how they stand beside those of the latest export."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sql

from justenough.archive.entries import stored, utc
from justenough.archive.review_records import DECISIONS, LEVEL_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

SETS_LEVELS = ("approve", "override")
# The columns of the items table that hold levels, by the names used here.
OF_ITEMS = {"safety_stock": "current_safety_stock", "reorder_point": "current_reorder_point", "order_up_to": "current_max"}
_IMPORTED = tuple(f"imported_{name}" for name in OF_ITEMS)
_OLD = tuple(f"old_{name}" for name in OF_ITEMS)


def levels_in_force(connection: sql.Connection, now: datetime | None = None, items: Sequence[str] | None = None) -> pl.DataFrame:
    """
    The levels that decisions put in force, one row an item.

    The last approval or override of an item counts that was not undone and has not expired.

    Parameters
    ----------
    now
        By default this moment.
    items
        Only these; by default all.

    Returns
    -------
    pl.DataFrame
        ``item, decision_id, action, author, created, expires, known_to, plan_id, entry_id``, the new levels by their plain names,
        and ``imported_*`` and ``old_*``: the export's levels and those in force when it was decided.
    """
    moment = stored(now or datetime.now(UTC))
    counts = sql.and_(
        DECISIONS.c.action.in_(SETS_LEVELS),
        DECISIONS.c.undone_by.is_(None),
        sql.or_(DECISIONS.c.expires.is_(None), DECISIONS.c.expires > moment),
    )
    if items is not None:
        counts = sql.and_(counts, DECISIONS.c.item.in_(list(items)))
    last = sql.select(sql.func.max(DECISIONS.c.seq)).where(counts).group_by(DECISIONS.c.item)
    plainly = ("item", "decision_id", "action", "author", "created", "expires", "known_to", "plan_id", "entry_id")
    columns = [*(DECISIONS.c[name] for name in plainly), *(DECISIONS.c[f"new_{name}"].label(name) for name in LEVEL_NAMES)]
    columns += [DECISIONS.c[name] for name in (*_IMPORTED, *_OLD)]
    found = connection.execute(sql.select(*columns).where(DECISIONS.c.seq.in_(last)).order_by(DECISIONS.c.item)).all()
    schema: dict[str, Any] = dict.fromkeys(plainly, pl.String) | {
        "known_to": pl.Date,
        "created": pl.Datetime("us", "UTC"),
        "expires": pl.Datetime("us", "UTC"),
    }
    schema |= dict.fromkeys((*LEVEL_NAMES, *_IMPORTED, *_OLD), pl.Float64)
    rows = [tuple(utc(value) if isinstance(value, datetime) else value for value in row) for row in found]
    return pl.DataFrame(rows, schema=schema, orient="row")


def with_levels_in_force(items: pl.DataFrame, in_force: pl.DataFrame) -> pl.DataFrame:
    """
    The items with the levels in force as today's, and the day these were set on as last reviewed.

    An export that shows the level of before, or the decided one, leaves the decision in force; one that shows anything
    else was changed elsewhere since, and counts.

    Parameters
    ----------
    items
        The items table as imported.
    in_force
        From `levels_in_force`.
    """
    if not in_force.height:
        return items
    joined = items.join(in_force.rename({name: f"new_{name}" for name in OF_ITEMS}), on="item", how="left", maintain_order="left")
    decided = pl.col("decision_id").is_not_null()
    stands = pl.any_horizontal(
        pl.all_horizontal(pl.col(column).eq_missing(pl.col(f"{which}_{name}")) for name, column in OF_ITEMS.items())
        for which in ("imported", "old", "new")
    )
    holds = decided & stands
    levels = [pl.when(holds).then(pl.col(f"new_{name}")).otherwise(pl.col(column)).alias(column) for name, column in OF_ITEMS.items()]
    known = pl.coalesce("known_to", pl.col("created").dt.date())
    reviewed = pl.when(holds).then(pl.max_horizontal("last_reviewed", known)).otherwise("last_reviewed").alias("last_reviewed")
    return joined.with_columns(*levels, reviewed).select(items.columns)


def imported_levels(items: pl.DataFrame) -> pl.DataFrame:
    """``item`` and the levels of an items table by their plain names."""
    return items.select("item", *(pl.col(column).cast(pl.Float64).alias(name) for name, column in OF_ITEMS.items()))
