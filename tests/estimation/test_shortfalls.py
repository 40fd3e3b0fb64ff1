"""Shortfalls: the hedging point of the published records, found by covering the shortfall like an exposed demand."""

import numpy as np
import pytest
from invented_machines import machines_known, stages_of

from justenough.estimation.shortfalls import shortfalls
from justenough.estimation.stops import two_parts
from justenough.sizing.classic import hedging_point


@pytest.mark.parametrize(("demand", "up", "down", "backlog"), [(0.7, 100.0, 10.0, 19), (0.7, 400.0, 40.0, 19), (0.8, 200.0, 10.0, 49)])
def test_the_cost_quantile_of_the_shortfall_is_the_hedging_point(demand, up, down, backlog):
    """Bundled records hedge-01, 02, 04: 16.45, 65.81, 24.77 units."""
    machines, stage = machines_known([up], [down], histories=200_000), stages_of([(0, 0, 1.0, 0.0, np.nan)])
    short = shortfalls(machines, stage, np.array([demand])) * demand
    answer = hedging_point(1.0, demand, up, down, 1, backlog)
    assert np.quantile(short, backlog / (backlog + 1)) == pytest.approx(float(answer.hedging_stock), rel=0.01)
    assert np.mean(short == 0) == pytest.approx(float(answer.prob_at_hedging_point), abs=1e-4)
    parts = two_parts(short, np.array([True]))
    assert parts.wait[0] == pytest.approx(1 / float(answer.deficit_decay_rate), rel=0.01)
    assert parts.wait_sd[0] == pytest.approx(parts.wait[0], rel=0.02)  # exponential, as gamma demand of the late part has it


def test_a_machine_that_never_stops_is_never_short_and_one_too_slow_nearly_always():
    stage = stages_of([(0, 0, 1.0, 0.0, np.nan)])
    assert not shortfalls(machines_known([np.inf], [10.0], histories=50), stage, np.array([0.7])).any()
    slow = shortfalls(machines_known([50.0], [10.0], histories=500), stage, np.array([0.99]))
    assert np.isfinite(slow).all()
    assert np.mean(slow > 0) > 0.95
