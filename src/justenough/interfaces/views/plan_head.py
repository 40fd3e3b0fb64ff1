"""Plan head: which plan a page speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from justenough.archive.plan_shelf import Shelf


@dataclass(frozen=True, slots=True)
class PlanHead:
    """A plan by its name: when and by whom it was made, of which plant, in which money."""

    plan_id: str
    created: datetime
    author: str
    version: str
    label: str
    currency: str
    demand_period: str
    n_items: int


def plan_head(shelf: Shelf) -> PlanHead:
    """The plan of a shelf."""
    about, terms = shelf.about, shelf.about["terms"]
    return PlanHead(
        about["plan_id"],
        datetime.fromisoformat(about["created"]),
        about["author"],
        about["version"],
        terms["label"],
        terms["currency"],
        terms["demand_period"],
        shelf.n_items,
    )
