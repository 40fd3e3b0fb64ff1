"""OEE of the running shift is what `oee` says of the settled tables: one path, two ways to it."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import polars as pl
import pytest

from justenough.archive.journal import Journal
from justenough.archive.running import MINUTE, Running
from justenough.archive.workspace import Workspace
from justenough.domain.machine import HOUR, SECOND
from justenough.domain.plant import Plant
from justenough.estimation.oee import oee_of
from justenough.sources.live.acting import LOSSES, Act, Cast, tables_of
from justenough.sources.live.readings import Kind, Reading

pytestmark = pytest.mark.usefixtures("on_both")


SIX = 1_778_047_200_000_000  # 2026-05-06 06:00 UTC, when the early shift begins


def readings_of(told):
    heard = Counter()
    for one in told:
        heard[one.machine] += 1
        if one.state is None:
            counts = {"total": float(one.total), "good": float(one.good), "item": one.item}
            yield Reading(one.machine, f"mqtt:{one.machine}/c", Kind.RUNNING, one.at, one.at, sequence=heard[one.machine], **counts)
        else:
            yield Reading(
                one.machine,
                f"mqtt:{one.machine}/s",
                Kind.STATE,
                one.at,
                one.at,
                sequence=heard[one.machine],
                state=int(one.state),
                reason=one.reason,
            )


@pytest.fixture
def plant():
    cast = Cast.of(5, 3)
    frames = {}
    for name in ("machines", "calendar", "reasons"):
        frames[name] = pl.read_csv(tables_of(cast, ["2026-05-05", "2026-05-06"])[f"{name}.csv"].encode(), try_parse_dates=True)
    frames["calendar"] = frames["calendar"].with_columns(pl.col("machine").cast(pl.String))
    return Plant.from_frames(currency="EUR", demand_period="day", **frames)


def test_the_journal_and_the_tables_say_the_same(tmp_path, plant):
    now = SIX + 5 * HOUR
    act = Act(Cast.of(5, 3), 3, SIX - 2 * HOUR)
    with Workspace.open(tmp_path / "w") as kept:
        live = kept.live()
        running = Running(live.journal, plant)
        for moment in range(SIX - HOUR // 2, now + 1, HOUR // 2):  # it follows, hour by hour
            live.journal.keep(list(readings_of(act.until(moment))), [])
            seen = running.oee(moment)
        while live.settling(plant).settle(2**62).n_readings:
            pass
        tables = kept.plant().tables
    settled = Plant(plant.terms, {**plant.tables, "events": tables["events"], "counts": tables["counts"]})
    second = oee_of(settled, "machine", since=SIX, until=now).frame()
    for name in ("availability", "performance", "quality", "oee", "total", "breakdown_hours", "starved_hours"):
        np.testing.assert_allclose(seen[name].to_numpy(), second[name].to_numpy(), rtol=1e-12, atol=1e-12, err_msg=name)
    assert set(seen["since"]) == {SIX}
    assert 0.2 < seen["oee"].mean() < 0.95
    assert seen["state"].len() == 5


def test_late_and_repeated_readings_find_their_place_and_are_let_go(tmp_path, plant):
    """Two machines of one reading a second, some of them an hour late: the tables' figures, and memory of minutes only."""
    rng = np.random.default_rng(7)
    told = []
    for machine in ("M0001", "M0002"):
        total, state = 0, 0
        for second in range(3 * 3600):
            at = SIX + second * SECOND
            total += int(rng.random() < 0.3)
            delay = int(rng.choice([0, 0, 0, 2, 40, 3600])) * SECOND if machine == "M0002" else 0
            counts = {"total": float(total), "good": float(total // 2)}
            told.append(Reading(machine, f"mqtt:{machine}/c", Kind.RUNNING, at, at + delay, sequence=second, **counts))
            if second % 10 == 0:
                state = int(rng.choice([state, state, state, 0, 1]))
                told.append(Reading(machine, f"mqtt:{machine}/s", Kind.STATE, at, at + delay, sequence=second, state=state))
    told.sort(key=lambda one: one.received)
    now, most = SIX + 5 * HOUR, 0
    with Workspace.open(tmp_path / "w") as kept:
        live = kept.live()
        running = Running(live.journal, plant)
        for start in range(0, len(told), 3001):
            piece = told[start : start + 3001]
            live.journal.keep(piece, [])
            running.oee(piece[-1].received)
            most = max(most, running.held)
        seen = running.oee(now)
        while live.settling(plant).settle(2**62).n_readings:
            pass
        tables = kept.plant().tables
    settled = Plant(plant.terms, {**plant.tables, "events": tables["events"], "counts": tables["counts"]})
    second = oee_of(settled, "machine", since=SIX, until=now)
    heard = second.frame().filter(pl.col("machine").is_in(seen["machine"].to_list()))
    for name in ("availability", "performance", "quality", "oee", "total", "good", "running_hours"):
        np.testing.assert_allclose(seen[name].to_numpy(), heard[name].to_numpy(), rtol=1e-12, atol=1e-12, err_msg=name)
    assert len(told) > 23_000
    assert most < 4_000


def test_what_a_broker_kept_is_not_late_and_what_is_late_leaves_no_more_than_before(tmp_path, plant, monkeypatch):
    """Two hours heard at once and in order are taken once; a reading that is late loads its machine's day, and lets go of it."""
    monkeypatch.setattr("justenough.archive.running.PAGE", 500)
    act, again = Act(Cast.of(5, 3), 3, SIX), []
    make_again = Running._make_again
    monkeypatch.setattr(Running, "_make_again", lambda self, machines, since: again.append(machines) or make_again(self, machines, since))
    with Workspace.open(tmp_path / "w") as kept:
        journal = kept.live().journal
        running = Running(journal, plant)
        journal.keep(list(readings_of(act.until(SIX + 10 * MINUTE))), [])
        running.oee(SIX + 10 * MINUTE)
        now = SIX + 2 * HOUR
        backlog = [dataclasses.replace(one, received=now) for one in readings_of(act.until(now))]
        journal.keep(backlog, [])
        running.oee(now)
        assert len(backlog) > 3_000
        assert not again
        held = running.held
        journal.keep([dataclasses.replace(backlog[0], sequence=10**6, at=SIX + MINUTE, received=now + 1, total=None, good=None)], [])
        running.oee(now + 1)
    assert again == [[backlog[0].machine]]
    assert running.held <= held + 3


def test_looks_leave_nothing_behind_however_many_there_are(tmp_path, plant):
    """Each look adds a piece of memory to the frames; an hour of looks left 1,800 of them before they were put together."""
    act, pieces = Act(Cast.of(5, 3), 3, SIX), []
    with Workspace.open(tmp_path / "w") as kept:
        running = Running(kept.live().journal, plant)
        for moment in range(SIX, SIX + HOUR // 3, 20 * SECOND):
            kept.live().journal.keep(list(readings_of(act.until(moment))), [])
            running.oee(moment)
            pieces.append([frame.n_chunks() for frame in (running._recent, running._events, running._counts)])
    assert np.max(pieces) <= 2 + MINUTE // (20 * SECOND) + 1


def test_a_look_ends_however_fast_readings_come(tmp_path, plant, monkeypatch):
    """While the readings so far are looked at, more are kept: they are for the next look."""
    with Workspace.open(tmp_path / "w") as kept:
        journal, looks, read = kept.live().journal, [], Journal.since

        def since(self, seq, **rest):
            looks.append(seq)
            assert len(looks) < 9, "the look goes on for as long as readings come"
            at = SIX + len(looks) * SECOND
            self.keep([Reading("M0001", "mqtt:a", Kind.STATE, at, at, state=0)], [])
            return read(self, seq, **rest)

        monkeypatch.setattr(Journal, "since", since)
        running = Running(journal, plant)
        assert [running.oee(SIX + HOUR).height for _ in range(3)] == [5, 5, 5]
    assert looks == [0, 1, 2]


def test_a_silent_machine_is_unknown(tmp_path, plant):
    with Workspace.open(tmp_path / "w") as kept:
        journal = kept.live().journal
        journal.keep([Reading("M0001", "mqtt:a", Kind.STATE, SIX, SIX, state=0)], [])
        row = Running(journal, plant, silent_after=600 * SECOND).oee(SIX + HOUR).row(0, named=True)
    assert row["state"] == "unknown"
    assert row["running_hours"] == pytest.approx(1 / 6)
    assert row["unknown_hours"] == pytest.approx(5 / 6)


def test_shifts_of_now(plant):
    running = Running(None, plant)
    assert set(running.shift_starts(SIX + 7 * HOUR).values()) == {SIX}
    assert set(running.shift_starts(SIX + 9 * HOUR).values()) == {SIX + 8 * HOUR}
    assert set(running.shift_starts(SIX + 100 * 24 * HOUR + HOUR).values()) == {SIX + 100 * 24 * HOUR - 6 * HOUR}, (
        "no shift: since midnight"
    )


def test_every_reason_of_the_act_is_mapped(plant):
    assert set(plant.tables["reasons"]["reason"]) == set(LOSSES)
