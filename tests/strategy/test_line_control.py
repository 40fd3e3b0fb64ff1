"""Four controls of one line, side by side."""

import pytest

from justenough.domain.line import Line
from justenough.strategy.line_control import compared
from justenough.strategy.masking import Effort

MINUTE = 1 / 1_440
LINE = Line.of("c", ("a", "b", "c"), cycle_days=MINUTE, up_days=100 * MINUTE, down_days=10 * MINUTE, capacity=12)


@pytest.fixture(scope="module")
def rows():
    return {row.name: row for row in compared(LINE, 40.0, 44.0, effort=Effort(seed=3, lives=16, parts=6_000))}


def test_every_control_delivers_what_is_wanted_where_the_line_can(rows):
    assert set(rows) == {"push", "kanban", "CONWIP", "base stock"}
    for row in rows.values():
        assert row.throughput == pytest.approx(40.0, abs=max(4 * row.errors["throughput"], 0.4))


def test_pull_holds_no_more_than_its_parts(rows):
    whole = 2 * 12 - 2 + 1
    assert rows["CONWIP"].in_line + rows["CONWIP"].finished <= whole * 1.005  # the ends of the time that is counted
    assert rows["push"].finished > whole


def test_time_in_the_line_follows_from_what_is_in_it(rows):
    """Little's law."""
    for row in rows.values():
        assert row.in_line == pytest.approx(row.throughput * row.lead_hours, rel=2e-3)


def test_more_parts_in_the_system_meet_more_demand_at_once(rows):
    more = {row.name: row for row in compared(LINE, 40.0, 44.0, 40, effort=Effort(seed=3, lives=16, parts=6_000))}
    assert all(more[name].at_once > rows[name].at_once for name in ("kanban", "CONWIP", "base stock"))
