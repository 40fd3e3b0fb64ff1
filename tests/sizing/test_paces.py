"""Real lines decomposed against the same lines lived."""

import numpy as np
import pytest

from justenough.domain.line import Line
from justenough.simulation.lines import live
from justenough.sizing.paces import decomposed, paces_of


def invented(seed, links=None):
    rng = np.random.default_rng(seed)
    k = 7
    return Line.of(
        "v",
        [f"m{i}" for i in range(k)],
        cycle_days=rng.uniform(0.9, 1.1, k),
        up_days=rng.uniform(80, 200, k),
        down_days=rng.uniform(5, 20, k),
        repair_scv=rng.uniform(0.5, 1.5, k),
        capacity=rng.integers(4, 30, k - 1),
        links=links,
    )


@pytest.mark.parametrize("links", [None, [[0, 2], [1, 2], [2, 3], [3, 6], [4, 5], [5, 6]]])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_lines_of_unequal_speed_come_within_three_in_a_hundred_of_their_lives(seed, links):
    line = invented(seed, links)
    lives = live(line, seed=seed, lives=32, parts=20_000)
    assert decomposed(line).throughput == pytest.approx(lives.mean, rel=0.03)


@pytest.mark.parametrize("scv", [0.0, 1.0, 4.0])
def test_a_machine_makes_as_much_and_varies_as_much_as_its_stand_in(scv):
    """Counted over many long windows, real machine and stand-in have one mean and one variance."""
    alone = Line.of("alone", ("b",), cycle_days=1.6, up_days=60.0, down_days=12.0, repair_scv=scv, capacity=[])
    paces = paces_of(alone)
    p, r, c = paces.failing[0], paces.repaired[0], paces.speed[0]
    spread = 2.0 * c**2 * p * r / (p + r) ** 3  # a flow that is on and off
    lives = live(alone, seed=6, lives=800, parts=4_000)
    # Time to make a fixed number of parts: its variance is that of the count times the cube of the mean time of one.
    counted = (4_000 / lives.throughput).var(ddof=1) * lives.mean**3 / 4_000
    assert decomposed(alone).throughput == pytest.approx(lives.mean, rel=2e-3)
    assert spread == pytest.approx(counted, rel=0.2)


def test_what_never_stops_or_is_repaired_at_once_runs_at_its_speed():
    line = Line.of("n", ("a", "b", "c"), cycle_days=[1.0, 1.0, 1.25], up_days=[np.inf, 50.0, 50.0], down_days=[0.0, 0.0, 5.0], capacity=4)
    assert decomposed(line).throughput == pytest.approx(0.8 * 50 / 55, rel=1e-6)


def test_rework_is_time():
    line = Line.of("r", ("a", "b"), cycle_days=1.0, up_days=np.inf, down_days=0.0, rework=[0.0, 0.5], capacity=4)
    assert decomposed(line).throughput == pytest.approx(0.5)
