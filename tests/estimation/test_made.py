"""Parts and their ideal time, by hand."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from justenough.domain.machine import HOUR
from justenough.domain.plant import Plant
from justenough.estimation.made import COLUMNS, made_of

DAY = dt.datetime(1970, 1, 1)


@pytest.fixture
def made():
    counts = pl.DataFrame(
        {
            "machine": ["B", "A", "A"],
            "start": [DAY, DAY + dt.timedelta(hours=2), DAY],
            "end": [DAY + dt.timedelta(hours=h) for h in (1, 3, 2)],
            "item": ["X", "X", None],
            "total": [10.0, 20.0, 30.0],
            "good": [9.0, None, 24.0],
            "rework": [1.0, None, 2.0],
        }
    )
    machines = pl.DataFrame({"machine": ["A", "B"], "ideal_cycle_seconds": [86.4, None]})
    routing = pl.DataFrame({"item": ["X"], "machine": ["A"], "cycle_seconds": [864.0]})
    plant = Plant.from_frames(currency="EUR", demand_period="day", counts=counts, machines=machines, routing=routing)
    return made_of(plant, ("A", "B"), ("", ""))


def test_a_part_takes_its_items_cycle_on_the_machine_else_the_machines_own(made):
    named = [dict(zip(COLUMNS, row, strict=True)) for row in made.parts.tolist()]
    assert made.offsets.tolist() == [0, 2, 3]
    assert named[0] == pytest.approx(
        {
            "total": 30,
            "good": 24,
            "unjudged": 0,
            "rework": 2,
            "untimed": 0,
            "ideal_days": 0.03,
            "ideal_good_days": 0.024,
            "ideal_unjudged_days": 0,
        }
    )
    assert named[1] == pytest.approx(
        {
            "total": 20,
            "good": 0,
            "unjudged": 20,
            "rework": 0,
            "untimed": 0,
            "ideal_days": 0.2,
            "ideal_good_days": 0,
            "ideal_unjudged_days": 0.2,
        }
    )
    assert (named[2]["untimed"], named[2]["ideal_days"]) == (10, 0)


def test_what_was_made_when_is_known_where_counts_name_the_item(made):
    spans = made.products
    assert spans.words == ("X",)
    assert (spans.start // HOUR).tolist() == [2, 0]
    assert spans.offsets.tolist() == [0, 1, 2]
