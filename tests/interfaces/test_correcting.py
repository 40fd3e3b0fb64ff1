"""Correcting: a quarantined row is listed, handed out, mended and taken in."""

from __future__ import annotations

from pathlib import Path


def test_a_wrong_row_goes_to_quarantine_and_comes_back_corrected(tmp_path: Path, run) -> None:
    export, kept, sheet = tmp_path / "export", tmp_path / "kept", tmp_path / "wrong.csv"
    assert run("sample", "bearings", "-o", export).exit_code == 0
    with (export / "receipts.csv").open("a") as file:
        file.write("=PO-1,10,BRG-6204,,someday,,,5,5,0\n")
    assert "1 quarantined" in run("import", export, "-p", "canonical", "-w", kept).stdout
    assert "someday" in run("quarantine", "list", "-w", kept).stdout
    assert run("quarantine", "export", sheet, "-w", kept).exit_code == 0
    text = sheet.read_text()
    assert ",'=PO-1," in text
    sheet.write_text(text.replace(",someday,", ",2026-01-05,"))
    said = run("quarantine", "import", sheet, "-w", kept)
    assert said.exit_code == 0, said.exception
    assert "Nothing is in quarantine." in run("quarantine", "list", "-w", kept).stdout
    assert "unchanged" in run("import", export, "-p", "canonical", "-w", kept).stdout
    from justenough.archive.workspace import Workspace

    with Workspace.open(kept) as workspace:
        assert "=PO-1" in workspace.plant().receipts["order"].to_list()


def test_a_sheet_saved_by_a_german_excel_is_taken_in(tmp_path: Path, run, refused) -> None:
    export, kept, sheet = tmp_path / "export", tmp_path / "kept", tmp_path / "wrong.csv"
    run("sample", "bearings", "-o", export)
    with (export / "receipts.csv").open("a") as file:
        file.write("PO-Größe,10,BRG-6204,,someday,,,5,5,0\n")
    run("import", export, "-p", "canonical", "-w", kept)
    listed = run("quarantine", "list", "-w", kept).stdout
    assert f"-w {kept}" in " ".join(listed.split())
    run("quarantine", "export", sheet, "-w", kept)
    rows = sheet.read_text(encoding="utf-8").replace(",someday,", ",2026-01-05,").splitlines()
    head, row = (line.split(",") for line in (rows[0], rows[1].replace('"', "'")))
    sheet.write_text("\n".join(";".join(line) for line in ([*head], [*row])), encoding="cp1252")
    if len(head) == len(row):
        said = run("quarantine", "import", sheet, "-w", kept)
        assert said.exit_code == 0, said.exception
        assert "1 row looked at: 1 taken in, 0 still wrong." in said.stdout
        assert "1 corrected row of it still counts" in " ".join(run("import", export, "-p", "canonical", "-w", kept).stdout.split())
    sheet.write_text('from file;from row\n"receipts.csv;3\n')
    assert "quotation mark" in refused("quarantine", "import", sheet, "-w", kept)


def test_a_second_try_that_is_wrong_too_is_what_the_list_shows(tmp_path: Path, run) -> None:
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "plant.toml").write_text('currency = "EUR"\ndemand_period = "day"\n')
    (tmp_path / "e" / "items.csv").write_text("item,unit_cost\nA,2\nB,zwei\n")
    (tmp_path / "e" / "demand.csv").write_text("item,date,quantity\n" + "".join(f"A,2026-01-{day:02},3\n" for day in range(1, 31)))
    where, sheet = tmp_path / "w", tmp_path / "wrong.csv"
    run("import", tmp_path / "e", "--profile", "canonical", "-w", where)
    run("quarantine", "export", sheet, "-w", where)
    sheet.write_text(sheet.read_text().replace("B,zwei", "B,drei"))
    assert "0 taken in, 1 still wrong" in run("quarantine", "import", sheet, "-w", where).output
    listed = run("quarantine", "list", "-w", where).output
    assert "found 'drei'" in listed
    assert "zwei" not in listed


def test_corrected_rows_are_read_by_the_profile_the_workspace_knows(tmp_path: Path, run, refused, monkeypatch) -> None:
    """Wherever the profile's file lies, or is gone: who corrects need not find it again."""
    kept, sheet, profile = tmp_path / "w", tmp_path / "wrong.csv", tmp_path / "es.toml"
    told = 'name = "taller"\ncurrency = "EUR"\ndemand_period = "day"\n[files]\nused = "used.csv"\n'
    told += 'parts = "parts.csv"\n[tables.demand]\nfile = "used"\n'
    told += '[tables.demand.columns]\nitem = "Item"\ndate = "Date"\nquantity = "Quantity"\n[tables.items]\nfile = "parts"\n'
    told += 'columns = { item = "Part" }\n'
    profile.write_text(told)
    (tmp_path / "parts.csv").write_text("Part\nA\nB\n")
    (tmp_path / "used.csv").write_text("Item,Date,Quantity\nA,2026-01-01,3\nA,someday,4\nB,2026-01-01,1\n")
    assert run("import", tmp_path, "-p", profile, "-w", kept).exit_code == 0
    assert "No proposal waits for A" in (said := refused("approve", "A", "-w", kept))
    assert "justenough approve ITEM --plan latest" in said
    monkeypatch.chdir(tmp_path)
    profile.unlink()
    assert "--profile" not in run("quarantine", "export", sheet, "-w", kept).stdout
    sheet.write_text(sheet.read_text().replace("someday", "2026-01-02"))
    assert "1 row looked at: 1 taken in, 0 still wrong." in run("quarantine", "import", sheet, "-w", kept).stdout
