"""Times written as formulas, by what each letter stands for."""

from __future__ import annotations

import polars as pl
import pytest

from justenough.domain.errors import ProfileError
from justenough.sources.profiles import Profile
from justenough.sources.spans import letters_of, spans

ITALIAN = {"G": "days", "S": "weeks", "M": "months"}


@pytest.mark.parametrize(
    ("word", "days"),
    [
        ("3S", 21.0),
        ("15G", 15.0),
        ("15 g", 15.0),
        ("4S+2G", 30.0),
        ("<1S>", 7.0),
        ("1M", 365.25 / 12),
        ("12M", 365.25),
        ("1,5S", 10.5),
        ("0G", 0.0),
    ],
)
def test_a_formula_in_days(word, days):
    found = spans(pl.Series([word]), ITALIAN, ())
    assert found.clean
    assert found.values.to_list() == pytest.approx([days])


def test_what_is_no_formula_is_bad_and_nothing_is_nothing():
    found = spans(pl.Series(["3S", "3W", "soon", "3", "3S-1G", " ", None, "?"]), ITALIAN, ("?",))
    assert found.values.to_list() == [21.0, None, None, None, None, None, None, None]
    assert found.bad is not None
    assert found.bad.to_list() == [False, True, True, True, True, False, False, False]
    assert spans(pl.Series([None, ""], dtype=pl.String), ITALIAN, ()).clean


def test_letters_are_found_only_where_all_values_are_formulas():
    assert letters_of(pl.Series(["3S", "4s+2G", None, ""])) == ("G", "S")
    assert letters_of(pl.Series(["3S", "12"])) == ()
    assert letters_of(pl.Series([3, 12])) == ()
    assert letters_of(pl.Series([None], dtype=pl.String)) == ()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('lead_time_days = { column = "L", letters = { S = "moons" } }', "letters.S is 'moons'; expected days"),
        ('lead_time_days = { column = "L", unit = "days", letters = { S = "weeks" } }', "letters are of a time in days without a `unit`"),
        ('unit_cost = { column = "L", letters = { S = "weeks" } }', "letters are of a time in days"),
    ],
)
def test_letters_that_cannot_be(source, message):
    with pytest.raises(ProfileError, match=message):
        Profile.from_toml(
            'currency = "EUR"\ndemand_period = "week"\n[files]\nf = "f.csv"\n[tables.items]\nfile = "f"\n'
            f'[tables.items.columns]\nitem = "I"\n{source}'
        )
