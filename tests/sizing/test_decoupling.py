"""Buffers between machines against brute force, finite differences by hand and exact chains."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justenough.domain.errors import SettingsError
from justenough.sizing import decoupling

CHANCES = st.floats(0.005, 0.4)
PAIR = st.tuples(CHANCES, CHANCES)


@settings(max_examples=30)
@given(PAIR, PAIR, st.floats(0.3, 0.999))
def test_the_smallest_buffer_is_found_as_by_trying_them_in_turn(p, r, part):
    goal = part * min(r[0] / (r[0] + p[0]), r[1] / (r[1] + p[1]))
    found = decoupling.required_buffer([p], [r], [goal])
    rooms = np.arange(2, 400)
    made = decoupling.pair(np.tile(p, (398, 1)), np.tile(r, (398, 1)), rooms).throughput
    reached = np.flatnonzero(made >= goal)
    if len(reached):
        assert found.capacity[0] == rooms[reached[0]]
        assert found.throughput[0] >= goal
        assert found.throughput_below[0] < goal or rooms[reached[0]] == 2
    else:
        assert found.capacity[0] >= 400


def test_a_goal_beyond_the_slower_machine_needs_an_endless_buffer():
    found = decoupling.required_buffer([[0.01, 0.01], [0.01, 0.01]], [[0.1, 0.1], [0.1, 0.1]], [0.92, 0.87])
    assert found.capacity.tolist() == [np.inf, 20.0]
    assert np.isnan(found.throughput[0])


def test_two_machines_as_available_need_four_times_the_buffer_when_stops_are_four_times_longer():
    found = decoupling.required_buffer([[0.01, 0.01], [0.0025, 0.0025]], [[0.1, 0.1], [0.025, 0.025]], 0.87)
    assert found.capacity[1] / found.capacity[0] == pytest.approx(4.0, rel=0.1)


def test_cutting_a_buffer_costs_output_and_frees_parts():
    found = decoupling.masked_loss([[0.01, 0.01]], [[0.1, 0.1]], [20], [4])
    assert found.released[0] == pytest.approx(8.0)
    assert found.loss[0] / found.full.throughput[0] == pytest.approx(0.034, abs=5e-4)


@settings(max_examples=30)
@given(PAIR, PAIR, st.integers(2, 30))
def test_slopes_are_those_of_small_steps_by_hand(p, r, room):
    slopes = decoupling.gradients([p], [r], [room])

    def made(mtbf, mttr):
        return decoupling.pair([1 / mtbf], [1 / mttr], [room]).throughput[0]

    mtbf, mttr = 1 / np.array(p), 1 / np.array(r)
    for machine in range(2):
        step = np.eye(2)[machine] * 1e-3
        assert slopes.mtbf[0, machine] == pytest.approx(
            (made(mtbf + mtbf * step, mttr) - made(mtbf - mtbf * step, mttr)) / (2e-3 * mtbf[machine]), rel=1e-3, abs=1e-10
        )
        assert slopes.mttr[0, machine] == pytest.approx(
            (made(mtbf, mttr + mttr * step) - made(mtbf, mttr - mttr * step)) / (2e-3 * mttr[machine]), rel=1e-3, abs=1e-10
        )
        assert slopes.mtbf[0, machine] > 0
        assert slopes.mttr[0, machine] < 0


def test_a_repair_of_one_cycle_has_a_slope_too():
    slopes = decoupling.gradients([[0.05, 0.05]], [[1.0, 0.2]], [5])
    ahead = decoupling.pair([[0.05, 0.05], [0.05, 0.05]], [[1.0, 0.2], [1 / 1.0001, 0.2]], 5).throughput
    assert slopes.mttr[0, 0] == pytest.approx((ahead[1] - ahead[0]) / 1e-4, rel=1e-2)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: decoupling.pair([[1.2, 0.1]], [[0.1, 0.1]], [4]), "found 1.2"),
        (lambda: decoupling.pair([[0.1, 0.1]], [[0.0, 0.1]], [4]), "found 0"),
        (lambda: decoupling.pair([[0.1, 0.1]], [[0.1, 0.1]], [0]), "found 0"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, words):
    with pytest.raises(SettingsError, match=words):
        call()


def test_a_long_line_is_decomposed_buffer_by_buffer():
    figures = decoupling.decomposed([0.01] * 5, [0.1] * 5, 10)
    assert figures.throughput == pytest.approx(0.7747286915, abs=1e-9)
    assert np.all(np.diff(figures.level) < 0)
