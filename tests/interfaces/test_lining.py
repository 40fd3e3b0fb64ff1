"""The line commands, from a file and from the line that comes along."""

from __future__ import annotations

import json
from pathlib import Path

PARTS = ("--parts", "1000")


def test_show_says_what_the_line_makes_and_draws_it(tmp_path: Path, run, refused) -> None:
    picture = tmp_path / "line.svg"
    said = run("line", "show", "press_shop", *PARTS, "--svg", picture).stdout
    assert "Bottleneck: saw" in said
    assert "MTTR of weld" in said
    assert "What would gain most" in said
    assert "one minute less" in said
    assert picture.read_text(encoding="utf-8").startswith("<svg xmlns=")
    assert refused("line", "show", "press_shop", *PARTS, "--svg", picture).startswith(str(picture))


def test_json_of_a_line_holds_machines_buffers_and_bounds(run) -> None:
    said = json.loads(run("line", "mask", "press_shop", *PARTS, "--json").stdout)
    assert [machine["machine"] for machine in said["machines"]] == ["press", "saw", "weld", "paint", "pack"]
    for machine in said["machines"]:
        assert abs(sum(machine[state] for state in ("working", "down", "starved", "blocked")) - 1) < 1e-9
    assert len(said["buffers"]) == len(said["bounds"]["masked_loss"]) == 4
    assert said["bounds"]["throughput"]["low"] < said["throughput_per_hour"] < said["bounds"]["throughput"]["high"]


def test_mask_names_whose_stops_a_buffer_absorbs(run) -> None:
    said = run("line", "mask", "press_shop", *PARTS).stdout
    assert "1. press to saw: absorbs the stops of press" in said
    assert "hides" in said


def test_a_cut_is_never_called_free(run, refused) -> None:
    said = run("line", "cut", "press_shop", "1", "4", *PARTS).stdout
    assert "18 to 4 places: releases" in said
    assert "costs" in said
    assert "below" in run("line", "cut", "press_shop", "4", "7", *PARTS).stdout
    assert "expected one of 1 to 4" in refused("line", "cut", "press_shop", "9", "4")


def test_size_reaches_its_target_and_says_how_sure_that_is(run, refused) -> None:
    said = json.loads(run("line", "size", "press_shop", "--target", "93.5", *PARTS, "--json").stdout)
    assert said["throughput_per_hour"] >= 93.5
    assert said["places"][2] <= 60
    assert "the search was corrected by that" in run("line", "size", "press_shop", "--total", "60", *PARTS).stdout
    assert "out of reach" in refused("line", "size", "press_shop", "--target", "140", *PARTS)
    assert "one of target, total and margin" in refused("line", "size", "press_shop")


def test_levers_are_what_small_changes_gain(run) -> None:
    said = json.loads(run("line", "show", "press_shop", "--json", *PARTS).stdout)
    levers = {(lever["what"], lever["where"]): lever for lever in said["levers"]}
    assert levers["speed", "saw"]["gains"] == said["machines"][1]["speed_gain_per_hour"]
    assert all(lever["gains"] > 0 for lever in said["levers"])


def test_control_puts_four_ways_in_one_table(run) -> None:
    said = run("line", "control", "press_shop", "--demand", "80", "--forecast", "84", *PARTS).stdout
    for name in ("push", "kanban", "CONWIP", "base stock"):
        assert name in said
    assert len(json.loads(run("line", "control", "press_shop", "--demand", "80", *PARTS, "--json").stdout)) == 4


def test_a_line_nobody_knows_is_refused_with_those_there_are(refused) -> None:
    assert "press_shop" in refused("line", "show", "nothing.toml")
