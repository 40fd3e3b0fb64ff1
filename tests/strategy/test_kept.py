"""Kept: what was found once is not looked for again, and nothing in the plan tells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from polars.testing import assert_frame_equal

import justenough as je
from justenough.strategy import decide
from justenough.strategy.kept import Kept
from justenough.strategy.spread import Pool, keeps_rows
from tests.strategy import interrupted


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(decide, "BLOCK_ITEMS", interrupted.BLOCK)


class Counting:
    """`serially`, and how many items were worked on."""

    def __init__(self):
        self.items = 0

    def __call__(self, work, blocks):
        self.items += sum(len(block.keys) for block in blocks if hasattr(block, "keys"))
        return [work(block) for block in blocks]


def assert_same(found, wanted):
    for name in ("figures", "curves", "levers", "coming"):
        assert_frame_equal(getattr(found, name), getattr(wanted, name), check_exact=True)


def test_a_killed_process_leaves_its_finished_blocks_and_only_the_rest_is_done(tmp_path):
    """kill -9 in the middle: the next run takes what is there, and its plan is that of a run nobody disturbed."""
    command = [sys.executable, "-m", "tests.strategy.interrupted", str(tmp_path / "found")]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert child.stdin is not None
    assert child.stdout is not None
    done = 3
    for number in range(done):
        assert child.stdout.readline().strip() == str(number)
        if number < done - 1:
            child.stdin.write("\n")
            child.stdin.flush()
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    files = sorted((tmp_path / "found").glob("*/*.rows"))
    assert len(files) == done
    before = [file.stat().st_mtime_ns for file in files]
    counting = Counting()
    plan = je.recommend(interrupted.plant(), interrupted.SETTINGS, Kept(tmp_path / "found", counting))
    whole = je.recommend(interrupted.plant(), interrupted.SETTINGS)
    ready = whole.curves.height
    assert counting.items == ready - done * interrupted.BLOCK
    assert [file.stat().st_mtime_ns for file in files] == before
    assert_same(plan, whole)


def test_a_second_run_does_nothing_and_a_pool_finds_the_same(tmp_path):
    plant, settings = interrupted.plant(), je.Settings(holding_rate=0.25, ordering_cost=10.0, anatomy_items=8)
    first = je.recommend(plant, settings, Kept(tmp_path, Pool(workers=1)))
    counting = Counting()
    assert_same(je.recommend(plant, settings, Kept(tmp_path, counting)), first)
    assert counting.items == 0
    assert_same(je.recommend(plant, settings), first)


def test_only_items_of_which_something_changed_are_done_again(tmp_path):
    je.recommend(interrupted.plant(), interrupted.SETTINGS, Kept(tmp_path))
    costs = np.ones(interrupted.N_ITEMS)
    costs[[4, 17, 41]] = 1.5
    counting, dearer = Counting(), interrupted.plant(costs=costs)
    assert_same(je.recommend(dearer, interrupted.SETTINGS, Kept(tmp_path, counting)), je.recommend(dearer, interrupted.SETTINGS))
    assert counting.items == 3


@pytest.mark.parametrize(("days", "redone"), [(281, 0), (287, interrupted.N_ITEMS)])
def test_a_days_new_rows_change_nothing_until_their_week_is_whole(tmp_path, days, redone):
    """280 days are 40 whole weeks; one day of the next does not count yet, seven do, for every item."""
    je.recommend(interrupted.plant(period="week"), interrupted.SETTINGS, Kept(tmp_path))
    counting, later = Counting(), interrupted.plant(days=days, period="week")
    plan = je.recommend(later, interrupted.SETTINGS, Kept(tmp_path, counting))
    whole = je.recommend(later, interrupted.SETTINGS)
    assert_same(plan, whole)
    assert counting.items == min(redone, whole.curves.height)


def test_other_settings_are_other_work(tmp_path):
    je.recommend(interrupted.plant(), interrupted.SETTINGS, Kept(tmp_path))
    counting = Counting()
    other = je.Settings(holding_rate=0.25, ordering_cost=10.0, anatomy_items=0, lean_cover_days=20.0)
    plan = je.recommend(interrupted.plant(), other, Kept(tmp_path, counting))
    assert counting.items == plan.curves.height


def test_a_damaged_file_counts_as_none_and_tidying_leaves_what_was_used(tmp_path):
    wanted = je.recommend(interrupted.plant(), interrupted.SETTINGS, Kept(tmp_path))
    first, second, *others = sorted(tmp_path.glob("*/*.rows"))
    first.write_bytes(first.read_bytes()[:1000])
    (first.parent / "x.17.making").write_bytes(b"left behind")
    counting = Counting()
    kept = Kept(tmp_path, counting)
    assert_same(je.recommend(interrupted.plant(), interrupted.SETTINGS, kept), wanted)
    assert 0 < counting.items <= interrupted.BLOCK
    kept.tidy()
    assert set(tmp_path.glob("*/*")) == {first, second, *others}
    nothing = Kept(tmp_path)
    nothing.tidy()
    assert not list(tmp_path.glob("*/*"))


def test_progress_ends_with_all_items_and_says_how_many_were_kept(tmp_path):
    heard = []
    for _ in range(2):
        kept = Kept(tmp_path, told=lambda progress: heard.append((progress.done, progress.kept, progress.of)))
        n = je.recommend(interrupted.plant(), interrupted.SETTINGS, kept).curves.height
    assert heard[0] == (0, 0, n)
    assert (n, 0, n) in heard
    assert heard[-1] == (n, n, n)


@dataclass(frozen=True)
class Amounts:
    amount: np.ndarray


@keeps_rows
def doubled(block):
    return Amounts(block.amount * 2.0)


def total(block):
    return block.amount.sum()


def test_work_that_is_not_rows_of_items_is_passed_on(tmp_path):
    blocks = [Amounts(np.arange(3.0)), Amounts(np.arange(4.0))]
    assert Kept(tmp_path)(total, blocks) == [3.0, 6.0]
    assert not list(tmp_path.glob("*/*"))
    assert [found.amount.tolist() for found in Kept(tmp_path)(doubled, blocks)] == [[0.0, 2.0, 4.0], [0.0, 2.0, 4.0, 6.0]]
    assert len(list(tmp_path.glob("*/*"))) == 2
