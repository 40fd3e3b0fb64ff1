"""Words: what begins as typed is found, and nothing else; against a search of every row."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justenough.archive.words import Words, place_of

TEXTS = pl.DataFrame(
    {
        "item": ["BRG-6204", "BRG-6205", "SHAFT/20", "Öl 5w-30", "x"],
        "description": ["Deep-groove bearing", None, "Drive shaft", "engine oil", ""],
        "supplier": ["Osaka Seiki", "Osaka Seiki", None, "Lubra", "Åke"],
    }
)


def plainly(texts: pl.DataFrame, typed: str) -> list[bool]:
    """Read every row, split it by a regular expression of Python's own, and look."""
    asked = re.findall(r"[^\W_]+", typed.lower())
    rows = [re.findall(r"[^\W_]+", " ".join(text or "" for text in row).lower()) for row in texts.iter_rows()]
    return [all(any(word.startswith(part) for word in words) for part in asked) for words in rows]


@pytest.mark.parametrize(
    "typed", ["brg", "62", "osaka 6204", "bear", "earing", "öl", "ö", "åk", "drive shaft 20", "5W-30", "", " - ", "zzz", "x y"]
)
def test_every_word_typed_begins_a_word(typed):
    assert Words.of(TEXTS).holding(typed).tolist() == plainly(TEXTS, typed)


@given(st.lists(st.text(st.sampled_from("ab1 -Ä"), max_size=8), min_size=1, max_size=12), st.text(st.sampled_from("ab1 -ä"), max_size=4))
def test_any_texts(rows, typed):
    texts = pl.DataFrame({"item": rows}, schema={"item": pl.String})
    assert Words.of(texts).holding(typed).tolist() == plainly(texts, typed)


def test_kept_on_disk_it_finds_the_same(tmp_path):
    Words.of(TEXTS).save(tmp_path)
    kept = Words.load(tmp_path, TEXTS.height)
    for typed in ("brg", "o", "5w", "zzz"):
        assert kept.holding(typed).tolist() == plainly(TEXTS, typed)


def test_a_place_among_sorted_words():
    assert [place_of(pl.Series(["a", "c"]), word) for word in ("", "a", "b", "c", "d")] == [0, 0, 1, 1, 2]
