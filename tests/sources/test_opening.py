"""What a planner reads when a file is not what it should be, word for word; and every kind of file that is."""

from __future__ import annotations

import codecs
import datetime as dt
import gzip

import polars as pl
import pytest

from justenough.sources.opening import Limits, column_names
from justenough.sources.read import import_from, read

ONE = "1 problem in 1 file; nothing was imported.\n"
DEMAND = "item,date,quantity\nA,2026-01-01,3\nA,2026-01-02,4\nB,2026-01-01,1\n"


def test_good_export(export):
    assert str(import_from(export())) == (
        "Imported 2 items, 3 demand.\n"
        "items.csv: 2 rows in = 2 accepted + 0 quarantined.\n"
        "demand.csv: 3 rows in = 3 accepted + 0 quarantined."
    )


def test_empty_file(export, refusal):
    assert refusal(export(demand="")) == ONE + (
        "demand.csv: found an empty file (0 bytes); expected a header and at least one row.\n  Export the file again."
    )


def test_header_only(export, refusal):
    assert refusal(export(demand="item,date,quantity\n")) == ONE + (
        "demand.csv: found a header and no rows; expected at least one row below the header.\n  Export the file again, with its rows."
    )


def test_broken_files_are_all_named_at_once(export, refusal):
    assert refusal(export(demand="", items="")).startswith("2 problems in 2 files; nothing was imported.\n")


def test_wrong_encoding(export, refusal):
    assert refusal(export(items="item,description\nA,Dichtung\nB,Stößel\n".encode("cp1252"))) == ONE + (
        "items.csv row 3: found byte 0xF6, which is not utf-8; expected text in utf-8.\n"
        '  Set `encoding` of the file in the profile, e.g. "cp1252" (Windows) or "latin-1".'
    )


def test_zip_bomb_in_gz(export, refusal):
    folder = export(demand=None)
    (folder / "demand.csv.gz").write_bytes(gzip.compress(b"item,date,quantity\n" + b"A,2026-01-01,1\n" * 200_000))
    assert refusal(folder, limits=Limits(expanded_bytes=1_000_000)) == ONE + (
        "demand.csv.gz: found a compressed file that unpacks to more than 1,000,000 bytes; expected a smaller file.\n"
        "  Check where the file comes from; if it is what it should be, unpack it yourself and import the parts."
    )


def test_zip_bomb_in_xlsx(export, refusal):
    import zipfile

    folder = export(items=None)
    with zipfile.ZipFile(folder / "items.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    assert refusal(folder, limits=Limits(1_000_000)) == ONE + (
        "items.xlsx: found a compressed file that unpacks to more than 1,000,000 bytes; expected a smaller file.\n"
        "  Check where the file comes from; if it is what it should be, unpack it yourself and import the parts."
    )


def test_damaged_files(export, refusal):
    folder = export(demand=None)
    (folder / "demand.csv.gz").write_bytes(gzip.compress(DEMAND.encode())[:-9])
    assert "demand.csv.gz: found a damaged .gz file" in refusal(folder)
    (folder / "demand.csv.gz").unlink()
    for name in ("demand.xlsx", "demand.parquet"):
        (folder / name).write_bytes(b"PK\x03\x04 not one")
        assert f"{name}: found a " in refusal(folder)
        (folder / name).unlink()


def whole(folder):
    return read(folder).demand.rows()


EXPECTED = [("A", dt.date(2026, 1, 1), 3.0), ("A", dt.date(2026, 1, 2), 4.0), ("B", dt.date(2026, 1, 1), 1.0)]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(export, sign, end):
    assert whole(export(demand=DEMAND.replace(",", sign).replace("\n", end))) == EXPECTED


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, b""])
def test_byte_order_mark(export, mark):
    assert whole(export(demand=mark + DEMAND.encode())) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_marked_encodings(export, encoding):
    assert whole(export(demand=DEMAND.replace("\n", "\r").encode(encoding))) == EXPECTED


def test_no_last_line_end_blank_lines_and_quotes(export):
    assert whole(export(demand='item,date,quantity\n"A",2026-01-01," 3 "\n\nA ,2026-01-02,4\nB,2026-01-01,1')) == EXPECTED


def test_compressed_workbook_and_parquet(export):
    folder = export(demand=None)
    frame = pl.DataFrame(EXPECTED, schema=["item", "date", "quantity"], orient="row")
    (folder / "demand.csv.gz").write_bytes(gzip.compress(DEMAND.encode()))
    assert whole(folder) == EXPECTED
    (folder / "demand.csv.gz").unlink()
    frame.write_parquet(folder / "demand.parquet")
    assert whole(folder) == EXPECTED
    (folder / "demand.parquet").unlink()
    frame.write_excel(folder / "demand.xlsx")
    assert whole(folder) == EXPECTED


def test_rows_are_numbered_as_a_spreadsheet_shows_them(export):
    text = 'item,description\nA,"two\nlines"\n\nA,again\n'
    imported = import_from(export(items=text, demand="item,date,quantity\nA,2026-01-01,1\n"))
    assert imported.quarantine["row"].to_list() == [4]


def test_every_repeated_header_gets_a_name_of_its_own():
    assert column_names([["a", "a", "a", "a (2)", ""]]) == ["a", "a (2)", "a (3)", "a (2) (2)", "column 5"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"item" * 100_000, "a header that cannot be read"),
        (b"a," * 20_000 + b"\n1\n", "20,001 columns; expected at most 16,384"),
        (b"item," * 200_000 + b"\n1\n", "columns; expected at most 16,384"),
    ],
)
def test_a_line_without_end(export, refusal, text, said):
    """The limit is Excel's own; names that repeat are numbered in one pass, or a million of them would take a day."""
    assert said in refusal(export(demand=text))
