"""States, reasons and counters that are told one by one."""

from __future__ import annotations

from justenough.domain.machine import State
from justenough.sources.live.believing import Belief
from justenough.sources.live.listen_file import Patience
from justenough.sources.live.readings import Kind, Reading
from justenough.sources.live.standing import Standing

BELIEF = Belief(frozenset(["M1"]), {}, {}, Patience())


def at(moment):
    return Reading("M1", "s", Kind.ALIVE, moment, moment)


def told(standing, moment, **what):
    return [(one.at, State(one.state).label, one.reason) for one in standing.take(at(moment), what, BELIEF)]


def test_the_first_reason_is_of_the_whole_stop_a_further_one_of_its_own_moment():
    one = Standing()
    assert told(one, 10, state="running") == [(10, "running", "")]
    assert told(one, 20, state="down") == [(20, "down", "")]
    assert told(one, 25, reason="jam") == [(20, "down", "jam")]
    assert told(one, 30, reason="waiting for a fitter") == [(30, "down", "waiting for a fitter")]


def test_a_new_state_forgets_the_reason():
    one = Standing()
    told(one, 20, state="down", reason="jam")
    assert told(one, 30, state="running") == [(30, "running", "")]


def test_a_late_state_says_what_was():
    one = Standing()
    told(one, 20, state="running")
    assert told(one, 10, state="down") == [(10, "down", "")]
    assert told(one, 25, reason="") == [(25, "running", "")]


def test_counters_are_told_together_once_all_are_known():
    one = Standing(frozenset(("total", "good")))
    assert one.take(at(1), {"total": 5}, BELIEF) == []
    (whole,) = one.take(at(2), {"good": 4}, BELIEF)
    assert (whole.kind, whole.total, whole.good) == (Kind.RUNNING, 5.0, 4.0)
    assert one.take(at(1), {"total": 4}, BELIEF) == [], "late, and what was good then is not known"


def test_a_machine_that_is_lost_is_unknown_and_may_be_said_to_have_gone_on():
    one = Standing()
    told(one, 20, state="down", reason="jam")
    assert State(one.lose(at(30)).state) is State.UNKNOWN
    (on,) = one.went_on(at(31))
    assert (on.at, State(on.state), on.reason) == (31, State.DOWN, "jam")
    assert Standing().went_on(at(1)) == []
