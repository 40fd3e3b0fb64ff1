"""Alerts page: what somebody should know, put away by hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from justenough.archive.alerts import Alerts
from justenough.archive.people import Role
from justenough.interfaces.views.alerts_view import AlertsView, alerts_view
from justenough.interfaces.web.answers import as_json
from justenough.interfaces.web.callers import Caller, Viewer, writes
from justenough.interfaces.web.house import House, HouseOf
from justenough.interfaces.web.pages import NavEntry, add_page

NAV = (NavEntry("Alerts", "/alerts"),)
router = APIRouter(tags=["review"])

Planner = Annotated[Caller, Depends(writes(Role.PLANNER))]
Seq = Annotated[int, Field(ge=0, le=2**31 - 1)]  # as far as PostgreSQL counts


class PutAway(BaseModel):
    """Alerts that are put away, by their number."""

    model_config = ConfigDict(extra="forbid")
    alerts: Annotated[list[Seq], Field(min_length=1, max_length=1000)]


class Open(BaseModel):
    """How many alerts nobody put away yet."""

    open: int


class Counted(BaseModel):
    """How many were put away."""

    put_away: int


def alerts(house: HouseOf, every: Annotated[bool, Query(description="Also those that were put away.")] = False) -> AlertsView:  # noqa: FBT002
    """What somebody should know: levels to answer, items that may no longer run lean, stock that runs out, machines that stand."""
    return alerts_view(Alerts(house.workspace), every=every)


add_page(router, "/alerts", alerts, "web/alerts.html")


@router.get("/alerts/open.json", response_model=Open)
def open_alerts(request: Request, house: HouseOf, caller: Viewer) -> Response:
    """How many alerts nobody put away yet."""
    del caller
    return as_json(request, Open(open=Alerts(house.workspace).open()))


@router.post("/alerts/put-away", include_in_schema=False)
def put_away(house: HouseOf, caller: Planner, which: Annotated[list[Seq], Form(max_length=1000)] = []) -> Response:  # noqa: B006
    """Put the ticked alerts away."""
    _put_away(house, caller, which)
    return RedirectResponse("/alerts", 303)


@router.post("/api/v1/alerts/put-away", response_model=Counted)
def put_alerts_away(request: Request, house: HouseOf, caller: Planner, body: PutAway) -> Response:
    """Put alerts away; doing it twice changes nothing."""
    return as_json(request, Counted(put_away=_put_away(house, caller, body.alerts)))


def _put_away(house: House, caller: Caller, which: list[int]) -> int:
    with house.workspace.records.writing():
        done = Alerts(house.workspace).put_away(which, caller.name) if which else 0
        if done:
            house.people.note(caller.doer, "put away", f"{done} alerts", alerts=which)
    return done
