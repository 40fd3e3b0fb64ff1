"""House: what a server serves, who may use it, and how; every request asks it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request

from justenough.archive.errands import Errands
from justenough.archive.people import People
from justenough.archive.rehearsals import Rehearsals
from justenough.archive.sessions import Sessions
from justenough.archive.shelves import Shelves
from justenough.archive.written_plans import WrittenPlans

if TYPE_CHECKING:
    from justenough.archive.floor_book import FloorBook
    from justenough.archive.incoming import Incoming
    from justenough.archive.insights import Insights
    from justenough.archive.workspace import Workspace
    from justenough.interfaces.web.single_sign_on import SingleSignOn

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Serving:
    """
    How a server was started.

    Parameters
    ----------
    local
        One person without sign-in; only where the server listens on loopback alone.
    author
        Who that person is said to be.
    https
        People reach it through https: cookies are sent over nothing else.
    largest_bytes
        Of a request's body, but for uploads.
    largest_upload_bytes
        Of an upload.
    """

    local: bool = False
    author: str = "local"
    https: bool = False
    largest_bytes: int = 1_000_000
    largest_upload_bytes: int = 2_000_000_000


@dataclass(frozen=True)
class House:
    """A workspace with its doors open."""

    workspace: Workspace
    serving: Serving
    sso: SingleSignOn | None = None
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    shelves: Shelves = field(init=False, repr=False)
    rehearsals: Rehearsals = field(init=False, repr=False)
    errands: Errands = field(default_factory=Errands, repr=False)
    counted: dict[str, Any] = field(default_factory=dict, repr=False)  # what a page counts that is loaded each second, and of which state
    people: People = field(init=False, repr=False)
    sessions: Sessions = field(init=False, repr=False)

    written: WrittenPlans = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shelves", Shelves(self.workspace))
        object.__setattr__(self, "rehearsals", Rehearsals(self.workspace))
        object.__setattr__(self, "written", WrittenPlans(self.workspace))
        object.__setattr__(self, "people", People(self.workspace.records))
        object.__setattr__(self, "sessions", Sessions(self.workspace.records))

    # What follows takes long to load, and the first page needs none of it.

    @cached_property
    def floor(self) -> FloorBook:
        """What machines did and do, and lines lived."""
        from justenough.archive.floor_book import FloorBook

        return FloorBook(self.workspace)

    @cached_property
    def insights(self) -> Insights:
        """The audit, the roadmap and scenarios."""
        from justenough.archive.insights import Insights

        return Insights(self.workspace)

    @cached_property
    def incoming(self) -> Incoming:
        """Exports on their way in."""
        from justenough.archive.incoming import Incoming

        return Incoming(self.workspace)


def house_of(request: Request) -> House:
    """The house a request came to."""
    house: House = request.app.state.house
    return house


HouseOf = Annotated[House, Depends(house_of)]
