"""What a planner reads of a row that cannot be believed, word for word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from justenough.domain.errors import ImportFailed
from justenough.sources.profiles import Profile
from justenough.sources.read import import_from, read

ONE = "1 problem in 1 file; nothing was imported.\n"
ITEMS = "item,unit_cost,lead_time_days\nA,2.5,7\nB,3,14\n"
DEMAND = "item,date,quantity\nA,2026-01-01,3\nA,2026-01-02,4\nB,2026-01-01,1\n"


def test_duplicate_item(export, only_complaint):
    assert only_complaint(export(items=ITEMS + "A,9,9\n")) == (
        "items.csv row 4, item A: item: found 'A'; expected no second row with the same item.\n"
        "  Row 2 of items.csv was kept. Keep one row for each item and delete or rename the others."
    )


def test_mixed_date_formats(export, only_complaint):
    assert only_complaint(export(demand=DEMAND + "B,02.01.2026,3\n")) == (
        "demand.csv row 5, item B: date: found '02.01.2026'; expected a date such as 2026-01-31 or 2026-01-31 14:05:00"
        " or 2026-01-31T14:05:00.\n"
        "  Correct `date` in the file, or add its format to `date_formats` in the profile."
    )


def test_a_year_beyond_all_records(export, only_complaint):
    assert only_complaint(export(demand=DEMAND + "B,9999-12-31,3\n")) == (
        "demand.csv row 5, item B: date: found '9999-12-31'; expected a day from 1900-01-01 to 2100-12-31.\n"
        "  Correct the year of `date` in the file, or add the value to `nulls` in the profile if it means no day."
    )


def test_where_every_item_is_wrong_that_is_said_and_not_what_follows_from_it(export, refusal):
    """Also where the profile names demand before items."""
    usual = Profile.load("canonical")
    other = replace(usual, tables=dict(sorted(usual.tables.items())))
    assert list(other.tables).index("demand") < list(other.tables).index("items")
    for profile in (usual, other):
        text = refusal(export(items="item,unit_cost\nA,-2\nB,-3\n"), profile=profile)
        assert text.startswith("2 problems in 1 file; nothing was imported.\nitems.csv row 2, item A: unit_cost: found '-2'")
        assert "demand.csv" not in text


def test_the_strict_door_names_the_item_before_the_demand_that_waits_for_it(export):
    with pytest.raises(ImportFailed) as caught:
        read(export(items="item,unit_cost\nA,-2\nB,3\n"))
    lines = str(caught.value).splitlines()
    assert lines[1].startswith("items.csv row 2, item A: unit_cost: found '-2'")
    assert sum(line.startswith("demand.csv") for line in lines) == 2


def test_words_in_number_columns(export, only_complaint):
    assert only_complaint(export(demand=DEMAND + "B,2026-01-02,three\n")) == (
        "demand.csv row 5, item B: quantity: found 'three'; expected a number [units].\n"
        "  Correct `quantity` in the file, or add the word to `nulls` in the profile if it means nothing."
    )


def test_negative_price(export, only_complaint):
    assert only_complaint(export(items=ITEMS + "C,-1,7\n")) == (
        "items.csv row 4, item C: unit_cost: found '-1'; expected a number >= 0 [money/unit].\n"
        "  Correct `unit_cost` in the file, or its unit in the profile."
    )


def test_unknown_column(export, refusal):
    text = refusal(export(demand="item,date,quantity,colour\nA,2026-01-01,3,red\n"))
    assert text == ONE + (
        "demand.csv row 1: found column 'colour'; expected one of item, date, quantity.\n"
        "  Rename or delete the column, or write a profile that maps it."
    )


def test_missing_column(export, refusal):
    assert refusal(export(demand="item,date\nA,2026-01-01\n")) == ONE + (
        "demand.csv row 1: quantity: found no such column; expected a number [units].\n  Add the column `quantity`."
    )


def test_unknown_item(export, only_complaint):
    assert only_complaint(export(demand=DEMAND + "Z,2026-01-01,3\n")) == (
        "demand.csv row 5, item Z: item: found 'Z'; expected an item of items.csv.\n"
        "  Add the item to items.csv (or correct its row there, if it is in quarantine), or correct the code."
    )


def test_a_fallen_item_takes_its_demand_along(export):
    imported = import_from(export(items="item,unit_cost\nA,x\nB,3\n"))
    assert imported.tables["demand"]["item"].to_list() == ["B"]
    assert [(one.rows_in, one.accepted, one.quarantined) for one in imported.files] == [(2, 1, 1), (3, 1, 2)]


def test_ten_megabytes_in_one_cell(export, only_complaint):
    cell = "x" * 10_485_760
    assert only_complaint(export(items=f"item,description\nA,fine\nB,{cell}\n", demand=DEMAND.replace("B,2026-01-01,1\n", ""))) == (
        f"items.csv row 3, item B: description: found '{'x' * 60}'... (10485760 characters);"
        " expected at most 32,767 characters in one cell.\n"
        "  Is a quotation mark not closed?"
    )


def test_more_values_than_columns(export, only_complaint):
    assert only_complaint(export(demand=DEMAND + "B,2026-01-02,1,5,7\n")) == (
        "demand.csv row 5, item B: found more values than columns: '5,7'; expected as many values as the header has columns.\n"
        "  Is a value with a delimiter in it not in quotation marks?"
    )


def test_a_decimal_comma_is_named(export, only_complaint):
    folder = export(items='item,unit_cost\nA,1\nB,"45,00"\n', demand="item,date,quantity\nA,2026-01-01,3\nA,2026-01-02,4\n")
    said = only_complaint(folder)
    assert "found '45,00'" in said
    assert "This looks like a decimal comma: set decimal = ','" in said


LINES = "order,order_line,item,ordered,received,quantity_received\n4500,10,A,2026-01-01,2026-01-05,7\n"


def test_a_line_of_an_order_comes_once(export, only_complaint):
    """The same line twice is one delivery; two parts of it, which differ in day or quantity, are two."""
    parts = "4500,10,A,2026-01-01,2026-01-06,7\n4500,20,A,2026-01-01,2026-01-05,7\n"
    folder = export(receipts=LINES + parts + "4500,10,A,2026-01-01,2026-01-05,7\n")
    assert only_complaint(folder) == (
        "receipts.csv row 5, item A: found a row like an earlier one; expected each row once.\n"
        '  Delete it, or write repeats = "keep" in the profile if it is meant.'
    )
    found = import_from(folder)
    assert found.tables["receipts"]["quantity_received"].sum() == 21
    assert [(one.rows_in, one.accepted, one.quarantined) for one in found.files if one.file == "receipts.csv"] == [(4, 3, 1)]


def test_only_rows_that_name_their_line_come_once(export):
    """Two equal deliveries whose line is left blank are two parts, whatever the column's other rows name."""
    blank = "4501,,A,2026-01-01,2026-01-05,5\n"
    folder = export(receipts=LINES + LINES.splitlines(keepends=True)[1] + blank * 3)
    found = import_from(folder)
    assert found.quarantine["row"].to_list() == [3]
    assert found.tables["receipts"]["quantity_received"].sum() == 7 + 3 * 5
    assert [one.found for one in found.notices if "like an earlier" in one.found] == ["2 rows like an earlier one in every column"]


def test_orders_without_lines_may_repeat(export, notices):
    """Without its line nobody knows whether an order names an item twice."""
    assert "They are counted." in notices(export(receipts="order,item,ordered\n1,A,2026-01-01\n1,A,2026-01-01\n"))


@pytest.mark.parametrize("table", ["events", "counts"])
def test_doubled_rows_of_machines_are_quarantined_where_the_profile_says_so(tmp_path, table):
    """A machine's log written twice: declared, and done for demand and orders alone."""
    (tmp_path / "log.csv").write_text(
        "m,a,b,what\n" + "M1,2026-03-02 06:00,2026-03-02 07:00,7\n" * 2 + "M1,2026-03-02 07:00,2026-03-02 08:00,8\n"
    )
    last = 'state = { value = "running" }' if table == "events" else 'total = "what"'
    profile = f"""
    currency = "EUR"
    demand_period = "day"
    date_formats = ["%Y-%m-%d %H:%M"]
    [files]
    log = "log.csv"
    [tables.machines]
    derived_from = "{table}"
    [tables.{table}]
    file = "log"
    repeats = "quarantine"
    [tables.{table}.columns]
    machine = "m"
    start = "a"
    end = "b"
    {last}
    """
    found = import_from(tmp_path, Profile.from_toml(profile))
    assert found.tables[table].height == 2
    assert found.quarantine["row"].to_list() == [3]
    kept = import_from(tmp_path, Profile.from_toml(profile.replace('repeats = "quarantine"', "")))
    assert kept.tables[table].height == 3
    # What machines did at a moment is settled later; what they made adds up.
    assert ["1 row like an earlier one in every column"][: table == "counts"] == [one.found for one in kept.notices]
