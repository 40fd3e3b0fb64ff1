"""Queues: against Lindley's recursion with orders of several items on one machine that stops."""

import numpy as np
import pytest
from invented_machines import line_stage, machines_known, stages_of

from justenough.estimation.queues import unit_days, waits_of
from justenough.sizing.classic import effective_process_time_with_failures, vut_queue


def waited(rng, n, rates, works, up, down):
    """Waits of orders that come at random and are served in turn; stops fall in working time."""
    total = sum(rates)
    gaps = rng.exponential(1.0 / total, n)
    work = rng.choice(works, n, p=np.array(rates) / total)
    stops = rng.poisson(work / up)
    serves = work + np.bincount(np.repeat(np.arange(n), stops), rng.exponential(down, stops.sum()), n)
    waits, wait = np.empty(n), 0.0
    for at in range(n):
        waits[at] = wait
        wait = max(0.0, wait + serves[at] - gaps[at])
    return waits


@pytest.mark.parametrize(("rates", "works", "up", "down"), [((1.2, 0.6), (0.2, 0.5), 2.0, 0.25), ((0.5, 0.5), (0.4, 0.6), 20.0, 3.0)])
def test_waits_are_those_of_the_queue(rates, works, up, down):
    machines = machines_known([up], [down], histories=40_000)
    routes = stages_of([(0, 0, works[0], 0.0, np.nan), (1, 0, works[1], 0.0, np.nan)])
    ours = waits_of(machines, routes, np.array(rates), np.ones(2), np.ones(2, bool), np.zeros((2, 1)))[0]
    lived = np.concatenate([waited(np.random.default_rng(seed), 150_000, rates, works, up, down) for seed in range(4)])
    # Waits in a row depend on each other: ten thousand of them are worth about one hundred.
    error = lived.std() / np.sqrt(len(lived) / 100)
    assert ours.mean() == pytest.approx(lived.mean(), abs=4 * error)
    assert ours.std() == pytest.approx(lived.std(), rel=0.1)
    busy = sum(rate * work for rate, work in zip(rates, works, strict=True)) * (1 + down / up)
    assert np.mean(ours > 0) == pytest.approx(busy, abs=1e-3)
    for chance in (0.9, 0.97):
        assert np.quantile(ours, chance) == pytest.approx(np.quantile(lived, chance), rel=0.15)


def test_one_item_waits_by_vut():
    """Hopp & Spearman: the mean of our waits is VUT with the effective process time of the same machine."""
    machines = machines_known([30.0], [6.0], histories=200_000)
    ours = waits_of(machines, stages_of([(0, 0, 5.0, 0.0, np.nan)]), np.array([0.1]), np.ones(1), np.ones(1, bool), np.zeros((1, 1)))
    effective = effective_process_time_with_failures(5.0, 0.0, 30.0, 6.0, 1.0)
    assert ours.mean() == pytest.approx(float(vut_queue(effective.effective_time, 1.0, effective.effective_scv, 0.1).queue_time), rel=0.01)


def test_a_machine_asked_for_too_much_is_taken_to_be_busy_almost_always():
    machines = machines_known([30.0], [6.0], histories=400)
    routes = stages_of([(0, 0, 5.0, 0.0, np.nan)])
    waits = waits_of(machines, routes, np.array([3.0]), np.ones(1), np.ones(1, bool), np.zeros((1, 1)))
    assert np.isfinite(waits).all()
    assert np.mean(waits > 0.0) == pytest.approx(machines.params.busiest, abs=0.01)


def test_rejects_make_more_work_along_a_line():
    machines = machines_known([1e9, 1e9], [1.0, 1.0], histories=2, quality=0.8)
    np.testing.assert_allclose(unit_days(machines, line_stage([1.0, 2.0], [5])), [1.0 / 0.64, 2.0 / 0.8])
