"""The line page while it works and where a line cannot be lived."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from justenough.archive.errands import Found
from justenough.archive.workspace import Workspace
from justenough.interfaces.web.application import application
from justenough.interfaces.web.house import House, Serving


class Book:
    """A floor book of one line that says what it is told to."""

    def __init__(self, found):
        self.found = found

    def lines(self):
        return ["a/b"]

    def lived(self, _line):
        return self.found


@pytest.mark.parametrize(("found", "said"), [(Found(working=True), "is being lived"), (Found(None, "PRS-1 has no cycle."), "has no cycle")])
def test_a_line_that_is_not_there_yet(tmp_path, found, said):
    house = House(Workspace.open(tmp_path / "w"), Serving(local=True))
    object.__setattr__(house, "floor", Book(found))
    with TestClient(application(house), base_url="http://localhost") as client:
        page = client.get("/lines/a%2Fb").text
        assert said in page
        assert ("data-live" in page) == found.working
        assert 'href="/lines/a%2Fb"' in client.get("/lines").text
