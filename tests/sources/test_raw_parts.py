"""Raw parts: the same rows and places as of the file opened whole."""

from __future__ import annotations

import gzip

import polars as pl
import pytest
from long_exports import write_export

from justenough.sources.declarations import FileSpec
from justenough.sources.opening import open_file
from justenough.sources.raw_parts import NotInParts, long_file


@pytest.mark.parametrize("form", ["parquet", "csv"])
@pytest.mark.parametrize("first", [0, 3])
def test_rows_and_places_are_those_of_the_whole(tmp_path, form, first):
    path = write_export(tmp_path / "export", form) / f"demand.{form}"
    spec = FileSpec(path.name)
    whole, long = open_file(path, path.name, spec).frame, long_file(path, path.name, spec)
    found = [part for number, part in long.parts(250, first) if number >= first]
    assert pl.concat(found).equals(whole.filter(pl.col("__row__") > 250 * first + (form == "csv")))
    assert abs(long.rows - whole.height) <= 0.02 * whole.height


def test_a_header_of_several_rows_below_notes(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("made by nobody\nPart;Wanted\n;units\nA;1\nB;2\nC;3\n")
    spec = FileSpec("odd.csv", skip_rows=1, header_rows=2)
    whole = open_file(path, path.name, spec).frame
    assert pl.concat(part for _, part in long_file(path, path.name, spec).parts(2)).equals(whole)


def test_what_has_to_be_opened_whole(tmp_path):
    def of(name, content):
        (tmp_path / name).write_bytes(content)
        return long_file(tmp_path / name, name, FileSpec(name))

    assert of("packed.csv", gzip.compress(b"item\nA\n")) is None
    assert of("wide.csv", "item\nA\n".encode("utf-16")) is None
    assert of("returns.csv", b"item\rA\r") is None
    assert of("broken.parquet", b"PAR1") is None
    assert of("book.xlsx", b"item\nA\n") is None


def test_longer_lines_than_the_header_are_said(tmp_path):
    path = tmp_path / "ragged.csv"
    path.write_text("item,quantity\n" + "A,1\n" * 50 + "A,1,2\n")
    with pytest.raises(NotInParts):
        list(long_file(path, path.name, FileSpec(path.name)).parts(10))
    assert open_file(path, path.name, FileSpec(path.name)).frame.height == 51
