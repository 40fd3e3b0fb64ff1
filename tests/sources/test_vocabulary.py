"""The words a draft knows are patterns for columns there are, and fit nothing they should not."""

from __future__ import annotations

import re

import pytest

from justenough.domain.schema import TABLES
from justenough.sources.vocabulary import WORDS, plain_words


@pytest.mark.parametrize("table", WORDS)
def test_words_are_patterns_for_canonical_columns(table):
    assert set(WORDS[table]) <= set(TABLES[table].names)
    for pattern in WORDS[table].values():
        re.compile(pattern)


@pytest.mark.parametrize(
    ("words", "column"),
    [("material", "item"), ("sku nr", "item"), ("del. time", "lead_time_days"), ("min", "current_reorder_point"), ("max", "current_max")],
)
def test_real_headers(words, column):
    """Headers of the refinery's and the manufacturer's own sheets."""
    assert [name for name, pattern in WORDS["items"].items() if re.fullmatch(pattern, words)] == [column]


def test_a_head_is_spelled_without_accents():
    assert [plain_words(one) for one in ("Größe", "Ilość", "Descrição", "Źródło", "Coût")] == [
        "groesse",
        "ilosc",
        "descricao",
        "zrodlo",
        "cout",
    ]
