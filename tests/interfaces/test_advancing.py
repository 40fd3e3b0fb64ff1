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


def test_nothing_is_written_where_nobody_looks(monkeypatch):
    silent = io.StringIO()
    monkeypatch.setattr(sys, "stderr", silent)
    with advancing.advancing("Recommending") as advance:
        advance.step("Opening the workspace")
        advance.read(10, 100)
        advance.sized(Progress(1, 0, 2))
    assert silent.getvalue() == ""
