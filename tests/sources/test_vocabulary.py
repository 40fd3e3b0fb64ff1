"""The words a draft knows are patterns for columns there are, and fit nothing they should not."""

from __future__ import annotations

import re
import time

import pytest

from justenough.domain.schema import TABLES
from justenough.sources.declarations import UNITS
from justenough.sources.opening import LIMITS
from justenough.sources.vocabulary import WORDS, plain_words, unit_said


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


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        ("wydajnosc_szt_h", "parts_per_hour"), ("Speed [parts/h]", "parts_per_hour"), ("Pieces per hour", "parts_per_hour"),
        ("Sollleistung Stück/Std", "parts_per_hour"), ("Rated output (pcs/min)", "parts_per_minute"), ("UPH", "parts_per_hour"),
        ("Ideal cycle (s)", "seconds"), ("Taktzeit [min]", "minutes"), ("Ideal cycle", ""), ("Rated speed", ""),
    ],
)  # fmt: skip
def test_the_speed_of_a_machine_is_a_time_or_a_rate(head, unit):
    """'wydajnosc_szt_h' of 110 is 110 parts an hour, not 110 hours a part."""
    assert unit_said(head, tuple(UNITS["seconds/part"])) == unit


def test_a_head_as_long_as_a_cell_may_be_is_read_at_once():
    """A blank could belong to either side of a "per" that was not there: 20 seconds."""
    began = time.process_time()
    assert unit_said("parts" + "-" * LIMITS.cell_chars, tuple(UNITS["seconds/part"])) == ""
    assert time.process_time() - began < 2.0
