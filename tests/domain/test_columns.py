"""Columns say in words what they accept, and which there are."""

from __future__ import annotations

import pytest

from justenough.domain.schema import TABLES


def test_a_column_says_in_words_what_it_accepts():
    items = TABLES["items"]
    assert items.column("target_fill_rate").expects == "a number > 0 <= 0.99999 [fraction]"
    assert items.column("source").expects == "one of buy, make"
    assert TABLES["demand"].column("date").expects == "a date"


def test_an_unknown_column_lists_those_there_are():
    with pytest.raises(KeyError, match="demand has no column 'qty'; it has item, date, quantity"):
        TABLES["demand"].column("qty")
