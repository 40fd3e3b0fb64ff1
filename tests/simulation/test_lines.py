"""Lived lines against exact chains and closed forms, each within its own standard error."""

from dataclasses import replace

import numpy as np
import pytest

from justenough.domain.line import Line
from justenough.kernels import chain, chance
from justenough.simulation.lines import Laws, laws_of, live

NAMES = ("a", "b", "c", "d", "e")


def synchronous(failing, repaired, capacity, links=None, **said):
    """A line whose laws are geometric, so that a chain knows the answer."""
    k = len(failing)
    line = Line.of("s", NAMES[:k], cycle_days=1, up_days=1, down_days=1, capacity=capacity, links=links, **said)
    code = np.tile([chance.CONSTANT, chance.GEOMETRIC, chance.GEOMETRIC], (k, 1))
    figure = np.zeros((k, 3, 2))
    figure[:, :, 0] = np.column_stack([np.ones(k), failing, repaired])
    return line, Laws(code, figure)


def within(lives, wanted, errors=4.0):
    return lives.mean == pytest.approx(wanted, abs=errors * lives.standard_error)


@pytest.mark.parametrize(
    ("failing", "repaired", "capacity", "links"),
    [
        ([0.01, 0.02], [0.1, 0.2], [7], None),
        ([0.05, 0.02, 0.04], [0.2, 0.3, 0.1], [3, 5], None),
        ([0.05, 0.02, 0.04], [0.2, 0.3, 0.1], [3, 5], [[0, 2], [1, 2]]),
        ([0.05, 0.02, 0.04], [0.2, 0.3, 0.1], [3, 5], [[0, 1], [0, 2]]),
        ([0.05, 0.02, 0.04], [0.2, 0.3, 0.1], [2, 2], None),
    ],
)
def test_synchronous_lines_make_what_their_chain_says(failing, repaired, capacity, links):
    line, laws = synchronous(failing, repaired, capacity, links)
    throughput, _, starved, _ = chain.synchronous(np.array(failing), np.array(repaired), line.links, line.capacity)
    lives = live(line, laws=laws, before_service=True, lives=32, seed=3)
    assert within(lives, throughput[-1])
    assert lives.standard_error < 0.002
    # The chain's "up and starved" is of the slots before a repair or failure; a life's is of idle slots.
    idle = lives.starved[:, -1]
    assert idle.mean() == pytest.approx(starved[-1], abs=0.02)


@pytest.mark.parametrize("capacity", [2, 7])
def test_two_machines_make_as_much_whether_they_wait_before_or_after(capacity):
    line, laws = synchronous([0.03, 0.05], [0.2, 0.3], [capacity])
    before, after = (live(line, laws=laws, seed=3, parts=3_000, before_service=which) for which in (True, False))
    assert before.throughput == pytest.approx(after.throughput, rel=1e-3)


def test_shares_of_time_sum_to_the_whole():
    line, laws = synchronous([0.05, 0.02, 0.04], [0.2, 0.3, 0.1], [3, 5])
    lives = live(line, laws=laws, seed=3, parts=2_000)
    assert lives.working + lives.down + lives.starved + lives.blocked == pytest.approx(1.0)
    assert lives.working[:, 0] == pytest.approx(lives.machine_throughput[:, 0])


@pytest.mark.parametrize("slots", [[0, 0], [1, 2], [4, 0]])
def test_exponential_stations_make_what_their_chain_says(slots):
    rate = np.array([1.0, 1.4, 1.1])
    line = Line.of("e", NAMES[:3], cycle_days=1 / rate, up_days=np.inf, down_days=0, capacity=np.array(slots) + 2)
    laws = laws_of(line)
    laws.code[:, 0] = chance.EXPONENTIAL
    throughput, content = chain.exponential(rate, np.array(slots))
    lives = live(line, laws=laws, lives=32, seed=8)
    assert within(lives, throughput)
    error = lives.content.std(axis=0, ddof=1) / np.sqrt(32)
    assert np.all(np.abs(lives.content.mean(axis=0) - content) <= 4 * error)


def test_levels_of_a_buffer_follow_the_queue_with_a_wall():
    """Two exponential stations are an M/M/1 queue of limited room; its levels have geometric shares."""
    line = Line.of("q", NAMES[:2], cycle_days=[1.0, 0.8], up_days=np.inf, down_days=0, capacity=[5])
    laws = laws_of(line)
    laws.code[:, 0] = chance.EXPONENTIAL
    lives = live(line, laws=laws, lives=40, levels=3, seed=2)
    shares = 0.8 ** np.arange(6)
    shares /= shares.sum()
    above = np.array([shares[m + 2 :].sum() for m in range(3)])
    error = lives.above.std(axis=0, ddof=1)[0] / np.sqrt(40)
    assert np.all(np.abs(lives.above.mean(axis=0)[0] - above) <= 4 * error)


def test_both_ways_of_living_meet_the_same_failures():
    """Timing levels takes the general recursion; without it the lockstep one runs: same parts, same times."""
    line = Line.of("w", NAMES, cycle_days=1.3, up_days=[50, 60, 70, 80, 90], down_days=9, repair_scv=[0, 0.5, 1, 2, 3], capacity=4)
    for before_service in (False, True):
        quick = live(line, seed=5, parts=3_000, before_service=before_service)
        whole = live(line, seed=5, parts=3_000, before_service=before_service, levels=2)
        assert quick.throughput == pytest.approx(whole.throughput, rel=1e-12)
        assert quick.content == pytest.approx(whole.content, rel=1e-9)
        assert quick.blocked == pytest.approx(whole.blocked, abs=1e-9)


def test_a_life_does_not_depend_on_how_many_are_lived():
    line = Line.of("n", NAMES[:3], cycle_days=1.0, up_days=40, down_days=8, capacity=6)
    assert live(line, seed=7, lives=3, parts=1_000).throughput.tolist() == live(line, seed=7, lives=20, parts=1_000).throughput[:3].tolist()


def test_machines_that_fail_by_the_clock_fail_while_they_wait():
    """A machine behind a slow one idles half its time; only failures by the clock find it then."""
    line = Line.of("c", NAMES[:2], cycle_days=[2.0, 1.0], up_days=[np.inf, 30.0], down_days=[0.0, 10.0], capacity=50)
    by_work = live(line, seed=1, levels=1)
    by_clock = live(replace(line, by_clock=np.array([False, True])), seed=1)
    assert by_work.down[:, 1].mean() == pytest.approx(0.5 / 3, rel=0.05)
    # Down time that falls into idle time delays nobody and is not counted; the rest is more than by work alone.
    assert by_clock.down[:, 1].mean() > 0.1
    assert by_clock.mean == pytest.approx(0.5, rel=0.01)


def test_scrap_is_lost_and_rework_costs_time():
    line = Line.of("r", NAMES[:2], cycle_days=1.0, up_days=np.inf, down_days=0.0, capacity=3)
    scrapped = live(replace(line, scrap=np.array([0.1, 0.2])), seed=4, lives=32)
    assert scrapped.machine_throughput[:, 0].mean() == pytest.approx(0.9, abs=0.02)
    assert scrapped.mean == pytest.approx(scrapped.machine_throughput[:, 0].mean() * 0.8, rel=0.01)
    again = live(replace(line, rework=np.array([0.0, 0.25])), seed=4, lives=32)
    assert within(again, 0.75)


def test_common_random_numbers_sharpen_a_difference():
    line = Line.of("d", NAMES[:3], cycle_days=1.0, up_days=60, down_days=10, capacity=5)
    more = replace(line, capacity=np.array([6, 6]))
    gain = live(more, seed=9).throughput - live(line, seed=9).throughput
    apart = live(more, seed=10).throughput - live(line, seed=9).throughput
    assert gain.std() < 0.3 * apart.std()
    assert gain.mean() > 0


def test_the_interval_covers_the_mean():
    lives = live(Line.of("i", NAMES[:2], cycle_days=1.0, up_days=60, down_days=10, capacity=5), seed=9, parts=1_000)
    low, high = lives.interval(0.9)
    assert low < lives.mean < high
    assert lives.interval(0.99)[0] < low
