"""Completion: against the compound Poisson law, a plain Python line and the line simulation."""

import numpy as np
import pytest
from scipy import stats

from justenough.domain.line import LEAST_CAPACITY, Line
from justenough.kernels import chance, completion
from justenough.simulation.lines import live

EXPONENTIAL_WEIBULL = 1.0


def figures_of(up, down, n, rng):
    """Exponential up times and repairs of each machine, every history alike in law."""
    k = len(up)
    out = np.empty((k, n, 5))
    out[:, :, completion.FIRST] = rng.exponential(np.asarray(up)[:, None], (k, n))
    out[:, :, completion.UP_SCALE], out[:, :, completion.UP_SHAPE] = np.asarray(up)[:, None], EXPONENTIAL_WEIBULL
    out[:, :, completion.REPAIR_ONE], out[:, :, completion.REPAIR_TWO] = np.asarray(down)[:, None], EXPONENTIAL_WEIBULL
    return out


def completed(cycle, setup, room, lumps, figures, seed=5, longest=np.inf):
    k = len(cycle)
    out = np.empty((1, figures.shape[1]))
    seeds = np.random.default_rng(seed).integers(1, 2**63, k).astype(np.uint64)
    law = np.full(k, chance.WEIBULL, dtype=np.int64)
    columns = (np.array([0, k]), np.arange(k), np.asarray(cycle, float), np.asarray(setup, float), np.asarray(room, np.int64))
    completion.completions(*columns, np.array([lumps]), figures, law, longest, seeds, out)
    return out[0]


@pytest.mark.parametrize(("work", "up", "down"), [(200.0, 480.0, 60.0), (200.0, 1920.0, 240.0), (900.0, 100.0, 30.0)])
def test_one_machine_is_the_compound_law(work, up, down):
    """Gaver's moments, and the whole law: Poisson many exponential repairs are gamma distributed given their number."""
    n = 40_000
    found = completed([work], [7.0], [0], 1, figures_of([up], [down], n, np.random.default_rng(3)))
    mean, variance = 7.0 + work * (1.0 + down / up), work * down**2 * 2.0 / up
    assert found.mean() == pytest.approx(mean, abs=4.0 * np.sqrt(variance / n))
    assert found.var() == pytest.approx(variance, rel=0.06)
    counts = np.arange(60)
    chances = stats.poisson.pmf(counts, work / up)

    def law(x):
        stops = np.asarray(x)[..., None] - work - 7.0
        given = np.where(counts > 0, stats.gamma.cdf(stops, np.maximum(counts, 1), scale=down), stops >= 0.0)
        return given @ chances

    points = np.quantile(found, np.linspace(0.3, 0.999, 40))
    assert np.abs(law(points + 1e-9) - np.mean(found[:, None] <= points + 1e-9, axis=0)).max() < 1.63 / np.sqrt(n)
    # A normal with the same moments promises too much at the far end.
    far = stats.norm.ppf(0.995, mean, np.sqrt(variance))
    assert np.mean(found > far) > 1.3 * 0.005


def test_the_longest_repair_is_cut():
    figures = figures_of([5.0], [10.0], 4000, np.random.default_rng(1))
    found = completed([1.0], [0.0], [0], 1, figures, longest=3.0)
    assert found.max() <= 1.0 + 3.0 * 10
    assert found.max() > 3.5


def plain_line(cycle, setup, room, lumps):
    """Moments at which each lump leaves the last station, lump after lump, without stops."""
    k = len(cycle)
    left = {}
    for lump in range(lumps):
        ready = 0.0
        for station in range(k):
            begins = max(ready, left.get((station, lump - 1), 0.0))
            ready = begins + setup[station] + cycle[station]
            if station + 1 < k and lump - room[station] - 1 >= 0:
                ready = max(ready, left[station + 1, lump - room[station] - 1])
            left[station, lump] = ready
    return left[k - 1, lumps - 1]


def test_a_line_without_stops_is_the_plain_line():
    rng = np.random.default_rng(8)
    still = np.full((4, 1, 5), np.inf)
    for _ in range(30):
        cycle, setup, room = rng.uniform(0.5, 2.0, 4), rng.uniform(0.0, 0.3, 4), rng.integers(0, 4, 4)
        lumps = int(rng.integers(1, 12))
        assert completed(cycle, setup, room, lumps, still)[0] == pytest.approx(plain_line(cycle, setup, room, lumps), rel=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_long_orders_leave_a_line_as_fast_as_the_simulation_lives_it(seed):
    """Random lines of three machines, 4,000 parts: parts a time unit within the standard errors of both, and the filling of the line."""
    rng = np.random.default_rng(40 + seed)
    cycle, up, down = rng.uniform(0.8, 1.2, 3), rng.uniform(20, 80, 3), rng.uniform(2, 8, 3)
    places = rng.integers(1, 15, 2)
    parts, n = 4000, 150
    took = completed(cycle, np.zeros(3), np.append(places, 0), parts, figures_of(up, down, n, rng))
    line = Line.of("L", ["a", "b", "c"], cycle_days=cycle, up_days=up, down_days=down, capacity=places + LEAST_CAPACITY)
    lived = live(line, parts=20_000, lives=24, seed=seed)
    ours = parts / took
    spread = np.hypot(ours.std(ddof=1) / np.sqrt(n), lived.standard_error)
    filling = lived.mean * (took.mean() / parts) * 30 / parts  # the first part comes out a few cycles late
    assert ours.mean() == pytest.approx(lived.mean, abs=4.0 * spread + filling)
