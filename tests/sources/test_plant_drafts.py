"""Files beside the items: parts lists, routings, calendars, suppliers and stop reasons nobody has described."""

from __future__ import annotations

import datetime as dt

import pytest

from justenough.sources.drafting import answered, draft
from justenough.sources.profiles import Profile
from justenough.sources.read import import_from

FILES = {
    "Materialstamm.csv": "Materialnummer;Bezeichnung;Standardpreis;Arbeitsplatz\nF1;Ventil;120;M1\nK1;Ring;2;\n",
    "Stueckliste.csv": "Baugruppe;Komponente;Menge\nF1;K1;2,5\n",
    "Arbeitsplan.csv": "Materialnummer;Vorgang;Arbeitsplatz;Stückzeit (s);Rüstzeit;Losgröße\nF1;10;M1;178,8;41;108\nF1;20;M2;60,5;;108\n",
    "Kalender.csv": "Maschine;Beginn;Ende;Art;Schicht\n;2026-03-02 06:00:00;2026-03-02 14:00:00;Schicht;Früh\n",
    "Lieferanten.csv": "Lieferant;Name;Land;Werksferien von\nL1;Müller;DE;21.12.2026\nL2;Weiß;CN;\n",
    "Gruende.csv": "Grund,Verlust\nelektrisch,Störung\nAuftragswechsel,Rüsten\nKaffee,Sonstiges\n",
    "Maschinen.csv": "Maschine,Linie,Ideale Taktzeit (s),Stundensatz,Zeitzone\nM1,A,56.5,95,Europe/Berlin\nM2,A,20,65,Europe/Berlin\n",
    "Zaehler.csv": "Maschine,Beginn,Ende,Artikel,Gesamt,Gut\nM1,2026-03-02 06:00:00,2026-03-02 10:00:00,F1,23,22\n",
}
SAID = {"currency": "EUR", "setup_minutes_unit": "minutes", "decimal": ",", "loss_sonstiges": "minor_stop"}


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plant")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_every_file_of_a_plant_is_drafted_and_read(export):
    drafted = draft(export)
    assert {question.key for question in drafted.questions if not question.said} == set(SAID)
    assert not drafted.unused_files
    found = import_from(export, Profile.from_toml(answered(drafted, SAID)))
    assert not found.quarantine.height
    rows = {name: table.drop("__file__", "__row__", strict=False) for name, table in found.tables.items()}
    assert rows["bom"].select("parent", "component", "quantity").rows() == [("F1", "K1", 2.5)]
    routed = rows["routing"].select("item", "machine", "cycle_seconds", "setup_minutes", "batch").sort("machine").rows()
    assert routed == [("F1", "M1", 178.8, 41.0, 108.0), ("F1", "M2", 60.5, None, 108.0)]
    shift = (None, dt.datetime(2026, 3, 2, 6), dt.datetime(2026, 3, 2, 14), "shift", "Früh")
    assert rows["calendar"].select("machine", "start", "end", "kind", "shift").rows() == [shift]
    assert rows["suppliers"].select("supplier", "country").rows() == [("L1", "DE"), ("L2", "CN")]
    assert dict(rows["reasons"].select("reason", "loss").rows()) == {
        "elektrisch": "breakdown", "Auftragswechsel": "setup", "Kaffee": "minor_stop"
    }  # fmt: skip
    assert rows["machines"].select("machine", "ideal_cycle_seconds", "time_zone").row(0) == ("M1", 56.5, "Europe/Berlin")
    assert rows["counts"].select("machine", "item", "total", "good").rows() == [("M1", "F1", 23.0, 22.0)]


def test_what_was_not_taken_is_said(export):
    """An announced closure is no outage, and what an hour costs is not what a missing one is worth."""
    notes = " ".join(draft(export).notes)
    assert "'Werksferien von' of Lieferanten.csv is not taken for disruptions" in notes
    assert "'Stundensatz' of Maschinen.csv is not taken for `hour_value`" in notes


def test_times_without_a_kind_are_asked_for(tmp_path):
    (tmp_path / "items.csv").write_text("item,unit_cost\nA,2\n")
    (tmp_path / "times.csv").write_text("Start,End,Shift\n2026-03-02 06:00,2026-03-02 14:00,early\n")
    drafted = draft(tmp_path)
    assert "calendar_kind" in {question.key for question in drafted.questions}
    found = import_from(tmp_path, Profile.from_toml(answered(drafted, {"currency": "EUR", "calendar_kind": "shift"})))
    assert found.tables["calendar"]["kind"].to_list() == ["shift"]


def test_shifts_of_a_day_with_their_hours_beside_it(tmp_path):
    """A night shift, named by the day it begins."""
    (tmp_path / "items.csv").write_text("item,unit_cost\nA,2\n")
    rows = "2026-03-02;1;06:00;14:00;robocza\n2026-03-02;3;22:00;06:00;robocza\n"
    (tmp_path / "kalendarz.csv").write_text("data;zmiana;poczatek;koniec;rodzaj\n" + rows)
    found = import_from(tmp_path, Profile.from_toml(answered(draft(tmp_path), {"currency": "PLN", "kind_robocza": "shift"})))
    hours = [(dt.datetime(2026, 3, 2, 6), dt.datetime(2026, 3, 2, 14)), (dt.datetime(2026, 3, 2, 22), dt.datetime(2026, 3, 3, 6))]
    assert found.tables["calendar"].select("start", "end").rows() == hours


def test_files_that_only_look_alike_are_none_of_these(tmp_path):
    """A list of items with its machine and time, stops with a reason, orders with a country, postings with a machine or a parent."""
    (tmp_path / "stops.csv").write_text("Machine,Start,End,Reason,Category\nM1,2026-03-02 06:00,2026-03-02 07:00,jam,mechanical\n")
    (tmp_path / "master.csv").write_text("Item,Price,Work center,Cycle time\nA,2,M1,30\n")
    (tmp_path / "orders.csv").write_text("PO,Item,Supplier,Country,Order date,Received\n1,A,L1,DE,2026-03-02,2026-03-05\n")
    (tmp_path / "posted.csv").write_text("Posting date,Item,Machine,Run time,Quantity\n2026-03-02,A,M1,30,4\n")
    (tmp_path / "posted_2.csv").write_text("Date,Assembly,Item,Component,Quantity\n2026-03-02,F,A,K,4\n")
    (tmp_path / "posted_3.csv").write_text("Posting date,Parent item,Component,Quantity\n2026-03-02,F,K,4\n")
    drafted = draft(tmp_path)
    toml = drafted.toml
    assert "[tables.events]" in toml
    assert "[tables.receipts]" in toml
    assert '[tables.demand]\nfile = "posted"' in toml
    assert drafted.unused_files == ("posted_2.csv", "posted_3.csv")  # a second file of demand, and one that names no item
    assert not [table for table in ("reasons", "routing", "suppliers", "bom", "calendar") if f"[tables.{table}]" in toml]
