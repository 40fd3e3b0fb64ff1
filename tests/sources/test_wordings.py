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
        ("source", "X", ""),
    ],
)
def test_words_of_the_field(column, word, meant):
    assert meaning_of(column, word) == meant


def test_meanings_are_canonical():
    assert set(MEANINGS["source"]) <= set(TABLES["items"].column("source").choices)
    assert set(MEANINGS["state"]) <= set(TABLES["events"].column("state").choices)


def test_canonical_words_need_no_mapping_and_unknown_ones_are_asked():
    asked = []
    lines = worded("events", "state", ["running", "Lauf", "Große Pause"], lambda key, _text, _choices: asked.append(key) or '"<it>"')
    assert lines == ["[tables.events.words.state]", '"Lauf" = "running"', '"Große Pause" = "<it>"']
    assert asked == ["state_grosse_pause"]
    assert worded("events", "state", ["down"], lambda *_: "") == []
