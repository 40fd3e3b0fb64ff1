"""Throughputs: what a machine's improvement lets its line make."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from justenough.sizing.paces import decomposed
from justenough.strategy.moves import Figure, Move
from justenough.strategy.throughputs import HOURS, throughputs_of


@pytest.fixture(scope="module")
def made(brackets):
    plant, decided = brackets
    return throughputs_of(plant, decided.link.machines)


def test_a_line_gains_what_its_decomposition_gains(made):
    line = made.lines["PRS-4"]
    at = line.machines.index("PRS-4")
    down = line.down_days.copy()
    down[at] /= 2
    then = decomposed(replace(line, down_days=down)).throughput
    now = decomposed(line).throughput
    move = Move(Figure.MTTR, "PRS-4", 0.5)
    assert made.share(move) == pytest.approx(then / now - 1.0)
    assert made.per_hour(move) == pytest.approx((then - now) / HOURS)
    assert made.share(move) > 0.0


def test_a_machine_alone_gains_what_it_can_make_more(made):
    """Twice the MTBF: availability from 1 / (1 + x) to 1 / (1 + x / 2), averaged over what its records allow."""
    alone = next(name for name in made.machines.names if name not in made.lines)
    at = made.machines.at(alone)
    stop = made.machines.mttr_days[at] / made.machines.mtbf_days[at]
    wanted = (1.0 / (1.0 + stop / 2)).mean() / (1.0 / (1.0 + stop)).mean() - 1.0
    assert made.share(Move(Figure.MTBF, alone, 2.0)) == pytest.approx(wanted)
    assert made.share(Move(Figure.SPEED, alone, 1.1)) == pytest.approx(0.1)
    assert np.isnan(made.per_hour(Move(Figure.SPEED, alone, 1.1)))


def test_what_is_no_machine_has_no_throughput(made):
    assert np.isnan(made.share(Move(Figure.LEAD_TIME, "Anybody", 0.5)))
