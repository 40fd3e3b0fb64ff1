"""What if from a terminal, on the demo plant."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from justenough.domain.errors import SettingsError
from justenough.interfaces.supposing import changes_from, outages_from, scenario_from, whatif_json
from justenough.strategy.moves import Figure, Move
from justenough.strategy.whatif import Scenario


def test_an_outage_is_told_in_words_and_as_json(demo: Path, run) -> None:
    asked = ("whatif", "-w", demo, "--outage", "Osaka Seiki=90", "--name", "away")
    told = json.loads(run(*asked, "--json").stdout)
    found = told["scenarios"][0]
    broken = [row for row in found["breaks"] if row["breaks_on"] is not None]
    assert broken
    assert [row["scenario"] for row in told["compared"]] == ["as it is", "away"]
    assert told["compared"][1]["breaking_items"] == len(broken)
    said = run(*asked).stdout
    assert "Side by side" in said
    assert "away: what breaks first" in said
    assert f"{broken[0]['item']} first, on {date.fromisoformat(broken[0]['breaks_on']):%d %b %Y}" in " ".join(said.split())
    assert max(len(line) for line in said.splitlines()) <= 100


def test_a_kept_scenario_is_lived_again_beside_another(demo: Path, run, tmp_path: Path) -> None:
    assert "No scenario is kept yet" in " ".join(run("whatif", "-w", demo, "--list").stdout.split())
    kept = run("whatif", "-w", demo, "--demand", "A=+20%", "--outage", "Osaka Seiki=30", "--name", "bad spring", "--save").stdout
    assert "Kept as 'bad spring'" in kept
    assert run("whatif", "-w", demo, "--list").stdout.split("\n")[0] == "bad spring"
    told = json.loads(run("whatif", "-w", demo, "--holding", "+10%", "--name", "dearer", "--against", "bad spring", "--json").stdout)
    assert [row["scenario"] for row in told["compared"]] == ["as it is", "dearer", "bad spring"]
    moves = told["scenarios"][1]["scenario"]["moves"]
    assert [(one["figure"], one["where"]) for one in moves] == [("DEMAND", "A")]
    assert moves[0]["factor"] == pytest.approx(1.2)


def test_nothing_supposed_and_nobody_there_are_refused(demo: Path, refused) -> None:
    assert "nothing is supposed" in refused("whatif", "-w", demo)
    assert "no supplier 'Nobody'" in refused("whatif", "-w", demo, "--outage", "Nobody=10")
    assert "there is no scenario 'x'" in refused("whatif", "-w", demo, "--against", "x")


def test_changes_are_read_from_percent() -> None:
    assert changes_from(["A=+10%", "-5 %", "line = 2=0%"], Figure.DEMAND) == [
        Move(Figure.DEMAND, "A", 1.1),
        Move(Figure.DEMAND, "", 0.95),
        Move(Figure.DEMAND, "line = 2", 1.0),
    ]


@pytest.mark.parametrize("text", ["A=much", "A", "A=-200%"])
def test_a_change_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"expected a change in percent"):
        changes_from([text], Figure.DEMAND)


def test_a_bare_number_is_refused_with_both_ways_to_write_it() -> None:
    """60 was read as +60 %, and meant as 60 days."""
    with pytest.raises(SettingsError) as caught:
        changes_from(["Shanghai Seals Co.=60"], Figure.LEAD_TIME)
    assert str(caught.value) == (
        "lead time 'Shanghai Seals Co.=60': 60 is percent or a new value? Write Shanghai Seals Co.=+60% for so much more or "
        "Shanghai Seals Co.=-60% for so much less; a new value is written as its change: from 40 to 60 is +50%."
    )
    with pytest.raises(SettingsError, match=r"holding rate '\+10': \+10 is percent or a new value\? Write \+10% for so much more"):
        changes_from(["+10"], Figure.HOLDING_RATE)


@pytest.mark.parametrize(("text", "since"), [("Osaka", None), ("Osaka=-3", None), ("Osaka=9", "May")])
def test_an_outage_that_cannot_be_meant_is_refused(text: str, since: str | None) -> None:
    with pytest.raises(SettingsError, match="expected a (supplier|day)"):
        outages_from([text], since)


def test_a_scenario_comes_back_as_it_was_kept(bearings) -> None:
    from justenough.strategy.decide import decided
    from justenough.strategy.settings import Settings
    from justenough.strategy.whatif import Outage, whatif

    moves = (Move(Figure.SECOND_SOURCE, "Osaka Seiki"), Move(Figure.HOLDING_RATE, "", 1.1))
    scenario = Scenario("both", moves, (Outage("Osaka Seiki", 30.0, date(2026, 8, 1)),))
    settings = Settings(anatomy_items=0, coming_items=0, expiry_items=0)
    kept = json.loads(json.dumps(whatif_json(whatif(decided(bearings, settings), bearings, scenario, settings))))
    assert scenario_from(kept["scenario"]) == scenario
