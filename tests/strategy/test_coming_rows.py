"""Levels by coming period in words."""

from datetime import date

import polars as pl

from justenough.strategy.coming_rows import coming_schema, moving_sentences


def coming(item, levels):
    rows = [(item, date(2026, 1 + k, 1), 10.0, 1.0, level, level + 5.0, 0.95, 0.99) for k, level in enumerate(levels)]
    return pl.DataFrame(rows, schema=coming_schema(), orient="row")


def test_a_level_that_moves_is_told_with_its_ends():
    said = moving_sentences(pl.concat([coming("A", [40.0, 70.0, 9.5]), coming("B", [1200.0, 1200.0])]))
    moves, stays = said["moves"]
    assert moves.startswith("The level moves with demand: 40 in the period from 2026-01-01, between 9.5 and 70 in the next 3.")
    assert stays == "The level stays at 1,200 in the next 2 periods, though demand moves."


def test_without_levels_nothing_is_told():
    assert not moving_sentences(pl.DataFrame(schema=coming_schema())).height
