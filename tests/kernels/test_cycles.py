"""Lives and repairs against a reference that looks at one minute after the other."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.domain.machine import Planned, Use
from justenough.kernels import cycles


def test_codes_are_those_of_the_domain():
    assert (cycles.UNKNOWN, cycles.RUNNING, cycles.BREAKDOWN, cycles.PLANNED_STOP) == (
        Use.UNKNOWN,
        Use.RUNNING,
        Use.BREAKDOWN,
        Use.PLANNED_STOP,
    )
    assert (cycles.SHIFT, cycles.PLANNED_WORK) == (Planned.SHIFT, Planned.PLANNED_STOP)


def by_minutes(words: str):
    """
    Lives and repairs of a machine told minute by minute.

    R runs, B is broken, P planned work, ? nobody knows, anything else stands still. First the words that change
    nothing are dropped, then the rest is cut where a life or a repair ends.
    """
    told = [word for word in words if word in "RBP?"]
    lives, repairs, age, fixing, known, state = [], [], 0, 0, False, "lost"
    for word in [*told, "end"]:
        if word in ("?", "end"):
            if state == "broken" and known and fixing:
                repairs.append((fixing, False))
            if state != "broken" and age:
                lives.append((age, False, known))
            age, fixing, known, state = 0, 0, False, "lost"
        elif word == "R":
            if state == "broken":
                if known:
                    repairs.append((fixing, True))
                age, known = 0, True
            age, fixing, state = age + 1, 0, "well"
        elif word == "P" and state != "broken":
            if age:
                lives.append((age, False, known))
            age, known, state = 0, True, "well"
        elif word == "B":
            if state == "well":
                lives.append((age, True, known))
                age, known = 0, True
            state, fixing = "broken", fixing + 1
    return lives, repairs


USES = {"R": Use.RUNNING, "B": Use.BREAKDOWN, "P": Use.PLANNED_STOP, "?": Use.UNKNOWN, "i": Use.IDLE, "s": Use.STARVED, "m": Use.MINOR_STOP}


def ours(*machines: str, pieces=None):
    """Each word one minute of a machine; `?` is left without an interval half of the time."""
    start, use, offsets = [], [], [0]
    for words in machines:
        for minute, word in enumerate(words):
            if word != "?" or minute % 2:
                start.append(minute)
                use.append(USES[word])
        offsets.append(len(start))
    at = np.array(start, np.int64)
    pieces = pieces or [(0, max(map(len, machines)), Planned.SHIFT)]
    edges = [np.array(column, np.int64) for column in zip(*pieces, strict=True)]
    return cycles.walked(
        at, at + 1, np.array(use, np.int8), np.full(len(at), 4, np.int32), np.array(offsets), np.zeros(len(machines), np.int64),
        np.array([0, len(pieces)]), edges[0], edges[1], edges[2].astype(np.int8),
    )  # fmt: skip


def same(machine: int, found, words: str):
    lives, repairs, life_offsets, repair_offsets, operated = found
    mine, fixed = lives[life_offsets[machine] : life_offsets[machine + 1]], repairs[repair_offsets[machine] : repair_offsets[machine + 1]]
    expected = by_minutes(words)
    assert [(row[cycles.LASTED], bool(row[cycles.ENDED]), bool(row[cycles.FRESH])) for row in mine.tolist()] == expected[0]
    assert [(row[cycles.LASTED], bool(row[cycles.ENDED])) for row in fixed.tolist()] == expected[1]
    assert operated[machine] == words.count("R")
    assert [row[cycles.REASON] for row in mine.tolist()] == [4 if failed else -1 for _, failed, _ in expected[0]]
    assert [row[cycles.CLOCK] for row in mine.tolist()] == np.cumsum([days for days, _, _ in expected[0]]).tolist()


@pytest.mark.parametrize(
    "words",
    ["", "R", "B", "RRBRB", "BBRR", "RB?BR", "RRPRRB", "RBiBR", "R?R", "P", "PB", "RBPBR", "RmRsRiB", "??RB", "RB?"],
)
def test_each_rule_on_its_own(words):
    same(0, ours(words + "?" if not words else words), words)


def test_random_lives_of_many_machines():
    rng = np.random.default_rng(4)
    machines = ["".join(rng.choice(list("RRRRBBP?ism"), 200)) for _ in range(60)]
    found = ours(*machines)
    for machine, words in enumerate(machines):
        same(machine, found, words)


def test_the_night_neither_runs_nor_repairs_and_overtime_counts_as_operation():
    """Shift 0-4, night 4-8, shift 8-12: broken from 3 to 9 is two planned minutes of repair; running at night is running."""
    night = [(0, 4, Planned.SHIFT), (4, 8, Planned.OUTSIDE), (8, 12, Planned.SHIFT)]
    lives, repairs, *_, operated = ours("RRRBBBBBBRRR", pieces=night)
    assert lives[:, cycles.LASTED].tolist() == [3, 3]
    assert repairs[:, cycles.LASTED].tolist() == [2]
    lives, *_, operated = ours("RRRRRR??RRRB", pieces=night)  # nobody told of the end of the night: nothing was planned
    assert operated.tolist() == [9]
    assert lives[:, cycles.LASTED].tolist() == [9]


def test_planned_work_of_the_calendar_renews_where_the_machine_stands():
    stop = [(0, 3, Planned.SHIFT), (3, 5, Planned.PLANNED_STOP), (5, 9, Planned.SHIFT)]
    lives, *_ = ours("RRRiiRRBR", pieces=stop)
    assert lives[:, [cycles.LASTED, cycles.ENDED, cycles.FRESH]].tolist() == [[3, 0, 0], [2, 1, 1], [1, 0, 1]]
