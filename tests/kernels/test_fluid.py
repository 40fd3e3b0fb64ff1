"""The fluid line against a closed form, its mirror image and a line of small parts lived through."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justenough.kernels import fluid

RATES = st.floats(0.005, 0.5)
SPEEDS = st.floats(0.3, 3.0)


def equal_speeds(fail, repair, capacity):
    """Throughput of two machines of unit speed that fail by the clock (Li & Meerkov 2009, section 11.1)."""
    l1, l2 = fail
    m1, m2 = repair
    e1, e2 = m1 / (l1 + m1), m2 / (l2 + m2)
    if abs(l1 * m2 - l2 * m1) < 1e-9:
        share = (l1 + l2) * (m1 + m2)
        wait = (1 - e1) * share / (share + l2 * m1 * (l1 + l2 + m1 + m2) * capacity)
        return e2 * (1 - wait)
    phi = (e1 * (1 - e2)) / (e2 * (1 - e1))
    beta = (l1 + l2 + m1 + m2) * (l1 * m2 - l2 * m1) / ((l1 + l2) * (m1 + m2))
    wait = (1 - e1) * (1 - phi) / (1 - phi * math.exp(-beta * capacity))
    return e2 * (1 - wait)


@given(RATES, RATES, RATES, RATES, st.floats(0.1, 60))
def test_equal_speeds_agree_with_the_closed_form(l1, l2, m1, m2, capacity):
    found = fluid.two_machines(np.ones(2), np.array([l1, l2]), np.array([m1, m2]), capacity)
    assert found[0] == pytest.approx(equal_speeds((l1, l2), (m1, m2), capacity), rel=1e-7)


@given(SPEEDS, SPEEDS, RATES, RATES, RATES, RATES, st.floats(0.0, 80), st.booleans())
def test_a_line_read_backwards_makes_as_much_and_holds_its_holes(c1, c2, l1, l2, m1, m2, capacity, time_dependent):
    there = fluid.two_machines(np.array([c1, c2]), np.array([l1, l2]), np.array([m1, m2]), capacity, time_dependent=time_dependent)
    back = fluid.two_machines(np.array([c2, c1]), np.array([l2, l1]), np.array([m2, m1]), capacity, time_dependent=time_dependent)
    assert back == pytest.approx([there[0], capacity - there[1], there[3], there[2]], abs=1e-7 * max(capacity, 1.0))


@given(SPEEDS, SPEEDS, RATES, RATES, RATES, RATES, st.booleans())
def test_more_room_never_makes_less(c1, c2, l1, l2, m1, m2, time_dependent):
    made = [
        fluid.two_machines(np.array([c1, c2]), np.array([l1, l2]), np.array([m1, m2]), room, time_dependent=time_dependent)[0]
        for room in (0.0, 0.5, 3.0, 20.0, 500.0)
    ]
    assert np.all(np.diff(made) >= -1e-9)
    alone = min(c1 * m1 / (l1 + m1), c2 * m2 / (l2 + m2))
    assert made[-1] <= alone * (1 + 1e-9)


def test_a_jump_from_equal_to_nearly_equal_speeds_is_none():
    rest = (np.array([0.01, 0.02]), np.array([0.1, 0.15]), 5.0)
    for time_dependent in (True, False):
        same = fluid.two_machines(np.array([1.0, 1.0]), *rest, time_dependent=time_dependent)
        near = fluid.two_machines(np.array([1.0, 1.0 + 1e-7]), *rest, time_dependent=time_dependent)
        assert near == pytest.approx(same, abs=1e-5)


@pytest.mark.parametrize(("speed", "capacity"), [((1.0, 0.8), 10.0), ((0.7, 1.0), 6.0)])
def test_unequal_speeds_agree_with_a_chain_of_small_steps(speed, capacity):
    """The flow cut into steps of size h, h and h / 2 extrapolated: a chain that knows nothing of exponents."""
    fail, repair = np.array([0.01, 0.02]), np.array([0.1, 0.15])
    wanted = fluid.two_machines(np.array(speed), fail, repair, capacity)[0]
    coarse, fine = (_stepped(speed, fail, repair, capacity, cells) for cells in (200, 400))
    assert 2 * fine - coarse == pytest.approx(wanted, abs=2e-5)


def _stepped(speed, fail, repair, capacity, cells):
    """Upwind cells of the buffer as a Markov chain in continuous time."""
    h = capacity / cells
    states = [(a, b) for a in (1, 0) for b in (1, 0)]
    size = 4 * (cells + 1)
    q = np.zeros((size, size))
    for cell in range(cells + 1):
        for s, (a, b) in enumerate(states):
            here = 4 * cell + s
            drift = a * speed[0] - b * speed[1]
            if drift > 0 and cell < cells:
                q[here, here + 4] += drift / h
            if drift < 0 and cell > 0:
                q[here, here - 4] -= drift / h
            q[here, 4 * cell + states.index((1 - a, b))] += fail[0] if a else repair[0]
            q[here, 4 * cell + states.index((a, 1 - b))] += fail[1] if b else repair[1]
    np.fill_diagonal(q, -q.sum(axis=1))
    q[:, 0] = 1.0
    share = np.linalg.solve(q.T, np.eye(size)[0]).reshape(-1, 4)
    slow = min(speed)
    return speed[1] * (share[1:, 0].sum() + share[1:, 2].sum()) + slow * share[0, 0]
