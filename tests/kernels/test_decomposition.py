"""Decomposed lines against whole chains, mirror images and an assembly read as a line."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justenough.kernels import chain, decomposition, pair

CHANCES = st.floats(0.005, 0.3)


def decomposed(failing, repaired, links, capacity):
    out = np.zeros((len(links), 4))
    gap = decomposition.decomposed(np.array(failing), np.array(repaired), np.array(links), np.array(capacity), out)
    assert gap < 1e-9
    return out


def serial(machines):
    return [[i, i + 1] for i in range(machines - 1)]


@given(st.lists(CHANCES, min_size=2, max_size=2), st.lists(CHANCES, min_size=2, max_size=2), st.integers(1, 20))
def test_two_machines_need_no_decomposition(failing, repaired, top):
    exact = np.empty((1, 4))
    pair.two_machines(np.array([failing]), np.array([repaired]), np.array([top]), False, exact)
    assert decomposed(failing, repaired, serial(2), [top])[0] == pytest.approx(exact[0], abs=1e-12)


@given(st.lists(st.floats(0.005, 0.05), min_size=3, max_size=3), st.lists(st.floats(0.05, 0.3), min_size=3, max_size=3))
def test_three_machines_come_within_two_in_a_hundred_of_the_chain(failing, repaired):
    out = decomposed(failing, repaired, serial(3), [6, 9])
    throughput, _, _, _ = chain.synchronous(np.array(failing), np.array(repaired), np.array(serial(3)), np.array([6, 9]))
    assert out[:, decomposition.MADE] == pytest.approx(throughput[0], rel=0.02)


def test_a_line_read_backwards_makes_as_much_and_holds_its_holes():
    failing, repaired, capacity = [0.01, 0.03, 0.02, 0.015], [0.1, 0.2, 0.08, 0.12], [5, 9, 14]
    there, back = decomposed(failing, repaired, serial(4), capacity), decomposed(failing[::-1], repaired[::-1], serial(4), capacity[::-1])
    assert back[::-1, decomposition.MADE] == pytest.approx(there[:, decomposition.MADE], abs=1e-9)
    assert back[::-1, decomposition.LEVEL] == pytest.approx(np.array(capacity) - there[:, decomposition.LEVEL], abs=1e-6)


def test_an_assembly_is_a_serial_line_with_holes_for_parts():
    """Ammar & Gershwin 1989, on a tree of five machines."""
    failing, repaired = [0.01, 0.03, 0.02, 0.015, 0.01], [0.1, 0.2, 0.08, 0.12, 0.15]
    line = decomposed(failing, repaired, serial(5), [5, 9, 14, 4])
    turned = decomposed(failing, repaired, [[0, 1], [2, 1], [3, 2], [3, 4]], [5, 9, 14, 4])
    assert turned[:, decomposition.MADE] == pytest.approx(line[:, decomposition.MADE], abs=1e-9)
    holes = np.array([0, 9, 14, 0])
    mirrored = np.where(holes > 0, holes - line[:, decomposition.LEVEL], line[:, decomposition.LEVEL])
    assert turned[:, decomposition.LEVEL] == pytest.approx(mirrored, abs=1e-6)


def test_large_buffers_leave_the_slowest_machine_alone():
    out = decomposed([0.01, 0.05, 0.01, 0.02], [0.1] * 4, serial(4), [2_000] * 3)
    assert out[:, decomposition.MADE] == pytest.approx(0.1 / 0.15, rel=1e-6)
