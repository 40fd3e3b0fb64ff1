"""Rows put in quarantine come back once corrected, and only then."""

from __future__ import annotations

import polars as pl
import pytest

from justenough.domain.errors import ImportFailed
from justenough.sources.quarantine import import_quarantine, read_sheet, to_correct
from justenough.sources.read import import_from


def test_a_corrected_quarantine_is_taken_in(shared_data, tmp_path):
    first = import_from(shared_data / "scms_deliveries", "scms_deliveries")
    sheet = to_correct(first.quarantine, first.files[0].file)
    assert sheet.height == 185
    mended = sheet.with_columns(pl.lit("1/31/06").alias("PO Sent to Vendor Date"))
    mended.write_csv(tmp_path / "mended.csv")
    again = import_quarantine(tmp_path / "mended.csv", "scms_deliveries")
    # How many are accepted is known, and said, only where they join the others.
    assert str(again) == f"Read 185 corrected rows of {first.files[0].file}."
    assert (again.files[0].rows_in, again.files[0].accepted, again.files[0].quarantined) == (185, 185, 0)
    first.quarantine.write_csv(tmp_path / "same.csv")
    same = import_quarantine(tmp_path / "same.csv", "scms_deliveries")
    assert (same.files[0].rows_in, same.files[0].accepted, same.files[0].quarantined) == (185, 0, 185)
    assert same.quarantine["found"].to_list() == first.quarantine["found"].to_list(), "each waits with its reason still"


def test_a_corrected_wide_row_keeps_its_blanks(tmp_path):
    (tmp_path / "spares.csv").write_text(
        "Material,Del. time,Min,Max,Stock,Price,H,M,L,Total,2001-02-01,2001-01-01\nA,3,1,2,1,5,,,,,,4\nB,soon,1,2,1,5,,,,,7,\n"
    )
    first = import_from(tmp_path, "oil_refinery_spares")
    assert first.tables["demand"]["item"].unique().to_list() == ["A"]
    sheet = to_correct(first.quarantine, "spares.csv").with_columns(pl.lit("9").alias("Del. time"))
    sheet.write_csv(tmp_path / "mended.csv")
    again = import_quarantine(tmp_path / "mended.csv", "oil_refinery_spares")
    assert again.tables["items"].select("item", "lead_time_days", "__file__", "__row__").rows() == [("B", 9.0, "spares.csv", 3)]
    assert again.tables["demand"].sort("date")["quantity"].to_list() == [0.0, 7.0]


def test_joined_rows_come_back_whole(tmp_path):
    (tmp_path / "PurchaseOrderHeader.csv").write_text("PurchaseOrderID,Status,VendorID,OrderDate,ShipDate\n1,4,V,2026-01-01,2026-01-09\n")
    rows = "PurchaseOrderID,PurchaseOrderDetailID,DueDate,OrderQty,ProductID,ReceivedQty,RejectedQty\n"
    (tmp_path / "PurchaseOrderDetail.csv").write_text(rows + "1,1,2026-01-08,5,A,5,0\n1,2,2026-01-08,many,A,5,0\n")
    (tmp_path / "Product.csv").write_text(
        "ProductID,Name,MakeFlag,StandardCost,DaysToManufacture,SafetyStockLevel,ReorderPoint\nA,Ball,0,2,0,10,5\n"
    )
    (tmp_path / "ProductVendor.csv").write_text("ProductID,BusinessEntityID,AverageLeadTime,StandardPrice,MinOrderQty\nA,V,9,2,1\n")
    (tmp_path / "ProductInventory.csv").write_text("ProductID,Quantity\nA,3\nA,4\n")
    (tmp_path / "Vendor.csv").write_text("BusinessEntityID\nV\n")
    (tmp_path / "BillOfMaterials.csv").write_text("ProductAssemblyID,ComponentID,EndDate,PerAssemblyQty\nA,A,,1\n")
    first = import_from(tmp_path, "adventureworks_erp")
    assert first.quarantine.select("file", "row", "column", "found").rows() == [("PurchaseOrderDetail.csv", 3, "OrderQty", "'many'")]
    to_correct(first.quarantine, "PurchaseOrderDetail.csv").with_columns(pl.lit("6").alias("OrderQty")).write_csv(tmp_path / "mended.csv")
    again = import_quarantine(tmp_path / "mended.csv", "adventureworks_erp").tables["receipts"]
    assert again.select("supplier", pl.col("received").cast(pl.String), "quantity_ordered").rows() == [("V", "2026-01-09", 6.0)]


def test_what_is_not_a_quarantine_is_refused(tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ImportFailed, match="x.csv: found no column file or row; expected the columns file and row"):
        import_quarantine(tmp_path / "x.csv", "carparts")
    (tmp_path / "x.csv").write_text("file,row,raw\ncarparts.csv,2,{part\n")
    with pytest.raises(ImportFailed, match="x.csv row 2: raw: found text that is not JSON"):
        import_quarantine(tmp_path / "x.csv", "carparts")


def test_a_sheet_saved_by_a_german_spreadsheet(tmp_path, export):
    first = import_from(
        export(items="item,unit_cost,description\nA,2,Bolt\nB,soon,Stößel\n", demand="item,date,quantity\nA,2026-01-01,3\n")
    )
    sheet = to_correct(first.quarantine, "items.csv").with_columns(pl.lit("5").alias("unit_cost"))
    path = tmp_path / "mended.csv"
    path.write_bytes(sheet.write_csv(separator=";", line_terminator="\r\n").encode("cp1252"))
    again = import_quarantine(path, "canonical", terms_folder=tmp_path)
    assert again.tables["items"].select("item", "unit_cost", "description").rows() == [("B", 5.0, "Stößel")]
    assert read_sheet(path).columns == sheet.columns


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('file,row,a\nx.csv,2,"b\nx.csv,3,c\n', "a quotation mark that is not closed"),
        ("file,row,a\nx.csv,2,b,c\n", "s.csv row 2: found more cells than the header has columns"),
    ],
)
def test_a_broken_sheet_is_refused_in_words(tmp_path, text, said):
    (tmp_path / "s.csv").write_text(text)
    with pytest.raises(ImportFailed, match=said):
        read_sheet(tmp_path / "s.csv")
