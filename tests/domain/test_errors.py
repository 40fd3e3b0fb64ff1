from __future__ import annotations

import pickle

from justenough.domain.errors import Complaint, ImportFailed


def complaint(row=412, file="receipts.csv", item="BRG-6204"):
    return Complaint(file, row, "received", "'2024-03-02'", "received on or after ordered", "Are the two columns swapped?", item)


def test_a_complaint_says_where_what_expected_and_what_to_do():
    assert str(complaint()) == (
        "receipts.csv row 412, item BRG-6204: received: found '2024-03-02'; expected received on or after ordered.\n"
        "  Are the two columns swapped?"
    )


def test_a_complaint_about_a_whole_file_names_no_row():
    whole = Complaint("demand.csv", 0, "", "no rows", "at least one row", "Export the file again.")
    assert str(whole) == "demand.csv: found no rows; expected at least one row.\n  Export the file again."


def test_all_complaints_come_at_once_with_their_count():
    failed = ImportFailed([complaint(), complaint(7, "items.csv"), complaint(8, "items.csv")])
    assert str(failed).splitlines()[0] == "3 problems in 2 files; nothing was imported."
    assert len(failed.complaints) == 3


def test_one_problem_in_one_file_is_said_in_the_singular():
    assert str(ImportFailed([complaint()])).startswith("1 problem in 1 file; nothing was imported.")


def test_a_long_list_is_cut_and_says_how_many_are_left():
    failed = ImportFailed([complaint(row, f"{row}.csv") for row in range(1, 31)])
    assert str(failed).splitlines()[-1] == "... and 10 more."
    assert len(failed.complaints) == 30


def test_a_problem_of_many_rows_is_told_of_three_and_counted():
    """Hours of 964 shifts in a format nobody declared filled the screen and hid what else was wrong."""
    many = [complaint(row) for row in range(2, 966)]
    said = str(ImportFailed([*many, complaint(9, "items.csv")])).splitlines()
    assert said[0] == "965 problems in 2 files; nothing was imported."
    assert [line.partition(",")[0] for line in said if line.startswith("receipts")] == [f"receipts.csv row {row}" for row in (2, 3, 4)]
    assert said[7] == "  The same is wrong in 961 more rows of receipts.csv."
    assert said[8].startswith("items.csv row 9")
    assert "more." not in said[-1]
    few = str(ImportFailed(many[:4]))
    assert few.count("found") == 4
    assert "The same" not in few


def test_problems_beyond_those_complained_of_are_counted_too():
    """Of a million wrong rows a thousand were kept, and the first line said that there were a thousand."""
    said = str(ImportFailed([complaint(row) for row in range(2, 1002)], beyond=999_000)).splitlines()
    assert said[0] == "1,000,000 problems in at least 1 file; nothing was imported."
    assert said[7] == "  The same is wrong in at least 997 more rows of receipts.csv."
    assert said[8] == "... and 999,000 more."


def test_complaints_travel_to_other_processes():
    failed = ImportFailed([complaint(), complaint(row=413)])
    there = pickle.loads(pickle.dumps(failed))
    assert (str(there), there.complaints) == (str(failed), failed.complaints)
