"""Room found by moving parts against trying every way."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justenough.domain.errors import SettingsError
from justenough.kernels import chain
from justenough.sizing import allocation, decoupling

LINES = st.integers(3, 4).flatmap(
    lambda k: st.tuples(st.lists(st.floats(0.005, 0.05), min_size=k, max_size=k), st.lists(st.floats(0.05, 0.4), min_size=k, max_size=k))
)


def decomposed(line):
    return lambda capacity: float(decoupling.decomposed(*line, capacity).throughput[0])


@settings(max_examples=25)
@given(LINES, st.integers(0, 14))
def test_the_best_for_a_total_is_the_best_of_every_way(line, spare):
    throughput, buffers = decomposed(line), len(line[0]) - 1
    lower, upper = np.full(buffers, 2), np.full(buffers, 12)
    total = int(min(lower.sum() + spare, upper.sum()))
    found = allocation.best_for(throughput, total, lower, upper)
    ways = [np.array(way) for way in product(range(2, 13), repeat=buffers) if sum(way) == total]
    assert found.capacity.sum() == total
    assert found.throughput == pytest.approx(max(throughput(way) for way in ways), rel=1e-6)


@settings(max_examples=25)
@given(LINES, st.floats(0.1, 0.95))
def test_the_smallest_for_a_target_is_the_smallest_of_every_way(line, part):
    throughput, buffers = decomposed(line), len(line[0]) - 1
    lower, upper = np.full(buffers, 2), np.full(buffers, 9)
    least, most = throughput(lower), throughput(upper)
    target = least + part * (most - least)
    found = allocation.smallest_for(throughput, target, lower, upper)
    enough = [sum(way) for way in product(range(2, 10), repeat=buffers) if throughput(np.array(way)) >= target]
    assert found.throughput >= target
    assert found.capacity.sum() <= min(enough) + (buffers > 2)  # with three buffers a part more at worst


def test_the_whole_chain_agrees_on_three_machines():
    p, r, links = np.array([0.01, 0.02, 0.01]), np.full(3, 0.1), np.array([[0, 1], [1, 2]])
    found = allocation.best_for(lambda n: chain.synchronous(p, r, links, n)[0][-1], 20, np.array([2, 2]), np.array([30, 30]))
    assert found.capacity.tolist() == [10, 10]


@settings(max_examples=15)
@given(LINES, st.floats(0.001, 0.05))
def test_the_most_profit_is_the_most_of_every_way(line, cost):
    buffers = len(line[0]) - 1
    throughput, money = decomposed(line), np.full(buffers, cost)

    def content(capacity):
        return decoupling.decomposed(*line, capacity).level

    lower, upper = np.full(buffers, 2), np.full(buffers, 9)
    found = allocation.most_profit(throughput, content, 10.0, money, lower, upper)
    best = max(10.0 * throughput(np.array(way)) - money @ content(np.array(way)) for way in product(range(2, 10), repeat=buffers))
    assert found.worth == pytest.approx(best, rel=1e-4)


def test_limits_of_single_buffers_hold():
    throughput = decomposed(([0.01] * 4, [0.1] * 4))
    lower, upper = np.array([2, 9, 2]), np.array([4, 40, 5])
    found = allocation.best_for(throughput, 30, lower, upper)
    assert np.all((found.capacity >= lower) & (found.capacity <= upper))
    assert found.capacity.sum() == 30


def test_every_allocation_tries_each_way_once():
    seen = []
    found = allocation.every_allocation(lambda way: seen.append(tuple(way.tolist())) or float(-((way - 2) ** 2).sum()), 3, 9, least=1)
    assert len(seen) == len(set(seen)) == found.tried == 28
    assert {sum(way) for way in seen} == {9}
    assert found.best.tolist() == [[3, 3, 3]]
    assert found.best_throughput > found.second_best_throughput > found.worst_throughput


def test_room_goes_to_the_weaker_side():
    def throughput(way):
        return chain.exponential(np.array([1.0, 1.0, 0.8]), way)[0]

    found = allocation.every_allocation(throughput, 2, 5)
    assert found.best[0, 1] > found.best[0, 0]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda t: allocation.best_for(t, 3, np.array([2, 2]), np.array([9, 9])), "allow 4 to 18"),
        (lambda t: allocation.best_for(t, 9, np.array([0, 2]), np.array([9, 9])), "buffer 1: limits of 0 to 9"),
        (lambda t: allocation.smallest_for(t, 0.99, np.array([2, 2]), np.array([9, 9])), "out of reach"),
        (lambda _: allocation.every_allocation(lambda _: 0.0, 3, 2, least=1), "expected 3 or more"),
        (lambda _: allocation.every_allocation(lambda _: 0.0, 12, 60), "more than 200000 ways"),
    ],
)
def test_what_cannot_be_had_is_said(call, words):
    with pytest.raises(SettingsError, match=words):
        call(decomposed(([0.01] * 3, [0.1] * 3)))
