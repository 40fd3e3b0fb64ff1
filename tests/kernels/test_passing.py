"""Batches from a stage's stock, beside a plain account kept day by day."""

from __future__ import annotations

import numpy as np
import pytest

from justenough.kernels.passing import in_order, served


def account(demand, ready, base, promise):
    """Day by day: stock at the moment a batch is due, and when it can have left whole."""
    on_time, filled, left_over, left_at = 0, 0.0, 0.0, []
    for n in range(len(demand)):
        due = n + promise
        here = base + sum(units for units, day in zip(demand, ready, strict=True) if day <= due + 1e-9)
        before = sum(demand[:n])
        on_time += here - before - demand[n] >= -1e-9
        filled += min(max(here - before, 0.0), demand[n])
        left_over += max(here - before - demand[n], 0.0)
        moments = sorted({due, *(day for day in ready if day > due)})
        in_stock = {t: base + sum(units for units, day in zip(demand, ready, strict=True) if day <= t + 1e-9) for t in moments}
        whole = [t for t in moments if in_stock[t] >= sum(demand[: n + 1]) - 1e-9]
        left_at.append(whole[0] if whole else np.inf)
    return on_time, filled, left_over, left_at


@pytest.mark.parametrize("seed", range(20))
def test_batches_leave_as_in_the_account(seed):
    draw = np.random.default_rng(seed)
    demand = draw.integers(0, 9, 60).astype(float)
    base, promise = float(draw.integers(5, 40)), float(draw.integers(0, 4))
    ready = np.arange(60.0) + draw.integers(2, 9, 60)
    in_order(ready)
    left_at, tally = np.empty(60), np.zeros(4)
    served(demand, 1.0, ready, base, promise, 0, left_at, tally)
    on_time, filled, left_over, expected = account(demand.tolist(), ready.tolist(), base, promise)
    assert tally.tolist() == pytest.approx([on_time, filled, demand.sum(), left_over])
    assert left_at.tolist() == pytest.approx(expected)


def test_nothing_overtakes():
    ready = np.array([5.0, 3.0, 4.0, 9.0, 8.0])
    in_order(ready)
    assert ready.tolist() == [5.0, 5.0, 5.0, 9.0, 9.0]


def test_warm_up_does_not_count():
    demand, ready = np.full(10, 2.0), np.arange(10.0) + 3.0
    left_at, tally = np.empty(10), np.zeros(4)
    served(demand, 1.0, ready, 100.0, 0.0, 4, left_at, tally)
    assert tally[:3].tolist() == [6.0, 12.0, 12.0]
