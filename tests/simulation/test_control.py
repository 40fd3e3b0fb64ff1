"""Lines under control against queues whose answer is known, within the standard error of the lives."""

import numpy as np
import pytest

from justenough.domain.errors import LineError
from justenough.domain.line import Line
from justenough.kernels import chance
from justenough.simulation.control import Control, live_under
from justenough.simulation.lines import laws_of
from justenough.sizing.classic import conwip_exponential

NAMES = ("a", "b", "c", "d")


def exponential(means, capacity=2):
    line = Line.of("e", NAMES[: len(means)], cycle_days=means, up_days=np.inf, down_days=0.0, capacity=capacity)
    laws = laws_of(line)
    laws.code[:, 0] = chance.EXPONENTIAL
    return line, laws


def near(column, wanted):
    error = column.std(ddof=1) / np.sqrt(len(column))
    return column.mean() == pytest.approx(wanted, abs=4 * error)


@pytest.mark.parametrize("control", [Control("base stock", base_stock=(5,)), Control("kanban", cards=(5,))])
def test_one_exponential_machine_to_stock_is_a_queue_read_from_above(control):
    """Buzacott & Shanthikumar 1993, section 4.3: shortfall below the base stock is an M/M/1 queue."""
    line, laws = exponential([0.7])
    lives = live_under(line, control, laws=laws, demand_days=1.0, seed=3, lives=48)
    assert near(lives.at_once, 1 - 0.7**5)
    assert near(lives.waiting, 0.7**6 / 0.3)
    assert near(lives.finished, 5 - 0.7 * (1 - 0.7**5) / 0.3)


@pytest.mark.parametrize("scv", [0.25, 0.5])
def test_steadier_demand_makes_a_gi_m_1_queue(scv):
    """Erlang times between demands: an arriving demand finds n before it with chance (1 - s) s^n, s the root of A(mu (1 - s))."""
    line, laws = exponential([0.8])
    phases = round(1.0 / scv)
    root = 0.5
    for _ in range(200):
        root = (phases / (phases + (1.0 - root) / 0.8)) ** phases
    lives = live_under(line, Control("base stock", base_stock=(3,)), laws=laws, demand_days=1.0, demand_scv=scv, seed=4, lives=48)
    assert near(lives.at_once, 1 - root**3)


def test_a_loop_that_is_never_short_of_demand_is_a_closed_network():
    line, laws = exponential([1.0, 2.0, 1.5])
    control = Control("CONWIP", cap=6, buffers_limit=False)
    lives = live_under(line, control, laws=laws, demand_days=1e-6, demand_scv=0.0, seed=5, lives=48)
    loop = conwip_exponential([1.0, 2.0, 1.5], 6)
    assert near(lives.throughput, float(loop.throughput))
    assert near(lives.in_line, 6.0)
    assert near(lives.lead_days, float(loop.cycle_time))


def test_push_to_a_forecast_above_demand_piles_up():
    line, laws = exponential([0.5, 0.5])
    pushed = live_under(line, Control("push", release_days=0.8), laws=laws, demand_days=1.0, seed=1, parts=10_000)
    pulled = live_under(line, Control("kanban", cards=(4, 4)), laws=laws, demand_days=1.0, seed=1, parts=10_000)
    assert pushed.finished.mean() > 1_000
    assert pulled.finished.mean() < 8
    assert pulled.throughput.mean() == pytest.approx(1.0, rel=0.02)


def test_controls_of_one_seed_meet_the_same_demand():
    line, laws = exponential([0.5, 0.5])
    few, many = (live_under(line, Control("k", cards=(cards, cards)), laws=laws, demand_days=1.0, seed=7, parts=5_000) for cards in (2, 3))
    apart = live_under(line, Control("k", cards=(3, 3)), laws=laws, demand_days=1.0, seed=8, parts=5_000)
    assert (many.at_once - few.at_once).std() < 0.7 * (apart.at_once - few.at_once).std()
    assert np.all(many.at_once >= few.at_once)


def test_buffers_hold_a_line_back_where_they_limit_it():
    line, laws = exponential([1.0, 1.0, 1.0])
    control = {"cap": 12, "name": "CONWIP"}
    tight, loose = (
        live_under(line, Control(**control, buffers_limit=limit), laws=laws, demand_days=1e-6, demand_scv=0.0, seed=2)
        for limit in (True, False)
    )
    assert near(tight.throughput, 22 / 39)  # Hunt 1956: three stations without room
    assert loose.throughput.mean() > 0.8


@pytest.mark.parametrize(
    ("change", "control", "words"),
    [
        ({"scrap": 0.1}, Control("push", release_days=1.0), "scrap"),
        ({"links": [[0, 2], [1, 2]]}, Control("push", release_days=1.0), "branches"),
        ({}, Control("kanban", cards=(3, 3)), "2 cards in control 'kanban'"),
        ({}, Control("base", base_stock=(3,)), "1 base stocks"),
    ],
)
def test_what_no_control_can_have_is_refused(change, control, words):
    line = Line.of("x", NAMES[:3], **{"cycle_days": 1.0, "up_days": 50, "down_days": 5, "capacity": 4} | change)
    with pytest.raises(LineError, match=words):
        live_under(line, control, demand_days=1.0, seed=1)


@pytest.mark.parametrize(
    ("control", "demand", "words"),
    [
        (Control("kanban", cards=(3, 0, 3)), {}, r"\(3, 0, 3\) cards in control 'kanban'; expected 1 or more for each machine"),
        (Control("loop", cap=-1), {}, "-1 parts as cap in control 'loop'; expected 0 "),
        (Control("push", release_days=-1.0), {}, "-1.0 days between releases"),
        (Control("base", base_stock=(3, -1, 2)), {}, "parts of base stock"),
        (Control("push", release_days=1.0), {"demand_days": 0.0}, "0.0 days between demands in control 'push'; expected more than 0"),
        (Control("push", release_days=1.0), {"demand_scv": -1.0}, "as squared variation"),
    ],
)
def test_numbers_no_control_can_have_are_refused(control, demand, words):
    line = Line.of("x", NAMES[:3], cycle_days=1.0, up_days=50, down_days=5, capacity=4)
    with pytest.raises(LineError, match=words):
        live_under(line, control, **{"demand_days": 1.0} | demand, seed=1)
