"""The recursion of departure times against a line lived event by event."""

import numpy as np
import pytest
from flow_reference import departures
from hypothesis import given, settings
from hypothesis import strategies as st

from justenough.kernels import chance, flow

LENGTHS = st.integers(1, 40).map(lambda n: n / 8)  # exact in binary, so that ties are ties in both


def lived(code, figure, slots, parts, *, before_service=False, levels=0, seeds=None):
    machines, buffers = len(code), len(slots)
    ins, in_offsets = np.arange(buffers), np.concatenate([[0, 0], np.arange(1, buffers + 1)])
    outs, out_offsets = np.arange(buffers), np.append(np.arange(buffers + 1), buffers)
    seeds = np.ones((1, machines), dtype=np.uint64) if seeds is None else seeds.copy()
    rows = len(seeds)
    time, made, span = np.zeros((rows, machines, 4)), np.zeros((rows, machines)), np.zeros((rows, machines))
    content, above = np.zeros((rows, buffers)), np.zeros((rows, buffers, levels))
    none = np.zeros(machines)
    flow.lived(
        code, figure, none.astype(np.int64), none, none, ins, in_offsets, outs, out_offsets, np.array(slots), before_service,
        parts, 0, levels, seeds, time, made, span, content, above,
    )  # fmt: skip
    return time, made, span, content, above


@settings(max_examples=60)
@given(st.data(), st.integers(2, 5))
def test_the_recursion_lets_the_last_part_go_when_the_events_do(data, machines):
    draw = lambda: data.draw(st.lists(LENGTHS, min_size=machines, max_size=machines))  # noqa: E731
    cycles, downs = draw(), draw()
    ups = [8 * up + 1 / 16 for up in draw()]
    slots = data.draw(st.lists(st.integers(0, 4), min_size=machines - 1, max_size=machines - 1))
    code = np.zeros((machines, 3), dtype=np.int64)
    figure = np.zeros((machines, 3, 2))
    figure[:, :, 0] = np.column_stack([cycles, ups, downs])
    # Machines first in line go on after the last part; counted from the first part on, spans are departures.
    _, made, span, _, _ = lived(code, figure, slots, 60)
    assert made[0, -1] == 60
    assert span[0, -1] == pytest.approx(departures(cycles, ups, downs, slots, 60)[-1], rel=1e-12)


def test_levels_of_a_buffer_sum_to_its_mean_content():
    code = np.tile([chance.EXPONENTIAL, chance.EXPONENTIAL, chance.WEIBULL], (3, 1))
    figure = np.tile([[1.0, 0.0], [20.0, 0.0], [4.0, 1.5]], (3, 1, 1))
    _, _, _, content, above = lived(code, figure, [3, 5], 5_000, levels=5)
    assert above[0].sum(axis=1) == pytest.approx(content[0], rel=1e-9)
    assert above[0, 0, 3:].tolist() == [0.0, 0.0]


def test_time_is_split_without_a_rest():
    code = np.tile([chance.GAMMA, chance.EXPONENTIAL, chance.LOGNORMAL], (4, 1))
    figure = np.tile([[0.5, 2.0], [20.0, 0.0], [1.0, 0.7]], (4, 1, 1))
    for before_service in (False, True):
        time, _, span, _, _ = lived(code, figure, [2, 1, 4], 2_000, before_service=before_service)
        assert time.sum(axis=2) == pytest.approx(span)
