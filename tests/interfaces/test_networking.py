"""The network command, from a chain that comes along, a file and a workspace."""

from __future__ import annotations

import json
from pathlib import Path

from two_stages import ROW

PUMPS = ("network", "--file", "pumps", "--lives", "1")


def test_it_says_where_stock_is_held_and_draws_it(tmp_path: Path, run, refused) -> None:
    picture = tmp_path / "pumps.svg"
    said = run(*PUMPS, "--svg", picture).stdout
    assert "pumps: hold stock at 8 stages of 12; 4 run just-in-time on what they are promised." in said
    assert "No other service times cost less (proven" in said
    assert "[#housing] -> [#pump 40], [#pump 65]" in said
    assert picture.read_text(encoding="utf-8").startswith("<svg xmlns=")
    assert refused(*PUMPS, "--svg", picture).startswith(str(picture))


def test_json_holds_stages_links_bound_and_lives(run) -> None:
    said = json.loads(run(*PUMPS, "--json").stdout)
    assert said["proven"]
    assert said["gap"] == 0.0
    assert said["least_possible_cost"] <= said["holding_cost"] < said["holding_cost_alone"]
    assert len(said["stages"]) == 12
    assert {"from": "bearing", "to": "pump 40", "per": 2.0} in said["links"]
    assert sum(stage["holds"] for stage in said["stages"]) == said["stages_holding"] == 8
    assert all("lived_on_time" in stage for stage in said["stages"])
    assert said["serial"] is None


def test_a_row_of_stages_is_checked_with_a_shortage_cost(tmp_path: Path, run, refused) -> None:
    path = tmp_path / "row.toml"
    path.write_text(ROW, encoding="utf-8")
    said = run("network", "--file", path, "--lives", "0", "--shortage-cost", "2").stdout
    assert "Clark and Scarf" in said
    assert "Shang and Song" in said
    assert "Customers" not in said
    assert "do not stand in a row" in refused(*PUMPS, "--shortage-cost", "2")


def test_a_workspace_answers_from_its_bill_of_materials(demo: Path, run) -> None:
    said = json.loads(run("network", "-w", demo, "--lives", "0", "--bound", "normal", "--holding-rate", "0.3", "--json").stdout)
    assert said["bound_by"] == "normal"
    assert {"GMT-100", "BRG-6204"} <= {stage["stage"] for stage in said["stages"]}
    assert said["currency"] == "EUR"


def test_what_cannot_be_meant_is_refused(refused) -> None:
    assert "no such file" in refused("network", "--file", "nowhere.toml")
    assert "--grain-days 0" in refused(*PUMPS, "--grain-days", "0")
