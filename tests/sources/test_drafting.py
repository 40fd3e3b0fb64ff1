"""A drafted profile reads the file it was drafted from, once a person has said what must not be guessed."""

from __future__ import annotations

import datetime as dt

import pytest

from justenough.domain.errors import ProfileError
from justenough.sources.drafting import answered, draft
from justenough.sources.profiles import Profile
from justenough.sources.read import read


def keys(drafted):
    return [question.key for question in drafted.questions]


def test_wide_file_asks_units_and_meaning_of_empty(tmp_path):
    path = tmp_path / "spares.csv"
    path.write_text("Material;Price;Lead time;2026-03;2026-02;2026-01\nA;2,50;4;1;;-1\nB;3;2;0;5;2\n")
    drafted = draft(path)
    assert keys(drafted) == ["currency", "demand_period", "decimal", "lead_time_days_unit", "empty", "returns"]
    said = {
        "currency": "EUR",
        "demand_period": "month",
        "decimal": ",",
        "lead_time_days_unit": "weeks",
        "empty": "zero",
        "returns": "ignore",
    }
    plant = read(path, Profile.from_toml(answered(drafted, said)))
    assert plant.items.select("item", "unit_cost", "lead_time_days").rows() == [("A", 2.5, 28.0), ("B", 3.0, 14.0)]
    assert plant.demand["quantity"].to_list() == [-1.0, 0.0, 1.0, 2.0, 5.0, 0.0]


def test_long_files_ask_which_of_two_date_orders(tmp_path):
    (tmp_path / "sales.csv").write_text("SKU,Date,Qty\nA,03/04/2026,1\nA,05/04/2026,2\n")
    (tmp_path / "orders.csv").write_text("PO,SKU,Order date,Received\n1,A,2026-01-01,2026-01-09\n")
    drafted = draft(tmp_path)
    assert keys(drafted) == ["currency", "demand_period", "date_order"]
    said = {"currency": "EUR", "demand_period": "day", "date_order": "%d/%m/%Y"}
    plant = read(tmp_path, Profile.from_toml(answered(drafted, said)))
    assert plant.demand["date"].dt.month().to_list() == [4, 4]
    assert plant.receipts.height == 1


def test_unanswered_and_wrong_answers(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("item,date,quantity\nA,2026-01-01,1\n")
    drafted = draft(path)
    with pytest.raises(ProfileError, match=r"Not answered:\n  currency: Which currency .*\n  demand_period: .* \(day, week, month\)"):
        answered(drafted, {})
    with pytest.raises(ProfileError, match="demand_period is 'year'; expected day or week or month"):
        answered(drafted, {"currency": "EUR", "demand_period": "year"})
    with pytest.raises(ProfileError, match="colour: nobody asked"):
        answered(drafted, {"currency": "EUR", "demand_period": "day", "colour": "red"})


def test_encoding_is_asked_not_guessed(tmp_path):
    path = tmp_path / "items.csv"
    path.write_bytes("item,description\nA,Stößel\n".encode("cp1252"))
    drafted = draft(path)
    assert "encoding" in keys(drafted)


def german(folder):
    """A small export as SAP writes it, in cp1252 with decimal commas; the orders come before the master by name."""
    files = {
        "bestellungen.csv": "Bestellnummer;Pos.;Material;Bestelldatum;Liefertermin;Wareneingang;Bestellmenge;Werk\n"
        "4500;10;M1;02.01.2026;16.01.2026;20.01.2026;1.000;1\n4501;10;M1;03.02.2026;17.02.2026;;1.200;1\n",
        "buchungen.csv": "Material;Buchungsdatum;Menge;Bewegungsart\nM1;05.01.2026;20;201\nM2;06.01.2026;7,5;201\nM1;13.01.2026;3-;202\n",
        "materialstamm.csv": "Material;Bezeichnung;Lieferant;Planlieferzeit;Standardpreis;Meldebestand;Höchstbestand;Bestand\n"
        "M1;Stößel;ACME;14;1.234,50;10;40;12\nM2;Öl;ACME;7;3,20;5;20;1.000\n",
        "werke.csv": "Werk;Ort\n1;Köln\n",
    }
    for name, text in files.items():
        (folder / name).write_bytes(text.encode("cp1252"))
    return folder


def test_a_german_export_is_known(tmp_path):
    drafted = draft(german(tmp_path))
    assert drafted.unused == "1 file and 1 column not used"
    assert drafted.unused_columns == ("bestellungen.csv: Werk",)
    assert drafted.toml.startswith("# 1 file and 1 column not used; map by hand what is meant:\n#   werke.csv: Werk, Ort\n")
    said = {"currency": "EUR", "demand_period": "week", "encoding": "cp1252", "decimal": ",", "lead_time_days_unit": "days"}
    said |= {"returns": "undo_demand", "movements": "201, 202"}  # asked: one posting is 3-, and of another kind
    plant = read(tmp_path, Profile.from_toml(answered(drafted, said)))
    known = plant.items.select("item", "description", "supplier", "lead_time_days", "unit_cost", "current_reorder_point", "current_max")
    assert known.rows() == [("M1", "Stößel", "ACME", 14.0, 1234.5, 10.0, 40.0), ("M2", "Öl", "ACME", 7.0, 3.2, 5.0, 20.0)]
    assert plant.items["on_hand"].to_list() == [12.0, 1000.0]
    assert sorted(plant.demand["quantity"]) == [-3.0, 7.5, 20.0]
    assert plant.receipts.select("quantity_ordered", plant.receipts["received"].is_null()).rows() == [(1000.0, False), (1200.0, True)]


def test_items_come_from_the_master_not_from_lines(tmp_path):
    (tmp_path / "a_lines.csv").write_text("SKU,Supplier,Price\nA,X,2\nA,X,2\nB,X,3\n")
    (tmp_path / "b_master.csv").write_text("SKU,Max stock\nA,4\nB,9\n")
    (tmp_path / "c_usage.csv").write_text("SKU,Date,Qty\nA,2026-01-01,1\n")
    drafted = draft(tmp_path)
    assert drafted.unused_files == ("a_lines.csv",)
    assert 'current_max = "Max stock"' in drafted.toml


def test_returns_are_asked_however_late_they_come(tmp_path):
    rows = "".join(f"A,2026-01-{1 + at % 28:02},1\n" for at in range(3000))
    (tmp_path / "sales.csv").write_text(f"item,date,quantity\n{rows}A,2026-02-01,-1\n")
    assert "returns" in keys(draft(tmp_path))


def test_weekends_are_looked_for_in_the_whole_ledger(tmp_path):
    """Its first 2,000 rows are four days."""
    days = [dt.date(2026, 1, 5) + dt.timedelta(days=7 * week + day) for week in range(8) for day in range(5)]
    rows = "".join(f"I{at},{day},2\n" for day in days for at in range(500))
    (tmp_path / "issues.csv").write_text(f"item,date,quantity\n{rows}")
    assert "Hardly any is on Saturdays" in next(one.text for one in draft(tmp_path).questions if one.key == "demand_period")


def test_the_period_is_asked_with_the_weekends_in_mind(tmp_path):
    rows = "".join(f"A,{5 + day + 7 * week:02}.01.2026,1\n" for week in range(3) for day in range(5))
    rows += "".join(f"A,{2 + day + 7 * week:02}.02.2026,1\n" for week in range(3) for day in range(5))
    (tmp_path / "sales.csv").write_text(f"item,date,quantity\n{rows}")
    assert "Hardly any is on Saturdays" in draft(tmp_path).questions[1].text
    (tmp_path / "sales.csv").write_text(f"item,date,quantity\n{rows}A,10.01.2026,1\n")
    assert "Saturdays" not in draft(tmp_path).questions[1].text


def test_nothing_recognised(tmp_path):
    (tmp_path / "x.csv").write_text("colour,taste\nred,sweet\n")
    with pytest.raises(ProfileError, match=r"x\.csv: no file looks like items, demand, receipts or machine events"):
        draft(tmp_path / "x.csv")
    with pytest.raises(ProfileError, match="x.csv has the columns colour, taste.\nSay which is which, such as --answer item="):
        draft(tmp_path / "x.csv")


def test_a_person_says_which_column_is_which_where_nobody_knows_its_head(tmp_path):
    """Heads in a language that is not known: the drafted profile reads the file."""
    (tmp_path / "x.csv").write_text("Cikkszam,Nap,Darab\nA,2026-01-01,3\nB,2026-01-02,4\n")
    said = {"item": "Cikkszam", "date": "Nap", "quantity": "Darab", "currency": "EUR", "demand_period": "day"}
    drafted = draft(tmp_path / "x.csv", said=said)
    assert drafted.unused == ""
    assert read(tmp_path / "x.csv", Profile.from_toml(answered(drafted, said))).demand["quantity"].to_list() == [3.0, 4.0]
    with pytest.raises(ProfileError, match="no column of that name for item = 'Cikk'.*has the columns Cikkszam, Nap, Darab"):
        draft(tmp_path / "x.csv", said={"item": "Cikk"})


def test_receipts_without_a_known_day_of_receipt_are_told_of(tmp_path):
    (tmp_path / "po.csv").write_text("Order,Item,Ordered,In house\n1,A,2026-01-01,2026-01-09\n")
    (note,) = draft(tmp_path / "po.csv").notes
    assert note.startswith("No column of po.csv is known as the day of receipt, so every order would be open")
    assert draft(tmp_path / "po.csv", said={"received": "In house"}).notes == ()


@pytest.mark.parametrize("folder", ["oil_refinery_spares", "carparts", "manufacturer_sku_weekly"])
def test_real_exports_can_be_drafted(folder, shared_data):
    paths = [one for one in (shared_data / folder).iterdir() if one.name.endswith(".gz")]
    drafted = draft(paths[0])
    usual = {"currency": "unknown", "demand_period": "week" if "weekly" in folder else "month", "empty": "unknown"}
    usual |= {"lead_time_days_unit": "days", "returns": "undo_demand"}
    profile = Profile.from_toml(answered(drafted, {key: usual[key] for key in keys(drafted)}))
    plant = read(paths[0], profile)
    assert plant.items.height > 1000
    assert plant.demand.height == plant.items.height * {"o": 56, "c": 51, "m": 150}[folder[0]]


def test_a_title_above_the_head_is_passed_over(tmp_path):
    """A list as people print it: its title, an empty line, then the head; in CSV and in Excel."""
    import xlsxwriter

    head = ["Item", "Unit cost", "Lead time", "Min"]
    lines = [["Stock list of plant 4, printed 2026-06-30"], [], head, ["A1", 1.5, 10, 5], ["A2", 2, 7, 4]]
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "stock.csv").write_text("\n".join(";".join(map(str, row)) for row in lines) + "\n", encoding="utf-8")
    (tmp_path / "excel").mkdir()
    with xlsxwriter.Workbook(str(tmp_path / "excel" / "stock.xlsx")) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(lines):
            sheet.write_row(at, 0, row)
    for folder in ("csv", "excel"):
        drafted = draft(tmp_path / folder)
        assert "skip_rows = 2" in drafted.toml
        assert 'current_reorder_point = "Min"' in drafted.toml


def test_dates_of_two_digit_years_ask_for_their_order(tmp_path):
    (tmp_path / "demand.csv").write_text("item,date,quantity\nA,01-02-26,3\nA,05-03-26,1\n", encoding="utf-8")
    drafted = draft(tmp_path)
    asked = next(question for question in drafted.questions if question.key == "date_order")
    assert asked.choices == ("%d-%m-%y", "%m-%d-%y")


def test_dates_of_no_known_form_are_asked_for(tmp_path):
    (tmp_path / "demand.csv").write_text("item,date,quantity\nA,2026w05,3\nA,2026w06,1\n", encoding="utf-8")
    drafted = draft(tmp_path)
    assert "date_format" in keys(drafted)
    said = {"currency": "EUR", "demand_period": "week", "date_format": "%Yw%W"}
    assert 'date_formats = ["%Yw%W"]' in answered(drafted, said)


def test_no_demand_period_is_asked_of_an_export_without_demand(tmp_path):
    (tmp_path / "stock.csv").write_text("Item,Unit cost,Min\nA,2,4\n")
    drafted = draft(tmp_path)
    assert keys(drafted) == ["currency"]
    assert Profile.from_toml(answered(drafted, {"currency": "EUR"})).terms.demand_period == "month"


def test_only_the_postings_that_are_demand_are_taken(tmp_path):
    """SAP's movement list holds receipts (101) beside issues (261)."""
    (tmp_path / "mb51.csv").write_text("Material;Buchungsdatum;Menge;Bewegungsart\nM1;05.01.2026;20;261\nM1;06.01.2026;500;101\n")
    drafted = draft(tmp_path)
    assert "261 (1)" in next(question.text for question in drafted.questions if question.key == "movements")
    plant = read(tmp_path, Profile.from_toml(answered(drafted, {"currency": "EUR", "demand_period": "day", "movements": "261"})))
    assert plant.demand["quantity"].to_list() == [20.0]


def test_a_thousand_with_a_point_is_asked_for_however_late_it_comes(tmp_path):
    """1.250 alone is a thousand or one and a quarter; 0.125 is no thousand."""
    rows = "A;2026-01-01;7\n" * 3000
    (tmp_path / "sales.csv").write_text(f"item;date;quantity\n{rows}A;2026-01-02;1.250\n")
    drafted = draft(tmp_path)
    assert keys(drafted) == ["currency", "demand_period", "decimal"]
    said = {"currency": "EUR", "demand_period": "day", "decimal": ","}
    assert read(tmp_path, Profile.from_toml(answered(drafted, said))).demand["quantity"].max() == 1250.0
    (tmp_path / "sales.csv").write_text(f"item;date;quantity\n{rows}A;2026-01-02;0.125\n")
    assert "decimal" not in keys(draft(tmp_path))
