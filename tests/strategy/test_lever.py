"""Levers as a plan keeps them: every one has its words, and columns their types."""

import polars as pl

from justenough.strategy.lever import LEVER_COLUMNS, Lever, lever_schema
from justenough.strategy.reserves import lever_words


def test_every_lever_has_its_words():
    rows = pl.DataFrame({"lever": [lever.label for lever in Lever], "now": [4.0] * len(Lever), "then": [2.0] * len(Lever)})
    words = lever_words(rows).to_list()
    assert all(one.startswith("if ") for one in words)
    assert len(set(words)) == len(Lever)


def test_amounts_are_numbers():
    schema = lever_schema()
    assert list(schema)[2:] == list(LEVER_COLUMNS)
    assert {schema[name] for name in LEVER_COLUMNS} == {pl.Float64()}
