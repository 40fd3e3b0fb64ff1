"""Items view: one page of a plan's items, searched, filtered and sorted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from justenough.archive.plan_shelf import SORTS, Wanted
from justenough.interfaces.views.plan_head import PlanHead, plan_head

if TYPE_CHECKING:
    from justenough.archive.plan_shelf import Shelf

SORTABLE = ("item", *SORTS)
PER_PAGE = (25, 50, 100, 200)
FILTERS = ("this_week", "decision", "gate", "kind", "criticality", "supplier")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """
    One item as a table shows it; the names are the plan's.

    Services are fractions, levels units, costs money a year.
    """

    item: str
    description: str | None
    kind: str | None
    decision: str | None
    gate: str | None
    supplier: str | None
    criticality: str | None
    safety_stock: float | None
    reorder_point: float | None
    order_quantity: float | None
    days_of_cover: float | None
    lead_time_days: float | None
    stated_cycle_service: float | None
    mean_stock_value: float | None
    total_cost: float | None
    today_reorder_point: float | None
    today_stated_cycle_service: float | None
    today_mean_stock_value: float | None
    change_value: float | None
    change_total_cost: float | None
    on_hand: float | None
    on_order: float | None
    this_week: str | None
    order_now: float | None
    order_now_value: float | None


@dataclass(frozen=True, slots=True)
class ItemsAsked:
    """What was asked for: words, filters by column, the order, and which page."""

    words: str = ""
    this_week: str = ""
    decision: str = ""
    gate: str = ""
    kind: str = ""
    criticality: str = ""
    supplier: str = ""
    sort: str = "move"
    descending: bool = True
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class ItemsView:
    """One page of the items asked for, and how many there are in all; ``plan`` is None where none was made yet."""

    plan: PlanHead | None
    asked: ItemsAsked
    n_found: int
    n_pages: int
    items: tuple[ItemLine, ...]
    choices: dict[str, tuple[str, ...]]


def items_view(shelf: Shelf, asked: ItemsAsked) -> ItemsView:
    """The page asked for."""
    where = tuple((name, value) for name in FILTERS if (value := getattr(asked, name)))
    offset = (asked.page - 1) * asked.per_page
    found = shelf.find(Wanted(asked.words, where, asked.sort, asked.descending, offset, asked.per_page))
    choices = {name: tuple(sorted(shelf.about["values"][name])) for name in FILTERS}
    pages = max(1, -(-found.n_found // asked.per_page))
    return ItemsView(plan_head(shelf), asked, found.n_found, pages, lines_of(found.rows.to_dicts()), choices)


def lines_of(rows: list[dict[str, Any]]) -> tuple[ItemLine, ...]:
    """Rows of a shelf's listing as lines."""
    return tuple(ItemLine(**row) for row in rows)
