"""Files outside the folder, files that are not there, files that are there twice."""

from __future__ import annotations

import gzip
import re

import pytest
import xlsxwriter

from justenough.archive.source_names import source_of
from justenough.archive.workspace import Workspace
from justenough.sources.drafting import answered, draft
from justenough.sources.folder import part_named, whole_file
from justenough.sources.profiles import Profile
from justenough.sources.quarantine import import_quarantine, to_correct
from justenough.sources.read import import_from

ONE = "1 problem in 1 file; nothing was imported.\n"
DEMAND = "item,date,quantity\nA,2026-01-01,3\nA,2026-01-02,4\nB,2026-01-01,1\n"


def test_symlink_out_of_the_folder(export, tmp_path_factory, refusal):
    folder = export(demand=None)
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.csv"
    secret.write_text(DEMAND)
    (folder / "demand.csv").symlink_to(secret)
    assert refusal(folder) == ONE + (
        "demand.csv: found a link to a place outside the folder; expected a file inside it.\n  Copy the file into the folder."
    )


def test_no_such_path(tmp_path, refusal):
    assert "found no such file or folder" in refusal(tmp_path / "nowhere")


def test_missing_file(export, refusal):
    text = refusal(export(demand=None))
    assert re.search(r"found no file like demand\.\* for the table demand; expected one below this folder, for profile canonical\.", text)


def test_two_forms_of_one_table(export, refusal):
    folder = export()
    (folder / "demand.csv.gz").write_bytes(gzip.compress(DEMAND.encode()))
    assert "demand.csv and demand.csv.gz: found the same table in several forms; expected one of them." in refusal(folder)


SHEETS = {
    "Master": [["Item", "Unit cost", "Lead time (days)"], ["A", 2.5, 7], ["B", 3, 14], ["C", "dear", 7]],
    "Cover": [["Printed for the planner"]],
    "Existencias": [["Item", "On hand"], ["A", 40], ["B", 5]],
    "Used": [["Item", "Date", "Quantity"], ["A", "2026-01-01", 3], ["A", "2026-01-02", 4], ["B", "2026-01-01", 1], ["Z", "2026-01-01", 1]],
}


@pytest.fixture
def workbook(tmp_path):
    """An export of one workbook: a master list, a cover, stock and usage, one faulty row in two of its sheets, at the same row."""
    with xlsxwriter.Workbook(str(tmp_path / "export.xlsx")) as book:
        for name, rows in SHEETS.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return tmp_path


def test_sheets_of_one_workbook_are_files_of_their_own(workbook, tmp_path):
    """From the draft to the corrected row: each sheet is read, counted and corrected by itself."""
    drafted = draft(workbook / "export.xlsx")
    assert "Sheet 'Cover' of export.xlsx is passed over: a header and no rows" in drafted.notes
    assert not drafted.unused_files
    text = answered(drafted, {"currency": "EUR", "demand_period": "day"})
    profile = Profile.from_toml(text, "the draft")
    imported = import_from(workbook, profile)
    counted = {one.file: (one.rows_in, one.accepted, one.quarantined) for one in imported.files}
    assert counted == {
        "export.xlsx [Master]": (3, 2, 1),
        "export.xlsx [Existencias]": (2, 2, 0),
        "export.xlsx [Used]": (4, 3, 1),
    }
    assert imported.plant().items["on_hand"].to_list() == [40.0, 5.0]
    with Workspace.open(tmp_path / "w", create=True) as kept:
        kept.import_(imported)
        assert source_of(["export.xlsx"], kept.imports()) == profile.name  # the next export replaces it
        sheet = to_correct(kept.quarantine("latest"), "export.xlsx [Master]")
        sheet.with_columns(sheet["Unit cost"].replace("dear", "9")).write_csv(tmp_path / "mended.csv")
        receipt = kept.correct(import_quarantine(tmp_path / "mended.csv", profile))
        assert receipt.rows_accepted == 1
        assert kept.plant().items["item"].to_list() == ["A", "B", "C"]


def test_a_name_tells_the_workbook_from_its_sheet():
    assert (whole_file("a/export.xlsx [Stock [1]]"), part_named("a/export.xlsx [Stock [1]]")) == ("a/export.xlsx", "Stock [1]")
    assert (whole_file("list [2].csv"), part_named("list [2].csv")) == ("list [2].csv", "")
