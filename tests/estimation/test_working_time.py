"""Working time against hours counted by hand."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from justenough.domain.plant import Plant
from justenough.estimation.working_time import working_share


def plant(calendar, machines=(("M1", "A"), ("M2", "B"))):
    items = pl.DataFrame({"item": ["on-a", "on-b", "on-none"], "line": ["A", "B", None]})
    machines = pl.DataFrame(machines, schema=["machine", "line"], orient="row")
    frames = {"calendar": pl.DataFrame(calendar, schema=["machine", "start", "end", "kind"], orient="row")} if calendar else {}
    return Plant.from_frames(items=items, machines=machines, currency="EUR", demand_period="day", **frames)


def shift(machine, day, start, hours, kind="shift"):
    begin = datetime(2026, 1, 5) + timedelta(days=day, hours=start)
    return (machine, begin, begin + timedelta(hours=hours), kind)


def test_two_shifts_with_breaks_on_weekdays():
    """Two weeks of five days, the last ending on a Friday: 16 h less two half-hour breaks = 15 h a day, 150 h of 336."""
    rows = [row for w in (0, 7) for d in range(5) for row in (shift(None, w + d, 6, 16), shift(None, w + d, 10, 0.5, "break"))]
    rows += [shift(None, w + d, 18, 0.5, "break") for w in (0, 7) for d in range(5)]
    assert working_share(plant(rows))[:2] == pytest.approx([150 / 336] * 2)


def test_rows_beyond_whole_weeks_are_left_out():
    """Monday to the next Monday is eight days: the second Monday does not count."""
    rows = [shift(None, day, 6, 8) for day in (0, 1, 2, 3, 4, 7)]
    assert working_share(plant(rows))[0] == pytest.approx(40 / 168)


def test_a_machine_of_its_own_hours():
    rows = [shift(None, day, 6, 8) for day in range(7)] + [shift("M2", day, 14, 8) for day in range(7)]
    assert working_share(plant(rows))[:2] == pytest.approx([8 / 24, 16 / 24])


def test_unknown_without_line_or_calendar():
    assert np.isnan(working_share(plant([shift(None, 0, 6, 8)]))[2])
    assert np.isnan(working_share(plant([]))).all()
