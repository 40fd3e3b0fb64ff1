"""Exact lines against closed forms, dualities and a plain simulation that share nothing with the chain."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justenough.kernels import chain


def serial(machines):
    return np.array([[i, i + 1] for i in range(machines - 1)])


def test_an_assembly_is_a_serial_line_with_holes_for_parts():
    """Ammar & Gershwin 1989: the second feeder's buffer, read as holes, makes it a line."""
    p, r = np.array([0.02, 0.01, 0.05]), np.array([0.1, 0.3, 0.15])
    assembly, levels, _, _ = chain.synchronous(p, r, np.array([[0, 1], [2, 1]]), np.array([5, 7]))
    line, places, _, _ = chain.synchronous(p, r, serial(3), np.array([5, 7]))
    assert assembly == pytest.approx(line, abs=1e-12)
    assert levels == pytest.approx([places[0], 7 - places[1]], abs=1e-9)


def test_three_machines_agree_with_a_plain_simulation():
    p, r, top = [0.03, 0.05, 0.02], [0.2, 0.3, 0.1], [3, 4]
    rng = random.Random(11)
    batches = []
    for _ in range(10):
        up, level, made = [True] * 3, [1, 1], 0
        for slot in range(42_000):
            starved = [False, level[0] == 0, level[1] == 0]
            blocked = [level[0] == top[0], level[1] == top[1], False]
            for i in range(3):
                free = not starved[i] and not blocked[i]
                up[i] = rng.random() >= p[i] if up[i] and free else up[i] or rng.random() < r[i]
            works = [up[i] and not starved[i] and not blocked[i] for i in range(3)]
            level = [level[0] + works[0] - works[1], level[1] + works[1] - works[2]]
            made += works[2] and slot >= 2_000
        batches.append(made / 40_000)
    throughput, _, _, _ = chain.synchronous(np.array(p), np.array(r), serial(3), np.array(top))
    error = np.std(batches, ddof=1) / np.sqrt(len(batches))
    assert np.ptp(throughput) < 1e-12
    assert throughput[2] == pytest.approx(np.mean(batches), abs=4 * error)
    assert error < 3e-3


@given(st.floats(0.3, 0.95), st.floats(0.3, 0.95), st.integers(1, 12))
def test_two_bernoulli_machines_agree_with_the_closed_form(p1, p2, top):
    """The cut between neighbouring levels balances (Li & Meerkov 2009, section 4.1)."""
    share = [1.0]
    for n in range(top):
        up = p1 if n == 0 else p1 * (1 - p2)
        share.append(share[n] * up / (p2 * (1 - p1)))
    total = sum(share)
    throughput, level, _, _ = chain.bernoulli(np.array([p1, p2]), np.array([top]))
    assert throughput == pytest.approx(p2 * (1 - share[0] / total), abs=1e-9)
    assert level[0] == pytest.approx(sum(n * s for n, s in enumerate(share)) / total, abs=1e-8)


@given(st.floats(0.2, 5.0), st.floats(0.2, 5.0), st.integers(0, 20))
def test_two_exponential_stations_are_a_queue_with_room_for_two_more(first, second, slots):
    """Hunt 1956: an M/M/1 queue that holds slots + 2."""
    room = slots + 2
    shares = [(first / second) ** n for n in range(room + 1)]
    throughput, level = chain.exponential(np.array([first, second]), np.array([slots]))
    assert throughput == pytest.approx(second * (1 - shares[0] / sum(shares)), rel=1e-9)
    waiting = sum(min(max(n - 1, 0), slots) * share for n, share in enumerate(shares)) / sum(shares)
    assert level[0] == pytest.approx(waiting, abs=1e-8)


def test_three_exponential_stations_without_room_make_the_number_hunt_gave():
    throughput, _ = chain.exponential(np.ones(3), np.zeros(2, dtype=np.int64))
    assert throughput == pytest.approx(22 / 39, abs=1e-12)


def test_the_stationary_share_of_a_weather_chain():
    moves = np.array([[0.7, 0.3, 0.0], [0.2, 0.5, 0.3], [0.1, 0.4, 0.5]])
    share = chain.stationary(chain.csr_array(moves))
    assert share @ moves == pytest.approx(share, abs=1e-12)
    assert share.sum() == pytest.approx(1.0)
