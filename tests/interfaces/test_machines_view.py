"""What the machine pages show is what was measured, nothing lost on the way."""

from __future__ import annotations

import polars as pl
import pytest

from justenough.archive.errands import Found
from justenough.archive.floor_book import FloorBook
from justenough.archive.workspace import Workspace
from justenough.interfaces.views.machines_view import machine_view, machines_view
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder

NOBODY = pl.DataFrame()


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    with Workspace.open(tmp_path_factory.mktemp("floor") / "w") as kept:
        kept.import_(import_from(sample_folder("brackets"), "canonical"))
        yield FloorBook(kept).measured(wait=True)


def test_all_machines(found):
    view = machines_view(NOBODY, found)
    recorded, known = view.recorded, found.value
    assert [one.machine for one in recorded.machines] == list(known.floor.machines)
    for one, oee in zip(recorded.machines, known.machines.waterfall.oee, strict=True):
        assert one.oee == pytest.approx(oee)
        assert one.mtbf_hours.low is not None
        assert one.mtbf_hours.middle is None or one.mtbf_hours.low <= one.mtbf_hours.middle <= one.mtbf_hours.high
    assert recorded.steps[0].hours == pytest.approx(known.whole.ticks.sum() / 3.6e9)
    assert sum(len(line.uses) for line in recorded.strips.lines) == 288 * len(known.floor.machines)
    assert recorded.losses[0].hours == max(one.hours for one in recorded.losses)


def test_a_machine_that_never_failed_has_a_bound_and_no_figure(found):
    view = machine_view("CUT-1", NOBODY, found)
    assert view.line.failures == 0
    assert (view.line.mtbf_hours.middle, view.line.mttr_hours.middle) == (None, None)
    assert view.line.mtbf_hours.low > 0
    assert view.by_reason == ()


def test_a_plant_in_which_nothing_failed_has_a_page_for_each_machine(tmp_path):
    (tmp_path / "machines.csv").write_text("machine\nM\n")
    (tmp_path / "events.csv").write_text("machine,start,end,state\nM,2026-03-02T06:00:00,2026-03-02T14:00:00,running\n")
    (tmp_path / "plant.toml").write_text('currency = "EUR"\n')
    with Workspace.open(tmp_path / "w") as kept:
        kept.import_(import_from(tmp_path, "machines"))
        view = machine_view("M", NOBODY, FloorBook(kept).measured(wait=True))
    assert (view.line.availability, view.line.failures, view.by_reason) == (1.0, 0, ())


def test_one_machine(found):
    view = machine_view("PRS-2", NOBODY, found)
    assert sum(one.failures for one in view.by_reason) == view.line.failures
    assert sum(one.share for one in view.losses) == pytest.approx(1.0)
    left = [step.hours for step in view.steps if step.left]
    assert left == sorted(left, reverse=True)
    assert view.running is None


def test_no_such_machine(found):
    assert machine_view("PRS-99", NOBODY, found) is None


def test_the_running_shift_begins_with_the_worst(found):
    rows = pl.DataFrame(
        {
            "machine": ["A", "B", "C"], "state": ["running", "down", None], "reason": [None, "jam", None], "since": [0, 0, 0],
            "availability": [0.9, 0.5, None], "performance": [1.0, 1.0, None], "quality": [1.0, 1.0, None],
            "oee": [0.9, 0.5, None], "total": [9.0, 5.0, 0.0],
        }
    )  # fmt: skip
    running = machines_view(rows, found).running
    assert [(one.machine, one.state) for one in running] == [("B", "down"), ("A", "running"), ("C", "unknown")]
    assert machine_view("PRS-1", rows, Found(working=True)).working


def test_while_it_is_measured_nothing_is_claimed():
    view = machines_view(NOBODY, Found(working=True))
    assert (view.recorded, view.working, view.running) == (None, True, ())
