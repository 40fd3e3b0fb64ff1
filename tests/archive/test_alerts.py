"""Alerts: told once, carried out with patience, put away by somebody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from mortal import export, plan_of

from justenough.archive.alerts import WAITS, Alert, Alerts
from justenough.archive.second_look import looked_again
from justenough.archive.workspace import Workspace
from justenough.domain.item import Gate
from justenough.sources.read import import_from
from justenough.sources.samples import sample_folder
from justenough.strategy.decide import recommend
from justenough.strategy.plan import Plan
from justenough.strategy.rehearse import known_before
from justenough.strategy.settings import Settings

SINCE = date(2025, 7, 1)
ONE = Alert("shortage:A:1", "shortage", "A", "A: stock lasts 2 days.")


class Door:
    """A channel that takes an alert after some refusals."""

    name = "webhook"

    def __init__(self, refusals=0):
        self.refusals, self.taken = refusals, []

    def send(self, told):
        if self.refusals:
            self.refusals -= 1
            raise OSError("closed")
        self.taken.append(told.said)


@pytest.fixture
def alerts(tmp_path, on_both):
    with Workspace.open(tmp_path / "w") as workspace:
        yield Alerts(workspace)


def test_the_same_is_told_once(alerts):
    assert [one.said for one in alerts.tell([ONE, ONE])] == [ONE.said]
    assert alerts.tell([ONE]) == []
    (told,) = alerts.told()
    assert alerts.put_away([told.seq], "Ana") == 1
    assert (alerts.told(), alerts.put_away([told.seq], "Bo")) == ([], 0)
    assert alerts.told(every=True)[0].seen_by == "Ana"
    assert alerts.tell([ONE]) == [], "put away is not forgotten"


def test_a_machine_is_told_down_once_a_shift_with_its_reason(alerts):
    shift, running = "2026-11-29 22:00", {"A": "down", "B": "running", "C": None, "D": "down"}
    rows = [{"machine": name, "state": state, "reason": "leak" if name == "A" else None, "since": shift} for name, state in running.items()]
    found = alerts.stopped(pl.DataFrame(rows))
    assert [(one.kind, one.subject, one.said) for one in found] == [("down", "A", "A: is down (leak)."), ("down", "D", "D: is down.")]
    assert [len(alerts.tell(found)), len(alerts.tell(found))] == [2, 0]
    next_shift = alerts.stopped(pl.DataFrame([{**rows[0], "since": "2026-11-30 06:00"}]))
    assert len(alerts.tell(next_shift)) == 1
    assert alerts.stopped(pl.DataFrame()) == []


def test_what_does_not_arrive_is_tried_again_later_and_later(alerts):
    door, now = Door(refusals=2), datetime(2030, 1, 1, tzinfo=UTC)
    alerts.tell([ONE], ["webhook"])
    assert alerts.deliver([door], now) == (0, 1)
    assert alerts.faults() == [("webhook", "closed", 1)]
    assert alerts.deliver([door], now + timedelta(seconds=WAITS[0] - 1)) == (0, 0), "not yet"
    assert alerts.deliver([door], now + timedelta(seconds=WAITS[0])) == (0, 1)
    assert alerts.deliver([door], now + timedelta(seconds=WAITS[0] + WAITS[1])) == (1, 0)
    assert door.taken == [ONE.said]
    assert (alerts.faults(), alerts.deliver([door], now + timedelta(days=9))) == ([], (0, 0))


def test_after_the_last_try_it_is_given_up_with_its_fault(alerts):
    door, now = Door(refusals=99), datetime(2030, 1, 1, tzinfo=UTC)
    alerts.tell([ONE], ["webhook"])
    tries = 0
    for day in range(40):
        tries += alerts.deliver([door], now + timedelta(days=day))[1]
    assert tries == len(WAITS) + 1
    assert alerts.faults() == [("webhook", "closed", len(WAITS) + 1)]


def test_what_there_is_to_tell_of_a_plant(tmp_path):
    """A plan of last July: its review's proposals wait, and some items run out before what is on order comes."""
    with Workspace.open(tmp_path / "w") as workspace:
        workspace.import_(import_from(sample_folder("bearings"), "canonical"))
        workspace.save(recommend(known_before(workspace.plant(), SINCE), Settings(holding_rate=0.25, anatomy_items=0, coming_items=0)))
        looked_again(workspace, since=SINCE)
        found = Alerts(workspace).look(date(2026, 7, 1))
        kinds = [one.kind for one in found]
        assert kinds[0] == "review"
        assert "wait for an answer" in found[0].said
        assert kinds.count("shortage") >= 1
        assert all("at mean demand" in one.said for one in found if one.kind == "shortage")
        assert len({one.key for one in found}) == len(found)


def test_an_item_that_may_no_longer_run_lean_is_told(tmp_path):
    with Workspace.open(tmp_path / "w") as workspace:
        workspace.import_(import_from(sample_folder("bearings"), "canonical"))
        settings = Settings(holding_rate=0.25, anatomy_items=0, coming_items=0)
        plan = recommend(workspace.plant(), settings)
        not_yet = plan.figures.filter(pl.col("gate") == Gate.NOT_YET.label)
        fallen = not_yet.filter(~pl.col("gate_figure").is_in(["MTBF", "MTTR"]))["item"][0]
        rows = plan.figures.with_columns(gate=pl.when(pl.col("item") == fallen).then(pl.lit(Gate.PASSED.label)).otherwise("gate"))
        workspace.save(Plan.of(rows, plan.curves, plan.terms, plan.settings, created=datetime(2026, 1, 1, tzinfo=UTC)))
        workspace.save(plan)
        found = [one for one in Alerts(workspace).look(date(2020, 1, 1)) if one.kind == "gate"]
        assert [one.subject for one in found] == [fallen]
        assert found[0].said.startswith(f"{fallen}: JIT:")


def test_a_machine_whose_bound_fell_is_told_once_with_all_it_takes_along(alerts):
    """Two items passed their gate before; by the latest plan the same machine's MTTR keeps both from it, another item passes still."""
    workspace = alerts.workspace
    workspace.import_(export(1))
    before = plan_of(1, 3)
    passed = before.figures.with_columns(gate=pl.lit(Gate.PASSED.label))
    because = {"gate_because": "PRESS 1", "gate_figure": "MTTR", "gate_estimate": 0.2, "gate_bound": 0.61}
    fell = pl.col("item").is_in(["I00", "I01"])
    now = passed.with_columns(
        gate=pl.when(fell).then(pl.lit(Gate.NOT_YET.label)).otherwise("gate"),
        **{name: pl.when(fell).then(pl.lit(value)) for name, value in because.items()},
    )
    for day, rows in ((1, passed), (2, now)):
        workspace.save(Plan.of(rows, before.curves, before.terms, before.settings, created=datetime(2026, 1, day, tzinfo=UTC)))
    (told,) = alerts.look(date(2020, 1, 1))
    assert (told.kind, told.subject) == ("machine", "PRESS 1")
    assert told.said == "PRESS 1: its MTTR is 0.2 days, by its bound 0.61: 2 items may no longer run just-in-time (I00, I01)."
