"""What machines did between their stops: all the time, or while their calendar planned it."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from justenough.domain.checks import FILE, ROW
from justenough.domain.errors import ProfileError
from justenough.estimation.floor import floor_of
from justenough.estimation.reliability import reliability_of
from justenough.estimation.uptimes import uptimes_of
from justenough.sources.between_stops import filled_between, filled_in_shifts
from justenough.sources.profiles import Profile
from justenough.sources.quarantine import import_quarantine, to_correct
from justenough.sources.read import import_from

PROFILE = """
currency = "EUR"
demand_period = "week"
date_formats = ["%Y-%m-%d %H:%M"]
[files]
stops = "stops.csv"
shifts = "shifts.csv"
[tables.machines]
derived_from = "events"
[tables.events]
file = "stops"
between = "BETWEEN"
[tables.events.columns]
machine = "machine"
start = "from"
end = "to"
state = { value = "down" }
[tables.calendar]
file = "shifts"
[tables.calendar.columns]
start = "from"
end = "to"
kind = "kind"
"""


def test_a_stop_without_an_end_hides_no_more_than_itself():
    """One operator forgot to close one stop: it lasts until the next, and the machine ran between all that follow."""
    at = [dt.datetime(2026, 3, 2, hour) for hour in range(12)]
    stops = pl.DataFrame(
        {
            "machine": ["M1"] * 4,
            "start": [at[0], at[2], at[4], at[8]],
            "end": [at[1], None, at[5], at[9]],
            "state": ["down"] * 4,
            FILE: ["stops"] * 4,
            ROW: [2, 3, 4, 5],
        },
        schema_overrides={ROW: pl.UInt32},
    )
    found = filled_between(stops, "running").filter(pl.col("state") == "running").sort("start")
    assert found.select("start", "end").rows() == [(at[1], at[2]), (at[5], at[8])]
    last_open = stops.with_columns(end=pl.when(pl.col(ROW) == 5).then(None).otherwise("end"))
    assert filled_between(last_open, "running")["start"].max() == at[8]


def test_in_shifts_a_night_and_a_break_are_left_out():
    """A shift from 6 to 14 with a break at 10 on two days, and one of M1 alone on the second evening; M2 has none of that."""

    def at(day, hour):
        return dt.datetime(2026, 3, day, hour)

    stops = pl.DataFrame(
        {
            "machine": ["M1", "M1", "M2", "M2"],
            "start": [at(2, 7), at(3, 20), at(2, 9), at(2, 22)],
            "end": [at(2, 8), at(3, 21), at(2, 10), at(2, 23)],
            "state": ["down"] * 4,
            FILE: ["stops"] * 4,
            ROW: [2, 3, 4, 5],
        },
        schema_overrides={ROW: pl.UInt32},
    )
    calendar = pl.DataFrame(
        {
            "machine": [None, None, None, None, "M1"],
            "start": [at(2, 6), at(2, 10), at(3, 6), at(3, 10), at(3, 18)],
            "end": [at(2, 14), at(2, 11), at(3, 14), at(3, 11), at(3, 22)],
            "kind": ["shift", "break", "shift", "break", "shift"],
        }
    )
    found = filled_in_shifts(stops, "running", calendar).filter(pl.col("state") == "running").sort("machine", "start")
    assert found.select("machine", "start", "end").rows() == [
        ("M1", at(2, 8), at(2, 10)),
        ("M1", at(2, 11), at(2, 14)),
        ("M1", at(3, 6), at(3, 10)),
        ("M1", at(3, 11), at(3, 14)),
        ("M1", at(3, 18), at(3, 20)),
        ("M2", at(2, 11), at(2, 14)),
    ]
    assert filled_in_shifts(stops.clear(), "running", calendar).is_empty()


def exported(folder):
    """Twenty days of one shift of eight hours, each with a stop of an hour at its middle."""
    days = [dt.date(2026, 3, 2) + dt.timedelta(days=at) for at in range(20)]
    (folder / "stops.csv").write_text("machine,from,to\n" + "".join(f"M1,{day} 10:00,{day} 11:00\n" for day in days))
    (folder / "shifts.csv").write_text("from,to,kind\n" + "".join(f"{day} 06:00,{day} 14:00,shift\n" for day in days))
    return folder


@pytest.mark.parametrize(("between", "hours"), [("running_in_shifts", 7.0), ("running", 23.0)])
def test_machines_do_not_run_at_night_between_two_stops(tmp_path, between, hours):
    """By hand: 19 failures (first seen down, it did not fail then) 7 planned hours apart; said to run always, 23."""
    plant = import_from(exported(tmp_path), Profile.from_toml(PROFILE.replace("BETWEEN", between))).plant()
    found = reliability_of(uptimes_of(floor_of(plant)))
    assert 24.0 * found.mtbf[0][0] == pytest.approx(hours, rel=1e-6)


def test_without_a_calendar_nobody_knows_the_shifts(tmp_path):
    said = PROFILE.replace("BETWEEN", "running_in_shifts")
    with pytest.raises(ProfileError, match="needs .tables.calendar."):
        import_from(exported(tmp_path), Profile.from_toml(said[: said.index("[tables.calendar]")]))


def test_a_corrected_stop_comes_back_without_the_calendar(tmp_path):
    """Start and end were swapped; the row alone is corrected and imported."""
    profile = Profile.from_toml(PROFILE.replace("BETWEEN", "running_in_shifts"))
    folder = exported(tmp_path)
    with (folder / "stops.csv").open("a") as file:
        file.write("M1,2026-03-25 09:00,2026-03-25 08:00\n")
    found = import_from(folder, profile)
    sheet = to_correct(found.quarantine, "stops.csv")
    sheet.with_columns(pl.lit("2026-03-25 09:30").alias("to")).write_csv(tmp_path / "mended.csv")
    rows = import_quarantine(tmp_path / "mended.csv", profile).tables["events"]
    assert rows.select("start", "end", "state").rows() == [(dt.datetime(2026, 3, 25, 9), dt.datetime(2026, 3, 25, 9, 30), "down")]
