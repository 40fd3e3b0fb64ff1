"""Machines pages: all machines, and one machine, live and by their records."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from justenough.interfaces.views.machines_view import MachinesView, MachineView, machine_view, machines_view
from justenough.interfaces.web.answers import stop
from justenough.interfaces.web.house import HouseOf
from justenough.interfaces.web.pages import NavEntry, add_page

NAV = (NavEntry("Machines", "/machines"),)
router = APIRouter(tags=["machines"])

Code = Annotated[str, Path(min_length=1, max_length=200, description="The machine's name.")]


def machines(house: HouseOf) -> MachinesView:
    """OEE of the running shift, and what the records say of machines' time, stops and repairs."""
    return machines_view(house.floor.running(), house.floor.measured())


def machine(house: HouseOf, code: Code) -> MachineView:
    """One machine: its shift, its time, its stops and its repairs with bounds."""
    found = machine_view(code, house.floor.running(), house.floor.measured())
    if found is None:
        raise stop(404, f"There is no machine {code} in the records. The machines page lists all of them.")
    return found


add_page(router, "/machines", machines, "web/machines.html")
add_page(router, "/machines/{code:path}", machine, "web/machine.html")
