"""Notices: what an import accepts although a planner should know it, and what it cannot accept as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.checks import FILE, ROW
from justenough.domain.errors import Complaint
from justenough.domain.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justenough.domain.plant import Terms


def alarms(tables: Mapping[str, pl.DataFrame]) -> list[Complaint]:
    """Faults of a table as a whole that must stop the import."""
    demand = tables.get("demand")
    if demand is None or not demand.height:
        return []
    least, most = demand["quantity"].min(), demand["quantity"].max()
    if most is None:
        return [
            _of(
                demand,
                "quantity",
                f"nothing in any of {demand.height:,} rows",
                "demand in at least one",
                "Is this the right column? See `quantity` in the profile.",
            )
        ]
    if most <= 0 and least < 0:  # type: ignore[operator]
        remedy = 'If the export writes issues as negative, set demand_sign = "negative" in [tables.demand] of the profile.'
        return [_of(demand, "quantity", f"no positive value in {demand.height:,} rows", "demand positive and returns negative", remedy)]
    return []


def notices_of(tables: Mapping[str, pl.DataFrame], repeats: Mapping[str, int], terms: Terms) -> tuple[Complaint, ...]:
    """What was accepted but will be missed later: unknown prices, lead times of zero, too little history, returns, repeats."""
    notices: list[Complaint] = []
    items, demand = tables.get("items"), tables.get("demand")
    if items is not None:
        notices += _zeros(
            items, "unit_cost", "a price > 0", "Fill in the price; without one no cost can be reckoned and the item cannot be decided."
        )
        notices += _zeros(
            items,
            "lead_time_days",
            "a lead time > 0 days",
            "Is it really on the shelf the moment it is ordered? If it is not known, leave the cell empty.",
        )
    if demand is not None and demand.height:
        if demand["quantity"].max() == 0:
            notices.append(
                _of(
                    demand,
                    "quantity",
                    f"0 in all {demand.height:,} rows",
                    "demand in at least one",
                    "Is this the right column, and the right time?",
                )
            )
        first, last = demand["date"].min(), demand["date"].max()
        if first == last:
            notices.append(
                _of(
                    demand,
                    "date",
                    f"one date only, {first!s}",
                    "several periods",
                    "Export a longer time; one period does not show how demand varies.",
                )
            )
        notices += _returns(demand, terms)
        if terms.demand_period == "day" and workdays_only(demand.filter(pl.col("quantity") != 0)["date"]):
            remedy = 'As days, weekends make every item look intermittent; set demand_period = "week" in the profile.'
            notices.append(_of(demand, "date", "hardly any demand on Saturdays and Sundays", "demand on all days", remedy))
    events = tables.get("events")
    if events is not None and events.height:
        notices += _backwards(events)
    for name, frame in tables.items():
        if frame.height and (again := repeats.get(name, 0)):
            taken = "taken once" if TABLES[name].key else "counted"
            remedy = f'They are {taken}. If the export doubles rows, set repeats = "quarantine" in [tables.{name}] of the profile.'
            notices.append(
                _of(frame, "", f"{again:,} {'row' if again == 1 else 'rows'} like an earlier one in every column", "each row once", remedy)
            )
    return tuple(notices)


def workdays_only(days: pl.Series) -> bool:
    """Whether the days of demand are hardly ever a Saturday or a Sunday; False of fewer than 20 different days."""
    known = days.drop_nulls()
    return known.n_unique() >= 20 and float((known.dt.weekday() >= 6).mean()) < 0.02  # type: ignore[arg-type]


def _returns(demand: pl.DataFrame, terms: Terms) -> list[Complaint]:
    below = int((demand["quantity"] < 0).sum())
    if not below:
        return []
    rule = {"undo_demand": "they take back the latest earlier demand", "ignore": "they are left out"}[terms.returns]
    remedy = f'The rule used is returns = "{terms.returns}": {rule}. If that is not meant, set `returns` in the profile.'
    return [_of(demand, "quantity", f"{below:,} negative of {demand.height:,}", "a rule for returns", remedy)]


def _backwards(events: pl.DataFrame) -> list[Complaint]:
    """Records that begin before the one above them in the file: not sorted, or a clock that was put back."""
    back = events.select((pl.col("start") < pl.col("start").shift(1).over(FILE, "machine", order_by=ROW)).sum()).item()
    if not back:
        return []
    remedy = "They are put in order of their start. If the export is sorted otherwise, check the machine's clock: was it set back?"
    return [
        _of(
            events,
            "start",
            f"{back:,} of {events.height:,} before the record above of the same machine",
            "records in order of time",
            remedy,
        )
    ]


def _zeros(items: pl.DataFrame, column: str, expected: str, remedy: str) -> list[Complaint]:
    if column not in items.columns:
        return []
    zeros = items.filter(pl.col(column) == 0)
    if not zeros.height:
        return []
    some = ", ".join(zeros["item"].head(3)) + (", ..." if zeros.height > 3 else "")
    return [_of(items, column, f"0 in {zeros.height:,} of {items.height:,} items ({some})", expected, remedy)]


def _of(frame: pl.DataFrame, column: str, found: str, expected: str, remedy: str) -> Complaint:
    return Complaint(str(frame.item(0, FILE)), 0, column, found, expected, remedy)
