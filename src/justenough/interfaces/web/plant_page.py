"""Plant page: the whole plan at the first address."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import RedirectResponse

from justenough.archive.people import Role
from justenough.archive.rehearsals import UNASKED
from justenough.interfaces.views.plant_view import PlantView, plant_view, promise_of
from justenough.interfaces.web.callers import Caller, writes
from justenough.interfaces.web.house import HouseOf
from justenough.interfaces.web.pages import NavEntry, add_page

NAV = (NavEntry("Plant", "/"),)
PlanAsked = Annotated[str, Query(alias="plan", max_length=60, description="Id of a saved plan, the beginning of one, or latest.")]
router = APIRouter(tags=["plan"])


def plant(house: HouseOf, plan_id: PlanAsked = "latest") -> PlantView:
    """The plan as a whole: cash, promise, exchange curve, biggest moves."""
    if plan_id == "latest" and not house.workspace.latest():
        return PlantView(None, len(house.workspace.imports()))
    shelf = house.shelves.shelf(plan_id)
    found = shelf.about["plan_id"]
    if shelf.n_items <= UNASKED:
        house.rehearsals.begin(found)
    promise = promise_of(house.rehearsals.kept(found), working=house.rehearsals.working(found))
    return plant_view(shelf, promise, 1)


add_page(router, "/", plant, "web/plant.html")


@router.post("/rehearsals", include_in_schema=False)
def rehearse(house: HouseOf, caller: Annotated[Caller, Depends(writes(Role.PLANNER))], plan_id: PlanAsked = "latest") -> RedirectResponse:
    """Begin to live the plan on history that its sizing did not see."""
    found = house.shelves.shelf(plan_id).about["plan_id"]
    house.rehearsals.begin(found)
    house.people.note(caller.doer, "rehearse", found)
    return RedirectResponse("/", 303)
