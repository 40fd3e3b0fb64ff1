"""What a draft takes the columns of items for: units of a price, stock in hand, made or bought, and no class of value for harm."""

from __future__ import annotations

import pytest

from justenough.sources.drafting import answered, draft
from justenough.sources.profiles import Profile
from justenough.sources.read import read


def items_of(folder, text, **said):
    (folder / "items.csv").write_text(text, encoding="utf-8")
    drafted = draft(folder)
    assert {question.key for question in drafted.questions if not question.said} == {"currency", *said}
    return drafted, read(folder, Profile.from_toml(answered(drafted, {"currency": "EUR", **said}))).items


def test_a_price_of_many_units_is_divided(tmp_path):
    _, items = items_of(tmp_path, "Material;Standardpreis;Preiseinheit\nA;250;100\nB;4;1\n")
    assert items["unit_cost"].to_list() == [2.5, 4.0]
    _, items = items_of(tmp_path, "Artikelnr.;Kostprijs per 1.000\nA;250\n")
    assert items["unit_cost"].to_list() == [0.25]


def test_a_column_called_per_that_holds_no_powers_of_ten_is_no_price_unit(tmp_path):
    drafted, items = items_of(tmp_path, "Item,Price,Per\nA,250,box\n")
    assert items["unit_cost"].to_list() == [250.0]
    assert drafted.unused_columns == ("items.csv: Per",)


@pytest.mark.parametrize("name", ["ABC-Kz", "ABC", "ABC Klasse", "XYZ"])
def test_a_class_of_value_is_not_taken_for_criticality(tmp_path, name):
    drafted, items = items_of(tmp_path, f"Material;{name}\nA;C\n")
    assert items["criticality"].to_list() == [None]
    assert "is not taken for criticality" in drafted.notes[0]


def test_made_or_bought_is_known_by_the_export_s_words(tmp_path):
    _, items = items_of(tmp_path, "Material;Beschaffungsart\nA;E\nB;F\nC;X\n", source_x="buy")
    assert items["source"].to_list() == ["make", "buy", "buy"]


def test_of_two_stocks_a_person_says_which_is_free(tmp_path):
    _, items = items_of(tmp_path, "Material;Gesamtbestand;Frei verwendbar\nA;9;4\n", on_hand_column="Frei verwendbar")
    assert items["on_hand"].to_list() == [4.0]


def test_a_unit_that_the_header_names_is_not_asked_for(tmp_path):
    _, items = items_of(tmp_path, "Item,Lead time [weeks]\nA,2\n")
    assert items["lead_time_days"].to_list() == [14.0]
