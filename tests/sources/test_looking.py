"""One file looked at alone: what its columns are taken for."""

from __future__ import annotations

from justenough.sources.looking import Look


def test_headers_with_hyphens_dots_and_units(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Material-Nr.;Bestand [St];WE-Datum\nA;1.000;01.02.2026\n")
    look = Look(path, "x.csv", 1)
    assert look.columns("items") == {"item": "Material-Nr.", "on_hand": "Bestand [St]"}
    look.table("items")
    assert look.unused() == ["WE-Datum"]
    assert look.grouped
    assert look.as_master() == (True, 2)
