"""Local clocks, by the standard library's own rules as the second method."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from justenough.domain.machine import HOUR
from justenough.estimation.clocks import UnknownZone, local_texts, midnights, moments_of

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def micro(moment: dt.datetime) -> int:
    return round((moment - EPOCH) / dt.timedelta(microseconds=1))


@given(
    some.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2027, 1, 1)),
    some.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
)
def test_every_local_moment_is_what_python_makes_of_it(local, zone):
    """PEP 495: fold 0 is the first of a repeated hour, and reads a skipped one with the offset before the change."""
    ours = moments_of(pl.Series([local]), pl.Series([zone]))
    assert ours.at.tolist() == [micro(local.replace(tzinfo=ZoneInfo(zone)))]


def test_hours_that_come_twice_or_never_are_counted():
    local = [dt.datetime(2026, 10, 25, 2, 30), dt.datetime(2026, 3, 29, 2, 30), dt.datetime(2026, 6, 1), None]
    found = moments_of(pl.Series(local), pl.Series(["Europe/Berlin"] * 4))
    assert (found.twice, found.never, found.known.tolist()) == (1, 1, [True, True, True, False])
    assert moments_of(pl.Series(local), pl.Series([None] * 4, dtype=pl.String)).twice == 0


def test_the_days_of_a_clock_change_have_23_and_25_hours():
    for month, day, hours in ((3, 28, [24, 23, 24]), (10, 24, [24, 25, 24])):
        since = micro(dt.datetime(2026, month, day, tzinfo=ZoneInfo("Europe/Berlin")))
        at, days = midnights("Europe/Berlin", since, since + 80 * HOUR)
        assert [int(n) // HOUR for n in at[1:4] - at[:3]] == hours
        assert days[0] == f"2026-{month:02d}-{day}"
        assert at[0] == since


def test_a_moment_is_shown_as_the_local_clock_shows_it():
    assert local_texts(pl.Series([0]).to_numpy(), "Europe/Berlin", "%H:%M") == ["01:00"]
    assert local_texts(pl.Series([0]).to_numpy(), "", "%H:%M") == ["00:00"]


def test_an_unknown_zone_is_named():
    with pytest.raises(UnknownZone, match="Europe/Atlantis"):
        moments_of(pl.Series([dt.datetime(2026, 1, 1)]), pl.Series(["Europe/Atlantis"]))
