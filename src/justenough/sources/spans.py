"""Spans: lengths of time written as a formula, such as 3W, 15D or 4W+2D, as some systems keep their lead times."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from justenough.sources.declarations import DAYS
from justenough.sources.parsing import Parsed, text

if TYPE_CHECKING:
    from collections.abc import Mapping

TERM = r"\+?(\d+(?:[.,]\d+)?)\s*([A-Za-z])"
FORMULA = rf"^\s*<?\s*(?:{TERM}\s*)+>?\s*$"


def letters_of(values: pl.Series) -> tuple[str, ...]:
    """The letters that stand for units where every value is a formula; none where one is not."""
    words = values.cast(pl.String).str.strip_chars().drop_nulls()
    words = words.filter(words != "")
    if not words.len() or not words.str.contains(FORMULA).all():
        return ()
    return tuple(sorted({letter.upper() for word in words.unique() for _, letter in re.findall(TERM, word)}))


def spans(raw: pl.Series, letters: Mapping[str, str], nulls: tuple[str, ...]) -> Parsed:
    """
    Days that formulas of time say.

    Parameters
    ----------
    letters
        What each letter stands for: days, weeks, months, years or hours.
    """
    words = text(raw, nulls).values
    said = {word: _days(word, letters) for word in words.unique().drop_nulls()}
    values = (
        words.replace_strict(list(said), list(said.values()), default=None, return_dtype=pl.Float64) if said else words.cast(pl.Float64)
    )
    bad = words.is_not_null() & values.is_null()
    return Parsed(values, bad if bad.any() else None)


def _days(word: str, letters: Mapping[str, str]) -> float | None:
    if not re.fullmatch(FORMULA, word):
        return None
    terms = [(float(number.replace(",", ".")), letters.get(letter.upper())) for number, letter in re.findall(TERM, word)]
    if any(unit is None for _, unit in terms):
        return None
    return sum(number * DAYS[unit] for number, unit in terms if unit is not None)
