"""`justenough listen` and `justenough machines` from a terminal."""

from __future__ import annotations

import json
import time

import pytest

from justenough.archive.workspace import Workspace
from justenough.interfaces.cli import main
from justenough.sources.live.readings import Fault, Kind, Reading, Refusal


def run(*words):
    """The exit code of a command."""
    try:
        main(words)
    except SystemExit as end:
        return end.code
    return 0


@pytest.fixture
def plant(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    run("machines", "--prepare", "plant", "--machines", "3", "--port", "0", "--opcua", "4840")
    run("import", "plant", "--profile", "canonical")
    capsys.readouterr()
    return tmp_path


def test_prepare_writes_what_can_be_imported_and_listened_to(plant, capsys):
    assert (plant / "plant_listen.toml").read_text().count("[[opcua.machine]]") == 3
    assert run("machines", "--prepare", "plant") == 2
    assert "plant_listen.toml" in capsys.readouterr().err


def test_prepare_says_every_step_with_the_options_it_was_given(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    run("machines", "--prepare", "act", "--machines", "4", "--port", "18830", "--opcua", "4841", "--sparkplug")
    said = " ".join(capsys.readouterr().out.split())
    assert "- mosquitto -c act_mosquitto.conf - justenough listen act_listen.toml - justenough machines --simulate" in said
    assert said.endswith("--machines 4 --seed 0 --port 18830 --opcua 4841 --sparkplug")
    assert "listener 18830 127.0.0.1" in (tmp_path / "act_mosquitto.conf").read_text()


def test_the_running_shift_and_what_was_refused(plant, capsys):
    run("machines")
    assert "Nothing was heard" in capsys.readouterr().out
    now = time.time_ns() // 1000
    with Workspace.open(plant / "justenough-workspace") as kept:
        told = [Reading("M0001", "mqtt:a", Kind.STATE, now - 5_000_000, now, state=1, reason="jam")]
        kept.live().journal.keep(told, [Refusal("mqtt:b", Fault.UNMAPPED, "b", b"{\xff}", now)])
    run("machines")
    assert "M0001" in (out := capsys.readouterr().out)
    assert "down" in out
    run("machines", "--json")
    rows = {row["machine"]: row for row in json.loads(capsys.readouterr().out)["machines"]}
    assert rows["M0001"]["reason"] == "jam"
    run("machines", "--refused")
    assert "unmapped topic" in capsys.readouterr().out
    run("machines", "--refused", "--json")
    found = json.loads(capsys.readouterr().out)
    assert found["refused"][0]["payload"] == "{\\xff}"
    assert found["tally"]["refused: unmapped topic"] == 1


def test_listen_ends_by_itself_and_says_what_it_heard(plant, capsys, monkeypatch):
    monkeypatch.setenv("JUSTENOUGH_LISTEN_KEY", "k")
    (plant / "rest.toml").write_text("[rest]\nport = 0\n")
    run("listen", "rest.toml", "--seconds", "0.2", "--json")
    out = capsys.readouterr()
    assert json.loads(out.out)["messages"] == 0
    assert "posts are taken at 127.0.0.1" in out.err
    assert run("listen", "nothing.toml") == 2
