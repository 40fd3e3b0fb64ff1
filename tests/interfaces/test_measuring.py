"""The command `oee`: words, tables, JSON and pictures of one calculation, and refusals that are sentences."""

from __future__ import annotations

import json

import pytest

from justenough.estimation.oee import oee_of
from justenough.sources.samples import sample, sample_folder


def test_words_tables_and_strip_fit_a_hundred_columns(demo, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    said = run("oee", "-w", demo).stdout
    assert max(map(len, said.splitlines())) <= 100
    assert "OEE of 8 machines, 2026-05-06 00:00 to 2026-06-30 22:00: 84.3 %" in " ".join(said.split())
    for words in ("fully productive time", "OEE by machine (8 of 8)", "waiting for parts", "What machines did", "Settled in 5,610 records"):
        assert words in " ".join(said.split())


def test_json_says_all_of_it_and_the_same_as_python(demo, run):
    told = json.loads(run("oee", "-w", demo, "--json").stdout)
    ours = oee_of(sample("bearings"))
    assert [row["oee"] for row in told["rows"]] == pytest.approx(ours.waterfall.oee.tolist())
    assert sum(row["hours"] for row in told["losses"]) == pytest.approx(24 * (ours.waterfall.planned - ours.waterfall.good).sum())
    assert sum(one["overlapping"] for one in told["settled"]) > 0
    assert set(told["semi_e10_hours"][0]) == {
        "machine",
        "productive",
        "standby",
        "engineering",
        "scheduled_down",
        "unscheduled_down",
        "non_scheduled",
        "unknown",
    }
    assert len(told["iso22400"]["oee_index"]) == 8


def test_rows_are_those_asked_for_within_the_time_asked_for(run):
    folder = sample_folder("bearings")
    words = ("--by", "line", "--by", "day", "--since", "2026-06-01", "--until", "2026-06-03")
    told = json.loads(run("oee", folder, "-p", "canonical", *words, "--json").stdout)
    assert [(row["line"], row["day"]) for row in told["rows"]] == [
        (line, day) for line in ("A", "B", "no line") for day in ("2026-06-01", "2026-06-02")
    ]
    assert {row["calendar_hours"] for row in told["rows"] if row["line"] == "A"} == {4 * 24}
    assert (told["since"], told["until"]) == ("2026-06-01T00:00:00", "2026-06-03T00:00:00")


def test_charts_are_drawn_once_unless_forced(demo, run, refused, tmp_path):
    page = tmp_path / "machines.html"
    assert run("oee", "-w", demo, "--charts", page).exit_code == 0
    assert page.read_text(encoding="utf-8").count("<svg") == 3
    assert "is there already" in refused("oee", "-w", demo, "--charts", page)


def test_what_cannot_be_is_refused(demo, run, refused):
    assert "no time between" in refused("oee", "-w", demo, "--since", "2026-06-03", "--until", "2026-06-01")
    assert "neither events nor counts" in refused("oee", sample_folder("retail"), "-p", "canonical")
    assert run("oee", "-w", demo, "--by", "colour").exit_code == 2
