"""What buffers hide, against exact two-machine lines and what symmetry asks."""

from dataclasses import replace

import numpy as np
import pytest

from justenough.domain.line import Line
from justenough.sizing import decoupling
from justenough.strategy.masking import Effort, cut, study

PACE = 1 / 24 / 60  # one part a minute
LONG = Effort(seed=5, lives=32, parts=20_000)


def minutes(*values):
    return np.array(values) / 24 / 60


@pytest.fixture(scope="module")
def pair():
    return Line.of("pair", ("a", "b"), cycle_days=PACE, up_days=minutes(100, 100), down_days=minutes(10, 10), capacity=20, part_value=3.0)


def test_a_cut_from_twenty_to_four_is_what_the_exact_line_says(pair):
    """20 -> 4 sets 8 parts free and costs 3.4 % of output in slots; continuous failures come near."""
    exact = decoupling.masked_loss([[0.01, 0.01]], [[0.1, 0.1]], [20], [4])
    found = cut(pair, 0, 4, LONG)
    assert found.released == pytest.approx(exact.released[0], rel=0.06)
    assert found.lost_share == pytest.approx(exact.loss[0] / exact.full.throughput[0], rel=0.06)
    assert found.money == pytest.approx(3.0 * found.released)


def test_a_buffer_hides_what_the_exact_line_loses_without_it(pair):
    exact = decoupling.masked_loss([[0.01, 0.01]], [[0.1, 0.1]], [20], [2])
    found = study(pair, LONG).buffers[0]
    assert found.masked_share == pytest.approx(exact.loss[0] / exact.full.throughput[0], rel=0.05)


def test_a_machine_alone_makes_what_its_stops_and_its_rework_leave(pair):
    found = study(replace(pair, rework=np.array([0.0, 0.2])), replace(LONG, lives=16, parts=500))
    assert found.alone == pytest.approx([60 / 1.1, 0.8 * 60 / 1.1])


def test_two_machines_alike_share_what_their_buffer_absorbs(pair):
    found = study(pair, LONG)
    assert found.buffers[0].absorbed == pytest.approx([0.5, 0.5], abs=0.05)
    assert found.buffers[0].masked_loss > 10 * found.buffers[0].masked_error
    assert found.buffers[0].downstream_shown - found.buffers[0].downstream_without == pytest.approx(
        found.buffers[0].masked_loss / 60, rel=1e-2
    )
    low, high = found.interval()
    assert low < found.throughput < high


def test_a_buffer_behind_a_perfect_machine_absorbs_only_the_other():
    line = Line.of("one", ("a", "b"), cycle_days=PACE, up_days=[np.inf, minutes(100)[0]], down_days=minutes(0, 10), capacity=20)
    found = study(replace(line, cycle_days=np.array([PACE, PACE * 0.9])), LONG)
    assert found.buffers[0].absorbed.tolist() == [0.0, 1.0]
    assert np.isnan(found.buffers[0].money)


def test_the_bottleneck_is_the_machine_whose_speed_the_line_wants():
    line = Line.of(
        "three",
        ("a", "slow", "c"),
        cycle_days=[PACE, PACE * 1.4, PACE],
        up_days=minutes(90, 90, 90),
        down_days=minutes(9, 9, 9),
        capacity=8,
    )
    found = study(line, replace(LONG, lives=16, parts=5_000))
    assert line.machines[found.bottleneck] == "slow"
    assert found.throughput < found.alone.min()


def test_a_study_tells_how_far_it_is(pair):
    told = []
    study(pair, replace(LONG, lives=16, parts=500), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
