"""One file looked at alone: what its columns are taken for."""

from __future__ import annotations

from justenough.sources.looking import Look
from justenough.sources.table_drafts import table_draft


def test_headers_with_hyphens_dots_and_units(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Material-Nr.;Bestand [St];WE-Datum\nA;1.000;01.02.2026\n")
    look = Look(path, "x.csv", 1)
    assert look.columns("items") == {"item": "Material-Nr.", "on_hand": "Bestand [St]"}
    table_draft(look, "items")
    assert look.unused() == ["WE-Datum"]
    assert look.grouped
    assert look.as_master() == (True, 2)


def test_files_of_machines_are_told_from_files_of_items(tmp_path):
    heads = {
        "Maschine;Beginn;Ende;Zustand": ["events"],
        "Machine;Date;Begin;Downtime (min);Reason": ["events"],
        "machine,start,end,total,good": ["counts"],
        "machine,start,end,status,total": ["events", "counts"],
        "Machine,Line,Ideal cycle time [s]": ["machines"],
        "Item,Machine,Unit cost": ["items"],
        "Machine,Colour,Begin": [],
    }
    for at, (head, tables) in enumerate(heads.items()):
        path = tmp_path / f"{at}.csv"
        path.write_text(f"{head}\n{';'.join('1' for _ in head.split(';'))}\n" if ";" in head else f"{head}\n1{',1' * head.count(',')}\n")
        assert Look(path, path.name, 1).tables() == tables, head
