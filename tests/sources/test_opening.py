"""What a planner reads when a file is not what it should be, word for word; and every kind of file that is."""

from __future__ import annotations

import codecs
import datetime as dt
import gzip
import re

import polars as pl
import pytest

from justenough.domain.errors import ImportFailed, ProfileError
from justenough.sources.opening import Limits
from justenough.sources.read import import_from, read

TERMS = 'currency = "EUR"\ndemand_period = "day"\n'
ITEMS = "item,unit_cost,lead_time_days\nA,2.5,7\nB,3,14\n"
DEMAND = "item,date,quantity\nA,2026-01-01,3\nA,2026-01-02,4\nB,2026-01-01,1\n"


@pytest.fixture
def export(tmp_path):
    """A small canonical export; call with the files to write differently."""

    def write(**files):
        given = {"items": ITEMS, "demand": DEMAND, "plant": TERMS} | files
        for name, text in given.items():
            if text is not None:
                path = tmp_path / f"{name}.{'toml' if name == 'plant' else 'csv'}"
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


def refusal(folder, **options):
    with pytest.raises(ImportFailed) as caught:
        import_from(folder, **options)
    return str(caught.value)


def only_complaint(folder):
    imported = import_from(folder)
    assert sum(one.quarantined for one in imported.files) == 1
    assert all(one.rows_in == one.accepted + one.quarantined for one in imported.files)
    with pytest.raises(ImportFailed) as caught:
        read(folder)  # the strict door says the same
    head, _, rest = str(caught.value).partition("\n")
    assert head == "1 problem in 1 file; nothing was imported."
    return rest


ONE = "1 problem in 1 file; nothing was imported.\n"


def test_good_export(export):
    assert str(import_from(export())) == (
        "Imported 2 items, 3 demand.\n"
        "items.csv: 2 rows in = 2 accepted + 0 quarantined.\n"
        "demand.csv: 3 rows in = 3 accepted + 0 quarantined."
    )


def test_empty_file(export):
    assert refusal(export(demand="")) == ONE + (
        "demand.csv: found an empty file (0 bytes); expected a header and at least one row.\n  Export the file again."
    )


def test_header_only(export):
    assert refusal(export(demand="item,date,quantity\n")) == ONE + (
        "demand.csv: found a header and no rows; expected at least one row below the header.\n  Export the file again, with its rows."
    )


def test_broken_files_are_all_named_at_once(export):
    assert refusal(export(demand="", items="")).startswith("2 problems in 2 files; nothing was imported.\n")


def test_one_item(export):
    assert str(import_from(export(items="item\nA\n", demand="item,date,quantity\nA,2026-01-01,3\nA,2026-01-02,1\n"))) == (
        "Imported 1 item, 2 demand.\n"
        "items.csv: 1 row in = 1 accepted + 0 quarantined.\n"
        "demand.csv: 2 rows in = 2 accepted + 0 quarantined."
    )


def notices(folder):
    return "\n".join(map(str, import_from(folder).notices))


def test_one_period(export):
    assert notices(export(demand="item,date,quantity\nA,2026-01-01,3\nB,2026-01-01,1\n")) == (
        "demand.csv: date: found one date only, 2026-01-01; expected several periods.\n"
        "  Export a longer time; one period does not show how demand varies."
    )


def test_all_zero_demand(export):
    assert notices(export(demand="item,date,quantity\nA,2026-01-01,0\nA,2026-01-02,0\n")) == (
        "demand.csv: quantity: found 0 in all 2 rows; expected demand in at least one.\n  Is this the right column, and the right time?"
    )


def test_all_negative_demand(export):
    assert refusal(export(demand="item,date,quantity\nA,2026-01-01,-3\nA,2026-01-02,-1\n")) == ONE + (
        "demand.csv: quantity: found no positive value in 2 rows; expected demand positive and returns negative.\n"
        '  If the export writes issues as negative, set demand_sign = "negative" in [tables.demand] of the profile.'
    )


def test_duplicate_item(export):
    assert only_complaint(export(items=ITEMS + "A,9,9\n")) == (
        "items.csv row 4, item A: item: found 'A'; expected no second row with the same item.\n"
        "  Keep one row for each item and delete or rename the others."
    )


def test_duplicate_rows(export):
    assert notices(export(demand=DEMAND + "A,2026-01-01,3\n")) == (
        "demand.csv: found 1 row like an earlier one in every column; expected each row once.\n"
        '  They are counted. If the export doubles rows, set repeats = "quarantine" in [tables.demand] of the profile.'
    )


def test_mixed_date_formats(export):
    assert only_complaint(export(demand=DEMAND + "B,02.01.2026,3\n")) == (
        "demand.csv row 5, item B: date: found '02.01.2026'; expected a date such as 2026-01-31 or 2026-01-31 14:05:00"
        " or 2026-01-31T14:05:00.\n"
        "  Correct `date` in the file, or add its format to `date_formats` in the profile."
    )


def test_words_in_number_columns(export):
    assert only_complaint(export(demand=DEMAND + "B,2026-01-02,three\n")) == (
        "demand.csv row 5, item B: quantity: found 'three'; expected a number [units].\n"
        "  Correct `quantity` in the file, or add the word to `nulls` in the profile if it means nothing."
    )


def test_price_zero(export):
    assert notices(export(items="item,unit_cost\nA,0\nB,1\n")) == (
        "items.csv: unit_cost: found 0 in 1 of 2 items (A); expected a price > 0.\n"
        "  Fill in the price; without one no cost can be reckoned and the item cannot be decided."
    )


def test_lead_time_zero(export):
    assert notices(export(items="item,lead_time_days\nA,0\nB,1\n")) == (
        "items.csv: lead_time_days: found 0 in 1 of 2 items (A); expected a lead time > 0 days.\n"
        "  Is it really on the shelf the moment it is ordered? If it is not known, leave the cell empty."
    )


def test_negative_price(export):
    assert only_complaint(export(items=ITEMS + "C,-1,7\n")) == (
        "items.csv row 4, item C: unit_cost: found '-1'; expected a number >= 0 [money/unit].\n"
        "  Correct `unit_cost` in the file, or its unit in the profile."
    )


def test_unknown_column(export):
    text = refusal(export(demand="item,date,quantity,colour\nA,2026-01-01,3,red\n"))
    assert text == ONE + (
        "demand.csv row 1: found column 'colour'; expected one of item, date, quantity.\n"
        "  Rename or delete the column, or write a profile that maps it."
    )


def test_missing_column(export):
    assert refusal(export(demand="item,date\nA,2026-01-01\n")) == ONE + (
        "demand.csv row 1: quantity: found no such column; expected a number [units].\n  Add the column `quantity`."
    )


def test_unknown_item(export):
    assert only_complaint(export(demand=DEMAND + "Z,2026-01-01,3\n")) == (
        "demand.csv row 5, item Z: item: found 'Z'; expected an item of items.csv.\n"
        "  Add the item to items.csv (or correct its row there, if it is in quarantine), or correct the code."
    )


def test_a_fallen_item_takes_its_demand_along(export):
    imported = import_from(export(items="item,unit_cost\nA,x\nB,3\n"))
    assert imported.tables["demand"]["item"].to_list() == ["B"]
    assert [(one.rows_in, one.accepted, one.quarantined) for one in imported.files] == [(2, 1, 1), (3, 1, 2)]


def test_ten_megabytes_in_one_cell(export):
    cell = "x" * 10_485_760
    assert only_complaint(export(items=f"item,description\nA,fine\nB,{cell}\n", demand=DEMAND.replace("B,2026-01-01,1\n", ""))) == (
        f"items.csv row 3, item B: description: found '{'x' * 60}'... (10485760 characters); expected at most 32,767 characters in one cell.\n"
        "  Is a quotation mark not closed?"
    )


def test_more_values_than_columns(export):
    assert only_complaint(export(demand=DEMAND + "B,2026-01-02,1,5,7\n")) == (
        "demand.csv row 5, item B: found more values than columns: '5,7'; expected as many values as the header has columns.\n"
        "  Is a value with a delimiter in it not in quotation marks?"
    )


def test_wrong_encoding(export):
    assert refusal(export(items="item,description\nA,Dichtung\nB,Stößel\n".encode("cp1252"))) == ONE + (
        "items.csv row 3: found byte 0xF6, which is not utf-8; expected text in utf-8.\n"
        '  Set `encoding` of the file in the profile, e.g. "cp1252" (Windows) or "latin-1".'
    )


def test_zip_bomb_in_gz(export):
    folder = export(demand=None)
    (folder / "demand.csv.gz").write_bytes(gzip.compress(b"item,date,quantity\n" + b"A,2026-01-01,1\n" * 200_000))
    assert refusal(folder, limits=Limits(expanded_bytes=1_000_000)) == ONE + (
        "demand.csv.gz: found a compressed file that unpacks to more than 1,000,000 bytes; expected a smaller file.\n"
        "  Check where the file comes from; if it is what it should be, unpack it yourself and import the parts."
    )


def test_zip_bomb_in_xlsx(export):
    import zipfile

    folder = export(items=None)
    with zipfile.ZipFile(folder / "items.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    assert "items.xlsx: found a compressed file that unpacks to more than 1,000,000 bytes" in refusal(folder, limits=Limits(1_000_000))


def test_damaged_files(export):
    folder = export(demand=None)
    (folder / "demand.csv.gz").write_bytes(gzip.compress(DEMAND.encode())[:-9])
    assert "demand.csv.gz: found a damaged .gz file" in refusal(folder)
    (folder / "demand.csv.gz").unlink()
    for name in ("demand.xlsx", "demand.parquet"):
        (folder / name).write_bytes(b"PK\x03\x04 not one")
        assert f"{name}: found a " in refusal(folder)
        (folder / name).unlink()


def test_symlink_out_of_the_folder(export, tmp_path_factory):
    folder = export(demand=None)
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.csv"
    secret.write_text(DEMAND)
    (folder / "demand.csv").symlink_to(secret)
    assert refusal(folder) == ONE + (
        "demand.csv: found a link to a place outside the folder; expected a file inside it.\n  Copy the file into the folder."
    )


def test_no_such_path(tmp_path):
    assert "found no such file or folder" in refusal(tmp_path / "nowhere")


def test_missing_file(export):
    text = refusal(export(demand=None))
    assert re.search(r"found no file like demand\.\* for the table demand; expected one below this folder, for profile canonical\.", text)


def test_two_forms_of_one_table(export):
    folder = export()
    (folder / "demand.csv.gz").write_bytes(gzip.compress(DEMAND.encode()))
    assert "demand.csv and demand.csv.gz: found the same table in several forms; expected one of them." in refusal(folder)


def test_terms_missing(export):
    with pytest.raises(ProfileError, match=r"plant\.toml: no such file beside the tables; write one with currency"):
        import_from(export(plant=None))
    with pytest.raises(ProfileError, match=r'plant\.toml: currency is missing; write currency = "EUR" \(or the like\), or "unknown"'):
        import_from(export(plant='demand_period = "day"\n'))


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
