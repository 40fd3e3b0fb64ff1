"""Files outside the folder, files that are not there, files that are there twice."""

from __future__ import annotations

import gzip
import re

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
