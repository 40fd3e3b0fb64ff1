"""Lines pages: the lines of a plant, and one line drawn with what its buffers hide."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from justenough.interfaces.views.lines_view import LinesView, LineView, line_view, lines_view
from justenough.interfaces.web.answers import stop
from justenough.interfaces.web.house import HouseOf
from justenough.interfaces.web.pages import NavEntry, add_page

NAV = (NavEntry("Lines", "/lines"),)
router = APIRouter(tags=["machines"])

Name = Annotated[str, Path(min_length=1, max_length=200, description="The line's name.")]


def lines(house: HouseOf) -> LinesView:
    """The lines of machines that were declared."""
    return lines_view(house.floor.lines())


def line(house: HouseOf, name: Name) -> LineView:
    """One line: what it makes, what each machine does, what each buffer holds and hides."""
    if name not in house.floor.lines():
        raise stop(404, f"There is no line {name}. The lines page lists all of them.")
    return line_view(name, house.floor.lived(name))


add_page(router, "/lines", lines, "web/lines.html")
add_page(router, "/lines/{name:path}", line, "web/line.html")
