"""Errands: done once for each state of the facts, in the background, and refusals told."""

from __future__ import annotations

import threading

import pytest
from until import until

from justenough.archive.aside import TurnsTaken
from justenough.archive.errands import Errands, Found
from justenough.domain.errors import JustenoughError


def test_what_was_found_stays_while_newer_facts_are_looked_at():
    errands, go, begun = Errands(pause_seconds=0.0), threading.Event(), threading.Event()
    done = []

    def slow():
        begun.set()
        assert go.wait(60)
        done.append(2)
        return "new"

    assert errands.ask("a", 1, lambda: "old", wait=True) == Found("old")
    assert errands.ask("a", 1, lambda: pytest.fail("the facts are the same")) == Found("old")
    assert errands.ask("a", 2, slow).value == "old"
    assert begun.wait(60)
    assert errands.ask("a", 3, lambda: pytest.fail("it is being done")) == Found("old", working=True)
    go.set()
    until(lambda: not errands.ask("a", 2, slow).working)
    assert (errands.ask("a", 2, slow), done) == (Found("new"), [2])


def test_what_is_being_done_is_not_begun_again():
    errands, go = Errands(), threading.Event()
    assert errands.begin("a", lambda: go.wait(60))
    assert not errands.begin("a", lambda: pytest.fail("it is being done"))
    go.set()
    until(lambda: not errands.last("a").working)
    assert errands.begin("a", lambda: "new", wait=True)
    assert errands.last("a") == Found("new")


def test_it_rests_before_it_is_done_again():
    errands = Errands(pause_seconds=3600.0)
    errands.ask("a", 1, lambda: "old", wait=True)
    assert errands.ask("a", 2, lambda: "new", wait=True) == Found("old")
    assert errands.ask("b", 2, lambda: "other", wait=True) == Found("other")


def test_a_refusal_is_told():
    def refuse():
        raise JustenoughError("No machine is declared.")

    assert Errands().ask("a", 1, refuse, wait=True) == Found(None, "No machine is declared.")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_ends_the_errand():
    errands = Errands()
    found = errands.ask("a", 1, lambda: 1 / 0, wait=True)
    assert not found.working
    assert "failed" in found.why


def test_an_errand_that_had_no_turn_is_begun_again_for_the_same_facts():
    errands = Errands(pause_seconds=0.0)

    def crowded():
        raise TurnsTaken("ask again in a while")

    errands.ask("a", 1, lambda: "old", wait=True)
    errands.ask("a", 2, crowded, wait=True)
    assert errands.last("a") == Found("old", "ask again in a while")
    errands.ask("a", 2, lambda: "new", wait=True)
    assert errands.last("a") == Found("new")
