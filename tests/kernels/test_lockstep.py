"""Sixteen lives side by side against the general recursion, stream for stream."""

import numpy as np
import pytest
from test_flow import lived as one_by_one

from justenough.kernels import chance, lockstep

LAWS = {
    "fixed cycles": ([chance.CONSTANT, chance.EXPONENTIAL, chance.WEIBULL], [[1.3, 0.0], [50.0, 0.0], [11.0, 1.5]]),
    "drawn cycles": ([chance.GAMMA, chance.EXPONENTIAL, chance.LOGNORMAL], [[0.5, 2.0], [50.0, 0.0], [1.5, 0.9]]),
}


@pytest.mark.parametrize("before_service", [False, True])
@pytest.mark.parametrize("name", LAWS)
def test_lives_side_by_side_are_the_lives_one_by_one(name, before_service):
    machines, slots, parts = 4, np.array([2, 0, 5]) + before_service, 1_500
    law, numbers = LAWS[name]
    code, figure = np.tile(law, (machines, 1)), np.tile(numbers, (machines, 1, 1))
    seeds = np.random.default_rng(4).integers(0, 2**63, (lockstep.LANES, machines)).astype(np.uint64)
    links = np.array([[0, 1], [1, 2], [2, 3]])
    edges = np.arange(3)
    time, span = np.zeros((1, lockstep.LANES, machines, 4)), np.zeros((1, lockstep.LANES, machines))
    content = np.zeros((1, lockstep.LANES, 3))
    lockstep.lived(
        code, figure, edges, np.array([0, 0, 1, 2, 3]), edges, np.array([0, 1, 2, 3, 3]), links, slots, before_service,
        parts, 0, seeds.reshape(1, lockstep.LANES, machines).copy(), time, span, content,
    )  # fmt: skip
    wanted_time, _, wanted_span, wanted_content, _ = one_by_one(code, figure, slots, parts, before_service=before_service, seeds=seeds)
    assert span[0] == pytest.approx(wanted_span, rel=1e-12)
    assert time[0] == pytest.approx(wanted_time, abs=1e-6)
    assert content[0] == pytest.approx(wanted_content, rel=1e-9, abs=1e-12)
