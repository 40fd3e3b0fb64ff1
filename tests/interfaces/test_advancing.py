"""Advancing: the time that is left, and the bar on a terminal."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import pytest

from justenough.interfaces import advancing
from justenough.strategy.kept import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_what_was_there_before_does_not_make_the_rest_look_quick():
    """900 of 1,000 items came from the disk; the first 20 of the other 100 took 4 s, so the other 80 take 16 s."""
    progress = Progress(done=920, kept=900, of=1000)
    assert advancing.seconds_left(progress.done - progress.kept, progress.of - progress.kept, 4.0) == pytest.approx(16.0)


def test_nothing_is_promised_before_anything_is_known():
    assert advancing.seconds_left(0, 10, 5.0) is None
    assert advancing.seconds_left(5, 10, 0.2) is None


def test_the_bar_names_items_and_time_left(monkeypatch):
    terminal, clock = Terminal(), iter([0.0, 0.0, 10.0])
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(advancing, "time", SimpleNamespace(monotonic=lambda: next(clock, 10.0)))
    with advancing.advancing("Recommending") as advance:
        advance.step("Opening the workspace")
        advance.sized(Progress(done=250, kept=0, of=1000))
    said = terminal.getvalue()
    assert "Sizing 250 of 1,000 items" in said
    assert "30 s left" in said


def test_what_comes_after_the_last_row_is_left_as_well(monkeypatch):
    """Of 1,000 rows 200 were checked before; 300 took 6 s, so 500 take 10, and looking for repeats as long as 150 rows: 3 s."""
    said, clock = [], iter([0.0, 6.0])
    monkeypatch.setattr(advancing, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    advance = advancing._Shown(SimpleNamespace(update=lambda _task, **told: said.append((told["description"], told["left"]))), 0)
    advance.checked(500, 1000, 200)
    assert said == [("Checking 500 of 1,000 rows of demand", "13 s left")]


def test_nothing_is_written_where_nobody_looks(monkeypatch):
    silent = io.StringIO()
    monkeypatch.setattr(sys, "stderr", silent)
    with advancing.advancing("Recommending") as advance:
        advance.step("Opening the workspace")
        advance.read(10, 100)
        advance.checked(10, 100, 0)
        advance.sized(Progress(1, 0, 2))
    assert silent.getvalue() == ""


def test_the_time_said_to_be_left_is_the_time_it_then_takes(monkeypatch):
    """12 s of estimating, then 67 blocks of 0.3 s, 33 more from the disk: whenever the bar is asked, it is right within two blocks."""
    now, said = [0.0], []
    monkeypatch.setattr(advancing, "time", SimpleNamespace(monotonic=lambda: now[0]))
    bar = SimpleNamespace(update=lambda _task, **told: said.append((now[0], told["left"])))
    advance = advancing._Shown(bar, 0)
    advance.step("Sizing 100,000 items")
    now[0] = 12.0
    advance.sized(Progress(33_000, 33_000, 100_000))
    for block in range(1, 68):
        now[0] = 12.0 + 0.3 * block
        advance.sized(Progress(33_000 + 1000 * block, 33_000, 100_000))
    told = [(at, float(left.split()[0])) for at, left in said if left]
    assert len(told) > 60
    assert all(abs(left - (12.0 + 0.3 * 67 - at)) <= 0.6 for at, left in told)
