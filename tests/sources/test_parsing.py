"""Text as numbers, dates and flags: right, or marked wrong, never bent."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from justenough.sources.declarations import FileSpec
from justenough.sources.parsing import dates, flags, numbers, separators_hint, text
from justenough.sources.profiles import Profile
from justenough.sources.read import import_from, read

PLAIN = FileSpec("f.csv")


@pytest.mark.parametrize(
    ("written", "file", "value"),
    [
        ("1.5", PLAIN, 1.5),
        (" 7 ", PLAIN, 7.0),
        (".0000", PLAIN, 0.0),
        ("-3", PLAIN, -3.0),
        ("1.234,5", FileSpec("f.csv", decimal=",", thousands="."), 1234.5),
        ("1,234.5", FileSpec("f.csv", thousands=","), 1234.5),
        ("10000-", PLAIN, -10000.0),
        ("10.000,5- ", FileSpec("f.csv", decimal=",", thousands="."), -10000.5),
        ("", PLAIN, None),
        ("n/a", PLAIN, None),
    ],
)
def test_numbers(written, file, value):
    parsed = numbers(pl.Series([written]), ("n/a",), file)
    assert parsed.values.to_list() == [value]
    assert parsed.bad is None


@pytest.mark.parametrize("written", ["three", "1,5", "1.2.3", "12 EUR", "0x1f", "--"])
def test_words_are_not_numbers(written):
    parsed = numbers(pl.Series([written, "1"]), (), PLAIN)
    assert parsed.bad is not None
    assert parsed.bad.to_list() == [True, False]


@pytest.mark.parametrize(
    ("written", "date_format", "day"),
    [
        ("2026-01-31", "%Y-%m-%d", dt.date(2026, 1, 31)),
        ("27-Aug-06", "%d-%b-%y", dt.date(2006, 8, 27)),
        ("3/4/06", "%m/%d/%y", dt.date(2006, 3, 4)),
        ("2026-01", "%Y-%m", dt.date(2026, 1, 1)),
        ("2026-W05", "%G-W%V", dt.date.fromisocalendar(2026, 5, 1)),
        ("2026-01-31 23:59:59", "%Y-%m-%d %H:%M:%S", dt.date(2026, 1, 31)),
    ],
)
def test_dates(written, date_format, day):
    assert dates(pl.Series([written]), (), (date_format,), moment=False).values.to_list() == [day]


@pytest.mark.parametrize(("written", "date_format"), [("12/22/06", "%m/%d/%Y"), ("2026-02-30", "%Y-%m-%d"), ("soon", "%Y-%m-%d")])
def test_what_is_no_date(written, date_format):
    """%Y would read 06 as the year 6."""
    parsed = dates(pl.Series([written]), (), (date_format,), moment=False)
    assert parsed.values.to_list() == [None]
    assert parsed.bad is not None


def test_a_date_two_formats_read_differently_is_refused():
    parsed = dates(pl.Series(["03/04/2026", "31/01/2026", "05/05/2026"]), (), ("%d/%m/%Y", "%m/%d/%Y"), moment=False)
    assert parsed.values.to_list() == [None, dt.date(2026, 1, 31), dt.date(2026, 5, 5)]
    assert parsed.why == ", which two date_formats read as different days"


def test_moments_and_flags():
    assert dates(pl.Series(["2026-01-31 14:05:00"]), (), ("%Y-%m-%d %H:%M:%S",), moment=True).values.to_list() == [
        dt.datetime(2026, 1, 31, 14, 5)
    ]
    assert flags(pl.Series(["Yes", "0", "", "true"]), ()).values.to_list() == [True, False, None, True]
    assert flags(pl.Series(["perhaps"]), ()).bad is not None


def test_codes_kept_as_numbers():
    assert text(pl.Series([13085.0, None]), ()).values.to_list() == ["13085", None]
    assert text(pl.Series([" EA ", "NULL"]), ("NULL",)).values.to_list() == ["EA", None]


def test_a_day_beyond_all_records_is_told_from_what_is_no_day():
    parsed = dates(pl.Series(["1899-12-30", "2026-01-31", "9999-12-31", "soon", None]), (), ("%Y-%m-%d",), moment=False)
    assert parsed.values.to_list() == [None, dt.date(2026, 1, 31), None, None, None]
    assert parsed.far is not None
    assert parsed.far.to_list() == [True, False, True, False, False]
    assert parsed.bad is not None
    assert parsed.bad.to_list() == [False, False, False, True, False]


def test_two_digits_of_a_year_are_no_day_far_away():
    """%Y reads "06" as the year 6: the format is wrong, not the year."""
    parsed = dates(pl.Series(["12/22/06"]), (), ("%m/%d/%Y",), moment=False)
    assert parsed.far is None
    assert parsed.bad is not None


def test_a_date_cell_of_a_workbook_is_a_date_whatever_the_format_of_text_dates(tmp_path):
    """Cells that Excel knows as dates, and dates typed as text, in one column; no such text passes in a CSV."""
    import xlsxwriter

    told = 'currency = "EUR"\ndemand_period = "day"\ndate_formats = ["%d/%m/%Y"]\n[files]\nused = "used.*"\n'
    told += '[tables.demand]\nfile = "used"\n[tables.demand.columns]\nitem = "Item"\ndate = "Date"\nquantity = "Quantity"\n'
    told += '[tables.items]\nderived_from = "demand"\n'
    profile = Profile.from_toml(told)
    (tmp_path / "book").mkdir()
    with xlsxwriter.Workbook(str(tmp_path / "book" / "used.xlsx")) as book:
        sheet, shown = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["Item", "Date", "Quantity"])
        sheet.write_row(1, 0, ["A", "", 3])
        sheet.write_datetime(1, 1, dt.datetime(2025, 7, 1), shown)
        sheet.write_row(2, 0, ["A", "02/07/2025", 4])
    assert read(tmp_path / "book", profile).demand["date"].to_list() == [dt.date(2025, 7, 1), dt.date(2025, 7, 2)]
    (tmp_path / "used.csv").write_text("Item,Date,Quantity\nA,2025-07-01 00:00:00,3\nA,02/07/2025,4\n")
    assert import_from(tmp_path, profile).quarantine["found"].to_list() == ["'2025-07-01 00:00:00'"]


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u202f"])
def test_a_blank_between_thousands_is_any_blank(blank):
    file = FileSpec("f.csv", decimal=",", thousands=" ")
    assert numbers(pl.Series([f"1{blank}142,250", "12,5", f"-3{blank}000{blank}000"]), (), file).values.to_list() == [1142.25, 12.5, -3e6]
    wrong = pl.Series([f"1{blank}142,250"])
    said = "This looks like thousands with a blank between: set {}thousands = ' ' for the file under [files] in the profile."
    assert separators_hint(wrong, FileSpec("f.csv")) == said.format("decimal = ',' and ")
    assert separators_hint(wrong, FileSpec("f.csv", decimal=",", thousands=".")) == said.format("")
    assert separators_hint(wrong, FileSpec("f.csv", thousands=blank)) == said.format("decimal = ',' and ")
    assert separators_hint(wrong, file) is None


@pytest.mark.parametrize("written", ["01/31/2026 02:05:09 PM", "01/31/2026 2:05:09 PM"])
def test_clocks_of_twelve_hours_keep_their_hours(written):
    """An American export's states all stood at midnight."""
    formats = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y")
    found = dates(pl.Series([written, "01/31/2026 12:00:00 AM"]), (), formats, moment=True)
    assert found.clean
    assert found.values.to_list() == [dt.datetime(2026, 1, 31, 14, 5, 9), dt.datetime(2026, 1, 31)]


def test_thousands_with_commas_before_a_point_are_named():
    wrong = pl.Series(["1,142.25", "7"])
    said = "This looks like thousands with a comma between: set thousands = ',' for the file under [files] in the profile."
    assert separators_hint(wrong, FileSpec("f.csv")) == said
    assert numbers(wrong, (), FileSpec("f.csv", thousands=",")).values.to_list() == [1142.25, 7.0]
    assert separators_hint(wrong, FileSpec("f.csv", thousands=",")) is None


@pytest.mark.parametrize(("words", "value"), [("Sì si SÍ ja oui tak yes x", True), ("No nein nee non nie 0", False)])
def test_yes_and_no_of_several_languages(words, value):
    found = flags(pl.Series(words.split()), ())
    assert found.clean
    assert set(found.values.to_list()) == {value}
