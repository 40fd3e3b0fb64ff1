"""Files of machines nobody has described: states in an export's words, and lists of stops."""

from __future__ import annotations

import datetime as dt

import polars as pl

from justenough.sources.drafting import answered, draft
from justenough.sources.profiles import Profile
from justenough.sources.read import import_from


def test_states_in_the_export_s_words(tmp_path):
    (tmp_path / "bde.csv").write_text(
        "Maschine;Beginn;Ende;Zustand;Störgrund\n"
        "P1;01.09.2026 06:00:00;01.09.2026 08:00:00;Lauf;\n"
        "P1;01.09.2026 08:00:00;01.09.2026 08:30:00;Störung;Hydraulik\n"
        "P1;01.09.2026 08:30:00;01.09.2026 08:40:00;Kaffee;\n",
        encoding="utf-8",
    )
    drafted = draft(tmp_path)
    assert [question.key for question in drafted.questions if not question.said] == ["state_kaffee"], (
        "no money and no demand: nothing is asked of them"
    )
    tables = import_from(tmp_path, Profile.from_toml(answered(drafted, {"state_kaffee": "idle"}))).tables
    assert tables["events"]["state"].to_list() == ["running", "down", "idle"]
    assert tables["machines"]["machine"].to_list() == ["P1"]


def test_a_state_is_asked_with_what_is_known_of_it(tmp_path):
    """A standstill may be a breakdown, a break or want of material: its reason tells."""
    rows = [("Stillstand", "kein Material"), ("Stillstand", "kein Material"), ("Stillstand", "Sensor"), ("Lauf", ""), ("Wartet?", "")]
    text = "".join(f"P1;0{at}.09.2026 06:00:00;0{at}.09.2026 08:00:00;{state};{why}\n" for at, (state, why) in enumerate(rows, 1))
    (tmp_path / "bde.csv").write_text(f"Maschine;Beginn;Ende;Zustand;Grund\n{text}", encoding="utf-8")
    asked = {question.key: question.text for question in draft(tmp_path).questions}
    assert asked["state_stillstand"] == "What does 'Stillstand' (3 rows, most often for 'kein Material') mean as state?"
    assert asked["state_wartet"] == "What does 'Wartet?' (1 row) mean as state?"


def test_a_list_of_stops_by_day_time_and_minutes(tmp_path):
    """Two stops, one past midnight: what lies between ran, as the planner said; before the first nobody knows."""
    (tmp_path / "storingen.csv").write_text(
        "Machine;Datum;Begintijd;Stilstand (min);Reden\n"
        "P1;01-09-2026;23:50;25,5;Sensor\nP1;02-09-2026;06:00;30;Mal\nP2;02-09-2026;07:00;5;\n"
    )
    drafted = draft(tmp_path)
    said = {"date_order": "%d-%m-%Y", "decimal": ",", "between_stops": "running"}
    assert [question.key for question in drafted.questions if not question.said] == list(said)
    events = import_from(tmp_path, Profile.from_toml(answered(drafted, said))).tables["events"].sort("machine", "start")
    up, night = dt.datetime(2026, 9, 2, 0, 15, 30), dt.datetime(2026, 9, 2, 6)
    assert events.select("machine", "start", "end", "state", "reason").rows() == [
        ("P1", dt.datetime(2026, 9, 1, 23, 50), up, "down", "Sensor"),
        ("P1", up, night, "running", None),
        ("P1", night, dt.datetime(2026, 9, 2, 6, 30), "down", "Mal"),
        ("P2", dt.datetime(2026, 9, 2, 7), dt.datetime(2026, 9, 2, 7, 5), "down", None),
    ]


def test_a_clock_of_twelve_hours_beside_its_day(tmp_path):
    """As an American maintenance list has it: the afternoon's stops had no time at all."""
    rows = "".join(f"M1,01/31/2026,{clock},10,jam\n" for clock in ("9:30 AM", "2:05:30 PM", "12:15am"))
    (tmp_path / "stops.csv").write_text("Machine,Date,Start time,Minutes,Reason\n" + rows)
    found = import_from(tmp_path, Profile.from_toml(answered(draft(tmp_path), {"duration_unit": "minutes", "between_stops": "unknown"})))
    starts = found.tables["events"].filter(pl.col("state") == "down")["start"].sort().to_list()
    assert starts == [dt.datetime(2026, 1, 31, *clock) for clock in ((0, 15), (9, 30), (14, 5, 30))]
    assert not found.quarantine.height


def test_a_speed_in_parts_an_hour_becomes_a_cycle(tmp_path):
    """A list of machines with what each makes in an hour; none is said of M3."""
    (tmp_path / "maszyny.csv").write_text("maszyna;linia;wydajnosc_szt_h\nM1;A;120\nM2;A;0\nM3;A;\n")
    (tmp_path / "stany.csv").write_text("maszyna;od;do;stan\nM1;2026-03-02 06:00;2026-03-02 14:00;running\n")
    drafted = draft(tmp_path)
    assert {one.key: one.said for one in drafted.questions}["ideal_cycle_seconds_unit"] == "parts_per_hour"
    machines = import_from(tmp_path, Profile.from_toml(answered(drafted, {}))).tables["machines"]
    assert dict(machines.select("machine", "ideal_cycle_seconds").rows()) == {"M1": 30.0, "M2": None, "M3": None}
