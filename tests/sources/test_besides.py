"""Lists beside the main list of items: their prices and stocks join it by the code."""

from __future__ import annotations

from justenough.sources.drafting import answered, draft
from justenough.sources.profiles import Profile
from justenough.sources.read import read


def test_stock_by_place_is_added_up_and_prices_join(tmp_path):
    (tmp_path / "master.csv").write_text("Material;Beschreibung;Lieferant;Planlieferzeit (Tage)\nM1;Bolzen;X;14\nM2;Ring;X;7\n")
    (tmp_path / "bestand.csv").write_text("Materialnummer;Lagerort;Frei verwendbar\nM1;0001;1.200\nM1;0002;300\nM2;0001;5\n")
    (tmp_path / "preise.csv").write_text("Material;Preis;Preiseinheit\nM1;1.250,00;1000\nM2;3,50;1\n")
    drafted = draft(tmp_path)
    said = {"currency": "EUR", "decimal": ","}
    assert [question.key for question in drafted.questions if not question.said] == list(said)
    plant = read(tmp_path, Profile.from_toml(answered(drafted, said)))
    assert plant.items.select("item", "on_hand", "unit_cost", "lead_time_days").rows() == [
        ("M1", 1500.0, 1.25, 14.0),
        ("M2", 5.0, 3.5, 7.0),
    ]
    assert drafted.unused_columns == ("bestand.csv: Lagerort",)


def test_a_list_that_says_nothing_new_is_not_taken(tmp_path):
    (tmp_path / "a.csv").write_text("Item,Unit cost,Min,Max\nA,2,1,4\n")
    (tmp_path / "b.csv").write_text("Item,Unit cost\nA,3\n")
    assert draft(tmp_path).unused_files == ("b.csv",)


def test_stock_day_by_day_is_no_stock_by_place(tmp_path):
    """A1 at 10, 11 and 12 on three days is not 33 in stock."""
    (tmp_path / "material.csv").write_text("Material;Bezeichnung;Preis\nA1;Bolzen;2\nA2;Ring;3\n")
    days = "".join(f"A1;0{day}.05.2026;{9 + day}\nA2;0{day}.05.2026;4\n" for day in (1, 2, 3))
    (tmp_path / "lagerbestand.csv").write_text("Material;Datum;Bestand\n" + days)
    assert "on_hand" not in draft(tmp_path).toml
