"""Heads of parts lists, routings, calendars, suppliers and reasons, in the languages exports come in."""

from __future__ import annotations

import re

import pytest

from justenough.domain.schema import TABLES
from justenough.sources.plant_words import CLOSURE, HOUR_RATE, PLANT_WORDS
from justenough.sources.vocabulary import plain_words

HEADS = {
    "bom": (
        "Baugruppe|Komponente|Menge",
        "Parent item|Component|Qty per",
        "Oberteil|Unterteil|Menge je Stück",
        "Compuesto|Componente|Cantidad",
    ),
    "routing": ("Materialnummer|Arbeitsplatz|Stückzeit|Rüstzeit|Losgröße", "Item|Work center|Cycle time|Setup time|Lot size"),
    "calendar": ("Maschine|Beginn|Ende|Art|Schicht", "Machine|Start|End|Type|Shift name"),
    "suppliers": ("Lieferant|Land|Transport", "Vendor|Country|Transport mode"),
    "reasons": ("Grund|Verlust", "Reason code|Loss category", "Stillstandsgrund|Verlustart"),
}


@pytest.mark.parametrize("table", PLANT_WORDS)
def test_words_are_patterns_for_canonical_columns(table):
    assert set(PLANT_WORDS[table]) <= set(TABLES[table].names)
    for head in HEADS[table]:
        for name, (column, pattern) in zip(head.split("|"), PLANT_WORDS[table].items(), strict=False):
            assert re.fullmatch(pattern, plain_words(name)), (table, column, name)


def test_closures_and_rates_are_known_by_their_names():
    assert all(re.fullmatch(CLOSURE, plain_words(name)) for name in ("Werksferien von", "Betriebsruhe", "Planned shutdown from"))
    assert not re.fullmatch(CLOSURE, "ferien")
    assert all(re.fullmatch(HOUR_RATE, plain_words(name)) for name in ("Stundensatz", "Maschinenstundensatz", "Hourly rate"))
