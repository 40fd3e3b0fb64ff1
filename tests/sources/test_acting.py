"""The invented plant: the same seed acts the same, and it acts as plants do."""

from __future__ import annotations

import numpy as np

from justenough.domain.machine import HOUR, State
from justenough.sources.live.acting import LOSSES, REASONS, Act, Cast, tables_of


def test_a_machine_depends_on_seed_and_name_alone():
    few, many = Act(Cast.of(2, 7), 7, 0), Act(Cast.of(9, 7), 7, 0)
    mine = [one for one in many.until(2 * HOUR) if one.machine in ("M0001", "M0002")]
    assert few.until(2 * HOUR) == mine
    assert Act(Cast.of(2, 8), 8, 0).until(2 * HOUR) != mine


def test_pieces_tell_what_the_whole_tells():
    whole, pieces = Act(Cast.of(3, 1), 1, 0), Act(Cast.of(3, 1), 1, 0)
    told = [one for hour in range(1, 5) for one in pieces.until(hour * HOUR)]
    assert told == whole.until(4 * HOUR)


def test_counters_rise_and_states_alternate():
    told = list(Act(Cast.of(1, 5), 5, 0).until(24 * HOUR))
    assert (np.diff([one.total for one in told]) >= 0).all()
    assert all(one.good <= one.total for one in told)
    running = [one.state is State.RUNNING for one in told if one.state is not None]
    assert all(a != b for a, b in zip(running, running[1:], strict=False))


def test_it_makes_what_its_cycle_allows():
    """Over 200 h: parts x ideal cycle over running time is the pace, drawn between 0.88 and 0.99."""
    cast = Cast.of(1, 2)
    told = Act(cast, 2, 0).until(200 * HOUR)
    states = [one for one in told if one.state is not None]
    ran = sum(b.at - a.at for a, b in zip(states, states[1:], strict=False) if a.state is State.RUNNING)
    made = states[-1].total
    assert 0.9 < made * cast.cycle_seconds[0] / (ran / 1e6) < 0.97
    assert {one.reason for one in states} == {"", *REASONS}


def test_its_tables_name_every_machine_and_reason():
    files = tables_of(Cast.of(3, 0), ["2026-05-06"])
    assert files["machines.csv"].count("\n") == 4
    assert set(LOSSES) == set(REASONS)
    assert "2026-05-06T22:00:00" in files["calendar.csv"]
