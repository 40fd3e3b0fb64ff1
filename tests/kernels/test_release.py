"""The controlled recursion against times worked out by hand, everything of fixed length."""

import numpy as np
import pytest

from justenough.kernels import release

NEVER = np.inf


def lived(cycles, *, demand, parts, room=9, interval=0.0, cap=0, cards=None, echelon=None, up=NEVER, down=0.0):
    k = len(cycles)
    figures = np.zeros((k, 3, 2))
    figures[:, :, 0] = [[cycle, up, down] for cycle in cycles]
    out = np.zeros((1, release.FIGURES))
    release.lived(
        np.zeros((k, 3), dtype=np.int64), figures, np.full(max(k - 1, 1), room), 0, np.array([demand, 0.0]), interval, cap,
        np.array(cards or [0] * k), np.array(echelon or [-1] * k), parts, 8, np.ones((1, k + 1), dtype=np.uint64), out,
    )  # fmt: skip
    return out[0]


def test_a_steady_line_delivers_each_demand_as_it_comes():
    out = lived([1.0, 1.0], demand=2.0, parts=40, echelon=[3, 2])
    assert out[release.RATE] == pytest.approx(0.5)
    assert out[release.AT_ONCE] == 1.0
    # Part n starts when demand n - 3 comes, waits for demand n - 2 before the second machine, and lies until demand n.
    assert out[release.LEAD_TIME] == pytest.approx(3.0)
    assert out[release.FINISHED] == pytest.approx((2.0 * 3 - 3.0) / 2.0)
    assert out[release.WAITING] == 0.0


def test_one_card_sends_one_part_through_at_a_time():
    out = lived([1.0], demand=0.5, parts=40, cards=[1])
    assert out[release.RATE] == pytest.approx(1.0)
    assert out[release.AT_ONCE] == 0.0


def test_a_cap_of_one_makes_the_line_one_machine():
    out = lived([1.0, 2.0], demand=0.1, parts=40, cap=1)
    assert out[release.RATE] == pytest.approx(1 / 3)
    assert out[release.IN_LINE] == pytest.approx(1.0)


def test_a_schedule_releases_at_its_own_pace():
    out = lived([1.0, 2.0], demand=5.0, parts=40, interval=4.0, up=10.5, down=3.0)
    assert out[release.RATE] == pytest.approx(0.2, rel=0.05)
    assert out[release.LEAD_TIME] > 3.0
    assert out[release.FINISHED] > 1.0


def test_no_room_lets_the_slow_machine_set_the_pace():
    out = lived([1.0, 2.0], demand=0.1, parts=400, room=0)
    assert out[release.RATE] == pytest.approx(0.5)
    assert out[release.LEAD_TIME] == pytest.approx(4.0, abs=0.02)
