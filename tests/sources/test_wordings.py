"""Words in an export's cells: those everybody uses are known, the others asked for."""

from __future__ import annotations

import pytest

from justenough.domain.schema import TABLES
from justenough.sources.wordings import MEANINGS, meaning_of, worded


@pytest.mark.parametrize(
    ("column", "word", "meant"),
    [
        ("source", "F", "buy"),
        ("source", "Eigenfertigung", "make"),
        ("state", "Störung", "down"),
        ("state", "Ombouwen", "setup"),
        ("state", "Pause", ""),
        ("state", "Stillstand", ""),  # a stop of any sort: to take it for a breakdown would halve an MTBF
        ("kind", "Frühschicht", "shift"),
        ("loss", "Kurzstillstand", "minor_stop"),
        ("source", "X", ""),
    ],
)
def test_words_of_the_field(column, word, meant):
    assert meaning_of(column, word) == meant


def test_meanings_are_canonical():
    assert set(MEANINGS["source"]) <= set(TABLES["items"].column("source").choices)
    assert set(MEANINGS["state"]) <= set(TABLES["events"].column("state").choices)
    assert set(MEANINGS["kind"]) <= set(TABLES["calendar"].column("kind").choices)
    assert set(MEANINGS["loss"]) <= set(TABLES["reasons"].column("loss").choices)


def test_canonical_words_need_no_mapping_and_unknown_ones_are_asked():
    asked = []
    lines = worded("events", "state", ["running", "Lauf", "Große Pause"], lambda key, _text, _choices: asked.append(key) or '"<it>"')
    assert lines == ["[tables.events.words.state]", '"Lauf" = "running"', '"Große Pause" = "<it>"']
    assert asked == ["state_grosse_pause"]
    assert worded("events", "state", ["down"], lambda *_: "") == []


def test_words_of_any_script_are_asked_one_by_one():
    asked = []
    worded("events", "state", ["运行", "停止", "Halt A/B", "Halt-A-B"], lambda key, text, _: asked.append((key, text)) or '"?"')
    assert [key for key, _ in asked] == ["state_blank", "state_blank_2", "state_halt_a_b", "state_halt_a_b_2"]
    assert "停止" in asked[1][1]
