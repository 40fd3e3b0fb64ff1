"""Item page: one item, and the price of any other point of its curve."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from justenough.archive.decisions import Decisions
from justenough.archive.evidence import evidence_of
from justenough.interfaces.views.item_view import ItemView, item_view
from justenough.interfaces.web.house import HouseOf
from justenough.interfaces.web.pages import add_page
from justenough.interfaces.web.plant_page import PlanAsked

router = APIRouter(tags=["plan"])
DECIDED = 20  # the last decisions about an item


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
    decisions = Decisions(house.workspace)
    history = decisions.history(code, last=DECIDED).to_dicts()
    stands = decisions.in_force(items=[code])["decision_id"].to_list() if history else []
    evidence, since = evidence_of(house.workspace, code), kept.since if kept else ""
    return item_view(shelf, code, evidence, lived, since, at, history=history, stands=stands[0] if stands else "")


add_page(router, "/items/{code:path}", item, "web/item.html")
