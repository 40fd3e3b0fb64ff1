"""The roadmap from a terminal, on the demo plant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from justenough.interfaces.improving import costs_from, improvement_words, nothing_sentence, together_sentence
from justenough.interfaces.parts import _whose


def test_the_roadmap_is_told_in_json_and_in_words(demo: Path, run, tmp_path: Path) -> None:
    costs = tmp_path / "improvements.toml"
    costs.write_text('[[improvement]]\nfigure = "second source"\nwhere = "Taurus Motors"\ncost = 9000\n', encoding="utf-8")
    asked = ("roadmap", "-w", demo, "--tried", "6", "--draws", "4", "--costs", costs)
    told = json.loads(run(*asked, "--json").stdout)
    rows = told["rows"]
    tried = [row for row in rows if row["released_value"] is not None]
    assert len(tried) == 6
    assert rows[:6] == sorted(tried, key=lambda row: -row["released_value"])
    assert len(rows) > 20
    assert told["currency"] == "EUR"
    assert told["together_value"] == pytest.approx(sum(row["adds_value"] for row in tried))
    paid = [row for row in rows if row["payback_years"] is not None]
    assert [(row["figure"], row["where"], row["cost"]) for row in paid] == [("second source", "Taurus Motors", 9000.0)]
    said = run(*asked, "--top", "5").stdout
    best = improvement_words(rows[0]).replace("\u00a0", " ")
    assert " ".join(said.split()).startswith(f"Begin with {best}: it frees ")
    assert "What frees stock (5 of " in said
    assert "counted twice" in " ".join(said.split())
    assert f"this plan keeps in stock, {_whose(told['holders'][0]['holder'])} outages hold " in " ".join(said.split())
    assert max(len(line) for line in said.splitlines()) <= 100


def test_the_roadmap_of_one_place_is_what_the_whole_says_of_it(demo: Path, run) -> None:
    asked = ("roadmap", "-w", demo, "--tried", "2", "--draws", "0", "--json")
    whole, few = (json.loads(run(*asked, *more).stdout)["rows"] for more in ((), ("--of", "PRS-4")))
    assert {row["where"] for row in few} == {"PRS-4"}
    guessed = {row["figure"]: row["promised_value"] for row in whole if row["where"] == "PRS-4"}
    assert {row["figure"]: row["promised_value"] for row in few} == pytest.approx(guessed)
    assert "there is no machine, supplier or item with an improvement 'Nobody'" in str(run(*asked, "--of", "Nobody").exception)


@pytest.mark.parametrize(
    ("figure", "factor", "words"),
    [
        ("mttr", 0.5, "press 4: repairs 50\u00a0% shorter"),
        ("mtbf", 1.5, "press 4: runs 50\u00a0% longer between failures"),
        ("speed", 1.1, "press 4: 10\u00a0% faster"),
        ("outages", 0.5, "press 4: 50\u00a0% fewer outages"),
        ("second source", 1.0, "press 4: a second source"),
        ("lead time", 0.75, "press 4: lead time 25\u00a0% shorter"),
    ],
)
def test_an_improvement_is_put_into_words(figure: str, factor: float, words: str) -> None:
    assert improvement_words({"figure": figure, "where": "press 4", "factor": factor}) == words


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[[improvement]]\nfigure = "luck"\ncost = 1\n', "improvement 1: no figure 'luck'"),
        ('[[improvement]]\nfigure = "MTTR"\nwhere = "x"\n', "improvement 1: cost must be an amount"),
        ('[[improvement]]\nfigure = "MTTR"\nwhere = "x"\ncost = 1\nfactor = 0\n', "improvement 1: factor must be what is left"),
        ("not = [toml", "cannot be read as TOML"),
    ],
)
def test_a_costs_file_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, why: str) -> None:
    from justenough.domain.errors import SettingsError

    path = tmp_path / "costs.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=why):
        costs_from(path)


def test_a_place_that_the_plan_does_not_have_is_named(demo: Path, refused, tmp_path: Path) -> None:
    costs = tmp_path / "improvements.toml"
    costs.write_text('[[improvement]]\nfigure = "outages"\nwhere = "Taurus"\ncost = 9000\n', encoding="utf-8")
    told = refused("roadmap", "-w", demo, "--tried", "1", "--draws", "0", "--costs", costs)
    assert "no such supplier is in the plan" in " ".join(told.split())


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (["A"], "A has neither a supplier's name nor a measured machine."),
        (["A", "B", "A"], "A, B have neither a supplier's name nor a measured machine."),
        (["suppliers", "machines"], "no item is made on a measured machine; no item has a supplier's name."),
        (["machines", "A"], "A has neither a supplier's name nor a measured machine; no item is made on a measured machine."),
    ],
)
def test_why_nothing_would_improve_what_was_asked_for(of: list[str], why: str) -> None:
    assert nothing_sentence(of) == f"No improvement is known: {why}"


def test_costs_and_factors_are_read(tmp_path: Path) -> None:
    from justenough.strategy.moves import Figure

    path = tmp_path / "costs.toml"
    path.write_text('[[improvement]]\nfigure = "mttr"\nwhere = "press 4"\ncost = 12000\nfactor = 0.4\n', encoding="utf-8")
    factors, prices = costs_from(path)
    assert factors == {(Figure.MTTR, "press 4"): 0.4}
    assert prices == {(Figure.MTTR, "press 4"): 12_000.0}


def test_what_all_free_together_is_told_beside_the_sum_whichever_is_more() -> None:
    assert together_sentence(3, 900.0, 100.0, "EUR").endswith("they would seem to free 100 EUR more, which is counted twice.")
    less = together_sentence(3, 900.0, -181.0, "EUR")
    assert "-" not in less
    assert "together, 181 EUR more than added one by one" in less
    assert together_sentence(3, 900.0, 0.0, "EUR").endswith("as much as one by one.")
