"""Arrivals: what an import says of receipts as a whole, where they do not tell what came, or came from who is said to be out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from justenough.domain.checks import FILE
from justenough.domain.errors import Complaint
from justenough.domain.figures import count
from justenough.domain.inspected import rejects_alone

if TYPE_CHECKING:
    from collections.abc import Mapping


def arrival_notices(receipts: pl.DataFrame) -> list[Complaint]:
    """Orders of which none ever came, and rejects without one good lot."""
    if not receipts.height:
        return []
    file = str(receipts.item(0, FILE))
    if "received" not in receipts.columns or receipts["received"].null_count() == receipts.height:
        found = f"nothing in any of {count(receipts.height, 'row')}"
        remedy = (
            "Every order counts as open, and no lead time can be learned. Say which column is the day of arrival; where it stands in a "
            "file of its own, join that to the orders in the profile."
        )
        return [Complaint(file, 0, "received", found, "a day for each order that came", remedy)]
    if not (good := rejects_alone(receipts)):
        return []
    remedy = "Empty is read as nothing rejected. If those receipts were not inspected, take the column out of the profile."
    found = f"nothing in {count(good, 'receipt')}, and more than 0 in all others"
    return [Complaint(file, 0, "quantity_rejected", found, "0 where nothing was rejected", remedy)]


def deliveries_while_out(tables: Mapping[str, pl.DataFrame]) -> list[Complaint]:
    """Outages without an end of suppliers who have answered orders placed since: somebody forgot to write down the end."""
    stops, receipts, items = (tables.get(name, pl.DataFrame()) for name in ("disruptions", "receipts", "items"))
    if not {"supplier", "start"} <= set(stops.columns) or not {"item", "ordered", "received"} <= set(receipts.columns):
        return []
    if {"item", "supplier"} <= set(items.columns):
        receipts = receipts.join(items.select("item", usual="supplier"), on="item", how="left", maintain_order="left")
    senders = [pl.col(name) for name in ("supplier", "usual") if name in receipts.columns]
    if not senders:
        return []
    lasting = stops.filter(pl.col("end").is_null()) if "end" in stops.columns else stops
    came = receipts.drop_nulls(["ordered", "received"]).select("ordered", supplier=pl.coalesce(senders))
    begun = lasting.group_by("supplier").agg(pl.col("start").min())
    answered = came.join(begun, on="supplier").filter(pl.col("ordered") > pl.col("start"))
    told = answered.group_by("supplier", "start").len().sort("len", "supplier", descending=[True, False])
    if not told.height:
        return []
    each = [f"{who} out since {since}, {count(n, 'order')} answered" for who, since, n in told.head(3).iter_rows()]
    found = f"no end of {count(told.height, 'outage')} since which orders were placed and came: {'; '.join(each)}"
    remedy = (
        "They are taken to have been over before the first of these came, and to have lasted as long as the plant's outages that "
        "are over so soon; the reasons of items say how long. Write down the day each ended."
    )
    more = "; ..." if told.height > len(each) else ""
    return [Complaint(str(stops.item(0, FILE)), 0, "end", found + more, "the day each outage ended that is over", remedy)]
