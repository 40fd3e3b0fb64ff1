"""Declared sources say in a few words where a column comes from, and units convert as the calendar does."""

from __future__ import annotations

import pytest

from justenough.sources.declarations import UNITS, Source


def test_units_convert_as_the_calendar_does():
    assert UNITS["days"]["months"] * 12 == pytest.approx(365.25)
    assert UNITS["1/year"]["percent_per_month"] == pytest.approx(12 * UNITS["1/year"]["percent_per_year"])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (Source("Preis", per="Preiseinheit"), "Preis per Preiseinheit"),
        (Source("Preis", per_units=100), "Preis per 100"),
        (Source("Lieferzeit", unit="weeks"), "Lieferzeit [weeks]"),
        (Source("Datum", time="Beginn", plus="Dauer", plus_unit="minutes"), "Datum at Beginn plus Dauer [minutes]"),
        (Source(value="down"), "'down'"),
    ],
)
def test_a_source_in_words(source, words):
    assert str(source) == words
