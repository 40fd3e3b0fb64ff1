"""Spread: the same result from one process, several, and several of which one is killed."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from justenough.kernels.abreast import abreast
from justenough.strategy.spread import Pool, Threads, gathered, joined, part, poured, serially


@dataclass(frozen=True)
class Columns:
    values: np.ndarray
    period_days: float


@dataclass(frozen=True)
class Nested:
    inner: Columns
    pairs: np.ndarray


@pytest.fixture
def work(monkeypatch):
    """Functions that spawned workers can import: they are handed this process's path."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return import_module("dying_blocks")


def test_serially_keeps_the_order():
    assert serially(lambda block: block * 2, [3, 1, 2]) == [6, 2, 4]


def test_a_killed_worker_changes_nothing(tmp_path, work):
    blocks = [(number, str(tmp_path)) for number in range(5)]
    assert Pool(workers=2)(work.deadly_once, blocks) == [0, 2, 4, 6, 8]
    assert (tmp_path / "killed").exists()


def test_a_worker_that_always_dies_is_given_up(work):
    with pytest.raises(RuntimeError, match="workers were killed 2 times with 1 of 1 blocks left to do"):
        Pool(workers=1, restarts=1)(work.deadly, [0])


def test_an_error_of_the_work_is_raised_as_it_is(work):
    with pytest.raises(ValueError, match="block 7 cannot be done"):
        Pool(workers=1)(work.wrong, [7])


def test_parts_joined_are_the_whole():
    whole = Columns(np.arange(6.0), 7.0)
    parts = [part(whole, np.array([0, 1])), part(whole, np.arange(2, 6))]
    again = joined(parts)
    assert (again.values == whole.values).all()
    assert again.period_days == 7.0


def test_poured_parts_are_the_whole_and_are_let_go():
    whole = Nested(Columns(np.arange(6.0), 7.0), np.arange(12).reshape(6, 2))
    parts = [part(whole, np.array([0, 1])), part(whole, np.arange(2, 6))]
    again = poured(parts)
    assert parts == []
    assert (again.inner.values == whole.inner.values).all()
    assert (again.pairs == whole.pairs).all()
    assert again.inner.period_days == 7.0


def test_gathered_parts_are_the_whole_and_no_row_is_missing():
    whole = Nested(Columns(np.arange(6.0), 7.0), np.arange(12).reshape(6, 2))
    again = gathered((part(whole, slice(start, start + 4)) for start in (0, 4)), 6)
    assert (again.inner.values == whole.inner.values).all()
    assert (again.pairs == whole.pairs).all()
    with pytest.raises(ValueError, match="parts have 6 rows together, not 7"):
        gathered([whole], 7)


def test_threads_keep_the_order_and_let_each_block_do_its_rows_alone():
    seen, together = [], threading.Barrier(2, timeout=120)

    def work(block):
        if block < 2:
            together.wait()  # two blocks are at it at once, or this fails
        abreast(lambda start, stop: seen.append((block, start, stop, threading.current_thread().name)), 1200)
        return block * 2

    assert Threads(2)(work, range(6)) == [0, 2, 4, 6, 8, 10]
    for block in range(6):
        mine = [each for each in seen if each[0] == block]
        assert [each[1:3] for each in mine] == [(0, 512), (512, 1024), (1024, 1200)]
        assert len({each[3] for each in mine}) == 1


def test_threads_raise_the_first_error_and_begin_no_more_blocks():
    begun = []

    def work(block):
        begun.append(block)
        if block == 1:
            raise ValueError("block 1 cannot be done")
        return block

    with pytest.raises(ValueError, match="block 1 cannot be done"):
        Threads(2)(work, range(10_000))
    assert len(begun) < 10_000
