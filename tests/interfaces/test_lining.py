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


def described(folder: Path, *machines: str, buffers: str | None = None) -> Path:
    """A line of machines told by their figures, with four places between each two."""
    text = "".join(f'[[machine]]\nname = "m{i}"\ncycle_seconds = 30\n{figures}\n' for i, figures in enumerate(machines))
    joined = "".join(f'[[buffer]]\nfrom = "m{i}"\nto = "m{i + 1}"\nplaces = 4\n' for i in range(len(machines) - 1))
    path = folder / "odd.toml"
    path.write_text(text + (joined if buffers is None else buffers), encoding="utf-8")
    return path


USUAL = "mtbf_hours = 2\nmttr_minutes = 10"


def test_a_machine_that_never_fails_or_is_repaired_at_once_is_taken_as_it_is(tmp_path: Path, run) -> None:
    path = described(tmp_path, "", "mtbf_hours = 2\nmttr_minutes = 0", USUAL)
    said = json.loads(run("line", "show", path, *PARTS, "--json").stdout)
    assert [machine["down"] for machine in said["machines"][:2]] == [0.0, 0.0]
    assert abs(said["throughput_per_hour"] / (120 / (1 + 10 / 120)) - 1) < 0.02
    assert {(lever["what"], lever["where"]) for lever in said["levers"]} <= {("MTBF", "m2"), ("MTTR", "m2"), ("speed", "m2"),
        ("speed", "m0"), ("speed", "m1"), ("MTTR", "m1"), ("places", "m0 to m1"), ("places", "m1 to m2")}  # fmt: skip
    assert run("line", "size", path, "--target", "100", *PARTS).exit_code == 0
    assert run("line", "control", path, "--demand", "60", *PARTS).exit_code == 0


def test_machines_that_are_never_up_are_refused_by_name(tmp_path: Path, refused) -> None:
    assert "machine 'm1' with an MTBF of 0 days" in refused("line", "show", described(tmp_path, USUAL, "mtbf_hours = 0\nmttr_minutes = 5"))
    assert "machine 'm0' with an MTTR of inf days" in refused("line", "mask", described(tmp_path, "mtbf_hours = 1\nmttr_minutes = inf"))


def test_loops_and_machines_apart_are_refused(tmp_path: Path, refused) -> None:
    ring = "".join(f'[[buffer]]\nfrom = "m{i}"\nto = "m{(i + 1) % 3}"\nplaces = 4\n' for i in range(3))
    assert "closes a loop" in refused("line", "size", described(tmp_path, USUAL, USUAL, USUAL, buffers=ring), "--target", "50")
    apart = '[[buffer]]\nfrom = "m0"\nto = "m1"\nplaces = 4\n'
    assert "no buffer joins" in refused("line", "show", described(tmp_path, USUAL, USUAL, USUAL, buffers=apart))


def test_places_below_none_are_refused_and_none_is_a_line(tmp_path: Path, run, refused) -> None:
    none, less = (f'[[buffer]]\nfrom = "m0"\nto = "m1"\nplaces = {n}\n' for n in (0, -1))
    assert "places = -1" in refused("line", "show", described(tmp_path, USUAL, USUAL, buffers=less))
    said = json.loads(run("line", "mask", described(tmp_path, USUAL, USUAL, buffers=none), *PARTS, "--json").stdout)
    assert said["buffers"][0]["masked_loss"] == 0.0


def test_figures_from_one_failure_leave_nearly_everything_open(tmp_path: Path, run) -> None:
    one, many = (
        json.loads(run("line", "mask", described(tmp_path, *[f"{USUAL}\nfailures = {n}"] * 2), *PARTS, "--json").stdout)["bounds"]
        for n in (1, 400)
    )
    width = [bounds["throughput"]["high"] - bounds["throughput"]["low"] for bounds in (one, many)]
    assert width[0] > 5 * width[1]
    assert one["throughput"]["low"] < 80


def test_a_thousand_machines_are_lived_and_not_taken_apart(tmp_path: Path, run, refused) -> None:
    path = described(tmp_path, *[USUAL] * 1000)
    said = json.loads(run("line", "show", path, "--parts", "100", "--json").stdout)
    assert len(said["machines"]) == 1000
    assert 0 < said["throughput_per_hour"] < 110
    assert said["levers"] == []
    assert "50 at most to be taken apart" in refused("line", "mask", path)
    assert "too long to be taken apart" in " ".join(run("line", "show", path, "--parts", "100").stdout.split())


def test_one_machine_is_a_line_without_a_buffer(tmp_path: Path, run, refused) -> None:
    path = described(tmp_path, USUAL)
    assert abs(json.loads(run("line", "show", path, *PARTS, "--json").stdout)["throughput_per_hour"] / (120 / (1 + 10 / 120)) - 1) < 0.02
    assert "no buffer to give room to" in refused("line", "size", path, "--target", "50")
