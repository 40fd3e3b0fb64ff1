"""Returning: the export's own columns for item and levels, only where a level written there comes back as it was."""

from __future__ import annotations

from dataclasses import asdict

from justenough.sources.profiles import Profile
from justenough.sources.returning import wording_of


def _of(name: str) -> dict[str, str]:
    return dict(wording_of(asdict(Profile.load(name))).names)


def test_profiles_that_come_along_name_their_levels():
    """As the tables' own documentation calls them: Product.ReorderPoint and SafetyStockLevel (Microsoft), Min and Max (the owner)."""
    assert _of("adventureworks_erp") == {
        "item": "ProductID",
        "current_safety_stock": "SafetyStockLevel",
        "current_reorder_point": "ReorderPoint",
    }
    names = _of("oil_refinery_spares")
    assert (names["current_reorder_point"], names["current_max"]) == ("Min", "Max")
    assert _of("canonical")["current_reorder_point"] == "current_reorder_point"


def test_a_computed_column_is_no_place_for_a_level():
    text = (
        'name = "x"\ncurrency = "EUR"\ndemand_period = "day"\n[files]\na = { path = "a.csv", delimiter = ";" }\n'
        '[tables.items]\nfile = "a"\n[tables.items.columns]\nitem = "Code"\ncurrent_reorder_point = { column = "Days", times = "Use" }\n'
    )
    wording = wording_of(asdict(Profile.from_toml(text)))
    assert dict(wording.names) == {"item": "Code"}
    assert not wording.complete
    assert wording.delimiter == ";"
