"""Central words: an Italian export from Business Central, all of it drafted and read, figures by hand."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from justenough.sources.central_words import BASE_UNITS
from justenough.sources.drafting import answered, draft
from justenough.sources.looking import Look
from justenough.sources.profiles import Profile
from justenough.sources.read import import_from

MONDAYS = [dt.date(2026, 1, 5) + dt.timedelta(weeks=week) for week in range(20)]
FILES = {
    "Articoli.csv": "Nr.;Descrizione;Sistema di rifornimento;Punto di riordino;Giacenza massima;Multiplo ordine;Qtà minima ordine;"
    "Calcolo lead time;Nr. fornitore;Costo unitario;Classe ABC\n"
    "VIT-1;Vite M8;Acquisto;1.500;4.000;100;200;3S;F50;0,0350;A\nALB-1;Albero;Ordine prod.;4;12;1;1;10G;;41,50;B\n",
    "Giacenze.csv": "Nr. articolo;Cod. ubicazione;Giacenza\nVIT-1;CENTRALE;1.200\nVIT-1;RESI;30\nALB-1;CENTRALE;6\n",
    "Movimenti.csv": "Data di registrazione;Tipo movimento;Nr. documento;Nr. articolo;Quantità;Qtà per unità di misura\n"
    + "".join(
        f"{day:%d/%m/%y};Consumo;ODP{at};VIT-1;-1.250;1\n{day:%d/%m/%y};Acquisto;CAR{at};VIT-1;2.000;100\n"
        for at, day in enumerate(MONDAYS)
    )
    + f"{MONDAYS[3]:%d/%m/%y};Vendita;S1;ALB-1;-2;1\n{MONDAYS[4]:%d/%m/%y};Trasferimento;T1;ALB-1;n.d.;1\n",
    "Ordini.csv": "Nr. documento;Nr. riga;Nr. fornitore;Nr. articolo;Quantità;Qtà per unità di misura;Costo unitario diretto;Data ordine;"
    "Data ricevimento promessa;Quantità ricevuta\nOA1;10000;F50;VIT-1;20;100;3,50;15/01/26;26/01/26;20\n"
    "OA2;10000;F50;VIT-1;30;100;3,50;02/02/26;23/02/26;10\nOA3;10000;F50;VIT-1;10;100;3,50;15/13/26;23/04/26;0\n",
    "Carichi.csv": "Nr. documento;Nr. ordine;Nr. riga ordine;Nr. fornitore;Nr. articolo;Quantità;Data di registrazione\n"
    "CAR1;OA1;10000;F50;VIT-1;12;20/01/26\nCAR2;OA1;10000;F50;VIT-1;8;27/01/26\nRES1;OA1;10000;F50;VIT-1;-1;28/01/26\n"
    "CAR3;OA2;10000;F50;VIT-1;10;24/02/26\n",
    "Fermi.csv": "Macchina;Inizio fermo;Fine fermo;Causale;Pianificato\nM1;2026-01-05 08:00;2026-01-05 08:30;Guasto;No\n"
    "M1;2026-01-05 12:00;2026-01-05 12:30;Pausa;Sì\n",
    "Turni.csv": "Turno;Inizio;Fine;Giorni\n1;06:00;14:00;Lun-Ven\n",
}
SAID = {
    "currency": "EUR", "demand_period": "week", "decimal": ",", "movements": "Consumo,Vendita", "demand_sign": "negative",
    "returns": "undo_demand", "between_stops": "unknown", "encoding": "cp1252",
}  # fmt: skip


@pytest.fixture
def export(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="cp1252")
    return tmp_path


def test_an_italian_export_is_drafted_and_read(export):
    """Before, only the stops were known, planned ones as breakdowns, and the arrivals, once named, were taken for demand."""
    drafted = draft(export)
    asked = {one.key: one.said for one in drafted.questions}
    assert {key for key, said in asked.items() if not said} == set(SAID)
    assert {key: said for key, said in asked.items() if said} == {"lead_time_days_G": "days", "lead_time_days_S": "weeks"}
    assert drafted.unused_files == ("Turni.csv",), "hours of the day that hold on many days"
    found = import_from(export, Profile.from_toml(answered(drafted, SAID)))
    tables = found.tables
    assert tables["items"].sort("item").select(
        "item",
        "source",
        "supplier",
        "unit_cost",
        "lead_time_days",
        "moq",
        "lot_multiple",
        "on_hand",
        "current_reorder_point",
        "current_max",
    ).rows() == [
        ("ALB-1", "make", None, 41.5, 10.0, 1.0, 1.0, 6.0, 4.0, 12.0),
        ("VIT-1", "buy", "F50", 0.035, 21.0, 200.0, 100.0, 1230.0, 1500.0, 4000.0),
    ]
    wanted = tables["demand"].group_by("item").agg(pl.col("quantity").sum()).sort("item")
    assert wanted.rows() == [("ALB-1", 2.0), ("VIT-1", 20 * 1250.0)], "thousands, though one cell says n.d."
    assert tables["receipts"].select("order", "ordered", "received", "quantity_ordered", "quantity_received", "unit_price").rows() == [
        ("OA1", dt.date(2026, 1, 15), dt.date(2026, 1, 20), 2000.0, 1200.0, 0.035),
        ("OA1", dt.date(2026, 1, 15), dt.date(2026, 1, 27), 2000.0, 800.0, 0.035),
        ("OA2", dt.date(2026, 2, 2), dt.date(2026, 2, 24), 3000.0, 1000.0, 0.035),
    ]
    assert tables["events"].filter(pl.col("state") == "down").sort("start").select("reason", "planned").rows() == [
        ("Guasto", False),
        ("Pausa", True),
    ]
    assert found.quarantine.select("file", "found").rows() == [("Ordini.csv", "'15/13/26'")], "one wrong date does not ask for the order"


def test_arrivals_alone_are_no_demand(tmp_path):
    """Where a person names columns that two files have, the file that names orders and suppliers is not the one of demand."""
    for name in ("Carichi.csv", "Movimenti.csv"):
        (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    drafted = draft(tmp_path, said={"item": "Nr. articolo", "date": "Data di registrazione", "quantity": "Quantità"})
    assert drafted.unused_files == ("Carichi.csv",)
    assert 'file = "Movimenti"' in drafted.toml


@pytest.mark.parametrize(
    ("heads", "known"),
    [
        (
            "No.,Replenishment System,Reorder Point,Maximum Inventory,Order Multiple,Lead Time Calculation,Vendor No.,Unit Cost",
            {"item": "No.", "source": "Replenishment System", "current_max": "Maximum Inventory", "supplier": "Vendor No.",
             "lead_time_days": "Lead Time Calculation", "lot_multiple": "Order Multiple"},
        ),
        (
            "Nr.,Beschreibung,Beschaffungsmethode,Minimalbestand,Maximalbestand,Auftragsvielfaches,Beschaffungszeit,Kreditorennr.,Einstandspreis",
            {"item": "Nr.", "source": "Beschaffungsmethode", "current_reorder_point": "Minimalbestand", "supplier": "Kreditorennr.",
             "unit_cost": "Einstandspreis", "lead_time_days": "Beschaffungszeit"},
        ),
        ("Nr.,Nome,Cod. paese", {}),  # a number alone is no item
    ],
)  # fmt: skip
def test_heads_of_item_cards(tmp_path, heads, known):
    (tmp_path / "items.csv").write_text(heads + "\n" + ",".join("A" for _ in heads.split(",")) + "\n", encoding="utf-8")
    columns = Look(tmp_path / "items.csv", "items.csv", 1).columns("items")
    assert {column: columns.get(column) for column in known} == known
    assert ("item" in columns) == bool(known)


def test_units_of_an_order_s_unit(tmp_path):
    (tmp_path / "a.csv").write_text(
        "Qty. per Unit of Measure,Qtà per unità di misura,Menge pro Einheit,Quantità\n1,1,1,1\n", encoding="utf-8"
    )
    assert len(Look(tmp_path / "a.csv", "a.csv", 1).named(BASE_UNITS)) == 3
