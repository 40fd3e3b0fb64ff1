"""Aside: what another process gives, refuses, or dies of."""

from __future__ import annotations

import os

import pytest
from harmful import COMPLAINT, added, die, grow, lack, raise_it, refuse, turn, wait

from justenough.archive import aside as module
from justenough.archive.aside import AT_ONCE, LEAST_BYTES, FaultAside, TakesTooMuch, TurnsTaken, aside, share_of_memory
from justenough.domain.errors import BudgetError, ImportFailed, JustenoughError, LineError, NetworkError, UnknownPlace


def test_what_it_gives_and_refuses():
    three, where = aside(added, 1, 2)
    assert (three, where == os.getpid()) == (3, False)
    with pytest.raises(ImportFailed, match="1 problem in 1 file") as refused:
        aside(refuse)
    assert refused.value.complaints == (COMPLAINT,)


@pytest.mark.parametrize("harmful", [grow, die])
def test_what_takes_too_much_or_dies_is_refused(harmful):
    with pytest.raises(TakesTooMuch, match=r"takes more than 1\.5 GB .*: do without"):
        aside(harmful, memory_bytes=LEAST_BYTES, instead="do without.")


def test_together_they_leave_half_of_the_memory():
    assert LEAST_BYTES <= share_of_memory() <= max(LEAST_BYTES, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4)


@pytest.mark.parametrize(
    "error",
    [
        BudgetError(["value"], [10.0], [20.0]),
        UnknownPlace("supplier", "ACME", ["Bolt"]),
        LineError("press", "no machine", "one or more"),
        NetworkError("chain", "a loop", "a tree"),
    ],
)
def test_every_refusal_comes_through_as_it_was(error):
    with pytest.raises(JustenoughError) as told:
        aside(raise_it, error)
    assert (type(told.value), str(told.value), vars(told.value)) == (type(error), str(error), vars(error))


def test_a_fault_of_ours_is_told_as_one():
    """A bug is no lack of memory: whoever sent a sound file must not be told to send less."""
    with pytest.raises(FaultAside, match="KeyError: 'no such key'"):
        aside(lack)


def test_what_takes_too_long_is_told_so(monkeypatch):
    with pytest.raises(TakesTooMuch, match="60 minutes of a core"):
        aside(turn)
    monkeypatch.setattr(module, "LONGEST_SECONDS", 0.2)
    with pytest.raises(TakesTooMuch, match="60 minutes of a core"):
        aside(wait)


def test_who_finds_all_processes_taken_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(module, "TURN_SECONDS", 0.05)
    for _ in range(AT_ONCE):
        assert module._turns.acquire(timeout=60)
    try:
        with pytest.raises(TurnsTaken, match="not begun. Ask again"):
            aside(added, 1, 2)
    finally:
        module._turns.release(AT_ONCE)
    assert aside(added, 1, 2)[0] == 3
