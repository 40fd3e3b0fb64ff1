"""Two machines exactly: the product form, the elimination and the whole chain against each other, and dualities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justenough.kernels import chain, pair

CHANCES = st.floats(0.002, 0.6)


def two(failing, repaired, capacity, *, time_dependent=False):
    out = np.empty((1, 4))
    pair.two_machines(np.array([failing], float), np.array([repaired], float), np.array([capacity]), time_dependent, out)
    return out[0]


@given(CHANCES, CHANCES, CHANCES, CHANCES, st.integers(1, 300))
def test_the_product_form_agrees_with_the_elimination_of_every_state(p1, r1, p2, r2, top):
    found = np.empty(4)
    pair.product_two(p1, r1, p2, r2, top, found)
    assert found == pytest.approx(two((p1, p2), (r1, r2), top), abs=1e-9 * top)


@given(CHANCES, CHANCES, CHANCES, CHANCES, st.integers(1, 6), st.booleans())
def test_two_machines_agree_with_the_whole_chain(p1, r1, p2, r2, top, time_dependent):
    found = two((p1, p2), (r1, r2), top, time_dependent=time_dependent)
    p, r = np.array([p1, p2]), np.array([r1, r2])
    throughput, level, starved, blocked = chain.synchronous(p, r, np.array([[0, 1]]), np.array([top]), time_dependent=time_dependent)
    assert found == pytest.approx([throughput[1], level[0], starved[1], blocked[0]], abs=1e-10)
    assert throughput[0] == pytest.approx(throughput[1], abs=1e-10)


@given(CHANCES, CHANCES, CHANCES, CHANCES, st.integers(1, 30), st.booleans())
def test_a_line_read_backwards_makes_as_much_and_holds_its_holes(p1, r1, p2, r2, top, time_dependent):
    there = two((p1, p2), (r1, r2), top, time_dependent=time_dependent)
    back = two((p2, p1), (r2, r1), top, time_dependent=time_dependent)
    assert back == pytest.approx([there[0], top - there[1], there[3], there[2]], abs=1e-9)


def test_a_very_long_buffer_lets_the_slower_machine_run_alone():
    throughput, _, starved, blocked = two((0.01, 0.02), (0.1, 0.1), 5_000)
    assert throughput == pytest.approx(0.1 / 0.12, abs=1e-12)
    assert starved < 1e-12
    assert blocked == pytest.approx(1.0 - (0.1 / 0.12) / (0.1 / 0.11), abs=1e-9)


def test_a_machine_that_never_fails_leaves_the_other_its_own_rate():
    throughput, _, starved, _ = two((0.0, 0.05), (0.5, 0.2), 8)
    assert throughput == pytest.approx(0.8, abs=1e-9)
    assert starved < 1e-9
