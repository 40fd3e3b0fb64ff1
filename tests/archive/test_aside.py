"""Aside: what another process gives, refuses, or dies of."""

from __future__ import annotations

import os

import pytest
from harmful import COMPLAINT, added, die, grow, refuse

from justenough.archive.aside import LEAST_BYTES, TakesTooMuch, aside, share_of_memory
from justenough.domain.errors import ImportFailed


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
