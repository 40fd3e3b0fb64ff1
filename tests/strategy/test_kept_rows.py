"""Kept rows: what was written is found by its keys, from whatever files, and a torn file counts as none."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.strategy.kept_rows import Shelf, write_rows


def keys_of(*numbers):
    return np.array([[number, 7 * number] for number in numbers], np.uint64)


def written(place):
    """Two files of three and two rows."""
    for name, numbers in (("a", (5, 1, 9)), ("b", (2, 8))):
        n = np.array(numbers, float)
        columns = {
            "flat": n,
            "curve": (n[:, None] + np.arange(4.0)).astype(np.float32),
            "strided": np.arange(20)[:: 20 // len(n)][: len(n)],
        }
        write_rows(place / f"{name}.rows", keys_of(*numbers), columns)
    return Shelf.of(place)


def test_rows_are_found_by_their_keys_in_the_order_asked(tmp_path):
    shelf = written(tmp_path)
    there = shelf.places_of(keys_of(8, 3, 5, 9))
    assert there.tolist() == [[1, 1], [-1, -1], [0, 0], [0, 2]]
    rows = shelf.rows_at(there[[0, 2, 3]])
    assert rows["flat"].tolist() == [8.0, 5.0, 9.0]
    assert rows["curve"].tolist() == [[8.0, 9.0, 10.0, 11.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]]
    assert rows["curve"].dtype == np.float32
    assert rows["strided"].tolist() == [10, 0, 12]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.rows", "b.rows"]


def test_half_a_key_is_no_key(tmp_path):
    assert written(tmp_path).places_of(np.array([[5, 36]], np.uint64)).tolist() == [[-1, -1]]


@pytest.mark.parametrize("left", [0, 20, 130, 240])
def test_a_torn_file_counts_as_none(tmp_path, left):
    written(tmp_path)
    torn = tmp_path / "a.rows"
    assert torn.stat().st_size > left
    torn.write_bytes(torn.read_bytes()[:left])
    assert [file.name for file in Shelf.of(tmp_path).files] == ["b.rows"]


def test_no_rows_are_kept_too(tmp_path):
    write_rows(tmp_path / "none.rows", keys_of()[:0].reshape(0, 2), {"flat": np.empty(0)})
    assert Shelf.of(tmp_path).places_of(keys_of(5)).tolist() == [[-1, -1]]
