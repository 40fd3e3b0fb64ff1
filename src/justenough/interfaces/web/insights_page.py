"""Insight pages: the audit, the roadmap, and what if."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from justenough.archive.people import Role
from justenough.archive.place import WorkspaceError
from justenough.interfaces.supposing import whatif_json
from justenough.interfaces.views.audit_view import AuditView, audit_view
from justenough.interfaces.views.roadmap_view import RoadmapView, roadmap_view
from justenough.interfaces.views.scenarios_view import ScenariosView, Typed, scenarios_view
from justenough.interfaces.web.answers import as_page, status_of
from justenough.interfaces.web.callers import Caller, writes
from justenough.interfaces.web.house import House, HouseOf
from justenough.interfaces.web.pages import NavEntry, add_page
from justenough.strategy.moves import Figure, Move

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from justenough.strategy.whatif import Outage, Scenario  # it takes long to load, and the first page needs none of it

NAV = (NavEntry("Roadmap", "/roadmap"), NavEntry("Audit", "/audit"), NavEntry("What if", "/scenarios"))
router = APIRouter(tags=["insight"])

Planner = Annotated[Caller, Depends(writes(Role.PLANNER))]
Where = Annotated[str, Field(max_length=200)]
Percent = Annotated[float, Field(ge=-95, le=1000, allow_inf_nan=False, description="Change [percent].")]
Name = Annotated[str, Field(min_length=1, max_length=80)]
MOST_MOVES = 20
NOTHING = "Nothing is supposed. Name an outage, a change of demand, a machine, the holding rate or a second source."


class Change(BaseModel):
    """One figure that is supposed to change by so many percent; ``where`` is a class, supplier or machine, empty for all."""

    model_config = ConfigDict(extra="forbid")
    where: Where = ""
    percent: Percent


class SupposedOutage(BaseModel):
    """A supplier that delivers nothing for so many days; without a start from the day after the records."""

    model_config = ConfigDict(extra="forbid")
    supplier: Annotated[str, Field(min_length=1, max_length=200)]
    days: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)]
    start: date | None = None


class Suppose(BaseModel):
    """What is supposed."""

    model_config = ConfigDict(extra="forbid")
    name: Name = "what if"
    outages: Annotated[list[SupposedOutage], Field(max_length=MOST_MOVES)] = []
    demand: Annotated[list[Change], Field(max_length=MOST_MOVES)] = []
    availability: Annotated[list[Change], Field(max_length=MOST_MOVES)] = []
    holding_percent: Percent | None = None
    second_sources: Annotated[list[Where], Field(max_length=MOST_MOVES)] = []


def audit(house: HouseOf) -> AuditView:
    """The four mistakes in today's levels, with their money and the items worst hit."""
    return audit_view(house.insights.audit()) if house.workspace.latest() else AuditView("", working=False)


def roadmap(house: HouseOf) -> RoadmapView:
    """What would free most stock: machines and suppliers, improvement by improvement."""
    return roadmap_view(house.insights.roadmap()) if house.workspace.latest() else RoadmapView("", working=False)


def scenarios(house: HouseOf, typed: Annotated[Typed, Query()]) -> ScenariosView:
    """What is supposed beside the plan as it is, and what breaks first."""
    has_plan = bool(house.workspace.latest())
    choices = _choices(house) if has_plan else {}
    return scenarios_view(house.insights.scenarios, house.insights.supposed(), choices, typed, has_plan=has_plan)


add_page(router, "/roadmap", roadmap, "web/roadmap.html")
add_page(router, "/audit", audit, "web/audit.html")
add_page(router, "/scenarios", scenarios, "web/scenarios.html")


@router.post("/scenarios/suppose", include_in_schema=False)
def suppose(request: Request, house: HouseOf, caller: Planner, typed: Annotated[Typed, Form()]) -> Response:
    """Suppose what the form says; what was typed stays in it, also where it cannot be meant."""
    try:
        moves = [*_changed(Figure.DEMAND, typed.demand_of, typed.demand), *_changed(Figure.HOLDING_RATE, "", typed.holding)]
        moves += _changed(Figure.AVAILABILITY, typed.machine, typed.availability) if typed.machine else ()
        moves += [Move(Figure.SECOND_SOURCE, typed.second_source)] if typed.second_source else []
        outages = _outages(typed.supplier, typed.days)
        _begin(house, caller, typed.name.strip() or "what if", moves, outages)
    except WorkspaceError as error:
        view = replace(scenarios(house, typed), why=str(error))
        return as_page(request, "web/scenarios.html", view, status=status_of(error))
    return RedirectResponse(f"/scenarios?{urlencode(typed.model_dump(exclude_defaults=True))}", 303)


@router.post("/scenarios/keep", include_in_schema=False)
def keep(request: Request, house: HouseOf, caller: Planner) -> Response:
    """Keep the scenario supposed last under its name."""
    _kept(house, caller)
    return RedirectResponse(f"/scenarios?{request.url.query}", 303)


@router.post("/api/v1/scenarios", status_code=202, response_model=None)
def begin_scenario(house: HouseOf, caller: Planner, body: Suppose) -> Response:
    """Suppose something; what comes of it is at /scenarios.json when it is no longer working."""
    moves = [Move(Figure.DEMAND, one.where, _factor(one.percent)) for one in body.demand]
    moves += [Move(Figure.AVAILABILITY, one.where, _factor(one.percent)) for one in body.availability]
    moves += [Move(Figure.HOLDING_RATE, "", _factor(body.holding_percent))] if body.holding_percent is not None else []
    moves += [Move(Figure.SECOND_SOURCE, one) for one in body.second_sources]
    _begin(house, caller, body.name, moves, [_outage(one.supplier, one.days, one.start) for one in body.outages])
    return Response('{"begun":true}', 202, media_type="application/json")


def _begin(house: House, caller: Caller, name: str, moves: Sequence[Move], outages: Sequence[Outage]) -> None:
    if not (moves or outages):
        raise WorkspaceError(NOTHING)
    house.workspace.plan_entry()  # without a plan there is nothing to suppose anything of
    from justenough.strategy.whatif import Scenario

    scenario: Scenario = Scenario(name, tuple(moves), tuple(outages))
    if not house.insights.suppose(scenario):
        raise WorkspaceError("Something else is being worked out; this was not begun. Ask again when that one is there.")
    house.people.note(caller.doer, "suppose", scenario.name)


def _kept(house: House, caller: Caller) -> None:
    found = house.insights.supposed().value
    if found is None:
        raise WorkspaceError("Nothing was supposed yet, so there is nothing to keep.")
    house.insights.scenarios.save(found.scenario.name, whatif_json(found))
    house.people.note(caller.doer, "keep scenario", found.scenario.name)


def _choices(house: House) -> dict[str, tuple[str, ...]]:
    values = house.shelves.shelf("latest").about["values"]
    machines = house.floor.machines()
    return {"suppliers": tuple(sorted(values["supplier"])), "machines": machines, "classes": tuple(sorted(values["criticality"]))}


def _changed(figure: Figure, where: str, text: str) -> Iterator[Move]:
    if text.strip():
        yield Move(figure, where, _factor(_number(text, "a change in percent, such as 10 or -5")))


def _outages(supplier: str, days: str) -> list[Outage]:
    if not supplier and not days.strip():
        return []
    return [_outage(supplier, _number(days, "how many days the outage lasts"), None)]


def _outage(supplier: str, days: float, start: date | None) -> Outage:
    from justenough.strategy.whatif import Outage

    try:
        return Outage(supplier, days, start)
    except ValueError as error:
        raise WorkspaceError(f"{str(error).capitalize()}.") from error


def _factor(percent: float) -> float:
    return 1.0 + percent / 100.0


def _number(text: str, expected: str) -> float:
    try:
        found = float(text.strip().removesuffix("%"))
    except ValueError:
        raise WorkspaceError(f"{text!r} is no number; expected {expected}.") from None
    if not -95.0 <= found <= 1000.0:
        raise WorkspaceError(f"{text!r} cannot be meant; expected {expected}, between -95 and 1,000.")
    return found
