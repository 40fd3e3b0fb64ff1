"""Standing review: a machine that is repaired more slowly, heard live, queues the item it makes; once, whoever looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from until import until

from justenough.archive.decisions import Decisions
from justenough.archive.listener import Listener
from justenough.archive.standing_review import AUTHOR, StandingReview
from justenough.archive.watch import Watch
from justenough.archive.workspace import Workspace
from justenough.domain.machine import State
from justenough.sources.live.listen_file import listen_file
from justenough.sources.live.readings import Kind, Reading
from justenough.sources.read import import_from
from justenough.strategy.decide import recommend
from justenough.strategy.settings import Settings

BEGIN = datetime(2026, 1, 1)  # noqa: DTZ001  the clock of the plant
DAYS = 80
TOML = 'currency = "EUR"\ndemand_period = "day"\nlabel = "invented"\n'


def _lived(random, begin, days, repair_hours):
    """Moments at which a machine begins to run and to be repaired, a failure about every eight hours."""
    now, told = begin, []
    while now < begin + timedelta(days=days):
        for state, hours in (("running", random.exponential(8.0)), ("down", repair_hours * random.lognormal(-0.125, 0.5))):
            end = now + timedelta(seconds=round(3600 * float(hours)))
            told.append((now, end, state))
            now = end
    return told


@pytest.fixture
def kept(tmp_path):
    random = np.random.default_rng(3)
    folder = tmp_path / "export"
    folder.mkdir()
    pl.DataFrame(
        {"item": ["SHAFT"], "source": ["make"], "machine": ["LATHE"], "unit_cost": [20.0], "target_cycle_service": [0.98]}
    ).write_csv(folder / "items.csv")
    day = [BEGIN.date() + timedelta(days=k) for k in range(DAYS)]
    pl.DataFrame({"item": ["SHAFT"] * DAYS, "date": day, "quantity": random.poisson(40.0, DAYS)}).write_csv(folder / "demand.csv")
    pl.DataFrame({"machine": ["LATHE"], "ideal_cycle_seconds": [600.0]}).write_csv(folder / "machines.csv")
    pl.DataFrame({"item": ["SHAFT"], "machine": ["LATHE"], "cycle_seconds": [600.0], "batch": [100.0], "setup_minutes": [10.0]}).write_csv(
        folder / "routing.csv"
    )
    rows = [("LATHE", begin, end, state) for begin, end, state in _lived(random, BEGIN, DAYS, 1.0)]
    pl.DataFrame(rows, schema=["machine", "start", "end", "state"], orient="row").write_csv(
        folder / "events.csv", datetime_format="%Y-%m-%dT%H:%M:%S"
    )
    (folder / "plant.toml").write_text(TOML)
    with Workspace.open(tmp_path / "w") as workspace:
        workspace.import_(import_from(folder, "canonical"))
        workspace.save(recommend(workspace.plant(), Settings(holding_rate=0.25, anatomy_items=0, coming_items=0, gate_items=0)))
        yield workspace


def _tell(workspace, first_day, days, repair_hours, seed):
    begin = BEGIN.replace(tzinfo=UTC) + timedelta(days=first_day)
    told = []
    for start, _, state in _lived(np.random.default_rng(seed), begin, days, repair_hours):
        at = round(start.timestamp() * 1e6)
        told.append(Reading("LATHE", "mqtt:lathe", Kind.STATE, at, at, state=int(State[state.upper()])))
    workspace.live().journal.keep(told, [])


def _hear(workspace, first_day, days, repair_hours, seed):
    _tell(workspace, first_day, days, repair_hours, seed)
    while workspace.live().settling(workspace.plant()).settle(2**62).n_readings:
        pass


def test_slower_repairs_heard_live_queue_the_item_with_cause_and_money(kept):
    standing = StandingReview(kept, live_seconds=0.0)
    assert standing.look() is None, "the plan knows all there is"
    _hear(kept, DAYS + 7, 25, 6.0, 5)
    done = standing.look()
    assert done.queued == 1
    row = Decisions(kept).queue().row(0, named=True)
    assert row["item"] == "SHAFT"
    assert "repairs of LATHE higher" in row["cause"]
    assert "now" in row["cause"]
    assert row["new_reorder_point"] > 1.1 * row["old_reorder_point"] > 0.0
    assert row["change_value"] > 0.0
    assert Decisions(kept).reviews()["author"][0] == AUTHOR


def test_the_same_facts_are_tested_once_and_not_while_somebody_else_does(kept):
    _hear(kept, DAYS + 7, 25, 6.0, 5)
    first, second = StandingReview(kept, live_seconds=0.0), StandingReview(kept, live_seconds=0.0)
    with kept.live().place.reviewing() as ours:
        assert ours
        assert first.look() is None
    assert first.look().queued == 1
    assert second.look() is None
    assert Decisions(kept).reviews().height == 1


def test_what_machines_tell_is_tested_once_an_hour_and_an_import_at_once(kept, tmp_path):
    hourly = StandingReview(kept)
    _hear(kept, DAYS + 7, 2, 1.0, 6)
    assert hourly.look() is not None
    _hear(kept, DAYS + 10, 2, 1.0, 7)
    assert hourly.look() is None
    more = tmp_path / "more"
    more.mkdir()
    for table in ("items", "demand"):
        rows = (tmp_path / "export" / f"{table}.csv").read_text()
        (more / f"{table}.csv").write_text(
            rows if table == "items" else rows.splitlines()[0] + f"\nSHAFT,{BEGIN.date() + timedelta(days=DAYS)},41\n"
        )
    (more / "plant.toml").write_text(TOML.replace("invented", "more"))
    kept.import_(import_from(more, "canonical"))
    assert hourly.look() is not None


def test_a_watch_reviews_by_itself(kept):
    _hear(kept, DAYS + 7, 25, 6.0, 5)
    watch = Watch(kept, every=0.01)
    watch.start()
    watch.stop()
    assert Decisions(kept).queue()["item"].to_list() == ["SHAFT"]


def test_a_running_listener_reviews_by_itself(kept, monkeypatch):
    """What machines told lies in the journal; the listener settles it and tests the plan with it."""
    monkeypatch.setenv("JUSTENOUGH_LISTEN_KEY", "right")
    _tell(kept, DAYS + 7, 25, 6.0, 5)
    listener = Listener(
        kept, listen_file({"rest": {"port": 0}, "time": {"settle_seconds": 0.1, "late_seconds": 0.0, "silent_seconds": 1e6}})
    )
    listener.start()
    try:
        until(lambda: Decisions(kept).queue().height)
    finally:
        listener.stop()
    assert Decisions(kept).queue()["item"].to_list() == ["SHAFT"]


def test_a_fault_is_no_review(kept, monkeypatch):
    """A fault of the moment leaves the facts untested, and they are tested the next time."""
    _hear(kept, DAYS + 7, 25, 6.0, 5)
    standing = StandingReview(kept, live_seconds=0.0)
    with monkeypatch.context() as broken:
        broken.setattr("justenough.archive.second_look.looked_again", _fault)
        with pytest.raises(OSError, match="disk"):
            standing.look()
    assert standing.look().queued == 1


def _fault(*_, **__):
    raise OSError("disk")


def test_without_a_plan_nothing_is_reviewed(tmp_path):
    with Workspace.open(tmp_path / "w") as empty:
        assert StandingReview(empty).look() is None
