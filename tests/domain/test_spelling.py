"""Spelling: bytes of names, whole or cut out of a longer column."""

import zlib

import polars as pl

from justenough.domain.spelling import bytes_of, check_sums_of, views_of


def test_bytes_of_a_slice_begin_where_the_slice_does():
    text, begins = bytes_of(pl.Series(["one", "zwei", "três"])[1:])
    assert [bytes(text[a:b]).decode() for a, b in zip(begins[:-1], begins[1:], strict=True)] == ["zwei", "três"]


def test_views_are_the_same_for_the_same_short_name_and_say_when_a_name_is_longer():
    views, inline = views_of(pl.Series(["bolt", "nut", "nut", "twelve bytes"])[1:])
    assert inline
    assert (views[0] == views[1]).all()
    assert bytes(views.view("uint8")[1, 4:7]) == b"nut"
    assert views[:, 0].astype("uint32").tolist() == [3, 3, 12]
    assert not views_of(pl.Series(["bolt", "thirteen byte"]))[1]


def test_check_sums_are_those_of_zlib_and_no_name_counts_as_the_empty_one():
    assert check_sums_of(pl.Series(["zwei", None, ""])).tolist() == [zlib.crc32(b"zwei"), 0, 0]
    assert check_sums_of(pl.Series([], dtype=pl.String)).tolist() == []
