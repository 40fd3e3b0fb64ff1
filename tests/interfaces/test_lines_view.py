"""What the line page shows is what was lived."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.archive.errands import Found
from justenough.archive.floor_book import Lived
from justenough.interfaces.views.lines_view import line_view, lines_view
from justenough.sources.line_file import read_line
from justenough.strategy.line_bounds import bounded
from justenough.strategy.masking import Effort, study


@pytest.fixture(scope="module")
def lived():
    described = read_line("press_shop")
    found = study(described.line, Effort(lives=16, parts=500))
    return Lived(found, bounded(found, described.failures), described.notes, described.currency)


def test_a_lived_line(lived):
    view = line_view("press_shop", Found(lived))
    assert [one.name for one in view.picture.stations] == list(lived.study.line.machines)
    assert sum(one.bottleneck for one in view.picture.stations) == 1
    for one in view.picture.stations:
        assert one.working + one.down + one.starved + one.blocked == pytest.approx(1.0, abs=1e-6)
    for one, hidden in zip(view.buffers, lived.study.buffers, strict=True):
        assert one.masked_loss == pytest.approx(hidden.masked_loss)
        assert sum(each.share for each in one.absorbed) == pytest.approx(1.0)
        assert one.masked_low <= one.masked_high
        assert [each.share for each in one.absorbed] == sorted((each.share for each in one.absorbed), reverse=True)


def test_a_line_without_counted_stops_has_no_bounds(lived):
    none = bounded(lived.study, np.full(len(lived.study.line.machines), -1))
    view = line_view("press_shop", Found(Lived(lived.study, none, (), "EUR")))
    assert {one.masked_low for one in view.buffers} == {None}
    assert "cannot be said" in view.sentences[-1]


def test_until_it_is_lived_nothing_is_claimed():
    assert line_view("A", Found(working=True)).picture is None
    assert line_view("A", Found(None, "No line A.")).why == "No line A."
    assert lines_view(["A", "B"]).lines == ("A", "B")
