"""Quarantined rows, corrected and taken in again, from the file a planner edits to the plant."""

from __future__ import annotations

import pytest

from justenough.archive.place import WorkspaceError
from justenough.archive.workspace import Workspace
from justenough.sources.quarantine import import_quarantine, to_correct
from justenough.sources.read import import_from

pytestmark = pytest.mark.usefixtures("on_both")


ITEMS = "item,unit_cost,lead_time_days\nA,2,5\nB,-3,7\nA,4,9\nC,1,2\n"
DEMAND = "item,date,quantity\nA,2026-01-05,3\nA,2026-01-06,many\nB,2026-01-05,4\nC,2026-01-05,7\n"
TERMS = 'currency = "EUR"\ndemand_period = "day"\nreturns = "undo_demand"\n'


@pytest.fixture
def folder(tmp_path):
    export = tmp_path / "export"
    export.mkdir()
    for name, text in (("items.csv", ITEMS), ("demand.csv", DEMAND), ("plant.toml", TERMS)):
        (export / name).write_text(text)
    return export


@pytest.fixture
def workspace(tmp_path, folder):
    with Workspace.open(tmp_path / "workspace") as one:
        one.import_(import_from(folder, "canonical"), author="Ann")
        yield one


def sheet(workspace, file, *replaced):
    """The quarantine of one file as a planner edits it."""
    text = to_correct(workspace.quarantine(workspace.imports()[0].import_id), file).write_csv()
    for old, new in replaced:
        assert old in text, text
        text = text.replace(old, new)
    return text


def corrected(workspace, folder, tmp_path, text, **options):
    (tmp_path / "corrected.csv").write_text(text)
    again = import_quarantine(tmp_path / "corrected.csv", "canonical", terms_folder=folder)
    return workspace.correct(again, workspace.imports()[0].import_id, **options)


def places(workspace):
    return set(workspace.quarantine(workspace.imports()[0].import_id).select("file", "row").iter_rows())


def test_quarantine_is_kept_as_it_was_read(workspace, folder):
    read = import_from(folder, "canonical").quarantine
    kept = workspace.quarantine()
    assert kept.sort("file", "row", "column").equals(read.select(kept.columns).sort("file", "row", "column"))
    assert places(workspace) == {("items.csv", 3), ("items.csv", 4), ("demand.csv", 3), ("demand.csv", 4)}


def test_corrected_rows_join_their_source_and_leave_the_quarantine(workspace, folder, tmp_path):
    text = sheet(workspace, "items.csv", (",-3,", ",3,"), ("A,4,9", "D,4,9"))
    receipt = corrected(workspace, folder, tmp_path, text, author="Ben")
    assert (receipt.outcome, receipt.rows_accepted, receipt.rows_quarantined, receipt.followed) == ("corrected", 3, 0, 1)
    assert "3 rows in = 3 accepted + 0 quarantined; with them 1 row that waited for an item" in str(receipt)
    assert workspace.plant().items["item"].to_list() == ["A", "B", "C", "D"]
    assert workspace.plant().items["unit_cost"].to_list() == [2.0, 3.0, 1.0, 4.0]
    # B is known now, so its demand followed.
    assert places(workspace) == {("demand.csv", 3)}
    assert workspace.plant().demand["quantity"].to_list() == [3.0, 4.0, 7.0]
    first, second = workspace.imports()
    assert (first.status, first.rows_quarantined, first.n_quarantined_now) == ("live", 4, 1)
    assert (second.status, second.corrects, second.author) == ("live", first.import_id, "Ben")
    receipt = corrected(workspace, folder, tmp_path, sheet(workspace, "demand.csv", (",many", ",6")))
    assert (receipt.rows_accepted, receipt.rows_quarantined) == (1, 0)
    assert sorted(workspace.plant().demand["quantity"]) == [3.0, 4.0, 6.0, 7.0]
    assert places(workspace) == set()


def test_rows_still_wrong_stay_and_say_why(workspace, folder, tmp_path):
    receipt = corrected(workspace, folder, tmp_path, sheet(workspace, "items.csv", (",-3,", ",3,")))
    assert (receipt.rows_accepted, receipt.rows_quarantined) == (2, 1)
    (row,) = [one for one in workspace.quarantine().iter_rows(named=True) if one["file"] == "items.csv"]
    assert (row["row"], row["item"], row["expected"]) == (4, "A", "no second row with the same item")
    assert row["raw"]


def test_demand_of_an_unknown_item_stays(workspace, folder, tmp_path):
    receipt = corrected(workspace, folder, tmp_path, sheet(workspace, "demand.csv", (",many", ",6")))
    assert (receipt.rows_accepted, receipt.rows_quarantined) == (1, 1)
    assert ("demand.csv", 4) in places(workspace)
    assert workspace.plant().demand.height == 3


def test_the_same_corrections_again_change_nothing(workspace, folder, tmp_path):
    text = sheet(workspace, "items.csv", (",-3,", ",3,"), ("A,4,9", "D,4,9"))
    corrected(workspace, folder, tmp_path, text)
    assert corrected(workspace, folder, tmp_path, text).outcome == "unchanged"
    assert workspace.plant().items.height == 4
    assert len(workspace.imports()) == 2


def test_rows_that_were_never_in_quarantine_are_refused(workspace, folder, tmp_path):
    with pytest.raises(WorkspaceError, match=r"items.csv row 2 is not in this import's quarantine"):
        corrected(workspace, folder, tmp_path, sheet(workspace, "items.csv", ("items.csv,3", "items.csv,2"), (",-3,", ",3,")))


def test_a_newer_export_replaces_the_corrections_too(workspace, folder, tmp_path):
    text = sheet(workspace, "items.csv", (",-3,", ",3,"), ("A,4,9", "D,4,9"))
    corrected(workspace, folder, tmp_path, text)
    (folder / "items.csv").write_text("item,unit_cost,lead_time_days\nA,2,5\nB,3,7\nC,1,2\n")
    receipt = workspace.import_(import_from(folder, "canonical"))
    assert len(receipt.superseded) == 2
    assert workspace.plant().items["item"].to_list() == ["A", "B", "C"]
    with pytest.raises(WorkspaceError, match="was superseded by a newer one. Correct that one instead"):
        corrected(workspace, folder, tmp_path, text)


def test_a_corrected_row_need_not_name_a_new_item(tmp_path):
    """Where items are derived from demand, every row names its item; to name one that is there is no second row of it."""
    (tmp_path / "export").mkdir()
    rows = "P1,2026-01-05,3\nP1,2026-01-06,many\nP2,2026-13-05,4\nP2,2026-13-06,4\n"
    (tmp_path / "export" / "sales.csv").write_text("code,day,pieces\n" + rows)
    (tmp_path / "sales.toml").write_text(
        'name = "sales"\ncurrency = "EUR"\ndemand_period = "day"\nreturns = "undo_demand"\nfiles.sales.path = "sales.csv"\n'
        '[tables.items]\nderived_from = "demand"\n[tables.demand]\nfile = "sales"\n'
        '[tables.demand.columns]\nitem = "code"\ndate = "day"\nquantity = "pieces"\n'
    )
    with Workspace.open(tmp_path / "workspace", create=True) as one:
        one.import_(import_from(tmp_path / "export", tmp_path / "sales.toml"))
        (tmp_path / "mended.csv").write_text(sheet(one, "sales.csv", (",many", ",5"), ("2026-13-05", "2026-01-05")))
        again = import_quarantine(tmp_path / "mended.csv", tmp_path / "sales.toml")
        receipt = one.correct(again, one.imports()[0].import_id)
        assert (receipt.rows_accepted, receipt.rows_quarantined) == (2, 1)
        assert one.plant().demand.select("item", "quantity").rows() == [("P1", 3.0), ("P1", 5.0), ("P2", 4.0)]
        assert one.plant().items["item"].to_list() == ["P1", "P2"]
