"""Queues, loops and hedges against plain recursions, a queue's own theory and a lived machine."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from justenough.sizing.classic import conwip_exponential, hedging_point, vut_queue, zero_buffer_line


@given(st.floats(0.05, 0.95), st.floats(0.1, 50))
def test_an_exponential_queue_waits_as_long_as_theory_says(busy, mean):
    """M/M/1: rho / (mu - lambda)."""
    rate = busy / mean
    assert vut_queue(mean, 1.0, 1.0, rate).queue_time == pytest.approx(busy / (1 / mean - rate))


def test_a_deterministic_server_halves_the_wait():
    """Pollaczek-Khinchine for M/D/1."""
    assert vut_queue(4.0, 1.0, 0.0, 0.2).queue_time == pytest.approx(0.5 * vut_queue(4.0, 1.0, 1.0, 0.2).queue_time)


def test_a_queue_without_end_is_refused():
    with pytest.raises(ValueError, match="grows without end"):
        vut_queue([1.0, 2.0], 1.0, 1.0, 0.5)


def convolution(times, jobs):
    """Throughput of a closed network by Buzen's convolution, which shares nothing with mean values."""
    g = [1.0] + [0.0] * jobs
    for time in times:
        for n in range(1, jobs + 1):
            g[n] += time * g[n - 1]
    return g[jobs - 1] / g[jobs]


@given(st.lists(st.floats(0.2, 8.0), min_size=1, max_size=6), st.integers(1, 20))
def test_a_loop_agrees_with_buzens_convolution(times, jobs):
    loop = conwip_exponential(times, jobs)
    assert loop.throughput == pytest.approx(convolution(times, jobs), rel=1e-9)
    assert loop.station_wip.sum() == pytest.approx(jobs)
    assert loop.throughput <= loop.best_case_throughput * (1 + 1e-12)


def test_loops_of_many_lines_in_one_call():
    both = conwip_exponential([[2.0, 2.0], [1.0, 3.0]], 5)
    assert both.throughput.tolist() == [conwip_exponential([2.0, 2.0], 5).throughput, conwip_exponential([1.0, 3.0], 5).throughput]


@pytest.mark.parametrize("cap", [0, 1.5, -2, math.nan, math.inf, [3, 4]])
def test_a_loop_needs_a_whole_number_of_jobs(cap):
    with pytest.raises(ValueError, match="wip_cap"):
        conwip_exponential([1.0], cap)


@pytest.mark.parametrize("times", [2.0, []])
def test_a_loop_needs_stations(times):
    with pytest.raises(ValueError, match=r"mean_process_time must have one entry a station .* shape \("):
        conwip_exponential(times, 3)


def test_a_line_without_buffers_makes_more_than_the_product_of_availabilities():
    assert zero_buffer_line([100.0] * 3, [10.0] * 3) > (100 / 110) ** 3
    assert zero_buffer_line([[100.0, 50.0], [100.0, 1e9]], [[10.0, 5.0], [10.0, 0.0]]) == pytest.approx([1 / 1.2, 1 / 1.1])


@pytest.mark.parametrize(("stock", "seed"), [(0.0, 1), (12.0, 2), (30.0, 3)])
def test_the_hedge_is_the_cheapest_of_those_lived_through(stock, seed):
    """A machine lived up and down: what it costs at our stock is no more than at any other, within the noise."""
    ours = hedging_point(1.0, 0.7, 100.0, 10.0, 1.0, 19.0)
    best, on_hand, waiting = lived_hedge(float(ours.hedging_stock), seed)
    other, _, _ = lived_hedge(stock, seed)
    assert best < other
    assert on_hand == pytest.approx(float(ours.mean_on_hand), rel=0.02)
    assert waiting == pytest.approx(float(ours.prob_backlog), rel=0.06)


def lived_hedge(stock, seed, cycles=40_000):
    """Cost a unit of time, mean stock on hand and share of time in backlog, piece by piece of straight lines."""
    rng = random.Random(seed)
    level, cost, held, waiting, clock = stock, 0.0, 0.0, 0.0, 0.0
    for _ in range(cycles):
        for slope, mean in ((0.3, 100.0), (-0.7, 10.0)):
            left = rng.expovariate(1 / mean)
            clock += left
            while left > 0:
                bound = stock if slope > 0 and level >= 0 else 0.0 if (slope > 0) != (level > 0) and level != 0 else math.inf
                flat = slope > 0 and level >= stock
                span = left if flat or bound is math.inf else min(left, abs((bound - level) / slope))
                end = level if flat else level + slope * span
                middle = 0.5 * (level + end)
                held += max(middle, 0.0) * span
                cost += (middle if middle > 0 else -19.0 * middle) * span
                waiting += span if middle < 0 else 0.0
                left -= span
                level = end if abs(end - bound) > 1e-12 else bound
    return cost / clock, held / clock, waiting / clock


def test_a_machine_that_cannot_keep_up_is_refused():
    with pytest.raises(ValueError, match="makes no more than is wanted"):
        hedging_point(1.0, 0.92, 100.0, 10.0, 1.0, 19.0)


def test_a_demand_easily_met_needs_no_hedge():
    ours = hedging_point(10.0, 0.5, 1_000.0, 1.0, 1.0, 2.0)
    assert ours.hedging_stock == 0.0
    assert ours.mean_on_hand == pytest.approx(0.0)
    assert np.isclose(ours.prob_backlog + ours.prob_at_hedging_point, 1.0)
