"""Delta files: what lies beside a table counts once it is entered, and whoever reads the table by other means sees it too."""

from __future__ import annotations

import os

import polars as pl
import pytest
from deltalake import DeltaTable

from justenough.archive.delta_files import enter_files
from justenough.archive.facts import Facts

PART_OF = {"import_id": "a", "bucket": "0"}


@pytest.fixture
def parts(tmp_path):
    frames = [pl.DataFrame({"item": [f"I{at}"], "quantity": [float(at)], "__file__": ["f"], "__row__": [at]}) for at in range(5)]
    for at, frame in enumerate(frames):
        frame.with_columns(date=pl.date(2026, 1, 1)).write_parquet(tmp_path / f"{at}.parquet")
    return [tmp_path / f"{at}.parquet" for at in range(5)]


@pytest.mark.parametrize("links", [True, False])
def test_files_are_entered_in_one_commit_and_in_their_order(tmp_path, parts, monkeypatch, links):
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    facts = Facts(tmp_path / "facts")
    facts.create()
    before = DeltaTable(str(tmp_path / "facts" / "demand")).version()
    facts.enter("a", "demand", parts)
    table = DeltaTable(str(tmp_path / "facts" / "demand"))
    assert table.version() == before + 1
    assert facts.read("demand", ["a"])["item"].to_list() == ["I0", "I1", "I2", "I3", "I4"]
    assert sorted(table.to_pyarrow_table()["quantity"].to_pylist()) == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert facts.forget([]) == 5
    assert all(one.is_file() for one in parts)  # whoever wrote them still has them


def test_a_part_that_is_gone_enters_nothing(tmp_path, parts):
    facts = Facts(tmp_path / "facts")
    facts.create()
    parts[3].unlink()
    with pytest.raises(FileNotFoundError):
        enter_files(tmp_path / "facts" / "demand", parts, PART_OF)
    assert facts.read("demand", ["a"]).height == 0


def _no_links(*_):
    raise PermissionError("no links here")
