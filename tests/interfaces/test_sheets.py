"""Sheets: what Excel of any country saves is read as it was written."""

from __future__ import annotations

import pytest

from justenough.domain.errors import JustenoughError
from justenough.interfaces.sheets import sheet_of

HEAD, ROW = ["from file", "from row", "Stück"], ["a.csv", "3", None]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_delimiter_and_encoding_gives_the_same_cells(tmp_path, delimiter: str, encoding: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(f"{delimiter.join(HEAD)}\r\na.csv{delimiter}3{delimiter}\r\n{delimiter * 2}\r\n".encode(encoding))
    sheet = sheet_of(path)
    assert sheet.columns == HEAD
    assert list(sheet.row(0)) == ROW
    assert sheet.height == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [('a,b\n1,"open\n', "quotation mark"), ("a,b\n1,2,3\n", "line 2: found 3 cells"), ("", "no rows"), ("a,a\n1,2\n", "same name")],
)
def test_a_broken_sheet_is_refused_in_a_sentence(tmp_path, text: str, said: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(text)
    with pytest.raises(JustenoughError, match=said):
        sheet_of(path)
