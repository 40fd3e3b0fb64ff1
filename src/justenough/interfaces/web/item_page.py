"""Item page: one item, and the price of any other point of its curve."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from justenough.archive.evidence import evidence_of
from justenough.archive.item_history import item_history
from justenough.interfaces.views.item_view import ItemView, item_view
from justenough.interfaces.web.house import HouseOf
from justenough.interfaces.web.pages import add_page
from justenough.interfaces.web.plant_page import PlanAsked

router = APIRouter(tags=["plan"])


def item(
    house: HouseOf,
    code: Annotated[str, Path(max_length=500, description="Code of the item, as in the plan.")],
    plan_id: PlanAsked = "latest",
    at: Annotated[float | None, Query(ge=-1e12, le=1e12, allow_inf_nan=False, description="A reorder point to be priced [units].")] = None,
) -> ItemView:
    """One item: what to hold, its curve, what its reserve is for, the evidence."""
    shelf = house.shelves.shelf(plan_id)
    shelf.beside(code)  # an unknown item is refused before its history is looked for
    found = shelf.about["plan_id"]
    kept = house.rehearsals.kept(found)
    lived = house.rehearsals.lived(found, code)
    history = item_history(house.workspace.records, code)
    row = shelf.row(code)
    evidence, since = evidence_of(house.workspace, code, {found: row}), kept.since if kept else ""
    return item_view(shelf, row, evidence, lived, since, at, history=history.rows, stands=history.in_force)


add_page(router, "/items/{code:path}", item, "web/item.html")
