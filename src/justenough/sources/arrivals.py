"""Arrivals: what an import says of receipts as a whole, where they do not tell what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justenough.domain.checks import FILE
from justenough.domain.errors import Complaint
from justenough.domain.inspected import rejects_alone

if TYPE_CHECKING:
    import polars as pl


def arrival_notices(receipts: pl.DataFrame) -> list[Complaint]:
    """Orders of which none ever came, and rejects without one good lot."""
    if not receipts.height:
        return []
    file = str(receipts.item(0, FILE))
    if "received" not in receipts.columns or receipts["received"].null_count() == receipts.height:
        found = f"nothing in any of {receipts.height:,} rows"
        remedy = (
            "Every order counts as open, and no lead time can be learned. Say which column is the day of arrival; where it stands in a "
            "file of its own, join that to the orders in the profile."
        )
        return [Complaint(file, 0, "received", found, "a day for each order that came", remedy)]
    if not (good := rejects_alone(receipts)):
        return []
    remedy = "Empty is read as nothing rejected. If those receipts were not inspected, take the column out of the profile."
    found = f"nothing in {good:,} receipts, and more than 0 in all others"
    return [Complaint(file, 0, "quantity_rejected", found, "0 where nothing was rejected", remedy)]
