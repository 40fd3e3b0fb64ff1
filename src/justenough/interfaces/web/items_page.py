"""Items page: every item of the plan, searched, filtered, sorted, page by page."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from justenough.interfaces.views.items_view import SORTABLE, ItemsAsked, ItemsView, items_view
from justenough.interfaces.web.house import HouseOf
from justenough.interfaces.web.pages import NavEntry, add_page
from justenough.interfaces.web.plant_page import PlanAsked

NAV = (NavEntry("Items", "/items"),)
MOST_PAGES = 10_000_000
router = APIRouter(tags=["plan"])

Value = Annotated[str, Query(max_length=200)]


def items(
    house: HouseOf,
    plan_id: PlanAsked = "latest",
    q: Annotated[str, Query(max_length=200, description="Words that begin words of the item's code, description or supplier.")] = "",
    this_week: Value = "",
    decision: Value = "",
    gate: Value = "",
    kind: Value = "",
    criticality: Value = "",
    supplier: Value = "",
    sort: Annotated[Literal[SORTABLE], Query(description="Column to sort by; move is the size of the change of money tied up.")] = "move",  # type: ignore[valid-type]
    order: Annotated[Literal["up", "down"], Query()] = "down",
    page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
    per_page: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ItemsView:
    """Items of the plan, searched, filtered and sorted."""
    asked = ItemsAsked(q, this_week, decision, gate, kind, criticality, supplier, sort, order == "down", page, per_page)
    if plan_id == "latest" and not house.workspace.latest():
        return ItemsView(None, asked, 0, 1, (), {})
    return items_view(house.shelves.shelf(plan_id), asked)


add_page(router, "/items", items, "web/items.html")
