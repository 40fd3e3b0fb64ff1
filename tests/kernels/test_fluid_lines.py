"""Fluid lines against the Markov fluid queue, the synchronous decomposition of tiny slots, and mirror images."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justenough.kernels import decomposition, fluid, fluid_lines

RATES = st.floats(0.005, 0.5)
SPEEDS = st.floats(0.3, 3.0)
SPEED = [1.0, 1.3, 0.9, 1.1, 1.2]
FAILING, REPAIRED = [0.01, 0.03, 0.02, 0.015, 0.01], [0.1, 0.2, 0.08, 0.12, 0.15]
ROOM = [5.0, 9.0, 14.0, 4.0]


def decomposed(speed, failing, repaired, links, room):
    out = np.zeros((len(links), 5))
    gap = fluid_lines.decomposed(np.array(speed), np.array(failing), np.array(repaired), np.array(links), np.array(room, float), out)
    assert gap < 1e-9
    return out


def serial(machines):
    return [[i, i + 1] for i in range(machines - 1)]


@given(SPEEDS, SPEEDS, RATES, RATES, RATES, RATES, st.floats(0.0, 80.0), st.booleans())
def test_a_pair_agrees_with_the_markov_fluid_queue(c1, c2, p1, p2, r1, r2, room, alike):
    speed = np.array([c1, c1 if alike else c2])
    found = np.empty(5)
    fluid_lines.pair(speed, np.array([p1, p2]), np.array([r1, r2]), room, found)
    wanted = fluid.two_machines(speed, np.array([p1, p2]), np.array([r1, r2]), room, time_dependent=False)
    assert found[:4] == pytest.approx(wanted, abs=1e-6 * max(room, 1.0))


def test_machines_of_one_speed_are_the_limit_of_tiny_slots():
    """Dallery, David & Xie 1988 on slots of a thousandth, which knows nothing of speeds."""
    slot = 1e-3
    out = np.zeros((4, 4))
    p, r = np.array(FAILING) * slot, np.array(REPAIRED) * slot
    decomposition.decomposed(p, r, np.array(serial(5)), np.round(np.array(ROOM) / slot).astype(np.int64), out)
    found = decomposed(np.ones(5), FAILING, REPAIRED, serial(5), ROOM)
    assert found[:, fluid_lines.MADE] == pytest.approx(out[:, decomposition.MADE], rel=1e-3)
    assert found[:, fluid_lines.LEVEL] == pytest.approx(out[:, decomposition.LEVEL] * slot, rel=5e-3)


def test_a_line_read_backwards_makes_as_much_and_holds_its_holes():
    there = decomposed(SPEED, FAILING, REPAIRED, serial(5), ROOM)
    back = decomposed(SPEED[::-1], FAILING[::-1], REPAIRED[::-1], serial(5), ROOM[::-1])
    assert back[::-1, fluid_lines.MADE] == pytest.approx(there[:, fluid_lines.MADE], rel=1e-8)
    assert back[::-1, fluid_lines.LEVEL] == pytest.approx(np.array(ROOM) - there[:, fluid_lines.LEVEL], abs=1e-5)


def test_an_assembly_is_a_serial_line_with_holes_for_parts():
    """Ammar & Gershwin 1989, on a tree of five machines."""
    line = decomposed(SPEED, FAILING, REPAIRED, serial(5), ROOM)
    turned = decomposed(SPEED, FAILING, REPAIRED, [[0, 1], [2, 1], [3, 2], [3, 4]], ROOM)
    assert turned[:, fluid_lines.MADE] == pytest.approx(line[:, fluid_lines.MADE], rel=1e-8)
    assert turned[1, fluid_lines.LEVEL] == pytest.approx(ROOM[1] - line[1, fluid_lines.LEVEL], abs=1e-5)


def test_endless_buffers_leave_the_slowest_machine_alone():
    out = decomposed(SPEED, FAILING, REPAIRED, serial(5), [5_000.0] * 4)
    alone = min(c * r / (r + p) for c, p, r in zip(SPEED, FAILING, REPAIRED, strict=True))
    assert out[:, fluid_lines.MADE] == pytest.approx(alone, rel=1e-4)


def test_a_quick_machine_that_never_stops_is_not_seen():
    """Between two others it only carries parts on, and its two buffers are one."""
    quick = decomposed([1.0, 50.0, 1.1], [0.02, 1e-12, 0.03], [0.1, 1.0, 0.2], serial(3), [4.0, 6.0])
    without = decomposed([1.0, 1.1], [0.02, 0.03], [0.1, 0.2], serial(2), [10.0])
    assert quick[0, fluid_lines.MADE] == pytest.approx(without[0, fluid_lines.MADE], rel=0.02)
