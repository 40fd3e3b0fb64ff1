"""A line refuses what no line can have, and says which machine or buffer."""

from dataclasses import replace

import numpy as np
import pytest

from justenough.domain.errors import LineError
from justenough.domain.line import Line

ASSEMBLY = Line.of(
    "frames",
    ("press", "saw", "weld"),
    cycle_days=0.001,
    up_days=[1.0, 2.0, 4.0],
    down_days=[0.25, 0.0, 1.0],
    links=[[0, 2], [1, 2]],
    capacity=[4, 9],
    part_value=[12.0, np.nan],
)


def test_givers_come_before_takers_whatever_the_order_of_the_names():
    turned = Line.of("t", ("weld", "saw", "press"), cycle_days=1, up_days=9, down_days=1, links=[[2, 1], [1, 0]], capacity=3)
    assert turned.order.tolist() == [2, 1, 0]


def test_availability_is_the_share_of_time_a_machine_would_run_alone():
    assert ASSEMBLY.availability.tolist() == [0.8, 1.0, 0.8]


def test_a_machine_that_never_fails_is_always_available():
    assert replace(ASSEMBLY, up_days=np.array([np.inf, 2.0, 4.0])).availability[0] == 1.0


def test_an_assembly_is_not_serial():
    assert not ASSEMBLY.serial
    assert replace(ASSEMBLY, links=np.array([[0, 1], [1, 2]])).serial


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"machines": ()}, "no machine"),
        ({"cycle_days": np.array([0.001, 0.0, 0.001])}, "'saw' with a cycle time of 0 days"),
        ({"up_days": np.array([1.0, 2.0, -4.0])}, "'weld' with an MTBF of -4 days"),
        ({"down_days": np.array([np.nan, 0.0, 1.0])}, "'press' with an MTTR of nan days"),
        ({"scrap": np.array([0.0, 1.0, 0.0])}, "'saw' with scrap of 1"),
        ({"capacity": np.array([4, 1])}, "buffer saw to weld of 1"),
        ({"links": np.array([[0, 1], [1, 0]])}, "buffer saw to press that closes a loop"),
        ({"links": np.array([[0, 1]]), "capacity": np.array([4])}, "no buffer joins"),
    ],
)
def test_what_no_line_can_have_is_refused_by_name(change, words):
    with pytest.raises(LineError, match=words):
        replace(ASSEMBLY, **change)
