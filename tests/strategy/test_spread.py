"""Spread: the same result from one process, several, and several of which one is killed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from justenough.strategy.spread import Pool, joined, part, poured, serially


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
